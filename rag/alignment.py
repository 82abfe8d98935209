"""Lays a clause over a stretch of evidence: which of its words stand there, where, and what stands in their place otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rag.claims import Clause, Reading, Token
from rag.likeness import may_stand_for, same_title
from rag.text import grams

CLOSE = 4  # characters behind the last words in common where the next ones are looked for first
NEAR = 3  # tokens of the evidence beside the first or last tile that a claimed word there may stand for
_MARK = re.compile(r"[，,；;：:]")
_GAP = re.compile(r"[\s“”‘’\"'「」『』、]")


@dataclass(frozen=True, slots=True)
class Tile:
    """Claimed words that stand in the evidence as they are; offsets into the two folded texts."""

    start: int
    end: int
    there: int
    there_end: int


@dataclass(frozen=True, slots=True)
class Slot:
    """What the claim says between two tiles, and what the evidence says between the same two.

    ``claimed`` and ``replaced`` hold tokens that say something; ``instead`` all tokens of the evidence; ``said`` and ``there`` are
    the two texts. ``between`` is false for what comes before the first tile and behind the last one.
    """

    claimed: tuple[Token, ...]
    replaced: tuple[Token, ...]
    instead: tuple[Token, ...]
    said: str
    there: str
    between: bool = True

    @property
    def words_instead(self) -> Iterator[str]:
        """The words of the evidence, also two in a row as one: segmenters do not always agree (说 清, 讲清)."""
        for index, token in enumerate(self.instead):
            yield token.text
            if index + 1 < len(self.instead):
                yield token.text + self.instead[index + 1].text


@dataclass(frozen=True)
class Laid:
    """A clause over the clauses ``first`` to ``last`` (excluded) of a reading; ``context`` stands above that."""

    claim: Reading
    clause: Clause
    reading: Reading
    context: Reading
    first: int
    last: int
    tiles: tuple[Tile, ...]

    @property
    def window(self) -> tuple[int, int] | None:
        """``(start, end)`` in the evidence of the clauses that the tiles touch; ``None`` without tiles."""
        touched = self.touched
        return (touched[0].start, touched[-1].end) if touched else None

    @cached_property
    def there(self) -> tuple[Clause, ...]:
        """The clauses of the stretch."""
        return self.reading.clauses[self.first : self.last]

    @cached_property
    def touched(self) -> tuple[Clause, ...]:
        """Those that hold a part of a tile."""
        return tuple(
            c for c in self.there if any(t.there < c.end and c.start < t.there_end for t in self.tiles)
        )

    def covers(self, token: Token) -> int:
        """How many characters of a claimed token lie in tiles; a number counts by its value."""
        if token in self.agreed:
            return token.end - token.start
        return sum(max(0, min(token.end, t.end) - max(token.start, t.start)) for t in self.tiles)

    @cached_property
    def across(self) -> dict[int, int]:
        """Offset in the claim -> offset in the evidence, for every character in tiles."""
        found: dict[int, int] = {}
        for tile in self.tiles:
            ours, theirs = (
                _plain(self.claim.text[tile.start : tile.end], tile.start),
                _plain(self.reading.text[tile.there : tile.there_end], tile.there),
            )
            found.update(zip(ours[1], theirs[1], strict=False))
        return found

    def counterpart(self, token: Token) -> Token | None:
        """The token of the evidence in which a claimed token, by its last character, was found."""
        if token in self.agreed:
            return self.agreed[token]
        place = next(
            (self.across[i] for i in range(token.end - 1, token.start - 1, -1) if i in self.across), None
        )
        if place is None:
            return None
        return next((t for clause in self.there for t in clause.tokens if t.start <= place < t.end), None)

    def covers_there(self, token: Token) -> bool:
        """Whether some tile holds a part of a token of the evidence."""
        return any(t.there < token.end and token.start < t.there_end for t in self.tiles)

    @cached_property
    def agreed(self) -> dict[Token, Token]:
        """Claimed numbers with the numbers of the stretch that they agree with, each used once; in a tile where possible."""
        left = [t for clause in self.there for t in clause.tokens if t.number is not None]
        found: dict[Token, Token] = {}
        for token in self.clause.tokens:
            if token.number is None:
                continue
            same = [t for t in left if t.number is not None and token.number.agrees(t.number)]
            if same:
                match = min(same, key=lambda t: (not self.covers_there(t), t.start))
                left.remove(match)
                found[token] = match
        return found

    @cached_property
    def unmatched(self) -> tuple[Token, ...]:
        """Claimed tokens that say something and are not wholly in tiles."""
        return tuple(t for t in self.clause.tokens if t.says_something and self.covers(t) < t.end - t.start)

    @cached_property
    def licensed(self) -> frozenset[Token]:
        """Unmatched tokens in whose place, or near by, the evidence has a word that means the same."""
        left = [t for clause in self.touched for t in clause.tokens if not self.covers_there(t)]
        around = [t.text for t in left]
        found = set()
        for slot in self.slots:
            words = [*slot.words_instead, *around]
            titles = [t.text for t in (*slot.instead, *left) if t.kind == "title"]
            for new in slot.claimed:
                if (new.kind == "content" and any(may_stand_for(new.text, old) for old in words)) or (
                    new.kind == "title" and any(same_title(new.text, old) for old in titles)
                ):
                    found.add(new)
        return frozenset(found)

    @cached_property
    def coverage(self) -> float:
        """The share of what the clause says that lies in tiles, or in words that mean the same."""
        weight = self.clause.weight
        said = (t for t in self.clause.tokens if t.says_something)
        found = sum(t.end - t.start if t in self.licensed else self.covers(t) for t in said)
        return found / weight if weight else 0.0

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The places between tiles, and before the first and behind the last, where the two texts part."""
        return tuple(self._slots())

    def _slots(self) -> Iterator[Slot]:
        ordered = sorted(self.tiles, key=lambda t: t.start)
        edges: list[tuple[int, int, int, int, bool]] = []
        position, there = self.clause.start, None
        for tile in ordered:
            home = self._clause_at(tile.there)
            before = (
                self._first_clause(tile).start
                if there is None
                else home.start
                if there > tile.there
                else there
            )
            edges.append((position, tile.start, before, tile.there, there is not None))
            position, there = tile.end, tile.there_end
        if ordered:
            home = self._clause_at(ordered[-1].there_end - 1)
            further = len(_MARK.findall(self.claim.text[position : self.clause.end]))
            last = self.there[min(self.there.index(home) + further, len(self.there) - 1)]
            edges.append((position, self.clause.end, ordered[-1].there_end, last.end, False))
        for a, b, c, d, between in edges:
            claimed = tuple(t for t in self.clause.tokens if t.says_something and a <= t.start and t.end <= b)
            instead = tuple(t for clause in self.there for t in clause.tokens if c <= t.start and t.end <= d)
            replaced = tuple(t for t in instead if t.says_something and not self.covers_there(t))
            if not between:
                replaced = replaced[:NEAR] if a > ordered[0].start else replaced[-NEAR:]
            yield Slot(claimed, replaced, instead, self.claim.text[a:b], self.reading.text[c:d], between)

    def _first_clause(self, tile: Tile) -> Clause:
        """The clause of the first tile, or one before it for each clause of the claim before the tile."""
        earlier = len(_MARK.findall(self.claim.text[self.clause.start : tile.start]))
        return self.there[max(self.there.index(self._clause_at(tile.there)) - earlier, 0)]

    def _clause_at(self, offset: int) -> Clause:
        return next((c for c in self.there if c.start <= offset < c.end), self.there[0])


def windows(clause: Clause, reading: Reading, most: int) -> list[tuple[int, int]]:
    """The sentences (clause indexes) that share most with ``clause``, best first."""
    units = {unit for t in clause.tokens if t.says_something for unit in grams(t.text)}
    counted = [t.number for t in clause.tokens if t.number is not None]
    found = []
    for first, last in reading.sentences:
        sentence = reading.text[reading.clauses[first].start : reading.clauses[last - 1].end]
        held = set(grams(sentence))
        single = sum(len(unit) == 1 and unit in sentence for unit in units)
        here = [t.number for c in reading.clauses[first:last] for t in c.tokens if t.number is not None]
        if (
            shared := 2 * len(units & held)
            + single
            + 2 * sum(any(n.agrees(h) for h in here) for n in counted)
        ):
            found.append((-shared, last - first, (first, last)))
    return [window for *_, window in sorted(found)[:most]]


def lay(claim: Reading, clause: Clause, reading: Reading, context: Reading, window: tuple[int, int]) -> Laid:
    """``clause`` over the window, by the longest words in common, from left to right."""
    ground = _Ground.of(claim, clause, reading, window)
    tiles: list[Tile] = []
    position = -1
    behind = 0
    for index, token in enumerate(clause.tokens):
        if token.start < position or not token.says_something:
            continue
        found = _longest(claim.text, clause, index, ground, behind)
        if found is None:
            continue
        start, end, at, length = found
        tiles.append(Tile(start, end, ground.offsets[at], ground.offsets[at + length - 1] + 1))
        position, behind = end, at + length
    return Laid(claim, clause, reading, context, *window, tuple(tiles))


@dataclass(frozen=True, slots=True)
class _Ground:
    """A stretch without quotation marks and blanks; ``offsets`` lead back, ``shares`` say how much each place's clause has in common."""

    plain: str
    offsets: list[int]
    shares: list[int]
    titles: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, claim: Reading, clause: Clause, reading: Reading, window: tuple[int, int]) -> _Ground:
        units = set(grams(claim.words(clause)))
        counted = [t.number for t in clause.tokens if t.number is not None]
        shares: list[int] = []
        first, last = reading.clauses[window[0]], reading.clauses[window[1] - 1]
        homes = reading.clauses[window[0] : window[1]]
        counts = []
        for home in homes:
            agreeing = sum(
                t.number is not None and any(n.agrees(t.number) for n in counted) for t in home.tokens
            )
            counts.append(len(units & set(grams(reading.words(home)))) + 2 * agreeing)
        plain, offsets = _plain(reading.text[first.start : last.end], first.start)
        at = 0
        for offset in offsets:
            while at + 1 < len(homes) and homes[at + 1].start <= offset:
                at += 1
            shares.append(counts[at])
        titles = tuple((t.start, t.end) for home in homes for t in home.tokens if t.kind == "title")
        return cls(plain, offsets, shares, titles)

    def _inside_title(self, start: int, end: int) -> bool:
        """Whether a stretch is a piece of a 《title》 that neither is the whole of it nor ends it: no words of the text."""
        a, b = self.offsets[start], self.offsets[end - 1] + 1
        return any(s < a and b < e - 1 for s, e in self.titles)

    def find(self, words: str, behind: int) -> int:
        """Where ``words`` stand: right behind the last find, else in the clause that has most in common, then behind the last find,
        then nearest to it; else -1.
        """
        places = []
        at = self.plain.find(words)
        while at >= 0:
            if not self._inside_title(at, at + len(words)):
                places.append(at)
            at = self.plain.find(words, at + 1)
        return min(
            places,
            key=lambda p: (
                not 0 < behind <= p <= behind + CLOSE,
                -self.shares[p],
                p < behind,
                abs(p - behind),
            ),
            default=-1,
        )


def _longest(
    text: str, clause: Clause, index: int, ground: _Ground, behind: int
) -> tuple[int, int, int, int] | None:
    """``(start, end, place in plain, length there)`` of the longest common words that begin with token ``index``.

    Ends at a token's end where it can; else a part of the token of two characters or more will do, its tail as well.
    """
    token = clause.tokens[index]
    for last in range(len(clause.tokens) - 1, index - 1, -1):
        words, _ = _plain(text[token.start : clause.tokens[last].end], 0)
        if words and clause.tokens[last].says_something and (at := ground.find(words, behind)) >= 0:
            return token.start, clause.tokens[last].end, at, len(words)
    if token.kind not in ("content", "actor"):
        return None
    size = len(token.text)
    for length in range(size - 1, 1, -1):
        for start in (0, size - length) if token.kind == "content" else (size - length,):
            part = token.text[start : start + length]
            if (at := ground.find(part, behind)) >= 0:
                return token.start + start, token.start + start + length, at, length
    return None


def _plain(text: str, base: int) -> tuple[str, list[int]]:
    """``text`` without quotation marks, blanks and 、, and where each character stood."""
    kept = [(c, base + i) for i, c in enumerate(text) if not _GAP.match(c)]
    return "".join(c for c, _ in kept), [i for _, i in kept]
