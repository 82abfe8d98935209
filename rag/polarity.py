"""Small words that turn a clause round: negation, duty and permission, bounds, quantifiers, before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rag.alignment import Laid
from rag.claims import ENDS_CLAUSE, Clause, Token
from rag.operators import BOUNDS, NEGATIVE, Operator, conflict

_LOOSE = frozenset({"if", "before", "after"})
_Governed = Mapping[Token | None, frozenset[tuple[str, bool]]]
_NAMES = {
    "forbid": "禁止", "free": "不必", "never": "否定", "not": "否定", "must": "必须", "may": "可以", "no less": "下限", "no more": "上限",
    "more than": "多于", "less than": "少于", "all": "全部", "some": "部分", "only": "只", "not only": "不只", "mostly": "一般", "before": "先后", "after": "先后", "if": "条件",
}  # fmt: skip


def turned(laid: Laid) -> str | None:
    """Negation, duty, bounds and the like that differ: word by word where both have the word, else on the whole."""
    said = _governed((laid.clause,), laid.claim.text, lambda t: laid.covers(t) > 0)
    there = _governed(laid.there, laid.reading.text, laid.covers_there)
    for token in laid.clause.tokens:
        other = laid.counterpart(token) if token.says_something else None
        if other is not None:
            whole = token.text != other.text
            ours, theirs = _kinds(said, token, whole), _kinds(there, other, whole)
            wrong = conflict(ours, theirs)
            if wrong is None and len(ours & NEGATIVE) % 2 != len(theirs & NEGATIVE) % 2:
                wrong = "not"
            if wrong is not None:
                return f"“{token.text}”：“{_NAMES[wrong]}”与原文不一致"
    return _turned_elsewhere(laid, said, there)


def borrowed(laid: Laid) -> str | None:
    """A word that only stands elsewhere in the passage, under a negation that did not come with it: 因故 of 因故未到会."""
    if {o.kind for o in laid.clause.operators} & NEGATIVE:
        return None
    for token in laid.unmatched:
        if token.kind == "function" or laid.covers(token) or token in laid.licensed:
            continue
        homes = [c for c in laid.reading.clauses if token.text in laid.reading.words(c)]
        if homes and all({o.kind for o in home.operators} & NEGATIVE for home in homes):
            return f"“{token.text}”在原文中与否定相连"
    return None


def _kinds(governed: _Governed, token: Token, inner: bool) -> frozenset[str]:
    """The kinds over a token; those inside it (the 不 of 不设) only with ``inner``: where the words are equal they say nothing."""
    return frozenset(kind for kind, inside in governed.get(token, ()) if inner or not inside) - _LOOSE


def _turned_elsewhere(laid: Laid, said: _Governed, there: _Governed) -> str | None:
    """Operators over words that the other side has not; before and after, which govern no single word."""
    claimed = frozenset(o.kind for o in laid.clause.operators)
    around = frozenset(o.kind for c in (laid.there if _joined(laid) else laid.touched) for o in c.operators)
    loose = (
        frozenset(k for t, ks in said.items() if t is None or laid.counterpart(t) is None for k, _ in ks)
        - _LOOSE
    )
    bare, bare_there = (frozenset(k for k, _ in g.get(None, ())) - _LOOSE for g in (said, there))
    if (
        bare and bare_there and bool(bare & NEGATIVE) != bool(bare_there & NEGATIVE)
    ):  # 参观可以有 and 参观不得有
        return f"“{_NAMES[min(bare | bare_there)]}”与原文不一致"
    if loose & NEGATIVE and not around & NEGATIVE:
        return f"“{_NAMES[min(loose & NEGATIVE)]}”与原文不一致"
    instead = {t for slot in laid.slots if slot.claimed for t in slot.instead}
    lost = frozenset(k for t, ks in there.items() if t in instead for k, _ in ks) - _LOOSE
    if lost & NEGATIVE and not claimed & NEGATIVE:
        return f"“{_NAMES[min(lost & NEGATIVE)]}”与原文不一致"
    order = frozenset({"before", "after"})
    wrong = conflict(loose - NEGATIVE, around - NEGATIVE) or conflict(claimed & order, around & order)
    return None if wrong is None else f"“{_NAMES[wrong]}”与原文不一致"


def _joined(laid: Laid) -> bool:
    """Whether the clause is two, a scrap having been joined to it."""
    return ENDS_CLAUSE.search(laid.claim.words(laid.clause)) is not None


def _bounded(said: Sequence[Token], reached: Sequence[Token], operator: Operator, text: str) -> Token | None:
    """The number that a bound is about: the one before 以上, the next one behind 至少."""
    before = next((t for t in reversed(said) if t.end == operator.start and t.kind == "number"), None)
    if before is not None and text[operator.start : operator.end].endswith(("上", "下", "内")):
        return before
    return next((t for t in reached if t.kind == "number"), None)


def _governed(
    clauses: Sequence[Clause], text: str, shared: Callable[[Token], bool]
) -> dict[Token | None, frozenset[tuple[str, bool]]]:
    """Each token with the kinds of the operators that govern it, and whether they stand inside it; ``None`` for no token.

    An operator governs the word it is a part of (不设), else the next one of its clause that says something; a negation also the
    word behind that one where only it is shared by both sides (不搞宴席, 宴席); a bound that follows its number, that.
    """
    found: dict[Token | None, frozenset[tuple[str, bool]]] = {}
    for clause in clauses:
        said = [t for t in clause.tokens if t.says_something]
        for operator in clause.operators:
            inside = next((t for t in said if t.start <= operator.start < t.end), None)
            reached = [
                t
                for t in said
                if t.start >= operator.end and not ENDS_CLAUSE.search(text[operator.end : t.start])
            ]
            governed: list[Token | None] = [inside or (reached[0] if reached else None)]
            if operator.kind in BOUNDS:
                governed = [_bounded(said, reached, operator, text) or governed[0]]
            elif inside is None and len(reached) > 1 and not shared(reached[0]) and shared(reached[1]):
                governed.append(reached[1])
            for token in dict.fromkeys(governed):
                found[token] = found.get(token, frozenset()) | {
                    (operator.kind, token is not None and token is inside)
                }
    return found
