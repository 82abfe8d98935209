"""The fixed phrases of exported documents. They frame and connect; they claim nothing about the subject."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from rag.numbers import numeral
from rag.script import traditional


@dataclass(frozen=True, slots=True)
class Wording:
    """The phrases of one language. Braces are filled by ``str.format``."""

    language: str
    locale: str
    # citations
    title_of: str
    joiner: str
    page: str
    line: str
    file: str
    link: str
    quote: str
    notes: str
    see_notes: str
    note_joiner: str
    stop: str
    # the document
    sources: str
    several: str
    contents: str
    continued: str
    standalone: str
    refused: str
    about: str
    about_extractive: str
    about_llm: str
    about_doubtful: str
    about_refused: str
    viewer: str
    # 党课讲稿
    lecture: str
    lecturer: str
    salutation: str
    introduction: str
    opening: str
    parts: str
    opening_sources: str
    original: str
    attribution: str
    content_of: str
    conclusion: str
    recap: str
    closing: str
    recap_joiner: str
    # 教案
    plan: str
    topic: str
    plan_facts: str
    aims: str
    aim_know: str
    aim_source: str
    aim_apply: str
    key_and_hard: str
    key: str
    hard: str
    no_key: str
    no_hard: str
    process: str
    lead_in: str
    ask: str
    lead_in_task: str
    teaching: str
    discussion: str
    discuss: str
    discuss_all: str
    summary: str
    summary_task: str

    def number(self, level: int, count: int) -> str:
        """The ``count``-th label at ``level`` (1-4): 一、（一）1.（1）, in English 1. (1) a. (a)."""
        if self.language == "en":
            letter = chr(ord("a") + (count - 1) % 26)
            return (f"{count}.", f"({count})", f"{letter}.", f"({letter})")[level - 1]
        return (f"{numeral(count)}、", f"（{numeral(count)}）", f"{count}.", f"（{count}）")[level - 1]


ZH = Wording(
    language="zh",
    locale="zh-CN",
    title_of="《{}》",
    joiner="，",
    page="第 {} 页",
    line="第 {} 行",
    file="文件：{}",
    link="链接：{}",
    quote="原文：",
    notes="注释",
    see_notes="（见注 {}）",
    note_joiner="、",
    stop="。",
    sources="参考来源",
    several="“{}”等 {} 个问题",
    contents="目录",
    continued="（续）",
    standalone="（完整的问题：{}）",
    refused="【未作答】",
    about="说明",
    about_extractive="正文各句摘自所列资料，序号与脚注一一对应。使用前请对照原文。",
    about_llm="正文由语言模型（{}）根据所列资料撰写，各句已与所引原文核对。使用前请对照原文。",
    about_doubtful="标有“未找到依据”的句子没有通过核对，请删去或另行查证。",
    about_refused="标有“【未作答】”的问题，资料中没有找到依据。",
    viewer="“文件”后的链接在本机的党务问答网页中打开原文所在段落。",
    lecture="党课讲稿",
    lecturer="主讲人：______　时间：______　地点：______",
    salutation="同志们：",
    introduction="引言",
    opening="这一讲围绕{}来学习。",
    parts="内容分为 {} 个部分。",
    opening_sources="所讲内容摘自 {} 份资料，出处均已注明，课后可以对照原文。",
    original="资料原文",
    attribution="{}中的有关内容如下：",
    content_of="{}的有关内容",
    conclusion="结语",
    recap="回顾这一讲的要点：",
    closing="请同志们课后对照参考来源中的原文，联系本支部和本人实际，继续学习和讨论。",
    recap_joiner="；",
    plan="教案",
    topic="课题：{}",
    plan_facts="授课人：______　授课对象：______　课时：______",
    aims="教学目标",
    aim_know="了解{}，能够说出资料中的要点",
    aim_source="知道每个要点的出处，能够在原文中找到依据。",
    aim_apply="能够联系本单位实际进行对照和讨论。",
    key_and_hard="教学重点和难点",
    key="教学重点",
    hard="教学难点（须准确把握的时间、数量和限制性要求）",
    no_key="由授课人根据学员情况确定。",
    no_hard="由授课人根据学员情况确定。",
    process="教学过程",
    lead_in="导入",
    ask="提出问题：{}",
    lead_in_task="请学员先谈谈各自的了解和做法，再进入讲授。",
    teaching="讲授",
    discussion="讨论",
    discuss="联系本单位实际，谈谈对“{}”的理解和做法",
    discuss_all="联系本单位实际，谈谈以上内容中哪些已经做到，哪些还有差距。",
    summary="小结",
    summary_task="请学员对照参考来源阅读原文。",
)

_SPELT = Wording(*(traditional(getattr(ZH, field.name)) for field in fields(ZH)))
HANT = replace(_SPELT, language="zh-Hant", locale="zh-TW")

EN = Wording(
    language="en",
    locale="en-US",
    title_of="“{}”",
    joiner=", ",
    page="p. {}",
    line="line {}",
    file="file: {}",
    link="link: {}",
    quote="Original: ",
    notes="Notes",
    see_notes=" (notes {})",
    note_joiner=", ",
    stop=". ",
    sources="Sources",
    several="“{}” and other questions ({} in all)",
    contents="Contents",
    continued=" (continued)",
    standalone="(The full question: {})",
    refused="[Not answered] ",
    about="About this text",
    about_extractive="Every sentence is taken from the documents listed; numbers lead to the notes. "
    "Check the originals before use.",
    about_llm="Written by a language model ({}) from the documents listed; each sentence was checked against "
    "what it cites. Check the originals before use.",
    about_doubtful="Sentences marked “no support found” did not pass the check: delete them or look them up.",
    about_refused="Questions marked “[Not answered]” found no support in the documents.",
    viewer="Links behind file names open the passage in the assistant's page on this machine.",
    lecture="Party lecture (draft)",
    lecturer="Speaker: ________  Date: ________  Place: ________",
    salutation="Comrades,",
    introduction="Introduction",
    opening="This lecture deals with {}.",
    parts="It has {} parts.",
    opening_sources="All that follows is taken from the documents listed ({}) and can be checked there.",
    original="What the documents say",
    attribution="From {}:",
    content_of="{}",
    conclusion="Conclusion",
    recap="The main points again: ",
    closing="Please compare with the original texts and relate them to the work of our own branch.",
    recap_joiner="; ",
    plan="Lesson plan",
    topic="Topic: {}",
    plan_facts="Teacher: ________  Class: ________  Periods: ________",
    aims="Aims",
    aim_know="Know what the documents say on {}",
    aim_source="Know where each point stands and find it in the original.",
    aim_apply="Compare it with the practice of one's own unit and discuss it.",
    key_and_hard="Key points and difficult points",
    key="Key points",
    hard="Difficult points (times, numbers and limits to get exactly right)",
    no_key="To be set by the teacher.",
    no_hard="To be set by the teacher.",
    process="Course of the lesson",
    lead_in="Lead-in",
    ask="Ask: {}",
    lead_in_task="Let the class say what they know and do before the lecture begins.",
    teaching="Lecture",
    discussion="Discussion",
    discuss="How is “{}” understood and done in your own unit?",
    discuss_all="Which of these points are met in your own unit, and which are not yet?",
    summary="Summary",
    summary_task="Read the originals listed under Sources.",
)


_ALL = {words.language: words for words in (ZH, HANT, EN)}


def wording(language: str) -> Wording:
    """The phrases for an answer's language: Simplified Chinese unless it is ``"en"`` or ``"zh-Hant"``."""
    return _ALL.get(language, ZH)
