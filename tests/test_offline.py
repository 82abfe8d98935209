"""Offline by default: the program's own commands, in processes that cannot leave this machine.

Each child refuses every connection and every name look-up beyond the loopback interface and notes the attempt
(``loopback_only/sitecustomize.py``); a command passes when it did its work and noted nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

GUARD = Path(__file__).with_name("loopback_only")

ARTICLE = """# 党支部台账怎么建

一、台账的种类

党支部要建立党员名册、会议记录本和党费收缴登记表，三样缺一不可。

二、核对的时间

党员名册每月核对一次，由组织委员负责，核对后在名册首页签名。
"""


@dataclass(frozen=True, slots=True)
class Offline:
    """Starts dangwu without a network, over a home of its own."""

    home: Path

    @property
    def log(self) -> Path:
        """Where attempts to leave the machine are noted."""
        return self.home.with_name("attempts.log")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a user who set nothing: the program itself has to switch the hubs off."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "DANGWU_"))}
        return {
            **kept,
            "PYTHONPATH": str(GUARD),
            "LOOPBACK_ONLY_LOG": str(self.log),
            "DANGWU_HOME": str(self.home),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs Python with ``arguments`` to its end."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=240,
        )

    def dangwu(self, *arguments: str) -> Any:
        """The JSON that a dangwu command prints."""
        done = self.run("-m", "rag", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def attempts(self) -> list[str]:
        """What tried to leave the machine so far."""
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    """A home that holds one article, indexed without a network."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "article.md").write_text(ARTICLE, "utf-8")
    program = Offline(folder / "home")
    report = program.dangwu("index", str(folder / "article.md"))
    assert report["documents"] == 1
    assert program.attempts() == []
    return program


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 443), timeout=1)",
        "import socket; socket.getaddrinfo('example.org', 443)",
        "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=1)",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9))",
    ],
)
def test_the_guard_refuses_and_notes_every_way_out(tmp_path: Path, code: str) -> None:
    program = Offline(tmp_path / "home")
    assert program.run("-c", code).returncode == 1
    assert len(program.attempts()) == 1


def test_a_question_is_answered(offline: Offline) -> None:
    answer = offline.dangwu("ask", "党员名册多久核对一次？")
    assert "每月核对一次" in answer["answer"]
    assert offline.attempts() == []


def test_passages_are_found(offline: Offline) -> None:
    assert offline.dangwu("search", "党费收缴登记表")["hits"]
    assert offline.dangwu("search", "membership roster", "--mode", "dense")["hits"]
    assert offline.dangwu("docs")[0]["title"] == "党支部台账怎么建"
    assert offline.attempts() == []


def test_the_machine_is_examined(offline: Offline) -> None:
    assert offline.dangwu("doctor")
    assert offline.attempts() == []


def test_a_model_from_a_hub_that_cannot_be_reached_is_refused_with_advice(tmp_path: Path) -> None:
    refused = Offline(tmp_path / "home").run(
        "-m", "rag", "search", "党费", "--embedder", "nobody/no-such-model"
    )
    assert refused.returncode == 1
    assert "nobody/no-such-model" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_page_is_served(offline: Offline) -> None:
    with page_of(offline) as text:
        assert "党务" in text
    assert offline.attempts() == []


@contextlib.contextmanager
def page_of(program: Offline, patience_s: float = 120.0) -> Iterator[str]:
    """The text of the running page; ends its server afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "rag", "ui", "--port", str(port)],
        env=program.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        give_up = time.monotonic() + patience_s
        while not answers(port) and server.poll() is None and time.monotonic() < give_up:
            time.sleep(0.5)
        assert server.poll() is None, server.stderr and server.stderr.read()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
            yield page.read().decode("utf-8")
    finally:
        server.terminate()
        server.communicate()


def answers(port: int) -> bool:
    """Whether something listens on a local port."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
