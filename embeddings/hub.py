"""Models of the sentence-transformers world: from a folder, a local cache, or a hub that can be reached."""

from __future__ import annotations

import hashlib
import logging
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import EncoderError
from embeddings.protocol import Vectors

log = logging.getLogger(__name__)

HUB_TIMEOUT_S = 4.0
# Copies of the weights in other formats, which would only be downloaded for nothing.
OTHER_FORMATS = (
    "*.onnx",
    "*.onnx_data",
    "onnx/*",
    "openvino/*",
    "*.h5",
    "*.msgpack",
    "*.ot",
    "*.gguf",
    "imgs/*",
)
LARGE_FILE_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Prompts:
    """What is put before a question and before a passage."""

    query: str = ""
    passage: str = ""


_RETRIEVAL_TASK = "Given a web search query, retrieve relevant passages that answer the query"
# Families that need a prompt but often carry none in their configuration: part of the model's name ->
# prompts, first match wins. From the model cards.
FAMILY_PROMPTS: tuple[tuple[str, Prompts], ...] = (
    ("e5-mistral", Prompts(f"Instruct: {_RETRIEVAL_TASK}\nQuery: ")),
    ("e5-large-instruct", Prompts(f"Instruct: {_RETRIEVAL_TASK}\nQuery: ")),
    ("e5-", Prompts("query: ", "passage: ")),
    ("qwen3-embedding", Prompts(f"Instruct: {_RETRIEVAL_TASK}\nQuery:")),
    ("gte-qwen2", Prompts(f"Instruct: {_RETRIEVAL_TASK}\nQuery: ")),
    ("bge-m3", Prompts()),
    ("bge-small-zh", Prompts("为这个句子生成表示以用于检索相关文章：")),
    ("bge-base-zh", Prompts("为这个句子生成表示以用于检索相关文章：")),
    ("bge-large-zh", Prompts("为这个句子生成表示以用于检索相关文章：")),
    ("bge-small-en", Prompts("Represent this sentence for searching relevant passages: ")),
    ("bge-base-en", Prompts("Represent this sentence for searching relevant passages: ")),
    ("bge-large-en", Prompts("Represent this sentence for searching relevant passages: ")),
)


class SentenceTransformerEncoder:
    """Any sentence-transformers model (a plain transformer is mean pooled), on the GPU when there is one.

    `spec` is a folder or a hub id. Raises `EncoderError` within seconds when it is neither on this machine
    nor on a hub that answers.
    """

    def __init__(self, spec: str, *, batch_size: int = 32, progress: bool = False) -> None:
        folder = find_model(spec)
        self._model = _open(spec, folder)
        self._prompts = choose_prompts(self._model.prompts, spec)
        self._batch_size = batch_size
        self._progress = progress
        self._identity = f"{_name(spec)}:{_fingerprint(folder)}"
        self._dimension = int(self._model.get_embedding_dimension() or 0)

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def knows_words(self) -> bool:
        return False

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def prompts(self) -> Prompts:
        """What this model gets to see before a question and before a passage."""
        return self._prompts

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One normalised float32 row per question, encoded with the query prompt."""
        return self._encode(texts, self._prompts.query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One normalised float32 row per passage, encoded with the passage prompt."""
        return self._encode(texts, self._prompts.passage)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        filled = [row for row, text in enumerate(texts) if text.strip()]
        if filled:
            vectors[filled] = self._model.encode(
                [prompt + texts[row] for row in filled],
                prompt="",  # else the model's default prompt would come on top
                batch_size=self._batch_size,
                show_progress_bar=self._progress and len(filled) > self._batch_size,
                normalize_embeddings=True,
                convert_to_numpy=True,
            )
        return vectors


def choose_prompts(own: Mapping[str, str | None], name: str) -> Prompts:
    """The prompts in the model's configuration, else those its family is known to need, else none."""
    query = own.get("query") or ""
    passage = own.get("passage") or own.get("document") or ""
    if query or passage:
        return Prompts(query, passage)
    lowered = _name(name).lower()
    return next((prompts for part, prompts in FAMILY_PROMPTS if part in lowered), Prompts())


def find_model(spec: str) -> Path:
    """The folder of a model: `spec` itself, a cached download, or a download made now from the hub.

    Raises `EncoderError` when there is none of these.
    """
    folder = Path(spec).expanduser()
    if folder.is_dir():
        return folder
    if not _looks_like_hub_id(spec):
        raise EncoderError(
            f"找不到向量模型：{spec} 不是现有文件夹，也不像模型编号。请检查路径，或使用 bundled。",
            f"No embedding model {spec}: neither a folder nor a hub id. Check the path, or use `bundled`.",
        )
    return _cached(spec) or _modelscope_folder(spec) or _downloaded(spec)


def _looks_like_hub_id(spec: str) -> bool:
    parts = spec.split("/")
    return len(parts) == 2 and all(parts) and not spec.startswith((".", "~")) and "\\" not in spec


def _cached(spec: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(spec, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return folder if any(folder.glob("*.safetensors")) or any(folder.glob("*.bin")) else None


def _modelscope_folder(spec: str) -> Path | None:
    """Where ModelScope's own downloader keeps the model (dots in names become three underscores)."""
    root = Path.home() / ".cache" / "modelscope" / "hub"
    candidates = (root / kind / name for kind in ("models", "") for name in (spec, spec.replace(".", "___")))
    return next((folder for folder in candidates if (folder / "config.json").is_file()), None)


def _downloaded(spec: str) -> Path:
    from huggingface_hub import snapshot_download

    _check_hub(spec)
    log.info("downloading %s", spec)
    try:
        return Path(snapshot_download(spec, ignore_patterns=list(OTHER_FORMATS)))
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"下载向量模型 {spec} 失败（{_one_line(error)}）。请重试，或先在能上网的电脑下载后指定文件夹。",
            f"Downloading {spec} failed. Try again, or download it elsewhere and name the folder.",
        ) from error


def _check_hub(spec: str) -> None:
    """One quick request: the hub's own client would retry for more than a minute without a network."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise EncoderError(
            f"本机没有向量模型 {spec}，且已设置离线（HF_HUB_OFFLINE=1）。请指定模型文件夹，或使用 bundled。",
            f"{spec} is not here and HF_HUB_OFFLINE is set. Name a model folder, or use `bundled`.",
        )
    address = f"{constants.ENDPOINT}/api/models/{spec}"
    try:
        request = urllib.request.Request(address, method="HEAD")
        urllib.request.urlopen(request, timeout=HUB_TIMEOUT_S).close()
    except urllib.error.HTTPError as error:
        if error.code in (401, 403, 404):
            raise EncoderError(
                f"{constants.ENDPOINT} 上没有可用的模型 {spec}（HTTP {error.code}）。请检查编号或权限。",
                f"{constants.ENDPOINT} has no model {spec} for you (HTTP {error.code}). Check the id.",
            ) from error
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"本机没有向量模型 {spec}，也连不上 {constants.ENDPOINT}（{_one_line(error)}）。"
            "请设置 HF_ENDPOINT 镜像，或指定已下载的模型文件夹，或使用 bundled。",
            f"{spec} is not on this machine and {constants.ENDPOINT} cannot be reached. "
            "Set HF_ENDPOINT to a mirror, name a downloaded folder, or use `bundled`.",
        ) from error


def _open(spec: str, folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise EncoderError(
            f"无法加载向量模型 {spec}（{_one_line(error)}）。请确认文件夹完整且格式正确。",
            f"Cannot load the model {spec}. Make sure that the folder is complete and in a format that "
            "sentence-transformers reads.",
        ) from error


def _name(spec: str) -> str:
    """The last part of a hub id or path; for a cached snapshot folder the model's own name."""
    parts = Path(spec).expanduser().parts
    cached = next((part for part in reversed(parts) if part.startswith("models--")), None)
    return cached.split("--")[-1] if cached else parts[-1]


def _fingerprint(folder: Path) -> str:
    """A hash of all file names and sizes, the small files, and both ends of the large ones."""
    digest = hashlib.sha256()
    for path in sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")
    ):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}:{size}:".encode())
        with path.open("rb") as file:
            digest.update(file.read(LARGE_FILE_BYTES))
            file.seek(max(size - LARGE_FILE_BYTES, 0))
            digest.update(file.read(LARGE_FILE_BYTES))
    return digest.hexdigest()[:16]


def _one_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
