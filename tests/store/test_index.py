"""The vector index: always what the store holds, whatever lies in the file beside it."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from rag.datatypes import Article, Document, Passage
from rag.index import VectorIndex
from rag.store import Store

MANY, DIMENSION = 2_100, 8  # enough that a copy is kept beside the store
LINES = ["水库值守两人一组。", "渔网修补好后晾干。", "茶园每季度巡查一次。", "秋收机具提前检修。"]


def unit(rows: int, seed: int) -> npt.NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((rows, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def bulk(name: str, count: int) -> Article:
    """A document of one-character passages."""
    text = "水\n" * count
    passages = (Passage(f"{name}-{i}", name, i, 2 * i, 2 * i + 1, "水") for i in range(count))
    return Article(Document(name, "", "水位", text), tuple(passages))


def fill(store: Store, count: int = MANY, seed: int = 1, source: str = "水位.txt") -> None:
    store.replace(source, "f", (bulk(source, count),), unit(count, seed), "made:1")


def nearest(store: Store, query: npt.NDArray[np.float32], k: int) -> list[tuple[int, float]]:
    """What an exact search over the stored vectors finds."""
    keys, vectors = store.vectors()
    found = zip(keys.tolist(), (vectors @ query).tolist(), strict=True)
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]


def assert_exact(index: VectorIndex, store: Store, seed: int = 99, k: int = 7) -> None:
    query = unit(1, seed)[0]
    found, wanted = index.search(query, k), nearest(store, query, k)
    assert [key for key, _ in found] == [key for key, _ in wanted]
    np.testing.assert_allclose([cosine for _, cosine in found], [cosine for _, cosine in wanted], atol=1e-5)
    assert len(index) == store.counts()[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the copy is kept: a path that is not ASCII."""
    folder = tmp_path / "向量 索引"
    folder.mkdir()
    return folder / "向量.faiss"


@pytest.fixture
def large(tmp_path: Path, path: Path) -> Iterator[Store]:
    """A store whose index was saved at ``path``."""
    with closing(Store(tmp_path / "large.sqlite")) as opened:
        fill(opened)
        VectorIndex(opened, path).refresh()
        yield opened


# Following the store


def test_an_empty_store_has_no_neighbours(store: Store) -> None:
    index = VectorIndex(store)
    assert index.search(unit(1, 0)[0], 5) == []
    assert len(index) == 0


def test_the_nearest_come_first_with_their_cosine(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", LINES))
    index = VectorIndex(store)
    keys = store.keys().tolist()
    for key, line in zip(keys, LINES, strict=True):
        found = index.search(desk.encoder.encode_queries([line])[0], 4)
        assert found[0] == (key, pytest.approx(1.0, abs=1e-3))
        assert sorted(key for key, _ in found) == keys
        assert [cosine for _, cosine in found] == sorted((c for _, c in found), reverse=True)


def test_equally_near_passages_come_in_the_order_they_were_stored(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", [LINES[0]] * 4))
    found = VectorIndex(store).search(desk.encoder.encode_queries([LINES[0]])[0], 4)
    assert [key for key, _ in found] == store.keys().tolist()


def test_only_among_the_given_keys(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", LINES))
    index, keys = VectorIndex(store), store.keys()
    query = desk.encoder.encode_queries([LINES[0]])[0]
    assert {key for key, _ in index.search(query, 4, keys[1:3])} == set(keys[1:3].tolist())
    assert index.search(query, 4, keys[:0]) == []
    assert index.search(query, 0) == []
    assert len(index.search(query, 1_000)) == 4


def test_every_change_of_the_store_is_in_the_next_search(store: Store) -> None:
    index = VectorIndex(store)
    fill(store, 200, seed=1, source="甲")
    assert_exact(index, store)
    fill(store, 9, seed=2, source="乙")  # few: patched in
    assert_exact(index, store)
    fill(store, 5, seed=3, source="乙")  # few out, few in
    assert_exact(index, store)
    fill(store, 300, seed=4, source="甲")  # most of it: built anew
    assert_exact(index, store)
    store.remove("乙")
    assert_exact(index, store)
    store.remove("甲")
    assert index.search(unit(1, 99)[0], 5) == []
    assert len(index) == 0


def test_what_another_connection_writes_is_found(store: Store) -> None:
    fill(store, 20)
    index = VectorIndex(store)
    assert_exact(index, store)
    with closing(Store(store.path)) as other:
        fill(other, 30, seed=5, source="乙")
    assert_exact(index, store)


def test_vectors_of_another_encoder_replace_the_old_ones(store: Store) -> None:
    fill(store, 50)
    index = VectorIndex(store)
    assert_exact(index, store)
    store.replace_vectors(store.keys(), unit(50, 6), "made:2")
    assert_exact(index, store)
    store.replace_vectors(store.keys(), unit(50, 7), "made:2")  # the same encoder, the vectors made anew
    assert_exact(index, store)


# The copy beside the store


class WithoutVectors(Store):
    """A store that cannot hand its vectors over a second time."""

    def vectors(self, keys: Any = None) -> Any:
        raise AssertionError("the saved copy was not used")


def test_the_copy_saves_reading_all_vectors_again(large: Store, path: Path) -> None:
    with closing(WithoutVectors(large.path)) as opened:
        index = VectorIndex(opened, path)
        query = unit(1, 99)[0]
        assert [key for key, _ in index.search(query, 5)] == [key for key, _ in nearest(large, query, 5)]


def test_a_copy_of_an_earlier_generation_is_brought_up_to_date(large: Store, path: Path) -> None:
    fill(large, 40, seed=8, source="新增")
    assert_exact(VectorIndex(large, path), large)
    fill(large, MANY, seed=9)
    assert_exact(VectorIndex(large, path), large)


def test_a_copy_made_from_other_vectors_is_not_used(large: Store, path: Path) -> None:
    large.replace_vectors(large.keys(), unit(MANY, 10), "made:2")
    assert_exact(VectorIndex(large, path), large)


def test_the_copy_of_another_knowledge_base_is_not_used(large: Store, path: Path, tmp_path: Path) -> None:
    with closing(Store(tmp_path / "other.sqlite")) as other:
        fill(other, seed=11)  # the same keys and encoder, other vectors
        assert other.keys().tolist() == large.keys().tolist()
        borrowed = Path(shutil.copy(path, tmp_path / "borrowed.faiss"))
        assert_exact(VectorIndex(other, borrowed), other)


@pytest.mark.parametrize(
    "damage", ["empty", "cut", "header only", "no header", "another format", "noise", "one byte"]
)
def test_a_damaged_copy_is_ignored_and_written_anew(large: Store, path: Path, damage: str) -> None:
    whole = path.read_bytes()
    header, _, rest = whole.partition(b"\n")
    path.write_bytes(
        {
            "empty": b"",
            "cut": whole[: len(whole) // 2],
            "header only": header + b"\n",
            "no header": rest,
            "another format": json.dumps({**json.loads(header), "format": 0}).encode() + b"\n" + rest,
            "one byte": header + b"\n" + bytes((rest[0] ^ 1,)) + rest[1:],
            "noise": header + b"\n" + b"\xff" * len(rest),
        }[damage]
    )
    assert_exact(VectorIndex(large, path), large)
    fill(large, 3, seed=12, source="又一次")
    VectorIndex(large, path).refresh()
    assert json.loads(path.read_bytes().partition(b"\n")[0])["count"] == MANY + 3


def test_a_damaged_copy_beside_a_small_store_is_told_of_once(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(store, 3)
    path.write_bytes(b"noise")
    for _ in range(2):
        assert_exact(VectorIndex(store, path), store, k=3)
    assert len(caplog.records) == 1


class Mark:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def test_nothing_is_ever_unpickled(large: Store, path: Path, tmp_path: Path) -> None:
    mark = tmp_path / "unpickled"
    path.write_bytes(pickle.dumps(Mark(mark)))
    assert_exact(VectorIndex(large, path), large)
    assert not mark.exists()
    pickle.loads(pickle.dumps(Mark(mark)))
    assert mark.exists()  # the trap was a real one


def test_a_copy_that_cannot_be_written_costs_nothing_else(large: Store, tmp_path: Path) -> None:
    index = VectorIndex(large, tmp_path / "没有这个文件夹" / "向量.faiss")
    assert_exact(index, large)


def test_no_temporary_file_stays(large: Store, path: Path) -> None:
    assert [file.name for file in path.parent.iterdir()] == [path.name]
