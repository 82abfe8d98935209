"""From files to a knowledge base: every file gets its report, and one bad file never stops the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from embeddings.hashed import HashedEncoder
from embeddings.protocol import Encoder
from rag.datatypes import FileReport, IngestReport
from rag.errors import SettingError
from rag.index import VectorIndex
from rag.ingest import ingest, reencode
from rag.store import Store

MEETING = "院落议事会运行办法\n\n院落议事会每月第二个星期六召开，由楼栋长轮流主持。\n\n议定事项三天内在公告栏公开。\n"
BUS = "接送班车管理规定\n\n班车早晚各发一趟，司机出车前检查轮胎和灯光。\n"


@dataclass
class Base:
    """A knowledge base and the folder that fills it."""

    store: Store
    index: VectorIndex
    folder: Path

    def ingest(
        self, *paths: str | Path, encoder: Encoder | None = None, rebuild: bool = False
    ) -> IngestReport:
        return ingest(
            paths or (self.folder,), self.store, self.index, encoder or HashedEncoder(64), rebuild=rebuild
        )

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path.resolve()

    def one(self, name: str, text: str | bytes) -> FileReport:
        """The report on one file after it was written."""
        (report,) = self.ingest(self.write(name, text)).files
        return report

    def texts(self) -> list[str]:
        return [p.text for d in self.store.documents() for p in self.store.passages(d.id)]


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    (tmp_path / "文件").mkdir()
    with closing(Store(tmp_path / "knowledge.sqlite")) as store:
        yield Base(store, VectorIndex(store), tmp_path / "文件")


def names(report: IngestReport) -> list[str]:
    return [Path(file.source).name for file in report.files]


# What becomes of a file


def test_a_new_file_is_added(base: Base) -> None:
    path = base.write("议事会.txt", MEETING)
    report = base.ingest()
    (file,) = report.files
    assert (file.source, file.status, file.error) == (str(path), "added", None)
    assert (report.documents, report.passages) == (1, file.passages) == base.store.counts()
    (document,) = base.store.documents()
    assert file.documents == (document.id,)
    assert document.title == "院落议事会运行办法"
    assert "议定事项三天内在公告栏公开。" in base.texts()
    assert len(base.index) == report.passages


def test_an_unchanged_file_is_left_alone(base: Base) -> None:
    first = base.one("议事会.txt", MEETING)
    generation = base.store.generation
    (again,) = base.ingest().files
    assert again.status == "unchanged"
    assert (again.documents, again.passages) == (first.documents, first.passages)
    assert base.store.generation == generation


def test_a_changed_file_replaces_its_documents_and_no_others(base: Base) -> None:
    base.write("班车.txt", BUS)
    base.write("议事会.txt", MEETING)
    before = base.ingest()
    changed = base.one("议事会.txt", MEETING.replace("公告栏", "微信群"))
    assert changed.status == "updated"
    assert "议定事项三天内在微信群公开。" in base.texts()
    assert "议定事项三天内在公告栏公开。" not in base.texts()
    assert base.store.counts()[0] == before.documents
    assert base.store.frequencies(["微信", "公告", "班车"]) == {"微信": 1, "公告": 0, "班车": 1}
    assert len(base.index) == base.store.counts()[1]


def test_the_same_file_gives_the_same_ids(base: Base) -> None:
    first = base.one("议事会.txt", MEETING)
    base.store.remove(first.source)
    assert base.one("议事会.txt", MEETING).documents == first.documents


@pytest.mark.parametrize("text", ["", "\n \n\u3000\n"])
def test_an_emptied_file_keeps_what_was_stored_and_says_so(base: Base, text: str) -> None:
    base.one("议事会.txt", MEETING)
    stored = base.texts()
    report = base.one("议事会.txt", text)
    assert report.status == "empty"
    assert any("保留了原来的内容" in warning for warning in report.warnings)
    assert base.texts() == stored
    assert base.one("议事会.txt", MEETING).status == "unchanged"


def test_an_empty_file_is_reported_and_stores_nothing(base: Base) -> None:
    report = base.one("空.txt", "")
    assert (report.status, report.documents, report.passages) == ("empty", (), 0)
    assert base.store.counts() == (0, 0)


def test_a_missing_file_fails_with_its_path(base: Base) -> None:
    (report,) = base.ingest(base.folder / "没有.txt").files
    assert report.status == "failed"
    assert "没有.txt" in str(report.error)


def test_a_file_of_an_unknown_kind_fails_when_it_was_named(base: Base) -> None:
    report = base.one("合影.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert report.status == "failed"
    assert "合影.png" in str(report.error)


def test_one_bad_file_does_not_stop_the_rest(base: Base) -> None:
    paths = [
        base.write("议事会.txt", MEETING),
        base.folder / "没有.txt",
        base.write("合影.png", b"\x89PNG\x00"),
        base.write("空.txt", ""),
        base.write("班车.txt", BUS),
    ]
    report = base.ingest(*paths)
    assert [file.status for file in report.files] == ["added", "failed", "failed", "empty", "added"]
    assert all(bool(file.error) == (file.status == "failed") for file in report.files)
    assert report.documents == 2


# Which files


def test_a_folder_is_read_to_its_depth_without_hidden_files(base: Base) -> None:
    for name in ["b.txt", "a/深处/c.md", "a/a.txt", ".隐藏.txt", ".git/d.txt", "a/~$锁.txt", "曲.mp3"]:
        base.write(name, MEETING)
    base.write("sources.csv", "file,title\nb.txt,议事\n")
    assert names(base.ingest()) == ["a.txt", "c.md", "b.txt"]


def test_files_of_kinds_that_cannot_be_read_are_counted_by_suffix(base: Base) -> None:
    base.write("议事会.txt", MEETING)
    for name in ["曲.mp3", "下/曲.MP3", "下/旧.rar", "清单", ".git/d.mp3"]:
        base.write(name, b"\x00\x01\x02" * 9)
    with ZipFile(base.folder / "材料.zip", "w") as archive:
        archive.writestr("班车.txt", BUS)
        archive.writestr("片.mp4", b"\x00\x01\x02" * 9)
    report = base.ingest(base.folder, base.folder / "下")
    assert names(report) == ["班车.txt", "议事会.txt"]
    assert report.skipped == {".mp3": 2, ".rar": 1, "": 1, ".mp4": 1}
    assert not base.ingest(base.folder / "议事会.txt").skipped


def test_a_hidden_file_is_read_when_it_is_named(base: Base) -> None:
    assert base.one(".隐藏.txt", MEETING).status == "added"


def test_a_folder_below_a_hidden_one_is_read(base: Base) -> None:
    base.write(".资料/议事会.txt", MEETING)
    assert names(base.ingest(base.folder / ".资料")) == ["议事会.txt"]


def test_a_file_given_twice_is_read_once(base: Base) -> None:
    path = base.write("议事会.txt", MEETING)
    assert names(base.ingest(path, base.folder, base.folder / "." / "议事会.txt")) == ["议事会.txt"]


def test_nothing_to_read_is_an_empty_report(base: Base) -> None:
    report = base.ingest()
    assert (report.files, report.documents, report.passages) == ((), 0, 0)


def test_progress_names_each_file_before_it_is_read(base: Base) -> None:
    paths = [base.write("a.txt", MEETING), base.write("b.txt", BUS)]
    calls: list[tuple[int, int, str]] = []
    ingest(paths, base.store, base.index, HashedEncoder(64), lambda *call: calls.append(call))
    assert calls == [(0, 2, str(paths[0])), (1, 2, str(paths[1]))]


# What the files say


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_of_a_file_does_not_matter(base: Base, encoding: str) -> None:
    assert base.one("议事会.txt", MEETING.encode(encoding)).status == "added"
    (document,) = base.store.documents()
    assert document.title == "院落议事会运行办法"
    assert "院落议事会每月第二个星期六召开，由楼栋长轮流主持。" in base.texts()


def test_every_passage_is_the_text_at_its_offsets(base: Base) -> None:
    base.one("议事会.txt", MEETING)
    for document in base.store.documents():
        for passage in base.store.passages(document.id):
            assert document.text[passage.start : passage.end] == passage.text


def test_sources_csv_says_more_about_a_file(base: Base) -> None:
    row = "议事会.txt,怎样开好议事会,https://example.org/议事,社区办,2022-08-09,现行"
    base.write("sources.csv", f"file,title,url,author,date,status\n{row}\n")
    base.one("议事会.txt", MEETING)
    (document,) = base.store.documents()
    assert document.title == "怎样开好议事会"
    assert document.url == "https://example.org/议事"
    assert (document.author, document.date, document.status) == ("社区办", "2022-08-09", "现行")


def test_what_sources_csv_says_may_change_by_itself(base: Base) -> None:
    base.one("议事会.txt", MEETING)
    base.write("sources.csv", "file,author\n议事会.txt,社区办\n")
    assert [file.status for file in base.ingest().files] == ["updated"]
    assert base.store.documents()[0].author == "社区办"
    assert [file.status for file in base.ingest().files] == ["unchanged"]


# Encoders


def test_another_encoder_is_refused_before_any_file_is_read(base: Base) -> None:
    base.one("议事会.txt", MEETING)
    generation = base.store.generation
    base.write("班车.txt", BUS)
    with pytest.raises(SettingError, match="dangwu index --rebuild"):
        base.ingest(encoder=HashedEncoder(32))
    assert base.store.generation == generation


def test_a_rebuild_takes_the_other_encoder_for_everything(base: Base) -> None:
    base.write("议事会.txt", MEETING)
    gone = base.write("班车.txt", BUS)
    base.ingest()
    stored = base.texts()
    gone.unlink()  # its passages are still there, and need the new vectors too
    encoder = HashedEncoder(32)
    report = base.ingest(encoder=encoder, rebuild=True)
    assert [file.status for file in report.files] == ["updated"]
    assert base.store.encoder_identity == encoder.identity
    assert sorted(base.texts()) == sorted(stored)
    assert base.store.vectors()[1].shape == (len(stored), 32)
    assert len(base.index) == len(stored)


def test_rebuilt_vectors_are_those_of_a_fresh_start(base: Base, tmp_path: Path) -> None:
    base.write("议事会.txt", MEETING)
    base.write("班车.txt", BUS)
    encoder = HashedEncoder(32)
    base.ingest()
    base.ingest(encoder=encoder, rebuild=True)
    with closing(Store(tmp_path / "fresh.sqlite")) as fresh:
        ingest([base.folder], fresh, VectorIndex(fresh), encoder)
        np.testing.assert_array_equal(base.store.vectors()[1], fresh.vectors()[1])


# Another encoder


def test_the_old_index_is_in_use_until_everything_is_encoded_anew(base: Base) -> None:
    base.write("院落.txt", MEETING)
    base.ingest()
    old, new = HashedEncoder(64), HashedEncoder(32)
    counted = []

    def ask(done: int, total: int) -> None:
        counted.append((done, total))
        (query,) = old.encode_queries(["楼栋长轮流主持"])
        assert base.index.search(query, 1)
        if len(counted) == 1:  # somebody adds a file meanwhile
            base.one("班车.txt", BUS)

    reencode(base.store, new, ask)
    assert base.store.encoder_identity == new.identity
    (query,) = new.encode_queries(["班车早晚各发一趟"])
    key, _ = base.index.search(query, 1)[0]
    assert base.store.passages_at([key])[key][0].text.startswith("班车早晚")
    assert counted[-1] == (base.store.counts()[1],) * 2


def test_encoding_anew_that_is_given_up_changes_nothing(base: Base) -> None:
    base.write("院落.txt", MEETING)
    base.ingest()
    before = base.store.generation, base.store.encoder_identity

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reencode(base.store, HashedEncoder(32), stop)
    assert (base.store.generation, base.store.encoder_identity) == before
