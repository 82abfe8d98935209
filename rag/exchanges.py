"""Words of a clause that stand in the place of others: replaced, added, torn out of longer words, turned into their opposite."""

from __future__ import annotations

from collections.abc import Iterator

from rag.alignment import Laid, Slot, Tile
from rag.claims import EMPHASIS, EMPTY, HARD, Token, terms_in
from rag.facts import stands
from rag.likeness import makes_another, may_stand_for, opposites, same_title, turns
from rag.operators import NEGATIONS
from rag.text import tight

_LOOSE = frozenset(
    "工作 制度 活动 建设 任务 情况 程序 人员".split()
)  # what a term may lose and stay the same
MUCH = 1  # characters by which a paraphrase may be longer than what it stands for, beside the two any insertion may have


def replaced(laid: Laid) -> str | None:
    """A fact (name, office, title, …) that came or went where the two texts part."""
    return _named(e for e in _exchanged(laid) if any(t.kind in HARD for t in e))


def reworded(laid: Laid) -> str | None:
    """A content word in whose place the evidence has another that does not mean the same."""
    return _named(e for e in _exchanged(laid) if not any(t.kind in HARD for t in e))


def _named(exchanges: Iterator[tuple[Token, Token]]) -> str | None:
    return next((f"原文此处是“{old.text}”，不是“{new.text}”" for new, old in exchanges), None)


def _exchanged(laid: Laid) -> Iterator[tuple[Token, Token]]:
    """Claimed words, each with the one in its place in the evidence, that do not mean the same."""
    for slot in laid.slots:
        gone = [t for t in slot.replaced if not _agreed(t, slot)]
        new = [
            t for t in slot.claimed if t not in laid.licensed and t not in laid.agreed and not laid.covers(t)
        ]
        short = len(slot.claimed) <= 2 and len(slot.replaced) <= 3
        for token in new:
            for old in gone:
                alike = old.kind == token.kind != "content"
                fact = old.kind in HARD and (short or slot.between) and token.text not in EMPTY
                dispensable = _dispensable(token, old) and not _is_subject(laid, token, old)
                if (alike or fact or (short and not dispensable)) and not _means_the_same(token, old):
                    yield token, old


def _agreed(token: Token, slot: Slot) -> bool:
    """Whether a number of the evidence is one of the claimed numbers in its place, written in another way."""
    return token.number is not None and any(
        t.number is not None and t.number.agrees(token.number) for t in slot.claimed
    )


def _dispensable(new: Token, old: Token) -> bool:
    """Whether an exchange touches nothing: a word that claims nothing came, or emphasis came for emphasis."""
    return new.text in EMPTY or (new.text in EMPHASIS and old.text in EMPHASIS)


def _is_subject(laid: Laid, new: Token, old: Token) -> bool:
    """Whether a noun opens the clause where another noun opens that of the evidence: even 主题 says what is spoken of there."""
    if not (new.tag.startswith("n") and old.tag.startswith("n")):
        return False
    opening = next((t for t in laid.clause.tokens if t.says_something), None)
    theirs = (next((t for t in c.tokens if t.says_something), None) for c in laid.there)
    return new == opening and any(t == old for t in theirs)


def _means_the_same(new: Token, old: Token) -> bool:
    if new.kind == old.kind == "title":
        return same_title(new.text, old.text)
    return may_stand_for(new.text, old.text)


def torn(laid: Laid) -> str | None:
    """A word that is only a part of a longer one there (书记 of 副书记, 党员 of 党员大会), or longer by a turn (不定期)."""
    tokens = [t for clause in laid.there for t in clause.tokens if t.says_something]
    for tile in laid.tiles:
        around = next((t for t in tokens if t.start < tile.there < t.end), None)
        if around is not None and _head_torn_off(laid, tile, around):
            return f"原文是“{around.text}”"
        around = next((t for t in tokens if t.start < tile.there_end < t.end and _is_compound(t, tile)), None)
        if around is not None and _tail_torn_off(laid, tile, around):
            return f"原文是“{around.text}”"
        behind = next((t for t in tokens if t.start == tile.there_end and _is_head(t)), None)
        if behind is not None and not laid.covers_there(behind) and _cuts_compound(laid, tile, behind):
            return f"原文此处还有“{behind.text}”"
        longer = next((t for t in laid.unmatched if t.start < tile.start < t.end), None)
        if longer is not None and _turned_by_head(laid, tile, longer):
            return f"原文没有“{longer.text[: tile.start - longer.start]}”字"
    return None


def cut(laid: Laid) -> str | None:
    """A term of the field cut in two: 组织 of 组织委员, 会议 of 会议记录, 党员 of 流动党员."""
    for tile in laid.tiles:
        for term, start, end in terms_in(laid.reading.text):
            if _ends_inside(laid, tile, term, start, end) or _begins_inside(laid, tile, term, start, end):
                return f"原文是“{term}”"
    return None


def _ends_inside(laid: Laid, tile: Tile, term: str, start: int, end: int) -> bool:
    """Whether the words in common end within a term, and what is left of it is neither said nor dispensable."""
    if not (tile.there < end and start < tile.there_end < end):
        return False
    rest = term[tile.there_end - start :]
    said = laid.claim.text[tile.end :].startswith(rest) or _other_tile(laid, tile.there_end)
    return not said and rest not in _LOOSE and not any(may_stand_for(t.text, rest) for t in laid.unmatched)


def _begins_inside(laid: Laid, tile: Tile, term: str, start: int, end: int) -> bool:
    """Whether the words in common begin within a term whose head, left out, made it another thing."""
    if not start < tile.there < end:
        return False
    head = term[: tile.there - start]
    said = laid.claim.text[: tile.start].endswith(head[-1]) or _other_tile(laid, tile.there - 1)
    return makes_another(head) and not said


def denied(laid: Laid) -> str | None:
    """A word with a negation in it (不同于) left out between words that stand there, or reduced to the rest of it."""
    for slot in laid.slots:
        for old in slot.replaced if slot.between else ():
            if len(old.text) > 1 and old.text[0] in NEGATIONS and old.kind == "content":
                said = laid.claim.words(laid.clause)
                reduced = old.text[1:] in said and old.text not in said
                if reduced and not any(n + old.text[1:] in said for n in NEGATIONS):
                    return f"原文是“{old.text}”"
    return None


def _head_torn_off(laid: Laid, tile: Tile, around: Token) -> bool:
    """Whether the head of a word of the evidence is left out and turned the word, or has another word in its place."""
    before = tight(around.text[: tile.there - around.start])
    if not before or _other_tile(laid, tile.there - 1):
        return False
    if turns(before) and not laid.claim.text[: tile.start].endswith(before[-1]):
        return True
    new = _last_before(laid, tile.start)
    return new is not None and not laid.covers(new) and new.text != before


def _tail_torn_off(laid: Laid, tile: Tile, around: Token) -> bool:
    """Whether an office or body of the evidence goes on where the claimed one ends."""
    rest = around.text[tile.there_end - around.start]
    return not _other_tile(laid, tile.there_end) and not laid.claim.text[tile.end :].startswith(rest)


def _is_compound(token: Token, tile: Tile) -> bool:
    """Whether a word that goes on behind the words in common is another thing with its end than without it."""
    rest = token.text[tile.there_end - token.start :]
    noun = (
        token.tag in ("n", "l", "nz")
        and tile.there <= token.start
        and len(rest) > 1
        and rest not in EMPTY | _LOOSE
    )
    return token.kind == "actor" or noun


def _is_head(token: Token) -> bool:
    """Whether a word makes another thing of the noun before it: 书记 behind 党支部, 记录 behind 会议."""
    return token.kind == "actor" or (
        token.kind == "content" and token.tag == "n" and token.text not in EMPTY | _LOOSE
    )


def _cuts_compound(laid: Laid, tile: Tile, behind: Token) -> bool:
    """Whether a stretch in common ends with a noun that goes on there: 党支部 of 党支部书记 is another body."""
    if any(may_stand_for(t.text, behind.text) for t in laid.unmatched):
        return False
    last = _last_before(laid, tile.end)
    return (
        last is not None
        and last.end == tile.end
        and (last.kind == "actor" or last.tag.startswith(("n", "j")))
    )


def _turned_by_head(laid: Laid, tile: Tile, longer: Token) -> bool:
    """Whether a claimed word is one of the evidence with a head that turns it."""
    head = longer.text[: tile.start - longer.start]
    return turns(head) and not laid.reading.text[: tile.there].endswith(head[-1])


def _last_before(laid: Laid, offset: int) -> Token | None:
    """The last claimed token before an offset that says something."""
    return next((t for t in reversed(laid.clause.tokens) if t.end <= offset and t.says_something), None)


def _other_tile(laid: Laid, offset: int) -> bool:
    return any(t.there <= offset < t.there_end for t in laid.tiles)


def added(laid: Laid) -> str | None:
    """Words put in where the evidence has nothing, or much less, in their place, and that stand nowhere around."""
    for slot in laid.slots:
        new = [
            t
            for t in slot.claimed
            if t.kind == "content" and t.text not in EMPTY | EMPHASIS and not t.tag.startswith("d")
        ]
        new = [t for t in new if not laid.covers(t) and t not in laid.licensed and not stands(laid, t)]
        weight = sum(len(t.text) for t in new)
        if weight >= 2 + (MUCH + sum(len(t.text) for t in slot.replaced) if slot.replaced else 0):
            return f"“{''.join(t.text for t in new)}”是加上去的"
    return None


def opposite(laid: Laid) -> str | None:
    """A word whose opposite stands in the evidence where the word does not."""
    there = [t for clause in laid.touched for t in clause.tokens if not laid.covers_there(t)]
    for token in laid.clause.tokens:
        if laid.covers(token) == token.end - token.start:
            continue
        for other in there:
            if len(token.text) > 1 < len(other.text) and opposites(token.text, other.text):
                return f"“{token.text}”与原文“{other.text}”相反"
    return None
