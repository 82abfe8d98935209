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

import numpy as np
import torch
from numpy.typing import NDArray

from embeddings.training.batches import Augmenter, Bags, Batch, EncodedSource, make_batch
from embeddings.training.neighbourhoods import RowSampler
from embeddings.training.pooling import Floats, pooling_matrix
from embeddings.training.sources import Source

log = logging.getLogger(__name__)

# Passages of a neighbourhood that are more alike than this report the same thing: no negatives.
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How long and how fast to train."""

    dimension: int = 560
    steps: int = 24_000
    batch_size: int = 1024
    learning_rate: float = 0.005
    warm_up_steps: int = 100
    decay_share: float = 0.1
    average_from: float = 0.3
    average_every: int = 20
    seed: int = 7
    report_every: int = 2_000


def initial_table(frequencies: NDArray[np.float64], dimension: int, seed: int) -> torch.Tensor:
    """Random vectors, shorter for frequent tokens: the SIF weight 1e-4 / (1e-4 + p) of Arora et al. 2017."""
    generator = torch.Generator().manual_seed(seed)
    weights = torch.from_numpy(1e-4 / (1e-4 + frequencies)).float()
    noise = torch.randn(len(frequencies), dimension, generator=generator)
    table: torch.Tensor = noise * weights[:, None] / dimension**0.5
    table[0] = 0.0  # the unknown token
    return table


def contrastive_loss(
    queries: torch.Tensor, passages: torch.Tensor, batch: Batch, *, skip_alike: bool = False
) -> torch.Tensor:
    """Symmetric InfoNCE of normalised vectors; texts with equal keys are not each other's negatives.

    With ``skip_alike`` neither are passages with a cosine above ``ALIKE``.
    """
    same = batch.query_keys[:, None] == batch.query_keys[None, :]
    same |= batch.passage_keys[:, None] == batch.passage_keys[None, :]
    if skip_alike:
        with torch.no_grad():
            same |= (passages @ passages.T > ALIKE).numpy()
    np.fill_diagonal(same, False)
    logits = (batch.scale * queries @ passages.T).masked_fill(torch.from_numpy(same), -1e4)
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
    """The mean of the table over the steps after the first ``average_from`` of them.

    At a constant rate every table is as good as the last and each is noisy in its own way: their mean is
    better than any, also better than what a falling rate arrives at. ``report`` gets the step and the mean so
    far every ``report_every`` steps.
    """
    rng = np.random.default_rng(settings.seed)
    weights = np.array([encoded.source.weight for encoded in sources])
    parameter = torch.nn.Parameter(table)
    parameter.grad = gradient = torch.zeros_like(table)
    optimizer = torch.optim.Adam([parameter], lr=settings.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, settings))
    samplers = [RowSampler(encoded, settings.batch_size, rng) for encoded in sources]
    mean = _RunningMean(table.numpy().copy())
    losses: dict[str, list[float]] = {}
    started = time.monotonic()
    for step in range(1, settings.steps + 1):
        choice = rng.choice(len(sources), p=weights / weights.sum())
        rows, hard = samplers[choice].draw(parameter.detach().numpy())
        batch = make_batch(sources[choice], rows, augmenter, rng)
        pooling = _Pooling(batch, parameter.detach().numpy())
        skip_alike = hard or sources[choice].source.lines > 1  # windows of lines overlap
        loss = contrastive_loss(*pooling.vectors(), batch, skip_alike=skip_alike)
        loss.backward()  # type: ignore[no-untyped-call]
        gradient[pooling.used] = pooling.gradient()
        optimizer.step()
        gradient[pooling.used] = 0.0
        if step % settings.average_every == 0:
            mean.add(parameter.detach().numpy(), restart=step < settings.average_from * settings.steps)
        schedule.step()
        losses.setdefault(_label(sources[choice].source, hard), []).append(loss.item())
        if step % settings.report_every == 0 or step == settings.steps:
            _log_losses(step, losses, time.monotonic() - started)
            losses.clear()
            report(step, mean.table)
    return mean.table


class _RunningMean:
    """The mean of the tables added since the last restart."""

    def __init__(self, table: Floats) -> None:
        self.table = table
        self._count = 0

    def add(self, table: Floats, *, restart: bool) -> None:
        self._count = 1 if restart else self._count + 1
        self.table += (table - self.table) / self._count


class _Pooling:
    """The mean vectors of one batch, and the way back from their gradient to the token vectors they used.

    Written out by hand: an automatic gradient would be a fresh array as large as the table at every step.
    """

    def __init__(self, batch: Batch, table: Floats) -> None:
        queries, passages = batch.queries, batch.passages
        tokens = np.concatenate([queries.tokens, passages.tokens])
        self.used = np.flatnonzero(np.bincount(tokens, minlength=len(table)))
        column = np.zeros(len(table), np.int64)
        column[self.used] = np.arange(len(self.used))
        rows = np.concatenate([queries.rows, passages.rows + queries.count])
        both = Bags(column[tokens], rows, queries.count + passages.count)
        self._matrix = pooling_matrix(both, len(self.used))
        self._means = torch.from_numpy(self._matrix @ table[self.used]).requires_grad_()
        self._queries = queries.count

    def vectors(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Normalised vectors of the queries and of the passages."""
        vectors = torch.nn.functional.normalize(self._means, dim=-1)
        return vectors[: self._queries], vectors[self._queries :]

    def gradient(self) -> torch.Tensor:
        """After the loss's ``backward``: the gradient of the token vectors in use."""
        assert self._means.grad is not None
        return torch.from_numpy(self._matrix.T.tocsr() @ self._means.grad.numpy())


def _rate(step: int, settings: TrainingSettings) -> float:
    """Linear warm-up, a constant rate, and linear decay to zero over the last ``decay_share`` of the steps."""
    return min((step + 1) / settings.warm_up_steps, 1.0, _left(step, settings) / settings.decay_share)


def _left(step: int, settings: TrainingSettings) -> float:
    return (settings.steps - step) / settings.steps


def _label(source: Source, hard: bool) -> str:
    """A short name of a kind of batch for the log."""
    parts = [source.name.split("__")[1], "reversed" * source.reverse, source.span, "hard" * hard]
    return "-".join(filter(None, [*parts, f"x{source.lines}" if source.lines > 1 else ""]))


def _log_losses(step: int, losses: dict[str, list[float]], seconds: float) -> None:
    means = {name: float(np.mean(values)) for name, values in sorted(losses.items())}
    overall = float(np.mean([value for values in losses.values() for value in values]))
    log.info("step %d, %.0f s, loss %.3f: %s", step, seconds, overall,
             " ".join(f"{name} {value:.2f}" for name, value in means.items()))  # fmt: skip
