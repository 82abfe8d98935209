"""Scores on the pairs kept back from training: what variants are compared by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.evaluate import Scores, score
from embeddings.training.batches import Bags
from embeddings.training.loop import pooling_matrix
from embeddings.training.ragged import Ragged, encode
from embeddings.training.sources import Pair

NEWS_WINDOW_LINES = 6  # about a paragraph
MOST_QUERIES = 1500
PIVOT_LANGUAGES = ("de", "es", "ru")


@dataclass(frozen=True, slots=True)
class DevelopmentSet:
    """Tokens of queries and passages, and which passage belongs to each query."""

    name: str
    queries: Ragged
    passages: Ragged
    answers: tuple[int, ...]


def development_sets(
    development: Mapping[str, list[Pair]], training: Mapping[str, list[Pair]], tokenizer: Tokenizer
) -> list[DevelopmentSet]:
    """Question and passage sets, English sentences against Chinese paragraphs, and other languages against
    Chinese.
    """
    news = development["par__wmt_news"]
    windows = _windows([chinese for _, chinese in news])
    sets = [
        _from_pairs("drcd", development["zh__drcd_test"], tokenizer, training["zh__drcd_test"]),
        _from_pairs("stard", development["zh__stard"], tokenizer, training["zh__stard"]),
        _from_pairs("party_q", development["zh__crud_party_q"], tokenizer),
        _from_pairs("crud_qa", development["zh__crud_qa"], tokenizer, training["zh__crud_qa"]),
        _from_pairs("en_zh_line", news[:MOST_QUERIES], tokenizer),
        _from_pairs(
            "en_zh_window",
            [(en, windows[i // NEWS_WINDOW_LINES]) for i, (en, _) in enumerate(news)],
            tokenizer,
        ),
    ]
    distractors = development["par__wmt_news"]
    for code in PIVOT_LANGUAGES:
        sets.append(_from_pairs(f"{code}_zh", development[f"pivot__{code}"], tokenizer, distractors))
    return sets


def _windows(lines: Sequence[str]) -> list[str]:
    return [" ".join(lines[i : i + NEWS_WINDOW_LINES]) for i in range(0, len(lines), NEWS_WINDOW_LINES)]


def _from_pairs(
    name: str, rows: Sequence[Pair], tokenizer: Tokenizer, distractors: Sequence[Pair] = ()
) -> DevelopmentSet:
    queries = rows[:MOST_QUERIES]
    passages: dict[str, int] = {}
    for _, passage in (*rows, *distractors):
        passages.setdefault(passage, len(passages))
    answers = tuple(passages[passage] for _, passage in queries)
    return DevelopmentSet(
        name, encode(tokenizer, [q for q, _ in queries]), encode(tokenizer, list(passages)), answers
    )


def development_scores(sets: Sequence[DevelopmentSet], table: NDArray[np.float32]) -> dict[str, Scores]:
    """Scores by set."""
    return {
        one.name: score(
            _vectors(one.queries, table), _vectors(one.passages, table), [{a: 1} for a in one.answers]
        )
        for one in sets
    }


def _vectors(ragged: Ragged, table: NDArray[np.float32]) -> NDArray[np.float32]:
    bags = Bags(ragged.tokens.astype(np.int64), ragged.row_of_token(), len(ragged))
    vectors: NDArray[np.float32] = pooling_matrix(bags, len(table)) @ table
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
