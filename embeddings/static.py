"""Reads a static model: one vector per token, mean pooled. No torch: ``tokenizers``, numpy and a sparse
product.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import struct
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError
from embeddings.fold import fold, fold_fingerprint
from embeddings.protocol import Bag, Vectors
from embeddings.tokens import Tokens

WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
TEXTS_AT_ONCE = 512  # enough to share table rows, few enough to spread over the cores
THREADS = 4
DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I8": "<i1"}
FEW_TEXTS = 16  # below, a loop is as fast as a sparse product and spares the import of scipy (0.1 s)


def is_static_folder(folder: Path) -> bool:
    """Whether ``folder`` holds a saved sentence-transformers ``StaticEmbedding`` model."""
    modules = folder / "modules.json"
    return (
        modules.is_file()
        and "StaticEmbedding" in modules.read_text(encoding="utf-8")
        and all((folder / name).is_file() for name in (WEIGHTS_FILE, TOKENIZER_FILE))
    )


class StaticEncoder:
    """A saved ``StaticEmbedding`` (+ ``Normalize``) folder as an encoder.

    Rows equal those of ``SentenceTransformer(folder).encode`` on folded text. Raises ``EncoderError`` when the
    folder is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        for name in (WEIGHTS_FILE, TOKENIZER_FILE):
            if not (folder / name).is_file():
                raise EncoderError(
                    f"向量模型不完整：{folder} 中缺少 {name}。请重新安装程序，或指定完整的模型文件夹。",
                    f"{folder} lacks {name}. Reinstall, or name a complete model folder.",
                )
        try:
            weights = _mapped(folder / WEIGHTS_FILE)
            with ThreadPoolExecutor(1) as pool:  # hashing lets go of the interpreter lock
                identity = pool.submit(_identity, weights, folder / TOKENIZER_FILE)
                self._tokenizer = Tokens(folder / TOKENIZER_FILE)
                self._table = _Table(weights)
                self._identity = identity.result()
        except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
            raise EncoderError(
                f"向量模型文件夹 {folder} 已损坏（{error}）。请重新安装程序或重新复制模型文件。",
                f"The model folder {folder} is damaged ({error}). Reinstall, or copy the model files again.",
            ) from error

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def dimension(self) -> int:
        return self._table.dimension

    @property
    def tokens(self) -> StaticEncoder:
        return self

    def bags(self, texts: Sequence[str]) -> list[Bag]:
        """The distinct tokens of each text, ascending."""
        return [np.unique(np.array(row, np.int32)) for row in self._tokenized(texts)]

    def vectors(self, tokens: NDArray[np.integer]) -> Vectors:
        """One float32 row per token, not normalised."""
        return self._table.rows(tokens)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One normalised float32 row per question; the same vectors as for passages."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One normalised float32 row per passage."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        parts = [texts[start : start + TEXTS_AT_ONCE] for start in range(0, len(texts), TEXTS_AT_ONCE)]
        if len(parts) <= 1:
            vectors = [self._encode_part(part) for part in parts]
        else:
            with ThreadPoolExecutor(THREADS) as pool:
                vectors = list(pool.map(self._encode_part, parts))
        return np.concatenate(vectors) if vectors else np.zeros((0, self.dimension), np.float32)

    def _encode_part(self, texts: Sequence[str]) -> Vectors:
        rows = self._tokenized(texts)
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        tokens = np.fromiter(chain.from_iterable(rows), np.int64, int(lengths.sum()))
        return _normalised(self._table.sums(tokens, lengths))

    def _tokenized(self, texts: Sequence[str]) -> list[list[int]]:
        return self._tokenizer.of([_normal(text) for text in texts])


class _Table:
    """Token vectors as stored (float32, float16 or int8 with a scale); only the rows in use are ever
    widened.
    """

    def __init__(self, weights: mmap.mmap) -> None:
        tensors = _tensors(weights)
        self._vectors = (
            tensors["embedding.weight"] if "embedding.weight" in tensors else tensors["embeddings"]
        )
        self._rows = tensors.get("mapping")
        scales = tensors.get("weights")
        self._scales = None if scales is None else scales.astype(np.float32)
        self.dimension = int(self._vectors.shape[1])

    def rows(self, tokens: NDArray[np.integer]) -> Vectors:
        """The vectors of these tokens."""
        vectors = self._vectors[tokens if self._rows is None else self._rows[tokens]].astype(np.float32)
        if self._scales is not None:
            vectors *= self._scales[tokens][:, None]
        return np.asarray(vectors)

    def sums(self, tokens: NDArray[np.int64], lengths: NDArray[np.int64]) -> Vectors:
        """The sum of the token vectors of each text; ``lengths`` says how many of ``tokens`` each text has."""
        used = np.flatnonzero(np.bincount(tokens))
        place = np.zeros(len(self._vectors) if self._rows is None else len(self._rows), np.int32)
        place[used] = np.arange(len(used))
        columns = place[tokens]
        vectors = self.rows(used)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        if len(lengths) < FEW_TEXTS:
            return np.stack([vectors[columns[start:end]].sum(axis=0) for start, end in pairwise(offsets)])
        from scipy.sparse import csr_matrix

        ones = np.ones(len(tokens), np.float32)
        pooling = csr_matrix((ones, columns, offsets), shape=(len(lengths), len(used)))
        return np.asarray(pooling @ vectors)


def _normal(text: str) -> str:
    """What the tokenizer's own normaliser (NFKC, lower case) makes of folded text, several times as fast."""
    folded = fold(text)
    if unicodedata.is_normalized("NFKC", folded):
        return folded
    return unicodedata.normalize("NFKC", folded).lower()


def _normalised(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)


def _mapped(path: Path) -> mmap.mmap:
    """The bytes of a file, which the system brings in as they are read."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _tensors(content: mmap.mmap) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file where they lie: the library's own reader copies every row, and a question
    needs a few. Raises ``ValueError`` and ``KeyError`` for a file that is none.
    """
    (length,) = struct.unpack("<Q", content[:8])
    if length > len(content):
        raise ValueError("safetensors header")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    return {name: _array(content, 8 + length, entry) for name, entry in header.items()}


def _array(content: mmap.mmap, data: int, entry: dict[str, Any]) -> NDArray[Any]:
    kind = DTYPES[entry["dtype"]]
    count = math.prod(entry["shape"])
    begin, end = entry["data_offsets"]
    if end - begin != count * np.dtype(kind).itemsize:
        raise ValueError("safetensors offsets")
    found: NDArray[Any] = np.frombuffer(content, kind, count, data + begin).reshape(entry["shape"])
    return found


def _identity(weights: mmap.mmap, tokenizer: Path) -> str:
    digest = hashlib.sha256(weights)
    digest.update(tokenizer.read_bytes())
    digest.update(fold_fingerprint().encode())
    return f"static:{digest.hexdigest()[:16]}"
