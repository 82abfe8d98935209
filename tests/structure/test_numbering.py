"""The official numbering, and what only looks like it."""

from __future__ import annotations

import pytest

from rag.structure.numbering import mark_of


@pytest.mark.parametrize(
    ("text", "scheme", "ordinal", "words"),
    [
        ("第一章 总则", "chapter", 1, "总则"),
        ("第二十三条　党员应当", "clause", 23, "党员应当"),
        ("第三条之一 另行规定", "clause", 3, "另行规定"),
        ("十二、加强学习", "han", 12, "加强学习"),
        ("（三）落实责任", "han_paren", 3, "落实责任"),
        ("(四) 落实责任", "han_paren", 4, "落实责任"),
        ("㈡落实责任", "han_paren", 2, "落实责任"),
        ("5．准备材料", "arabic", 5, "准备材料"),
        ("2.3 会议记录", "decimal", 3, "会议记录"),
        ("（6）准备材料", "arabic_paren", 6, "准备材料"),
        ("⑦准备材料", "circled", 7, "准备材料"),
        ("二是抓好落实", "point", 2, "抓好落实"),
        ("其三，抓好落实", "point", 3, "抓好落实"),
        ("第四，抓好落实", "point", 4, "抓好落实"),
        ("第十條　黨員應當", "clause", 10, "黨員應當"),
        ("IV. Stage four", "roman", 4, "Stage four"),
        ("Chapter 2 Records", "chapter", 2, "Records"),
    ],
)
def test_marks(text: str, scheme: str, ordinal: int, words: str) -> None:
    mark = mark_of(text)
    assert mark is not None
    assert (mark.scheme, mark.ordinal, text[mark.end :]) == (scheme, ordinal, words)


@pytest.mark.parametrize(
    "text",
    [
        "1.5万元已经到账",
        "2021年是建党一百周年",
        "一、二、三产业融合发展",
        "十分重视",
        "（一期）工程",
        "第三章程",
        "36个问题",
        "",
    ],
)
def test_what_is_no_mark(text: str) -> None:
    assert mark_of(text) is None
