"""What documents only mention and never list: a numbered label (“四个高地”) or a counted set (8篇调研报告) whose items are asked for.

Nothing else in an extractive answer is as easily wrong: the sentence with the label or the number is the best one, and answers
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings.fold import fold
from rag.datatypes import Hit
from rag.enumerations import enumerations
from rag.question import Question, chinese_number
from rag.text import HAN

# Characters in which items may begin, and in which they stand as one list.
BEHIND, BEFORE, NEXT_TO_IT = 300, 150, 60

_NUMERAL = "一二三四五六七八九十两"
_LABEL = re.compile(r"^[二三四五六七八九十两]+(?:个|大|种|项|类)?")  # how a numbered label begins
_LABEL_ASKED = re.compile(
    r"^[”」』\"]?[，,]?(?:具体|分别|都|各)*(?:是|指|包括|有)(?:的是|的)?(?:哪|什么|啥)|^[”」』\"]?[，,]?分别"
)
_SET = re.compile(
    rf"(?<!第)(?P<number>\d{{1,3}}|[{_NUMERAL}]{{1,3}})(?P<measure>[个种项篇条名位家类件支本份])(?P<noun>[{HAN}]{{2}})"
)
_SET_ASKED = re.compile(
    r"(?:分别|都|各|具体)?(?:是|有|叫|为|指)(?:的是)?(?:哪|什么|啥|谁)|题目|名称|名单|哪几"
)
_SAYS_WHAT = re.compile(r"[”」』\"]?(?:[，,]?(?:是指|指的是|指|即|就是|包括|分别[是为])|[—：:（(])")
_SIGN = rf"[{_NUMERAL}]是|其[{_NUMERAL}]|[（(][{_NUMERAL}\d][)）]|第[{_NUMERAL}]"
_COUNTED_OFF = re.compile(_SIGN)
_GOES_ON = re.compile(
    rf"[^\n]*(?:\n+(?:{_SIGN}|[{_NUMERAL}\d][、.．])[^\n]*)*"
)  # to the end of the paragraph, or of its list
_SEPARATORS = re.compile(r"[；;、]")
_PARTS = re.compile(rf"[{_NUMERAL}][^{_NUMERAL}]+")  # 两企, 三新


def is_unlisted(asked: Question, hits: Sequence[Hit]) -> bool:
    """Whether the question asks for the items of something that the documents of ``hits`` mention and nowhere list; false for
    what they do not mention at all.
    """
    return _label_unlisted(asked, hits) or any(_set_unlisted(each, hits) for each in _sets(asked))


def _label_unlisted(asked: Question, hits: Sequence[Hit]) -> bool:
    label = next((name for name in map(fold, asked.quoted) if _LABEL.match(name)), "")
    count = sum(chinese_number(n) or 0 for n in re.findall(f"[{_NUMERAL}]", label))
    if count < 2 or asked.kind != "list" or not _LABEL_ASKED.search(fold(asked.text).partition(label)[2]):
        return False
    told = {hit.document.id: fold(hit.document.text) for hit in hits if label in fold(hit.context)}
    return bool(told) and not any(_lists_label(label, count, text) for text in told.values())


def _lists_label(label: str, count: int, text: str) -> bool:
    """Whether a text says what a label stands for: right behind it, by items that repeat its words, or counted off after it."""
    shared = _LABEL.sub("", label)
    for place in re.finditer(re.escape(label), text):
        behind = _behind(text, place.end())
        around = text[max(0, place.start() - BEFORE) : place.end() + BEHIND]
        of_parts = [part for part in _PARTS.findall(label) if part != label and f"{part}是指" in behind]
        if _SAYS_WHAT.match(behind) or _items(behind, behind[:NEXT_TO_IT]) >= count - 1 or of_parts:
            return True
        if shared and around.count(shared) - around.count(label) >= count - 1:
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Set:
    """So many of something: ``measure`` and the first characters of the ``noun``, a few words between them."""

    count: int
    measure: str
    noun: str

    def places(self, text: str) -> Iterator[re.Match[str]]:
        """Where a folded text speaks of it, the number in digits or in characters."""
        said = rf"(?P<number>\d{{1,3}}|[{_NUMERAL}]{{1,3}}){self.measure}[^，。；]{{0,8}}?{self.noun}"
        return (match for match in re.finditer(said, text) if chinese_number(match["number"]) == self.count)


def _sets(asked: Question) -> Iterator[_Set]:
    """The counted sets whose items a question asks for."""
    text = fold(asked.text)
    for match in _SET.finditer(text):
        count = chinese_number(match["number"]) or 0
        if count >= 2 and _SET_ASKED.search(text, match.end()):
            yield _Set(count, match["measure"], match["noun"])


def _set_unlisted(wanted: _Set, hits: Sequence[Hit]) -> bool:
    told = [hit for hit in hits if any(wanted.places(fold(hit.passage.text)))]
    return bool(told) and not any(_lists_set(wanted, hit) for hit in told)


def _lists_set(wanted: _Set, hit: Hit) -> bool:
    """Whether a document lists so many items: as one of its enumerations, or around the words themselves."""
    if any(found.size == wanted.count for found in enumerations(hit.document, (hit.passage,))):
        return True
    text = fold(hit.document.text)
    for place in wanted.places(text):
        beside = text[max(0, place.start() - BEFORE) : place.end() + NEXT_TO_IT]
        if _items(_behind(text, place.end()), beside) >= wanted.count - 1:
            return True
    return False


def _behind(text: str, place: int) -> str:
    found = _GOES_ON.match(text, place)
    return found.group()[:BEHIND] if found else ""


def _items(behind: str, beside: str) -> int:
    """How many items are counted off behind a place, or set apart by separators beside it."""
    return max(len(_COUNTED_OFF.findall(behind)), len(_SEPARATORS.findall(beside)))
