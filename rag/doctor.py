"""Checks the machine, the model, the store and the endpoint, and says what to mend."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from embeddings import EncoderError
from rag.config import NAMES, Settings, load_settings
from rag.errors import DangwuError

ENOUGH_DISK_BYTES = 500_000_000
_ORIGINS = {"default": "默认", "flag": "来自命令行"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``remedy`` says how to mend it or, where it is ``ok``, what could be added."""

    name: str
    ok: bool
    found: str
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """The check as JSON."""
        return asdict(self)


def examine(home: str | Path | None = None, **flags: Any) -> tuple[Check, ...]:
    """All checks; never raises for what it finds."""
    return tuple(_checks(home, flags))


def _checks(home: str | Path | None, flags: dict[str, Any]) -> Iterator[Check]:
    version = ".".join(str(n) for n in sys.version_info[:3])
    old = sys.version_info < (3, 10)
    yield Check("Python", not old, version, "请安装 Python 3.10 或更新的版本。" if old else "")
    try:
        settings = load_settings(home, **flags)
    except DangwuError as error:
        yield Check("设置 settings", False, "读不了", str(error))
        return
    yield from _settings(settings)
    yield _disk(settings.home)
    yield _libreoffice()
    yield _recognition()
    yield from _knowledge_base(settings)
    if settings.reranker != "none":
        yield _tried("重排模型 reranker", settings.reranker, _reranker)
    if settings.nli != "none":
        yield _tried("推断模型 NLI", settings.nli, _nli)
    if settings.llm != "none":
        yield _endpoint(settings)


def _settings(settings: Settings) -> Iterator[Check]:
    yield Check("资料库位置 home", True, str(settings.home))
    for name in NAMES:
        value = getattr(settings, name)
        shown = "未设置" if value is None else "已设置" if name == "llm_api_key" else value
        origin = settings.origin[name]
        yield Check(f"设置 {name}", True, f"{shown}（{_ORIGINS.get(origin, f'来自 {origin}')}）")


def _disk(home: Path) -> Check:
    folder = next(p for p in (home, *home.absolute().parents) if os.path.exists(p))
    free = shutil.disk_usage(folder).free
    enough = free >= ENOUGH_DISK_BYTES
    return Check(
        "磁盘 disk",
        enough,
        f"剩余 {free / 1e9:.1f} GB",
        "" if enough else "空间不足，请清理磁盘或用 --home 换一个位置。",
    )


def _libreoffice() -> Check:
    from rag.load.office import OfficeLoader, soffice

    kinds = " ".join(sorted(OfficeLoader.suffixes))
    program = soffice()
    if program is None:
        return Check(
            "LibreOffice", True, "未安装", f"可选：要读 {kinds} 这些格式，请安装 LibreOffice（免费）。"
        )
    return Check("LibreOffice", True, f"{program}，可以读 {kinds}")


def _recognition() -> Check:
    from rag.load.recognise import COMMAND, recogniser

    name = "文字识别 OCR"
    try:
        found = recogniser()
    except Exception as error:  # whatever a broken installation raises
        return Check(name, False, f"装了，但打不开：{error}", f"请重新安装：{COMMAND}")
    if found is None:
        return Check(name, True, "未安装", f"可选：要读扫描件和图片，请运行 {COMMAND}")
    return Check(name, True, "RapidOCR，可以读扫描件和图片")


def _knowledge_base(settings: Settings) -> tuple[Check, ...]:
    from rag.build import build

    try:
        with build(
            replace(settings, reranker="none", nli="none")
        ) as assistant:  # which have checks of their own
            encoder, store = assistant.encoder, assistant.store
            store.examine()
            documents, passages = store.counts()
            stored = store.encoder_identity
    except (DangwuError, OSError) as error:
        return (Check("资料库与模型 store and model", False, "打不开", str(error)),)
    same = stored is None or stored == encoder.identity
    anew = "" if same else f"资料库由另一个模型（{stored}）建立，请运行 dangwu index --rebuild。"
    return (
        Check("向量模型 encoder", True, f"{encoder.identity}，{encoder.dimension} 维"),
        Check("资料库 store", same, f"{documents} 篇，{passages} 段", anew),
    )


def _tried(name: str, spec: str, read: Callable[[str], str]) -> Check:
    """Whether a model that reads two texts together can be used; ``read`` tries it and gives its identity."""
    try:
        return Check(name, True, read(spec))
    except EncoderError as error:
        return Check(name, False, spec, str(error))


def _reranker(spec: str) -> str:
    from embeddings.rerank import CrossEncoderReranker

    reranker = CrossEncoderReranker(spec)
    reranker.scores("党员活动日是哪一天？", ["党员活动日定在每月十五日。"])
    return reranker.identity


def _nli(spec: str) -> str:
    from embeddings.entail import CrossEncoderEntailer

    entailer = CrossEncoderEntailer(spec)
    entailer.read([("党员活动日定在每月十五日。", "党员活动日是每月十五日。")])
    return entailer.identity


def _endpoint(settings: Settings) -> Check:
    from rag.llm import ChatGenerator

    try:
        reply = ChatGenerator(settings).ping()
    except DangwuError as error:
        return Check("大模型 LLM", False, settings.llm, str(error))
    return Check("大模型 LLM", True, f"{settings.llm} 可用：{reply[:40]}")
