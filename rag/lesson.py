"""Lesson material from a language model: it fills the structure, the checker decides what of it stands.

The model sees the passages that the chosen answers cite, numbered and fenced as for an answer, and nothing else. What it
writes is taken apart at the headings of the form (引言, 结语, 教学目标, …); each part is checked sentence by sentence like an
answer and becomes one: supported sentences with their citations, the others flagged or left out as the settings say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from embeddings import Encoder
from embeddings.fold import fold
from rag import cite
from rag.config import Settings
from rag.datatypes import Answer, Draft, DraftSentence, Hit, Lesson
from rag.entail import Inference
from rag.errors import ModelError, SettingError
from rag.llm import ChatGenerator
from rag.model_text import split
from rag.prompt import LESSON_RULES
from rag.text import tight

BODY, TITLE = "body", "title"
LONGEST_TITLE = 40  # characters
LENGTHENED = 3  # times as long as an answer may a lesson be
KEPT = 16  # lessons: the same answers as .docx and .pptx, or asked for again, are not written twice

# Form -> its parts in the order in which they stand -> the headings under which models write them.
_PARTS: Mapping[str, Mapping[str, str]] = {
    "lecture": {
        "introduction": "引言 导语 前言 导言 introduction",
        BODY: "正文 主体 主要内容 main part body",
        "conclusion": "结语 结束语 结尾 小结 conclusion",
    },
    "plan": {
        "aims": "教学目标 教学目的 目标 aims objectives",
        "key": "教学重点 重点 教学重点和难点 教学重点难点 重点难点 教学重难点 keypoints",
        "hard": "教学难点 难点 difficultpoints",
        BODY: "讲授 讲授内容 教学内容 教学过程 讲解 lecture teaching",
        "summary": "小结 总结 课堂小结 结语 summary",
    },
}
_TITLES = frozenset("题目 标题 课题 title topic".split())
_NUMBER = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:[、.．]|部分[：:]?)|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、])\s*"
)
_HEADING = re.compile(
    r"^\s{0,3}(?:(?P<hashes>#{1,6})\s*|\*\*)(?P<words>[^*#\n]+?)\s*(?:#+|\*\*)?\s*[:：]?\s*$"
)
_LABELLED = re.compile(r"^\W*(?P<name>\w+)\W*?[:：]\W*(?P<words>\w.*?)\W*$")
_LISTED = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.．、)])\s")
_NOTHING = ModelError(
    "模型写的内容没有一句能在资料中找到依据。",
    "Nothing that the model wrote is supported by the documents.",
)


class LessonWriter:
    """Writes lectures and lesson plans with the chat model of the settings, from the passages that answers cite.

    Raises ``SettingError`` when the settings name no usable model.
    """

    def __init__(self, settings: Settings, encoder: Encoder, inference: Inference | None = None) -> None:
        longer = LENGTHENED * settings.llm_max_tokens
        self._chat = ChatGenerator(replace(settings, llm_max_tokens=longer))
        self._encoder = encoder
        self._inference = inference
        self._drop = settings.unsupported == "drop"
        self._written: dict[tuple[str, ...], Lesson] = {}

    def write(self, answers: Sequence[Answer], form: str) -> Lesson | None:
        """The lesson; without parts and with a notice when the model fails; ``None`` when there is nothing to write."""
        hits = _cited(answers)
        if form not in _PARTS or not hits:
            return None
        key = (form, *(text for answer in answers for text in (answer.question, answer.answer)))
        if key not in self._written:
            language = common_language(answers)
            try:
                lesson = self._lesson(answers, hits, form, language)
            except (ModelError, SettingError) as error:
                return Lesson(form, notice=_instead(error, language))
            if len(self._written) >= KEPT:
                self._written.clear()
            self._written[key] = lesson
        return self._written[key]

    def _lesson(self, answers: Sequence[Answer], hits: Sequence[Hit], form: str, language: str) -> Lesson:
        """Raises ``ModelError`` when no sentence of the main part holds."""
        topic = "；".join(answer.question for answer in answers if not answer.refused)
        rules = LESSON_RULES["en" if language == "en" else "zh"][form]
        reply = self._chat.reply(topic, hits, language, rules)
        texts = taken_apart(reply.text(), form)
        blank = Answer(topic, topic, language, "llm", "", model=self._chat.name)
        checked = {
            name: self._checked(texts[name], reply.hits, topic) for name in _PARTS[form] if name in texts
        }
        if BODY not in checked or not checked[BODY].stands:
            raise _NOTHING
        parts = {name: found.as_answer(blank) for name, found in checked.items() if found.stands}
        told = (reply.notice, *(found.notice(language, dropped=False) for found in checked.values()))
        notices = dict.fromkeys((*told, _left_out(checked, parts, language)))
        title = self._title(texts.get(TITLE, ""), reply.hits, topic)
        return Lesson(form, title, parts, "".join(notice for notice in notices if notice) or None)

    def _checked(self, text: str, hits: Sequence[Hit], topic: str) -> cite.Checked:
        draft = Draft("llm", tuple(split(text)), model=self._chat.name)
        return cite.check(draft, hits, self._encoder, self._inference, question=topic, drop=self._drop)

    def _title(self, words: str, hits: Sequence[Hit], topic: str) -> str:
        """The model's title when the passages say it or head it so; else none."""
        headings = tuple(split(f"# {words}"))[:1]
        if not headings or len(headings[0].text) > LONGEST_TITLE:
            return ""
        below = DraftSentence("如下：")  # frames anything: the title stands before it when it holds
        checked = cite.check(Draft("llm", (*headings, below)), hits, self._encoder, question=topic)
        title = headings[0].text
        return title if any(title in s.lead or title == s.text for s in checked.sentences) else ""


def taken_apart(text: str, form: str) -> dict[str, str]:
    """The text of each part of the form, and the title; what stands under no known heading belongs to the main part.

    Headings of the second rank inside the main part become labels of the paragraph below them.
    """
    names = {name: part for part, listed in _PARTS[form].items() for name in listed.split()}
    found: dict[str, list[str]] = {}
    part, label = BODY, ""
    for line in text.splitlines():
        heading, level = _heading(line, names)
        known = names.get(_key(heading), "")
        if heading and (known or _key(heading) in _TITLES):
            part, label = known or TITLE, ""
        elif title := _title_in(line, heading, level, bool(found)):
            found[TITLE] = [title]
        elif heading and level > 2:
            part, label = BODY, heading
        elif heading:
            part, label = BODY, ""
            found.setdefault(BODY, []).extend(("", f"## {heading}", ""))
        elif label and line.strip():
            lines = (f"## {label}", "", line) if _LISTED.match(line) else (f"- **{label}**：{line.strip()}",)
            found.setdefault(part, []).extend(lines)
            label = ""
        elif line.strip() or part in found:
            found.setdefault(part, []).append(line)
            part = BODY if part == TITLE else part
    return {name: "\n".join(lines) for name, lines in found.items()}


def _heading(line: str, names: Mapping[str, str]) -> tuple[str, int]:
    """``(words without their number, rank)`` of a line that heads others; ``("", 0)`` for any other."""
    match = _HEADING.match(line)
    if match is None:
        alone = _NUMBER.sub("", line.strip()).rstrip("：: ")
        return (alone, 2) if _key(alone) in names else ("", 0)
    words = match["words"].strip()
    deep = words.startswith(("（", "(")) or re.match(r"\d", words)
    return _NUMBER.sub("", words) or words, 3 if deep else len(match["hashes"] or "##")


def _title_in(line: str, heading: str, level: int, begun: bool) -> str:
    """The title that a line gives: the first heading of the highest rank, or what follows 题目：."""
    labelled = _LABELLED.match(line)
    if labelled is not None and _key(labelled["name"]) in _TITLES:
        return labelled["words"]
    return heading if level == 1 and not begun else ""


def _key(words: str) -> str:
    return tight(fold(words))


def _cited(answers: Sequence[Answer]) -> tuple[Hit, ...]:
    """The passages that the answers cite, each once, in order of citation."""
    cited = {c.passage.id: c for answer in answers for c in answer.citations}
    return tuple(Hit(rank, 1.0, c.passage, c.document) for rank, c in enumerate(cited.values(), 1))


def _left_out(checked: Mapping[str, cite.Checked], parts: Mapping[str, Answer], language: str) -> str:
    """How many headings and sentences without support are not even shown as such."""
    shown = {sentence.text for part in parts.values() for sentence in part.sentences}
    count = sum(text not in shown for found in checked.values() for text in found.unsupported)
    if not count:
        return ""
    if language == "en":
        return f"{count} heading(s) or sentence(s) of the model without support were left out."
    return f"模型写的标题和句子中有 {count} 处没有找到依据，已略去。"


def _instead(error: ModelError | SettingError, language: str) -> str:
    if language == "en":
        return f"{error.en} What follows is arranged from the answers as they stand."
    return f"{error.zh}以下按已有回答的原句编排。"


def common_language(answers: Sequence[Answer]) -> str:
    """The language that frames several answers: Chinese as soon as one is; Traditional when no answer is Simplified."""
    spoken = {answer.language for answer in answers}
    if spoken == {"en"}:
        return "en"
    return "zh" if "zh" in spoken else "zh-Hant"
