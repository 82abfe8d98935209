"""With a language model: words appear as they come, sentences are checked, unsupported ones stand out."""

from __future__ import annotations

import json
import select
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

SAID = (
    "议题由党支部在会前五天张贴在公示栏。[1] ",
    "议事会每次补助参会村民二百元。[1] ",
    "详情见 [这里](http://evil.example/leak) ![图](http://evil.example/x.png)。",
)


class Scripted(BaseHTTPRequestHandler):
    """Speaks the OpenAI protocol and says ``SAID``; the second piece waits for ``go_on``.

    While ``silent`` is set it says nothing at all, and notes that it was ``asked`` and when the caller has ``hung_up``.
    """

    go_on = threading.Event()
    silent = threading.Event()
    asked = threading.Event()
    hung_up = threading.Event()

    @classmethod
    def fall_silent(cls) -> None:
        """From the next request on nothing is said."""
        cls.silent.set()
        cls.asked.clear()
        cls.hung_up.clear()

    def do_POST(self) -> None:
        """Streams the script."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.asked.set()
        if self.silent.is_set():
            readable, _, _ = select.select([self.connection], [], [], 30)
            if readable and not self.connection.recv(1):
                self.hung_up.set()
            return
        for number, piece in enumerate(SAID):
            if number == 1:
                self.go_on.wait(10)
            self._send(piece, None)
        self._send("", "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, piece: str, reason: str | None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": reason}
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [choice],
        }
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def written(serve: Any, documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page whose answers the scripted model writes."""
    endpoint = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{endpoint.server_port}/v1"
    with serve(tmp_path_factory.mktemp("model-home"), documents, llm="openai:m", llm_base_url=base) as url:
        yield url
    endpoint.shutdown()


def test_words_come_before_the_check_and_the_check_flags_what_nothing_supports(
    visit: Any, written: str
) -> None:
    visitor = visit(written)
    tab = visitor.open()
    Scripted.go_on.clear()
    tab.fill("#question textarea", "议题要提前几天张贴？")
    tab.press("#question textarea", "Enter")
    draft = tab.wait_for_selector("#live .draft")
    assert "会前五天" in draft.inner_text()
    assert tab.locator("#live .stages .now").inner_text() == "组织"
    assert tab.locator("#live a").count() == 0
    Scripted.go_on.set()
    tab.wait_for_selector("#talk .exchange .actions")
    flagged = tab.locator("#talk .unsupported").first
    assert "二百元" in flagged.inner_text()
    assert "五天" not in flagged.inner_text()
    flagged.locator("button.flag").hover()
    assert "找不到足够的依据" in tab.wait_for_selector("#tip:not([hidden])").inner_text()
    assert tab.locator("#talk a[href*=evil], #talk img").count() == 0
    assert "evil" not in tab.locator("#talk").inner_text()


def test_a_stopped_answer_leaves_the_question_to_be_asked_again(visit: Any, written: str) -> None:
    visitor = visit(written)
    tab = visitor.open()
    Scripted.go_on.clear()
    tab.fill("#question textarea", "议题要提前几天张贴？")
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector("#live .draft")
    tab.click("#stop")
    tab.wait_for_selector("#talk .exchange .notice >> text=已停止")
    assert tab.locator("#send").is_visible()
    Scripted.go_on.set()
    tab.click("#talk button[data-act=again]")
    tab.wait_for_selector("#talk .exchange a.cite")
    assert tab.locator("#talk .exchange").count() == 1


def test_stop_gives_the_page_back_at_once_though_the_model_has_not_said_a_word(
    visit: Any, written: str
) -> None:
    visitor = visit(written)
    tab = visitor.open()
    Scripted.fall_silent()
    tab.fill("#question textarea", "议题要提前几天张贴？")
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector("#live .stages .now >> text=组织")
    assert Scripted.asked.wait(30), "the model is being asked"
    tab.click("#stop")
    tab.wait_for_selector("#talk .exchange .notice >> text=已停止")
    tab.wait_for_selector("#send")
    assert Scripted.silent.is_set(), "the model has spoken: nothing shows that stop did not wait for it"
    assert Scripted.hung_up.wait(15), "the request goes on"
    Scripted.silent.clear()
    Scripted.go_on.set()
    exchange = visitor.ask("参会代表不少于多少？")
    assert "会前五天" in exchange.inner_text()
    assert tab.locator("#talk .exchange").count() == 2
    tab.reload()
    tab.wait_for_selector("#talk .exchange .notice >> text=已停止")


def test_a_client_of_the_api_that_leaves_ends_its_request(written: str) -> None:
    Scripted.fall_silent()
    asked = {"question": "议题要提前几天张贴？"}
    with httpx.stream("POST", f"{written}/api/ask/stream", json=asked, timeout=30) as response:
        names = (line for line in response.iter_lines() if '"generate"' in line)
        assert next(names)
        assert Scripted.asked.wait(30), "the model is being asked"
        assert not Scripted.hung_up.is_set()
    assert Scripted.hung_up.wait(15), "the request goes on"
    Scripted.silent.clear()


def test_a_client_that_waits_for_the_whole_answer_and_leaves_ends_its_request_too(written: str) -> None:
    Scripted.fall_silent()
    waiting = HTTPConnection(written.removeprefix("http://"), timeout=30)
    waiting.request(
        "POST",
        "/api/ask",
        json.dumps({"question": "议题要提前几天张贴？"}),
        {"Content-Type": "application/json"},
    )
    assert Scripted.asked.wait(30)
    waiting.close()
    assert Scripted.hung_up.wait(15), "the request goes on"
    Scripted.silent.clear()


def test_a_page_that_is_left_ends_its_request_and_keeps_its_question(visit: Any, written: str) -> None:
    visitor = visit(written)
    tab = visitor.open()
    Scripted.fall_silent()
    tab.fill("#question textarea", "议题要提前几天张贴？")
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector("#live .stages .now >> text=组织")
    assert Scripted.asked.wait(30), "the model is being asked"
    tab.reload()
    tab.wait_for_selector("#talk .exchange .notice >> text=已停止")
    assert Scripted.hung_up.wait(15), "the request goes on"
    Scripted.silent.clear()
    Scripted.go_on.set()
    tab.click("#talk button[data-act=again]")
    tab.wait_for_selector("#talk .exchange a.cite")
