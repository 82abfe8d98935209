"""NLI models: cross-encoders that say whether a text follows from another one, or contradicts it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from embeddings.cross_encoder import BATCH_SIZE, PairModel
from embeddings.find import NLI
from embeddings.protocol import Vectors

ENTAILMENT, CONTRADICTION, NOT_ENTAILMENT = "entailment", "contradiction", "not_entailment"


class Entailer(Protocol):
    """Says whether hypotheses follow from premises, having read both together."""

    @property
    def identity(self) -> str: ...

    @property
    def window(self) -> int:
        """How many tokens it reads of premise and hypothesis together; what is beyond is cut off."""
        ...

    def tokens(self, text: str) -> int:
        """How many tokens a text is."""
        ...

    def read(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """For each (premise, hypothesis) the probabilities of entailment and of contradiction, float32.

        Raises ``EncoderError`` when the model fails, as do ``window`` and ``tokens``.
        """
        ...


class CrossEncoderEntailer:
    """Any sentence-transformers cross-encoder with NLI labels: a folder or a hub id, as ``PairModel`` takes it.

    The labels are found by their names, for models put them in every order. One that only tells entailment from its
    absence finds no contradictions.
    """

    def __init__(self, spec: str, *, batch_size: int = BATCH_SIZE) -> None:
        self._model = PairModel(spec, NLI, ("ForSequenceClassification",), batch_size)
        self._labels = _labels(self._model.config)
        if ENTAILMENT not in self._labels or not {CONTRADICTION, NOT_ENTAILMENT} & set(self._labels):
            raise self._model.unfit("、".join(self._labels) or "id2label ?")

    @property
    def identity(self) -> str:
        """The model's name with a hash of its files."""
        return self._model.identity

    @property
    def window(self) -> int:
        """How many tokens it reads of premise and hypothesis together."""
        return self._model.window

    def tokens(self, text: str) -> int:
        """How many tokens a text is."""
        return self._model.tokens(text)

    def read(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Entailment and contradiction for each pair; contradiction is 0 where the model has no such label."""
        found = self._model.probabilities(pairs, len(self._labels))
        none = np.zeros(len(pairs), np.float32)
        columns = [
            found[:, self._labels.index(name)] if name in self._labels else none
            for name in (ENTAILMENT, CONTRADICTION)
        ]
        return np.stack(columns, axis=1)


def _labels(config: Mapping[str, Any]) -> list[str]:
    """The names of the labels in the order of the model's outputs, in lower case, joined by underscores."""
    named = config.get("id2label")
    rows = sorted(named.items(), key=lambda row: str(row[0]).zfill(3)) if isinstance(named, dict) else ()
    return [re.sub(r"\W+", "_", str(name).strip().lower()) for _, name in rows]
