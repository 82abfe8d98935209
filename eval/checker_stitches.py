"""False sentences made wholly of a passage's own words: parts of two statements put together.

Every word of them stands in the passage they cite, so only who does what, and what goes with what, can give them away.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from eval.checker_edits import Source
from rag import segment
from rag.numbers import numbers
from rag.text import tight

_STATEMENT = re.compile(r"[^。；;！？\n]+")
_COUNTED = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|[一二三四五六七八九十]+)(?P<unit>个月|工作日|学时|分钟|周岁|[天年日次人名元项条份户岁周件])(?![初内中第级度])"
)
_JOINT = re.compile(
    r"^(?:首先|其次|再次|最后|因此|所以|同时|此外|另外|也就是|比如|例如|如果|其中|一般|第?[一二三四五六七八九十\d]+[是、步类种点]|有的|否则|但|而|并|这|那|它|他|此|即|就是|以|按|根据|依照)"
)
_BODY = re.compile(
    r"(?:大会|委员会|书记|组长|小组|会议|委员|负责人|联系人|介绍人|登记簿|志愿书|申请书|介绍信|记录|名册)$"
)
_TURNING = re.compile(r"^(?:预备|流动|离退休|临时|联合|基本|不|副)")
_SUBJECT_TAGS = ("n", "j", "l", "i", "b")
_LONGEST_HEAD = 16


def half_of_another(source: Source, chance: random.Random) -> str | None:
    """The first clause of one statement with the rest of another: 对青年，重在引导 becomes 对老人，重在引导."""
    mine = [halves for text in _STATEMENT.findall(source.sentence) if (halves := _halves(text))]
    others = [halves for text in _statements_beside(source) if (halves := _halves(text))]
    chance.shuffle(others)
    for head, own_rest in mine:
        for other, rest in others:
            apart = tight(head) not in tight(other + rest) and tight(other) not in tight(head + own_rest)
            if apart and rest != own_rest:
                return _unless_said(f"{head}，{rest}。", source)
    return None


def subject_of_beside(source: Source, chance: random.Random) -> str | None:
    """A statement with the subject of another one of its passage, whatever it names."""
    subject = _subject(source.sentence)
    if subject is None:
        return None
    others = {s for text in _statements_beside(source) if (s := _subject(text)) and not _shares(s, subject)}
    others = {s for s in others if s not in source.sentence}
    if not others:
        return None
    return _unless_said(chance.choice(sorted(others)) + source.sentence[len(subject) :], source)


def number_of_beside(source: Source, chance: random.Random) -> str | None:
    """A number with the one that another statement of the passage gives for the same unit in its place."""
    found = list(_COUNTED.finditer(source.sentence))
    chance.shuffle(found)
    for match in found:
        others = sorted(
            {
                other["number"]
                for text in _statements_beside(source)
                for other in _COUNTED.finditer(text)
                if other["unit"] == match["unit"] and _value(other.group()) != _value(match.group())
            }
        )
        said = {_value(m.group()) for m in found if m["unit"] == match["unit"]}
        others = [n for n in others if _value(n + match["unit"]) not in said]
        if others:
            start, end = match.span("number")
            return source.sentence[:start] + chance.choice(others) + source.sentence[end:]
    return None


def compound_cut(source: Source, chance: random.Random) -> str | None:
    """A compound without its end, or without the head that makes it another thing: 党员大会 → 党员, 预备党员 → 党员."""
    found: list[tuple[str, str]] = []
    for word, tag in segment.tagged_terms(source.sentence):
        tail = _BODY.search(word)
        head = _TURNING.match(word)
        if tail is not None and tail.start() > 1 and (tag == segment.TERM or len(word) > 3):
            found.append((word, word[: tail.start()]))
        if head is not None and len(word) - head.end() > 1:
            found.append((word, word[head.end() :]))
    found = [(old, new) for old, new in found if source.sentence.count(new) == source.sentence.count(old)]
    if not found:
        return None
    old, new = chance.choice(found)
    return _unless_said(source.sentence.replace(old, new), source)


def _value(text: str) -> str:
    """What a written number is worth: 六 and 6 are one."""
    found = numbers(text)
    return found[0].value if found else text


def _statements_beside(source: Source) -> Iterator[str]:
    """The statements of the passage outside the sentence."""
    outside = source.passage.replace(source.sentence, "\n")
    return (text.strip() for text in _STATEMENT.findall(outside) if len(text.strip()) > 8)


def _halves(statement: str) -> tuple[str, str] | None:
    """The clause that opens a statement, where it names what the statement is about, and the rest."""
    head, _, rest = statement.strip().partition("，")
    if not 2 <= len(head) <= _LONGEST_HEAD or len(rest) < 6 or _JOINT.match(head):
        return None
    named = [w for w, tag in segment.tagged(head) if tag.startswith(_SUBJECT_TAGS) and len(w) > 1]
    return (head, rest) if named and not any(w in rest for w in named) else None


def _subject(statement: str) -> str | None:
    """The nouns that a statement begins with, where a verb or adverb follows them."""
    words = segment.tagged_terms(statement)
    subject = ""
    for word, tag in words:
        if tag != segment.TERM and not tag.startswith(_SUBJECT_TAGS):
            follows = tag.startswith(("v", "d", "p")) and len(tight(subject)) > 1
            return subject if follows and not _JOINT.match(subject) else None
        subject += word
    return None


def _shares(one: str, other: str) -> bool:
    return one in other or other in one or one[-2:] == other[-2:]


def _unless_said(sentence: str, source: Source) -> str | None:
    """``sentence``, unless the passage says it after all."""
    return None if tight(sentence) in tight(source.passage) else sentence
