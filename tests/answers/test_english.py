"""English questions on Chinese documents: read for what they ask, put into Chinese, answered, or refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.assistant import Assistant
from rag.build import open_assistant
from rag.evidence import named
from rag.glossary import Wording, content, in_chinese, wordings
from rag.pinyin import is_spelt_in, sounds_chinese
from rag.question import read_question
from rag.relevance import Relevance

ORCHARD = """---
title: 果园管理办法
date: 2024-03-01
---

一、议事。果园的支部委员会每月召开2次会议，地点在工具房。支部党员大会每季度召开1次，由支部书记主持。

二、采摘。摘果子的志愿者每组不超过6人，带队的由组织委员担任。采摘期一般不少于20天，摘下的果子当天入库。

三、党费。支部每年公布一次党费收缴情况，公布在工具房门口。党费的用途有三样：培训党员；订阅报刊；补助困难党员。

四、纪律。志愿者不得把果子带回家，损坏枝条的要写书面说明。
"""


@pytest.fixture(scope="module")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("orchard")
    (folder / "orchard.md").write_text(ORCHARD, "utf-8")
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([folder])
        yield opened


@pytest.mark.parametrize(
    ("text", "kind", "expected", "unit"),
    [
        ("How often does the choir meet?", "fact", "frequency", ""),
        ("How long does the season last?", "fact", "duration", ""),
        ("Within how many days must the keys be returned?", "fact", "duration", ""),
        ("How many volunteers are needed?", "fact", "number", "人"),
        ("How many hours of practice does a singer need?", "fact", "number", "小时"),
        ("What share of the seats is reserved?", "fact", "number", "比例"),
        ("How much does a child pay?", "fact", "number", "元"),
        ("Who appoints the conductor?", "fact", "agent", ""),
        ("Who is the conductor of the choir?", "fact", "person", ""),
        ("In which year was the hall built?", "fact", "date", "年"),
        ("What is meant by a rest?", "fact", "definition", ""),
        ("Which rules apply to guests?", "list", None, ""),
        ("What duties does the conductor have?", "list", None, ""),
        ("What happens if the hall is locked?", "synthesis", None, ""),
        ("How do the two choirs differ?", "synthesis", None, ""),
    ],
)
def test_what_an_english_question_asks_for(text: str, kind: str, expected: str | None, unit: str) -> None:
    read = read_question(text)
    assert (read.kind, read.expected, read.unit) == (kind, expected, unit)


def test_a_list_question_announces_how_many_items_and_what_they_are_called() -> None:
    read = read_question("What four principles guide the election?")
    assert (read.count, read.counted) == (4, "(?:原则)")
    assert read_question("Name the five tools.").count == 5
    assert read_question("Which errors occur in the two halls?").count is None


def test_a_later_part_is_read_without_what_it_is_about() -> None:
    read = read_question("and by whom? (How soon must the hall be cleaned)")
    assert read.expected == "agent"


def test_the_longest_wording_counts_and_inflection_does_not() -> None:
    said = {w.said: w.meant[:1] for w in wordings("Which branch committees collected the Party dues?")}
    assert said == {
        "which": (),
        "branch committees": ("支部委员会",),
        "collected": ("收缴",),
        "party dues": ("党费",),
    }
    assert content("the branch's committees") == (Wording("branch's committees", ("支部委员会", "支委会")),)


def test_what_the_glossary_does_not_know_is_looked_up_in_the_learned_table() -> None:
    harvest, grapple = content("the harvest of grappling")[0], content("harvest and xylophonism")[1]
    assert harvest.meant[0] == "收割"
    assert 0 < harvest.sure < 1
    assert harvest.shares == tuple(sorted(harvest.shares, reverse=True))
    assert sum(harvest.odds) == pytest.approx(1.0)
    assert grapple == Wording("xylophonism", ())


def test_what_nobody_knows_stays_in_english() -> None:
    chinese, known = in_chinese("How often does the branch committee inspect the xylophonism?")
    assert (chinese, known) == ("支部委员会 检查 xylophonism", 2 / 3)
    assert in_chinese("Who xylophonises?") == ("", 0.0)


def test_a_learned_word_makes_a_translation_surer_by_a_part_of_what_a_glossary_word_does() -> None:
    _, known = in_chinese("Does the branch committee see the earthquake of xylophonism?")
    assert 1 / 4 < known < 2 / 4


def test_what_is_only_a_measure_is_no_subject() -> None:
    assert read_question("How many people sit on the branch committee?").terms() == (
        "sit",
        "branch committee",
    )


def test_every_wording_of_the_glossary_finds_its_own_chinese() -> None:
    assert wordings("democratic life meeting")[0].meant == ("民主生活会",)
    assert (
        wordings("organizational life meetings")[0].meant == wordings("organisational life meeting")[0].meant
    )


def test_an_english_word_that_could_be_read_in_chinese_syllables_is_no_name() -> None:
    assert sounds_chinese("Finance")
    assert named(read_question("What did the Ministry of Finance tell the workers in June?")) == ()
    assert named(read_question("What did comrade Guimei tell the workers?")) == ("Guimei",)


def test_a_text_holds_a_learned_word_as_far_as_its_translation_is_sure(orchard: Assistant) -> None:
    word = content("harvest")[0]
    asked = Relevance(read_question("What is harvested there?"), orchard.store, orchard.encoder)
    held = [asked.held(meant, "harvested") for meant in word.meant]
    assert held[0] == 1.0
    assert held == sorted(held, reverse=True)
    assert held[-1] < 1.0
    assert asked.held("果园", "harvested") == 0.0


def test_names_in_pinyin_are_found_in_characters() -> None:
    assert is_spelt_in("Guimei", "张桂梅同志")
    assert not is_spelt_in("Guimei", "果园管理办法")
    assert sounds_chinese("Hangzhou")
    assert not sounds_chinese("Blackpool")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How often does the branch committee meet?", "支部委员会每月召开2次"),
        ("How frequently is the general meeting held?", "每季度召开1次"),
        ("How many volunteers may there be at most?", "不超过6人"),
        ("Who leads the volunteers?", "组织委员担任"),
        ("How often is the collection of Party dues made public?", "每年公布一次"),
        ("What are the three purposes of Party dues?", "培训党员；订阅报刊；补助困难党员"),
        ("What must volunteers not do?", "不得把果子带回家"),
    ],
)
def test_an_english_question_is_answered_from_chinese_text(
    orchard: Assistant, question: str, said: str
) -> None:
    answer = orchard.ask(question)
    assert not answer.refused
    assert said in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "How many mediators does the county employ?",
        "Who is the director of the orchard in Qingdao?",
        "Which newspaper reported on the bankruptcy of the bank?",
    ],
)
def test_an_english_question_that_the_text_does_not_answer_is_refused(
    orchard: Assistant, question: str
) -> None:
    assert orchard.ask(question).refused


def test_a_refusal_names_what_was_asked_in_the_words_of_the_question(orchard: Assistant) -> None:
    answer = orchard.ask("Who is the mayor of France?")
    assert answer.refused
    assert answer.reason is not None
    assert "“France”" in answer.reason
    assert "法国" not in answer.reason
