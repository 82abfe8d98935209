"""Sentences are quoted whole where they are short, at clause boundaries where they are long, dated, and each point once."""

from __future__ import annotations

import pytest

from embeddings import load_encoder
from rag.datatypes import Document, DraftSentence, Passage, Span
from rag.question import read_question
from rag.quoting import (
    BEGUN_LATER,
    SHORT_SENTENCE,
    Candidate,
    dated,
    merge_repeats,
    opening,
    same_point,
    sentences_of,
    size,
    trim,
)
from rag.relevance import Relevance
from rag.store import Store

LONG = "值班表每月底由站长排定并张贴在大门口，值班人员应当提前十分钟到岗并检查门窗水电，遇到急事可以请人代班但要事先登记。"


def span_of(text: str, document: str = "d", date: str | None = None) -> Span:
    """All of a text as a span of a document that holds nothing else."""
    passage = Passage(f"{document}:0", document, 0, 0, len(text), text)
    return Span(passage, Document(document, f"{document}.md", "须知", text, date=date), 0, len(text))


def said(text: str, document: str = "d", date: str | None = None, lead: str = "") -> DraftSentence:
    """A sentence that quotes a document whole."""
    return DraftSentence(text, (span_of(text, document, date),), lead=lead)


def asking(question: str, store: Store) -> Relevance:
    """What the words of a question count in an empty knowledge base."""
    return Relevance(read_question(question), store, load_encoder("bundled"))


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store") / "knowledge.sqlite")


def test_a_sentence_that_says_too_little_is_quoted_with_the_next() -> None:
    heading, body = "一、值班时间。", "服务站每天上午八点到下午六点有人值班，午休轮流顶班。"
    after = "交接班时当面清点钥匙、印章和登记簿，双方签字。"
    span = span_of(heading + body + after)
    assert [s.quote for s in sentences_of(span.passage, span.document)] == [heading + body, after]


def test_a_sentence_of_the_least_length_stands_alone() -> None:
    first, second = "甲" * (SHORT_SENTENCE - 1) + "。", "乙" * 20 + "。"
    span = span_of(first + second)
    assert [s.quote for s in sentences_of(span.passage, span.document)] == [first, second]


def test_a_short_sentence_at_the_end_is_not_lost() -> None:
    span = span_of("服务站每天上午八点到下午六点有人值班。周日休息。")
    assert "".join(s.quote for s in sentences_of(span.passage, span.document)) == span.quote


def test_letters_weigh_less_than_characters() -> None:
    assert size("一二三四") == 4
    assert size("ten letters") == pytest.approx(11 / 2.5)


@pytest.mark.parametrize(
    ("text", "limit", "opened"),
    [
        ("服务站每天上午八点到下午六点有人值班。周日休息。", 60, "服务站每天上午八点到下午六点有人值班。"),
        ("先登记。再领号，等叫号以后到窗口办理业务。", 60, "先登记。再领号，等叫号以后到窗口办理业务。"),
        (LONG, 30, "值班表每月底由站长排定并张贴在大门口"),
        (LONG, 19, "值班表每月底由站长排定并张贴在大门口"),
        (
            "钥匙、印章、登记簿都要当面清点，缺一不可，清点完才能签字离开。",
            20,
            "钥匙、印章、登记簿都要当面清点",
        ),
        (
            "柜台收费分三档：十元以下的不收，十元以上至五十元的收一元，五十元以上的收两元。另有规定的除外。",
            20,
            "柜台收费分三档：十元以下的不收，十元以上至五十元的收一元，五十元以上的收两元。",
        ),
        (
            "The stamp is kept in the safe of the office, and two people open it.",
            20,
            "The stamp is kept in the safe of the office",
        ),
    ],
)
def test_an_opening_is_whole_clauses_within_the_limit(text: str, limit: int, opened: str) -> None:
    assert opening(span_of(text), limit).quote == opened


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("值班表由谁排定？", "值班表每月底由站长排定并张贴在大门口"),
        ("提前几分钟到岗？", "值班人员应当提前十分钟到岗并检查门窗水电"),
        ("请人代班要登记吗？", "遇到急事可以请人代班但要事先登记。"),
    ],
)
def test_a_long_sentence_is_trimmed_to_the_clauses_that_answer(
    question: str, kept: str, store: Store
) -> None:
    trimmed = trim(Candidate(span_of(LONG), 1.0), asking(question, store), 24)
    assert trimmed.text == kept


def test_as_many_clauses_are_kept_as_fit(store: Store) -> None:
    both = trim(Candidate(span_of(LONG), 1.0), asking("值班表由谁排定，提前几分钟到岗？", store), 44)
    assert both.text == LONG[: LONG.index("，遇到")]


def test_a_short_sentence_is_not_trimmed(store: Store) -> None:
    candidate = Candidate(span_of(LONG), 1.0)
    assert trim(candidate, asking("值班表由谁排定？", store), len(LONG)) is candidate


def test_of_clauses_that_answer_alike_the_first_is_kept(store: Store) -> None:
    text = "登记簿放在门口的柜子里由门卫看管，登记簿放在楼上的柜子里由文书看管。"
    assert BEGUN_LATER > 0
    assert trim(Candidate(span_of(text), 1.0), asking("登记簿放在哪里？", store), 20).text.startswith(
        "登记簿放在门口"
    )


def test_this_year_is_given_with_the_date_of_its_text_once() -> None:
    told = dated([said("今年办了五场。", date="2024-03-01"), said("去年办了三场。", date="2024-03-01")], "zh")
    assert [sentence.lead for sentence in told] == ["（原文日期：2024-03-01）", ""]


def test_a_date_that_stands_above_is_not_repeated() -> None:
    [told] = dated([said("今年办了五场。", date="2024-03-01", lead="**《须知》**（2024-03-01）\n\n")], "zh")
    assert told.lead == "**《须知》**（2024-03-01）\n\n"


@pytest.mark.parametrize(
    ("text", "language", "note"),
    [
        ("截至目前2019年和2021年都办了。", "zh", "（原文未注明日期，文中最晚的年份是2021年）"),
        ("今年办了五场。", "zh", "（原文未注明日期）"),
        ("今年办了五场。", "en", "(The text bears no date.) "),
        ("每年办五场。", "zh", ""),
    ],
)
def test_a_text_without_a_date_says_so(text: str, language: str, note: str) -> None:
    [told] = dated([said(text)], language)
    assert told.lead == note


def test_a_point_of_two_documents_is_said_once_with_both_places() -> None:
    point = "交接班时当面清点钥匙、印章和登记簿。"
    kept = merge_repeats([said(point, "甲"), said("周日休息。", "甲"), said(point, "乙"), said(point, "甲")])
    assert [sentence.text for sentence in kept] == [point, "周日休息。"]
    assert [span.document.id for span in kept[0].spans] == ["甲", "乙"]


def test_a_point_is_the_same_in_nearly_the_same_words() -> None:
    assert same_point("交接班时当面清点钥匙和印章。", "交接班时当面清点钥匙和印章")
    assert not same_point("交接班时当面清点钥匙和印章。", "交接班时双方在登记簿上签字。")
    assert not same_point("", "")


@pytest.mark.parametrize(
    ("said", "elsewhere"),
    [
        (
            "值班人员没有表决权和选举权，开会时不计算在应到人数内。",
            "值班人员没有表决权和选举权，开会时计算在应到人数内。",
        ),
        (
            "镇图书馆和各村的书屋每周一闭馆，其余各天早上8点开门。",
            "镇图书馆和各村的书屋每周一闭馆，其余各天早上9点开门。",
        ),
        (
            "服务站的站长由王芳同志担任，副站长由李强同志担任。",
            "服务站的站长由李强同志担任，副站长由王芳同志担任。",
        ),
    ],
)
def test_another_number_name_or_not_is_another_point(said: str, elsewhere: str) -> None:
    assert not same_point(said, elsewhere)
