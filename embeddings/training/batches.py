"""Batches of token bags, each from one source, with the augmentations that make words stand on their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.training.ragged import Longs, Ragged, encode
from embeddings.training.sources import Pair, Source
from embeddings.training.vocabulary import is_han

# Words of questions, mixed into queries that are no questions: they must not pull a question towards passages
# that contain them.
CHINESE_QUESTION_WORDS = (
    "什么", "哪些", "如何", "怎样", "怎么", "为什么", "谁", "哪", "哪个", "多少", "几", "何时", "是", "的",
    "有", "吗", "哪里", "哪一", "何", "请问", "介绍", "做法", "措施", "要求", "内容", "情况", "主要", "包括",
    "应当", "应该", "关于",
)  # fmt: skip
ENGLISH_QUESTION_WORDS = (
    "what", "how", "many", "much", "who", "which", "when", "where", "why", "did", "does", "do", "is", "was",
    "were", "are", "the", "of", "in", "to", "a", "name", "type", "kind", "year", "whose", "whom", "can",
    "what", "which",
)  # fmt: skip
MAX_QUESTION_WORDS = 4
SPAN_TOKENS = (4, 17)  # length of a query that is a run of its passage's own words

SWITCHED_QUERIES = 0.3  # share of Chinese queries of which some or all words are replaced by English glosses
SPLIT_WORDS = 0.06  # share of Chinese words read as their characters


@dataclass(frozen=True, slots=True)
class Bags:
    """Token bags of ``count`` texts: token ``tokens[i]`` belongs to text ``rows[i]``."""

    tokens: Longs
    rows: Longs
    count: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Queries and their passages, row by row; equal keys mark texts that are no negatives of each other."""

    queries: Bags
    passages: Bags
    query_keys: Longs
    passage_keys: Longs
    scale: float


@dataclass(frozen=True, slots=True)
class Rewrites:
    """Other ways to write a token: alternatives ``first[t]`` to ``first[t] + count[t]`` of ``alternatives``."""

    alternatives: Ragged
    first: Longs
    count: Longs

    @classmethod
    def from_lists(cls, entries: Mapping[int, Sequence[Sequence[int]]], vocabulary_size: int) -> Rewrites:
        """Rewrites from token -> alternatives, each a list of tokens."""
        first = np.zeros(vocabulary_size, np.int64)
        count = np.zeros(vocabulary_size, np.int64)
        rows: list[Sequence[int]] = []
        for token, alternatives in entries.items():
            first[token], count[token] = len(rows), len(alternatives)
            rows.extend(alternatives)
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
        tokens = np.fromiter((token for row in rows for token in row), np.int32)
        return cls(Ragged(tokens, offsets), first, count)

    def apply(self, bags: Bags, chosen: NDArray[np.bool_], rng: np.random.Generator) -> Bags:
        """``bags`` with the chosen tokens replaced by one of their alternatives, where they have any."""
        chosen = chosen & (self.count[bags.tokens] > 0)
        tokens = bags.tokens[chosen]
        picks = self.first[tokens] + (rng.random(len(tokens)) * self.count[tokens]).astype(np.int64)
        new = self.alternatives.take(picks)
        rows = np.repeat(bags.rows[chosen], np.diff(new.offsets))
        return Bags(
            np.concatenate([bags.tokens[~chosen], new.tokens]),
            np.concatenate([bags.rows[~chosen], rows]),
            bags.count,
        )


@dataclass(frozen=True, slots=True)
class Texts:
    """One side of a file of pairs: token lists, and a key per text that equal texts share."""

    tokens: Ragged
    keys: Longs


@dataclass(frozen=True, slots=True)
class EncodedSource:
    """A source with its texts as tokens."""

    source: Source
    queries: Texts
    passages: Texts

    def __len__(self) -> int:
        return len(self.queries.keys)


def encode_sources(
    sources: Sequence[Source], pairs: Mapping[str, Sequence[Pair]], tokenizer: Tokenizer
) -> list[EncodedSource]:
    """The sources that have pairs; a file is encoded once, however many sources draw on it."""
    names = sorted({source.name for source in sources if pairs.get(source.name)})
    sides = {name: [_encode_texts(pairs[name], side, tokenizer) for side in (0, 1)] for name in names}
    return [
        EncodedSource(source, sides[source.name][source.reverse], sides[source.name][not source.reverse])
        for source in sources
        if source.name in sides
    ]


def _encode_texts(rows: Sequence[Pair], side: int, tokenizer: Tokenizer) -> Texts:
    texts = [row[side] for row in rows]
    numbers: dict[str, int] = {}
    keys = np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)
    return Texts(encode(tokenizer, texts), keys)


def token_frequencies(sources: Sequence[EncodedSource], vocabulary_size: int) -> NDArray[np.float64]:
    """The share of each token in all texts, each file counted once."""
    files = {encoded.source.name: encoded for encoded in sources}.values()
    counts = np.zeros(vocabulary_size)
    for encoded in files:
        for side in (encoded.queries, encoded.passages):
            counts += np.bincount(side.tokens.tokens, minlength=vocabulary_size)
    return np.asarray(counts / counts.sum())


@dataclass(frozen=True, slots=True)
class Augmenter:
    """Rewrites and question words of one vocabulary."""

    splits: Rewrites
    glosses: Rewrites
    chinese_question_tokens: Longs
    english_question_tokens: Longs

    def queries(self, bags: Bags, source: Source, rng: np.random.Generator) -> Bags:
        """A query side: code-switched, split, thinned out, with question words where it is none yet."""
        if source.query_language == "zh":
            shares = rng.uniform(0.3, 1.2, bags.count) * (rng.random(bags.count) < SWITCHED_QUERIES)
            bags = self.glosses.apply(bags, rng.random(len(bags.rows)) < shares[bags.rows], rng)
        bags = _thin(self._split(bags, rng), source.query_dropout, rng)
        if not source.cloze:
            return bags
        return self._with_question_words(bags, source.query_language, rng)

    def passages(self, bags: Bags, source: Source, rng: np.random.Generator) -> Bags:
        """A passage side: split and thinned out."""
        return _thin(self._split(bags, rng), source.passage_dropout, rng)

    def _split(self, bags: Bags, rng: np.random.Generator) -> Bags:
        return self.splits.apply(bags, rng.random(len(bags.rows)) < SPLIT_WORDS, rng)

    def _with_question_words(self, bags: Bags, language: str, rng: np.random.Generator) -> Bags:
        words = {"zh": self.chinese_question_tokens, "en": self.english_question_tokens}.get(language)
        if words is None:
            return bags
        rows = np.repeat(np.arange(bags.count), rng.integers(0, MAX_QUESTION_WORDS + 1, bags.count))
        tokens = rng.choice(words, len(rows))
        return Bags(np.concatenate([bags.tokens, tokens]), np.concatenate([bags.rows, rows]), bags.count)


def build_augmenter(tokenizer: Tokenizer, glosses: Sequence[Pair]) -> Augmenter:
    """Augmentations for a vocabulary; ``glosses`` are (English glosses, Chinese headword) pairs."""
    entries = tokenizer.get_vocab()
    splits = {
        token: [[entries[c] for c in text if c in entries]]
        for text, token in entries.items()
        if len(text) > 1 and is_han(text)
    }
    return Augmenter(
        Rewrites.from_lists(splits, tokenizer.get_vocab_size()),
        Rewrites.from_lists(_gloss_tokens(tokenizer, glosses), tokenizer.get_vocab_size()),
        _known(CHINESE_QUESTION_WORDS, entries),
        _known(ENGLISH_QUESTION_WORDS, entries),
    )


def _known(words: Sequence[str], entries: Mapping[str, int]) -> Longs:
    return np.array([entries[word] for word in words if word in entries], np.int64)


def _gloss_tokens(tokenizer: Tokenizer, glosses: Sequence[Pair]) -> dict[int, list[list[int]]]:
    entries = tokenizer.get_vocab()
    found: dict[int, list[list[int]]] = {}
    for english, headword in glosses:
        if headword not in entries:
            continue
        for gloss in english.split(";"):
            words = gloss.split("(")[0].removeprefix("to ").split()
            if 1 <= len(words) <= 4:
                tokens = tokenizer.encode(" ".join(words)).ids
                found.setdefault(entries[headword], []).append(tokens)
    return found


def _thin(bags: Bags, largest: float, rng: np.random.Generator) -> Bags:
    """Drops up to ``largest`` of the tokens, the share drawn per text."""
    rates = rng.random(bags.count) * largest
    kept = rng.random(len(bags.rows)) >= rates[bags.rows]
    return Bags(bags.tokens[kept], bags.rows[kept], bags.count)


def make_batch(encoded: EncodedSource, rows: Longs, augmenter: Augmenter, rng: np.random.Generator) -> Batch:
    """The pairs at ``rows`` of one source, augmented."""
    source = encoded.source
    starts = np.maximum(rows - rng.integers(0, source.lines, len(rows)), 0)
    passages = encoded.passages.tokens.take(starts, source.lines)
    queries = passages if source.span == "passage" else encoded.queries.tokens.take(rows)
    if source.span:
        queries = queries.spans(rng.integers(*SPAN_TOKENS, len(rows)), rng)
    return Batch(
        augmenter.queries(_bags(queries), source, rng),
        augmenter.passages(_bags(passages), source, rng),
        encoded.queries.keys[rows],
        encoded.passages.keys[rows],
        source.scale,
    )


def _bags(ragged: Ragged) -> Bags:
    return Bags(ragged.tokens.astype(np.int64), ragged.row_of_token(), len(ragged))
