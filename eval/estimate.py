"""A number with how many values it rests on and how far chance alone could have moved it.

Intervals are percentile bootstrap, 95 %, over questions (Efron & Tibshirani 1993, ch. 13); the seed is fixed,
so the same values give the same interval. When all values are equal the interval has no width: that is no
proof of certainty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
SEED = 20
_CHUNK = 100
_Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """``value`` from ``n`` questions, with its 95 % interval from ``low`` to ``high``."""

    value: float
    low: float
    high: float
    n: int

    def overlaps(self, other: Estimate) -> bool:
        """Whether the two intervals share a point: then the difference may be noise."""
        return self.low <= other.high and other.low <= self.high


def mean(values: Sequence[float]) -> Estimate:
    """The mean. Raises ``ValueError`` without values, as all functions here do."""
    data = _array(values)
    return _estimate(float(data.mean()), _resampled(data, lambda rows: rows.mean(axis=1), SEED), len(data))


def percentile(values: Sequence[float], q: float) -> Estimate:
    """The ``q``-th percentile (0 to 100), between values by linear interpolation."""
    data = _array(values)
    drawn = _resampled(data, lambda rows: np.percentile(rows, q, axis=1), SEED)
    return _estimate(float(np.percentile(data, q)), drawn, len(data))


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """Mean of ``ours`` minus mean of ``theirs``, two independent groups; ``n`` is the size of ``ours``."""
    left, right = _array(ours), _array(theirs)
    drawn = _resampled(left, lambda rows: rows.mean(axis=1), SEED) - _resampled(
        right, lambda rows: rows.mean(axis=1), SEED + 1
    )
    return _estimate(float(left.mean() - right.mean()), drawn, len(left))


def _array(values: Sequence[float]) -> _Values:
    if not len(values):
        raise ValueError("an estimate needs at least one value")
    return np.asarray(values, dtype=np.float64)


def _resampled(data: _Values, statistic: Callable[[_Values], _Values], seed: int) -> _Values:
    random = np.random.default_rng(seed)
    chunks = [
        statistic(data[random.integers(0, len(data), size=(_CHUNK, len(data)))])
        for _ in range(RESAMPLES // _CHUNK)
    ]
    return np.concatenate(chunks)


def _estimate(value: float, drawn: _Values, n: int) -> Estimate:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(value, float(low), float(high), n)
