"""Cross-encoders of the sentence-transformers world: what rerankers and NLI models have in common."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from embeddings.errors import EncoderError
from embeddings.find import BROKEN, Kind, cannot_load, find_model, fingerprint, model_name, one_line
from embeddings.protocol import Vectors

BATCH_SIZE = 16  # pairs are twice as long as passages
LONGEST_TOKENS = 512  # what such models are trained with; reading more only costs time


class PairModel:
    """A model that reads two texts together, on the GPU when there is one.

    ``spec`` is a folder or a hub id. Raises ``EncoderError`` at once when there is no such model, or one without a head for
    pairs (``heads`` are endings of architecture names): it would be given a random one. The weights are read when the first
    pair comes. Safe in several threads.
    """

    def __init__(self, spec: str, kind: Kind, heads: tuple[str, ...], batch_size: int) -> None:
        self._spec = spec
        self._kind = kind
        self._batch_size = batch_size
        self._folder = find_model(spec, kind)
        self._lock = threading.Lock()
        self.config = self._read_config(heads)

    @cached_property
    def identity(self) -> str:
        """The model's name with a hash of its files."""
        return f"{model_name(self._spec)}:{fingerprint(self._folder)}"

    @cached_property
    def window(self) -> int:
        """How many tokens it reads of two texts together, its own marks included."""
        with self._lock:
            return min(self._model.max_seq_length or LONGEST_TOKENS, LONGEST_TOKENS)

    def tokens(self, text: str) -> int:
        """How many tokens a text is, without marks."""
        with self._lock:
            return len(self._model.tokenizer(text, add_special_tokens=False)["input_ids"])

    def probabilities(self, pairs: Sequence[tuple[str, str]], labels: int) -> Vectors:
        """One row of ``labels`` probabilities per pair, whatever the model's own configuration makes of its logits.

        Raises ``EncoderError`` when the model has another number of labels, or fails.
        """
        if not pairs:
            return np.zeros((0, labels), np.float32)
        from torch.nn import Sigmoid, Softmax

        with self._lock:
            model = self._model
            if model.num_labels != labels:
                raise self.unfit(f"{model.num_labels} labels")
            try:
                found = model.predict(
                    list(pairs),
                    batch_size=self._batch_size,
                    activation_fn=Sigmoid() if labels == 1 else Softmax(dim=-1),
                    show_progress_bar=False,
                )
            except RuntimeError as error:  # out of memory, above all
                raise EncoderError(
                    f"{self._kind.zh} {self._spec} 运算失败（{one_line(error)}）。请换一个小一些的模型，或使用 none。",
                    f"The {self._kind.en} {self._spec} failed ({one_line(error)}). Choose a smaller one, or use `none`.",
                ) from error
        return np.asarray(found, np.float32).reshape(len(pairs), labels)

    def unfit(self, found: str) -> EncoderError:
        """What to say of a model of another kind; ``found`` is what gives it away."""
        kind = self._kind
        return EncoderError(
            f"{self._spec} 不是{kind.zh}（{found}）。请填写{kind.what_zh}，或使用 none。",
            f"{self._spec} is no {kind.en} ({found}). Give {kind.what_en}, or use `none`.",
        )

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder

        try:
            model = CrossEncoder(str(self._folder), local_files_only=True)
        except BROKEN as error:
            raise cannot_load(self._spec, self._kind, error) from error
        return model.float() if model.device.type == "cpu" else model  # half precision is slow on a CPU

    def _read_config(self, heads: tuple[str, ...]) -> Mapping[str, Any]:
        """The model's configuration. Raises ``EncoderError`` for a folder that is no cross-encoder."""
        try:
            config: Mapping[str, Any] = json.loads((self._folder / "config.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise cannot_load(self._spec, self._kind, error) from error
        modules = self._folder / "modules.json"
        embeds = modules.is_file() and "Pooling" in modules.read_text("utf-8")
        kinds = config.get("architectures") or ()
        if embeds or not any(kind.endswith(heads) for kind in kinds):
            raise self.unfit("、".join(kinds) or "?")
        return config
