"""What people say about documents stays with them, whatever becomes of their files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from embeddings.hashed import HashedEncoder
from rag.datatypes import Metadata
from rag.errors import StoreError, UnknownDocument
from rag.index import VectorIndex
from rag.ingest import describe, ingest
from rag.migrations import MIGRATIONS
from rag.store import Store

ROSTER = "# 轮值办法\n\n轮值从周一早上开始，每组三人。\n"
KEYS = "# 钥匙管理\n\n库房钥匙由保管员一人持有，借出要登记。\n"


class Office:
    """A folder of files and the knowledge base over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.encoder = HashedEncoder(64)
        self.store = Store(folder / "home" / "knowledge.sqlite")
        self.index = VectorIndex(self.store)

    def write(self, name: str, text: str) -> str:
        """Puts a file there, reads it, and returns the id of its first document."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        report = self.read(path)
        return str(report.files[0].documents[0])

    def read(self, path: Path, rebuild: bool = False) -> Any:
        """Reads a file (again)."""
        return ingest([path], self.store, self.index, self.encoder, rebuild=rebuild)

    def say(self, document_id: str, **said: str) -> None:
        """What a person fills in on the page."""
        describe(document_id, Metadata(**said), self.store, self.index, self.encoder)


@pytest.fixture
def office(tmp_path: Path) -> Any:
    """An office with an empty knowledge base."""
    made = Office(tmp_path)
    yield made
    made.store.close()


def members(store: Store, name: str) -> frozenset[str]:
    """The documents of a collection."""
    return store.catalogue.named(name).documents


# Details


def test_what_a_person_says_wins_and_the_rest_stays_as_it_was_read(office: Office) -> None:
    office.write("钥匙.md", "---\nauthor: 办公室\ndate: 2024-01-01\n---\n\n" + KEYS)
    (before,) = office.store.documents()
    office.say(before.id, title="库房钥匙管理办法", status="废止", date="")
    after = office.store.document(before.id)
    assert (after.title, after.status, after.author, after.date) == (
        "库房钥匙管理办法",
        "废止",
        "办公室",
        None,
    )
    assert after.text == before.text
    assert [p.text for p in office.store.passages(before.id)] == ["库房钥匙由保管员一人持有，借出要登记。"]


def test_a_new_title_is_searched_by_both_sides(office: Office) -> None:
    document = office.write("钥匙.md", KEYS)
    office.write("轮值.md", ROSTER)
    office.say(document, title="仓储安全须知")
    (vector,) = office.encoder.encode_queries(["仓储安全须知"])
    key, _ = office.index.search(vector, 1)[0]
    passage, found = office.store.passages_at([key])[key]
    assert (found.title, passage.document_id) == ("仓储安全须知", document)
    assert office.store.frequencies(["仓储"])["仓储"] == 1
    assert office.store.frequencies(["钥匙管理"])["钥匙管理"] == 0


def test_an_empty_title_is_the_one_that_was_read(office: Office) -> None:
    document = office.write("钥匙.md", KEYS)
    office.say(document, title="", author="张三")
    assert office.store.document(document).title == "钥匙管理"


@pytest.mark.parametrize("how", ["rebuilt", "changed", "rewritten"])
def test_details_and_collections_survive_reading_the_file_again(office: Office, how: str) -> None:
    document = office.write("钥匙.md", KEYS)
    office.say(document, title="库房须知", url="https://example.org/1")
    office.say(document, status="有效")
    office.store.catalogue.put(office.store.catalogue.create("后勤"), [document])
    if how == "rebuilt":
        office.read(office.folder / "钥匙.md", rebuild=True)
    else:
        office.write(
            "钥匙.md", KEYS + "\n备用钥匙封存。\n" if how == "changed" else "# 锁\n\n全部换成密码锁。\n"
        )
    (after,) = office.store.documents()
    assert (after.title, after.url, after.status) == ("库房须知", "https://example.org/1", "有效")
    assert members(office.store, "后勤") == {after.id}
    assert (after.id == document) == (how == "rebuilt")


def test_of_several_articles_each_keeps_its_own(office: Office, desk: Any) -> None:
    store = office.store
    store.replace("汇编.txt", "1", *stored(desk, ("a", "防汛期间全员在岗。"), ("b", "抢险物资清点造册。")))
    describe("b", Metadata(author="物资组"), store, office.index, desk.encoder)
    articles, vectors, identity = stored(
        desk,
        ("x", "新增的开头一篇。"),
        ("y", "防汛期间全员在岗。"),
        ("z", "抢险物资清点造册。", "另加一行。"),
    )
    told = store.described("汇编.txt", articles)
    store.replace("汇编.txt", "2", told, vectors, identity)
    assert {d.id: d.author for d in store.documents()} == {"x": "水利站", "y": "水利站", "z": "物资组"}


def stored(desk: Any, *articles: tuple[str, ...]) -> Any:
    """What ``Store.replace`` takes: articles of a name and lines."""
    made = [desk.article(name, lines) for name, *lines in articles]
    vectors = desk.encoder.encode_passages([p.text for a in made for p in a.passages])
    return made, vectors, desk.encoder.identity


def test_a_removed_document_takes_what_was_said_with_it(office: Office) -> None:
    document = office.write("钥匙.md", KEYS)
    office.say(document, author="张三")
    office.store.catalogue.put(office.store.catalogue.create("后勤"), [document])
    office.store.remove(document)
    assert office.write("钥匙.md", KEYS) == document
    assert office.store.document(document).author is None
    assert members(office.store, "后勤") == frozenset()


def test_nothing_can_be_said_of_a_document_that_is_not_there(office: Office) -> None:
    with pytest.raises(UnknownDocument):
        office.say("none", title="标题")


# Collections


def test_a_collection_is_a_named_set_of_documents(office: Office) -> None:
    keys, roster = office.write("钥匙.md", KEYS), office.write("轮值.md", ROSTER)
    catalogue = office.store.catalogue
    logistics = catalogue.create(" 后勤  保障 ")
    catalogue.put(logistics, [keys, roster, roster, "不存在"])
    assert members(office.store, "后勤 保障") == {keys, roster}
    catalogue.take(logistics, [roster])
    catalogue.rename(logistics, "后勤")
    assert members(office.store, "后勤") == {keys}
    catalogue.create("值班")
    assert [c.name for c in catalogue.collections()] == ["后勤", "值班"]
    catalogue.remove(logistics)
    assert [c.name for c in catalogue.collections()] == ["值班"]
    assert len(office.store.documents()) == 2


@pytest.mark.parametrize("name", ["", "  ", "后勤", "长" * 61, "换\x00行"])
def test_a_name_that_is_empty_too_long_or_taken_is_refused(office: Office, name: str) -> None:
    made = office.store.catalogue.create("后勤")
    other = office.store.catalogue.create("值班")
    with pytest.raises(StoreError):
        office.store.catalogue.create(name)
    with pytest.raises(StoreError):
        office.store.catalogue.rename(other, name)
    office.store.catalogue.rename(made, "后勤")
    assert [c.name for c in office.store.catalogue.collections()] == ["后勤", "值班"]


def test_an_unknown_collection_names_those_there_are(office: Office) -> None:
    office.store.catalogue.create("后勤")
    with pytest.raises(StoreError, match="后勤"):
        office.store.catalogue.named("党建")


def test_a_knowledge_base_of_an_earlier_version_gains_collections(office: Office) -> None:
    document = office.write("钥匙.md", KEYS)
    office.store.close()
    with closing(sqlite3.connect(office.store.path)) as connection:
        for table in ("members", "collections", "details"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 2")
    with closing(Store(office.store.path)) as opened:
        opened.catalogue.put(opened.catalogue.create("后勤"), [document])
        assert members(opened, "后勤") == {document}
    with closing(sqlite3.connect(office.store.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
