"""The knowledge base on disk: whole sources or nothing, whoever writes and however it ends."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.hashed import HashedEncoder
from rag.datatypes import Passage
from rag.errors import SettingError, StoreError, UnknownDocument
from rag.index import VectorIndex
from rag.ingest import ingest
from rag.store import Store

FLOOD = ["一、值守时间", "汛期实行二十四小时值守，夜班两人一组。", "交接班要当面签字。"]
TEA = ["春茶采摘前，合作社先培训采茶工。", "鲜叶当天收购当天付款。"]


def everything(store: Store) -> dict[str, Any]:
    """All that a reader can see of a store, keys and generation aside."""
    documents = store.documents()
    return {
        "documents": documents,
        "passages": [store.passages(document.id) for document in documents],
        "vectors": store.vectors()[1].tolist(),
        "counts": store.counts(),
        "pairs": store.frequencies(["汛期", "春茶", "值守", "签字"]),
    }


# Round trip


def test_documents_and_passages_come_back_as_they_were(store: Store, desk: Any) -> None:
    article = desk.article("d1", FLOOD)
    desk.put(store, "甲.txt", article, fingerprint="版本一")
    stored = replace(article.document, source="甲.txt")
    assert store.documents() == (stored,)
    assert store.document("d1") == stored
    assert stored.headings[0].text == "一、值守时间"
    assert store.passages("d1") == article.passages
    assert article.passages[0].section == ("一、值守时间",)
    assert store.counts() == (1, 2)
    assert store.passage_counts() == {"d1": 2}
    assert store.fingerprint("甲.txt") == "版本一"
    assert store.encoder_identity == desk.encoder.identity
    assert store.dimension == desk.encoder.dimension


def test_what_was_stored_is_there_after_opening_again(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    before, name, generation = everything(store), store.name, store.generation
    store.close()
    with closing(Store(store.path)) as again:
        assert everything(again) == before
        assert (again.name, again.generation) == (name, generation)


def test_two_stores_have_two_names(store: Store, tmp_path: Path) -> None:
    with closing(Store(tmp_path / "另一个.sqlite")) as other:
        assert other.name
        assert other.name != store.name


def test_an_empty_store_answers_every_question(store: Store) -> None:
    assert store.documents() == ()
    assert store.counts() == (0, 0)
    assert store.keys().tolist() == []
    assert store.vectors()[0].tolist() == []
    assert store.match(["汛期"], 10) == []
    assert store.frequencies(["汛期"]) == {"汛期": 0}
    assert store.mean_length() == 1.0
    assert store.encoder_identity is None
    assert store.fingerprint("甲.txt") is None


def test_vectors_keep_half_precision(store: Store, desk: Any) -> None:
    article = desk.article("d1", FLOOD)
    desk.put(store, "甲.txt", article)
    given = desk.encoder.encode_passages([passage.text for passage in article.passages])
    keys, stored = store.vectors()
    assert keys.tolist() == store.keys().tolist()
    assert stored.dtype == np.float32
    np.testing.assert_array_equal(stored, given.astype(np.float16).astype(np.float32))


def test_keys_select_passages_and_vectors(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    desk.put(store, "乙.txt", desk.article("d2", TEA))
    keys = store.keys(["d2"])
    entries = store.passages_at([*reversed(keys.tolist()), 10_000])
    assert [passage.text for passage, _ in entries.values()] == TEA[::-1]
    assert {document.id for _, document in entries.values()} == {"d2"}
    assert store.vectors(keys)[0].tolist() == keys.tolist()


def test_the_lexical_index_counts_passages(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    desk.put(store, "乙.txt", desk.article("d2", TEA, title="春茶生产"))
    # "值守" stands in the title and in the heading above both passages of d1, "春茶" in the title of d2
    assert store.frequencies(["值守", "春茶", "鲜叶", "冬小"]) == {"值守": 2, "春茶": 2, "鲜叶": 1, "冬小": 0}
    assert store.phrase_frequency("当天付款") == 1
    assert store.phrase_frequency("当天签字") == 0
    assert [key for key, _ in store.match(["鲜叶"], 10)] == [store.keys(["d2"])[1]]
    assert store.match(["鲜叶"], 10, frozenset({"d1"})) == []


# Replacing and removing


def test_replacing_leaves_nothing_of_what_was_there(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD), desk.article("d2", ["旧的附件。"]))
    desk.put(store, "甲.txt", desk.article("d3", TEA), fingerprint="版本二")
    assert [document.id for document in store.documents()] == ["d3"]
    assert store.fingerprint("甲.txt") == "版本二"
    assert store.counts() == (1, 2)
    assert len(store.vectors()[0]) == 2
    assert store.frequencies(["交接", "附件"]) == {"交接": 0, "附件": 0}
    with pytest.raises(UnknownDocument, match="d1"):
        store.passages("d1")


def test_replacing_one_source_leaves_the_others_alone(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    before = store.documents("甲.txt")
    desk.put(store, "乙.txt", desk.article("d2", TEA))
    desk.put(store, "乙.txt", desk.article("d3", TEA))
    assert store.documents("甲.txt") == before
    assert [document.id for document in store.documents("乙.txt")] == ["d3"]


def test_a_key_is_never_given_twice(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    old = set(store.keys().tolist())
    store.remove("甲.txt")
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    assert old.isdisjoint(store.keys().tolist())
    assert store.passages_at(old) == {}


def test_a_document_or_a_whole_source_can_be_removed(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD), desk.article("d2", TEA))
    desk.put(store, "乙.txt", desk.article("d3", TEA), desk.article("d4", FLOOD))
    assert store.remove("d1") == 1
    assert store.fingerprint("甲.txt") == "f"
    assert store.remove("乙.txt") == 2
    assert [document.id for document in store.documents()] == ["d2"]
    assert store.frequencies(["汛期"])["汛期"] == 2  # the title of d2
    assert store.fingerprint("乙.txt") is None


def test_removing_what_is_not_there_says_so_and_changes_nothing(store: Store, desk: Any) -> None:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    before, generation = everything(store), store.generation
    with pytest.raises(UnknownDocument, match=r"没有的\.txt"):
        store.remove("没有的.txt")
    assert (everything(store), store.generation) == (before, generation)


def test_an_emptied_source_is_removed_by_its_own_name_only(store: Store, desk: Any) -> None:
    empty = np.empty((0, desk.encoder.dimension), np.float32)
    store.replace("空.txt", "f", (), empty, desk.encoder.identity, allow_empty=True)
    with pytest.raises(UnknownDocument):
        store.remove("没有的.txt")
    assert store.fingerprint("空.txt") == "f"
    assert store.remove("空.txt") == 0
    assert store.fingerprint("空.txt") is None


def test_every_change_raises_the_generation(store: Store, desk: Any) -> None:
    seen = [store.generation]
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    seen.append(store.generation)
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    seen.append(store.generation)
    store.replace_vectors(store.keys(), store.vectors()[1], desk.encoder.identity)
    seen.append(store.generation)
    store.remove("甲.txt")
    seen.append(store.generation)
    assert seen == sorted(set(seen))


# What is refused, and leaves everything as it was


@pytest.fixture
def filled(store: Store, desk: Any) -> Store:
    desk.put(store, "甲.txt", desk.article("d1", FLOOD))
    return store


def test_an_empty_replacement_is_refused(filled: Store, desk: Any) -> None:
    before, generation = everything(filled), filled.generation
    with pytest.raises(StoreError, match=r"甲\.txt"):
        desk.put(filled, "甲.txt")
    with pytest.raises(StoreError, match="没有可用的段落"):
        desk.put(filled, "甲.txt", desk.article("d9", []))
    assert (everything(filled), filled.generation) == (before, generation)


def test_an_empty_replacement_that_is_meant_is_made(filled: Store, desk: Any) -> None:
    empty = np.empty((0, desk.encoder.dimension), np.float32)
    filled.replace("甲.txt", "g", (), empty, desk.encoder.identity, allow_empty=True)
    assert filled.counts() == (0, 0)
    assert filled.fingerprint("甲.txt") == "g"


@pytest.mark.parametrize("second", ["d2", "d7"], ids=["twice in the source", "of another source"])
def test_an_id_that_is_taken_undoes_the_whole_replacement(filled: Store, desk: Any, second: str) -> None:
    desk.put(filled, "丙.txt", desk.article("d7", TEA))
    before, generation = everything(filled), filled.generation
    with pytest.raises(StoreError, match=second):
        desk.put(filled, "甲.txt", desk.article("d2", TEA), desk.article(second, FLOOD))
    assert (everything(filled), filled.generation) == (before, generation)


def test_a_passage_that_is_not_the_text_at_its_offsets_is_refused(filled: Store, desk: Any) -> None:
    before = everything(filled)
    article = desk.article("d2", TEA)
    moved: Passage = replace(article.passages[1], start=article.passages[1].start + 1)
    with pytest.raises(StoreError, match="原文位置不符"):
        desk.put(filled, "乙.txt", replace(article, passages=(article.passages[0], moved)))
    assert everything(filled) == before


@pytest.mark.parametrize("broken", ["one row too few", "not a number", "one dimension"])
def test_vectors_that_do_not_fit_are_refused(filled: Store, desk: Any, broken: str) -> None:
    before = everything(filled)
    vectors = desk.encoder.encode_passages(TEA)
    if broken == "not a number":
        vectors[1, 3] = np.nan
    vectors = {"one row too few": vectors[:1], "not a number": vectors, "one dimension": vectors[0]}[broken]
    with pytest.raises(StoreError, match="向量"):
        filled.replace("乙.txt", "f", (desk.article("d2", TEA),), vectors, desk.encoder.identity)
    assert everything(filled) == before


def test_vectors_of_another_encoder_are_refused_with_the_command_that_helps(
    filled: Store, another_desk: Any
) -> None:
    before = everything(filled)
    with pytest.raises(SettingError, match="dangwu index --rebuild") as caught:
        another_desk.put(filled, "乙.txt", another_desk.article("d2", TEA))
    assert another_desk.encoder.identity in str(caught.value)
    assert str(filled.encoder_identity) in str(caught.value)
    assert everything(filled) == before


def test_the_encoder_may_change_while_nothing_else_depends_on_the_old_one(
    filled: Store, another_desk: Any
) -> None:
    another_desk.put(filled, "甲.txt", another_desk.article("d2", TEA))  # the only source there is
    assert filled.encoder_identity == another_desk.encoder.identity
    assert filled.dimension == 32


def test_all_vectors_can_be_made_anew(filled: Store, another_desk: Any) -> None:
    keys, epoch = filled.keys(), filled.epoch
    texts = [passage.text for passage, _ in filled.passages_at(keys).values()]
    made = another_desk.encoder.encode_passages(texts)
    filled.replace_vectors(keys, made, another_desk.encoder.identity)
    assert filled.epoch > epoch
    assert filled.keys().tolist() == keys.tolist()
    np.testing.assert_allclose(filled.vectors()[1], made, atol=1e-3)
    another_desk.put(filled, "乙.txt", another_desk.article("d2", TEA))


def test_vectors_for_passages_that_changed_meanwhile_are_refused(filled: Store, desk: Any) -> None:
    keys, vectors = filled.vectors()
    desk.put(filled, "乙.txt", desk.article("d2", TEA))
    before = everything(filled)
    with pytest.raises(StoreError, match="另一个程序"):
        filled.replace_vectors(keys, vectors, desk.encoder.identity)
    assert everything(filled) == before


# Several at once


def test_another_connection_sees_what_was_committed(store: Store, desk: Any) -> None:
    with closing(Store(store.path)) as reader:
        assert reader.counts() == (0, 0)
        desk.put(store, "甲.txt", desk.article("d1", FLOOD))
        assert reader.generation == store.generation
        assert reader.frequencies(["汛期"]) == {"汛期": 2}
        assert everything(reader) == everything(store)
        store.remove("d1")
        assert reader.counts() == (0, 0)
        assert reader.frequencies(["汛期"]) == {"汛期": 0}


def test_threads_take_turns_at_writing(store: Store, desk: Any) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for _ in range(3):
                desk.put(store, f"{number}.txt", desk.article(f"d{number}", FLOOD))
        except BaseException as error:
            failures.append(error)

    generation = store.generation
    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert store.counts() == (6, 12)
    assert store.generation == generation + 18


INGEST = """
import os, sys
from embeddings.hashed import HashedEncoder
from rag import fulltext
from rag.index import VectorIndex
from rag.ingest import ingest
from rag.store import Store

home, folder, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
written, write = 0, fulltext.write

def write_or_die(*values):
    global written
    written += 1
    if written == last:
        os.kill(os.getpid(), 9)
    write(*values)

fulltext.write = write_or_die
store = Store(home)
ingest([folder], store, VectorIndex(store), HashedEncoder(64))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five files, each with passages enough to be cut in the middle."""
    made = tmp_path / "文件"
    made.mkdir()
    for name in "甲乙丙丁戊":
        lines = [f"{name}村第{number}条约定，由村民代表会议讨论通过后执行。" for number in range(1, 7)]
        (made / f"{name}.txt").write_text(f"{name}村村规民约\n\n" + "\n\n".join(lines), "utf-8")
    return made


def run_ingest(repo_root: Path, *arguments: object) -> int:
    command = [sys.executable, "-c", INGEST, *map(str, arguments)]
    return subprocess.run(command, cwd=repo_root, check=False).returncode


def test_a_reader_sees_what_another_process_commits(store: Store, folder: Path, repo_root: Path) -> None:
    generation = store.generation
    assert run_ingest(repo_root, store.path, folder, 0) == 0
    assert store.generation == generation + 5
    assert store.counts() == (5, 30)


@pytest.mark.parametrize("last", [1, 9, 18, 30])
def test_a_process_killed_while_it_writes_leaves_whole_sources_only(
    tmp_path: Path, folder: Path, repo_root: Path, last: int
) -> None:
    assert run_ingest(repo_root, tmp_path / "killed.sqlite", folder, last) != 0
    encoder = HashedEncoder(64)
    with closing(Store(tmp_path / "killed.sqlite")) as store, closing(Store(tmp_path / "whole")) as whole:
        ingest([folder], whole, VectorIndex(whole), encoder)
        finished = (last - 1) // 6
        assert store.counts() == (finished, finished * 6)
        for document in store.documents():
            assert store.passages(document.id) == whole.passages(document.id)
        report = ingest([folder], store, VectorIndex(store), encoder)
        statuses = [file.status for file in report.files]
        assert statuses == ["unchanged"] * finished + ["added"] * (5 - finished)
        assert everything(store) == everything(whole)


# Files that cannot be used


def test_a_file_that_is_no_knowledge_base_is_named(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.sqlite"
    path.write_bytes("这是一封普通的信，不是数据库。".encode() * 100)
    with pytest.raises(StoreError, match=r"knowledge\.sqlite.*(?s:.)*--home"):
        Store(path)


def test_a_file_damaged_in_the_middle_is_named_when_it_is_read(store: Store, desk: Any) -> None:
    for number in range(40):
        desk.put(store, f"{number}.txt", desk.article(f"d{number}", FLOOD * 20))
    store.close()  # the last connection writes everything into the one file
    content = bytearray(store.path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    store.path.write_bytes(content)
    with pytest.raises(StoreError, match=r"knowledge\.sqlite"):
        everything(Store(store.path))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "占位").write_text("一个文件", "utf-8")
    with pytest.raises(StoreError, match="占位"):
        Store(tmp_path / "占位" / "knowledge.sqlite")


def test_the_knowledge_base_of_a_newer_program_is_refused_and_not_touched(filled: Store) -> None:
    filled.close()
    with closing(sqlite3.connect(filled.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="99"):
        Store(filled.path)
    with closing(sqlite3.connect(filled.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
        assert connection.execute("SELECT count(*) FROM passages").fetchone() == (2,)


def test_paths_may_be_chinese_and_new(tmp_path: Path, desk: Any) -> None:
    with closing(Store(tmp_path / "资料 库" / "第二层" / "知识.sqlite")) as store:
        desk.put(store, "甲.txt", desk.article("d1", FLOOD))
        assert store.counts() == (1, 2)
