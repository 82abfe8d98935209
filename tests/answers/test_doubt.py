"""Whether a question in a conversation leaves its topic out is settled by what the documents hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.build import open_assistant
from rag.datatypes import Doubt, Hit, Mode, Turn
from rag.doubt import Doubts, leans
from rag.reading import ANSWER_HITS, KEPT, Reader, Reading
from rag.refuse import Judge, Verdict

ABOUT = "青石镇图书馆的借阅规则是什么？"


def settled(
    assistant: Assistant, asked: str, of_topic: str, chances: tuple[float, float], named: bool
) -> bool:
    """The decision over real hits, with the probabilities of an answer to the question alone and of the topic."""
    alone, other = (
        reading(assistant, text, chance) for text, chance in ((asked, chances[0]), (of_topic, chances[1]))
    )
    return leans(alone, other, reading(assistant, ABOUT, 1.0), assistant.store, named)


def reading(assistant: Assistant, question: str, chance: float) -> Reading:
    """Real hits and a verdict of so much probability."""
    return Reading(question, assistant.search, lambda *_: Verdict(chance >= 0.2, chance))


class Counted:
    """The assistant's own search and judgement; keeps what each was asked."""

    def __init__(self, assistant: Assistant) -> None:
        self.searched: list[str] = []
        self.judged: list[str] = []
        self._assistant = assistant
        self._judge = Judge(assistant.store, assistant.encoder).judge
        self.reader = Reader(self, self.judge, assistant.store)
        self.doubts = Doubts(self.reader, assistant.store)

    def retrieve(
        self, query: str, k: int = 10, mode: Mode = "hybrid", documents: frozenset[str] | None = None
    ) -> tuple[Hit, ...]:
        self.searched.append(query)
        return self._assistant.search(query, k, mode, documents)

    def judge(self, question: str, hits: Sequence[Hit]) -> Verdict:
        self.judged.append(question)
        return self._judge(question, hits)


RENEWAL = Doubt("可以续借几次", "青石镇图书馆可以续借几次", "青石镇图书馆有几个分馆？", True)


@pytest.mark.parametrize("named", [True, False])
def test_what_is_answered_better_of_the_topic_and_by_words_that_stand_there_leans_on_it(
    assistant: Assistant, named: bool
) -> None:
    assert settled(assistant, "可以免押金吗", "青石镇图书馆可以免押金吗", (0.4, 0.8), named)
    assert settled(assistant, "可以免押金吗", "青石镇图书馆可以免押金吗", (0.1, 0.8), named)


def test_a_question_with_a_thing_of_its_own_must_be_answered_better_of_the_topic(
    assistant: Assistant,
) -> None:
    assert not settled(assistant, "可以免押金吗", "青石镇图书馆可以免押金吗", (0.8, 0.8), named=True)
    assert settled(assistant, "可以免押金吗", "青石镇图书馆可以免押金吗", (0.8, 0.8), named=False)


def test_an_independent_question_is_answered_worse_of_the_topic(assistant: Assistant) -> None:
    assert not settled(
        assistant, "图书角多久换一遍书？", "图书馆图书角多久换一遍书？", (0.9, 0.6), named=False
    )


@pytest.mark.parametrize("asked", ["红烧肉怎么做", "高铁票多少钱"])
def test_a_question_about_something_else_does_not_lean_however_sure_the_answer_looks(
    assistant: Assistant, asked: str
) -> None:
    assert not settled(assistant, asked, f"青石镇图书馆借阅规则{asked}", (0.05, 0.95), named=False)


def test_the_assistant_asks_a_question_of_the_topic_where_the_documents_say_so(assistant: Assistant) -> None:
    history = [Turn("青石镇图书馆有几个分馆？", "六个分馆[1]。")]
    assert assistant.ask("那能续借吗", history).standalone_question == "青石镇图书馆能续借吗"
    alone = "白河中心小学的读书会由谁主持？"
    assert assistant.ask(alone, history).standalone_question == alone


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Assistant]:
    """An assistant whose only document a test may replace."""
    (tmp_path / "a.md").write_text(
        "# 青石镇图书馆\n\n青石镇图书馆有六个分馆，持证读者可以续借一次。\n", "utf-8"
    )
    with open_assistant(tmp_path / "home") as opened:
        opened.index([tmp_path / "a.md"])
        yield opened


def test_a_doubt_is_settled_once_while_the_documents_stay_as_they_are(own: Assistant, tmp_path: Path) -> None:
    counted = Counted(own)
    settled = counted.doubts.leans(RENEWAL)
    assert sorted(counted.searched) == sorted({RENEWAL.asked, RENEWAL.of_topic, RENEWAL.before})
    searched = len(counted.searched)
    assert counted.doubts.leans(RENEWAL) == settled
    assert len(counted.searched) == searched
    (tmp_path / "b.md").write_text("# 白河中心小学\n\n读书会每月举行一次。\n", "utf-8")
    own.index([tmp_path / "b.md"])
    counted.doubts.leans(RENEWAL)
    assert len(counted.searched) == 2 * searched


def test_what_is_found_elsewhere_settles_a_doubt_before_anything_is_judged(assistant: Assistant) -> None:
    counted = Counted(assistant)
    asked = "白河中心小学的读书会由谁主持？"
    assert not counted.doubts.leans(Doubt(asked, f"图书馆{asked}", "青石镇图书馆有几个分馆？", True))
    assert counted.judged == []
    assert asked not in counted.searched


def test_what_settled_a_doubt_is_at_hand_for_the_answer(assistant: Assistant) -> None:
    counted = Counted(assistant)
    counted.doubts.leans(RENEWAL)
    found = counted.reader.read(RENEWAL.of_topic)
    assert found.hits == assistant.search(RENEWAL.of_topic, ANSWER_HITS)
    assert counted.searched.count(RENEWAL.of_topic) == 1


def test_a_reading_is_of_the_documents_it_was_asked_of(assistant: Assistant) -> None:
    reader = Counted(assistant).reader
    everywhere = reader.read("读书会").hits
    one = frozenset({everywhere[0].document.id})
    assert {hit.document.id for hit in reader.read("读书会", one).hits} == one
    assert reader.read("读书会").hits == everywhere


def test_old_readings_give_way(assistant: Assistant) -> None:
    reader = Counted(assistant).reader
    first = reader.read("读书会")
    assert reader.read("读书会") is first
    for number in range(KEPT):
        reader.read(f"第{number}分馆")
    assert reader.read("读书会") is not first
