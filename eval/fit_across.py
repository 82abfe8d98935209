"""Fits the weights of ``rag.across``: ``python -m eval.fit_across``. Prints them; they are written there by hand.

A logistic regression on what ``rag.across.features`` says of the sentences of ``eval.checker_across``: true ones against false
ones that no comparison of facts finds. Both sides count the same, and weights are kept small (L2). Nothing is drawn at random.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import numpy as np

from embeddings import load_encoder
from embeddings.cached import CachedEncoder
from eval.checker_across import CLAIMS, Case, cases_of, claims_of
from eval.checker_set import articles_of
from eval.questions import SEEDS_FOLDER
from rag.across import features
from rag.across_facts import FACTS
from rag.attribution import above
from rag.bilingual import lay

SOFT = ("引错段落", "引错且无出处", "换一个词", "加一个分句", "接别处的话", "加错出处")
ROUNDS, STEP, KEPT_SMALL = 20_000, 5.0, 0.001
FLAGGED = 0.035  # of the true sentences that are fitted on


def examples(cases: Sequence[Case]) -> tuple[list[tuple[float, ...]], list[tuple[float, ...]]]:
    """The features of the true sentences, and of the false ones whose facts stand."""
    encoder = CachedEncoder(load_encoder("bundled"))
    true, false = [], []
    for case in cases:
        hit = case.hits[case.marker - 1]
        across = lay(case.sentence, hit.passage.text, above(hit), encoder)
        if across is not None and case.true:
            true.append(features(across))
        elif across is not None and case.kind in SOFT and not any(check(across) for check in FACTS):
            false.append(features(across))
    return true, false


def fitted(true: Sequence[Sequence[float]], false: Sequence[Sequence[float]]) -> tuple[list[float], float]:
    """The weights, and the constant that makes ``FLAGGED`` of the true ones less likely than not."""
    rows = np.array([(*row, 1.0) for row in (*true, *false)])
    label = np.repeat([1.0, 0.0], [len(true), len(false)])
    share = np.repeat([1 / len(true), 1 / len(false)], [len(true), len(false)])
    weights, small = np.zeros(rows.shape[1]), np.array([*[KEPT_SMALL] * (rows.shape[1] - 1), 0.0])
    for _ in range(ROUNDS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        weights += STEP * (rows.T @ (share * (label - likely)) - small * weights)
    worth = np.sort(rows[: len(true), :-1] @ weights[:-1])
    return weights[:-1].tolist(), -float(worth[int(FLAGGED * len(true))])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    argparse.ArgumentParser(prog="python -m eval.fit_across", description=__doc__).parse_args(arguments)
    articles = articles_of(SEEDS_FOLDER)
    claims = [claim for claim in claims_of(CLAIMS, articles) if not claim.kept]
    true, false = examples(list(cases_of(claims, articles)))
    weights, constant = fitted(true, false)
    print(
        ", ".join(f"{weight:.2f}" for weight in (*weights, constant)),
        f"({len(true)} true, {len(false)} false)",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
