"""Writes ``dangwu.toml``: the settings that were changed on the page; the rest of the file stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from rag.config import FILE_NAME, NAMES
from rag.errors import SettingError
from rag.users import write_private

Value = str | int | float


def save_settings(home: Path, changes: Mapping[str, Value | None]) -> Path:
    """Puts ``changes`` into the settings file; ``None`` takes a setting out. Only its owner can read the file.

    Raises ``SettingError`` for an unknown name and when the file cannot be read or written.
    """
    unknown = sorted(set(changes) - set(NAMES))
    if unknown:
        raise SettingError(f"没有名为“{unknown[0]}”的设置。", f"There is no setting named {unknown[0]!r}.")
    path = home / FILE_NAME
    try:
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            f"设置文件 {path} 读不了：{error}。", f"The settings file {path} cannot be read: {error}."
        ) from error
    kept = [line for line in lines if _name_in(line) not in changes]
    added = [f"{name} = {_toml(value)}" for name, value in changes.items() if value is not None]
    write_private(path, "\n".join((*kept, *added)) + "\n")
    return path


def _name_in(line: str) -> str | None:
    found = re.match(r"\s*([a-z_]+)\s*=", line)
    return found[1] if found else None


def _toml(value: Value) -> str:
    """A JSON string without surrogates is a TOML basic string too, DEL aside."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
