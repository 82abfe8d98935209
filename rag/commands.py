"""What each command does: arguments in, values through ``rag.wire``, text or JSON out; the exit code is returned.

Heavy imports wait until a command needs them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import SettingError, UnknownDocument

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.datatypes import Answer, Citation, Hit, IngestReport, Passage

STATUSES = {
    "added": "已加入",
    "updated": "已更新",
    "unchanged": "未变",
    "failed": "失败",
    "empty": "空文件",
    "needs_ocr": "可能是扫描件",
}


def _open(args: argparse.Namespace, **settings: Any) -> Assistant:
    from rag.build import open_assistant

    return open_assistant(args.home, embedder=args.embedder, **settings)


def _tell_if_empty(assistant: Assistant) -> None:
    """A wrong --home looks like a knowledge base without documents."""
    if not assistant.store.counts()[0]:
        home = assistant.settings.home
        print(
            f"资料库 {home} 是空的，先用 dangwu index 文件夹 加入资料。 {home} holds no documents yet.",
            file=sys.stderr,
        )


def index(args: argparse.Namespace) -> int:
    """Adds or refreshes files and folders."""
    if not (args.paths or args.rebuild) or "" in args.paths:  # an empty name would be the current folder
        return _usage("请给出要加入的文件或文件夹。 Name the files or folders to add.")
    from rag.wire import ingest_to_json

    with _open(args) as assistant:
        report = assistant.index(
            args.paths, progress=_progress if sys.stderr.isatty() else None, rebuild=args.rebuild
        )
        if args.collection:
            assistant.store.catalogue.fill(
                args.collection, [i for file in report.files for i in file.documents]
            )
    if args.paths and not report.files:
        print("没有找到可以读取的文件。 No file that can be read was found.", file=sys.stderr)
    if report.skipped:
        print(_skipped(report.skipped), file=sys.stderr)
    if report.gone:
        print(_gone(report.gone), file=sys.stderr)
    failed = any(f.status in ("failed", "needs_ocr") for f in report.files)
    if args.json:
        _print_json(ingest_to_json(report))
    else:
        _print_report(report)
    return int(failed)


def _skipped(suffixes: Mapping[str, int]) -> str:
    """One line on the files that were passed over, the commonest kinds first."""
    kinds = sorted(suffixes.items(), key=lambda item: (-item[1], item[0]))
    zh = "、".join(f"{suffix or '没有扩展名'} {count} 个" for suffix, count in kinds)
    en = ", ".join(f"{count} {suffix or 'without a suffix'}" for suffix, count in kinds)
    count = sum(suffixes.values())
    return f"略过 {count} 个读不了的文件：{zh}。 Skipped {count} of kinds that cannot be read: {en}."


def _gone(sources: Sequence[str]) -> str:
    return (
        f"有 {len(sources)} 个文件已不在文件夹里，资料还在资料库中：{sources[0]}{' 等' if len(sources) > 1 else ''}。"
        f"不要的用 dangwu docs rm 文件 删除。 {len(sources)} file(s) have gone, their documents stay; remove them with docs rm."
    )


def _print_report(report: IngestReport) -> None:
    """What became of each file, with what is wrong on stderr, and what there is now."""
    for file in report.files:
        dropped = f"，略去非正文 {file.dropped_characters} 字" if file.dropped_characters else ""
        state = STATUSES[file.status]
        print(f"{state}  {file.source}（{len(file.documents)} 篇，{file.passages} 段{dropped}）")
        for warning in file.warnings:
            print(f"  注意：{warning}", file=sys.stderr)
        if file.error:
            print(
                f"  {file.source}：{file.error.removeprefix(f'{Path(file.source).name}：')}", file=sys.stderr
            )
    print(f"资料库现有 {report.documents} 篇、{report.passages} 段，用时 {report.seconds:.1f} 秒。")


def docs(args: argparse.Namespace) -> int:
    """Lists documents, shows one, removes one."""
    from rag.wire import document_in_full, document_to_json

    if args.action and not args.target:
        return _usage(f"docs {args.action} 需要文档编号。 docs {args.action} needs a document id.")
    with _open(args) as assistant:
        if args.action == "rm":
            removed = _removed(assistant, args.target)
            _print_json({"removed": removed}) if args.json else print(f"已删除 {removed} 篇。")
            return 0
        if args.action == "show":
            document, passages = assistant.document(args.target), assistant.passages(args.target)
            if args.json:
                _print_json(document_in_full(document, passages))
                return 0
            print(f"《{document.title}》\n{document.source}\n\n{document.text}")
            return 0
        counts = assistant.store.passage_counts()
        rows = [document_to_json(d, counts.get(d.id, 0)) for d in assistant.documents()]
    if args.json:
        _print_json(rows)
        return 0
    for row in rows:
        print(
            f"{row['document']}  《{row['title']}》 {row['passages']} 段  {row['date'] or ''} {row['status'] or ''} {row['source']}"
        )
    if not rows:
        print("资料库是空的。用 dangwu index 文件夹 加入资料。")
    return 0


def _removed(assistant: Assistant, target: str) -> int:
    """How many documents went. A file may be named as it was to ``index``, from the current folder."""
    from rag.ingest import full_path

    with suppress(UnknownDocument):
        return assistant.remove(str(full_path(target)))
    return assistant.remove(target)


def search(args: argparse.Namespace) -> int:
    """Finds passages."""
    import time

    from rag.wire import hits_to_json

    with _open(args) as assistant:
        _tell_if_empty(assistant)
        began = time.perf_counter()
        hits = assistant.search(
            args.query, args.k, args.mode, assistant.store.catalogue.within(args.collection)
        )
        took = (time.perf_counter() - began) * 1000
    if args.json:
        _print_json(hits_to_json(args.query, hits, took))
        return 0
    for hit in hits:
        print(f"{hit.rank:>2}. {hit.score:.3f}  {_place(hit)}\n    {hit.passage.text[:120]}")
    if not hits:
        print("没有找到。")
    return 0


def ask(args: argparse.Namespace) -> int:
    """Answers one question, or every line of a file; writes the answer to files as well."""
    from rag.wire import answer_to_json

    if bool(args.question and args.question.strip()) == bool(args.batch):
        return _usage(
            "请给出一个问题，或用 --batch 给出问题文件。 Give a question or --batch FILE, not both."
        )
    if args.batch and (args.export or args.history):
        return _usage(
            "--batch 逐行输出 JSON，不能与 --export、--history 同用。 --batch prints JSON lines; it takes no --export or --history."
        )
    if args.form != "answer" and not args.export:
        return _usage(
            "--form 要与 --export 同用，例如 --export 讲稿.docx。 --form goes with --export, such as --export lecture.docx."
        )
    from rag.batch import answer_lines, read_history
    from rag.export import check_targets, export

    targets = [Path(name) for name in args.export]
    check_targets(targets)
    with _open(args, llm=args.llm) as assistant:
        _tell_if_empty(assistant)
        documents = assistant.store.catalogue.within(args.collection)
        if args.batch:
            return answer_lines(assistant, Path(args.batch), documents)
        history = read_history(Path(args.history)) if args.history else ()
        answer = assistant.ask(args.question, history, documents)
        if args.json:
            _print_json(answer_to_json(answer))
        else:
            _print_answer(answer)
        lesson = assistant.lesson([answer], args.form) if targets else None
    for target in targets:
        export([answer], target, form=args.form, lesson=lesson)
        print(f"已写入 {target}", file=sys.stderr)
    return 0


def _print_answer(answer: Answer) -> None:
    """The answer for a terminal: text, then where every number leads."""
    if answer.notice:
        print(f"（{answer.notice}）\n")
    print(answer.answer)
    if answer.citations:
        print("\n出处：" if answer.language != "en" else "\nSources:")
    for citation in answer.citations:
        at = position(citation.passage, answer.language)
        print(f"[{citation.number}] {_place(citation)}（{Path(citation.document.source).name}{at}）")


def position(passage: Passage, language: str) -> str:
    """The page where there are pages, else the line."""
    kind, number = ("页", passage.page) if passage.page is not None else ("行", passage.line)
    if number is None:
        return ""
    return f", {'page' if kind == '页' else 'line'} {number}" if language == "en" else f"，第 {number} {kind}"


def prompt(args: argparse.Namespace) -> int:
    """Shows what a language model would be sent."""
    from rag.prompt import messages
    from rag.question import read_question
    from rag.reading import ANSWER_HITS

    with _open(args) as assistant:
        hits = assistant.search(args.question, ANSWER_HITS)
        found = messages(
            args.question, hits, read_question(args.question).language, assistant.settings.llm_context_chars
        )
    if args.json:
        _print_json([{"role": role, "content": content} for role, content in found])
        return 0
    print("\n\n".join(f"--- {role} ---\n{content}" for role, content in found))
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Runs the evaluation."""
    from eval.run import run_eval

    with _open(args) as assistant:
        return run_eval(
            assistant,
            Path(args.questions) if args.questions else None,
            [Path(s) for s in args.sets],
            Path(args.out) if args.out else None,
            args.json,
        )


def serve_page(args: argparse.Namespace) -> int:
    """Serves the page and the HTTP API until interrupted."""
    from ui import serve

    with _open(args) as assistant:
        return serve(assistant, args.host, args.port)


def user(args: argparse.Namespace) -> int:
    """Manages who may log in. Passwords come from the terminal or as a line on stdin, never as an argument that others could read."""
    from rag.config import load_settings
    from rag.users import USERS_FILE, Users

    if args.action != "list" and not args.name:
        return _usage(f"user {args.action} 需要用户名。 user {args.action} needs a name.")
    users = Users(load_settings(args.home).home / USERS_FILE)
    if args.action == "add":
        users.add(args.name, _password(), "admin" if args.admin else "reader")
    elif args.action == "rm":
        users.remove(args.name)
    rows = [{"name": user.name, "role": user.role} for user in users.all()]
    if args.json:
        _print_json(rows)
    else:
        for row in rows:
            print(f"{row['name']}  {'管理员 admin' if row['role'] == 'admin' else '读者 reader'}")
    return 0


def _password() -> str:
    if not sys.stdin.isatty():
        try:
            return sys.stdin.readline().rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise SettingError("密码不是 UTF-8 文字。", "The password is not UTF-8 text.") from error
    from getpass import getpass

    first = getpass("密码 password：")
    if getpass("再输一次 again：") != first:
        raise SettingError("两次输入的密码不一样。", "The two passwords differ.")
    return first


def doctor(args: argparse.Namespace) -> int:
    """Checks the machine and says what to mend."""
    from rag.doctor import examine

    checks = examine(args.home, embedder=args.embedder)
    if args.json:
        _print_json({"ok": all(c.ok for c in checks), "checks": [c.to_json() for c in checks]})
    else:
        for check in checks:
            mark = "✗" if not check.ok else "○" if check.remedy else "✓"
            print(f"{mark} {check.name}：{check.found}" + (f"\n    {check.remedy}" if check.remedy else ""))
    return int(not all(c.ok for c in checks))


def _place(found: Hit | Citation) -> str:
    return f"《{found.document.title}》" + "".join(f" › {s}" for s in found.passage.section)


def _progress(done: int, total: int, source: str) -> None:
    print(
        f"\r\033[K[{done + 1}/{total}] {Path(source).name}",
        end="" if done + 1 < total else "\n",
        file=sys.stderr,
        flush=True,
    )


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _usage(message: str) -> int:
    print(message, file=sys.stderr)
    return 2
