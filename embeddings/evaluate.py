"""Dense retrieval quality on folders in BEIR layout (corpus.jsonl, queries.jsonl, qrels.tsv).

    python -m embeddings.evaluate SETS_FOLDER [--model bundled]

Prints R@1, R@5 and nDCG@10 for every folder, by language where the queries carry a ``lang``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings import Encoder, load_encoder
from embeddings.protocol import Vectors

CUTOFF = 10
QUERIES_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over ``queries`` questions."""

    queries: int
    recall_1: float
    recall_5: float
    ndcg_10: float

    def __str__(self) -> str:
        return (
            f"R@1 {self.recall_1:.3f}  R@5 {self.recall_5:.3f}  nDCG@10 {self.ndcg_10:.3f}  n={self.queries}"
        )


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Questions, passages and graded relevance by query id and passage id."""

    name: str
    queries: dict[str, str]
    languages: dict[str, str]
    passages: dict[str, str]
    relevance: dict[str, dict[str, int]]


def read_set(folder: Path) -> RetrievalSet:
    """The retrieval set in a BEIR-layout folder."""
    queries = {row["_id"]: row for row in _json_lines(folder / "queries.jsonl")}
    relevance: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, score = line.split("\t")
        relevance.setdefault(query, {})[passage] = int(score)
    return RetrievalSet(
        folder.name,
        {key: row["text"] for key, row in queries.items() if key in relevance},
        {key: row.get("lang", "") for key, row in queries.items() if key in relevance},
        {row["_id"]: row["text"] for row in _json_lines(folder / "corpus.jsonl")},
        relevance,
    )


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def score(queries: Vectors, passages: Vectors, relevance: Sequence[Mapping[int, int]]) -> Scores:
    """Scores of ranking ``passages`` by inner product; ``relevance[i]`` grades the passages of query i by row
    number.
    """
    rows = []
    for start in range(0, len(queries), QUERIES_AT_ONCE):
        similarity = queries[start : start + QUERIES_AT_ONCE] @ passages.T
        ranking = np.argsort(-similarity, axis=1, kind="stable")[:, :CUTOFF]
        rows += [_score_one(ranked, relevance[start + row]) for row, ranked in enumerate(ranking.tolist())]
    means = np.mean(rows, axis=0)
    return Scores(len(rows), float(means[0]), float(means[1]), float(means[2]))


def _score_one(ranked: Sequence[int], grades: Mapping[int, int]) -> tuple[float, float, float]:
    """R@1 and R@5 (share of the relevant passages, of as many as fit) and nDCG@10 with linear gains."""
    gains = [grades.get(passage, 0) for passage in ranked]
    found_1, found_5 = (sum(gain > 0 for gain in gains[:k]) / min(k, len(grades)) for k in (1, 5))
    best = sorted(grades.values(), reverse=True)[:CUTOFF]
    return found_1, found_5, _dcg(gains) / _dcg(best)


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / float(np.log2(rank + 2)) for rank, gain in enumerate(gains))


def evaluate(encoder: Encoder, retrieval_set: RetrievalSet) -> dict[str, Scores]:
    """Scores by language (one entry with the empty name where the queries name no language)."""
    passage_rows = {key: row for row, key in enumerate(retrieval_set.passages)}
    passages = encoder.encode_passages(list(retrieval_set.passages.values()))
    scores = {}
    for language in sorted(set(retrieval_set.languages.values())):
        keys = [key for key, value in retrieval_set.languages.items() if value == language]
        queries = encoder.encode_queries([retrieval_set.queries[key] for key in keys])
        grades = [
            {passage_rows[p]: g for p, g in retrieval_set.relevance[key].items() if g > 0} for key in keys
        ]
        scores[language] = score(queries, passages, grades)
    return scores


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one line per set and language."""
    parser = argparse.ArgumentParser(prog="python -m embeddings.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, help="a set, or a folder of sets")
    parser.add_argument("--model", default="bundled", help="bundled, a folder or a hub id")
    options = parser.parse_args(arguments)
    encoder = load_encoder(options.model)
    folders = sorted(path.parent for path in options.folder.rglob("qrels.tsv"))
    if not folders:
        print(f"在 {options.folder} 中没有找到 qrels.tsv / no qrels.tsv in {options.folder}", file=sys.stderr)
        return 1
    for folder in folders:
        for language, scores in evaluate(encoder, read_set(folder)).items():
            print(f"{folder.name + (' ' + language if language else ''):24} {scores}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
