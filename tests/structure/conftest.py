"""Texts invented for these tests, and the function under test as a reader of plain text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.datatypes import Metadata, RawText, Structured
from rag.structure import structure

PROSE = (
    "每月五日是我们支部雷打不动的学习日。老党员提前半个钟头到会议室，把桌椅摆好，把上个月没有议完的事写在黑板上，等大家坐下来接着议。",
    "学习不求多，求的是弄明白。领学的同志先讲自己的理解，再请旁边的人补充，最后由书记归纳成两三句话，写进记录本，下次开会先对照检查。",
    "半年下来，支部的欠账少了，来议事的群众多了。有人说，这间小会议室比镇上的茶馆还热闹，党员的心也比从前齐了许多。",
    "走访的路上，老支书总爱讲起修渠那年的事，说那时候没有机器，全靠党员带头挑担子，一个冬天硬是把三里长的水渠挖通了。",
    "年轻的党员听得入神，回来就在笔记本上写下一句话，第二天把村里十一户独居老人的情况摸了一遍，列出清单，分到人头。",
)

Reader = Callable[..., Structured]


@pytest.fixture(scope="session")
def prose() -> tuple[str, ...]:
    """Five paragraphs of about sixty characters, each of whole sentences."""
    return PROSE


@pytest.fixture(scope="session")
def read() -> Reader:
    """Structures a text as if it stood in a file without a telling name."""

    def reader(text: str, source: str = "7f3a.txt", pages: tuple[int, ...] = (), **given: str) -> Structured:
        return structure(RawText(source, text, pages, Metadata(**given)))

    return reader
