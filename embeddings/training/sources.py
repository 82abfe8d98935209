"""Which pairs the bundled model learns from, how often, and what is kept back to choose between variants."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from embeddings.fold import fold

Pair = tuple[str, str]

# Every tenth group of pairs (in which no text is shared with the rest) only serves to compare variants.
DEVELOPMENT_SHARE = 10
DEVELOPMENT_SOURCES = ("zh__drcd_test", "zh__stard", "zh__crud_qa", "zh__crud_party_q", "par__wmt_news")
# Consecutive lines of one news article stay together, so that windows of lines exist on both sides of the
# split. The news repeat themselves (several translations of one article), so that a block costs more than
# its own lines.
NEWS_BLOCK_LINES = 60
NEWS_SHARE = 25
PIVOT_SOURCES = ("par__wmt_news", "par__tico19", "par__ntrex", "par__tatoeba")

_NEWS_STAMP = re.compile(r"^.{0,60}?正文[:：]")


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of pairs: ``weight`` is its share of the batches, ``scale`` the inverse temperature of its loss.

    ``query_dropout`` and ``passage_dropout`` are the largest share of tokens dropped from a side (drawn anew for
    every text). ``lines`` is how many consecutive lines the passage side spans; with ``reverse`` the second text
    of a pair is the query. With ``span`` the query is only a run of words, of its own text ("query") or of the
    passage ("passage": the lexical task); ``cloze`` queries are statements, which get question words mixed in.
    ``hard`` is the share of batches made of neighbourhoods: passages that the model finds alike.
    """

    name: str
    weight: float
    scale: float
    query_dropout: float = 0.2
    passage_dropout: float = 0.2
    lines: int = 1
    reverse: bool = False
    span: Literal["", "query", "passage"] = ""
    cloze: bool = False
    hard: float = 0.0

    @property
    def query_language(self) -> str:
        """``zh``, ``en`` or the code of another language."""
        kind, _, rest = self.name.partition("__")
        if kind == "zh":
            return "zh"
        if kind == "par":
            other = rest.removeprefix("opus_") if rest.startswith("opus_") else "zh"
            first, second = "en", other
        else:
            first, second = rest, "zh"
        passage_is_query = self.reverse != (self.span == "passage")
        return second if passage_is_query else first


PARALLEL_SCALE = 12.0
CHINESE_SCALE = 22.0
HARD_SHARE = 0.6

# Weights of the other languages: about the square root of what there is to learn from.
OTHER_LANGUAGES = {
    "de": 1.4, "ru": 1.4, "es": 1.1, "fr": 0.9, "ar": 0.6, "tr": 0.6, "ja": 0.6, "hi": 0.5, "it": 0.3,
    "pt": 0.25, "uk": 0.25, "id": 0.2, "kk": 0.2, "vi": 0.15, "ko": 0.15, "ug": 0.15, "th": 0.1, "mn": 0.04,
}  # fmt: skip


def training_sources() -> tuple[Source, ...]:
    """The mixture, with weights relative to each other."""
    return (*_english_and_chinese(), *_chinese(), *_other_languages())


def _english_and_chinese() -> list[Source]:
    line = partial(Source, scale=PARALLEL_SCALE)
    window = partial(Source, scale=PARALLEL_SCALE, hard=HARD_SHARE)
    question = partial(Source, scale=PARALLEL_SCALE, span="query", cloze=True)
    return [
        line("par__wmt_news", 3.0),
        window("par__wmt_news", 1.0, lines=5),
        question("par__wmt_news", 1.5, lines=6, hard=HARD_SHARE),
        question("par__wmt_news", 1.2, lines=10, hard=HARD_SHARE),
        line("par__wmt_news", 1.2, lines=5, reverse=True),
        line("par__cedict", 2.5),
        line("par__msctd", 1.3),
        line("par__tatoeba", 1.0),
        line("par__3am", 0.7),
        line("par__pydocs", 0.6),
        line("par__ntrex", 0.15),
        question("par__ntrex", 0.15, lines=5),
        line("par__tico19", 0.15),
        question("par__tico19", 0.15, lines=5),
    ]


def _chinese() -> list[Source]:
    question = partial(Source, scale=CHINESE_SCALE)
    statement = partial(Source, scale=CHINESE_SCALE, query_dropout=0.5, cloze=True, hard=HARD_SHARE)
    lexical = partial(Source, scale=CHINESE_SCALE, query_dropout=0.5, span="passage", cloze=True)
    return [
        statement("zh__crud_news", 2.5),
        statement("zh__crud_news", 1.5, lines=2),
        statement("zh__crud_party_ict", 1.2),
        statement("zh__laws", 1.0),
        question("zh__crud_party_q", 1.3, hard=HARD_SHARE),
        question("zh__crud_party_q", 0.7, lines=2, hard=HARD_SHARE),
        question("zh__drcd_test", 1.0),
        question("zh__lawyer_llama", 0.4),
        question("zh__cmrc_trial", 0.3),
        question("zh__stard", 0.2),
        question("zh__crud_qa", 0.15),
        lexical("zh__crud_news", 1.5, hard=HARD_SHARE),
        lexical("zh__crud_news", 1.5, lines=2, hard=HARD_SHARE),
        lexical("zh__crud_party_q", 0.7, hard=HARD_SHARE),
        lexical("zh__drcd_test", 0.4),
        Source("par__wmt_news", 0.7, CHINESE_SCALE, span="passage", cloze=True, lines=5, reverse=True),
    ]


def _other_languages() -> list[Source]:
    line = partial(Source, scale=PARALLEL_SCALE)
    sources = []
    for code, weight in OTHER_LANGUAGES.items():
        sources += [
            line(f"par__opus_{code}", 0.6 * weight),
            line(f"par__opus_{code}", 0.4 * weight, lines=4, reverse=True),
            line(f"pivot__{code}", 0.25 * weight, lines=3),
        ]
    return sources


@dataclass(frozen=True, slots=True)
class Corpus:
    """Folded, cleaned pairs by source: those to train on and those kept back."""

    training: dict[str, list[Pair]]
    development: dict[str, list[Pair]]


def read_corpus(folder: Path, names: Collection[str] | None = None) -> Corpus:
    """All ``*.jsonl.gz`` of ``folder``, or those of these names, as folded pairs, split into training and development.

    Raises ``FileNotFoundError`` when the folder holds no such file.
    """
    paths = [path for path in sorted(folder.glob("*.jsonl.gz")) if names is None or _name(path) in names]
    if not paths:
        raise FileNotFoundError(f"no *.jsonl.gz in {folder}")
    pairs = {_name(path): list(_read_pairs(path)) for path in paths}
    training, development = {}, {}
    for name, rows in pairs.items():
        if name in DEVELOPMENT_SOURCES:
            training[name], development[name] = _split(name, rows)
        else:
            training[name] = rows
    _split_other_languages(training, development)
    return Corpus(training, development)


def _name(path: Path) -> str:
    return path.name.removesuffix(".jsonl.gz")


def _read_pairs(path: Path) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            first, second = json.loads(line)
            first, second = _clean(first), _clean(second)
            if first and second:
                yield first, second


def _clean(text: str) -> str:
    return _NEWS_STAMP.sub("", fold(text)).strip()


def _split(name: str, rows: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Training and development rows; training rows that share a text with a development row are dropped."""
    kept_back = _news_block if name == "par__wmt_news" else _by_passage(rows)
    development = [row for index, row in enumerate(rows) if kept_back(index)]
    seen = {text for row in development for text in row}
    training = [row for row in rows if seen.isdisjoint(row)]
    return training, development


def _news_block(index: int) -> bool:
    return index // NEWS_BLOCK_LINES % NEWS_SHARE == 0


def _by_passage(rows: list[Pair]) -> Callable[[int], bool]:
    return lambda index: zlib.crc32(rows[index][1].encode()) % DEVELOPMENT_SHARE == 0


def _split_other_languages(training: dict[str, list[Pair]], development: dict[str, list[Pair]]) -> None:
    """Adds ``pivot__xx`` pairs (language xx, Chinese), joined through English sentences that both corpora hold.

    Half of each language's pairs, 400 at most, are kept back together with their English.
    """
    chinese = {english: chinese for name in PIVOT_SOURCES for english, chinese in training.get(name, ())}
    for code in OTHER_LANGUAGES:
        rows = training.get(f"par__opus_{code}", [])
        pivot = [(other, chinese[english]) for english, other in rows if english in chinese]
        held = [row for row in pivot if zlib.crc32(row[1].encode()) % 2 == 0][:400]
        seen = {text for row in held for text in row}
        development[f"pivot__{code}"] = held
        training[f"pivot__{code}"] = [row for row in pivot if seen.isdisjoint(row)]
        training[f"par__opus_{code}"] = [row for row in rows if seen.isdisjoint(row)]
