"""From text to lexical terms: what the full-text index holds and what a query asks it for.

Chinese has no blanks, so a run of ideographs gives its single characters, its overlapping pairs, and its segmented
words of three characters and more (a pair of characters is already there). Everything else gives whole words, folded,
English plurals cut to the singular. ``scan`` is the same text in a form in which the frequency of a term is one
``str.count``.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

from embeddings.fold import fold, fold_fingerprint
from rag import segment
from rag.datatypes import Document
from rag.pinyin import is_spelt_in, sounds_chinese
from rag.text import HAN

_FOLDED = 256  # documents kept folded; folding one of ten thousand characters takes a millisecond
_VERSION = "2"  # raise it when the terms of a text change

# Han, and the scripts that are written without blanks: kana, Thai, Lao, Burmese, Khmer.
_IDEOGRAPH = rf"{HAN}々〆\u3041-\u309f\u30a0-\u30ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
# Vowel signs and the like belong to the word they stand in.
_LETTER = rf"(?:[^\W_{_IDEOGRAPH}]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0980-\u0d7f])"
_HAN_RUN = re.compile(rf"[{HAN}]{{2,}}")
_RUN = re.compile(rf"([{_IDEOGRAPH}]+)|({_LETTER}+(?:[.'’\-]{_LETTER}+)*%?)")
_QUOTES = re.compile('[“”‘’"「」『』《》〈〉〝〞]')
# Words that ask or only hold a sentence together: noise as terms, and rare enough in documents to be loud.
ASKING = re.compile(
    "为什么|为何|为啥|什么样|什么时候|什么|怎么样|怎么办|怎么|怎样|如何|多少|多久|多长|多大|多高|谁|啥|咋|请问"
    "|(?:哪|几|哪几|哪[二三四五六七八九十两])(?:个|大)?方面|哪一?(?:些|个|种|位|里|儿|年|天|月|次|座|家|方面|条|类|项|部|国|几)?"
    "|几(?=[个次年名人种岁天月位项大类条方点])"
    "|材料中|各(?:单位|部门|地)|是不是|能不能|有没有|是否|能否|可以|应该|应当|吗|呢"
)
FUNCTION_CHARACTERS = frozenset("的了在是和与及或有被由于为以之其这那此也都就而则并把对从到吗呢吧啊呀嘛么等")
_IDEOGRAPHIC = re.compile(rf"[{_IDEOGRAPH}]")
_SENTENCE_END = re.compile(r"[。！？!?；;\n]+|\.(?=\s)")


def version() -> str:
    """Changes whenever some text would give other terms: a store written with others indexes its passages anew."""
    return f"{_VERSION}-{fold_fingerprint()}-{zlib.crc32(segment.dictionary().encode()):08x}"


def runs(text: str) -> list[tuple[str, bool]]:
    """The runs of folded ``text`` in order: ``(run, is ideographic)``. Quotation marks and 《》 do not break a run."""
    folded = _QUOTES.sub("", fold(text))
    return [(han, True) if han else (singular(word), False) for han, word in _RUN.findall(folded)]


def content_spans(text: str) -> list[tuple[int, int]]:
    """``(start, end)`` of the ideographic runs of two characters and more that are left without the words that ask."""
    masked = ASKING.sub(lambda asking: " " * len(asking.group()), fold(text))
    return [(run.start(), run.end()) for run in _HAN_RUN.finditer(masked)]


def scan(text: str) -> str:
    """``text`` as runs, with blanks around every word; its sentences are separated by line breaks."""
    sentences = (
        " ".join(run if han else f" {run} " for run, han in runs(sentence))
        for sentence in _SENTENCE_END.split(text)
    )
    return "\n".join(filter(None, sentences))


def needle(term: str) -> str:
    """The string whose count in ``scan(text)`` is the frequency of ``term`` in ``text``."""
    return term if is_ideographic(term) else f" {term} "


def is_ideographic(term: str) -> bool:
    """Whether a term was cut from an ideographic run."""
    return _IDEOGRAPHIC.match(term) is not None


def has_ideographs(text: str) -> bool:
    """Whether any part of ``text`` is written in ideographs or another script without blanks."""
    return _IDEOGRAPHIC.search(text) is not None


def singular(word: str) -> str:
    """An English plural's singular by the S rules of Harman (JASIS 42, 1991); any other word unchanged."""
    if len(word) > 3 and word.isascii() and word.endswith("s"):
        if word.endswith("ies") and word[-4] not in "ae":
            return word[:-3] + "y"
        if word.endswith("es"):
            return word if word[-3] in "aeo" else word[:-1]
        if word[-2] not in "us'":
            return word[:-1]
    return word


def share_named(names: Sequence[str], document: Document) -> float:
    """The share of the folded ``names`` that a document mentions anywhere, its title included, in pinyin or in characters: a
    report names its unit once, and each paragraph tells what the unit does.
    """
    return sum(_names(document, name) for name in names) / len(names)


def _names(document: Document, name: str) -> bool:
    if name in document.text or name in _folded(document):
        return True
    return sounds_chinese(name) and is_spelt_in(name, _folded(document))


@lru_cache(maxsize=_FOLDED)
def _folded(document: Document) -> str:
    return fold(f"{document.title}\n{document.text}")


def pairs(run: str) -> list[str]:
    """Overlapping character pairs of a run; the run itself when it has but one character."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def index_terms(text: str) -> str:
    """All terms of ``text``, separated by blanks, as the full-text index stores them.

    The characters of a run follow one another in order, so that a phrase of characters finds them side by side.
    """
    found: list[str] = []
    for run, han in runs(text):
        if not han:
            found.append(run)
            continue
        found.extend(run)
        if len(run) > 1:
            found.extend(pairs(run))
        found.extend(word for word in segment.cut_terms(run) if len(word) > 2)
    return " ".join(found)
