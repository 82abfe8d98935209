"""Reads tables: workbooks (.xlsx) and .csv files, each row a line with the words of its header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from rag.datatypes import RawText
from rag.load.container import check_package
from rag.load.decode import decode
from rag.load.raw import properties, raw_text, reading
from rag.load.table import Row, table_lines
from rag.protocols import Step, no_step

_NAMES = ("Excel 文件", "an Excel file")
_NO_NAME = re.compile(r"(?:sheet|工作表|表)\s?\d*", re.IGNORECASE)
_DELIMITERS = ",\t;"
_MOST_COLUMNS = 200


class WorkbookLoader:
    """Reads ``.xlsx`` files."""

    suffixes: frozenset[str] = frozenset({".xlsx", ".xlsm"})

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The rows of all visible sheets, a sheet with a name of its own under a heading; formulas as last computed."""
        from openpyxl import load_workbook

        check_package(path, *_NAMES)
        with reading(path, *_NAMES):
            book = load_workbook(path, data_only=True)
            lines: list[str] = []
            hidden: list[str] = []
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    hidden.append(sheet.title)
                    continue
                rows = list(table_lines(_rows(sheet)))
                if rows and not _NO_NAME.fullmatch(sheet.title.strip()):
                    lines.append(f"## {' '.join(sheet.title.split())}")
                lines.extend(rows)
            core = book.properties
            names = "、".join(hidden)
            return raw_text(
                path,
                "\n".join(lines) + "\n",
                said=properties(core.title, core.creator),
                warnings=[f"隐藏的工作表没有收录：{names}。 Hidden sheets were left out: {names}."]
                if hidden
                else [],
            )


class CsvLoader:
    """Reads ``.csv`` files in any encoding that text files have."""

    suffixes: frozenset[str] = frozenset({".csv"})

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The rows, one a line."""
        with reading(path, "CSV 文件", "a CSV file"):
            text = decode(path.read_bytes())[0].replace("\x00", "")
            first = text.split("\n", 1)[0]
            delimiter = max(_DELIMITERS, key=first.count)
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        return raw_text(path, "\n".join(table_lines(rows)) + "\n")


def _rows(sheet: Any) -> Iterator[Row]:
    """The cells of each row; one merged downwards says its words in each row, one merged sideways reaches over."""
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, min(area.max_col, area.min_col + _MOST_COLUMNS) + 1):
                merged[row, column] = (area.min_row, area.min_col)
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), sheet.min_row):
        found: list[str | None] = []
        for column, cell in enumerate(cells, sheet.min_column):
            top, left = merged.get((number, column), (number, column))
            found.append(
                None if column > left else _shown(sheet.cell(top, left)) if top != number else _shown(cell)
            )
        yield found


def _shown(cell: Any) -> str:
    """A value as the sheet shows it, near enough: dates without midnight, whole numbers whole, shares in percent."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        percent = "%" in str(cell.number_format)
        return f"{100 * value if percent else value:.10g}{'%' * percent}"
    return str(value).strip()
