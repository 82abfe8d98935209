"""Unpacks .zip archives: members under their real names, within limits, never outside their folder."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from rag.errors import LoadError
from rag.load.container import opened
from rag.load.kinds import kind_of_file

SUFFIX = ".zip"
DEEPEST = 3
MOST_FILES = 2_000
_NAMES = ("zip 压缩文件", "a zip archive")
_UTF8, _LOCKED = 0x800, 0x1
_STRANGE = re.compile(r'[\x00-\x1f<>:"|?*]')
_LONGEST = 80
_OF_A_SYSTEM = frozenset({"__MACOSX"})


def is_archive(path: Path) -> bool:
    """Whether a file is an archive of files and no office file, whatever its name says."""
    try:
        return path.is_file() and kind_of_file(path) == SUFFIX
    except (OSError, LoadError):
        return False


def file_of(source: str) -> Path:
    """The file on disk that holds a source: the source itself, or the archive that it is a member of."""
    path = Path(source)
    return next((place for place in (path, *path.parents) if os.path.isfile(place)), path)


@contextmanager
def found(source: str) -> Iterator[Path]:
    """The file that a source was read from: where it lies or, a member of an archive, unpacked as long as the block runs.

    The path leads nowhere when the file has gone. Raises ``LoadError`` for an archive that cannot be unpacked.
    """
    path = file_of(source)
    inside = list(Path(source).relative_to(path).parts)
    with ExitStack() as folders:
        while inside and path.is_file():
            path = folders.enter_context(unpacked(path, "/".join(inside)))
            while inside and not path.is_file():
                path /= inside.pop(0)
        yield path


@contextmanager
def unpacked(path: Path, only: str = "") -> Iterator[Path]:
    """A folder with the files of an archive, there as long as the block runs; of one member, or an archive in which it is.

    Raises ``LoadError`` for an archive that is damaged, locked with a password or unpacks to too much.
    """
    with tempfile.TemporaryDirectory(prefix="dangwu-zip-") as folder:
        root = Path(folder).resolve()
        with opened(path, *_NAMES) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check(path, members)
            for member in members:
                parts = _parts(member_name(member))
                if not only or f"{only}/".startswith("/".join(parts) + "/"):
                    _unpack(archive, member, parts, root)
        yield root


def _check(path: Path, members: Sequence[ZipInfo]) -> None:
    if len(members) > MOST_FILES:
        raise LoadError(
            f"{path.name}：压缩包里有 {len(members)} 个文件，超过 {MOST_FILES} 个。请解压后添加文件夹。",
            f"{path.name}: the archive holds {len(members)} files, more than {MOST_FILES}. Unpack it and add the folder.",
        )
    if any(member.flag_bits & _LOCKED for member in members):
        raise LoadError(
            f"{path.name}：压缩包有密码，无法读取。请解压后再添加。",
            f"{path.name}: the archive is locked with a password. Unpack it and add the files.",
        )


def _unpack(archive: ZipFile, member: ZipInfo, parts: Sequence[str], root: Path) -> None:
    if not parts or parts[0] in _OF_A_SYSTEM:
        return
    target = root.joinpath(*parts)
    if not target.resolve().is_relative_to(root) or target.exists() or target.parent.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


def member_name(member: ZipInfo) -> str:
    """The name as its writer meant it: UTF-8 where marked, else the code page of a Chinese system."""
    if member.flag_bits & _UTF8:
        return member.orig_filename
    try:
        raw = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.orig_filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.orig_filename


def _parts(name: str) -> list[str]:
    """The folders and the file of a name, made harmless: none leads upwards, to a drive or is too long."""
    found = []
    for part in re.split(r"[/\\]", name):
        plain = _STRANGE.sub("_", part).strip()
        if plain.strip("."):  # neither empty nor a step upwards
            stem, dot, suffix = plain.rpartition(".")
            found.append(f"{stem[:_LONGEST]}.{suffix[:_LONGEST]}" if dot and stem else plain[:_LONGEST])
    return found
