"""Makes a follow-up question stand alone, by rule: topic and entities are carried over only when they are missing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.fold import fold
from rag.datatypes import Turn
from rag.question import read_question

_REFERS = re.compile(r"他们|她们|它们|他(?!人|乡)|她|它|这(?:个|些|项|种|篇|位|里|样)?|那(?:个|些|项|种|篇|位|里)(?!么)|其(?=中|他|次)?|该(?=单位|部门|局|机关|文|村|支部)|上面|上述|前面|刚才|还有(?:呢|吗|哪)|同样|第[一二三四五六七八九十]个")
_CONTINUES = re.compile(r"^(?:那么?|那|还有|另外|然后|再|而|至于|关于)|呢[，,？?。]|呢$|^(?:为什么|具体|详细|举例|比如|怎么说|什么意思)")
_REFERS_EN = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her)\b|^(?:and|what about|how about|why)\b", re.I)
_PRONOUN = re.compile(r"^(?:那么?)?(?:他们|她们|它们|这个单位|该单位|他|她|它)的?")
_NOUNS = frozenset("n nr ns nt nz nrt nrfg j vn an l i b f eng m".split())


class RuleCondenser:
    """Carries the topic of the last question over. Without a language model; deterministic."""

    def condense(self, question: str, history: Sequence[Turn]) -> str:
        """The stand-alone question; ``question`` itself when it names its own topic or there is no history."""
        turns = [t for t in history if t.question.strip()]
        if not turns or not needs_history(question):
            return question
        topic = topic_of(turns[-1].question)
        if not topic or fold(topic) in fold(question):
            return question
        rest = _PRONOUN.sub("", question.strip())
        rest = re.sub(r"^(?:那么?|还有|另外|至于|关于)", "", rest).strip("，, ")
        joiner = " " if read_question(question).language == "en" else ("的" if _PRONOUN.match(question) else "")
        return f"{topic}{joiner}{rest}"


def needs_history(question: str) -> bool:
    """Whether a question leans on what was said before: it refers back, goes on, or names next to nothing."""
    if read_question(question).language == "en":
        return bool(_REFERS_EN.search(question)) or len(question.split()) <= 3
    plain = fold(question).strip()
    return bool(_REFERS.search(plain) or _CONTINUES.search(plain)) or len(read_question(plain).terms()) <= 1


def topic_of(question: str) -> str:
    """Whom or what a question is about: its first run of names and nouns, quotation marks left out."""
    import rjieba

    if read_question(question).language == "en":
        return question.strip(" ?")
    plain = re.sub(r"[“”「」\"]", "", fold(question))
    run: list[str] = []
    for word, tag in rjieba.tag(plain):
        if tag in _NOUNS and word not in ("什么", "哪些"):
            run.append(word)
        elif run:
            break
    return "".join(run)
