"""Scores on the pairs kept back from training: what variants are compared by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.evaluate import Scores, score
from embeddings.training.pooling import text_vectors
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
    """Question and passage sets, English sentences against Chinese paragraphs, other languages against
    Chinese.

    A set without queries is left out.
    """
    news = development["par__wmt_news"]
    windows = _windows([chinese for _, chinese in news])
    in_windows = [(english, windows[row // NEWS_WINDOW_LINES]) for row, (english, _) in enumerate(news)]
    kinds: list[tuple[str, Sequence[Pair], Sequence[Pair]]] = [
        ("drcd", development["zh__drcd_test"], training["zh__drcd_test"]),
        ("stard", development["zh__stard"], training["zh__stard"]),
        ("party_q", development["zh__crud_party_q"], ()),
        ("crud_qa", development["zh__crud_qa"], training["zh__crud_qa"]),
        ("en_zh_line", news[:MOST_QUERIES], ()),
        ("en_zh_window", in_windows, ()),
        *((f"{code}_zh", development[f"pivot__{code}"], news) for code in PIVOT_LANGUAGES),
    ]
    return [_from_pairs(name, rows, tokenizer, others) for name, rows, others in kinds if rows]


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
            text_vectors(one.queries, table), text_vectors(one.passages, table), [{a: 1} for a in one.answers]
        )
        for one in sets
    }
