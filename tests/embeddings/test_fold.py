"""``fold``: one spelling per text, never another length."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.fold import fold, fold_fingerprint


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_each_character_folds_by_itself(first: str, second: str) -> None:
    assert fold(first + second) == fold(first) + fold(second)


def test_every_character_that_python_knows_keeps_its_place() -> None:
    everything = "".join(map(chr, range(0x110000)))
    assert len(fold(everything)) == len(everything)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("黨員發展的五個階段", "党员发展的五个阶段"),
        ("支部書記與紀檢委員", "支部书记与纪检委员"),
        ("ＡＢＣ１２３，（一）", "abc123,(一)"),
        ("Straße ÉCOLE МОСКВА", "straße école москва"),
        ("第\u3000一\u00a0条", "第 一 条"),
        ("\u2f00\u2f08", "一人"),  # Kangxi radicals, as some PDF fonts give them
        ("①㎡ﬁ", "①㎡ﬁ"),  # would change meaning or length
        ("", ""),
    ],
)
def test_examples(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_no_cased_letter_is_left_where_lower_case_has_the_same_length() -> None:
    letters = [chr(code) for code in range(0x1E944) if unicodedata.category(chr(code)) == "Lu"]
    lowered = [letter for letter in letters if len(letter.lower()) == 1 and letter.lower() != letter]
    kept = [letter for letter in lowered if fold(letter) == letter]
    assert kept == []


def test_the_table_has_a_fingerprint_for_indexes_to_remember() -> None:
    assert len(fold_fingerprint()) == 8
    assert fold_fingerprint() == fold_fingerprint()
