"""Who does what to whom: subjects that are not those of the evidence, parts that changed places, words picked from all over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.alignment import Laid
from rag.claims import EMPTY, ENDS_CLAUSE, Token, terms_in
from rag.likeness import may_stand_for
from rag.text import tight

# A clause less covered than this must not stretch over so many times its length.
WELL_COVERED, SPREAD = 0.85, 2.5
BEFORE = 3  # characters before a part in which 由 or 向 may stand
_NOUNS = ("n", "j", "l", "i", "s")
_PASSIVE = re.compile(r"由|被|受|经|为.{1,8}所|[是系]|归|向|给|对|与|同|和")
_IN_TURN = re.compile(r"再|然后|而后|之后|以后")
_IN_ORDER = re.compile(r"依次|先后(?!进)|从.{1,3}到")
_JOINING = frozenset("和 与 及 以及 或 或者 同 跟 各 等".split())
_JOINS = re.compile(r"^[、,，和与及或同跟以\s“”\"]*$")


def spliced(laid: Laid) -> str | None:
    """A predicate whose subject in the evidence is not the one that the sentence gives it."""
    other = _subject_between(laid)
    if other is not None:
        return f"原文中这件事的主体是“{other.text}”"
    subject = laid.clause.tokens[0]
    if subject.kind not in ("actor", "name"):
        return None
    said = {tight(t.text) for t in laid.clause.tokens}
    behind = [t for t in laid.tiles if t.start >= subject.end]
    for tile in behind:
        theirs = _subject_of(laid, tile.there)
        if theirs is not None and not any(
            tight(theirs.text) in s or s in tight(theirs.text) for s in said if len(s) > 1
        ):
            return f"原文中这件事的主体是“{theirs.text}”"
    return None


def _subject_between(laid: Laid) -> Token | None:
    """The noun that opens a later clause of the evidence, where the claim ties the rest of that clause to an earlier one."""
    ordered = sorted(laid.tiles, key=lambda t: t.start)
    for before, after in pairwise(ordered):
        home = next((c for c in laid.there if c.start <= after.there < c.end), None)
        if home is None or home.start <= before.there < home.end:
            continue
        predicate = any(
            t.tag.startswith(("v", "a")) for t in laid.clause.tokens if after.start <= t.start < after.end
        )
        if not predicate or ENDS_CLAUSE.search(laid.claim.text[before.end : after.start]):
            continue
        opening = next((t for t in home.tokens if t.says_something), None)
        if (
            opening is not None
            and opening.start < after.there
            and is_noun(opening)
            and not laid.covers_there(opening)
        ):
            return opening
    return None


def _subject_of(laid: Laid, place: int) -> Token | None:
    """The office or name that opens the clause at ``place``, or the nearest clause before it in the sentence."""
    for clause in reversed([c for c in laid.there if c.start <= place]):
        opening = next((t for t in clause.tokens if t.says_something), None)
        if opening is not None and opening.kind in ("actor", "name") and opening.start < place:
            return opening
    return None


def swapped(laid: Laid) -> str | None:
    """Two parts that changed places around what stands between them (甲审批乙 and 乙审批甲)."""
    parts = list(_parts(laid))
    for i, (x, x_there) in enumerate(parts):
        in_order = _IN_ORDER.search(laid.claim.text[laid.clause.start : x.start])
        for z, z_there in parts[i + 1 :]:
            between = laid.claim.text[x.end : z.start]
            by_turns = in_order or _IN_TURN.search(between)
            if z_there >= x_there or not (by_turns or (is_noun(x) and is_noun(z))):
                continue
            if (_JOINS.match(between) and not in_order) or ENDS_CLAUSE.search(between):
                continue
            if _enumerates(laid, x, z) and not by_turns:
                continue
            ours = laid.claim.text[max(x.start - BEFORE, 0) : z.end]
            theirs = laid.reading.text[max(z_there - BEFORE, 0) : x_there]
            if bool(_PASSIVE.search(ours)) == bool(_PASSIVE.search(theirs)):
                return f"“{x.text}”与“{z.text}”的位置和原文相反"
    return None


def _parts(laid: Laid) -> Iterator[tuple[Token, int]]:
    """Claimed tokens in tiles, in order, with the place where each stands in the evidence."""
    for token in laid.clause.tokens:
        if token.says_something and token.start in laid.across and token.end - 1 in laid.across:
            yield token, laid.across[token.start]


def is_noun(token: Token) -> bool:
    """Whether a token can be whom or what a clause is about."""
    return token.kind in ("actor", "name", "title", "quoted", "latin") or token.tag.startswith(_NOUNS)


def _enumerates(laid: Laid, x: Token, z: Token) -> bool:
    """Whether two tokens belong to members of a list."""
    between = laid.claim.text[x.end : z.start]
    return "、" in between or all(
        t.text in _JOINING or is_noun(t) for t in laid.clause.tokens if x.end <= t.start and t.end <= z.start
    )


def displaced(laid: Laid) -> str | None:
    """A noun from elsewhere in the place of another: beside the words it stands beside, the evidence has another one."""
    said = [t for t in laid.clause.tokens if t.says_something]
    for first, last in _noun_runs(laid.claim.text, said):
        run = said[first:last]
        there = _nouns_there(laid, said[first - 1 : first], said[last : last + 1])
        if not there or any(t.text in EMPTY for t in (run[-1], there[-1])):
            continue
        inside = [t for t in run if any(there[0].start <= p < there[-1].end for p in _mapped(laid, t))]
        strange = [t for t in run if t not in inside and t not in laid.licensed]
        kept = {p for t in inside for p in _mapped(laid, t)}
        left = [t for t in there if not kept & set(range(t.start, t.end))]
        if strange and (left or run[-1] in strange) and not _said_otherwise(run, there):
            ours, theirs = ("".join(t.text for t in part) for part in (run, there))
            return f"原文此处是“{theirs}”，不是“{ours}”"
    return None


def _noun_runs(text: str, said: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """``(first, last)`` of nouns that stand in a row, last excluded."""
    first = 0
    for index in range(len(said) + 1):
        noun = index < len(said) and _names(text, said[index])
        if noun and (index == first or said[index].start == said[index - 1].end):
            continue
        if index > first:
            yield first, index
        first = index if noun else index + 1


def _names(text: str, token: Token) -> bool:
    """Whether a token is a noun, or a part of a term (the 组织 of 组织委员)."""
    return is_noun(token) or any(a <= token.start and token.end <= b for _, a, b in terms_in(text))


def _nouns_there(laid: Laid, before: Sequence[Token], behind: Sequence[Token]) -> list[Token]:
    """The nouns that the evidence has between the same two words; those that open or end a clause, where ours do."""
    low, high = (laid.counterpart(t[0]) if t else None for t in (before, behind))
    if (before and low is None) or (behind and high is None) or not (low or high):
        return []
    home = next(c for c in laid.there if (low or high) in c.tokens)
    said = [t for t in home.tokens if t.says_something]
    if any(t is not None and t not in said for t in (low, high)):
        return []
    part = said[said.index(low) + 1 if low else 0 : said.index(high) if high else None]
    return part if all(_names(laid.reading.text, t) for t in part) else []


def _mapped(laid: Laid, token: Token) -> set[int]:
    """Where the characters of a claimed token stand in the evidence."""
    return {laid.across[i] for i in range(token.start, token.end) if i in laid.across}


def _said_otherwise(run: Sequence[Token], there: Sequence[Token]) -> bool:
    ours, theirs = (tight("".join(t.text for t in part)) for part in (run, there))
    return ours in theirs or theirs in ours or may_stand_for(ours, theirs)


def scattered(laid: Laid) -> str | None:
    """Words picked from all over a sentence, with others between them that the evidence does not have."""
    if laid.coverage >= WELL_COVERED or not laid.tiles:
        return None
    spread = max(t.there_end for t in laid.tiles) - min(t.there for t in laid.tiles)
    return "原文没有连在一起说" if spread > SPREAD * (laid.clause.end - laid.clause.start) else None
