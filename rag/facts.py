"""Hard facts of a clause: do they stand in the evidence, as often, and beside the same words?"""

from __future__ import annotations

import re
from itertools import pairwise

from rag.alignment import Laid
from rag.claims import EMPTY, ENDS_CLAUSE, HARD, Clause, Reading, Token
from rag.likeness import same_title
from rag.operators import BOUNDS
from rag.text import tight

_EACH = re.compile(r"^[各本该每]")
_TO = re.compile(r"\s*(?:至|到|-|–|—|~)\s*")
_DATE_UNIT = re.compile(r"[年月日第]$|^$")
_BRACKETED = re.compile(r"[（(][^（）()]*[)）]")


def missing(laid: Laid) -> str | None:
    """A number, title, quoted word, name or office that the evidence does not hold (as often)."""
    for token in laid.clause.tokens:
        if token.kind == "number":
            if (
                token not in laid.agreed
                and not _dated(laid, token)
                and not counts_what_follows(laid.claim, token)
            ):
                return f"“{token.text}”不在原文"
        elif token.kind in HARD and laid.covers(token) < len(token.text) and not stands(laid, token):
            return f"“{token.text}”不在原文"
    return None


def stands(laid: Laid, token: Token) -> bool:
    """Whether a fact stands anywhere in the passage or above it; an office also under a shorter or longer name."""
    words = tight(_EACH.sub("", token.text) if token.kind == "actor" else token.text)
    if token.kind == "title" and any(
        same_title(token.text, t.text)
        for r in (laid.reading, laid.context)
        for t in r.tokens
        if t.kind == "title"
    ):
        return True
    if not words or words in laid.reading.tight or words in laid.context.tight:
        return True
    if token.kind != "actor":
        return False
    if words in tight(_BRACKETED.sub("", laid.reading.text)):
        return True
    return any(
        _abbreviates(words, tight(t.text))
        for r in (laid.reading, laid.context)
        for t in r.tokens
        if t.kind in ("actor", "content")
    )


def _abbreviates(short: str, long: str) -> bool:
    """纪委 for 纪律检查委员会: the characters in order, the first one first."""
    if len(short) < 2 or len(long) < len(short) + 2 or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(c in rest for c in short)


def announces(claim: Reading, clause: Clause) -> bool:
    """Whether a clause only says how many members the sentence then lists: 三个方面：甲、乙、丙."""
    said = [t for t in clause.tokens if t.says_something and t.text not in EMPTY]
    counts = [t for t in said if t.kind == "number"]
    if len(counts) != 1 or clause.operators or not counts_what_follows(claim, counts[0]):
        return False
    listed = claim.text[clause.end :]
    return all(t.kind == "content" and listed.count(t.text) > 1 for t in said if t is not counts[0])


def counts_what_follows(claim: Reading, token: Token) -> bool:
    """Whether a number is that of the members which the sentence lists behind the next colon."""
    behind = claim.text[token.end :]
    head, mark, rest = behind.partition(":")
    if not mark or ENDS_CLAUSE.search(head) or token.number is None or token.number.unit not in ("个", ""):
        return False
    members = re.split(
        r"[;；]" if re.search(r"[;；]", rest) else r"[、]" if "、" in rest else r"[,，]",
        rest.rstrip("。.;；"),
    )
    return str(len(members)) == token.number.value


def _dated(laid: Laid, token: Token) -> bool:
    """A year may come from the title, the date or an earlier sentence: 今年 is the year of the text."""
    number = token.number
    assert number is not None
    if number.unit[:1] not in ("年", "第", "届") or (number.unit == "年" and len(number.value) != 4):
        return False
    if any(t.number is not None and number.agrees(t.number) for clause in laid.there for t in clause.tokens):
        return False
    return any(
        t.number is not None and number.agrees(t.number)
        for r in (laid.reading, laid.context)
        for t in r.tokens
    )


def misplaced(laid: Laid) -> str | None:
    """A number beside other words than in the evidence, where another number of its kind stands beside those words."""
    there = [(c, i) for c in laid.there for i, t in enumerate(c.tokens) if t.kind == "number"]
    for index, token in enumerate(laid.clause.tokens):
        if token.kind != "number" or token not in laid.agreed:
            continue
        scores: dict[bool, float | None] = {True: None, False: None}
        for clause, place in there:
            other = clause.tokens[place]
            if _one_kind(token, other):
                same = _same_number(token, other)
                scores[same] = max(scores[same] or 0.0, _beside(laid, index, clause, place))
        own, rival = scores[True], scores[False]
        if own is not None and rival is not None and (rival > own or own == rival == 0):
            return f"“{token.text}”在原文中说的是别的"
    return None


def halved(laid: Laid) -> str | None:
    """One end of a range (3至5人) for the whole of it; with a bound (至少3人) it is said otherwise."""
    if BOUNDS & {o.kind for o in laid.clause.operators}:
        return None
    ours = _ranges(laid.claim, laid.clause)
    theirs = {t for clause in laid.there for t in _ranges(laid.reading, clause)}
    for token, there in laid.agreed.items():
        if there in theirs and token not in ours:
            return f"原文说的是一个范围，不止“{token.text}”"
    return None


def _ranges(reading: Reading, clause: Clause) -> set[Token]:
    """The ends of ranges of what is counted: not of dates, which one may take one by one."""
    counts = [t for t in clause.tokens if t.number is not None]
    pairs = [(a, b) for a, b in pairwise(counts) if _TO.fullmatch(reading.text[a.end : b.start])]
    return {t for pair in pairs for t in pair if t.number is not None and not _DATE_UNIT.match(t.number.unit)}


def uncounted(laid: Laid) -> str | None:
    """一件 where the evidence counts four: what mostly means "a" is a count where a count of the same stands in its place."""
    tokens = laid.clause.tokens
    for index, token in enumerate(tokens):
        if token.number is None or not token.number.article or laid.covers(token) == len(token.text):
            continue
        for step in (-1, 1):
            beside = _neighbour(laid.clause, index, step)
            there = laid.counterpart(beside) if beside is not None else None
            if there is not None and any(
                t.number is not None
                and t.number.unit == token.number.unit
                and t.number.value != "1"
                and (t.end <= there.start <= t.end + 1 if step > 0 else there.end <= t.start <= there.end + 1)
                for clause in laid.there
                for t in clause.tokens
            ):
                return f"“{token.text}”在原文中是另一个数"
    return None


def _same_number(claimed: Token, there: Token) -> bool:
    return claimed.number is not None and there.number is not None and claimed.number.agrees(there.number)


def _one_kind(a: Token, b: Token) -> bool:
    if a.number is None or b.number is None:
        return False
    return a.number.unit == b.number.unit or not (a.number.unit and b.number.unit)


def _beside(laid: Laid, i: int, there: Clause, j: int) -> float:
    """How much of what stands around a claimed number stands around one of the evidence: neighbours first, then the clause."""
    claimed = laid.clause
    pairs = ((_neighbour(claimed, i, step), _neighbour_there(laid, there, j, step)) for step in (-1, 1))
    shared = sum(t.end - t.start for t in laid.tiles if there.start <= t.there < there.end)
    return 2.0 * sum(_alike(a, b) for a, b in pairs) + min(shared / max(claimed.weight, 1), 1.0)


def _neighbour_there(laid: Laid, there: Clause, index: int, step: int) -> Token | None:
    """As ``_neighbour``; a clause that is nothing but the number (第12步，) has its neighbour in the next one."""
    found = _neighbour(there, index, step)
    if found is not None or there.weight > there.tokens[index].end - there.tokens[index].start:
        return found
    place = laid.there.index(there) + step
    if not 0 <= place < len(laid.there):
        return None
    said = [t for t in laid.there[place].tokens if t.says_something]
    return (said[0] if step > 0 else said[-1]) if said else None


def _neighbour(clause: Clause, index: int, step: int) -> Token | None:
    """The next token on one side that says something."""
    index += step
    while 0 <= index < len(clause.tokens):
        if clause.tokens[index].says_something:
            return clause.tokens[index]
        index += step
    return None


def _alike(a: Token | None, b: Token | None) -> bool:
    if a is None or b is None:
        return False
    if a.number is not None and b.number is not None:
        return a.number.agrees(b.number)
    x, y = tight(a.text), tight(b.text)
    return x == y or (len(x) > 1 and x in y) or (len(y) > 1 and y in x)
