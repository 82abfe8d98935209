"""A page that other computers can reach: refused without an administrator, with the command that mends it; then a login."""

from __future__ import annotations

import contextlib
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest


def dangwu(repo_root: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    command = [sys.executable, "-m", "rag", *arguments]
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        command, cwd=repo_root, capture_output=True, encoding="utf-8", timeout=120, **options
    )


@contextlib.contextmanager
def listening(repo_root: Path, home: Path) -> Iterator[int]:
    """The port of a page on all addresses of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "rag",
        "ui",
        "--host",
        "0.0.0.0",
        "--port",
        str(port),
        "--home",
        str(home),
    ]
    with subprocess.Popen(command, cwd=repo_root, stderr=subprocess.PIPE, encoding="utf-8") as page:
        try:
            assert page.stderr is not None
            assert any("就绪" in line for line in page.stderr), "the page did not start"
            yield port
        finally:
            page.terminate()
            page.wait(20)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_listening_wider_than_this_machine_without_a_user_is_refused(
    repo_root: Path, tmp_path: Path, host: str
) -> None:
    refused = dangwu(repo_root, "ui", "--host", host, "--home", str(tmp_path / "资料 库"))
    assert refused.returncode == 1
    assert "dangwu user add 名字 --admin" in refused.stderr
    assert "就绪" not in refused.stderr


def test_a_reader_alone_is_not_enough(repo_root: Path, tmp_path: Path) -> None:
    assert (
        dangwu(repo_root, "user", "add", "李明", "--home", str(tmp_path), input="good password\n").returncode
        == 0
    )
    assert dangwu(repo_root, "ui", "--host", "0.0.0.0", "--home", str(tmp_path)).returncode == 1


def test_the_command_in_the_message_mends_it_and_the_page_asks_for_the_password(
    repo_root: Path, tmp_path: Path
) -> None:
    home = tmp_path / "资料 库"
    refused = dangwu(repo_root, "ui", "--host", "0.0.0.0", "--home", str(home))
    told = re.search(r"dangwu (user add .*)", refused.stderr.splitlines()[0])
    assert told
    mended = dangwu(repo_root, *shlex.split(told[1]), input="good password\n")
    assert mended.returncode == 0
    with listening(repo_root, home) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/api/docs").status_code == 401
        page = client.get("/", headers={"accept": "text/html"})
        assert page.status_code == 303
        assert page.headers["location"].startswith("/login")
        assert client.get("/api/docs", auth=("名字", "wrong password")).status_code == 401
        assert client.get("/api/docs", auth=("名字", "good password")).json() == []
