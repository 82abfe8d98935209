"""Runs an evaluation from end to end: questions, retrieval sets, report. ``python -m eval.run --help``."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from json import dumps
from pathlib import Path

from eval.asking import Progress, ask_all, library_of
from eval.errors import EvalError
from eval.page import html
from eval.questions import QUESTIONS_FOLDER, SEEDS_FOLDER, ReferenceQuestion, read_questions
from eval.report import Change, Report, compare, markdown, read_earlier, report_to_json
from eval.retrieval import measure_questions
from eval.sets import measure_set
from eval.summary import answers_report
from eval.trec import RetrievalSet, read_set
from rag.assistant import Assistant
from rag.build import build, open_assistant
from rag.config import Settings
from rag.errors import DangwuError

log = logging.getLogger("eval.run")  # also when it runs as __main__


def evaluate(
    assistant: Assistant,
    questions: Sequence[ReferenceQuestion] = (),
    sets: Sequence[RetrievalSet] = (),
    runs: Path | None = None,
    *,
    twice: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Asks ``questions`` of the assistant's own knowledge base, and searches each set in a temporary one.

    TREC runs are written into ``runs`` when it is given. ``twice`` asks each question again, for determinism.
    ``progress(asked, of all)`` is called after each question. Raises ``EvalError`` when there are questions and
    the knowledge base is empty.
    """
    answers = None
    retrieval = []
    if questions:
        library = library_of(assistant)
        if not library.documents:
            raise EvalError(
                f"资料库 {assistant.settings.home} 是空的，请先运行 dangwu index 加入资料。",
                f"The knowledge base {assistant.settings.home} is empty; add documents first (dangwu index).",
            )
        outcomes = ask_all(assistant, questions, library, twice=twice, progress=progress)
        answers = answers_report(outcomes, library.documents)
        if any(question.answerable and question.gold for question in questions):
            retrieval.append(measure_questions(assistant, questions, library, runs))
    for retrieval_set in sets:
        with temporary_assistant(assistant.settings) as empty:
            retrieval.append(measure_set(retrieval_set, empty, runs))
    created = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return Report(created, subject_of(assistant), answers, tuple(retrieval))


@contextlib.contextmanager
def temporary_assistant(settings: Settings) -> Iterator[Assistant]:
    """An assistant with these settings and an empty knowledge base that is gone afterwards."""
    with tempfile.TemporaryDirectory() as home, build(replace(settings, home=Path(home))) as assistant:
        yield assistant


def subject_of(assistant: Assistant) -> dict[str, str]:
    """What is measured and on what: settings, encoder, Python, processor count."""
    settings = assistant.settings
    return {
        "embedder": settings.embedder,
        "encoder": assistant.encoder.identity,
        "llm": settings.llm,
        "reranker": settings.reranker,
        "nli": settings.nli,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU",
    }


def run_eval(
    assistant: Assistant,
    questions: Path | None = None,
    sets: Sequence[Path] = (),
    out: Path | None = None,
    json: bool = False,
    baseline: Path | None = None,
) -> int:
    """What ``dangwu eval`` does; the exit code. Prints the report to stdout, as JSON or as Markdown tables.

    ``questions`` are asked of the assistant's knowledge base. With neither ``questions`` nor ``sets``, the
    project's own questions are asked of its own ``seeds/`` in a temporary home. ``out`` receives
    ``report.json``, ``report.html``, ``report.md`` and ``runs/``. The comparison is with ``baseline``, else
    with the report that ``out`` held before. Raises ``EvalError`` for unusable files.
    """
    if out is not None:
        _make(out)  # told before the questions are asked, not after
    earlier = _earlier(out, baseline)
    retrieval_sets = [read_set(folder) for folder in sets]
    runs = out / "runs" if out is not None else None
    if questions is not None or sets:
        asked = read_questions([questions]) if questions is not None else ()
        if questions is not None and not asked:
            raise EvalError(f"{questions} 里没有问题。", f"There are no questions in {questions}.")
        report = evaluate(assistant, asked, retrieval_sets, runs)
    else:
        report = evaluate_own(assistant.settings, runs)
    changes = compare(report, read_earlier(earlier)) if earlier is not None else ()
    if out is not None:
        write_report(report, changes, out)
    print(dumps(report_to_json(report), ensure_ascii=False) if json else markdown(report, changes))
    return _exit_code(report)


def evaluate_own(settings: Settings, runs: Path | None = None, progress: Progress | None = None) -> Report:
    """The project's own questions asked of its own ``seeds/``, in a temporary home. Raises ``EvalError``."""
    files = sorted(QUESTIONS_FOLDER.glob("*.jsonl"))
    if not files or not SEEDS_FOLDER.is_dir():
        raise EvalError(
            f"找不到自带的问题（{QUESTIONS_FOLDER}）或资料（{SEEDS_FOLDER}）。"
            "请在源码目录里运行，或用 --questions 指定。",
            f"The project's own questions ({QUESTIONS_FOLDER}) or documents ({SEEDS_FOLDER}) are not there. "
            "Run from a source checkout, or name a file with --questions.",
        )
    with temporary_assistant(settings) as assistant:
        assistant.index([SEEDS_FOLDER])
        return evaluate(assistant, read_questions(files), runs=runs, progress=progress)


def _earlier(out: Path | None, baseline: Path | None) -> Path | None:
    if baseline is not None:
        return baseline
    if out is not None and (out / "report.json").is_file():
        return out / "report.json"
    return None


def write_report(report: Report, changes: Sequence[Change], out: Path) -> None:
    """Writes ``report.json``, ``report.html`` and ``report.md`` into ``out``. Raises ``EvalError``."""
    _make(out)
    try:
        text = dumps(report_to_json(report), ensure_ascii=False, indent=1)
        (out / "report.json").write_text(text + "\n", "utf-8")
        (out / "report.html").write_text(html(report, changes), "utf-8")
        (out / "report.md").write_text(markdown(report, changes), "utf-8")
    except OSError as error:
        raise _unwritable(out, error) from error
    log.info("报告已写入 %s / report written", out)


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> EvalError:
    return EvalError(
        f"报告写不进 {out}：{error}。请换一个文件夹。", f"Cannot write the report into {out}: {error}."
    )


def _exit_code(report: Report) -> int:
    """1 when a question could not be asked; gold that is nowhere to be found is only warned of."""
    if report.answers is None:
        return 0
    for line in report.answers.unlocated:
        log.warning("应引段落在资料库里找不到：%s / gold not found in any document", line)
    failed = [outcome for outcome in report.answers.outcomes if outcome.error]
    for outcome in failed:
        log.error("问题 %s 没有得到回答：%s", outcome.question.id, outcome.error)
    return 1 if failed else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of ``python -m eval.run``; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.run", description="评测回答与检索 / measure the assistant"
    )
    parser.add_argument("--home", type=Path, help="资料库文件夹")
    parser.add_argument("--questions", type=Path, help="参考问题（JSON 行）；不给则用自带的问题和资料")
    parser.add_argument(
        "--set", type=Path, action="append", default=[], dest="sets", help="BEIR 格式的检索集文件夹"
    )
    parser.add_argument("--out", type=Path, help="报告写到这个文件夹")
    parser.add_argument("--baseline", type=Path, help="与先前的 report.json 比较")
    parser.add_argument("--json", action="store_true", help="在标准输出打印 JSON")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("eval").setLevel(logging.INFO)
    try:
        with open_assistant(home=chosen.home) as assistant:
            return run_eval(
                assistant, chosen.questions, chosen.sets, chosen.out, chosen.json, chosen.baseline
            )
    except DangwuError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
