"""From a setting to the folder of a model: a folder, a local cache, or a hub that can be reached."""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError

from embeddings.errors import EncoderError

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
# What libraries raise for a folder that is incomplete, damaged or in a format they do not know.
BROKEN = (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError)


@dataclass(frozen=True, slots=True)
class Kind:
    """How messages call a kind of model, what can be used instead of one that is not there, and what such a model is."""

    zh: str
    en: str
    instead: str
    what_zh: str = ""
    what_en: str = ""


EMBEDDER = Kind("向量模型", "embedding model", "bundled")
RERANKER = Kind(
    "重排模型",
    "reranker",
    "none",
    "交叉编码器，如 BAAI/bge-reranker-v2-m3",
    "a cross-encoder such as BAAI/bge-reranker-v2-m3",
)
NLI = Kind(
    "推断模型",
    "NLI model",
    "none",
    "config.json 的 id2label 写明 entailment 和 contradiction 的交叉编码器，如 MoritzLaurer/mDeBERTa-v3-base-xnli-multilingual-nli-2mil7",
    "a cross-encoder whose config.json names entailment and contradiction in id2label, "
    "such as MoritzLaurer/mDeBERTa-v3-base-xnli-multilingual-nli-2mil7",
)


def find_model(spec: str, kind: Kind = EMBEDDER) -> Path:
    """The folder of a model: ``spec`` itself, a cached download, or a download made now from the hub.

    Raises ``EncoderError`` when there is none of these.
    """
    folder = Path(spec).expanduser()
    if folder.is_dir():
        return folder
    if not _looks_like_hub_id(spec):
        raise EncoderError(
            f"找不到{kind.zh}：{spec} 不是现有文件夹，也不像模型编号。请检查路径，或使用 {kind.instead}。",
            f"No {kind.en} {spec}: neither a folder nor a hub id. Check the path, or use `{kind.instead}`.",
        )
    return _cached(spec) or _modelscope_folder(spec) or _downloaded(spec, kind)


def model_name(spec: str) -> str:
    """The last part of a hub id or path; for a cached snapshot folder the model's own name."""
    parts = Path(spec).expanduser().parts
    cached = next((part for part in reversed(parts) if part.startswith("models--")), None)
    return cached.split("--")[-1] if cached else parts[-1]


def fingerprint(folder: Path) -> str:
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


def cannot_load(spec: str, kind: Kind, error: BaseException) -> EncoderError:
    """What to say of a folder that is there and cannot be read."""
    if "trust_remote_code" in str(error):
        return EncoderError(
            f"{kind.zh} {spec} 要运行它自带的程序代码，本程序不运行外来代码。请换一个模型，或使用 {kind.instead}。",
            f"The {kind.en} {spec} wants to run code of its own, which this program never does. "
            f"Choose another model, or use `{kind.instead}`.",
        )
    return EncoderError(
        f"无法加载{kind.zh} {spec}（{one_line(error)}）。请确认文件夹完整且格式正确。",
        f"Cannot load the {kind.en} {spec}. Make sure that the folder is complete and in a format that "
        "sentence-transformers reads.",
    )


def one_line(error: BaseException) -> str:
    """The first line of what an error says."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]


def _looks_like_hub_id(spec: str) -> bool:
    parts = spec.split("/")
    return len(parts) == 2 and all(parts) and not spec.startswith((".", "~")) and "\\" not in spec


def _cached(spec: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(spec, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return folder if any(folder.rglob("*.safetensors")) or any(folder.rglob("*.bin")) else None


def _modelscope_folder(spec: str) -> Path | None:
    """Where ModelScope's own downloader keeps the model (dots in names become three underscores)."""
    root = Path.home() / ".cache" / "modelscope" / "hub"
    candidates = (root / kind / name for kind in ("models", "") for name in (spec, spec.replace(".", "___")))
    return next((folder for folder in candidates if (folder / "config.json").is_file()), None)


def _downloaded(spec: str, kind: Kind) -> Path:
    from huggingface_hub import snapshot_download

    _check_hub(spec, kind)
    log.info("downloading %s", spec)
    try:
        return Path(snapshot_download(spec, ignore_patterns=list(OTHER_FORMATS)))
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"下载{kind.zh} {spec} 失败（{one_line(error)}）。请重试，或先在能上网的电脑下载后指定文件夹。",
            f"Downloading {spec} failed. Try again, or download it elsewhere and name the folder.",
        ) from error


def _check_hub(spec: str, kind: Kind) -> None:
    """One quick request: the hub's own client would retry for more than a minute without a network."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise EncoderError(
            f"本机没有{kind.zh} {spec}，且已设置离线（HF_HUB_OFFLINE=1）。请指定模型文件夹，或使用 {kind.instead}。",
            f"{spec} is not here and HF_HUB_OFFLINE is set. Name a model folder, or use `{kind.instead}`.",
        )
    error = _answer_of(f"{constants.ENDPOINT}/api/models/{spec}")
    if isinstance(error, urllib.error.HTTPError):
        if error.code in (401, 403, 404):
            raise EncoderError(
                f"{constants.ENDPOINT} 上没有可用的模型 {spec}（HTTP {error.code}）。请检查编号或权限。",
                f"{constants.ENDPOINT} has no model {spec} for you (HTTP {error.code}). Check the id.",
            )
    elif error is not None:
        raise EncoderError(
            f"本机没有{kind.zh} {spec}，也连不上 {constants.ENDPOINT}（{one_line(error)}）。"
            f"请设置 HF_ENDPOINT 镜像，或指定已下载的模型文件夹，或使用 {kind.instead}。",
            f"{spec} is not on this machine and {constants.ENDPOINT} cannot be reached. "
            f"Set HF_ENDPOINT to a mirror, name a downloaded folder, or use `{kind.instead}`.",
        )


def _answer_of(address: str) -> Exception | None:
    """What is wrong with an address, with the user's own hub token; ``None`` when it answers.

    Asked in a thread of its own: looking a name up can take far longer than any time-out of the request.
    """
    from huggingface_hub import get_token

    request = urllib.request.Request(address, method="HEAD")
    if token := get_token():
        request.add_unredirected_header("Authorization", f"Bearer {token}")  # for this host alone
    answers: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            urllib.request.urlopen(request, timeout=HUB_TIMEOUT_S).close()
        except (OSError, ValueError) as error:
            answers.put(error)
        else:
            answers.put(None)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=HUB_TIMEOUT_S)
    except queue.Empty:
        return TimeoutError(f"{HUB_TIMEOUT_S:.0f} s")
