"""Questions that the page offers come from titles and headings, can be answered, and repeat nothing that was asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from page.suggest import EXAMPLES, FOLLOWUPS, examples, followups
from rag.assistant import Assistant
from rag.build import open_assistant
from rag.text import language_of

FILES = {
    "议事会.md": """---
title: 村民议事会的程序
---

一、议题怎么定

议题由党支部在会前五天张贴在公示栏，村民有三天时间提出补充意见。

二、谁能参加

参会代表不少于全体代表的三分之二，网格员和老党员各请两名列席。

三、表决结果怎么公布

表决结果当天张贴，责任人和完成时限写在同一张纸上，十五天后公布办理进度。
""",
    "值班.md": """---
title: 便民服务站的值班制度
---

一、值班时间怎么排

服务站每天上午八点到下午六点有人值班，午休时间由网格员轮流顶班。

二、交接班要做什么

交接班时当面清点钥匙、印章和登记簿，双方在交接簿上签字。
""",
    "minutes.md": """---
title: How to keep minutes
---

What is in the minutes

The minutes name who came, what was decided by vote, and who is to do it by which day.

Who can sign the minutes

The chair and the secretary sign the minutes on the same day.

How long should the papers be kept

The papers of a meeting are kept in the archive for ten years.
""",
}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([folder])
        yield opened


def test_a_page_begins_with_questions_of_its_own_language(village: Assistant) -> None:
    chinese, english = examples(village, "zh"), examples(village, "en")
    assert set(chinese) == {"村民议事会的程序有哪些？", "便民服务站的值班制度有哪些？"}
    assert english[0] == "How to keep minutes?"
    assert set(english[1:]) == set(chinese)
    assert len(english) <= EXAMPLES


def test_what_follows_is_not_what_was_asked_or_cited(village: Assistant) -> None:
    asked = "村民议事会的议题怎么定？"
    offered = followups(village, village.ask(asked), [asked])
    assert offered[:2] == ("村民议事会：谁能参加？", "村民议事会：表决结果怎么公布？")
    assert len(offered) <= FOLLOWUPS
    assert not any("议题怎么定" in question for question in offered)
    assert all(language_of(question) == "zh" for question in offered)


def test_what_was_asked_before_is_not_offered_again(village: Assistant) -> None:
    asked = ["村民议事会谁能参加？", "村民议事会的议题怎么定？"]
    offered = followups(village, village.ask(asked[-1]), asked)
    assert offered
    assert not any("谁能参加" in question for question in offered)


def test_only_what_the_chosen_documents_answer_is_offered(village: Assistant) -> None:
    asked = "村民议事会的议题怎么定？"
    [duty] = [d.id for d in village.documents() if "值班" in d.title]
    offered = followups(village, village.ask(asked), [asked], frozenset({duty}))
    assert offered[1:] == ("便民服务站：值班时间怎么排？", "便民服务站：交接班要做什么？")
    assert offered[0] == "便民服务站的值班制度有哪些？"


def test_an_english_answer_is_followed_by_english_questions(village: Assistant) -> None:
    asked = "What is in the minutes?"
    offered = followups(village, village.ask(asked), [asked])
    assert offered == ("How long should the papers be kept?",)


def test_a_refusal_is_followed_by_nothing(village: Assistant) -> None:
    refused = village.ask("红烧肉怎么做？")
    assert refused.refused
    assert followups(village, refused, ["红烧肉怎么做？"]) == ()
