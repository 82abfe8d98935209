"""Whether a question in a conversation leaves its topic out is settled by what the documents hold."""

from __future__ import annotations

import pytest

from rag.assistant import Assistant
from rag.datatypes import Turn
from rag.doubt import SPOKEN_HITS, Reading, leans
from rag.refuse import Verdict

ABOUT = "青石镇图书馆的借阅规则是什么？"


def settled(
    assistant: Assistant, asked: str, of_topic: str, chances: tuple[float, float], named: bool
) -> bool:
    """The decision over real hits, with the probabilities of an answer to the question alone and of the topic."""
    alone, other = (
        Reading(text, assistant.search(text), Verdict(chance >= 0.2, chance))
        for text, chance in ((asked, chances[0]), (of_topic, chances[1]))
    )
    return leans(alone, other, assistant.search(ABOUT, SPOKEN_HITS), assistant.store, named)


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
