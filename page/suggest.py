"""Questions worth asking: made from titles and headings, kept only when the documents answer them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.assistant import Assistant
from rag.datatypes import Answer, Document
from rag.question import read_question
from rag.text import grams, language_of, words

HEADLINES = {
    "zh": "如何做一名合格的基层党务工作者",
    "en": "How can one be a good grassroots Party-affairs worker?",
}
EXAMPLES, FOLLOWUPS = 6, 3
TRIED = 40  # candidates looked at before giving up
MAX_CHARS, MAX_SUBJECT = 24, 10

_NUMBERING = re.compile(
    r"^\s*(?:第[一二三四五六七八九十\d]+(?:部分|[章节条、])|[一二三四五六七八九十]+[、．.是要]|[（(][一二三四五六七八九十\d]+[)）]|\d+[.．、)）])\s*"
)
_ASKED = re.compile(r"^问\d*\s*[：:]\s*")
_ASKS = re.compile(r"如何|怎么|怎样|什么|哪些|哪个|为什么|多少|多久|几[个种类项步条]|谁|吗$|是否")
_ACTS = re.compile(
    r"^(?:开好|做好|抓好|当好|建好|用好|讲好|写好|把好|管好|落实|推进|加强|提高|发展|处理|防止|避免|开展|召开|收缴|建立|培养|准备|整理)"
)
_ABOUT = re.compile(r"[：:，,]|怎么|怎样|如何|应|的")  # what stands before it in a title is its subject
_SAYS = re.compile(r"警惕|核对|不同.*有|第.种是")  # a whole sentence, of which 有哪些 makes no question
_LISTED = re.compile(
    r"(?:职责|任务|要求|条件|原则|内容|程序|流程|步骤|环节|做法|方法|措施|问题|事项|标准|制度|误区|形式|类型|情形|材料|情况|规定|错误)$"
)
_ENGLISH_QUESTION = re.compile(
    r"^(?:how (?:to|do|does|is|are|can|should|long|many|often)|(?:what|who|when|where) (?:is|are|do|does|can|may|must|should))\b",
    re.IGNORECASE,
)


def question_from(title: str) -> str | None:
    """A title or heading as a question; ``None`` when none can be made that reads well."""
    plain = _ASKED.sub("", _NUMBERING.sub("", title)).strip(" 。；;：:")
    if language_of(plain) == "en":
        return plain.rstrip("?") + "?" if _ENGLISH_QUESTION.match(plain) else None
    if not 4 <= len(plain) <= MAX_CHARS or re.search(r"[，。；！]", plain):
        return None
    if plain.endswith(("？", "?")) or _ASKS.search(plain):
        return plain.rstrip("？?") + "？"
    act = _ACTS.match(plain)
    if "：" in plain:
        return None
    if act and act[0] == words(plain)[0] and not re.search("[的要得]", plain):  # 发展对象的确定 is no act
        return f"如何{plain}？"
    return f"{plain}有哪些？" if _LISTED.search(plain) and not _SAYS.match(plain) else None


def examples(assistant: Assistant, language: str) -> tuple[str, ...]:
    """Questions to begin with, each from another document; the headline question first if it has an answer.

    Those in ``language`` come first; a Chinese page has no others.
    """
    documents = assistant.documents()
    step = max(1, len(documents) // (EXAMPLES * 4))
    made = [q for d in documents[::step] for q in _first(question_from(d.title))]
    own = [q for q in made if (language_of(q) == "en") == (language == "en")]
    others = [q for q in made if q not in own] if language == "en" else []
    return tuple(_answerable(assistant, (HEADLINES[language], *own, *others), EXAMPLES, ()))


def followups(
    assistant: Assistant, answer: Answer, asked: Sequence[str], within: frozenset[str] | None = None
) -> tuple[str, ...]:
    """Questions to go on with: from what was found beside the answer, unlike anything asked before, answered ``within``
    the documents (ids) that are asked.
    """
    if answer.refused:
        return ()
    cited = {c.document.id for c in answer.citations}
    known = {step for c in answer.citations for step in c.passage.section}
    topic = {gram for term in read_question(answer.standalone_question).terms() for gram in grams(term)}
    documents = {hit.document.id: hit.document for hit in answer.hits}.values()
    english = answer.language == "en"
    found = [
        q
        for d in documents
        for q in _questions_in(d, known, with_title=d.id not in cited)
        if (language_of(q) == "en") == english
    ]
    found.sort(
        key=lambda q: -min(2, len(topic & set(grams(q))))
    )  # on the same matter first, in the order of the hits
    return tuple(_answerable(assistant, found, FOLLOWUPS, asked, within))


def _questions_in(document: Document, known: set[str], with_title: bool) -> Iterator[str]:
    """From the headings that were not cited; the title asks for what a cited document has just answered.

    A heading that leaves out what its document is about is asked of that: 民主评议党员：依据和要求有哪些？
    """
    if with_title:
        yield from _first(question_from(document.title))
    subject = subject_of(document.title)
    for heading in document.headings:
        question = None if heading.text in known or heading.run_in else question_from(heading.text)
        if question is not None:
            named = "：" in question or set(grams(subject)) & set(grams(question))
            foreign = language_of(question) == "en"
            yield question if named or foreign or not subject else f"{subject}：{question}"


def subject_of(title: str) -> str:
    """What a title is about, in a few characters; empty when it does not say so in its first words."""
    opening = _ABOUT.split(title, maxsplit=1)[0].removesuffix("中")
    return opening if 2 <= len(opening) <= MAX_SUBJECT else ""


def _answerable(
    assistant: Assistant,
    candidates: Iterable[str],
    count: int,
    asked: Sequence[str],
    within: frozenset[str] | None = None,
) -> Iterator[str]:
    taken: list[str] = list(asked)
    for tried, question in enumerate(candidates):
        if tried >= TRIED or count == 0:
            return
        if any(_alike(question, other) for other in taken):
            continue
        if assistant.answerable(question, within):
            taken.append(question)
            count -= 1
            yield question


def _alike(one: str, other: str) -> bool:
    left, right = set(grams(one)), set(grams(other))
    return len(left & right) > 0.6 * min(len(left), len(right))


def _first(question: str | None) -> tuple[str, ...]:
    return () if question is None else (question,)
