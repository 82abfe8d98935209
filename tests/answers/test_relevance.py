"""How much each word of a question counts."""

from __future__ import annotations

from rag.assistant import Assistant
from rag.question import read_question
from rag.relevance import Relevance


def weights(assistant: Assistant, question: str) -> dict[str, float]:
    return Relevance(read_question(question), assistant.store, assistant.encoder).weights


def test_words_that_name_no_subject_count_less_where_the_documents_do_not_know_them(
    assistant: Assistant,
) -> None:
    found = weights(assistant, "外头的蛋糕铺子")
    assert 0 < found["外头"] < 0.7 * found["蛋糕"]


def test_words_that_the_documents_know_count_by_their_rarity_there(assistant: Assistant) -> None:
    found = weights(assistant, "读者、志愿者和蛋糕")
    assert found["读者"] < found["志愿者"] < found["蛋糕"]


def test_items_that_a_question_names_are_shared_and_a_single_one_is_not(assistant: Assistant) -> None:
    relevance = Relevance(read_question("引路员、调解员、安全员"), assistant.store, assistant.encoder)
    heads = ["当好引路员", "当好调解员", "当好安全员"]
    shared, alone = relevance.shared_coverage("管理员守则", heads)
    one = Relevance(read_question("调解员"), assistant.store, assistant.encoder)
    shared_of_one, alone_of_one = one.shared_coverage("管理员守则", heads)
    assert shared > shared_of_one
    assert alone < alone_of_one
