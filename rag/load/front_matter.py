"""Metadata that a person wrote: front matter in Markdown, and a ``sources.csv`` beside the files."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from rag.datatypes import Metadata
from rag.errors import LoadError
from rag.load.decode import decode

SOURCES = "sources.csv"
_NAMES = tuple(field.name for field in fields(Metadata))
_FENCE = re.compile(r"\s*---[ \t]*\n(?:(?!---).*\n){0,60}?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_PAIR = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*)")

log = logging.getLogger(__name__)


def split_front_matter(text: str) -> tuple[Metadata, str]:
    """The metadata of a ``---`` block at the very top, and the text with its lines left empty."""
    match = _FENCE.match(text)
    if match is None:
        return Metadata(), text
    pairs = [found.groups() for line in match.group().split("\n") if (found := _PAIR.fullmatch(line.strip()))]
    if not pairs:
        return Metadata(), text
    values = {key.lower(): _unquoted(value) for key, value in pairs}
    return _metadata(values), "\n" * match.group().count("\n") + text[match.end() :]


def read_sources(folder: Path, warn: Callable[[str], None] = log.warning) -> Mapping[str, Metadata]:
    """What ``sources.csv`` in ``folder`` says, by file name; empty when there is no such file.

    Never raises: a table or row that cannot be used is left out and told to ``warn``; the files themselves
    can still be read.
    """
    path = folder / SOURCES
    if not path.is_file():
        return {}
    found: dict[str, Metadata] = {}
    try:
        text, _ = decode(path.read_bytes())
        _read_rows(csv.reader(io.StringIO(text.replace("\x00", ""), newline="")), found, warn)
    except LoadError as error:
        warn(f"{SOURCES}：{error.zh} {error.en}")
    except (csv.Error, OSError) as error:
        warn(f"{SOURCES} 无法读取：{error}。请另存为 CSV（UTF-8）。 It cannot be read; save it again as CSV.")
    if strangers := [name for name in found if not (folder / name).is_file()]:
        warn(
            f"{SOURCES} 旁边没有它写到的文件“{strangers[0]}”（这样的共 {len(strangers)} 个），请核对文件名。"
            f" It names {len(strangers)} file(s) that are not beside it."
        )
    return found


def merged(first: Metadata, second: Metadata) -> Metadata:
    """Each value from ``first``, or from ``second`` where ``first`` knows none."""
    return Metadata(*(getattr(first, name) or getattr(second, name) for name in _NAMES))


def _read_rows(rows: Any, found: dict[str, Metadata], warn: Callable[[str], None]) -> None:
    header = [name.strip().lower() for name in next(rows, [])]
    if "file" not in header:
        warn(f"{SOURCES}：第一行没有 file 列，整个表未使用。 Its first row has no column “file”.")
        return
    for cells in rows:
        row = dict(zip(header, cells, strict=False))
        _read_row(row, len(cells), len(header), rows.line_num, found, warn)


def _read_row(
    row: dict[str, str],
    cells: int,
    columns: int,
    line: int,
    found: dict[str, Metadata],
    warn: Callable[[str], None],
) -> None:
    name = row.get("file", "").strip().replace("\\", "/").removeprefix("./")
    if not any(value.strip() for value in row.values()):
        return
    if not name:
        warn(f"{SOURCES} 第 {line} 行没有文件名，已跳过。 Line {line} names no file and was left out.")
    elif cells > columns:
        warn(
            f"{SOURCES} 第 {line} 行的列数多于表头，"
            f"已跳过（含逗号的内容要加引号）。 Line {line} has too many cells."
        )
    elif name in found:
        warn(
            f"{SOURCES} 第 {line} 行重复了 {name}，以前面的为准。"
            f" Line {line} repeats {name}; the first row counts."
        )
    else:
        found[name] = _metadata(row)


def _metadata(values: Mapping[str, str]) -> Metadata:
    return Metadata(*(values.get(name, "").strip() or None for name in _NAMES))


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].strip()
    return re.split(r"\s#", value, maxsplit=1)[0].strip() if value and value[0] != "#" else value
