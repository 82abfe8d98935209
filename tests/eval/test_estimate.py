"""Numbers with intervals."""

from __future__ import annotations

import pytest

from eval.estimate import Estimate, difference, mean, percentile

HALF = [0.0, 1.0] * 20


def test_the_mean_of_forty_coin_tosses_has_the_interval_of_theory() -> None:
    estimate = mean(HALF)
    assert (estimate.value, estimate.n) == (0.5, 40)
    # 1.96 * sqrt(.25 / 40) = .155; resampling 1,000 times reaches it within a tenth
    assert estimate.low == pytest.approx(0.5 - 0.155, abs=0.03)
    assert estimate.high == pytest.approx(0.5 + 0.155, abs=0.03)


def test_the_same_values_give_the_same_interval() -> None:
    assert mean(HALF) == mean(list(HALF))


def test_more_questions_give_a_narrower_interval() -> None:
    few, many = mean(HALF), mean(HALF * 10)
    assert many.high - many.low < (few.high - few.low) / 2


def test_a_percentile_is_interpolated() -> None:
    estimate = percentile([1, 2, 3, 4], 50)
    assert estimate.value == 2.5
    assert 1 <= estimate.low <= estimate.value <= estimate.high <= 4


def test_a_difference_is_between_group_means() -> None:
    estimate = difference([1.0, 1.0, 1.0], [0.0, 0.5, 1.0])
    assert estimate.value == pytest.approx(0.5)
    assert estimate.n == 3
    assert estimate.low < 0.5 < estimate.high


def test_no_values_make_no_estimate() -> None:
    with pytest.raises(ValueError, match="at least one"):
        mean([])


def test_intervals_that_share_a_point_overlap() -> None:
    low, middle, high = Estimate(0.2, 0.1, 0.3, 9), Estimate(0.35, 0.3, 0.4, 9), Estimate(0.8, 0.7, 0.9, 9)
    assert low.overlaps(middle)
    assert middle.overlaps(low)
    assert not low.overlaps(high)
