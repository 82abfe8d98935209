"""A knowledge base of texts written for these tests, with the bundled model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings import load_encoder
from embeddings.protocol import Encoder
from rag.index import VectorIndex
from rag.ingest import ingest
from rag.retrieve import HybridRetriever
from rag.store import Store

TEXTS = {
    "渡口.txt": """红枫渡口安全管理办法

一、船只检查

每天开航前，船工检查救生衣、缆绳和发动机，并在日志上签字。

遇到大雾和六级以上大风，一律停航。

二、客流疏导

赶集日增开两班渡船，码头安排三名工作人员维持秩序。
""",
    "食堂.txt": """机关食堂节约用餐规定

食堂按预约人数备餐，剩菜可以打包带走。

每周公布一次各科室的浪费情况，连续两次排名最后的科室要说明原因。
""",
    "支部.txt": """向阳社区党支部主题党日记录

三月的主题党日，支部组织党员清理河道垃圾，二十六名党员参加。

主题党日结束后，组织委员通报了党费收缴情况。

四月的主题党日安排在敬老院，党员为老人理发、量血压。
""",
    "合作社.txt": """兴农合作社分红办法

合作社盈余先提取公积金，再按成员的交易量返还。

农机由合作社统一保养，成员预约后按亩付费。

三月底以前，合作社把上一年的账目贴在公开栏。
""",
}


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The bundled model."""
    return load_encoder("bundled")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Store]:
    """The texts, stored."""
    folder = tmp_path_factory.mktemp("documents")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    opened = Store(tmp_path_factory.mktemp("home") / "knowledge.sqlite")
    ingest([folder], opened, VectorIndex(opened), encoder)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def retriever(store: Store, encoder: Encoder) -> HybridRetriever:
    """Finds passages of the texts."""
    return HybridRetriever(store, VectorIndex(store), encoder)


@pytest.fixture(scope="session")
def ids(store: Store) -> dict[str, str]:
    """File name -> document id."""
    return {Path(document.source).name: document.id for document in store.documents()}
