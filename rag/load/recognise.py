"""Words from pictures of pages: the seam, and RapidOCR behind it, which is installed only on wish."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Protocol

from rag.load.placed import Piece

COMMAND = f'"{sys.executable}" -m pip install "rapidocr>=3" onnxruntime'
_SURE = 0.5

Pixels = Any  # a PIL image; the library is the recogniser's business


class Recogniser(Protocol):
    """Reads the words in a picture of a page."""

    def recognise(self, picture: Pixels) -> Sequence[Piece]:
        """The words and where they stand, in pixels."""
        ...


Find = Callable[[], Recogniser | None]


class RapidRecogniser:
    """RapidOCR with the Chinese models of its wheel, on the processor, offline."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._engine = RapidOCR(params={"Global.log_level": "error"})

    def recognise(self, picture: Pixels) -> Sequence[Piece]:
        """The words of which the model is sure."""
        import numpy as np

        found = self._engine(np.asarray(picture.convert("RGB"))[:, :, ::-1])
        if found.boxes is None:
            return ()
        return tuple(
            Piece(text, *map(float, (*box.min(axis=0), *box.max(axis=0))))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if score >= _SURE
        )


@lru_cache(maxsize=1)
def recogniser() -> Recogniser | None:
    """The recogniser of this installation; ``None`` when it has none."""
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return None
    return RapidRecogniser()


def how_to_install() -> tuple[str, str]:
    """What to do where there is no recogniser, in Chinese and English."""
    return (
        f"要识别其中的文字，请先运行 {COMMAND} ，再重新添加。",
        f"To have it recognised, run {COMMAND} and add it again.",
    )
