"""English over Chinese passages: honest translations are supported, what says another thing is not."""

from __future__ import annotations

import pytest

from embeddings import load_encoder
from embeddings.protocol import Encoder
from rag.amounts import in_chinese, in_english
from rag.support import Evidence, Support, support

DUES = Evidence(
    "党员应当每月向支部交纳党费，遇到特殊情况，经支部同意可以每季度交一次。党组织不能替党员垫交，也不能从工资里扣。",
    "党费怎样收缴",
)
ELECTION = Evidence(
    "选举采用无记名投票。支部委员会由3至5人组成，每届任期5年。到会委员须达到半数以上，会议才能召开。"
    "会前三天，组织委员把议题告知委员。因故未到会的党员不能委托别人投票。",
    "支部怎样换届",
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("bundled")


def over(sentence: str, evidence: Evidence, encoder: Encoder) -> Support:
    return support(sentence, [evidence], encoder)


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (DUES, "In special circumstances, dues may be paid once a quarter with the consent of the branch."),
        (DUES, "The Party organisation may not pay dues for members or deduct them from their wages."),
        (ELECTION, "The branch committee consists of three to five members and has a term of five years."),
        (ELECTION, "The election is held by secret ballot."),
        (ELECTION, "The meeting can only be held when at least half of the committee members are present."),
        (ELECTION, "Members who are absent cannot ask others to vote for them."),
    ],
)
def test_an_honest_translation_is_supported(evidence: Evidence, sentence: str, encoder: Encoder) -> None:
    found = over(sentence, evidence, encoder)
    assert found.holds, found.reason


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (DUES, "In special circumstances, dues may be paid once a week with the consent of the branch."),
        (DUES, "In special circumstances, dues must be paid once a quarter with the consent of the branch."),
        (DUES, "The Party organisation may pay dues for members and deduct them from their wages."),
        (
            DUES,
            "Dues may be paid once a quarter with the consent of the branch, and a foreign expert checks the invoices.",
        ),
        (ELECTION, "The branch committee consists of three to nine members and has a term of five years."),
        (ELECTION, "The branch committee consists of three to five members and has a term of five months."),
        (ELECTION, "The meeting can only be held when at most half of the committee members are present."),
        (
            ELECTION,
            "Three days after the meeting, the organisation member informs the committee of the topics.",
        ),
        (
            ELECTION,
            "The municipal government informs the committee of the topics three days before the meeting.",
        ),
        (ELECTION, "Flood control is the main task of the village in summer."),
    ],
)
def test_what_says_another_thing_is_not(evidence: Evidence, sentence: str, encoder: Encoder) -> None:
    assert not over(sentence, evidence, encoder).holds


def test_a_supported_sentence_rests_on_the_stretch_that_says_it(encoder: Encoder) -> None:
    found = over("Members who are absent cannot ask others to vote for them.", ELECTION, encoder)
    [(_, start, end)] = found.places
    assert ELECTION.text[start:end].endswith("因故未到会的党员不能委托别人投票")
    assert start > ELECTION.text.index("支部委员会")


def test_what_only_lacks_words_may_still_follow_what_has_a_fact_otherwise_may_not(encoder: Encoder) -> None:
    assert over("Whoever is ill stays away from the polls.", ELECTION, encoder).soft
    assert not over("The branch committee has a term of nine years.", ELECTION, encoder).soft


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("every six months", "每半年"),
        ("once a quarter", "一个季度一次"),
        ("within fifteen minutes", "十五分钟以内"),
        ("seventy per cent", "七成"),
        ("two thirds", "三分之二"),
        ("at least half", "半数以上"),
        ("6 August 2024", "2024年8月6日"),
        ("40 to 60 minutes", "40至60分钟"),
        ("two to three weeks", "两到三周"),
        ("twenty-four class hours", "二十四个学时"),
        ("the fourth quarter", "第四季度"),
        ("eighty characters", "80个字"),
    ],
)
def test_an_amount_is_the_same_in_both_languages(english: str, chinese: str) -> None:
    there = in_chinese(chinese)
    assert in_english(english)
    assert all(any(said.agrees(held) for held in there) for said in in_english(english))


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("three weeks", "三天"),
        ("every month", "每年"),
        ("six months", "6名"),
        ("one third", "三分之二"),
        ("August", "10月"),
    ],
)
def test_another_amount_is_another(english: str, chinese: str) -> None:
    assert not any(said.agrees(held) for said in in_english(english) for held in in_chinese(chinese))


@pytest.mark.parametrize(
    ("english", "chinese", "parts"),
    [
        ("at least three days", "不超过三天", True),
        ("at most three days", "不少于三天", True),
        ("no more than three days", "不超过三天", False),
        ("within three days", "三天之内", False),
        ("three days", "至少三天", False),
    ],
)
def test_bounds_from_both_sides_part(english: str, chinese: str, parts: bool) -> None:
    [said], [held] = in_english(english), [a for a in in_chinese(chinese) if a.unit]
    assert said.parts(held) is parts
