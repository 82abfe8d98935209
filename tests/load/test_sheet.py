"""Workbooks and CSV files: every row can be read and cited alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from rag.errors import LoadError
from rag.load import CsvLoader, WorkbookLoader, loader_for
from rag.structure import structure


def written(folder: Path, make: Callable[[Any], None], name: str = "值班表.xlsx") -> Path:
    book = Workbook()
    make(book)
    path = folder / name
    book.save(path)
    return path


def roster(book: Any) -> None:
    sheet = book.active
    sheet.title = "第一支部"
    sheet.append(["清溪镇学习日值班表", None, None, None])
    sheet.merge_cells("A1:D1")
    sheet.append(["姓名", "日期", "到会率", "人数"])
    sheet.append(["周明远", date(2024, 3, 5), 0.925, 12.0])
    sheet["C3"].number_format = "0.0%"
    sheet.append(["李禾", None, None, 8])
    other = book.create_sheet("Sheet2")
    other.append(["组别", "组员"])
    other.append(["宣讲组", "王茂"])
    other.append([None, "赵青"])
    other.merge_cells("A2:A3")


def test_rows_carry_their_header_and_sheets_are_sections(tmp_path: Path) -> None:
    path = written(tmp_path, roster)
    loader = loader_for(path)
    assert isinstance(loader, WorkbookLoader)
    raw = loader.load(path)
    assert raw.text.split("\n")[:-1] == [
        "## 第一支部",
        "清溪镇学习日值班表",
        "姓名：周明远；日期：2024-03-05；到会率：92.5%；人数：12。",
        "姓名：李禾；人数：8。",
        "组别：宣讲组；组员：王茂。",
        "组别：宣讲组；组员：赵青。",
    ]


def test_rows_stay_apart_and_none_is_lost(tmp_path: Path) -> None:
    def make(book: Any) -> None:
        book.active.append(["姓名", "住址", "联系支委"])
        for at in range(40):
            book.active.append([f"党员{at}", f"清溪镇河东村第{at}组沿河路{at}号院内东侧平房", "周明远"])

    found = structure(WorkbookLoader().load(written(tmp_path, make)))
    texts = [passage.text for article in found.articles for passage in article.passages]
    assert len(texts) == 40
    assert not found.dropped
    assert texts[7] == "姓名：党员7；住址：清溪镇河东村第7组沿河路7号院内东侧平房；联系支委：周明远。"


def test_hidden_sheets_are_left_out_and_told(tmp_path: Path) -> None:
    def make(book: Any) -> None:
        book.active.append(["一句话。"])
        hidden = book.create_sheet("旧表")
        hidden.append(["旧话。"])
        hidden.sheet_state = "hidden"

    raw = WorkbookLoader().load(written(tmp_path, make))
    assert "旧话" not in raw.text
    assert "旧表" in raw.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_the_encodings_and_forms_of_offices(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = ["姓名|职务", "周明远|书记", '李禾|"组织委员，兼记录员"']
    path = tmp_path / "名单.csv"
    path.write_bytes("\r\n".join(rows).replace("|", delimiter).encode(encoding))
    loader = loader_for(path)
    assert isinstance(loader, CsvLoader)
    assert loader.load(path).text == "姓名：周明远；职务：书记。\n姓名：李禾；职务：组织委员，兼记录员。\n"


def test_an_empty_table_is_empty(tmp_path: Path) -> None:
    assert WorkbookLoader().load(written(tmp_path, lambda book: None)).text.strip() == ""


def test_a_truncated_workbook_is_a_clear_error(tmp_path: Path) -> None:
    path = written(tmp_path, roster)
    path.write_bytes(path.read_bytes()[:1500])
    with pytest.raises(LoadError, match="损坏"):
        WorkbookLoader().load(path)
