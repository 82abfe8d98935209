"""The report as one HTML page: no scripts, no requests, light and dark. ``_text`` escapes every text."""

from __future__ import annotations

import html as markup
from collections.abc import Iterable, Iterator, Mapping, Sequence

from eval.answers import MEASURES, AnswerMeasure
from eval.asking import Outcome
from eval.estimate import Estimate
from eval.record import CitedQuote
from eval.report import (
    ALL_MEASURES,
    AnswersReport,
    Change,
    Report,
    RetrievalReport,
    columns,
    interval,
    shown,
)

TYPE_NAMES = {
    "factual": "事实",
    "list": "列举",
    "synthesis": "综合",
    "paraphrase": "换个说法",
    "typo": "错别字",
    "traditional": "繁体",
    "english": "英文",
    "multiturn": "追问",
    "unanswerable": "无答案",
    "injection": "注入",
}
MODE_NAMES = {"lexical": "字词", "dense": "向量", "hybrid": "混合", "extractive": "摘录", "llm": "大模型"}
_TYPE_COLUMNS = (
    "coverage",
    "full_answer",
    "gold_cited",
    "citation_on_gold",
    "over_refusal",
    "refusal_recall",
    "characters",
)
_BAR_WIDTH = 220

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1e; --soft: #6b6b70; --line: #dcdce0; --paper: #fff; --bar:
#b3261e;
  --good: #2e7d4f; --bad: #b3261e; --tint: #f6f4f1; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececee; --soft: #a0a0a6; --line: #3a3a3e; --paper:
#17171a;
  --bar: #e5695f; --good: #6fc28f; --bad: #ef8a80; --tint: #212125; } }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color:
var(--ink);
  font: 15px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; } small, .soft { color: var(--soft); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { vertical-align: middle; } .track { fill: var(--line); } .bar { fill: var(--bar); }
.whisker { stroke: var(--ink); stroke-width: 1.5; }
details { border-bottom: 1px solid var(--line); padding: .35rem 0; } summary { cursor: pointer; }
details > div { background: var(--tint); border-radius: .5rem; margin: .4rem 0; padding: .6rem .9rem; }
.answer { white-space: pre-wrap; } .good { color: var(--good); } .bad { color: var(--bad); }
@media (max-width: 40rem) { svg { width: 4rem; } td small { display: block; } }
blockquote { border-left: 3px solid var(--line); margin: .3rem 0; padding-left: .7rem; }
"""


def html(report: Report, changes: Sequence[Change] = ()) -> str:
    """The page as one string."""
    body = "\n".join(_body(report, changes))
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>党务问答 · 评测报告</title>\n<style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def _body(report: Report, changes: Sequence[Change]) -> Iterator[str]:
    yield "<h1>党务问答 · 评测报告</h1>"
    subject = "；".join(f"{_text(name)} {_text(value)}" for name, value in report.subject.items())
    yield f'<p class="soft">{_text(report.created)}　{subject}</p>'
    yield '<p class="soft">横条是数值，横线是 95 % 自助法区间；两次结果的区间若重叠，差别可能只是偶然。</p>'
    if report.answers is not None:
        yield from _answers(report.answers)
    for part in report.retrieval:
        yield from _retrieval(part)
    if changes:
        yield from _changes(changes)
    if report.answers is not None:
        yield "<h2>逐题结果</h2>"
        yield from map(_question, report.answers.outcomes)


def _answers(answers: AnswersReport) -> Iterator[str]:
    modes = "，".join(f"{_name(MODE_NAMES, mode)} {count}" for mode, count in answers.modes.items())
    yield f"<h2>回答：{len(answers.outcomes)} 题，{answers.documents} 篇资料（{modes}）</h2>"
    rows = [
        (
            _label(measure),
            _bar(estimate) if measure.share and measure.better != "neither" else "",
            *_numbers(estimate, measure.share),
        )
        for measure in ALL_MEASURES
        if (estimate := answers.overall.get(measure.key))
    ]
    yield _table(("指标", "", "数值", "95 % 区间", "n"), rows, numbers=3)
    if answers.unlocated:
        missing = _text("；".join(answers.unlocated))
        yield f'<p class="bad">资料库里找不到的应引段落（按未引计）：{missing}</p>'
    yield "<h2>按题型</h2>"
    shown_measures = [measure for measure in MEASURES if measure.key in _TYPE_COLUMNS]
    heads = ("题型", *(measure.zh for measure in shown_measures))
    yield _table(
        heads,
        [
            (_name(TYPE_NAMES, kind), *(_short(estimates.get(m.key), m.share) for m in shown_measures))
            for kind, estimates in answers.by_type.items()
        ],
        numbers=len(shown_measures),
    )


def _label(measure: AnswerMeasure) -> str:
    hint = {"higher": "", "lower": "，越低越好", "neither": ""}[measure.better]
    return f"{_text(measure.zh)} <small>{_text(measure.en)}{hint}</small>"


def _retrieval(part: RetrievalReport) -> Iterator[str]:
    title = "参考问题" if part.name == "questions" else part.name
    yield f"<h2>检索：{_text(title)}（{part.queries} 个问题，{part.passages} 段）</h2>"
    names = columns([part])
    rows = []
    for mode, estimates in part.modes.items():
        first = estimates.get(names[0])
        bar = _bar(first) if first else ""
        rows.append(
            (
                _name(MODE_NAMES, mode),
                bar,
                *(_short(estimates.get(name)) for name in names),
                _times(part, mode),
            )
        )
    yield _table(("方式", "", *names, "毫秒 p50 / p95"), rows, numbers=len(names) + 1)
    kinds = list(dict.fromkeys(kind for estimates in part.by_type.values() for kind in estimates))
    if kinds:
        yield f'<p class="soft">按题型的 {_text(part.type_measure)}：</p>'
        yield _table(
            ("方式", *(_name(TYPE_NAMES, kind) for kind in kinds)),
            [
                (_name(MODE_NAMES, mode), *(_short(estimates.get(kind)) for kind in kinds))
                for mode, estimates in part.by_type.items()
            ],
            numbers=len(kinds),
        )


def _times(part: RetrievalReport, mode: str) -> str:
    times = part.milliseconds.get(mode, {})
    return " / ".join(shown(times[q].value, share=False) for q in ("p50", "p95") if q in times)


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    yield "<h2>与先前的报告相比</h2>"
    moved = [change for change in changes if change.difference]
    if not moved:
        yield "<p>没有变化。</p>"
        return
    rows = [
        (
            _text(change.name),
            shown(change.before.value),
            shown(change.after.value),
            f"{change.difference:+.3f}",
            "区间重叠" if change.noise else "<b>区间不重叠</b>",
        )
        for change in moved
    ]
    yield _table(("指标", "先前", "现在", "差", "判断"), rows, numbers=4)


def _question(outcome: Outcome) -> str:
    question, record = outcome.question, outcome.record
    parts = [f'<p class="soft">参考答案：{_text(question.reference_answer)}</p>']
    parts += [
        f'<p class="soft">上文：{_text(turn.question)} → {_text(turn.answer)}</p>'
        for turn in question.history
    ]
    if record is None:
        parts.append(f'<p class="bad">{_text(outcome.error or "")}</p>')
    else:
        if record.standalone_question != question.question:
            parts.append(f'<p class="soft">补全后的问题：{_text(record.standalone_question)}</p>')
        parts.append(f'<div class="answer">{_text(record.answer)}</div>')
        parts += map(_citation, record.citations)
    if outcome.score.missing and question.answerable:
        parts.append(f'<p class="bad">缺的要点：{_text("、".join(outcome.score.missing))}</p>')
    parts.append(f'<p class="soft">{_measures_of(outcome.values)}</p>')
    kind, verdict = _name(TYPE_NAMES, question.type), _verdict(outcome)
    return (
        f"<details><summary>{verdict} <small>{_text(question.id)} {kind}</small> "
        f"{_text(question.question)}</summary>"
        f"<div>{''.join(parts)}</div></details>"
    )


def _verdict(outcome: Outcome) -> str:
    """One mark and word: what became of the question."""
    if outcome.record is None:
        return '<b class="bad">✗ 出错</b>'
    if not outcome.question.answerable:
        return '<b class="good">✓ 已拒</b>' if outcome.record.refused else '<b class="bad">✗ 该拒未拒</b>'
    if outcome.record.refused:
        return '<b class="bad">✗ 误拒</b>'
    total, missing = len(outcome.question.key_points), len(outcome.score.missing)
    return (
        f'<b class="{"bad" if missing else "good"}">{"△" if missing else "✓"} {total - missing}/{total}</b>'
    )


def _citation(citation: CitedQuote) -> str:
    where = " › ".join((citation.title, *citation.section))
    quote = f"[{citation.number}] {_text(citation.quote)}"
    return f"<blockquote>{quote}<br><small>{_text(where)}</small></blockquote>"


def _measures_of(values: Mapping[str, float]) -> str:
    named = ((m.zh, shown(values[m.key], m.share)) for m in MEASURES if m.key in values)
    return "；".join(f"{_text(name)} {value}" for name, value in named)


def _bar(estimate: Estimate) -> str:
    """A bar from 0 to 1 with the interval as a whisker."""
    x, low, high = (max(0.0, min(1.0, v)) * _BAR_WIDTH for v in (estimate.value, estimate.low, estimate.high))
    return (
        f'<svg viewBox="0 0 {_BAR_WIDTH} 14" width="{_BAR_WIDTH}" height="14" preserveAspectRatio="none" '
        f'role="img" aria-label="{estimate.value:.3f}">'
        f'<rect class="track" width="{_BAR_WIDTH}" height="8" y="3" rx="2"/>'
        f'<rect class="bar" width="{x:.1f}" height="8" y="3" rx="2"/>'
        f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="7" y2="7"/></svg>'
    )


def _numbers(estimate: Estimate, share: bool) -> tuple[str, str, str]:
    return shown(estimate.value, share), interval(estimate, share), str(estimate.n)


def _short(estimate: Estimate | None, share: bool = True) -> str:
    if estimate is None:
        return "–"
    return f'<span title="{interval(estimate, share)}，n={estimate.n}">{shown(estimate.value, share)}</span>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: int) -> str:
    """Cells are markup already; the last ``numbers`` columns are set as numbers."""
    first = len(heads) - numbers
    classes = ["" if column < first else ' class="number"' for column in range(len(heads))]
    head = "".join(f"<th{kind}>{_text(name)}</th>" for name, kind in zip(heads, classes, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row, classes, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _name(names: Mapping[str, str], key: str) -> str:
    return _text(names.get(key, key))


def _text(value: str) -> str:
    return markup.escape(value)
