"""Who does what to whom: subjects that are not those of the evidence, parts that changed places, words picked from all over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.alignment import Laid
from rag.claims import ENDS_CLAUSE, Token
from rag.text import tight

WELL_COVERED, SPREAD = (
    0.85,
    2.5,
)  # a clause less covered than this must not stretch over so many times its length
BEFORE = 3  # characters before a part in which 由 or 向 may stand
_NOUNS = ("n", "j", "l", "i", "s")
_PASSIVE = re.compile(r"由|被|受|经|为.{1,8}所|[是系]|归|向|给|对|与|同|和")
_IN_TURN = re.compile(r"再|然后|而后|之后|以后")
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
        for k in range(i + 1, len(parts)):
            z, z_there = parts[k]
            between = laid.claim.text[x.end : z.start]
            if z_there >= x_there or not ((is_noun(x) and is_noun(z)) or _IN_TURN.search(between)):
                continue
            if _JOINS.match(between) or ENDS_CLAUSE.search(between):
                continue
            if _enumerates(laid, x, z) and not _IN_TURN.search(between):
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
    if "、" in laid.claim.text[x.end : z.start]:
        return True
    return all(
        t.kind == "function" or is_noun(t)
        for t in laid.clause.tokens
        if x.end <= t.start and t.end <= z.start
    )


def scattered(laid: Laid) -> str | None:
    """Words picked from all over a sentence, with others between them that the evidence does not have."""
    if laid.coverage >= WELL_COVERED or not laid.tiles:
        return None
    spread = max(t.there_end for t in laid.tiles) - min(t.there for t in laid.tiles)
    return "原文没有连在一起说" if spread > SPREAD * (laid.clause.end - laid.clause.start) else None
