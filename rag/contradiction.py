"""What speaks against a clause that was laid over evidence: facts that are not there, small words that turn it, changed parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from rag.alignment import Laid, Slot
from rag.claims import HARD, Clause, Reading, Token
from rag.likeness import may_stand_for, opposites, same_title, turns
from rag.operators import NEGATIVE, conflict
from rag.text import tight

_NOUNS = ("n", "j", "l", "i", "s", "t")
_PASSIVE = re.compile(r"由|被|受|经|为.{1,8}所|[是系]|归|向|给|对|与|同|和")
_EACH = re.compile(r"^[各本该每]")
_BRACKETED = re.compile(r"[（(][^（）()]*[)）]")
_JOINS = re.compile(r"^[、,，和与及或同跟以\s“”\"]*$")
_EMPTY = frozenset(
    "题目 主题 名称 名为 叫做 题为 称为 所述 上述 工作 方面 问题 情况 相关 有关 内容 事项 要求 规定 做到 开展 落实 注重 注意 强调 过程 过程中 主要 方式 形式 方法 作用 存在 实现 结合 围绕 同志 人员 单位 组织 部门 应有 包括".split()
)  # words that claim next to nothing
_EMPHASIS = frozenset("一定 有效 切实 具体 进一步 不断 重要 关键 必要 实际 认真 积极 及时 全面 深入 严格 充分 强化 真正 扎实 努力".split())
_NAMES_OF_CLASSES = {
    "forbid": "禁止", "free": "不必", "never": "否定", "not": "否定", "must": "必须", "may": "可以", "no less": "下限", "no more": "上限",
    "more than": "多于", "less than": "少于", "all": "全部", "some": "部分", "only": "只", "not only": "不只", "mostly": "一般", "before": "先后", "after": "先后", "if": "条件",
}  # fmt: skip


def contradiction(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """What is wrong with the clause, in Chinese; ``None`` when nothing is."""
    for check in (_missing, _misplaced, _torn, _replaced, _added, _turned, _opposite, _spliced, _swapped, _scattered):
        reason = check(laid, reading, context)
        if reason is not None:
            return reason
    return None


def stands(token: Token, reading: Reading, context: Reading) -> bool:
    """Whether a fact stands anywhere in the passage or above it; an office also under a shorter or longer name."""
    words = tight(_EACH.sub("", token.text) if token.kind == "actor" else token.text)
    if token.kind == "title" and any(same_title(token.text, t.text) for r in (reading, context) for t in r.tokens if t.kind == "title"):
        return True
    if not words or words in reading.tight or words in context.tight:
        return True
    if token.kind != "actor":
        return False
    if words in tight(_BRACKETED.sub("", reading.text)):
        return True
    return any(
        _abbreviates(words, tight(t.text)) for r in (reading, context) for t in r.tokens if t.kind in ("actor", "content")
    )


def _abbreviates(short: str, long: str) -> bool:
    """纪委 for 纪律检查委员会: the characters in order, the first one first."""
    if len(short) < 2 or len(long) < len(short) + 2 or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(c in rest for c in short)


def _missing(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """A number, title, quoted word, name or office that the evidence does not hold (as often)."""
    for token in laid.clause.tokens:
        if token.kind == "number":
            if token not in laid.agreed and not _dated(laid, token, reading, context) and not counts_what_follows(laid.claim, token):
                return f"“{token.text}”不在原文"
        elif token.kind in HARD and laid.covers(token) < len(token.text) and not stands(token, reading, context):
            return f"“{token.text}”不在原文"
    return None


def announces(claim: Reading, clause: Clause) -> bool:
    """Whether a clause only says how many members the sentence then lists: 三个方面：甲、乙、丙."""
    said = [t for t in clause.tokens if t.says_something and t.text not in _EMPTY]
    return len(said) == 1 and said[0].kind == "number" and not clause.operators and counts_what_follows(claim, said[0])


def counts_what_follows(claim: Reading, token: Token) -> bool:
    """Whether a number is that of the members which the sentence lists behind the next colon."""
    behind = claim.text[token.end :]
    head, mark, rest = behind.partition(":")
    if not mark or _ENDS_CLAUSE.search(head) or token.number is None or token.number.unit not in ("个", ""):
        return False
    members = re.split(r"[;；]" if re.search(r"[;；]", rest) else r"[、]" if "、" in rest else r"[,，]", rest.rstrip("。.;；"))
    return str(len(members)) == token.number.value


def _dated(laid: Laid, token: Token, reading: Reading, context: Reading) -> bool:
    """A year may come from the title, the date or an earlier sentence: 今年 is the year of the text."""
    number = token.number
    assert number is not None
    if number.unit[:1] not in ("年", "第", "届") or (number.unit == "年" and len(number.value) != 4):
        return False
    if any(t.number is not None and number.agrees(t.number) for clause in laid.there for t in clause.tokens):
        return False
    return any(t.number is not None and number.agrees(t.number) for r in (reading, context) for t in r.tokens)


def _misplaced(laid: Laid, reading: Reading, context: Reading) -> str | None:
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


def _same_number(claimed: Token, there: Token) -> bool:
    assert claimed.number is not None and there.number is not None
    return claimed.number.agrees(there.number)


def _one_kind(a: Token, b: Token) -> bool:
    assert a.number is not None and b.number is not None
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


def _replaced(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """A word in whose place the evidence has another that does not mean the same."""
    for slot in laid.slots:
        gone = [t for t in slot.replaced if not _agreed(t, slot)]
        new = [t for t in slot.claimed if t not in laid.licensed and t not in laid.agreed and not laid.covers(t)]
        short = len(slot.claimed) <= 2 and len(slot.replaced) <= 3
        for token in new:
            for old in gone:
                alike = old.kind == token.kind != "content"
                fact = old.kind in HARD and (short or slot.between) and token.text not in _EMPTY
                if (alike or fact or (short and not _dispensable(token, old))) and not _means_the_same(token, old):
                    return f"原文此处是“{old.text}”，不是“{token.text}”"
    return None


def _dispensable(new: Token, old: Token) -> bool:
    """Whether an exchange touches nothing: a word that claims nothing came, or emphasis came for emphasis."""
    return new.text in _EMPTY or (new.text in _EMPHASIS and old.text in _EMPHASIS)


def _means_the_same(new: Token, old: Token) -> bool:
    if new.kind == old.kind == "title":
        return same_title(new.text, old.text)
    return may_stand_for(new.text, old.text)


def _torn(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """A word that is only a part of a longer one there (书记 of 副书记, 党员 of 党员大会), or longer by a turn (不定期 for 定期)."""
    tokens = [t for clause in laid.there for t in clause.tokens if t.says_something]
    for tile in laid.tiles:
        home = next((t for t in tokens if t.start < tile.there < t.end), None)
        if home is not None and not _other_tile(laid, tile.there - 1):
            before = tight(home.text[: tile.there - home.start])
            new = _last_before(laid, tile.start)
            turned = turns(before) and not laid.claim.text[: tile.start].endswith(before[-1]) if before else False
            if turned or (before and new is not None and not laid.covers(new) and new.text != before):
                return f"原文是“{home.text}”"
        home = next((t for t in tokens if t.start < tile.there_end < t.end and t.kind == "actor"), None)
        if home is not None and not _other_tile(laid, tile.there_end):
            if not laid.claim.text[tile.end :].startswith(home.text[tile.there_end - home.start]):
                return f"原文是“{home.text}”"
        longer = next((t for t in laid.unmatched if t.start < tile.start < t.end), None)
        if longer is not None and turns(longer.text[: tile.start - longer.start]):
            if not reading.text[: tile.there].endswith(longer.text[tile.start - longer.start - 1]):
                return f"原文没有“{longer.text[: tile.start - longer.start]}”字"
    return None


def _last_before(laid: Laid, offset: int) -> Token | None:
    """The last claimed token before an offset that says something."""
    return next((t for t in reversed(laid.clause.tokens) if t.end <= offset and t.says_something), None)


def _other_tile(laid: Laid, offset: int) -> bool:
    return any(t.there <= offset < t.there_end for t in laid.tiles)


def _agreed(token: Token, slot: Slot) -> bool:
    """Whether a number of the evidence is one of the claimed numbers in its place, written in another way."""
    return token.number is not None and any(t.number is not None and t.number.agrees(token.number) for t in slot.claimed)


def _added(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """Words put in where the evidence has nothing, or much less, in their place, and that stand nowhere around."""
    for slot in laid.slots:
        new = [t for t in slot.claimed if t.kind == "content" and t.text not in _EMPTY | _EMPHASIS and not t.tag.startswith("d")]
        new = [t for t in new if not laid.covers(t) and t not in laid.licensed and not stands(t, reading, context)]
        weight = sum(len(t.text) for t in new)
        if weight >= 2 + (MUCH + sum(len(t.text) for t in slot.replaced) if slot.replaced else 0):
            return f"“{''.join(t.text for t in new)}”是加上去的"
    return None


MUCH = 1  # characters by which a paraphrase may be longer than what it stands for, beside the two that any insertion may have


def _turned(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """Negation, duty, bounds and the like that differ: word by word where both have the word, else on the whole."""
    said = _governed((laid.clause,), laid.claim.text, lambda t: laid.covers(t) > 0)
    there = _governed(laid.there, reading.text, laid.covers_there)
    for token in laid.clause.tokens:
        other = laid.counterpart(token) if token.says_something else None
        if other is not None:
            whole = token.text != other.text
            ours, theirs = _kinds(said, token, whole), _kinds(there, other, whole)
            wrong = conflict(ours, theirs)
            if wrong is None and len(ours & NEGATIVE) % 2 != len(theirs & NEGATIVE) % 2:
                wrong = "not"
            if wrong is not None:
                return f"“{token.text}”：“{_NAMES_OF_CLASSES[wrong]}”与原文不一致"
    return _turned_elsewhere(laid, said, there)


_LOOSE = frozenset({"if", "before", "after"})
_Governed = Mapping[Token | None, frozenset[tuple[str, bool]]]


def _kinds(governed: _Governed, token: Token, inner: bool) -> frozenset[str]:
    """The kinds over a token; those inside it (the 不 of 不设) only with ``inner``: where the words are equal they say nothing."""
    return frozenset(kind for kind, inside in governed.get(token, ()) if inner or not inside) - _LOOSE


def _turned_elsewhere(laid: Laid, said: _Governed, there: _Governed) -> str | None:
    """Operators over words that the other side has not; before and after, which govern no single word."""
    claimed = frozenset(o.kind for o in laid.clause.operators)
    around = frozenset(o.kind for c in (laid.there if _joined(laid) else laid.touched) for o in c.operators)
    loose = frozenset(k for t, ks in said.items() if t is None or laid.counterpart(t) is None for k, _ in ks) - _LOOSE
    if loose & NEGATIVE and not around & NEGATIVE:
        return f"“{_NAMES_OF_CLASSES[min(loose & NEGATIVE)]}”与原文不一致"
    instead = {t for slot in laid.slots if slot.claimed for t in slot.instead}
    lost = frozenset(k for t, ks in there.items() if t in instead for k, _ in ks) - _LOOSE
    if lost & NEGATIVE and not claimed & NEGATIVE:
        return f"“{_NAMES_OF_CLASSES[min(lost & NEGATIVE)]}”与原文不一致"
    order = frozenset({"before", "after"})
    wrong = conflict(loose - NEGATIVE, around - NEGATIVE) or conflict(claimed & order, around & order)
    return None if wrong is None else f"“{_NAMES_OF_CLASSES[wrong]}”与原文不一致"


def _joined(laid: Laid) -> bool:
    """Whether the clause is two, a scrap having been joined to it."""
    return _ENDS_CLAUSE.search(laid.claim.text[laid.clause.start : laid.clause.end]) is not None


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
            behind = next((t for t in reversed(said) if t.end == operator.start and t.kind == "number"), None)
            inside = next((t for t in said if t.start <= operator.start < t.end), None)
            reached = [t for t in said if t.start >= operator.end and not _ENDS_CLAUSE.search(text[operator.end : t.start])]
            governed: list[Token | None] = [inside or (reached[0] if reached else None)]
            if behind is not None and operator.kind in ("no less", "no more"):
                governed = [behind]
            elif operator.kind in NEGATIVE and inside is None and len(reached) > 1 and not shared(reached[0]) and shared(reached[1]):
                governed.append(reached[1])
            for token in dict.fromkeys(governed):
                found[token] = found.get(token, frozenset()) | {(operator.kind, token is not None and token is inside)}
    return found


_ENDS_CLAUSE = re.compile(r"[，,；;：:。]")


def _opposite(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """A word whose opposite stands in the evidence where the word does not."""
    there = [t for clause in laid.touched for t in clause.tokens if not laid.covers_there(t)]
    for token in laid.clause.tokens:
        if laid.covers(token) == token.end - token.start:
            continue
        for other in there:
            if len(token.text) > 1 < len(other.text) and opposites(token.text, other.text):
                return f"“{token.text}”与原文“{other.text}”相反"
    return None


def _spliced(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """A predicate whose subject in the evidence is not the one that the sentence gives it."""
    subject = laid.clause.tokens[0]
    if subject.kind not in ("actor", "name"):
        return None
    said = {tight(t.text) for t in laid.clause.tokens}
    behind = [t for t in laid.tiles if t.start >= subject.end]
    for tile in behind:
        theirs = _subject_of(laid, tile.there)
        if theirs is not None and not any(tight(theirs.text) in s or s in tight(theirs.text) for s in said if len(s) > 1):
            return f"原文中这件事的主体是“{theirs.text}”"
    return None


def _subject_of(laid: Laid, place: int) -> Token | None:
    """The office or name that opens the clause at ``place``, or the nearest clause before it in the sentence."""
    for clause in reversed([c for c in laid.there if c.start <= place]):
        opening = next((t for t in clause.tokens if t.says_something), None)
        if opening is not None and opening.kind in ("actor", "name") and opening.start < place:
            return opening
    return None


def _swapped(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """Two parts that changed places around what stands between them (甲审批乙 and 乙审批甲)."""
    parts = list(_parts(laid))
    for i, (x, x_there) in enumerate(parts):
        for k in range(i + 1, len(parts)):
            z, z_there = parts[k]
            if z_there >= x_there or not (_noun(x) and _noun(z)):
                continue
            between = laid.claim.text[x.end : z.start]
            if _JOINS.match(between) or _ENDS_CLAUSE.search(between) or _enumerates(laid, x, z):
                continue
            if bool(_PASSIVE.search(laid.claim.text[x.start : z.end])) == bool(_PASSIVE.search(reading.text[z_there:x_there])):
                return f"“{x.text}”与“{z.text}”的位置和原文相反"
    return None


def _scattered(laid: Laid, reading: Reading, context: Reading) -> str | None:
    """Words picked from all over a sentence, with others between them that the evidence does not have."""
    if laid.coverage >= WELL_COVERED or not laid.tiles:
        return None
    spread = max(t.there_end for t in laid.tiles) - min(t.there for t in laid.tiles)
    return "原文没有连在一起说" if spread > SPREAD * (laid.clause.end - laid.clause.start) else None


WELL_COVERED, SPREAD = 0.85, 2.5  # a clause less covered than this may not stretch over more than so many times its length


def _parts(laid: Laid) -> Iterator[tuple[Token, int]]:
    """Claimed tokens in tiles, in order, with the place where each stands in the evidence."""
    for token in laid.clause.tokens:
        if token.says_something and token.start in laid.across and token.end - 1 in laid.across:
            yield token, laid.across[token.start]


def _noun(token: Token) -> bool:
    return token.kind in ("actor", "name", "title", "quoted", "latin") or token.tag.startswith(_NOUNS)


def _enumerates(laid: Laid, x: Token, z: Token) -> bool:
    """Whether two tokens belong to members of a list."""
    if "、" in laid.claim.text[x.end : z.start]:
        return True
    return all(t.kind == "function" or _noun(t) for t in laid.clause.tokens if x.end <= t.start and t.end <= z.start)


__all__: Sequence[str] = ("announces", "contradiction", "counts_what_follows", "stands")
