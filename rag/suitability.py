"""What speaks for or against quoting a text, whatever words it shares with the question: its kind, language, length, purpose."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from embeddings.fold import fold
from rag.question import Question
from rag.quoting import size
from rag.relevance import Relevance
from rag.text import is_english

FREE_LENGTH, LENGTH_TAX = 50, 0.05  # characters; of the score for each doubling beyond
FOREIGN = 0.4  # what a text counts in a language that the person did not ask in
MISTAKEN = 0.7  # what is told as a mistake, where none is asked for

MENTIONED, HEAVY = (
    0.6,
    0.1,
)  # what a mere mention counts; the weight of the words of a question that tell what went wrong

_LIST_AT_END = re.compile(r"(?<=[：:])[^，。；：]+(?:、[^，。；：、]+){2,}[。；]?$")
_SAYS_NOTHING_YET = re.compile(
    r"[？?][”」』]?$|^(?:下面|以下|这里|本文|现)[^，。]{0,12}[，]?[^。]{0,30}(?:谈|讲|说|说明|介绍|归纳|梳理)[^。]{0,20}。?$"
)
_MISTAKE = re.compile(
    r"^(?:常见)?(?:错例|反例|误区|错误(?:做法)?)(?:之?[一二三四五六七八九十]+|\d+)?[：:]"
)  # what is told not to be done
_MISTAKES = re.compile(r"错漏|错误|差错|[容易常]错|误区|毛病|通病|偏差|走样|变形|反面|教训|[大的]坑|违纪")


def suits(text: str, relevance: Relevance) -> float:
    """Less for a sentence without the kind of thing asked for, less for one in a language the person did not ask in, less for
    one that asks or announces itself and so answers nothing, or is given as a mistake.
    """
    return (
        (1.0 if relevance.has_expected(text) else 0.5)
        * (1.0 if relevance.happens_so_often(text) else 0.7)
        * (FOREIGN if is_foreign(text, relevance.question) else 1.0)
        * (0.6 if _SAYS_NOTHING_YET.search(text) or _MISTAKE.match(text) else 1.0)
        * (MENTIONED if relevance.question.remedy and _only_mentions(text, relevance) else 1.0)
    )


def _only_mentions(text: str, relevance: Relevance) -> bool:
    """Whether what went wrong is one of several things that a sentence ends with listing: what to do is told elsewhere."""
    listed = _LIST_AT_END.search(text)
    if listed is None:
        return False
    before, items = fold(text[: listed.start()]), [fold(item) for item in listed.group().split("、")]
    terms = zip(relevance.terms, relevance.term_weights, strict=True)
    held = [term for term, weight in terms if weight >= HEAVY and term in fold(text)]
    return (
        bool(held)
        and not any(term in before for term in held)
        and any(all(term in item for term in held) for item in items)
    )


def brief(text: str) -> float:
    """Less for a long sentence: it is like everything somewhere."""
    return 1.0 - LENGTH_TAX * math.log2(max(1.0, size(text) / FREE_LENGTH))


def of_mistakes(above: Iterable[str], asked: Question) -> float:
    """Less for what stands under a title or heading of mistakes, unless they are asked for."""
    return MISTAKEN if _MISTAKES.search("\n".join(above)) and not _MISTAKES.search(asked.text) else 1.0


def is_foreign(text: str, asked: Question) -> bool:
    """Whether a text is in English and the question is not; whoever asks in English about Chinese texts knows that they are."""
    return asked.language != "en" and is_english(text)
