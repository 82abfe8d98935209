"""The vector index: FAISS over the store's vectors, derived and disposable. FAISS's only home.

Inner products of unit vectors are cosines. The index follows the store by itself: before each search it compares
generations, takes new passages in and removed ones out, and starts over when the encoder changed or nothing fits.
The file beside the store only saves work at the next start; a damaged or foreign one is ignored.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from rag.store import Keys, Matrix, Store

FLAT_LIMIT = 50_000  # up to here an exact scan in float32 takes at most 3 ms
HALF_LIMIT = 500_000  # up to here an exact scan in float16, as stored: half the memory, about 12 ms
_FORMAT = 2
_SAVE_FROM = 2_000  # passages; a smaller index is made faster than it is read
_PROBES = 32  # of the cells of an inverted index
_ROUNDING = 1e-6  # of a cosine; a smaller deviation is that of equal passages
_SAMPLE = 500  # passages that tell what cosines an encoder gives to passages at large

Vector = npt.NDArray[np.float32]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Built:
    """A FAISS index (``None`` without passages), the keys in it, and the state of the store that it was made from."""

    state: Mapping[str, Any]
    keys: Keys
    index: Any


class VectorIndex:
    """Nearest passages by cosine, always those of the store's latest generation. Safe to use from several threads.

    ``path`` is where a copy is kept between runs; ``None`` keeps it in memory only.
    """

    def __init__(self, store: Store, path: str | Path | None = None) -> None:
        self._store = store
        self._path = None if path is None else Path(path)
        self._lock = threading.Lock()
        self._built = _Built({}, np.empty(0, dtype=np.int64), None)
        self._sampled: tuple[_Built, Matrix] | None = None

    def __len__(self) -> int:
        return len(self._built.keys)

    def search(self, vector: Vector, k: int, keys: Keys | None = None) -> list[tuple[int, float]]:
        """The ``k`` nearest passages ``(key, cosine)``, best first, equal ones by key; among ``keys`` only if given."""
        index = self._current().index
        if index is None or k < 1 or (keys is not None and not len(keys)):
            return []
        parameters = None if keys is None else _among(keys, index)
        _faiss().omp_set_num_threads(1)  # of this thread: one query gains nothing from more
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        cosines, found = index.search(query, min(k, index.ntotal), params=parameters)
        hits = zip(found[0].tolist(), cosines[0].tolist(), strict=True)
        return sorted(((key, cosine) for key, cosine in hits if key >= 0), key=lambda hit: (-hit[1], hit[0]))

    def spread(self, vector: Vector) -> tuple[float, float]:
        """Mean and standard deviation of the cosines of passages at large; ``(0.0, inf)`` when there is no telling."""
        built = self._current()
        sampled = self._sampled
        if sampled is None or sampled[0] is not built:
            keys = built.keys[:: max(1, len(built.keys) // _SAMPLE)]
            sampled = self._sampled = (built, self._store.vectors(keys)[1])
        cosines = sampled[1] @ vector if len(sampled[1]) > 1 else np.zeros(2)
        deviation = float(cosines.std())
        return float(cosines.mean()), deviation if deviation > _ROUNDING else float("inf")

    def refresh(self) -> None:
        """Brings the index to the store's generation and saves it. Searching does the first by itself."""
        built = self._current()
        if self._path is not None and len(built.keys) >= _SAVE_FROM:
            _save(built, self._path)

    def _current(self) -> _Built:
        """The index of the store's generation."""
        built = self._built
        if built.state.get("generation") == self._store.generation:
            return built
        with self._lock:
            wanted = _state_of(self._store)
            if not self._built.state and self._path is not None:
                self._built = _loaded(self._path, wanted) or self._built
            if self._built.state != wanted:
                self._built = self._following(self._built, wanted)
            return self._built

    def _following(self, built: _Built, wanted: Mapping[str, Any]) -> _Built:
        keys = self._store.keys()
        gone = np.setdiff1d(built.keys, keys, assume_unique=True)
        new = np.setdiff1d(keys, built.keys, assume_unique=True)
        patchable = built.index is not None and _same_vectors(built.state, wanted)
        if patchable and _worth_patching(len(built.keys), len(gone), len(new)):
            index = _faiss().clone_index(built.index)  # searches in other threads go on with the old one
            if len(gone):
                index.remove_ids(gone)
            if len(new):
                found, matrix = self._store.vectors(new)
                index.add_with_ids(matrix, found)
            return _Built(wanted, keys, index)
        keys, matrix = self._store.vectors()
        made = _Built(wanted, keys, _build(keys, matrix))
        if self._path is not None and len(keys) >= _SAVE_FROM:
            _save(made, self._path)
        return made


def _state_of(store: Store) -> dict[str, Any]:
    """What tells one state of the store's vectors from another."""
    return {
        "generation": store.generation,
        "store": store.name,
        "encoder": store.encoder_identity,
        "dimension": store.dimension,
        "epoch": store.epoch,
    }


def _same_vectors(state: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a passage of both states has the same vector in both."""
    return all(state.get(name) == wanted[name] for name in ("store", "encoder", "dimension", "epoch"))


def _worth_patching(before: int, gone: int, new: int) -> bool:
    """Patching beats building while little changed and the kind of index stays the same."""
    return _kind(before) == _kind(before - gone + new) and (gone + new) * 4 <= before


def _kind(count: int) -> str:
    if count <= FLAT_LIMIT:
        return "IDMap,Flat"
    return "IDMap,SQfp16" if count <= HALF_LIMIT else "IVF{lists},SQ8"


def _build(keys: Keys, matrix: Matrix) -> Any:
    if not len(keys):
        return None
    faiss = _faiss()
    kind = _kind(len(keys)).format(lists=int(4 * len(keys) ** 0.5))
    index = faiss.index_factory(matrix.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        log.info("训练向量索引：%d 段 / training the vector index", len(keys))
        index.train(matrix)
    if isinstance(index, faiss.IndexIVF):
        index.nprobe = _PROBES
    index.add_with_ids(matrix, keys)
    return index


def _among(keys: Keys, index: Any) -> Any:
    """Search parameters that look at ``keys`` only, every list of an inverted index included."""
    faiss = _faiss()
    selector = faiss.IDSelectorBatch(keys)
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=selector, nprobe=index.nlist)
    return faiss.SearchParameters(sel=selector)


def _save(built: _Built, path: Path) -> None:
    """Writes a header line, the keys and the index. FAISS's own writer cannot open every path on Windows."""
    keys, index = built.keys.astype("<i8").tobytes(), _faiss().serialize_index(built.index)
    facts = {
        "format": _FORMAT,
        "count": len(built.keys),
        "crc32": crc32(index, crc32(keys)),
        **built.state,
    }
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(json.dumps(facts, ensure_ascii=False).encode() + b"\n")
            file.write(keys)
            file.write(index)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        log.warning(
            "向量索引没有写入 %s：%s；下次启动会重新生成。 The vector index was not saved.", path, error
        )


def _loaded(path: Path, wanted: Mapping[str, Any]) -> _Built | None:
    """The saved copy, when it is whole and was made from the same vectors; else ``None``."""
    if not path.is_file():
        return None
    try:
        header, _, rest = path.read_bytes().partition(b"\n")
        state = json.loads(header)
        if state.pop("format") != _FORMAT or not _same_vectors(state, wanted):
            return None
        if state.pop("crc32") != crc32(rest):
            raise ValueError("checksum")
        count = int(state.pop("count"))
        keys = np.frombuffer(rest[: 8 * count], dtype="<i8").astype(np.int64)
        index = _faiss().deserialize_index(np.frombuffer(rest, dtype=np.uint8, offset=8 * count))
        if index.ntotal == count == len(keys) and index.d == wanted["dimension"]:
            return _Built(state, keys, index)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        log.warning("向量索引文件 %s 已损坏，重新生成。 The saved vector index is damaged: %s", path, error)
        with suppress(OSError):  # said once: a small index is not saved in its place
            path.unlink()
    return None


def _faiss() -> Any:
    """The library, imported when first needed; untyped here, as its stubs lag behind it."""
    import faiss

    return faiss
