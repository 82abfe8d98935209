"""False sentences of a careless writer: one small word other, a condition left out, an order turned round, a source made up.

All else in them is the document's own wording, so nothing but the changed place gives them away.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import combinations

from eval.checker_edits import Edit, Source, pairs, places_of
from eval.checker_words import OFFICES, PLACES, QUOTED, TITLES
from rag.text import tight

DUTY_TO_PERMISSION = "应当 可以|必须 可以|务必 可以|须 可|应 可"
PERMISSION_TO_DUTY = "可以 应当|可以 必须"
BOUNDS = "不得少于 不得多于|不少于 不多于|不超过 不低于|不得超过 不得低于|不低于 不高于|以上 以内|以内 以上|至少 至多|最多 最少|不足 超过|超过 不足"
SOME_TO_ALL = "部分 全部|个别 所有|一般 一律|多数 全部|大多 全都|有的 所有|有些 所有|少数 多数|一些 全部|原则上 一律|往往 总是|通常 必定"
SUPERLATIVES = "重要 最重要|常见 最常见|关键 最关键|较好 最好|有效 最有效|简单 最简单|突出 最突出|主要 唯一"
ENGLISH = "must may|should may|may must|can must|before after|after before|least most|all some|some all|more fewer|always never|never always|every no|and or"

_NUMERAL = r"[\d一二三四五六七八九十两]"
_TIME = re.compile(
    rf"(?:(?<={_NUMERAL}[天日月年周])|(?<=个月)|(?<=工作日)|(?<=小时)|(?<=[会届满过准批动立选前]))(?P<word>[前后内])(?=[，。；的由要将应须把向及])|之前|之后|以前|以后|会前|会后|事前|事后|当天|当年"
)
_OTHER_TIME = dict(
    zip(
        "前 后 内 之前 之后 以前 以后 会前 会后 事前 事后 当天 当年".split(),
        "后 前 后 之后 之前 以后 以前 会后 会前 事后 事前 次日 次年".split(),
        strict=True,
    )
)
_PLAN = re.compile(
    r"(?:力争|争取|计划|打算|准备|有望|预计|拟|将)(?=在|于|到|由|从|用|对|建成|完成|实现|开展|达到|推行|启动|召开|安排)"
)
_CAUSES = (("因为", "所以"), ("由于", ""), ("因", ""), ("为了", ""), ("只有", "才"), ("只要", "就"))
_HOLDING = re.compile(
    r"^(?:如果|倘若|假如|若(?!干)|经(?!常|费|济|验|手)|遇|确[因有需]|因(?!此|为|而)|除(?!了)|凡|只有|只要|一旦|未经|没有|符合|具备)[^，。；：是]{3,20}$"
    r"|^(?!按|根据|对|把|从|向|在)[^，。；：是]{4,24}(?:(?<!目)的|以?外|情况下)$"
)
_SEQUENCE = re.compile(
    r"先(?P<one>[^，。；、先再]{2,12})(?P<mark>[，、])再(?P<two>[^，。；、先再]{2,12})(?=[，。；])"
)
_LISTED = re.compile(
    r"(?:依次|先后)(?:是|为|经过|进行|经|开展)?：?(?P<one>[^，。；、：]{2,14})、(?P<two>[^，。；、]{2,14})(?=、)"
)
_RANGE = re.compile(
    rf"(?P<low>{_NUMERAL}+)(?:至|到|—|-|~)(?P<high>{_NUMERAL}+)(?=个|[名人次年月天日周项条件户元%分])"
)
_DATE = re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?")
_AMOUNT = re.compile(r"(?<=\d)(?:万元|亿元|万人|亿人|万亩|万|亿)")
_COUNTED = re.compile(r"(?<=\d)(?:名|人|户|个|家|件|次|项|元|处)(?![月人工])")
_SHARED = re.compile(r"(?<=\d)%")
_EITHER = re.compile(r"(?<=[\u4e00-\u9fff”》）])(?:或者|或)(?=[\u4e00-\u9fff“《])(?!许|多或少)")
_BOTH = re.compile(
    r"(?<=[\u4e00-\u9fff”》）]{2})(?:和|以及)(?=[\u4e00-\u9fff“《]{2})(?!谐|平|时|其|解|睦)(?<![总调平温缓先]和)"
)
_LIMITED = re.compile(r"(?<=[员部会记组人门们])(?=由|在|向|对|从|按|用|讲|报|办|负责|讨论|审议|适用|限)")
_MAKERS = "{}省委组织部提出，|{}省总工会要求，|据{}日报报道，|{}大学的研究指出，|{}市政府规定，".split("|")


def put(rows: str) -> Edit:
    """As ``exchange``, and also where the other word stands elsewhere in the sentence."""
    table = pairs(rows)

    def edit(source: Source, chance: random.Random) -> str | None:
        found = [(at, at + len(a), b) for a, b in table for at in places_of(a, source.sentence)]
        return _with(source.sentence, found, chance)

    return edit


def english_word(source: Source, chance: random.Random) -> str | None:
    """In an English sentence one small word that turns it."""
    if not source.sentence.isascii():
        return None
    found = [
        (m.start(), m.end(), b) for a, b in pairs(ENGLISH) for m in re.finditer(rf"\b{a}\b", source.sentence)
    ]
    return _with(source.sentence, found, chance)


def time_turned(source: Source, chance: random.Random) -> str | None:
    """Before becomes after, within becomes after."""
    found = [(*m.span(), _OTHER_TIME[m.group()]) for m in _TIME.finditer(source.sentence)]
    return _with(source.sentence, found, chance)


def plan_done(source: Source, chance: random.Random) -> str | None:
    """What is planned is told as done."""
    found = [(*m.span(), "已经") for m in _PLAN.finditer(source.sentence)]
    return _with(source.sentence, found, chance)


def causes_exchanged(source: Source, chance: random.Random) -> str | None:
    """因甲，乙 becomes 因乙，甲; 甲，因此乙 becomes 乙，因此甲."""
    clause = r"[^，。；：]{4,30}"
    for opening, answering in _CAUSES:
        match = re.search(
            rf"(?<![^，。；：]){opening}(?P<a>{clause})，{answering}(?P<b>{clause})(?=[。；])",
            source.sentence,
        )
        if (
            match
            and not match["a"].endswith(("的", "时", "后"))
            and not match["b"].startswith(("可", "应", "要"))
        ):
            return _put_in(source.sentence, match, f"{opening}{match['b']}，{answering}{match['a']}")
    match = re.search(
        rf"(?<![^，。；：])(?P<a>{clause})，(?P<so>所以|因此|因而)(?P<b>{clause})(?=[。；])", source.sentence
    )
    return match and _put_in(source.sentence, match, f"{match['b']}，{match['so']}{match['a']}")


def condition_dropped(source: Source, chance: random.Random) -> str | None:
    """Without the clause that says when, for whom or with whose consent the rest holds."""
    parts = re.split(r"(?<=[，；：。])", source.sentence)
    found = [
        i
        for i, part in enumerate(parts[:-1])
        if part.endswith("，")
        and _HOLDING.match(part[:-1])
        and len(parts[i + 1]) > 6
        and part.count("“") == part.count("”")
    ]
    if not found:
        return None
    gone = chance.choice(found)
    return "".join(part for i, part in enumerate(parts) if i != gone)


def steps_exchanged(source: Source, chance: random.Random) -> str | None:
    """Two steps of a procedure change places."""
    match = _SEQUENCE.search(source.sentence)
    if match:
        return _put_in(source.sentence, match, f"先{match['two']}{match['mark']}再{match['one']}")
    match = _LISTED.search(source.sentence)
    if match is None:
        return None
    head = match.group()[: match.start("one") - match.start()]
    return _put_in(source.sentence, match, f"{head}{match['two']}、{match['one']}")


def bodies_exchanged(source: Source, chance: random.Random) -> str | None:
    """Two offices or bodies of one sentence change places; neighbours in a list do not."""
    text = source.sentence
    found = sorted((text.index(o), o) for o in OFFICES if text.count(o) == 1)
    found = [
        (at, o)
        for at, o in found
        if not any(at < there + len(p) and there < at + len(o) for there, p in found if p != o)
    ]
    apart = [
        (a, b) for a, b in combinations(found, 2)
        if not re.search(r"^[和与或及者以]*$|、", text[a[0] + len(a[1]) : b[0]])
    ]  # fmt: skip
    if not apart:
        return None
    (at, one), (there, other) = chance.choice(apart)
    turned = text[:at] + other + text[at + len(one) : there] + one + text[there + len(other) :]
    return None if tight(turned) in tight(source.passage) else turned


def date_moved(source: Source, chance: random.Random) -> str | None:
    """The date of another event of the passage, or of the sentence."""
    here = list(_DATE.finditer(source.sentence))
    dates = dict.fromkeys(m.group() for m in here)
    if len(dates) > 1:
        one, other, *_ = dates
        return source.sentence.replace(one, "\0").replace(other, one).replace("\0", other)
    others = sorted(set(_DATE.findall(source.passage)) - set(dates))
    return _with(
        source.sentence, [(*m.span(), o) for m in here for o in others if len(o) == len(m.group())], chance
    )


def wrong_source(source: Source, chance: random.Random) -> str | None:
    """Said to come from a body that did not say it, or from another 《title》."""
    said = source.passage + source.title
    titles = [t for t in sorted(set(TITLES.findall(source.everything))) if t[1:-1] not in said]
    makers = [m.format(p) for m in _MAKERS for p in PLACES if p not in said]
    return chance.choice([*makers, *(f"{t}规定，" for t in titles)]) + source.sentence


def clause_of_elsewhere(source: Source, chance: random.Random) -> str | None:
    """A clause of another document at the end."""
    lines = [line for line in source.everything.split("\n") if len(line) > 40]
    line = chance.choice(lines) if lines else ""
    clauses = [c for c in re.split(r"[，。；：]", line) if 8 <= len(c) <= 24 and c.count("“") == c.count("”")]
    clauses = [c for c in clauses if tight(c) not in tight(source.passage)]
    if not clauses or source.sentence.isascii():
        return None
    return f"{source.sentence.rstrip('。！；')}，{chance.choice(clauses)}。"


def praised(source: Source, chance: random.Random) -> str | None:
    """A superlative that the document does not give."""
    found = [
        (at, at + len(a), b)
        for a, b in pairs(SUPERLATIVES)
        for at in places_of(a, source.sentence)
        if source.sentence[at - 1 : at] not in tuple("最更不很较有无")
    ]
    return _with(source.sentence, found, chance)


def narrowed(source: Source, chance: random.Random) -> str | None:
    """只 or 仅 where the document has none."""
    found = [(*m.span(), word) for m in _LIMITED.finditer(source.sentence) for word in ("只", "仅", "只能")]
    return _with(source.sentence, found, chance)


def amount_changed(source: Source, chance: random.Random) -> str | None:
    """万 for 亿 or nothing, a share for a count, points for a share."""
    turned = str.maketrans("万亿", "亿万")
    found = [(*m.span(), m.group().translate(turned)) for m in _AMOUNT.finditer(source.sentence)]
    found += [(m.start(), m.start() + 1, "") for m in _AMOUNT.finditer(source.sentence)]
    found += [(*m.span(), "%") for m in _COUNTED.finditer(source.sentence)]
    found += [(*m.span(), new) for m in _SHARED.finditer(source.sentence) for new in ("个", "个百分点")]
    return _with(source.sentence, found, chance)


def end_of_range(source: Source, chance: random.Random) -> str | None:
    """One end of a range for the whole: 3至5人 becomes 5人."""
    found = [(*m.span(), m[end]) for m in _RANGE.finditer(source.sentence) for end in ("low", "high")]
    return _with(source.sentence, found, chance)


def either_or_both(source: Source, chance: random.Random) -> str | None:
    """Either becomes both, and the other way round."""
    hidden = [m.span() for p in (TITLES, QUOTED) for m in p.finditer(source.sentence)]
    found = [(*m.span(), "和") for m in _EITHER.finditer(source.sentence)]
    found += [(*m.span(), "或者") for m in _BOTH.finditer(source.sentence)]
    return _with(source.sentence, [f for f in found if not any(a < f[0] < b for a, b in hidden)], chance)


def _with(text: str, found: Sequence[tuple[int, int, str]], chance: random.Random) -> str | None:
    """``text`` with one of the changes ``(start, end, new words)``."""
    if not found:
        return None
    start, end, new = chance.choice(found)
    return text[:start] + new + text[end:]


def _put_in(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


TURNS: tuple[tuple[str, Edit], ...] = (
    ("必须变可以", put(DUTY_TO_PERMISSION)),
    ("可以变必须", put(PERMISSION_TO_DUTY)),
    ("改上下限", put(BOUNDS)),
    ("部分变全部", put(SOME_TO_ALL)),
    ("改先后", time_turned),
    ("计划变完成", plan_done),
    ("因果对调", causes_exchanged),
    ("删条件", condition_dropped),
    ("步骤对调", steps_exchanged),
    ("机构对调", bodies_exchanged),
    ("挪日期", date_moved),
    ("加错出处", wrong_source),
    ("接别处分句", clause_of_elsewhere),
    ("加最高级", praised),
    ("加只仅", narrowed),
    ("改数量级", amount_changed),
    ("区间取一头", end_of_range),
    ("或与和互换", either_or_both),
    ("英文改小词", english_word),
)
