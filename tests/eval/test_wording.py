"""When two strings say the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.wording import Searchable, entails, says, stands_in, words_of


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("已销号36个", "台账 共 46 项，已销号 36 个。"),
        ("做到“日清月结”", "各科室要做到「日清月结」，不留尾巴"),
        ("做到‘日清月结’", '做到"日清月结"'),
        ("编号ＡＢ－１２", "编号AB-12"),
        ("接待群众\n来访", "接待群众\u3000来\u00a0访"),
    ],
)
def test_a_quote_may_differ_in_blanks_width_and_quotation_marks(quote: str, text: str) -> None:
    assert stands_in(quote, text)


@pytest.mark.parametrize(
    ("quote", "text"),
    [("1984年", "1974年"), ("不得代签", "可以代签"), ("會議", "会议"), ("", "任何文字"), (" ", "任何 文字")],
)
def test_a_quote_may_not_differ_in_words(quote: str, text: str) -> None:
    assert not stands_in(quote, text)


@given(st.text(alphabet="会议记录 \u3000“”\n１a", min_size=1), st.data())
def test_a_quote_is_found_where_it_was_cut_out(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        return
    blank_before = len(text[start:end]) - len(text[start:end].lstrip())
    blank_after = len(text[start:end]) - len(text[start:end].rstrip())
    assert (start + blank_before, end - blank_after) in Searchable.of(text).occurrences(text[start:end])


@pytest.mark.parametrize(
    ("answer", "wording"),
    [
        ("共 36 个网点", "36个"),
        ("实行“双签字”制度", "双签字制度"),
        ("應當設立黨小組", "设立党小组"),
        ("应当设立党小组", "設立黨小組"),
        ("有主题，有记录", "有主题、有记录"),
        ("Members act as the VANGUARD of the team", "vanguard"),
        ("the self-reform of the branch", "self-reform"),
        ("比例为１２％", "12%"),
    ],
)
def test_a_key_point_is_said_in_any_script_width_and_case(answer: str, wording: str) -> None:
    assert says(answer, wording)


@pytest.mark.parametrize(
    ("answer", "wording"),
    [
        ("a matter of fact", "act"),
        ("共 112 项", "12项"),
        ("共120", "12"),
        ("有主题", "有记录"),
        ("先签字。再公示", "签字再公示"),
        ("任何文字", "、"),
    ],
)
def test_a_key_point_is_whole_words_and_whole_numbers(answer: str, wording: str) -> None:
    assert not says(answer, wording)


def test_markers_and_markup_are_no_words() -> None:
    assert words_of("## 要点\n**先签字**[1][12]，\n> 后公示") == "要点\n先签字，\n后公示"


PASSAGE = "镇里给每个村配了两名联络员，联络员每周三到村，走访不少于5户，情况记入《民情台账》。"


@pytest.mark.parametrize(
    "sentence",
    [
        "联络员每周三到村",
        "聯絡員每週三到村，走訪不少於5戶",
        "联络员每周三到村走访，不少于5户，记入《民情台账》",
    ],
)
def test_a_sentence_made_of_the_cited_words_is_borne(sentence: str) -> None:
    assert entails(sentence, PASSAGE)


@pytest.mark.parametrize(
    "sentence",
    [
        "联络员每周三到村，走访不少于50户",
        "联络员每周三到村，情况记入《村情台账》",
        "派出所民警轮流驻点，负责调解邻里纠纷",
        "",
    ],
)
def test_another_number_another_title_or_other_words_are_not_borne(sentence: str) -> None:
    assert not entails(sentence, PASSAGE)
