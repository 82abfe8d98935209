"""Files are whole or not there, and every refusal says what happened and what to do, in both languages."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rag.datatypes import Answer
from rag.errors import ExportError
from rag.export import FORMATS, FORMS, check_targets, export, fonts, writing

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_is_written_in_every_format(suffix: str, tmp_path: Path, ledger_answer: Answer) -> None:
    target = tmp_path / f"台账 问答{suffix.upper()}"
    check_targets([target])
    export([ledger_answer], target)
    assert target.stat().st_size > 100
    assert os.listdir(tmp_path) == [target.name]


def test_an_older_file_is_replaced_and_a_link_stays_a_link(tmp_path: Path, ledger_answer: Answer) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("旧")
    link.symlink_to(real)
    export([ledger_answer], link)
    assert link.is_symlink()
    assert "支部台账" in real.read_text("utf-8")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes as on Unix")
@pytest.mark.parametrize("name", ["pipe.txt", "link.txt"])
def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path, ledger_answer: Answer, name: str) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    (tmp_path / "link.txt").symlink_to(pipe)
    check_targets([tmp_path / name])
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        export([ledger_answer], tmp_path / name)
        assert "支部台账" in os.read(reading, 65_536).decode("utf-8")
    finally:
        os.close(reading)
    assert pipe.is_fifo()
    assert sorted(os.listdir(tmp_path)) == ["link.txt", "pipe.txt"]


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="sockets as on Unix")
def test_what_takes_no_bytes_is_refused_and_left_alone(
    tmp_path: Path, ledger_answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("answer.md")
        with pytest.raises(ExportError, match="写不了"):
            export([ledger_answer], Path("answer.md"))
    assert Path("answer.md").is_socket()


def test_a_new_file_has_the_rights_the_user_gives_new_files(tmp_path: Path, ledger_answer: Answer) -> None:
    export([ledger_answer], tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text("x")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "b.txt").stat().st_mode
    )


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("answer.doc", "不能导出为“.doc”。可用的扩展名：.docx", "Cannot export to '.doc'"),
        ("answer", "没有扩展名的文件", "a file without a suffix"),
        ("none/answer.docx", "不存在，请先建好文件夹", "does not exist; make it first"),
        ("folder.docx", "是文件夹，请写出文件名", "is a folder; name a file"),
        ("n" * 300 + ".md", "文件名太长", "file name is too long"),
        ("nul\0.md", "不是可用的路径", "is not a usable path"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_asked(
    name: str, zh: str, en: str, tmp_path: Path, ledger_answer: Answer
) -> None:
    (tmp_path / "folder.docx").mkdir()
    for attempt in (
        lambda: check_targets([tmp_path / name]),
        lambda: export([ledger_answer], tmp_path / name),
    ):
        with pytest.raises(ExportError) as refused:
            attempt()
        assert zh in refused.value.zh
        assert en in refused.value.en
    assert os.listdir(tmp_path) == ["folder.docx"]


def test_a_folder_without_the_right_to_write_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(
        path: Path,
    ) -> None:  # an administrator may write anywhere, so the system's answer is played here
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(writing, "_created", refuse)
    with pytest.raises(ExportError, match=r"没有写入 .*a\.md 的权限"):
        check_targets([tmp_path / "a.md"])


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (errno.ENOSPC, "磁盘空间不足", "disk is full"),
        (errno.EACCES, "没有写入", "may not be written"),
        (errno.EROFS, "没有写入", "may not be written"),
        (errno.EIO, "写不了", "Cannot write"),
    ],
)
def test_the_reason_of_the_operating_system_is_put_in_plain_words(number: int, zh: str, en: str) -> None:
    error = writing.explained(Path("a.docx"), OSError(number, os.strerror(number)))
    assert zh in error.zh
    assert en in error.en
    assert "a.docx" in error.zh


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows 没有文件大小限制 / no file size limits on Windows"
)
def test_a_write_that_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("旧内容", "utf-8")
    code = (
        "import resource, sys; from pathlib import Path; from rag.errors import ExportError; "
        "from rag.export.writing import write_whole\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n    write_whole(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except ExportError as error:\n    print('refused', error.zh)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.txt")], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert "refused 写不了" in done.stdout, done.stderr
    assert (tmp_path / "a.txt").read_text("utf-8") == "旧内容"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_failure_while_a_file_is_made_leaves_the_old_one(
    tmp_path: Path, ledger_answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"old")
    monkeypatch.setattr(fonts, "installed", lambda: ("DejaVu Sans", "Liberation Serif"))
    with pytest.raises(ExportError):
        export([ledger_answer], tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.pdf"]


def test_a_machine_without_chinese_fonts_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "installed", lambda: ("DejaVu Sans", "Liberation Serif"))
    with pytest.raises(ExportError) as refused:
        check_targets([tmp_path / "a.pdf"])
    assert "没有中文字体" in refused.value.zh
    assert "fonts-noto-cjk" in refused.value.zh
    check_targets([tmp_path / "a.docx"])


def test_the_fonts_of_official_documents_are_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    there = (
        "SimSun",
        "FangSong",
        "SimHei",
        "KaiTi",
        "FZXiaoBiaoSong-B05S",
        "Times New Roman",
        "Noto Sans CJK SC",
    )
    monkeypatch.setattr(fonts, "installed", lambda: there)
    chosen = fonts.fonts()
    assert {role: names[1] for role, names in chosen.items()} == {
        "body": "FangSong",
        "title": "FZXiaoBiaoSong-B05S",
        "hei": "SimHei",
        "kai": "KaiTi",
    }
    monkeypatch.setattr(fonts, "installed", lambda: ("WenQuanYi Micro Hei",))
    assert all(names == ("WenQuanYi Micro Hei",) for names in fonts.fonts().values())


def test_nothing_and_an_unknown_form_are_refused(tmp_path: Path, ledger_answer: Answer) -> None:
    with pytest.raises(ExportError, match="没有可导出的回答"):
        export([], tmp_path / "a.md")
    with pytest.raises(ExportError, match="没有“essay”这种文体，可选：answer、lecture、plan"):
        export([ledger_answer], tmp_path / "a.md", form="essay")
    assert os.listdir(tmp_path) == []
    assert FORMS == ("answer", "lecture", "plan")


@pytest.mark.parametrize(
    ("library", "suffix", "remedy"),
    [("pypandoc", ".docx", "pip install pypandoc-binary"), ("typst", ".pdf", "pip install typst")],
)
def test_a_missing_library_is_named_with_the_command_that_installs_it(
    library: str,
    suffix: str,
    remedy: str,
    tmp_path: Path,
    ledger_answer: Answer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    fonts.installed.cache_clear()
    with pytest.raises(ExportError) as refused:
        export([ledger_answer], tmp_path / f"a{suffix}")
    fonts.installed.cache_clear()
    assert remedy in refused.value.zh
    assert remedy in refused.value.en


def test_importing_the_package_loads_no_format_library() -> None:
    code = "import rag.export, sys; print(*{'docx', 'pptx', 'typst', 'pypandoc', 'lxml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.stdout.split() == [], done.stderr
