"""Files that came in through the page: kept below one folder, under names made here."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from rag.errors import LoadError
from rag.load import SOURCES, SUPPORTED, file_of

MAX_MB = 50
MAX_STEM = 60
_STRANGE = re.compile(r"[^\w .,+&\-—·、，。；：！？（）()《》〈〉“”‘’「」『』【】〔〕\[\]]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


class Shelf:
    """A folder of uploaded files: one folder for each content, so that the same file twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: BinaryIO, shown_name: str) -> Path:
        """``content`` as a file on the shelf. Raises ``LoadError`` for a kind or size that is not taken."""
        suffix = Path(shown_name).suffix.lower()
        if suffix not in SUPPORTED:
            kinds = " ".join(sorted(SUPPORTED))
            raise LoadError(
                f"暂不支持这种文件。支持的有：{kinds}",
                f"This kind of file is not supported. Supported: {kinds}",
            )
        if shown_name == SOURCES:
            raise LoadError(
                f"{SOURCES} 只对同一文件夹里用 dangwu index 加入的文件有用。在网页上，请在下面的列表里修改标题、日期和效力。",
                f"{SOURCES} serves the files beside it that dangwu index reads. Here, edit titles, dates and status in the list below.",
            )
        words = content.read(MAX_MB * 1_000_000 + 1)
        if len(words) > MAX_MB * 1_000_000:
            raise LoadError(
                f"文件超过 {MAX_MB} MB，请拆分后再加入。",
                f"The file is larger than {MAX_MB} MB. Split it first.",
            )
        folder = self._folder / hashlib.sha256(words).hexdigest()[:16]
        there = next(iter(folder.glob(f"*{suffix}")), None) if folder.is_dir() else None
        if there is not None:
            return there.resolve()
        target = (folder / (stem_for(shown_name) + suffix)).resolve()
        if not target.is_relative_to(self._folder.resolve()):
            raise LoadError(
                f"文件名“{shown_name}”不能使用。", f"The file name {shown_name!r} cannot be used."
            )
        folder.mkdir(parents=True, exist_ok=True)
        target.write_bytes(words)
        return target

    def forget(self, source: str) -> None:
        """Deletes the file of the shelf that holds a source; one that lies anywhere else is the user's own and stays."""
        if (file := self.file_of(source)) is not None:
            file.unlink()
            with suppress(OSError):  # the same content under another suffix lies beside it
                file.parent.rmdir()

    def file_of(self, source: str) -> Path | None:
        """The file on this shelf that is a source or, an archive, has it as a member; ``None`` where there is none."""
        path, folder = file_of(source).resolve(), self._folder.resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None

    def member(self, source: str) -> str:
        """Which member of a file on this shelf a source is, ``通知/1.docx``; empty for the file itself."""
        path, folder = Path(source), self._folder.resolve()
        return "/".join(path.relative_to(folder).parts[2:]) if path.is_relative_to(folder) else ""


def stem_for(shown_name: str) -> str:
    """A name for the disk that reads like ``shown_name``, which is cited: letters, digits, harmless signs, nothing else."""
    plain = re.split(r"[/\\]", shown_name)[-1]
    stem = _STRANGE.sub("_", Path(plain).stem).strip("_. ")[:MAX_STEM].rstrip("_. ")
    return f"_{stem}" if not stem or _RESERVED.match(stem) else stem
