"""A small knowledge base of texts written for these tests, indexed with the bundled model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.build import open_assistant

LIBRARY = """青石镇图书馆分馆管理经验

青石镇图书馆有六个分馆，去年接待读者3万余人次，办读书会48场。馆长周文清认为，分馆办得好不好，关键看能不能方便读者。

一、延长开放时间

各分馆平日开到晚上八点，周末全天开放，中午不闭馆。节假日由志愿者轮流值班，值班表提前一周公布。

二、放宽借阅规则

持证读者每人每次可以借十册，借期一个月，可以续借一次。可以免押金的有四种人：学生、老人、残疾人、现役军人。

三、送书上门

年老体弱的读者打一个电话就可以借书，志愿者当天送到家里。一是登记要细，写清书名、地址和电话。二是送书要快，当天的书不过夜。三是回访要勤，每月上门问一次还想读什么。
"""

SCHOOL = """白河中心小学读书活动总结

白河中心小学把读书活动作为校园文化建设的重要内容，全校二十四个班都建立了图书角。

在借阅制度上，学校实行班级轮换，每两周把图书角的书换一遍。读书会由语文教师主持，每月最后一个星期五下午举行。

学校还要求家长参加读书活动，每学期至少到校听一次读书会。
"""


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over two small documents."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "library.txt").write_text(LIBRARY, "utf-8")
    (folder / "school.txt").write_text(SCHOOL, "utf-8")
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([folder])
        yield opened


@pytest.fixture(scope="session")
def documents(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the documents."""
    return Path(assistant.documents()[0].source).parent
