"""English words are known in all their forms, phrases before words, and what is not known stays as it is."""

from __future__ import annotations

import pytest

from rag.glossary import LEARNED, content, english_words, in_chinese, stem, wordings


@pytest.mark.parametrize(
    "forms",
    [
        ("meeting", "meetings", "meet"),
        ("stop", "stopped", "stopping", "stops"),
        ("tell", "telling", "tells"),
        ("pass", "passed", "passing"),
        ("organise", "organized", "organizing", "organises"),
        ("duty", "duties", "duty's"),
        ("committee", "committees", "committee’s"),
        ("trainee", "trainees"),
        ("vote", "voted", "voting", "votes"),
        ("carry", "carried"),
        ("use", "uses"),
    ],
)
def test_all_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(("one", "other"), [("use", "us"), ("red", "r"), ("king", "k"), ("due", "do")])
def test_short_words_keep_what_looks_like_an_ending(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_words_are_read_without_articles_and_signs() -> None:
    assert english_words("The branch’s 3.5% share, an Annex (a)") == ["branch’s", "3.5%", "share", "annex"]


def test_a_phrase_is_known_before_its_words() -> None:
    said = {wording.said: wording.meant[0] for wording in content("How often are general meetings held?")}
    assert said["general meetings"] == "支部党员大会"
    assert "meetings" not in said


def test_words_that_only_ask_are_no_content() -> None:
    assert content("What is it?") == ()
    assert [wording.said for wording in wordings("What is it?")] == ["what", "is", "it"]


def test_a_measure_is_no_subject() -> None:
    assert [wording.said for wording in content("How many minutes is the notice?")] == ["notice"]
    assert [wording.said for wording in content("Who keeps the minutes?")][-1] == "minutes"


def test_what_was_learned_counts_less_than_what_was_written() -> None:
    words, known = in_chinese("steps for quarks")
    sure = content("quarks")[0].sure
    assert words == "步骤 夸克"
    assert 0 < sure < 1
    assert known == pytest.approx((1 + LEARNED * sure) / 2)


def test_an_unknown_word_stays_and_alone_gives_nothing() -> None:
    assert in_chinese("duties of the Xyzzyq")[0] == "职责 xyzzyq"
    assert in_chinese("Xyzzyq") == ("", 0.0)


def test_shares_of_a_learned_word_become_odds() -> None:
    learned = content("quarks")[0]
    assert sum(learned.odds) == pytest.approx(1)
    assert len(learned.odds) == len(learned.meant)


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("What are the projects called?", ["projects"]),
        ("What do the rules call a member?", ["rules", "member"]),
        ("According to the trade union article, what is a branch?", ["trade union", "branch"]),
        ("Which duties are mentioned?", ["duties"]),
        ("Two of these texts talk about petitions?", ["petitions"]),
        ("What are they asked to sign?", ["sign"]),
    ],
)
def test_how_a_question_is_put_is_no_content(asked: str, subject: list[str]) -> None:
    assert [wording.said for wording in content(asked)] == subject


def test_the_articles_of_a_law_and_a_meeting_that_is_called_are_content() -> None:
    assert content("What does article 12 say?")[0].meant[0] == "条"
    assert content("In which of these articles of the Regulations?")[0].meant[0] == "条"
    assert "召开" in content("By whom must the meeting be called?")[-1].meant


def test_a_function_word_is_none_of_the_words_that_share_its_stem() -> None:
    assert content("They will.") == ()
    assert content("Are they willing?")[0].said == "willing"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("resist corruption", "拒腐防变"),
        ("the mental defence line", "思想"),
        ("staff", "干部"),
        ("expel from the party", "开除党籍"),
        ("put forward", "提出"),
        ("Wuhan", "武汉"),
    ],
)
def test_what_officials_write_stands_beside_what_the_dictionary_says(said: str, written: str) -> None:
    assert any(written in word for wording in content(said) for word in wording.meant)
