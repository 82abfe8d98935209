"""The comparisons run, small; what they measure is printed, never asserted."""

from __future__ import annotations

import importlib

import pytest

from bench.passages import passages
from bench.subjects import OURS, Measure, table


@pytest.mark.parametrize("name", ["encoding", "retrieval", "answering"])
def test_a_comparison_prints_its_table(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert importlib.import_module(f"bench.{name}").main(["-n", "12"]) == 0
    rows = capfd.readouterr().out.splitlines()
    assert rows[0].startswith("| n = 12 | dangwu | ")
    assert all(row.count("|") == rows[0].count("|") for row in rows)
    assert len(rows) > 4


def test_a_ratio_says_how_many_times_better_ours_is() -> None:
    found = {OURS: {"ms": 10.0, "rate": 50.0}, "peer": {"ms": 25.0, "rate": 100.0}}
    rows = table(found, [Measure("ms", "time"), Measure("rate", "speed", lower=False)], 3).splitlines()
    assert rows[2:] == ["| time | 10 | 25 | 2.5 |", "| speed | 50 | 100 | 0.5 |"]


def test_made_passages_are_many_different_and_always_the_same() -> None:
    made = passages(600)
    assert len(made) == 600
    assert len(set(made)) > 550
    assert passages(600) == made
