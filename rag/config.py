"""Settings: flag over ``DANGWU_*`` variable over ``dangwu.toml`` in the home over default. The only reader of os.environ."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from pathlib import Path
from typing import Any

from rag.errors import SettingError

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - the standard library has it from 3.11 on
    import tomli as tomllib

PREFIX = "DANGWU_"
FILE_NAME = "dangwu.toml"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})  # names of this machine


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its built-in default. ``origin`` says where each value came from, for ``dangwu doctor``."""

    home: Path
    embedder: str = "bundled"
    llm: str = "none"
    llm_base_url: str | None = None
    llm_api_key: str | None = field(default=None, repr=False)
    llm_timeout_s: float = 120.0
    llm_read_timeout_s: float = 60.0
    llm_context_chars: int = 12_000
    llm_max_tokens: int = 1_500
    reranker: str = "none"
    nli: str = "none"
    store: str = "local"
    unsupported: str = "flag"
    origin: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.unsupported not in ("flag", "drop"):
            raise SettingError(
                f"DANGWU_UNSUPPORTED 的值“{self.unsupported}”不认识，请写 flag（标出）或 drop（删去）。",
                f"DANGWU_UNSUPPORTED={self.unsupported!r} is unknown; use flag or drop.",
            )
        if self.store != "local":
            raise SettingError(
                f"DANGWU_STORE 的值“{self.store}”目前不支持，请写 local。",
                f"DANGWU_STORE={self.store!r} is not supported yet; use local.",
            )

    def given(self, name: str) -> str | None:
        """What names a value whenever the program starts, a flag or a variable, and so outlasts a change; else ``None``."""
        origin = self.origin.get(name, "default")
        if origin == "flag":
            return f"--{name.replace('_', '-')}"
        return origin if origin.startswith(PREFIX) else None


NAMES = tuple(f.name for f in fields(Settings) if f.name not in ("home", "origin"))


def default_home() -> Path:
    """The platform's user data folder for this program."""
    import platformdirs

    return Path(platformdirs.user_data_dir("dangwu", appauthor=False))


def load_settings(home: str | Path | None = None, **flags: Any) -> Settings:
    """The settings in force. ``flags`` that are ``None`` do not count. Raises ``SettingError`` on a bad value or file."""
    chosen = home if home is not None else os.environ.get(PREFIX + "HOME")
    folder = Path(chosen).expanduser() if chosen else default_home()
    unknown = sorted(set(flags) - set(NAMES))
    if unknown:
        raise SettingError(f"没有名为“{unknown[0]}”的设置。", f"There is no setting named {unknown[0]!r}.")
    in_file = _read_file(folder / FILE_NAME)
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for name in NAMES:
        variable = PREFIX + name.upper()
        if flags.get(name) is not None:
            values[name], origin[name] = flags[name], "flag"
        elif os.environ.get(variable):
            values[name], origin[name] = os.environ[variable], variable
        elif name in in_file:
            values[name], origin[name] = in_file[name], str(folder / FILE_NAME)
        else:
            origin[name] = "default"
    return Settings(
        home=folder, origin=origin, **{name: _typed(name, value) for name, value in values.items()}
    )


def _read_file(path: Path) -> Mapping[str, Any]:
    try:
        found = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except OSError as error:
        raise SettingError(
            f"设置文件 {path} 读不了：{error}。请检查权限，或用 --home 换一个位置。",
            f"The settings file {path} cannot be read: {error}. Check its permissions or choose another --home.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            f"设置文件 {path} 写错了：{error}。请改正，或删去该文件恢复默认。",
            f"The settings file {path} is not valid: {error}. Mend it, or delete it to go back to the defaults.",
        ) from error
    unknown = sorted(set(found) - set(NAMES))
    if unknown:
        raise SettingError(
            f"设置文件 {path} 里的“{unknown[0]}”不认识。可用的有：{'、'.join(NAMES)}。",
            f"{unknown[0]!r} in {path} is not a setting. Known: {', '.join(NAMES)}.",
        )
    return found


def _typed(name: str, value: Any) -> Any:
    default = Settings.__dataclass_fields__[name].default
    if not isinstance(default, (int, float)):
        return str(value)
    try:
        number = type(default)(str(value))
        if not isfinite(number):
            raise ValueError("not finite")
    except ValueError as error:
        raise SettingError(
            f"设置 {name} 应为数字，现在是“{value}”。", f"The setting {name} must be a number, not {value!r}."
        ) from error
    if number <= 0:
        raise SettingError(
            f"设置 {name} 应大于 0，现在是“{value}”。", f"The setting {name} must be above 0, not {value!r}."
        )
    return number


def harden_environment() -> None:
    """Switches telemetry and hub look-ups of the libraries off, unless the user switched a hub on."""
    for variable, value in {
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "LANGSMITH_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
        "DO_NOT_TRACK": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }.items():
        os.environ.setdefault(variable, value)
