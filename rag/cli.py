"""The command line: words in, values through ``rag.wire``, text or JSON out. Errors become text here and nowhere below.

Heavy imports wait until a command needs them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from rag import __doc__ as about
from rag.errors import DangwuError, SettingError

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.datatypes import Answer, Hit, Turn

HEADLINE = "如何做一名合格的基层党务工作者"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the exit code: 0 well, 1 failed (stderr says what and what to do), 2 wrong usage."""
    _speak_utf8()
    parser = make_parser()
    try:
        args = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    from rag.config import harden_environment

    harden_environment()
    run: Callable[[argparse.Namespace], int] = args.run
    try:
        code = run(args)
        sys.stdout.flush()
        return code
    except DangwuError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:  # a disk that is full, a file that has gone
        print(f"错误：{error}。请检查磁盘空间和权限。\nCheck disk space and permissions.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("已中断。 Interrupted.", file=sys.stderr)
        return 1


class _Parser(argparse.ArgumentParser):
    """Says in both languages what is wrong with a command."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"用法不对，见 {self.prog} --help。 Wrong usage: {message}\n")


def make_parser() -> argparse.ArgumentParser:
    """The parser with every command and option."""
    common = _common()
    parser = _Parser(prog="dangwu", description=(about or "").splitlines()[0], parents=[_common()])
    parser.set_defaults(home=None, embedder=None, json=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[common], help=text, description=text)
        added.set_defaults(run=run)
        return added

    index = command("index", "加入或刷新文件和文件夹 / add or refresh files and folders", _index)
    index.add_argument("paths", nargs="*", metavar="PATH")
    index.add_argument("--collection", metavar="NAME", help="同时放入这个知识库，没有就新建 / also put into a collection")
    index.add_argument("--rebuild", action="store_true", help="用当前模型重建全部向量 / re-encode everything with the current model")

    docs = command("docs", "列出、查看、删除资料 / list, show, remove documents", _docs)
    docs.add_argument("action", nargs="?", choices=["show", "rm"])
    docs.add_argument("target", nargs="?", metavar="ID")

    search = command("search", "检索段落 / find passages", _search)
    search.add_argument("query")
    search.add_argument("-k", type=_positive, default=10)
    _limited(search)
    search.add_argument("--mode", choices=["hybrid", "dense", "lexical"], default="hybrid")

    ask = command("ask", "提问，得到逐句引用的回答 / ask, get a cited answer", _ask)
    ask.add_argument("question", nargs="?")
    ask.add_argument("--history", metavar="FILE", help="以前的问答（JSON 列表） / earlier turns, a JSON list")
    _limited(ask)
    ask.add_argument("--llm", help="provider:model，none 表示不用模型 / or none (DANGWU_LLM)")
    ask.add_argument("--export", action="append", default=[], metavar="FILE", help="另存为文件 / also write to a file")
    ask.add_argument(
        "--form",
        choices=["answer", "lecture", "plan"],
        default="answer",
        help="导出的文体：answer 原样、lecture 党课讲稿、plan 教案 / what --export makes of the answer",
    )
    ask.add_argument("--batch", metavar="FILE.jsonl", help="逐行回答 / answer every line of a file")

    prompt = command("prompt", "显示发给模型的完整提示 / show the exact prompt a model would get", _prompt)
    prompt.add_argument("question")

    evaluate = command("eval", "运行评测 / run the evaluation", _eval)
    evaluate.add_argument("--questions", metavar="FILE.jsonl")
    evaluate.add_argument("--set", action="append", default=[], dest="sets", metavar="DIR")
    evaluate.add_argument("--out", metavar="DIR")

    for name, text in (("ui", "启动网页 / start the page"), ("serve", "启动 HTTP 接口和网页 / start the HTTP API and the page")):
        page = command(name, text, _ui)
        page.add_argument("--host", default="127.0.0.1")
        page.add_argument("--port", type=_port, default=7860)

    user = command("user", "管理可以登录网页的人 / manage who may log in to the page", _user)
    user.add_argument("action", choices=["add", "list", "rm"])
    user.add_argument("name", nargs="?", metavar="NAME")
    user.add_argument("--admin", action="store_true", help="可以改资料和设置 / may change documents and settings")

    command("doctor", "检查环境并给出建议 / check the machine and say what to mend", _doctor)
    return parser


def _common() -> _Parser:
    """The options of every command, before its name or after it: one not given after it keeps the value from before."""
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--home", help="资料库文件夹 / folder of the knowledge base (DANGWU_HOME)")
    common.add_argument("--embedder", help="向量模型：bundled、文件夹或模型编号 / embedding model (DANGWU_EMBEDDER)")
    common.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    return common


def _limited(command: argparse.ArgumentParser) -> None:
    told = "只在这个知识库中查找，可重复 / look only in this collection; may be repeated"
    command.add_argument("--collection", action="append", default=[], metavar="NAME", help=told)


def _open(args: argparse.Namespace, **settings: Any) -> Assistant:
    from rag.build import open_assistant

    return open_assistant(args.home, embedder=args.embedder, **settings)


def _tell_if_empty(assistant: Assistant) -> None:
    """A wrong --home looks like a knowledge base without documents."""
    if not assistant.store.counts()[0]:
        home = assistant.settings.home
        print(f"资料库 {home} 是空的，先用 dangwu index 文件夹 加入资料。 {home} holds no documents yet.", file=sys.stderr)


def _index(args: argparse.Namespace) -> int:
    if not (args.paths or args.rebuild) or "" in args.paths:  # an empty name would be the current folder
        return _usage("请给出要加入的文件或文件夹。 Name the files or folders to add.")
    from rag.wire import ingest_to_json

    with _open(args) as assistant:
        report = assistant.index(args.paths, progress=_progress if sys.stderr.isatty() else None, rebuild=args.rebuild)
        if args.collection:
            assistant.store.catalogue.fill(args.collection, [i for file in report.files for i in file.documents])
    if args.paths and not report.files:
        print("没有找到可以读取的文件。 No file that can be read was found.", file=sys.stderr)
    failed = any(f.status in ("failed", "needs_ocr") for f in report.files)
    if args.json:
        _print_json(ingest_to_json(report))
        return int(failed)
    names = {"added": "已加入", "updated": "已更新", "unchanged": "未变", "failed": "失败", "empty": "空文件", "needs_ocr": "可能是扫描件"}
    for file in report.files:
        dropped = f"，略去非正文 {file.dropped_characters} 字" if file.dropped_characters else ""
        print(f"{names[file.status]}  {file.source}（{len(file.documents)} 篇，{file.passages} 段{dropped}）")
        for warning in file.warnings:
            print(f"  注意：{warning}", file=sys.stderr)
        if file.error:
            print(f"  {file.source}：{file.error.removeprefix(f'{Path(file.source).name}：')}", file=sys.stderr)
    print(f"资料库现有 {report.documents} 篇、{report.passages} 段，用时 {report.seconds:.1f} 秒。")
    return int(failed)


def _docs(args: argparse.Namespace) -> int:
    from rag.wire import document_to_json, passage_to_json

    if args.action and not args.target:
        return _usage(f"docs {args.action} 需要文档编号。 docs {args.action} needs a document id.")
    with _open(args) as assistant:
        if args.action == "rm":
            removed = assistant.remove(args.target)
            _print_json({"removed": removed}) if args.json else print(f"已删除 {removed} 篇。")
            return 0
        if args.action == "show":
            document, passages = assistant.document(args.target), assistant.passages(args.target)
            if args.json:
                shown = {**document_to_json(document, len(passages)), "text": document.text}
                _print_json({**shown, "passages": [passage_to_json(p) for p in passages]})
                return 0
            print(f"《{document.title}》\n{document.source}\n\n{document.text}")
            return 0
        counts = assistant.store.passage_counts()
        rows = [document_to_json(d, counts.get(d.id, 0)) for d in assistant.documents()]
    if args.json:
        _print_json(rows)
        return 0
    for row in rows:
        print(f"{row['document']}  《{row['title']}》 {row['passages']} 段  {row['date'] or ''} {row['status'] or ''} {row['source']}")
    if not rows:
        print("资料库是空的。用 dangwu index 文件夹 加入资料。")
    return 0


def _search(args: argparse.Namespace) -> int:
    import time

    from rag.wire import hit_to_json

    with _open(args) as assistant:
        _tell_if_empty(assistant)
        began = time.perf_counter()
        hits = assistant.search(args.query, args.k, args.mode, assistant.store.catalogue.within(args.collection))
        took = (time.perf_counter() - began) * 1000
    if args.json:
        _print_json({"query": args.query, "hits": [hit_to_json(h) for h in hits], "milliseconds": round(took, 2)})
        return 0
    for hit in hits:
        print(f"{hit.rank:>2}. {hit.score:.3f}  {_place(hit)}\n    {hit.passage.text[:120]}")
    if not hits:
        print("没有找到。")
    return 0


def _ask(args: argparse.Namespace) -> int:
    from rag.wire import answer_to_json

    if bool(args.question and args.question.strip()) == bool(args.batch):
        return _usage("请给出一个问题，或用 --batch 给出问题文件。 Give a question or --batch FILE, not both.")
    from rag.export import check_targets, export

    targets = [Path(name) for name in args.export]
    check_targets(targets)
    with _open(args, llm=args.llm) as assistant:
        _tell_if_empty(assistant)
        if args.batch:
            return _batch(assistant, Path(args.batch), assistant.store.catalogue.within(args.collection))
        history = read_history(Path(args.history)) if args.history else ()
        answer = assistant.ask(args.question, history, assistant.store.catalogue.within(args.collection))
        if args.json:
            _print_json(answer_to_json(answer))
        else:
            print_answer(answer)
        lesson = assistant.lesson([answer], args.form) if targets else None
    for target in targets:
        export([answer], target, form=args.form, lesson=lesson)
        print(f"已写入 {target}", file=sys.stderr)
    return 0


def _batch(assistant: Assistant, path: Path, documents: frozenset[str] | None) -> int:
    from rag.wire import answer_to_json

    failed = 0
    for number, line in enumerate(_lines(path), 1):
        try:
            row = json.loads(line)
            question, history = row.get("question"), turns_of(row.get("history") or [])
            if not isinstance(question, str):
                raise TypeError("no question")
        except (ValueError, TypeError, AttributeError) as error:
            failed += 1
            print(f"{path} 第 {number} 行读不懂（{error}），已跳过。 Line {number} skipped.", file=sys.stderr)
            continue
        answer = assistant.ask(question, history, documents)
        print(json.dumps({"id": row.get("id"), **answer_to_json(answer)}, ensure_ascii=False), flush=True)
    return int(failed > 0)


def read_history(path: Path) -> tuple[Turn, ...]:
    """The earlier turns in a JSON file. Raises ``SettingError`` when it is not a list of question and answer."""
    try:
        return turns_of(json.loads(_read(path)))
    except (ValueError, TypeError) as error:
        raise SettingError(
            f'{path} 应是 [{{"question": …, "answer": …}}] 这样的 JSON 列表：{error}',
            f'{path} must be a JSON list like [{{"question": …, "answer": …}}]: {error}',
        ) from error


def turns_of(rows: Any) -> tuple[Turn, ...]:
    """Turns from JSON values; ``q`` and ``a`` are understood too. Raises ``TypeError`` for anything else."""
    from rag.datatypes import Turn

    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise TypeError("history is not a list of objects")
    turns = [Turn(r.get("question", r.get("q")), r.get("answer", r.get("a")) or "") for r in rows]
    if not all(isinstance(text, str) for turn in turns for text in (turn.question, turn.answer)):
        raise TypeError("question and answer must be text")
    return tuple(turns)


def print_answer(answer: Answer) -> None:
    """The answer for a terminal: text, then where every number leads."""
    if answer.notice:
        print(f"（{answer.notice}）\n")
    print(answer.answer)
    if answer.citations:
        print("\n出处：" if answer.language != "en" else "\nSources:")
    for citation in answer.citations:
        section = "".join(f" › {s}" for s in citation.passage.section)
        line = f"，第 {citation.passage.line} 行" if citation.passage.line else ""
        print(f"[{citation.number}] 《{citation.document.title}》{section}（{Path(citation.document.source).name}{line}）")


def _prompt(args: argparse.Namespace) -> int:
    from rag.prompt import messages
    from rag.question import read_question

    with _open(args) as assistant:
        from rag.assistant import ANSWER_HITS

        hits = assistant.search(args.question, ANSWER_HITS)
        found = messages(args.question, hits, read_question(args.question).language, assistant.settings.llm_context_chars)
    if args.json:
        _print_json([{"role": role, "content": content} for role, content in found])
        return 0
    print("\n\n".join(f"--- {role} ---\n{content}" for role, content in found))
    return 0


def _eval(args: argparse.Namespace) -> int:
    from eval.run import run_eval

    with _open(args) as assistant:
        return run_eval(
            assistant,
            Path(args.questions) if args.questions else None,
            [Path(s) for s in args.sets],
            Path(args.out) if args.out else None,
            args.json,
        )


def _ui(args: argparse.Namespace) -> int:
    from ui import serve

    with _open(args) as assistant:
        return serve(assistant, args.host, args.port)


def _user(args: argparse.Namespace) -> int:
    """Passwords come from the terminal or as a line on stdin, never as an argument that others could read."""
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


def _doctor(args: argparse.Namespace) -> int:
    from rag.doctor import examine

    checks = examine(args.home, embedder=args.embedder)
    if args.json:
        _print_json({"ok": all(c.ok for c in checks), "checks": [c.to_json() for c in checks]})
    else:
        for check in checks:
            mark = "✗" if not check.ok else "○" if check.remedy else "✓"
            print(f"{mark} {check.name}：{check.found}" + (f"\n    {check.remedy}" if check.remedy else ""))
    return int(not all(c.ok for c in checks))


def _place(hit: Hit) -> str:
    return f"《{hit.document.title}》" + "".join(f" › {s}" for s in hit.passage.section)


def _progress(done: int, total: int, source: str) -> None:
    print(f"\r\033[K[{done + 1}/{total}] {Path(source).name}", end="" if done + 1 < total else "\n", file=sys.stderr, flush=True)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"读不了 {path}：{error}", f"Cannot read {path}: {error}") from error


def _lines(path: Path) -> Iterator[str]:
    return (line for line in _read(path).split("\n") if line.strip())


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _usage(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"要写大于 0 的整数，不是“{text}” / must be a whole number above 0")
    return int(text)


def _port(text: str) -> int:
    port = _positive(text)
    if port > 65_535:
        raise argparse.ArgumentTypeError(f"端口最大是 65535，不是 {port} / ports end at 65535")
    return port


def _speak_utf8() -> None:
    for stream, errors in ((sys.stdin, "strict"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


if __name__ == "__main__":
    raise SystemExit(main())
