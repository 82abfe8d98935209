"""Reads what only office programs read (.doc, .wps, .rtf, .odt and the like), by way of LibreOffice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from rag.datatypes import RawText
from rag.errors import LoadError
from rag.load.kinds import kind_of_file
from rag.load.sheet import WorkbookLoader
from rag.load.slides import SlidesLoader
from rag.load.word import WordLoader
from rag.protocols import Loader, Step, no_step

LIMIT_S = 120.0
_WORDS = frozenset({".doc", ".wps", ".rtf", ".odt"})
_TABLES = frozenset({".xls", ".et", ".ods"})
_SLIDES = frozenset({".ppt", ".dps", ".odp"})
_USUAL_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_one_at_a_time = threading.Lock()  # two programs cannot share a profile


def soffice() -> str | None:
    """Where LibreOffice is; ``None`` where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


class OfficeLoader:
    """Reads old and foreign office files by turning them into a kind that another loader reads."""

    suffixes: frozenset[str] = _WORDS | _TABLES | _SLIDES

    def __init__(self, find: Callable[[], str | None] = soffice, limit_s: float = LIMIT_S) -> None:
        self._find = find
        self._limit_s = limit_s

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """What the other loader makes of the converted file.

        Raises ``LoadError`` where LibreOffice is not installed, takes too long or cannot read the file.
        """
        program = self._find()
        if program is None:
            raise LoadError(
                f"{path.name}：读取这种文件需要 LibreOffice，本机没有找到。请安装 LibreOffice（免费）后再添加，"
                "或用 Word、WPS 另存为 .docx、.xlsx、.pptx。",
                f"{path.name}: this kind of file is read by way of LibreOffice, which is not installed. "
                "Install it, or save the file as .docx, .xlsx or .pptx.",
            )
        kind = kind_of_file(path) or path.suffix.lower()
        loader, target = _target(kind)
        step("由 LibreOffice 转换")
        with tempfile.TemporaryDirectory(prefix="dangwu-office-") as folder:
            copy = Path(folder) / f"original{kind}"
            shutil.copyfile(path, copy)
            made = Path(folder) / "made"
            self._convert(
                [program, *_OPTIONS, "--convert-to", target, "--outdir", str(made), str(copy)], path
            )
            found = made / f"original.{target}"
            if not found.is_file():
                raise LoadError(
                    f"{path.name}：LibreOffice 无法打开这个文件，可能已损坏或带密码。请用原来的软件另存为 .{target} 再添加。",
                    f"{path.name}: LibreOffice cannot open this file; it may be damaged or protected. "
                    f"Save it as .{target} in its own program and add that.",
                )
            return replace(loader.load(found, step), source=str(path))

    def _convert(self, command: Sequence[str], path: Path) -> None:
        with _one_at_a_time:
            process = subprocess.Popen(
                [*command, f"-env:UserInstallation={Path(_profile().name).as_uri()}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                process.wait(self._limit_s)
            except subprocess.TimeoutExpired:
                raise LoadError(
                    f"{path.name}：LibreOffice 转换超过 {self._limit_s:.0f} 秒，已停止。请用原来的软件另存为新格式再添加。",
                    f"{path.name}: LibreOffice took longer than {self._limit_s:.0f} s and was stopped. "
                    "Save the file in a newer format and add that.",
                ) from None
            finally:
                _stop(process)


_OPTIONS = ("--headless", "--norestore", "--nolockcheck", "--nodefault")


def _target(kind: str) -> tuple[Loader, str]:
    if kind in _TABLES:
        return WorkbookLoader(), "xlsx"
    return (SlidesLoader(), "pptx") if kind in _SLIDES else (WordLoader(), "docx")


@lru_cache(maxsize=1)
def _profile() -> tempfile.TemporaryDirectory[str]:
    """A profile of our own, so that an open LibreOffice is not disturbed; it goes when the program ends."""
    return tempfile.TemporaryDirectory(prefix="dangwu-profile-", ignore_cleanup_errors=True)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the program with its children; on Windows it has none."""
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
