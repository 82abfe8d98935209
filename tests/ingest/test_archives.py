"""Archives: each file in them is one of its own, under its real name, and nothing escapes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from embeddings.hashed import HashedEncoder
from rag.datatypes import FileReport
from rag.index import VectorIndex
from rag.ingest import ingest
from rag.load import file_of, found
from rag.store import Store

MEETING = "院落议事会运行办法\n\n院落议事会每月第二个星期六召开，由楼栋长轮流主持。\n"
BUS = "接送班车管理规定\n\n班车早晚各发一趟，司机出车前检查轮胎和灯光。\n"
Content = str | bytes


def zipped(members: Mapping[str, Content], encoding: str = "") -> bytes:
    """An archive; with ``encoding`` its names are written as old Chinese programs do, without any mark."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(
                ZipInfo(name), content.encode() if isinstance(content, str) else content, ZIP_DEFLATED
            )
    data = buffer.getvalue()
    return unmarked(data, members, encoding) if encoding else data


def unmarked(data: bytes, members: Mapping[str, Content], encoding: str) -> bytes:
    """The archive with raw names in place of the UTF-8 ones that Python writes, and their mark taken off."""
    plain = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(plain, "w") as new:
        for number, name in enumerate(members):
            raw = name.encode(encoding)
            new.writestr(ZipInfo(f"{number:x}".ljust(len(raw), "~")), old.read(old.infolist()[number]))
    found = plain.getvalue()
    for number, name in enumerate(members):
        raw = name.encode(encoding)
        found = found.replace(f"{number:x}".ljust(len(raw), "~").encode(), raw)
    return found


class Base:
    """A knowledge base and one archive."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store = store
        self.path = path
        self._index = VectorIndex(store)

    def add(self, data: bytes, *paths: Path) -> list[FileReport]:
        self.path.write_bytes(data)
        return list(ingest(paths or [self.path], self.store, self._index, HashedEncoder(64)).files)

    def titles(self) -> set[str]:
        return {document.title for document in self.store.documents()}


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with closing(Store(tmp_path / "knowledge.sqlite")) as store:
        yield Base(store, tmp_path.resolve() / "材料.zip")


def test_every_file_is_one_of_its_own(base: Base) -> None:
    reports = base.add(
        zipped({"制度/议事会.txt": MEETING, "班车.md": BUS, "__MACOSX/._班车.md": b"\x00", "曲.mp3": b"ID3"})
    )
    assert [(report.source, report.status) for report in reports] == [
        (f"{base.path}/制度/议事会.txt", "added"),
        (f"{base.path}/班车.md", "added"),
    ]
    assert base.titles() == {"院落议事会运行办法", "接送班车管理规定"}
    assert file_of(reports[0].source) == base.path


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_a_mark_are_read_as_their_writer_meant_them(base: Base, encoding: str) -> None:
    (report,) = base.add(zipped({"制度/议事会办法.txt": MEETING}, encoding))
    assert report.source == f"{base.path}/制度/议事会办法.txt"


def test_one_bad_member_does_not_stop_the_rest(base: Base) -> None:
    reports = base.add(zipped({"a.pdf": "%PDF-1.4", "b.txt": MEETING, "c.docx": b"PK\x03\x04"}))
    assert [report.status for report in reports] == ["failed", "added", "failed"]
    assert all("损坏" in str(report.error) for report in reports if report.status == "failed")


def test_unchanged_changed_and_vanished_members(base: Base) -> None:
    base.add(zipped({"a.txt": MEETING, "b.txt": BUS}))
    assert [r.status for r in base.add(zipped({"a.txt": MEETING, "b.txt": BUS}))] == [
        "unchanged",
        "unchanged",
    ]
    changed = zipped({"a.txt": MEETING.replace("楼栋长", "组长")})
    assert [report.status for report in base.add(changed)] == ["updated"]
    assert base.titles() == {"院落议事会运行办法"}, "what the archive holds no more is found no more"


def test_one_member_can_be_read_again_by_its_source(base: Base) -> None:
    data = zipped({"a.txt": MEETING, "b.txt": BUS, "内.zip": zipped({"c.txt": BUS})})
    base.add(data)
    assert [r.source for r in base.add(data, base.path / "b.txt")] == [f"{base.path}/b.txt"]
    assert [r.status for r in base.add(data, base.path / "内.zip" / "c.txt")] == ["unchanged"]
    assert len(base.store.documents()) == 3


def test_an_archive_is_unpacked_once_for_all_members_that_are_named(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zipped({f"{n}.txt": f"{MEETING}第{n}号院落。" for n in range(3)})
    sources = [Path(report.source) for report in base.add(data)]
    base.store.remove(str(sources[1]))
    unpacking: list[str] = []
    monkeypatch.setattr(
        "zipfile.ZipFile.open",
        lambda self, member, *rest, real=ZipFile.open: (
            unpacking.append(member.filename) or real(self, member, *rest)
        ),
    )
    reports = base.add(data, sources[0], sources[2])
    assert [(Path(r.source), r.status) for r in reports] == [(sources[n], "unchanged") for n in (0, 2)]
    assert unpacking == ["0.txt", "1.txt", "2.txt"]
    assert len(base.store.documents()) == 2, "what was removed by hand stays away"
    unpacking.clear()
    with found(str(sources[2])):
        assert unpacking == ["2.txt"], "one file is fetched without the others"


def test_the_file_behind_a_source_is_at_hand_wherever_it_lies(base: Base) -> None:
    base.add(zipped({"制度/a.txt": MEETING, "内.zip": zipped({"深/c.txt": BUS})}))
    with found(str(base.path)) as path:
        assert path == base.path
    for member, text in {"制度/a.txt": MEETING, "内.zip/深/c.txt": BUS}.items():
        with found(f"{base.path}/{member}") as path:
            assert path.read_text("utf-8") == text
        assert not path.exists()
    with found(f"{base.path}/制度/没有.txt") as path:
        assert not path.exists()


def test_a_table_of_sources_in_the_archive_counts(base: Base) -> None:
    base.add(zipped({"资料/sources.csv": "file,title\n议事会.txt,怎样议事\n", "资料/议事会.txt": MEETING}))
    assert base.titles() == {"怎样议事"}


def test_nothing_is_written_outside(base: Base, tmp_path: Path) -> None:
    names = ["../外.txt", "/etc/外.txt", "C:\\外.txt", "a/../../外.txt", "con/..\\..\\外.txt"]
    before = sorted(tmp_path.parent.rglob("外.txt"))
    reports = base.add(zipped(dict.fromkeys(names, MEETING)))
    assert {report.status for report in reports} == {"added"}
    assert all(report.source.startswith(f"{base.path}/") for report in reports)
    assert sorted(tmp_path.parent.rglob("外.txt")) == before


def test_archives_in_archives_have_an_end(base: Base) -> None:
    data = zipped({"底.txt": MEETING})
    for depth in range(5):
        data = zipped({f"{depth}.zip": data})
    (report,) = base.add(data)
    assert report.status == "failed"
    assert "太深" in str(report.error)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped({"零.txt": "0" * 50_000_000}), "超出限度"),
        (zipped({f"{at}.txt": "" for at in range(2_001)}), "2001 个文件"),
        (zipped({"a.txt": MEETING * 9})[:120], "损坏"),
        (
            zipped({"a.txt": MEETING}).replace(
                b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
            ),
            "密码",
        ),
    ],
)
def test_bombs_and_broken_archives_are_refused(base: Base, data: bytes, said: str) -> None:
    (report,) = base.add(data)
    assert report.status == "failed"
    assert said in str(report.error)


def test_an_archive_of_nothing_readable_is_empty(base: Base) -> None:
    (report,) = base.add(zipped({"曲.mp3": b"ID3\x00"}))
    assert report.status == "empty"
