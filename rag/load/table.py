"""Tables as lines that can be read and cited alone: each row with the words of its header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

Row = Sequence[str | None]

_LABELS = frozenset(
    "姓名 性别 民族 籍贯 学历 学位 职务 职称 单位 部门 电话 联系电话 手机 出生年月 出生日期 政治面貌 入党时间 入党日期 "
    "参加工作时间 身份证号 家庭住址 住址 所在支部 党支部 备注 时间 地点 主持人 记录人 参加人员 会议内容 申请人 介绍人".split()
)
_ENDS = "。；;！？!?：:，,、"
_VALUE = re.compile(r"[\d.,%％\-—/年月日:：￥¥ ]+")
_LONGEST_LABEL = 24


def table_lines(rows: Iterable[Row]) -> Iterator[str]:
    """The rows of a table, one a line: ``姓名：张三；职务：书记。``

    A cell is ``None`` where a cell beside it reaches over it. What stands above the header (a caption), and a
    table of single cells (a frame around text), become plain lines; a form (姓名 张三 性别 男) pairs its labels.
    """
    kept = [row for row in ([_clean(cell) for cell in row] for row in rows) if any(row)]
    width = max((at + 1 for row in kept for at, cell in enumerate(row) if cell), default=0)
    kept = [row[:width] for row in kept]
    filled = [sum(bool(cell) for cell in row) for row in kept]
    first = next((at for at, count in enumerate(filled) if count > 1), len(kept))
    for row in kept[:first]:
        yield from _single(row)
    body = kept[first:]
    if _is_form(body):
        for row in body:
            yield _paired([cell for cell in row if cell])
        return
    header, begin = _header(body)
    for row in body[begin:]:
        if sum(bool(cell) for cell in row) == 1 and len(row) > 1:
            yield from _single(row)
        else:
            yield _sentence(
                f"{name}：{cell}" if name else cell for name, cell in zip(header, row, strict=False) if cell
            )


def _clean(cell: str | None) -> str | None:
    return None if cell is None else "\n".join(line.strip() for line in cell.split("\n") if line.strip())


def _single(row: Row) -> Iterator[str]:
    yield from next(cell for cell in row if cell).split("\n")


def _header(rows: Sequence[Row]) -> tuple[list[str], int]:
    """The words above each column and the number of rows they take: none, one, or two under a spanning cell."""
    width = max((len(row) for row in rows), default=0)
    if len(rows) < 2 or not _names_columns(rows[0]):
        return [""] * width, 0
    top = [cell or "" for cell in rows[0]] + [""] * (width - len(rows[0]))
    for at, cell in enumerate(rows[0]):
        if cell is None and at:
            top[at] = top[at - 1]
    if None in rows[0] and len(rows) > 2 and all(_is_label(cell) for cell in rows[1] if cell):
        below = [cell or "" for cell in rows[1]] + [""] * (width - len(rows[1]))
        return [a if a == b else a + b for a, b in zip(top, below, strict=True)], 2
    return top, 1


def _names_columns(row: Row) -> bool:
    words = [cell for cell in row if cell is not None]
    named = [cell for cell in words if cell]
    return len(named) >= 2 and len(named) >= len(words) - 1 and all(_is_label(cell) for cell in named)


def _is_label(cell: str) -> bool:
    return len(cell) <= _LONGEST_LABEL and not _VALUE.fullmatch(cell) and cell[-1] not in "。；，"


def _is_form(rows: Sequence[Row]) -> bool:
    """Whether labels stand before their values in a row, not above them in a column."""
    starts = [next((cell for cell in row if cell), "") for row in rows]
    down = sum(_bare(cell) in _LABELS for cell in starts)
    across = [_bare(cell) in _LABELS for cell in rows[0] if cell] if rows else []
    return down >= 2 or across[:3] == [True, False, True]


def _bare(cell: str) -> str:
    return re.sub(r"[\s：:]", "", cell)


def _paired(cells: Sequence[str]) -> str:
    parts: list[str] = []
    label = ""
    for cell in cells:
        if not label and (_bare(cell) in _LABELS or (len(cells) % 2 == 0 and len(_bare(cell)) <= 10)):
            label = _bare(cell)
        else:
            parts.append(f"{label}：{cell}" if label else cell)
            label = ""
    return _sentence([*parts, label] if label else parts)


def _sentence(parts: Iterable[str]) -> str:
    """The parts with marks between them and a full stop, so that a row is a sentence of its own."""
    line = "".join(_closed(part, "；") for part in map(_joined, parts))
    return line[:-1] + "。" if line.endswith("；") else line


def _joined(cell: str) -> str:
    """The lines of a cell in one, each ended."""
    *lines, last = cell.split("\n")
    return "".join(_closed(line, "；") for line in lines) + last


def _closed(text: str, mark: str) -> str:
    return text if text and text[-1] in _ENDS else text + mark
