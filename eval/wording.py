"""When two strings say the same words: the three comparisons that the measures rest on.

``stands_in`` is for quotes (blanks, width and the shape of quotation marks differ between copies of a text),
``says`` for what an answer must contain (script, case, blanks and a few marks may differ too),
``entails`` for the question whether cited text bears a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from embeddings.fold import fold
from rag.text import tight

_QUOTATION = "“”„‟‘’‚‛«»「」『』〝〞＂＇\"'`"
_IGNORED = rf"[\s{_QUOTATION}、，,·・]"
_MARKER = re.compile(r"\[\d{1,3}\]")
_MARKUP = re.compile(r"\*\*|__|^#{1,6} |^> ", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TITLE = re.compile(r"《([^《》]+)》")
MIN_BIGRAM_SHARE = 0.7


def words_of(markdown: str) -> str:
    """The answer without ``[n]`` markers and the marks of bold text, headings and quotations."""
    return _MARKUP.sub("", _MARKER.sub("", markdown))


def plain(text: str) -> str:
    """The text as a quote is compared: NFKC, no blanks, one shape of quotation mark."""
    return "".join(character for character, _ in _plain_characters(text))


def _plain_characters(text: str) -> Iterator[tuple[str, int]]:
    for offset, original in enumerate(text):
        if original in _QUOTATION:
            yield '"', offset
            continue
        for character in unicodedata.normalize("NFKC", original):
            if not character.isspace():
                yield character, offset


def stands_in(quote: str, text: str) -> bool:
    """Whether the quote's words stand in the text; an empty quote stands nowhere."""
    wanted = plain(quote)
    return bool(wanted) and wanted in plain(text)


@dataclass(frozen=True, slots=True)
class Searchable:
    """A text that quotes are looked up in many times; ``offsets[i]`` is where ``folded[i]`` stood."""

    folded: str
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Searchable:
        """The searchable form of ``text``."""
        pairs = list(_plain_characters(text))
        return cls("".join(character for character, _ in pairs), tuple(offset for _, offset in pairs))

    def occurrences(self, quote: str) -> Iterator[tuple[int, int]]:
        """``(start, end)`` in the original text of every place where the quote's words stand."""
        wanted = plain(quote)
        start = self.folded.find(wanted) if wanted else -1
        while start >= 0:
            yield self.offsets[start], self.offsets[start + len(wanted) - 1] + 1
            start = self.folded.find(wanted, start + 1)


def key_form(text: str) -> str:
    """The text as key points are looked up in it: NFKC, Simplified, case folded, with punctuation."""
    return fold(unicodedata.normalize("NFKC", fold(text))).casefold()


@lru_cache(maxsize=4096)
def _key_pattern(alternative: str) -> re.Pattern[str]:
    letters = re.sub(_IGNORED, "", key_form(alternative))
    if not letters:
        return re.compile(r"(?!)")
    before = ""
    if letters.isascii() and letters[0].isalnum():
        before = r"(?<![a-z0-9])"
    elif letters[0].isdigit():
        before = r"(?<!\d)"
    after = r"(?!\d)" if letters[-1].isdigit() else ""
    return re.compile(before + f"{_IGNORED}*".join(map(re.escape, letters)) + after)


def says(answer: str, alternative: str) -> bool:
    """Whether the answer contains the wording of a key point.

    Script, width, case, blanks, quotation marks, commas and ``、`` may differ. An ASCII wording must begin at
    the start of a word (``act`` is not in ``fact``), and a number is a whole one (``12项`` is not in
    ``112项``).
    """
    return _key_pattern(alternative).search(key_form(answer)) is not None


def entails(sentence: str, cited: str) -> bool:
    """Whether the cited text bears the sentence, judged by words alone.

    True when the sentence is a substring, or when at least 70 % of its character bigrams and every number and
    every 《title》 of it stand in the cited text. Traditional and Simplified count as the same.
    """
    claim, evidence = tight(sentence), tight(cited)
    if not claim:
        return False
    if claim in evidence:
        return True
    if set(_numbers(sentence)) - set(_numbers(cited)):
        return False
    if any(tight(title) not in evidence for title in _TITLE.findall(sentence)):
        return False
    return _bigram_share(claim, evidence) >= MIN_BIGRAM_SHARE


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(unicodedata.normalize("NFKC", text))


def _bigram_share(claim: str, evidence: str) -> float:
    known = {evidence[i : i + 2] for i in range(len(evidence) - 1)}
    bigrams = [claim[i : i + 2] for i in range(len(claim) - 1)]
    return sum(bigram in known for bigram in bigrams) / len(bigrams) if bigrams else 0.0
