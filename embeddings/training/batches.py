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

# Words of questions, mixed into cloze queries: they must not pull a question towards passages that contain
# them.
QUESTION_WORDS = (
    "什么", "哪些", "如何", "怎样", "怎么", "为什么", "谁", "哪", "哪个", "多少", "几", "何时", "是", "的",
    "有", "吗", "哪里", "哪一", "何", "请问", "介绍", "做法", "措施", "要求", "内容", "情况", "主要", "包括",
    "应当", "应该", "关于",
)  # fmt: skip
MAX_QUESTION_WORDS = 4
SPAN_TOKENS = (4, 17)  # length of a query that is a run of its passage's own words

SWITCHED_QUERIES = 0.2  # share of Chinese queries of which some words are replaced by English glosses
SWITCHED_WORDS = 0.6
SPLIT_WORDS = 0.06  # share of Chinese words read as their characters


@dataclass(frozen=True, slots=True)
class Bags:
    """Token bags of `count` texts: token `tokens[i]` belongs to text `rows[i]`."""

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
    """Other ways to write a token: alternatives `first[t]` to `first[t] + count[t]` of `alternatives`."""

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
        """`bags` with the chosen tokens replaced by one of their alternatives, where they have any."""
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
class EncodedSource:
    """A source with its texts as tokens, queries first."""

    source: Source
    queries: Ragged
    passages: Ragged
    query_keys: Longs
    passage_keys: Longs

    def __len__(self) -> int:
        return len(self.queries)


def encode_source(source: Source, rows: Sequence[Pair], tokenizer: Tokenizer) -> EncodedSource:
    """Tokens of a source's pairs; equal texts get equal keys."""
    first, second = ([row[side] for row in rows] for side in (0, 1))
    if source.reverse:
        first, second = second, first
    return EncodedSource(
        source, encode(tokenizer, first), encode(tokenizer, second), _keys(first), _keys(second)
    )


def _keys(texts: Sequence[str]) -> Longs:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)


@dataclass(frozen=True, slots=True)
class Augmenter:
    """Rewrites and question words of one vocabulary."""

    splits: Rewrites
    glosses: Rewrites
    question_tokens: Longs

    def queries(self, bags: Bags, source: Source, rng: np.random.Generator) -> Bags:
        """A query side: code-switched, split, thinned out, with question words where it is no question yet."""
        if source.name.startswith("zh__"):
            switched = rng.random(bags.count) < SWITCHED_QUERIES
            chosen = switched[bags.rows] & (rng.random(len(bags.rows)) < SWITCHED_WORDS)
            bags = self.glosses.apply(bags, chosen, rng)
        bags = _thin(self._split(bags, rng), source.query_dropout, rng)
        return self._with_question_words(bags, rng) if source.query_dropout >= 0.5 else bags

    def passages(self, bags: Bags, source: Source, rng: np.random.Generator) -> Bags:
        """A passage side: split and thinned out."""
        return _thin(self._split(bags, rng), source.passage_dropout, rng)

    def _split(self, bags: Bags, rng: np.random.Generator) -> Bags:
        return self.splits.apply(bags, rng.random(len(bags.rows)) < SPLIT_WORDS, rng)

    def _with_question_words(self, bags: Bags, rng: np.random.Generator) -> Bags:
        rows = np.repeat(np.arange(bags.count), rng.integers(0, MAX_QUESTION_WORDS + 1, bags.count))
        tokens = rng.choice(self.question_tokens, len(rows))
        return Bags(np.concatenate([bags.tokens, tokens]), np.concatenate([bags.rows, rows]), bags.count)


def build_augmenter(tokenizer: Tokenizer, glosses: Sequence[Pair]) -> Augmenter:
    """Augmentations for a vocabulary; `glosses` are (English glosses, Chinese headword) pairs."""
    entries = tokenizer.get_vocab()
    splits = {
        token: [[entries[c] for c in text if c in entries]]
        for text, token in entries.items()
        if len(text) > 1 and is_han(text)
    }
    questions = [entries[word] for word in QUESTION_WORDS if word in entries]
    return Augmenter(
        Rewrites.from_lists(splits, tokenizer.get_vocab_size()),
        Rewrites.from_lists(_gloss_tokens(tokenizer, glosses), tokenizer.get_vocab_size()),
        np.array(questions, np.int64),
    )


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
    """Drops up to `largest` of the tokens, the share drawn per text."""
    rates = rng.random(bags.count) * largest
    kept = rng.random(len(bags.rows)) >= rates[bags.rows]
    return Bags(bags.tokens[kept], bags.rows[kept], bags.count)


def draw_batch(encoded: EncodedSource, size: int, augmenter: Augmenter, rng: np.random.Generator) -> Batch:
    """A random batch of at most `size` pairs of one source, augmented."""
    rows = (
        rng.permutation(len(encoded))[:size]
        if len(encoded) < 4 * size
        else rng.integers(0, len(encoded), size)
    )
    lines = encoded.source.lines
    starts = np.maximum(rows - rng.integers(0, lines, len(rows)), 0)
    passages = encoded.passages.take(starts, lines)
    if encoded.source.spans:
        queries = passages.spans(rng.integers(*SPAN_TOKENS, len(rows)), rng)
    else:
        queries = encoded.queries.take(rows)
    return Batch(
        augmenter.queries(_bags(queries), encoded.source, rng),
        augmenter.passages(_bags(passages), encoded.source, rng),
        encoded.query_keys[rows],
        encoded.passage_keys[rows],
        encoded.source.scale,
    )


def _bags(ragged: Ragged) -> Bags:
    return Bags(ragged.tokens.astype(np.int64), ragged.row_of_token(), len(ragged))
