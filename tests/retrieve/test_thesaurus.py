"""Everyday expressions of a question are found, with what speech adds to them, and bring their official words."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import segment
from rag.lexical import LexicalSearch
from rag.store import Store
from rag.thesaurus import expressions

LINES = [
    line
    for line in files("rag").joinpath("data/thesaurus.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
SAID = [
    (expression, line.split(" = ")[1].split())
    for line in LINES
    for expression in line.split(" = ")[0].split()
]


@pytest.mark.parametrize(
    ("asked", "official"),
    [
        ("村里两家人吵起来了谁去说和", "调解"),
        ("找他聊聊", "谈心谈话"),
        ("找他聊一聊", "谈心谈话"),
        ("商量商量再定", "协商"),
        ("支书打了个招呼", "徇私"),
        ("怎么拉他一把", "帮扶"),
        ("拉了人家一把", "帮扶"),
        ("那点事儿拖着不办", "拖延"),
        ("这笔钱报不报", "报销"),
        ("归谁管", "管理"),
        ("图啥", "作用"),
    ],
)
def test_an_expression_is_found_with_what_speech_adds_to_it(asked: str, official: str) -> None:
    assert official in [word for words in expressions(asked).values() for word in words]


def test_an_expression_is_named_as_it_stands_in_the_question() -> None:
    assert list(expressions("想拉他一把")) == ["拉他一把"]


def test_an_expression_inside_a_longer_one_does_not_count() -> None:
    assert list(expressions("他一个人说了算")) == ["一个人说了算"]


@pytest.mark.parametrize(
    "text",
    ["了解个人情况", "着力解决其他问题", "儿童和女儿", "程序过程", "中华人民共和国", "What is it?", "", "？"],
)
def test_official_text_says_nothing_everyday(text: str) -> None:
    assert expressions(text) == {}


@pytest.mark.parametrize(
    ("said", "official"), SAID[::40], ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_expression_is_found_by_itself(said: str, official: list[str]) -> None:
    found = expressions(said)
    assert list(found) == [said]
    assert set(official) <= set(found[said])


@given(
    st.lists(
        st.sampled_from([said for said, _ in SAID])
        | st.text(alphabet="一了不没儿着个他们，。？党员书记a 1", max_size=4),
        max_size=6,
    )
)
def test_any_text_gives_the_same_expressions_again_and_each_stands_in_it(parts: list[str]) -> None:
    text = "".join(parts)
    found = expressions(text)
    assert found == expressions(text)
    assert all(said in text and words for said, words in found.items())


def test_the_file_says_each_thing_once_and_in_words_of_documents() -> None:
    terms = set(segment.terms())
    for line in LINES:
        asked, _, written = line.partition(" = ")
        said, official = asked.split(), written.split()
        assert said, line
        assert 0 < len(official) <= 6, line
        assert len(set(said)) == len(said), line
        assert not set(said) & set(official), line
        assert not set(said) & terms, line
        assert all(len(word) > 1 for word in official), line


def test_an_official_word_that_the_documents_do_not_hold_is_no_loss(tmp_path: Path) -> None:
    empty = Store(tmp_path / "empty.sqlite")
    asked = LexicalSearch(empty).parse("他俩吵架")
    assert "矛盾" in asked.meaning
    assert [term.word for term in asked.terms if term.text == "矛盾"] == [0.0]
    empty.close()
