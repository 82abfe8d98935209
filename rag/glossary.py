"""Chinese words for English ones: whoever asks in English about Chinese documents shares no word with them.

``data/glossary.txt`` translates the terms of Party and grassroots work and the words that go with them. The longest
wording that a text holds counts; inflection does not. Other words are looked up in ``rag.lexicon``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag import lexicon
from rag.terms import singular

_WORD = re.compile(r"[a-z0-9]+(?:['’.][a-z0-9]+)*%?")
_ARTICLES = frozenset(("a", "an", "the"))
# What is counted is no part of the subject where it is only a measure: it would find the masses, and the minutes of a meeting.
_MEASURED = re.compile(
    r"\bhow many (?:people|persons|characters|words|yuan|times|minutes|hours|(?:working )?days|weeks|months|years)\b|^(?:please )?list\b"
)
# What a thing is called, what is mentioned or asked for, and in which text it stands, is how a question is put and not its
# subject. The articles of a law are: they are numbered, or said to be its.
_OF_LAW = r"(?:\d|[ivx]+\b|of\s+(?:the\s+)?(?:party\s+)?(?:constitution|law|regulations?|rules|charter)\b)"
_TEXT = rf"(?:articles?|texts?|essays?|passages?|speech|commentary)\b(?!\s+{_OF_LAW})"
_END = r"(?=\s*(?:[?.!;,]|$))"
_FRAMES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(\bwhat\s+(?:is|are|was|were)\s+[^?.!;,]*?)\s(?:called|named|titled|known\s+as|referred\s+to\s+as){_END}",
        r"(\bwhat\s+(?:do|does|did)\s+[^?.!;,]*?)\scall\b",
        rf"()\b(?:is|are|was|were)\s+(?:listed|mentioned|named|given|quoted|cited|described|identified|discussed){_END}",
        r"\b(?:is|are|was|were|be|been)(\s+(?:[\w’'-]+\s+){0,3}?)(?:asked|told|supposed|meant|said|expected)\s+to\b(?!\s+attend)",
        rf"(\b(?:according\s+to|in|of|from|by|does|do|did)\s+(?:the|this|that|these|both|each)\s+(?:[\w’'-]+\s+){{0,4}}?){_TEXT}(?:['’]s)?",
        r"()\b(?:talks?|speaks?|deals?)\s+(?:about|with)\b(?=[^.]*\?)",
    )
)
_ENDINGS = ("ing", "ed")
# Words that ask, count or only hold a sentence together: they say nothing about the subject.
FUNCTION_WORDS = frozenset(
    word
    for line in (
        "a an the of to in on at for and or is are was were be been being do does did has have had am not no than then there",
        "can could should would will shall must may might with by from as about into if while since until within through",
        "between among during after before under over up out off so too very more most all any every each both either other",
        "another only also just still even once again yet such same several various per via upon onto towards along apart besides except instead whether that this these those it its itself their theirs they them themselves he she his her himself herself oneself",
        "him you your we us our i me my own someone somebody anyone anything something what which who whom whose when where why",
        "how often frequently long soon many much one two three four five six seven eight nine ten number thing things kind kinds sort sorts set sets way ways piece pieces",
        "according text texts document documents author say says said tell please usually normally generally typically come comes",
        "name names named guide compare compared describe explain get gets take takes taken give gives given make makes made go goes put let need needs needed able happen happens s",
    )
    for word in line.split()
)
_SHORTEST_STEM = 3
LEARNED = 0.25  # what a learned word counts, times how sure it is, in the share of a text that is known (docs/retrieval.md)


@dataclass(frozen=True, slots=True)
class Wording:
    """A word or phrase of an English text as it stands there, in small letters, and what it is called in Chinese, the
    closest first; nothing when it is not known.

    ``shares``: of a word that the glossary lacks and ``rag.lexicon`` knows, how sure each of these is, from 0 to 1.
    """

    said: str
    meant: tuple[str, ...]
    shares: tuple[float, ...] = ()

    @property
    def sure(self) -> float:
        """How sure the closest is: 1 when the glossary gives it, 0 when there is none."""
        return max(self.shares, default=float(bool(self.meant)))

    @property
    def odds(self) -> tuple[float, ...]:
        """``shares`` scaled to sum to 1."""
        return tuple(share / sum(self.shares) for share in self.shares)


def wordings(text: str) -> tuple[Wording, ...]:
    """All words of an English text in order; what the glossary knows as a phrase stays together."""
    return _wordings(text.lower())


def content(text: str) -> tuple[Wording, ...]:
    """``wordings`` without the function words."""
    return tuple(w for w in wordings(text) if w.said not in FUNCTION_WORDS)


def in_chinese(text: str) -> tuple[str, float]:
    """The content of an English text word by word in Chinese, words that are not known as they are; and the share that
    was known, learned words counting a part. ``("", 0.0)`` when none was.
    """
    said = content(text)
    known = sum(LEARNED * wording.sure if wording.shares else wording.sure for wording in said)
    if not known:
        return "", 0.0
    return " ".join(wording.meant[0] if wording.meant else wording.said for wording in said), known / len(
        said
    )


@lru_cache(maxsize=2_000)
def _wordings(text: str) -> tuple[Wording, ...]:
    for frame in _FRAMES:
        text = frame.sub(r"\1 ", text)
    words = english_words(_MEASURED.sub("how many", text))
    stems = [stem(word) for word in words]
    entries, longest = _entries()
    found: list[Wording] = []
    at = 0
    while at < len(words):
        sizes = range(min(longest, len(words) - at), 0, -1)
        size = next((n for n in sizes if tuple(stems[at : at + n]) in entries), 0)
        if size == 1 and words[at] in FUNCTION_WORDS:
            size = 0  # will is no 意志, though willing is 自愿
        phrase = " ".join(words[at : at + size])
        found.append(
            Wording(phrase, entries[tuple(stems[at : at + size])]) if size else _learned(words[at], stems[at])
        )
        at += size or 1
    return tuple(found)


def _learned(word: str, stemmed: str) -> Wording:
    found = () if word in FUNCTION_WORDS else lexicon.translations(stemmed)
    return Wording(word, tuple(meant for meant, _ in found), tuple(sure for _, sure in found))


@lru_cache(maxsize=1)
def _entries() -> tuple[dict[tuple[str, ...], tuple[str, ...]], int]:
    """The Chinese for each wording, as stems; how many words the longest has."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for stems, meant in _lines():
        found[stems] = tuple(dict.fromkeys((*found.get(stems, ()), *meant)))
    return found, max(map(len, found))


def _lines() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for line in files("rag").joinpath("data/glossary.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            said, meant = line.split(" = ")
            for wording in said.split(", "):
                words = english_words(wording)
                yield tuple(map(stem, words)), tuple(meant.split())


def english_words(text: str) -> list[str]:
    """The words of an English text in order, in small letters, without articles."""
    return [word for word in _WORD.findall(text.lower()) if word not in _ARTICLES]


def stem(word: str) -> str:
    """A word without plural, -ing, -ed and possessive, in British spelling: alike for all forms of a word, not a word itself."""
    word = singular(re.sub(r"['’]s?$", "", word)).replace("iz", "is")
    if word.endswith("ees"):
        word = word[:-1]
    if word.endswith("ied"):
        return word[:-3] + "y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST_STEM else word
