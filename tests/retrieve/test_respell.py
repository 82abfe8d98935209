"""Slips of the input method are mended where the knowledge base proves it, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.fold import fold
from rag.respell import alternatives, respelt
from rag.store import Store

HELD = "祖組主题題提党日救生衣依合作社设渡口度大风，abc 12盈余鱼"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("祖题党日", "主题党日"),
        ("四月的祖题党日安排在哪里", "四月的主题党日安排在哪里"),
        ("检查救生依和缆绳", "检查救生衣和缆绳"),
        ("合做社怎么分红", "合作社怎么分红"),
        ("請問祖題黨日", "請問主題黨日"),
        ("主题党曰", "主题党日"),  # looks alike
        ("住题党日", "主题党日"),  # 住 is a word by itself: the term of the field tells
        ("社区党支步主题党日", "社区党支部主题党日"),
        ("社区党支布主题党日", "社区党支部主题党日"),
        (
            "剩菜打抱带走",
            "剩菜打包带走",
        ),  # 打抱 stands in a word of the dictionary, 打抱不平: four characters in a row tell
        ("安排了多少救生依", "安排了多少救生衣"),  # what stands before 多少 proves nothing
    ],
)
def test_a_homophone_gives_way_to_what_the_documents_say(store: Store, written: str, meant: str) -> None:
    assert respelt(written, store) == meant


@pytest.mark.parametrize(
    "text",
    [
        "主题党日安排在敬老院",
        "船工检查救生衣",
        "主題黨日",  # the other script is no slip
        "图书馆几点开门",  # words that the documents do not hold, but the dictionary does
        "葡萄种植技术",
        "公鸡",
        "What is 主题党日?",
        "祖",
        "",
        "？！",
        "党 日",
    ],
)
def test_what_is_written_as_it_should_be_stays(store: Store, text: str) -> None:
    assert respelt(text, store) == text


def test_nothing_is_mended_without_proof(tmp_path: Path) -> None:
    empty = Store(tmp_path / "empty.sqlite")
    assert respelt("四月的祖题党日", empty) == "四月的祖题党日"
    empty.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=20), st.text(HELD, max_size=20)))
def test_length_stays_and_only_characters_that_sound_alike_change(store: Store, text: str) -> None:
    mended = respelt(text, store)
    assert len(mended) == len(text)
    assert all(a == b or b in alternatives(fold(a)) for a, b in zip(text, mended, strict=True))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_the_documents_say_is_never_changed(store: Store, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(store.documents())).text
    start = data.draw(st.integers(0, len(text) - 2))
    words = text[start : data.draw(st.integers(start + 2, start + 12))]
    assert respelt(words, store) == words
