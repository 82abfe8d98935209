"""The training loop: one table of token vectors, mean pooled, symmetric InfoNCE over in-batch negatives.

A plain torch loop instead of the sentence-transformers trainer: token arrays are made once, and the pooled
mean and its gradient are two sparse products, which is about five times as fast on a CPU as tokenising every
batch anew and letting autograd scatter gradients.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
import torch
from numpy.typing import NDArray

from embeddings.training.batches import Augmenter, Bags, Batch, EncodedSource, draw_batch

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How long and how fast to train."""

    dimension: int = 512
    steps: int = 4000
    batch_size: int = 1024
    learning_rate: float = 0.005
    warm_up_steps: int = 100
    seed: int = 7
    report_every: int = 500


class _PooledMean(torch.autograd.Function):
    """`pooling @ table`, with a gradient for the table alone."""

    @staticmethod
    def forward(ctx: Any, table: torch.Tensor, pooling: scipy.sparse.csr_matrix) -> torch.Tensor:
        ctx.pooling = pooling
        return torch.from_numpy(pooling @ table.detach().numpy())

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        return torch.from_numpy(ctx.pooling.T.tocsr() @ gradients[0].numpy()), None


def pooling_matrix(bags: Bags, vocabulary_size: int) -> scipy.sparse.csr_matrix:
    """The (texts, tokens) matrix whose product with the table is the mean vector of every text."""
    counts = np.bincount(bags.rows, minlength=bags.count)
    weights = (1.0 / np.maximum(counts, 1))[bags.rows].astype(np.float32)
    return scipy.sparse.csr_matrix((weights, (bags.rows, bags.tokens)), shape=(bags.count, vocabulary_size))


def initial_table(frequencies: NDArray[np.float64], dimension: int, seed: int) -> torch.Tensor:
    """Random vectors, shorter for frequent tokens: the SIF weight 1e-4 / (1e-4 + p) of Arora et al. 2017."""
    generator = torch.Generator().manual_seed(seed)
    weights = torch.from_numpy(1e-4 / (1e-4 + frequencies)).float()
    noise = torch.randn(len(frequencies), dimension, generator=generator)
    table: torch.Tensor = noise * weights[:, None] / dimension**0.5
    table[0] = 0.0  # the unknown token
    return table


def contrastive_loss(queries: torch.Tensor, passages: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Symmetric InfoNCE of normalised vectors; texts with equal keys are not each other's negatives."""
    logits = batch.scale * queries @ passages.T
    same = batch.query_keys[:, None] == batch.query_keys[None, :]
    same |= batch.passage_keys[:, None] == batch.passage_keys[None, :]
    np.fill_diagonal(same, False)
    logits = logits.masked_fill(torch.from_numpy(same), -1e4)
    labels = torch.arange(len(logits))
    cross_entropy = torch.nn.functional.cross_entropy
    return (cross_entropy(logits, labels) + cross_entropy(logits.T, labels)) / 2


def train_table(
    sources: Sequence[EncodedSource],
    augmenter: Augmenter,
    table: torch.Tensor,
    settings: TrainingSettings,
    report: Callable[[int, Floats], None],
) -> Floats:
    """The trained table; `report` gets the step and the table every `report_every` steps."""
    rng = np.random.default_rng(settings.seed)
    weights = np.array([encoded.source.weight for encoded in sources])
    parameter = torch.nn.Parameter(table)
    optimizer = torch.optim.Adam([parameter], lr=settings.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, settings))
    losses: dict[str, list[float]] = {}
    started = time.monotonic()
    for step in range(1, settings.steps + 1):
        encoded = sources[rng.choice(len(sources), p=weights / weights.sum())]
        batch = draw_batch(encoded, settings.batch_size, augmenter, rng)
        optimizer.zero_grad(set_to_none=True)
        loss = contrastive_loss(*_embed(parameter, batch), batch)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        losses.setdefault(encoded.source.name, []).append(loss.item())
        if step % settings.report_every == 0 or step == settings.steps:
            _log_losses(step, losses, time.monotonic() - started)
            losses.clear()
            report(step, parameter.detach().numpy())
    return parameter.detach().numpy()


def _embed(table: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    both = Bags(
        np.concatenate([batch.queries.tokens, batch.passages.tokens]),
        np.concatenate([batch.queries.rows, batch.passages.rows + batch.queries.count]),
        batch.queries.count + batch.passages.count,
    )
    pooled = _PooledMean.apply(table, pooling_matrix(both, len(table)))  # type: ignore[no-untyped-call]
    vectors = torch.nn.functional.normalize(pooled, dim=-1)
    return vectors[: batch.queries.count], vectors[batch.queries.count :]


def _rate(step: int, settings: TrainingSettings) -> float:
    """Linear warm-up, then linear decay to zero."""
    return min((step + 1) / settings.warm_up_steps, (settings.steps - step) / settings.steps)


def _log_losses(step: int, losses: dict[str, list[float]], seconds: float) -> None:
    means = {name: float(np.mean(values)) for name, values in sorted(losses.items())}
    overall = float(np.mean([value for values in losses.values() for value in values]))
    log.info("step %d, %.0f s, loss %.3f: %s", step, seconds, overall,
             " ".join(f"{name.split('__')[1]} {value:.2f}" for name, value in means.items()))  # fmt: skip
