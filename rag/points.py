"""The points that an answer counts off, and a question that asks for one of them: 第二条具体怎么做, 展开说说第三步, 最后一个呢."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

from rag import markers
from rag.numbers import numbers
from rag.text import HAN, tight

_NUM = "一二三四五六七八九十"
_MEASURE = "点条个项种类步张句联档栏层关块道招坑岗位题份件段款样级者方面环节部分阶段"
_SIGN = rf"(?:[（(]?([{_NUM}\d]{{1,3}})[)）、.．]|([{_NUM}])是|其([{_NUM}])[是，、]?|第([{_NUM}\d]+)(?:[{_MEASURE}]{{1,2}})?[，、：:是说]?|([①-⑳]))"
_ITEM = re.compile(rf"(?:^|[\n；;。：:])\s*(?:[-*•]\s*)?{_SIGN}\s*(?=[^；;\s])")
_BULLET = re.compile(r"(?:^|\n)\s*[-*•]\s+([^\n，,：:。；;]{2,30})")
_RUN = re.compile(
    rf"(?:[：:]|^)((?:[{HAN}“”《》]{{2,20}}、){{2,}}[{HAN}“”《》]{{2,20}}|(?:[^；;。：:\n]{{2,40}}[；;]){{2,}}[^；;。：:\n]{{2,40}})"
)
_LONGEST = 30  # characters of a point: more of it would say what it answers
_SHORT = 2  # a heading of so few characters says too little without what follows it
_ASKED_TO_TELL = r"(?:(?:请|麻烦|能不能|能否|可以|再|你|给我|帮我|具体|详细|仔细|展开|多)*(?:说说|讲讲|谈谈|说一?下|讲一?下|介绍(?:一下)?|解释(?:一下)?|展开|看看|说|讲))"
_POINTED = re.compile(
    rf"^(?:那么?|其中|还有|这里面?|{_ASKED_TO_TELL}|(?:你|刚才|刚刚|上面|前面)+(?:说|讲|提到?)?)*[，,的\s]*"
    rf"(?:第\s*(?P<number>[{_NUM}两\d]+)\s*|(?P<last>最后(?:面|头)?(?:那|一|的)*|末一))(?:个?(?:方面|部分|环节|阶段|步骤|要求|原因|问题)|[{_MEASURE}])(?!条例|者)(?P<rest>.*)$"
)
_TELL = re.compile(rf"^{_ASKED_TO_TELL}?[呢吗吧啊了\s？?。！!]*$")


@dataclass(frozen=True, slots=True)
class Pointed:
    """Which point is asked for (``None``: the last one), and what is asked of it; empty where it is only to be told."""

    number: int | None
    rest: str


def pointed(plain: str) -> Pointed | None:
    """The point that a folded question begins with; ``None`` for any other question."""
    match = _POINTED.match(plain)
    if match is None:
        return None
    rest = re.sub(r"[呢？?\s]+$", "", match["rest"]).strip("，,的 ")
    number = None if match["last"] else count(match["number"])
    if match["number"] and number is None:
        return None
    return Pointed(number, "" if _TELL.match(rest) else rest)


def items_of(answer: str) -> dict[int, str]:
    """The points of an answer: number -> its first words, without markers. A run behind a colon is counted as it stands."""
    plain = markers.strip(answer)
    found: dict[int, str] = {}
    signs = list(_ITEM.finditer(plain))
    for match, following in zip_longest(signs, signs[1:]):
        sign = next(g for g in match.groups() if g)
        number = ord(sign) - ord("①") + 1 if "①" <= sign <= "⑳" else count(sign)
        item = re.split("[；;\n]", plain[match.end() : following.start() if following else len(plain)])[0]
        if number is not None and len(item) > 1:
            found.setdefault(number, _opening(item.strip("* ")))
    if not found:
        found = dict(enumerate(_BULLET.findall(plain), 1))
    if not found and (run := _RUN.search(plain)):
        found = dict(
            enumerate(re.split("[；;]" if re.search("[；;]", run.group(1)) else "、", run.group(1)), 1)
        )
    return found


def item_of(answer: str, number: int | None) -> str | None:
    """The first words of a point of an answer; ``None`` when it counts off no such point. No number asks for the last one."""
    items = items_of(answer)
    return items.get(max(items) if number is None and items else number or 0)


def _opening(item: str) -> str:
    """The first words of an item; a heading of a character or two says too little without what follows it."""
    pieces = re.split(r"(?<=[，,：:。（(])", item)
    opening = pieces[0] if len(tight(pieces[0])) > _SHORT else "".join(pieces[:2])
    return re.sub(r"[“”‘’\"]", "", opening).rstrip("，,：:。（( ")[:_LONGEST]


def count(sign: str) -> int | None:
    """The value of an ordinal numeral (七, 7); ``None`` for anything else."""
    value = numbers(f"第{sign}")
    return int(value[0].value) if value and value[0].value.isdigit() else None
