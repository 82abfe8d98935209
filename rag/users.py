"""Who may use a page that listens wider than this machine: names, roles, and salted hashes of passwords.

There is no default user and no default password. scrypt with parameters that OWASP names (n = 2^15, r = 8, p = 3).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rag.errors import SettingError

Role = Literal["admin", "reader"]
USERS_FILE = "users.json"
MIN_PASSWORD = 8
MAX_NAME = 40
_N, _R, _P = 2**15, 8, 3
_MEMORY = 2 * 128 * _N * _R


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in. An ``admin`` changes documents and settings, a ``reader`` asks and reads."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class _Kept:
    """A line of the file: ``salt`` and ``hash`` in base 64."""

    role: Role
    salt: str
    hash: str


class Users:
    """The users in one JSON file that only its owner can read. Raises ``SettingError`` when it is no use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def all(self) -> tuple[User, ...]:
        """Every user, by name."""
        return tuple(User(name, kept.role) for name, kept in sorted(self._read().items()))

    def add(self, name: str, password: str, role: Role = "reader") -> User:
        """Adds a user, or changes password and role. Raises ``SettingError`` for a bad name or password."""
        if not name or name != name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise SettingError(
                f"用户名“{name}”不能用：1 到 {MAX_NAME} 个字，前后不要有空格。",
                f"The name {name!r} cannot be used: 1 to {MAX_NAME} characters, no blanks around it.",
            )
        if len(password) < MIN_PASSWORD:
            raise SettingError(
                f"密码太短，至少要 {MIN_PASSWORD} 位。",
                f"The password needs at least {MIN_PASSWORD} characters.",
            )
        salt = secrets.token_bytes(16)
        kept = _Kept(
            role, base64.b64encode(salt).decode(), base64.b64encode(_hashed(password, salt)).decode()
        )
        with self._lock:
            self._write({**self._read(), name: kept})
        return User(name, role)

    def remove(self, name: str) -> None:
        """Takes a user out. Raises ``SettingError`` for an unknown one."""
        with self._lock:
            there = self._read()
            if name not in there:
                raise SettingError(f"没有用户“{name}”。", f"There is no user {name!r}.")
            self._write({known: kept for known, kept in there.items() if known != name})

    def check(self, name: str, password: str) -> User | None:
        """The user whose password this is; ``None`` for a wrong name or password, after the same work."""
        kept = self._read().get(name)
        salt = base64.b64decode(kept.salt) if kept else b"nobody is called so"
        given = _hashed(password, salt)
        if kept is None or not hmac.compare_digest(given, base64.b64decode(kept.hash)):
            return None
        return User(name, kept.role)

    def _read(self) -> dict[str, _Kept]:
        try:
            rows = json.loads(self._path.read_text("utf-8"))
            return {name: _Kept(**row) for name, row in rows.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise SettingError(
                f"用户文件 {self._path} 读不了：{error}。请改正或删除后重新添加用户。",
                f"The users file {self._path} cannot be read: {error}. "
                "Mend it, or delete it and add the users again.",
            ) from error

    def _write(self, users: dict[str, _Kept]) -> None:
        text = json.dumps({name: asdict(kept) for name, kept in users.items()}, ensure_ascii=False, indent=1)
        write_private(self._path, text)


def write_private(path: Path, text: str) -> None:
    """Writes a file whole or not at all, readable by its owner alone. Raises ``SettingError``."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise SettingError(
            f"{path} 写不了：{error}。请检查磁盘空间和权限。",
            f"{path} cannot be written: {error}. Check disk space and permissions.",
        ) from error


def _hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY)
