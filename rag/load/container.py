"""ZIP files that may be hostile: counted and measured before anything in them is unpacked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import LoadError
from rag.load.raw import reading

MOST_MEMBERS = 20_000
MOST_BYTES = 1 << 30
_MOST_TIMES = 400  # as large as packed: office files shrink to a tenth, a bomb to a thousandth
_SMALL = 1 << 24  # bytes that may be packed as tightly as they like
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD = 4096


@contextmanager
def opened(path: Path, kind_zh: str, kind_en: str) -> Iterator[zipfile.ZipFile]:
    """The archive, once its size and members are within reason. Raises ``LoadError``.

    The sizes checked are those of the central directory; ``zipfile`` never unpacks more than these say.
    """
    with reading(path, kind_zh, kind_en), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        total = sum(member.file_size for member in members)
        packed = max(1, path.stat().st_size)
        if len(members) > MOST_MEMBERS or total > MOST_BYTES or total > max(_SMALL, _MOST_TIMES * packed):
            raise LoadError(
                f"{path.name}：解压后有 {len(members)} 个文件、{total / 1e6:.0f} MB，超出限度，未读取。"
                "请核实文件来源，或拆成较小的文件。",
                f"{path.name}: it would unpack to {len(members)} files and {total / 1e6:.0f} MB, which is too much. "
                "Check where it comes from, or split it.",
            )
        yield archive


def check_package(path: Path, kind_zh: str, kind_en: str) -> None:
    """Refuses an Office package that would unpack to too much or that declares XML entities."""
    with opened(path, kind_zh, kind_en) as archive:
        for member in archive.infolist():
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as file:
                    refuse_declarations(path, file.read(_HEAD))


def refuse_declarations(path: Path, head: bytes) -> None:
    """No office format has a document type; where one stands, someone wants entities expanded."""
    if _DECLARES.search(head.replace(b"\0", b"")):
        raise LoadError(
            f"{path.name}：文件里有不应出现的 XML 实体声明，可能有害，未读取。",
            f"{path.name}: it declares XML entities, which no such file needs and which may do harm; not read.",
        )
