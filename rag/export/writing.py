"""Files that are whole or not there: written beside the target, then put in its place. Pipes and devices are written into."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from rag.errors import ExportError


def write_whole(path: Path, content: bytes) -> None:
    """Writes ``content`` over ``path``, or into it when it is a pipe or a device. Raises ``ExportError``, leaves no half file."""
    if _is_special(path):
        _write_into(path, content)
        return
    target = _target(path)
    beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with _created(beside) as descriptor:
            descriptor.write(content)
            descriptor.flush()
            os.fsync(descriptor.fileno())
        os.replace(beside, target)
    except OSError as error:
        raise explained(path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raises ``ExportError`` when ``path`` could not be written now: no folder, no right, open elsewhere."""
    if _is_special(path):  # opening a pipe would wait for a reader
        if not os.access(path, os.W_OK):
            raise explained(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
        return
    target = _target(path)
    probe = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        _refuse_folders(path, target)
        if target.exists():
            target.open("r+b").close()
        _created(probe).close()
    except OSError as error:
        raise explained(path, error) from error
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def _refuse_folders(path: Path, target: Path) -> None:
    if target.is_dir():
        raise ExportError(f"{path} 是文件夹，请写出文件名。", f"{path} is a folder; name a file.")
    if not target.parent.is_dir():
        raise ExportError(
            f"文件夹 {target.parent} 不存在，请先建好文件夹或换一个位置。",
            f"The folder {target.parent} does not exist; make it first or choose another place.",
        )


def explained(path: Path, error: OSError) -> ExportError:
    """An operating system's error in plain words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ExportError(
            f"磁盘空间不足，{path} 没有写成，原有文件未受影响。请清理磁盘或换一个位置。",
            f"The disk is full: {path} was not written and nothing was changed. Free some space first.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ExportError(
            f"没有写入 {path} 的权限，或文件正在 Word、WPS 中打开。请关闭文件或换一个位置。",
            f"{path} may not be written, or is open in another program. Close it or choose another place.",
        )
    if error.errno == errno.ENAMETOOLONG:
        return ExportError(f"文件名太长：{path.name[:40]}…", f"The file name is too long: {path.name[:40]}…")
    return ExportError(
        f"写不了 {path}：{error.strerror or error}", f"Cannot write {path}: {error.strerror or error}"
    )


def _is_special(path: Path) -> bool:
    """Whether a pipe, a device or a socket is there: a file put in its place would take it away from everybody else."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def _write_into(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise explained(path, error) from error


def _target(path: Path) -> Path:
    """The file behind a symbolic link: the link itself stays."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ExportError(f"{path} 不是可用的路径。", f"{path} is not a usable path.") from error


def _created(path: Path) -> BinaryIO:
    """A new file with the rights that the user's umask gives."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    return os.fdopen(descriptor, "wb")
