"""Trains the bundled model, from pairs of texts to a folder that is ready to ship.

    python -m embeddings.train --data DIR --out DIR [--steps N] [--dimension N] [--seed N]

DIR holds ``par__*.jsonl.gz`` ([English, other language] lines) and ``zh__*.jsonl.gz`` ([query, passage] lines);
which of them count how much is in ``embeddings.training.sources``. Progress, losses and development scores go
to stderr. With the default settings it takes about an hour and a half on one core and 3 GB of memory.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the whole recipe."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    try:
        train(options.data, options.out, options.steps, options.dimension, options.seed)
    except FileNotFoundError as error:
        print(f"训练数据不可用：{error} / training data missing: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    from embeddings.training.loop import TrainingSettings

    defaults = TrainingSettings()
    parser = argparse.ArgumentParser(prog="python -m embeddings.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.gz pairs")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--steps", type=int, default=defaults.steps)
    parser.add_argument("--dimension", type=int, default=defaults.dimension)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    return parser


def train(data: Path, out: Path, steps: int, dimension: int, seed: int) -> None:
    """Prepares, trains, scores and exports; raises ``FileNotFoundError`` when ``data`` holds no pairs."""
    from embeddings.training.batches import build_augmenter, encode_sources, token_frequencies
    from embeddings.training.development import development_scores, development_sets
    from embeddings.training.export import export_model
    from embeddings.training.loop import TrainingSettings, initial_table, train_table
    from embeddings.training.sources import read_corpus, training_sources
    from embeddings.training.vocabulary import VocabularySizes, build_tokenizer
    from embeddings.training.whitening import even_lengths, passage_sample, whiten

    settings = TrainingSettings(dimension=dimension, steps=steps, seed=seed)
    corpus = read_corpus(data)
    tokenizer = build_tokenizer(corpus.training, VocabularySizes())
    sources = encode_sources(training_sources(), corpus.training, tokenizer)
    held_back = development_sets(corpus.development, corpus.training, tokenizer)

    def finished(table: NDArray[np.float32]) -> NDArray[np.float32]:
        return even_lengths(whiten(table, passage_sample(sources, table, np.random.default_rng(seed))))

    def report(step: int, table: NDArray[np.float32]) -> None:
        scores = development_scores(held_back, finished(table))
        mean = float(np.mean([one.recall_1 for one in scores.values()]))
        parts = " ".join(f"{name} {one.recall_1:.3f}" for name, one in scores.items())
        log.info("development R@1 at step %d: mean %.4f, %s", step, mean, parts)

    table = initial_table(token_frequencies(sources, tokenizer.get_vocab_size()), dimension, seed)
    augmenter = build_augmenter(tokenizer, corpus.training.get("par__cedict", []))
    export_model(out, tokenizer, finished(train_table(sources, augmenter, table, settings, report)))
    log.info("model written to %s", out)


if __name__ == "__main__":
    raise SystemExit(main())
