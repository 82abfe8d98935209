"""What an evaluation found: values, their JSON, the comparison with an earlier run, and a Markdown table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.answers import MEASURES, AnswerMeasure
from eval.asking import Outcome
from eval.errors import EvalError
from eval.estimate import Estimate

Estimates = Mapping[str, Estimate]

LATENCIES = (
    AnswerMeasure("retrieve_p50_ms", "检索用时中位数（毫秒）", "retrieval p50 (ms)", "lower", share=False),
    AnswerMeasure("retrieve_p95_ms", "检索用时 95 分位（毫秒）", "retrieval p95 (ms)", "lower", share=False),
    AnswerMeasure("answer_p50_ms", "回答用时中位数（毫秒）", "answer p50 (ms)", "lower", share=False),
    AnswerMeasure("answer_p95_ms", "回答用时 95 分位（毫秒）", "answer p95 (ms)", "lower", share=False),
)
GAPS = (
    AnswerMeasure("gap_typo", "错别字差距", "typo gap", "neither"),
    AnswerMeasure("gap_traditional", "繁体差距", "Traditional gap", "neither"),
    AnswerMeasure("gap_english", "英文差距", "English gap", "neither"),
)
ALL_MEASURES = (*MEASURES, *GAPS, *LATENCIES)


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Retrieval over one set of queries. ``modes`` maps mode to measure to estimate.

    ``by_type`` maps mode to query type to the estimate of ``type_measure``; ``milliseconds`` maps mode to p50
    and p95.
    """

    name: str
    queries: int
    passages: int
    modes: Mapping[str, Estimates]
    type_measure: str = ""
    by_type: Mapping[str, Estimates] = field(default_factory=dict)
    milliseconds: Mapping[str, Estimates] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """Answers to reference questions. ``modes`` counts who wrote them: ``extractive`` or ``llm``.

    ``unlocated`` names gold (``id: quote``) that stands in no indexed document; it counts as missed.
    """

    documents: int
    overall: Estimates
    by_type: Mapping[str, Estimates]
    modes: Mapping[str, int]
    unlocated: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One evaluation. ``subject`` says what was measured and on what machine."""

    created: str
    subject: Mapping[str, str]
    answers: AnswersReport | None = None
    retrieval: tuple[RetrievalReport, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One number now and in an earlier report. ``noise``: the two intervals overlap."""

    name: str
    before: Estimate
    after: Estimate

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after.value - self.before.value

    @property
    def noise(self) -> bool:
        """Whether the difference may be chance."""
        return self.before.overlaps(self.after)


def report_to_json(report: Report) -> dict[str, Any]:
    """The report as ``report.json`` holds it; every estimate is ``{"value", "low", "high", "n"}``."""
    answers = report.answers
    return {
        "created": report.created,
        "subject": dict(report.subject),
        "answers": None
        if answers is None
        else {
            "questions": len(answers.outcomes),
            "documents": answers.documents,
            "modes": dict(answers.modes),
            "unlocated": list(answers.unlocated),
            "overall": _plain(answers.overall),
            "by_type": {kind: _plain(estimates) for kind, estimates in answers.by_type.items()},
            "rows": [outcome_to_json(outcome) for outcome in answers.outcomes],
        },
        "retrieval": [asdict(part) for part in report.retrieval],
    }


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """One question with what was answered, cited and missed."""
    question, record = outcome.question, outcome.record
    gold = [{"file": entry.file, "quote": entry.quote, "rel": entry.rel} for entry in question.gold]
    return {
        "id": question.id,
        "type": question.type,
        "lang": question.language,
        "question": question.question,
        "history": [asdict(turn) for turn in question.history],
        "expect": question.expect,
        "reference_answer": question.reference_answer,
        "gold": gold,
        "standalone_question": record.standalone_question if record else None,
        "mode": record.mode if record else None,
        "refused": record.refused if record else None,
        "reason": record.reason if record else None,
        "answer": record.answer if record else None,
        "citations": [asdict(citation) for citation in record.citations] if record else [],
        "missing": list(outcome.score.missing),
        "values": dict(outcome.values),
        "milliseconds": dict(outcome.milliseconds),
        "error": outcome.error,
    }


def _plain(estimates: Estimates) -> dict[str, Any]:
    return {name: asdict(estimate) for name, estimate in estimates.items()}


def read_earlier(path: Path) -> Mapping[str, Any]:
    """An earlier ``report.json``. Raises ``EvalError`` when it cannot be read."""
    try:
        earlier = json.loads(path.read_text("utf-8"))
        dict(named_estimates(earlier))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise EvalError(
            f"读不了先前的报告 {path}：{error!r}。请给出 dangwu eval --out 写出的 report.json。",
            f"Cannot read the earlier report {path}: {error!r}. "
            "Give a report.json that dangwu eval --out wrote.",
        ) from error
    return dict(earlier)


def compare(report: Report, earlier: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every number that both reports hold, in the order of the new one."""
    before = dict(named_estimates(earlier))
    now = named_estimates(report_to_json(report))
    return tuple(Change(name, before[name], after) for name, after in now if name in before)


def named_estimates(report: Mapping[str, Any]) -> Iterator[tuple[str, Estimate]]:
    """Each estimate of a report's JSON, named as in ``answers/coverage`` or ``some_set/hybrid/nDCG@10``."""
    answers = report.get("answers") or {}
    for name, estimate in (answers.get("overall") or {}).items():
        yield f"answers/{name}", Estimate(**estimate)
    for kind, estimates in (answers.get("by_type") or {}).items():
        for name, estimate in estimates.items():
            yield f"answers/{kind}/{name}", Estimate(**estimate)
    for part in report.get("retrieval") or ():
        for mode, estimates in part["modes"].items():
            for name, estimate in estimates.items():
                yield f"{part['name']}/{mode}/{name}", Estimate(**estimate)


def markdown(report: Report, changes: Sequence[Change] = ()) -> str:
    """Tables for a README: answers, retrieval, and what changed; each number with its interval and n."""
    lines: list[str] = []
    if report.answers is not None:
        lines += ["| 指标 | 数值 | 95 % 区间 | n |", "|---|---|---|---|"]
        for measure in ALL_MEASURES:
            estimate = report.answers.overall.get(measure.key)
            if estimate is not None:
                lines.append(
                    f"| {measure.zh} {measure.en} | {shown(estimate.value, measure.share)} "
                    f"| {interval(estimate, measure.share)} | {estimate.n} |"
                )
    if report.retrieval:
        lines += ["", *_retrieval_table(report.retrieval)]
    if changes:
        lines += ["", *_changes_table(changes)]
    return "\n".join(lines) + "\n"


def _retrieval_table(parts: Sequence[RetrievalReport]) -> Iterator[str]:
    names = columns(parts)
    yield "| 检索集 | 方式 | " + " | ".join(names) + " | n |"
    yield "|---|---|" + "---|" * (len(names) + 1)
    for part in parts:
        for mode, estimates in part.modes.items():
            cells = [_cell(estimates.get(name)) for name in names]
            yield f"| {part.name} | {mode} | " + " | ".join(cells) + f" | {part.queries} |"


def _changes_table(changes: Sequence[Change]) -> Iterator[str]:
    yield "| 与先前相比 | 先前 | 现在 | 差 | |"
    yield "|---|---|---|---|---|"
    for change in changes:
        if change.difference:
            verdict = "区间重叠，可能是偶然" if change.noise else "区间不重叠"
            yield (
                f"| {change.name} | {shown(change.before.value)} | {shown(change.after.value)} "
                f"| {change.difference:+.3f} | {verdict} |"
            )


def _cell(estimate: Estimate | None) -> str:
    return "–" if estimate is None else f"{shown(estimate.value)} [{interval(estimate)}]"


def columns(parts: Iterable[RetrievalReport]) -> list[str]:
    """The names of all retrieval measures in the reports, each once, in order."""
    return list(
        dict.fromkeys(name for part in parts for estimates in part.modes.values() for name in estimates)
    )


def shown(value: float, share: bool = True) -> str:
    """A number as a person reads it: shares with three decimals, counts and milliseconds with one."""
    return f"{value:.3f}" if share else f"{value:.1f}"


def interval(estimate: Estimate, share: bool = True) -> str:
    """``low – high``."""
    return f"{shown(estimate.low, share)} – {shown(estimate.high, share)}"
