"""sources.csv: what a person wrote about the files beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.datatypes import Metadata
from rag.load import merged, read_sources

TABLE = (
    "file,title,url,author,date,status\n纪实.txt,学习日纪实,https://example.org/1,镇党建办,2024-03-01,有效\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_rows_become_metadata(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "sources.csv").write_bytes(TABLE.encode(encoding))
    assert read_sources(tmp_path) == {
        "纪实.txt": Metadata("学习日纪实", "https://example.org/1", "镇党建办", "2024-03-01", "有效")
    }


def test_no_table_is_no_metadata(tmp_path: Path) -> None:
    assert read_sources(tmp_path) == {}


def test_columns_may_be_missing_or_in_another_order(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_text("Title, File\n学习日纪实,.\\a.txt\n\n", "utf-8")
    assert read_sources(tmp_path) == {"a.txt": Metadata(title="学习日纪实")}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",无名,,,,", "第 3 行"),
        ("b.txt,甲,乙,丙,丁,戊,己", "列数"),
        ("纪实.txt,又一次,,,,", "重复"),
    ],
)
def test_bad_rows_are_left_out_and_told(tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "sources.csv").write_text(TABLE + row + "\n", "utf-8")
    warnings: list[str] = []
    assert list(read_sources(tmp_path, warnings.append)) == ["纪实.txt"]
    assert said in warnings[0]


def test_files_that_are_not_beside_the_table_are_told_once(tmp_path: Path) -> None:
    (tmp_path / "纪实.txt").touch()
    (tmp_path / "sources.csv").write_text("file,title\n纪实.txt,实\n纪事.txt,事\n通告.txt,告\n", "utf-8")
    warnings: list[str] = []
    assert len(read_sources(tmp_path, warnings.append)) == 3
    [said] = warnings
    assert "“纪事.txt”" in said
    assert "共 2 个" in said


def test_a_table_without_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_text("name,title\na,b\n", "utf-8")
    warnings: list[str] = []
    assert read_sources(tmp_path, warnings.append) == {}
    assert "file" in warnings[0]


def test_an_unreadable_table_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_bytes(b"PK\x03\x04" + bytes(50))
    warnings: list[str] = []
    assert read_sources(tmp_path, warnings.append) == {}
    assert "zip" in warnings[0]


def test_merging_prefers_the_first() -> None:
    assert merged(Metadata(title="甲", date=""), Metadata(title="乙", date="2024-01-01")) == Metadata(
        "甲", date="2024-01-01"
    )
