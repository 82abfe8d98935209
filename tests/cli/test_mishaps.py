"""What goes wrong on a real machine: each ends in words that say what to do, the right exit code, and nothing lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.cli import main

TEXT = "青石镇图书馆简介\n\n青石镇图书馆建于1987年，现有六个分馆。馆长是周文清。\n"
LINUX = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs /dev/full and names of raw bytes"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one indexed document, ``library.txt``."""
    (tmp_path / "library.txt").write_text(TEXT, "utf-8")
    assert main(["index", str(tmp_path / "library.txt"), "--home", str(tmp_path / "home")]) == 0
    return tmp_path / "home"


def told(capsys: pytest.CaptureFixture[str], code: int, *argv: str) -> str:
    """What a command that ends with ``code`` says on stderr."""
    capsys.readouterr()
    assert main([*argv]) == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


def program(repo_root: Path, *argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own."""
    command = [sys.executable, "-m", "rag", *argv]
    return subprocess.run(
        command, cwd=repo_root, encoding="utf-8", timeout=120, stderr=subprocess.PIPE, **options
    )


# words


@pytest.mark.parametrize("command", ["ask", "search"])
def test_half_characters_in_a_question_are_no_reason_to_stop(
    home: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    capsys.readouterr()
    assert main([command, "馆长是谁\udcff？\ud800", "--home", str(home), "--json"]) == 0
    assert "周文清" in capsys.readouterr().out


def test_half_characters_in_a_name_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "不是有效的文字" in told(capsys, 1, "docs", "rm", "\udcff", "--home", str(home))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"question": "馆长是谁？", "answer": None}], 0),
        ([{"q": "馆长是谁？", "a": "周文清。"}], 0),
        ([{"question": 1}], 1),
        ([{"question": None, "answer": "x"}], 1),
        ([{}], 1),
        ([{"question": "x", "answer": ["y"]}], 1),
        ({"question": "x"}, 1),
    ],
)
def test_a_history_of_another_shape_is_refused(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: Any, code: int
) -> None:
    path = tmp_path / "history.json"
    path.write_text(json.dumps(rows), "utf-8")
    said = told(capsys, code, "ask", "那分馆呢？", "--history", str(path), "--home", str(home))
    assert ("JSON 列表" in said) == (code == 1)


def test_json_nested_without_end_is_refused(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, "utf-8")
    assert "JSON 列表" in told(capsys, 1, "ask", "那分馆呢？", "--history", str(path), "--home", str(home))
    assert "第 1 行读不懂" in told(capsys, 1, "ask", "--batch", str(path), "--home", str(home))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_questions_are_read_in_the_encodings_of_windows(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes('{"id": 1, "question": "馆长是谁？"}\r\n\r\n[1]\r\n'.encode(encoding))
    capsys.readouterr()
    assert main(["ask", "--batch", str(path), "--home", str(home), "--json"]) == 1
    shown = capsys.readouterr()
    [line] = shown.out.splitlines()
    assert "周文清" in json.loads(line)["answer"]
    assert "第 3 行读不懂" in shown.err


@pytest.mark.parametrize(
    "argv",
    [
        ["index", ""],
        ["ask", "  "],
        ["search", "馆长", "-k", "many"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "0"],
        ["docs", "burn"],
    ],
)
def test_wrong_usage_is_told_in_both_languages(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, 2, *argv)
    assert any("\u4e00" <= character <= "\u9fff" for character in said)


def test_an_empty_knowledge_base_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, 0, "ask", "馆长是谁？", "--home", str(tmp_path / "mistyped"))
    assert "mistyped 是空的" in said


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "[1]", "many"])
def test_a_number_that_is_none_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DANGWU_LLM_TIMEOUT_S", value)
    assert f"“{value}”" in told(capsys, 1, "docs", "--home", str(home))


@pytest.mark.parametrize("value", ["[1]", "true", "{a = 1}"])
def test_a_settings_file_with_another_kind_of_value_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    (home / "dangwu.toml").write_text(f"llm_timeout_s = {value}\n", "utf-8")
    assert "llm_timeout_s 应为数字" in told(capsys, 1, "docs", "--home", str(home))


# files and folders


def test_a_folder_without_anything_to_read_is_told_of(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home.parent / "none").mkdir()
    assert "没有找到可以读取的文件" in told(
        capsys, 0, "index", str(home.parent / "none"), "--home", str(home)
    )


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights as on Unix")
def test_folders_and_files_that_may_not_be_opened_are_reported(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mixed"
    for name in ("open", "closed"):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.txt").write_text(TEXT, "utf-8")
    if os.geteuid() == 0:  # root may open everything
        real = os.scandir

        def scandir(path: Any) -> Any:
            if str(path).endswith("closed"):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
    else:
        (folder / "closed").chmod(0)
    capsys.readouterr()
    code = main(["index", str(folder), "--home", str(home), "--json"])
    files = json.loads(capsys.readouterr().out)["files"]
    assert code == 1
    assert [(Path(f["source"]).name, f["status"]) for f in files] == [
        ("closed", "failed"),
        ("a.txt", "added"),
    ]
    assert "权限" in files[0]["error"]


@LINUX
def test_links_in_circles_and_names_of_raw_bytes_stop_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "self").symlink_to("self")
    (folder / "again").symlink_to(folder)
    names = ["good.txt", "空 格😀.txt", "换\n行.txt", os.fsdecode(b"bad\xff.txt")]
    for name in names:
        (folder / name).write_text(TEXT, "utf-8")
    capsys.readouterr()
    assert main(["index", str(folder), str(folder / "self"), "--home", str(home), "--json"]) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    failed = [f for f in files if f["status"] == "failed"]
    assert sum(f["status"] == "added" for f in files) == 3
    assert ["UTF-8" in failed[0]["error"], "没有这个文件" in failed[1]["error"]] == [True, True]


@pytest.mark.parametrize("command", [["ask", "馆长是谁？"], ["docs"], ["doctor"], ["ui"]])
def test_a_home_that_cannot_be_one_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    capsys.readouterr()
    assert main([*command, "--home", str(tmp_path / "file")]) == 1
    shown = capsys.readouterr()
    assert "无法建立文件夹" in shown.out + shown.err


# the knowledge base


def test_a_damaged_knowledge_base_is_told_of_by_doctor_too(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = home / "knowledge.sqlite"
    with sqlite3.connect(database) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    content = bytearray(database.read_bytes())
    size = len(content) // pages
    content[size * 6 : size * (pages - 2)] = b"\xff" * (size * (pages - 8))
    database.write_bytes(content)
    assert "重新加入资料" in told(capsys, 1, "index", str(home.parent / "library.txt"), "--home", str(home))
    capsys.readouterr()
    assert main(["doctor", "--home", str(home)]) == 1
    assert "已损坏" in capsys.readouterr().out


def test_a_killed_indexing_leaves_whole_files_only(repo_root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number:03}.txt").write_text(f"{TEXT}\n第{number}号分馆平日开到晚上八点。\n", "utf-8")
    arguments = ["index", str(folder), "--home", str(tmp_path / "home")]
    with subprocess.Popen(
        [sys.executable, "-m", "rag", *arguments], cwd=repo_root, stdout=subprocess.DEVNULL
    ) as run:
        while not (tmp_path / "home" / "knowledge.sqlite-wal").exists():
            assert run.poll() is None
        run.kill()
    listed = program(repo_root, "docs", "--home", str(tmp_path / "home"), "--json", stdout=subprocess.PIPE)
    assert listed.returncode == 0
    assert {row["passages"] for row in json.loads(listed.stdout)} <= {2}
    assert program(repo_root, *arguments, stdout=subprocess.DEVNULL).returncode == 0
    listed = program(repo_root, "docs", "--home", str(tmp_path / "home"), "--json", stdout=subprocess.PIPE)
    assert len(json.loads(listed.stdout)) == 400


# the terminal and the network


@LINUX
def test_a_full_disk_behind_stdout_is_told_of(repo_root: Path, home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = program(repo_root, "docs", "--home", str(home), stdout=full)
    assert done.returncode == 1
    assert "请检查磁盘空间" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
def test_an_interrupt_ends_a_command_with_a_word(repo_root: Path, home: Path) -> None:
    (home.parent / "many.jsonl").write_text('{"question": "馆长是谁？"}\n' * 5_000, "utf-8")
    command = [
        sys.executable,
        "-m",
        "rag",
        "ask",
        "--batch",
        str(home.parent / "many.jsonl"),
        "--home",
        str(home),
    ]
    with subprocess.Popen(
        command, cwd=repo_root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as run:
        assert run.stdout is not None
        assert "周文清" in run.stdout.readline()
        run.send_signal(signal.SIGINT)
        answered, told = run.communicate(timeout=60)
    assert run.returncode == 1
    assert len(answered.splitlines()) < 4_000
    assert "已中断" in told
    assert "Traceback" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
def test_an_interrupt_ends_the_page_quietly_though_it_is_open_somewhere(repo_root: Path, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "rag", "ui", "--home", str(home), "--port", port]
    with subprocess.Popen(command, cwd=repo_root, stderr=subprocess.PIPE, encoding="utf-8") as page:
        assert page.stderr is not None
        assert any("就绪" in line for line in page.stderr)
        beating = f"http://127.0.0.1:{port}/gradio_api/heartbeat/somebody"
        with httpx.stream("GET", beating, timeout=30) as response:
            assert response.status_code == 200
            page.send_signal(signal.SIGINT)
            assert page.wait(30) == 0
        assert page.stderr.read() == ""


def test_a_taken_port_is_told_of_before_anything_is_loaded(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = told(capsys, 1, "serve", "--port", str(port), "--home", str(home))
    assert f"无法监听 127.0.0.1:{port}" in said
    assert "就绪" not in said


def test_a_password_that_is_no_text_is_refused(repo_root: Path, home: Path) -> None:
    command = [sys.executable, "-m", "rag", "user", "add", "王芳", "--home", str(home)]
    done = subprocess.run(
        command, cwd=repo_root, input=b"\xff\xfe\xff\xfe\n", capture_output=True, timeout=60
    )
    assert done.returncode == 1
    assert "不是 UTF-8" in done.stderr.decode()
    assert not (home / "users.json").exists()
