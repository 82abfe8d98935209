"""Misspelt terms are mended from the passages found; words that exist are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from rag.datatypes import Document, Hit, Passage
from rag.spelling import mend, sounds_alike

TEXT = "街道图书馆的阅览室每周六举办读书沙龙，由退休教师主讲，志愿者负责签到。办证窗口设在一楼大厅。"


class Counts:
    """Document frequencies of one text."""

    def counts(self) -> tuple[int, int]:
        return 1, 1

    def frequencies(self, query_terms: Iterable[str]) -> Mapping[str, int]:
        return {term: int(term in TEXT) for term in query_terms}


def mended(question: str) -> str:
    passage = Passage("d:0", "d", 0, 0, len(TEXT), TEXT)
    return mend(question, [Hit(1, 1.0, passage, Document("d", "x", "图书馆", TEXT))], Counts())


@pytest.mark.parametrize(
    ("written", "meant"),
    [("读书杀龙什么时候办", "读书沙龙什么时候办"), ("志怨者做什么", "志愿者做什么"), ("阅揽室几点开", "阅览室几点开")],
)
def test_homophones_are_mended(written: str, meant: str) -> None:
    assert mended(written) == meant


@pytest.mark.parametrize("question", ["停车场收费吗", "读书沙龙由谁主讲", "红烧肉怎么做", "乡下的老房子怎么办", "", "Who?"])
def test_words_that_exist_are_left_alone(question: str) -> None:
    assert mended(question) == question


def test_sounds_alike_forgives_dialect_but_not_everything() -> None:
    assert sounds_alike("主", "祖")
    assert sounds_alike("兰", "南")
    assert not sounds_alike("天", "地")
