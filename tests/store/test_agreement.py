"""SQLite, full-text search and FAISS say the same after any sequence of changes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index import VectorIndex
from rag.store import Store

WORDS = ("春耕", "渔网", "茶园", "水渠")
SOURCES = ("甲.txt", "乙.txt", "丙.txt")
paragraphs = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map("，".join)
changes = st.one_of(
    st.tuples(st.just("replace"), st.sampled_from(SOURCES), st.lists(paragraphs, min_size=1, max_size=3)),
    st.tuples(st.just("remove"), st.sampled_from(SOURCES), st.just([])),
    st.tuples(st.just("reopen"), st.just(""), st.just([])),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(changes, max_size=8))
def test_all_three_agree_after_every_change(desk: Any, steps: list[tuple[str, str, list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "知识库.sqlite"
        store = Store(path)
        index = VectorIndex(store)
        wanted: dict[str, list[str]] = {}
        for change, source, lines in steps:
            if change == "replace":
                desk.put(store, source, desk.article(source, lines, title="农事"))
                wanted[source] = lines
            elif change == "remove" and wanted.pop(source, None):
                store.remove(source)
            elif change == "reopen":
                store.close()
                store = Store(path)
                index = VectorIndex(store)
            assert_agreement(store, index, wanted, desk)
        store.close()


def assert_agreement(store: Store, index: VectorIndex, wanted: dict[str, list[str]], desk: Any) -> None:
    entries = store.passages_at(store.keys())
    there: dict[str, list[str]] = {}
    for passage, document in entries.values():
        there.setdefault(document.source, []).append(passage.text)
    assert there == wanted
    for word in WORDS:
        holding = {key for key, (passage, _) in entries.items() if word in passage.text}
        assert {key for key, _ in store.match([word], 100)} == holding
        assert store.frequencies([word]) == {word: len(holding)}
        query = desk.encoder.encode_queries([word])[0]
        assert {key for key, _ in index.search(query, 100)} == set(entries)
        if holding:
            assert index.search(query, 1)[0][0] in holding
