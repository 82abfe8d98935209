"""Old office files, read by way of LibreOffice where it is installed and refused with advice where not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from rag.errors import LoadError
from rag.load import OfficeLoader, loader_for
from rag.load.office import soffice
from rag.structure import structure

STUDY = "每月五日是我们支部雷打不动的学习日，老党员提前半个钟头到会议室，把桌椅摆好。"
TALK = "学习不求多，求的是弄明白，领学的同志先讲自己的理解。"
RTF = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0 SimSun;}}\f0 "
    + "".join(f"\\u{ord(c)}?" for c in STUDY)
    + r"\par}"
)


@pytest.fixture(scope="session")
def office() -> str:
    """The LibreOffice of this machine."""
    found = soffice()
    if found is None:
        pytest.skip("没有 LibreOffice / LibreOffice is not installed")
    return found


def converted(program: str, path: Path, suffix: str) -> Path:
    """The file in an old format, as LibreOffice writes it."""
    profile = path.parent / "profile"
    command = [program, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", suffix]
    subprocess.run(
        [*command, "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=120
    )
    return path.with_suffix(f".{suffix}")


@pytest.mark.parametrize(("suffix", "shown"), [("doc", ".doc"), ("doc", ".wps"), ("odt", ".odt")])
def test_old_documents_keep_headings_and_tables(office: str, tmp_path: Path, suffix: str, shown: str) -> None:
    document = Document()
    document.add_paragraph("支部学习日制度", "Title")
    document.add_paragraph("把会开短", "Heading 1")
    document.add_paragraph(STUDY)
    table = document.add_table(2, 2)
    for at, value in enumerate(["姓名", "职务", "周明远", "书记"]):
        table.cell(at // 2, at % 2).text = value
    document.add_paragraph(TALK)
    document.save(str(tmp_path / "a.docx"))
    path = converted(office, tmp_path / "a.docx", suffix).rename(tmp_path / f"制度{shown}")
    loader = loader_for(path)
    assert isinstance(loader, OfficeLoader)
    raw = loader.load(path)
    (article,) = structure(raw).articles
    assert article.document.source == str(path)
    assert [(p.text, p.section) for p in article.passages] == [
        (STUDY, ("把会开短",)),
        ("姓名：周明远；职务：书记。", ("把会开短",)),
        (TALK, ("把会开短",)),
    ]


def test_rtf(office: str, tmp_path: Path) -> None:
    path = tmp_path / "记录.doc"  # many programs name RTF so
    path.write_text(RTF, "ascii")
    assert OfficeLoader().load(path).text.strip() == STUDY


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_tables_and_slides_go_to_the_loaders_of_their_kind(tmp_path: Path) -> None:
    """With a stand-in for LibreOffice that hands over a workbook: not every installation has its Calc and Impress."""
    book = Workbook()
    book.active.append(["姓名", "职务"])
    book.active.append(["周明远", "书记"])
    book.save(tmp_path / "made.xlsx")
    program = tmp_path / "soffice"
    program.write_text(
        "#!/bin/sh\n"
        'while [ "$1" != "--convert-to" ]; do shift; done\n'
        f'mkdir -p "$4" && [ "$2" = xlsx ] && cp {tmp_path}/made.xlsx "$4/original.xlsx"\n'
    )
    program.chmod(0o755)
    path = tmp_path / "名单.et"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook\0".encode("utf-16-le"))
    assert isinstance(loader_for(path), OfficeLoader)
    raw = OfficeLoader(lambda: str(program)).load(path)
    assert (raw.text.strip(), raw.source) == ("姓名：周明远；职务：书记。", str(path))


def test_a_damaged_file_is_a_clear_error(office: str, tmp_path: Path) -> None:
    path = tmp_path / "坏.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000))
    with pytest.raises(LoadError, match=r"坏\.doc"):
        OfficeLoader().load(path)


def test_without_libreoffice_the_message_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "记录.rtf"
    path.write_text(RTF, "ascii")
    with pytest.raises(LoadError, match=r"记录\.rtf.*LibreOffice.*\.docx"):
        OfficeLoader(lambda: None).load(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    path = tmp_path / "记录.rtf"
    path.write_text(RTF, "ascii")
    with pytest.raises(LoadError, match="已停止"):
        OfficeLoader(lambda: str(program), limit_s=0.3).load(path)
