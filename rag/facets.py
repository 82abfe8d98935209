"""The questions that one question holds: 由谁组织，时间多长？ asks two things, 甲和乙的作用有什么不同？ asks the same of two."""

from __future__ import annotations

import re
from collections.abc import Iterable

from embeddings.fold import fold
from rag.gathering import subject_of
from rag.question import asks, read_question
from rag.segment import proper_names
from rag.text import HAN, tight
from rag.topic import alike, is_somebody, is_specific, names_a_thing, owner_of, topic_of

_MOST = 4
_EACH = re.compile(
    r"各自?(?![单地级个类种项部家村支位方])的?|分别|(?:之间)?(?:又|都)?有(?:什么|何|哪些)(?:不同|区别|差别|异同)|(?:怎么|如何|怎样)区[分别]"
)
_SHORT = 3  # characters; a longer subject of a part's own takes the place of what belonged to the owner
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|「[^」]*」")
_LETTERS = re.compile(r"[^\W_]")
_COMPARED = re.compile(
    r"^(?:请|帮我)?(?:对比|比较)(?:一下|一比)?(?P<names>[^，。“《]{2,16}?(?:和|与|跟|同|、)[^，。“《]{2,16}?)(?P<rest>(?:在|对|就)[^，。]{3,}|的[^，。]{2,})$"
)
_JOINS = re.compile(r"、|和|与|以及|还有|及(?!时|其)|同(?!志|样|时)")
_WITHIN = re.compile(r"^(?P<whose>[^，、]{2,16}?)(?:在|对|就)(?=[^，]*[、和与])")
_AT_END = re.compile(r"(?:上|方面|中|时候?|这[两三四几]\w{1,3})$")

_NUMERAL = "一二三四五六七八九十两双"
_LABEL = re.compile(
    rf"[“「\"]?(?P<label>[{_NUMERAL}][{HAN}](?:[{_NUMERAL}][{HAN}]{{1,2}})?)[”」\"]?(?=(?:一般)?(?:多|几|由|每|在|什么|分别|各))"
)
_STANDS_FOR = re.compile(
    r"[“「](?P<label>[^”」]{2,6})[”」]，?(?:是指|指的是|包括|指|就是)(?P<things>[^，。；：]+)"
)
_MEASURE = re.compile(
    rf"(?:的|每[年月届次周]|每季度)[{HAN}]{{2,6}}$|(?:影响|有效|任|保质|公示|预备)期|(?:期限|时限|人数|比例|标准|职责|作用|条件|程序|要求|任务|定位)$"
)


def facets(text: str) -> tuple[str, ...]:
    """What a question asks, one stand-alone question each, in order; ``(text,)`` when it asks one thing."""
    asked = parts(subject_of(text))
    label = read_question(text).label
    if label and all(
        label in part for part in asked
    ):  # “三多”分别多走什么、多说什么、多学什么: the items of one list
        return (text,)
    split = [each for part in asked for each in (_of_each(part) or (part,))]
    found = [split[0], *(_completed(part, split[0]) for part in split[1:])]
    named = [facet for facet in dict.fromkeys(found) if _LETTERS.search(facet)]
    return tuple(named[:_MOST]) if len(named) > 1 else (text,)


def of_label(text: str, sentences: Iterable[str]) -> tuple[str, ...]:
    """The same asked of each thing that a numbered label of the question (三会一课) stands for, as ``sentences`` define it
    (“三会”是指甲、乙和丙，“一课”是指丁); empty when they do not.
    """
    label = _LABEL.search(fold(text))
    if label is None:
        return ()
    for sentence in sentences:
        names: list[str] = []
        for match in _STANDS_FOR.finditer(sentence):
            if fold(match["label"]) in label["label"]:
                names.extend(name.strip() for name in _JOINS.split(match["things"]))
        if len(names) > 1 and all(2 <= len(name) <= 12 for name in names):
            before, behind = text[: label.start()], text[label.end() :]
            return tuple(f"{before}{name}{behind}" for name in names)[:_MOST]
    return ()


def parts(text: str) -> tuple[str, ...]:
    """The questions a text holds, split at question marks, and at commas where both sides ask; one when there is only one."""
    found: list[str] = []
    for whole in re.split(r"(?<=[？?；;])(?![”’」』》）)])", text):
        pieces: list[str] = []
        for piece in re.split(r"(?<=[，、,])", whole):
            if pieces and not (_asks(piece) and _asks(pieces[-1])):
                pieces[-1] += piece
            else:
                pieces.append(piece)
        found.extend(pieces)
    return tuple(p.strip("，、, ") for p in found if len(tight(p)) > 2) or (text,)


def _asks(piece: str) -> bool:
    """Whether the piece itself asks, not only a title or words that it quotes."""
    return asks(_QUOTED.sub("", piece))


def _completed(part: str, first: str) -> str:
    """A later part with the topic of the first, where it names none: 时间要多长？ → 短期集中培训时间要多长？"""
    if re.search(r"[A-Za-z]{3}", part):
        return f"{part} ({first.rstrip('?,. ')})"
    topic = owner_of(topic_of(first))
    owner = topic.partition("的")[0]
    if not topic or fold(owner) in fold(part):
        return part
    if not names_a_thing(part):
        whose = owner if is_somebody(owner) and len(tight(topic_of(part))) > _SHORT else topic
        return whose + re.sub("^各自", "", part)
    stands = is_specific(part) and first.endswith(("？", "?"))
    return f"{owner}{part}" if is_somebody(owner) and not stands else part


def _of_each(part: str) -> tuple[str, ...]:
    """The same asked of each of the things a question names side by side; empty when it names one."""
    if compared := _COMPARED.match(part):
        names = [name.strip() for name in _JOINS.split(compared["names"])]
        return tuple(f"{name}{compared['rest']}" for name in names) if all(map(proper_names, names)) else ()
    marked = _EACH.search(part)
    if marked is None or re.search(r"[“「『《][^”」』》]*[、和与]", part):
        return ()
    before, behind = part[: marked.start()], part[marked.end() :]
    named, asked = _named_and_asked(before)
    whose = _WITHIN.match(named)
    prefix, listed = (whose["whose"], named[whose.end() :]) if whose else ("", named)
    names = [name.strip() for name in _JOINS.split(listed)]
    if len(names) < 2 or min(map(len, names)) < 2:
        return ()
    names[-1], of_last = _without_measure(_AT_END.sub("", names[-1]), names[0])
    rest = f"{of_last}{asked}{behind}"
    return tuple(f"{prefix}{name}{rest}" for name in names) if tight(rest) else ()


def _named_and_asked(before: str) -> tuple[str, str]:
    """The clause that names the things, and what else is said before they are told apart: 做思想工作，甲局和乙局各有哪些办法."""
    first, comma, rest = before.partition("，")
    if comma and not _JOINS.search(first) and _JOINS.search(rest) and proper_names(rest):
        return rest, first
    return first, rest


def _without_measure(last: str, first: str) -> tuple[str, str]:
    """The last name and what is asked of all of them: 甲 and 的作用 in 甲和乙的作用."""
    measured = _MEASURE.search(last)
    if alike(first, last) or measured is None or measured.start() < 2:
        return last, ""
    return last[: measured.start()], last[measured.start() :]
