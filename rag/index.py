"""The vector index: FAISS over the store's vectors, derived and disposable. FAISS's only home.

Inner products of unit vectors are cosines. The index follows the store by itself: before each search it compares
generations, takes new passages in and removed ones out, and starts over when the encoder changed or nothing fits. The file
beside the store only saves the work at the next start; a damaged or foreign one is ignored and written anew.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.store import Keys, Matrix, Store

FLAT_LIMIT = 50_000  # up to here an exact scan in float32 costs at most 3 ms
HALF_LIMIT = (
    500_000  # up to here an exact scan in float16, the stored precision: half the memory, about 12 ms
)
_FORMAT = 1
_SAVE_FROM = 2_000  # passages; a smaller index is made faster than it is read
_PROBES = 32

log = logging.getLogger(__name__)


def _faiss() -> Any:
    """The library, imported when first needed; untyped here, as its stubs lag behind it."""
    import faiss

    return faiss


class VectorIndex:
    """Nearest passages by cosine, always those of the store's latest generation.

    ``path`` is where a copy is kept between runs; ``None`` keeps it in memory only. Safe to use from several threads.
    """

    def __init__(self, store: Store, path: str | Path | None = None) -> None:
        self._store = store
        self._path = None if path is None else Path(path)
        self._lock = threading.Lock()
        self._state: dict[str, Any] = {}
        self._faiss: Any = None
        self._keys: Keys = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def search(
        self, vector: npt.NDArray[np.float32], k: int, keys: Keys | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` nearest passages ``(key, cosine)``, best first, equal ones by key; only among ``keys`` when given."""
        faiss = _faiss()
        index = self._current()
        if index is None or k < 1 or (keys is not None and not len(keys)):
            return []
        parameters = None
        if keys is not None:
            selector = faiss.IDSelectorBatch(keys)
            inverted = isinstance(index, faiss.IndexIVF)
            parameters = (
                faiss.SearchParametersIVF(sel=selector, nprobe=index.nlist)
                if inverted
                else faiss.SearchParameters(sel=selector)
            )
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        cosines, found = index.search(query, min(k, index.ntotal), params=parameters)
        hits = [
            (int(key), float(cosine)) for key, cosine in zip(found[0], cosines[0], strict=True) if key >= 0
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def refresh(self) -> None:
        """Brings the index to the store's generation and saves it. Searching does this by itself."""
        self._current()

    def _current(self) -> Any:
        """The FAISS index of the store's generation; ``None`` when the store is empty."""
        if self._state.get("generation") == self._store.generation:
            return self._faiss
        with self._lock:
            wanted = _state_of(self._store)
            if self._state != wanted:
                if not self._state:
                    self._load()
                self._follow(wanted)
            return self._faiss

    def _follow(self, wanted: dict[str, Any]) -> None:
        keys = self._store.keys()
        gone = np.setdiff1d(self._keys, keys, assume_unique=True)
        new = np.setdiff1d(keys, self._keys, assume_unique=True)
        if (
            self._faiss is None
            or not _same_vectors(self._state, wanted)
            or not _worth_patching(self._keys, gone, new)
        ):
            keys, matrix = self._store.vectors()
            self._faiss = _build(keys, matrix)
        else:
            self._patch(gone, new)
        changed = self._state.get("generation") != wanted["generation"]
        self._keys, self._state = keys, wanted
        if changed:
            self._save()

    def _patch(self, gone: Keys, new: Keys) -> None:
        faiss = _faiss()
        index = faiss.clone_index(self._faiss)  # searches in other threads go on with the old one
        if len(gone):
            index.remove_ids(gone)
        if len(new):
            found, matrix = self._store.vectors(new)
            index.add_with_ids(matrix, found)
        self._faiss = index

    def _save(self) -> None:
        """Writes header line and index through a temporary file. FAISS's own writer cannot open every path on Windows."""
        faiss = _faiss()
        if self._path is None or len(self._keys) < _SAVE_FROM:
            return
        header = json.dumps({"format": _FORMAT, **self._state}, ensure_ascii=False)
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(header.encode() + b"\n")
                file.write(self._keys.astype("<i8").tobytes())
                file.write(faiss.serialize_index(self._faiss).tobytes())
            os.replace(temporary, self._path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            log.warning(
                "向量索引没有写入 %s（%s）；下次启动会重新生成。 The vector index was not saved.",
                self._path,
                error,
            )

    def _load(self) -> None:
        """Takes the saved copy over when it is whole and was made from the vectors of this store."""
        faiss = _faiss()
        if self._path is None or not self._path.is_file():
            return
        try:
            header, _, rest = self._path.read_bytes().partition(b"\n")
            state = json.loads(header)
            if state.pop("format") != _FORMAT or not _same_vectors(state, _state_of(self._store)):
                return
            count = int(state["count"])
            keys = np.frombuffer(rest[: 8 * count], dtype="<i8").astype(np.int64)
            index = faiss.deserialize_index(np.frombuffer(rest, dtype=np.uint8, offset=8 * count))
            if index.ntotal == count == len(keys) and index.d == state["dimension"]:
                self._faiss, self._keys, self._state = index, keys, state
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            log.warning(
                "向量索引文件 %s 已损坏，重新生成。 The saved vector index is damaged: %s", self._path, error
            )


def _state_of(store: Store) -> dict[str, Any]:
    """What tells one state of the store's vectors from another."""
    generation = store.generation
    return {
        "generation": generation,
        "encoder": store.encoder_identity,
        "dimension": store.dimension,
        "epoch": store.epoch,
        "count": store.counts()[1],
        "store": store.name,
    }


def _same_vectors(state: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a passage of both states has the same vector in both."""
    return all(state.get(name) == wanted[name] for name in ("store", "encoder", "dimension", "epoch"))


def _worth_patching(known: Keys, gone: Keys, new: Keys) -> bool:
    """Patching beats building while little changed and the kind of index stays the same."""
    before, after = len(known), len(known) - len(gone) + len(new)
    return _kind(before) == _kind(after) and (len(gone) + len(new)) * 4 <= before


def _kind(count: int) -> str:
    if count <= FLAT_LIMIT:
        return "IDMap,Flat"
    return "IDMap,SQfp16" if count <= HALF_LIMIT else "IVF{lists},SQ8"


def _build(keys: Keys, matrix: Matrix) -> Any:
    faiss = _faiss()
    if not len(keys):
        return None
    kind = _kind(len(keys)).format(lists=int(4 * len(keys) ** 0.5))
    index = faiss.index_factory(matrix.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        log.info("训练向量索引：%d 段 / training the vector index", len(keys))
        index.train(matrix)
    if isinstance(index, faiss.IndexIVF):
        index.nprobe = _PROBES
    index.add_with_ids(matrix, keys)
    return index
