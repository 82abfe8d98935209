"""From outcomes and runs, question by question, to the numbers of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from eval.answers import MEASURES
from eval.asking import Outcome
from eval.estimate import Estimate, difference, mean, percentile
from eval.metrics import STANDARD, Measure, Qrels, Run, per_query
from eval.questions import ESSENTIAL
from eval.report import AnswersReport, RetrievalReport

VARIANTS = ("typo", "traditional", "english")


def answers_report(outcomes: Sequence[Outcome], documents: int) -> AnswersReport:
    """The measures over all outcomes and over those of each question type."""
    types = dict.fromkeys(outcome.question.type for outcome in outcomes)
    return AnswersReport(
        documents=documents,
        overall={**_means(outcomes), **_gaps(outcomes), **_latencies(outcomes)},
        by_type={kind: _means(o for o in outcomes if o.question.type == kind) for kind in types},
        modes=Counter(outcome.record.mode for outcome in outcomes if outcome.record is not None),
        unlocated=tuple(_unlocated(outcomes)),
        outcomes=tuple(outcomes),
    )


def _means(outcomes: Iterable[Outcome]) -> dict[str, Estimate]:
    values = _collected(outcome.values for outcome in outcomes)
    return {measure.key: mean(values[measure.key]) for measure in MEASURES if measure.key in values}


def _collected(mappings: Iterable[Mapping[str, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for mapping in mappings:
        for name, value in mapping.items():
            found.setdefault(name, []).append(value)
    return found


def _gaps(outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    """Coverage of each variant minus that of plain Simplified questions; 0: the variant costs nothing."""
    ordinary = [
        o.values["coverage"]
        for o in outcomes
        if "coverage" in o.values and o.question.language == "zh" and not _special(o)
    ]
    gaps: dict[str, Estimate] = {}
    for kind in VARIANTS:
        theirs = [
            o.values["coverage"] for o in outcomes if o.question.type == kind and "coverage" in o.values
        ]
        if theirs and ordinary:
            gaps[f"gap_{kind}"] = difference(theirs, ordinary)
    return gaps


def _special(outcome: Outcome) -> bool:
    return outcome.question.type in VARIANTS or bool(outcome.question.history) or outcome.question.hostile


def _latencies(outcomes: Iterable[Outcome]) -> dict[str, Estimate]:
    times = _collected(outcome.milliseconds for outcome in outcomes)
    return {
        f"{name}_p{q}_ms": percentile(times[name], q)
        for name in ("retrieve", "answer")
        for q in (50, 95)
        if name in times
    }


def _unlocated(outcomes: Iterable[Outcome]) -> Iterable[str]:
    for outcome in outcomes:
        for entry, places in zip(outcome.question.gold, outcome.score.gold_places, strict=False):
            if not places:
                yield f"{outcome.question.id}: {entry.quote}"


def retrieval_report(
    name: str,
    runs: Mapping[str, Run],
    qrels: Qrels,
    passages: int,
    types: Mapping[str, str | None],
    milliseconds: Mapping[str, Sequence[float]],
) -> RetrievalReport:
    """The measures of each mode's run.

    ``types`` maps query id to type, ``milliseconds`` maps mode to the time of each query.
    """
    type_measure = _type_measure(qrels)
    return RetrievalReport(
        name=name,
        queries=len(qrels),
        passages=passages,
        modes={mode: _measured(run, qrels) for mode, run in runs.items()},
        type_measure=str(type_measure),
        by_type={mode: _by_type(per_query(type_measure, run, qrels), types) for mode, run in runs.items()},
        milliseconds={
            mode: {f"p{q}": percentile(times, q) for q in (50, 95)} for mode, times in milliseconds.items()
        },
    )


def _type_measure(qrels: Qrels) -> Measure:
    """R@5 of essential passages where the judgements know such, else of all relevant ones."""
    graded = any(relevance >= ESSENTIAL for judged in qrels.values() for relevance in judged.values())
    return Measure("R", 5, rel=ESSENTIAL if graded else 1)


def _measured(run: Run, qrels: Qrels) -> dict[str, Estimate]:
    values = {str(measure): per_query(measure, run, qrels) for measure in STANDARD}
    return {name: mean(list(by_query.values())) for name, by_query in values.items() if by_query}


def _by_type(values: Mapping[str, float], types: Mapping[str, str | None]) -> dict[str, Estimate]:
    grouped = _collected({kind: value} for query, value in values.items() if (kind := types.get(query)))
    return {kind: mean(group) for kind, group in grouped.items()}
