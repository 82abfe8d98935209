"""Reads files: one loader per kind of file, found by what the file holds.

A new format is a class with ``suffixes`` and ``load``, one more entry in ``LOADERS`` and a line in ``kinds``. A loader
that knows headings (Word styles, HTML ``h1``) writes them as ``# `` lines; structure recognition reads those in any
file.
"""

from __future__ import annotations

from pathlib import Path

from rag.errors import LoadError
from rag.load.archive import DEEPEST, SUFFIX, file_of, found, is_archive, unpacked
from rag.load.decode import decode, kind_of
from rag.load.front_matter import SOURCES, merged, read_sources
from rag.load.kinds import kind_of_file
from rag.load.ofd import OfdLoader
from rag.load.office import OfficeLoader
from rag.load.pdf import PdfLoader
from rag.load.picture import PictureLoader
from rag.load.plain import TextLoader
from rag.load.sheet import CsvLoader, WorkbookLoader
from rag.load.slides import SlidesLoader
from rag.load.web import WebLoader
from rag.load.word import WordLoader
from rag.protocols import Loader

__all__ = [
    "DEEPEST",
    "LOADERS",
    "SOURCES",
    "SUPPORTED",
    "CsvLoader",
    "OfdLoader",
    "OfficeLoader",
    "PdfLoader",
    "PictureLoader",
    "SlidesLoader",
    "TextLoader",
    "WebLoader",
    "WordLoader",
    "WorkbookLoader",
    "decode",
    "file_of",
    "found",
    "is_archive",
    "loader_for",
    "may_be_read",
    "merged",
    "read_sources",
    "unpacked",
    "unreadable",
]

LOADERS: tuple[Loader, ...] = (
    TextLoader(),
    WordLoader(),
    PdfLoader(),
    WebLoader(),
    WorkbookLoader(),
    CsvLoader(),
    SlidesLoader(),
    OfdLoader(),
    OfficeLoader(),
    PictureLoader(),
)
# What the page's upload field takes and a walk through a folder reads.
SUPPORTED = frozenset(suffix for loader in LOADERS for suffix in loader.suffixes) | {SUFFIX}
_BY_SUFFIX = {suffix: loader for loader in LOADERS for suffix in loader.suffixes}


def loader_for(path: Path) -> Loader | None:
    """The loader for a file, found by looking into it; ``None`` when none reads it or it cannot be opened.

    An empty file goes to the loader of text, which finds nothing in it. Raises ``LoadError`` for a file that is
    known and can be read by no loader: one with a password.
    """
    try:
        kind = kind_of_file(path)
        if kind is None and path.suffix.lower() in SUPPORTED and not path.stat().st_size:
            kind = ".txt"
    except OSError:
        return None
    return _BY_SUFFIX.get(kind or "")


def may_be_read(path: Path) -> bool:
    """Whether a file in a folder is one to read: by its name or by what it holds."""
    if path.suffix.lower() in SUPPORTED:
        return True
    try:
        return loader_for(path) is not None
    except LoadError:
        return True


def unreadable(path: Path) -> LoadError:
    """Why ``loader_for`` found no loader: what the file is, or that its content does not fit its name."""
    with path.open("rb") as file:
        kind = kind_of(file.read(4096))
    kinds = " ".join(sorted(SUPPORTED))
    if kind is None and path.suffix.lower() in SUPPORTED:
        return LoadError(
            f"{path.name}：内容不是 {path.suffix} 文件，可能已损坏或扩展名有误。请重新导出后再添加。",
            f"{path.name}: its content is no {path.suffix} file; it may be damaged or misnamed. Export it again.",
        )
    zh, en = (f"这是{kind[0]}，", f"This is {kind[1]}. ") if kind else ("", "")
    return LoadError(
        f"{path.name}：{zh}还不能读取这种文件。可以读取的有：{kinds}。",
        f"{path.name}: {en}This kind of file cannot be read. These can: {kinds}.",
    )
