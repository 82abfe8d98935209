"""Rerankers: cross-encoders of the sentence-transformers world, which read a question and a passage together."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from embeddings.errors import EncoderError
from embeddings.find import BROKEN, RERANKER, cannot_load, find_model, fingerprint, model_name, one_line
from embeddings.protocol import Vectors

BATCH_SIZE = 16  # pairs are twice as long as passages
# What a folder must hold to be a reranker: an encoder without such a head would be given a random one.
_HEADS = ("ForSequenceClassification", "ForCausalLM")


class Reranker(Protocol):
    """Says how well passages answer a question, having read both together."""

    @property
    def identity(self) -> str: ...

    def scores(self, query: str, passages: Sequence[str]) -> Vectors:
        """One float32 in [0, 1] per passage; higher is better. Raises `EncoderError` when the model fails."""
        ...


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder with one score, on the GPU when there is one.

    `spec` is a folder or a hub id. Raises `EncoderError` at once when there is no such model; the model itself
    is read when the first question comes. Safe in several threads.
    """

    def __init__(self, spec: str, *, batch_size: int = BATCH_SIZE) -> None:
        self._spec = spec
        self._batch_size = batch_size
        self._folder = find_model(spec, RERANKER)
        self._lock = threading.Lock()
        _check_head(spec, self._folder)

    @cached_property
    def identity(self) -> str:
        """The model's name with a hash of its files."""
        return f"{model_name(self._spec)}:{fingerprint(self._folder)}"

    def scores(self, query: str, passages: Sequence[str]) -> Vectors:
        """The model's logits as probabilities, whatever its own configuration makes of them."""
        if not passages:
            return np.zeros(0, np.float32)
        from torch.nn import Sigmoid

        with self._lock:
            model = self._model
            try:
                found = model.predict(
                    [(query, passage) for passage in passages],
                    batch_size=self._batch_size,
                    activation_fn=Sigmoid(),
                    show_progress_bar=False,
                )
            except RuntimeError as error:  # out of memory, above all
                raise EncoderError(
                    f"重排模型 {self._spec} 运算失败（{one_line(error)}）。请换一个小一些的模型，或使用 none。",
                    f"The reranker {self._spec} failed ({one_line(error)}). Choose a smaller one, or use `none`.",
                ) from error
        return np.asarray(found, np.float32)

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder

        try:
            model = CrossEncoder(str(self._folder), local_files_only=True)
        except BROKEN as error:
            raise cannot_load(self._spec, RERANKER, error) from error
        if model.num_labels != 1:
            raise _no_reranker(self._spec, f"{model.num_labels} labels")
        return model.float() if model.device.type == "cpu" else model  # half precision is slow on a CPU


def _check_head(spec: str, folder: Path) -> None:
    """Raises `EncoderError` for a folder that is no cross-encoder, without reading its weights."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise cannot_load(spec, RERANKER, error) from error
    modules = folder / "modules.json"
    embeds = modules.is_file() and "Pooling" in modules.read_text("utf-8")
    kinds = config.get("architectures") or ()
    if embeds or not any(kind.endswith(_HEADS) for kind in kinds):
        raise _no_reranker(spec, "、".join(kinds) or "?")


def _no_reranker(spec: str, found: str) -> EncoderError:
    return EncoderError(
        f"{spec} 不是重排模型（{found}）。请填写交叉编码器，如 BAAI/bge-reranker-v2-m3，或使用 none。",
        f"{spec} is no reranker ({found}). Give a cross-encoder such as BAAI/bge-reranker-v2-m3, or use `none`.",
    )
