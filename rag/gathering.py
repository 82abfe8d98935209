"""How a question speaks of the documents themselves: 综合几篇文章说说 wants several, and says nothing about the subject."""

from __future__ import annotations

import re

from rag.text import HAN

_PAPER = r"(?:文章|材料|资料|文件|讲稿|文稿|报道)"
_SEVERAL = (
    rf"(?<!哪)(?:(?:这|那|上述|以上|现有|所有)?(?:几|各|多|[两二三四五六七八九十])[篇份]{_PAPER}?|(?:各|多)个?{_PAPER}|(?:所有|全部|这些|现有){_PAPER})"
    r"(?:[里中]面?|当中)?"
)
_UNITS = r"(?:这|那|上述|以上)[几两三四五六七八九十][家个](?:单位|机关|部门|地方|支部|村|学校|企业)?"
_COLLECT = r"(?:综合|结合|汇总|归纳|梳理|总结|概括|整理|罗列|列举|对照|对比)着?(?:列|看|说|讲)?(?:一下|下|起来|出来|看看)?"
_PLEASE = r"(?:请|帮我|帮忙|麻烦)?你?"
_TELL = r"(?:都|分别|各自|又)?是?(?:怎么|如何|怎样|咋)?(?:说说|说|谈谈|谈|讲讲|讲|看看|看|写|介绍|回答|答|提)(?:一下|的)?"
_GATHERING = re.compile(
    rf"{_PLEASE}{_COLLECT}{_SEVERAL}(?:的(?:内容|说法))?(?:[，,]|来)?(?:{_TELL})?"
    rf"|(?<![{HAN}]){_SEVERAL}{_TELL}(?=[，,。？?]|$)"
    rf"|(?<=[，,。？?]){_PLEASE}{_COLLECT}(?=[，,。？?]|$)"
    rf"|^{_SEVERAL}(?:都|均|共同|分别|各自)?(?!是)"
)
# Asks who, not about units; 要交哪些材料 asks for papers, and not in which of them something stands.
WHO_ALL = r"哪(?:些|几个?|几家)(?:(?:单位|机关|地方|部门|支部|村)|(?:文章|材料|文件)(?=[^，。？]{0,4}(?:[里中提讲说写谈]|涉及|强调|要求)))|哪几[家篇]"
_ACROSS = re.compile(rf"各(?:单位|机关|地|部门|家|村|支部)|{WHO_ALL}|几篇|材料中|文中各|{_SEVERAL}|{_UNITS}")
_IN_SEVERAL = re.compile(rf"(?:在|从)?几[篇份]{_PAPER}(?:[里中]面?|当中)")


def subject_of(question: str) -> str:
    """The question without the words that only say to look in several documents; itself where nothing else would be left."""
    rest, found = _GATHERING.subn("", question)
    return rest.strip("，,、。 ") if found and re.search(rf"[{HAN}]{{2}}", rest) else question


def asking(question: str) -> str:
    """The subject of a folded question without the documents it is to be found in: what is left asks (几篇文章里 asks no number)."""
    return _IN_SEVERAL.sub("", subject_of(question))


def is_across(question: str) -> bool:
    """Whether a folded question asks of several units or documents; a comparison of two things that are named may stand in one."""
    return bool(_ACROSS.search(question) or _GATHERING.search(question))
