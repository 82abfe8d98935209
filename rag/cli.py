"""The command line: its words, and one command run (``rag.commands``). Errors become text here and nowhere below."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import NoReturn

from rag import commands
from rag.errors import DangwuError

Run = Callable[[argparse.Namespace], int]
Command = Callable[[str, str, Run], argparse.ArgumentParser]

ABOUT = "党务问答：每一句都带引用的回答 / cited answers over Chinese document collections"


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
    run: Run = args.run
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


class _Version(argparse.Action):
    """Prints the installed version; looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import version

        print(f"dangwu {version('dangwu')}")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """The parser with every command and option."""
    parser = _Parser(prog="dangwu", description=ABOUT, parents=[_common()])
    parser.set_defaults(home=None, embedder=None, json=False)
    parser.add_argument("--version", action=_Version, nargs=0, help="版本号 / the version")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _common()  # not those of the parser itself: its defaults would stand in every command

    def command(name: str, text: str, run: Run) -> argparse.ArgumentParser:
        added = choices.add_parser(name, parents=[common], help=text, description=text)
        added.set_defaults(run=run)
        return added

    _add_documents(command)
    _add_questions(command)
    _add_eval(command)
    _add_page(command)
    command("doctor", "检查环境并给出建议 / check the machine and say what to mend", commands.doctor)
    return parser


def _add_documents(command: Command) -> None:
    index = command("index", "加入或刷新文件和文件夹 / add or refresh files and folders", commands.index)
    index.add_argument("paths", nargs="*", metavar="PATH", help="文件或文件夹 / files or folders")
    index.add_argument(
        "--collection", metavar="NAME", help="同时放入这个知识库，没有就新建 / also put into a collection"
    )
    index.add_argument(
        "--rebuild",
        action="store_true",
        help="用当前模型重建全部向量 / re-encode everything with the current model",
    )

    docs = command("docs", "列出、查看、删除资料 / list, show, remove documents", commands.docs)
    docs.add_argument(
        "action",
        nargs="?",
        choices=["show", "rm"],
        help="看全文、删除；不写就列出 / show or remove; lists without it",
    )
    docs.add_argument(
        "target",
        nargs="?",
        metavar="ID",
        help="文档编号；删除时也可以写文件 / document id; rm takes a file too",
    )


def _add_questions(command: Command) -> None:
    search = command("search", "检索段落 / find passages", commands.search)
    search.add_argument("query", help="要找的话 / what to look for")
    search.add_argument(
        "-k", type=_positive, default=10, help="最多几段，默认 10 / at most so many, 10 unless given"
    )
    _limited(search)
    search.add_argument(
        "--mode",
        choices=["hybrid", "dense", "lexical"],
        default="hybrid",
        help="词法与向量合用（默认）、只用向量、只用词法 / both (the default), vectors or words alone",
    )

    ask = command("ask", "提问，得到逐句引用的回答 / ask, get a cited answer", commands.ask)
    ask.add_argument("question", nargs="?", help="问题 / the question")
    ask.add_argument("--history", metavar="FILE", help="以前的问答（JSON 列表） / earlier turns, a JSON list")
    _limited(ask)
    ask.add_argument("--llm", help="provider:model，none 表示不用模型 / or none (DANGWU_LLM)")
    ask.add_argument(
        "--export",
        action="append",
        default=[],
        metavar="FILE",
        help="另存为文件，按扩展名定格式，可重复 / also write to a file of this suffix; may be repeated",
    )
    ask.add_argument(
        "--form",
        choices=["answer", "lecture", "plan"],
        default="answer",
        help="导出的文体：answer 原样、lecture 党课讲稿、plan 教案 / what --export makes of the answer",
    )
    ask.add_argument("--batch", metavar="FILE.jsonl", help="逐行回答 / answer every line of a file")

    prompt = command(
        "prompt", "显示发给模型的完整提示 / show the exact prompt a model would get", commands.prompt
    )
    prompt.add_argument("question", help="问题 / the question")


def _add_eval(command: Command) -> None:
    evaluate = command("eval", "运行评测 / run the evaluation", commands.evaluate)
    evaluate.add_argument(
        "--questions",
        metavar="FILE.jsonl",
        help="自己的问题，问当前资料库 / own questions, asked of this knowledge base",
    )
    evaluate.add_argument(
        "--set",
        action="append",
        default=[],
        dest="sets",
        metavar="DIR",
        help="检索测试集（BEIR 格式），可重复 / a retrieval set in the BEIR layout; may be repeated",
    )
    evaluate.add_argument("--out", metavar="DIR", help="报告写到这里 / where the report is written")


def _add_page(command: Command) -> None:
    for name, text in (
        ("ui", "启动网页 / start the page"),
        ("serve", "启动 HTTP 接口和网页 / start the HTTP API and the page"),
    ):
        page = command(name, text, commands.serve_page)
        page.add_argument(
            "--host",
            default="127.0.0.1",
            help="只给本机 127.0.0.1（默认），给别的电脑 0.0.0.0 / 0.0.0.0 serves other machines too",
        )
        page.add_argument("--port", type=_port, default=7860, help="端口，默认 7860 / 7860 unless given")

    user = command("user", "管理可以登录网页的人 / manage who may log in to the page", commands.user)
    user.add_argument("action", choices=["add", "list", "rm"], help="添加、列出、删除 / add, list or remove")
    user.add_argument("name", nargs="?", metavar="NAME", help="用户名 / user name")
    user.add_argument(
        "--admin", action="store_true", help="可以改资料和设置 / may change documents and settings"
    )


def _common() -> _Parser:
    """The options of every command, before its name or after it: one not given after it keeps the value from before."""
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--home", help="资料库文件夹 / folder of the knowledge base (DANGWU_HOME)")
    common.add_argument(
        "--embedder", help="向量模型：bundled、文件夹或模型编号 / embedding model (DANGWU_EMBEDDER)"
    )
    common.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    return common


def _limited(command: argparse.ArgumentParser) -> None:
    told = "只在这个知识库中查找，可重复 / look only in this collection; may be repeated"
    command.add_argument("--collection", action="append", default=[], metavar="NAME", help=told)


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
    for stream, errors in (
        (sys.stdin, "strict"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


if __name__ == "__main__":
    raise SystemExit(main())
