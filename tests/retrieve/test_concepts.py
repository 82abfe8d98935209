"""A word of another language is found as far as the best of what it may be called is found."""

from __future__ import annotations

import pytest

from rag.concepts import FURTHER, concept, parts_of, senses_of
from rag.glossary import Wording

FREQUENCIES = dict.fromkeys(("训练", "训", "练", "培训", "培"), 3) | {"拳": 0, "拳练": 0, "练拳": 0}


def test_the_closest_sense_counts_whole_and_the_others_a_part() -> None:
    assert senses_of(Wording("train", ("培训", "训练"))) == {"培训": 1.0, "训练": FURTHER}


def test_learned_senses_count_by_how_sure_they_are_beside_the_surest() -> None:
    assert senses_of(Wording("train", ("火车", "训练"), (0.6, 0.3))) == {"火车": 1.0, "训练": 0.5}


def test_what_nobody_knows_is_called_what_it_is() -> None:
    assert senses_of(Wording("xyzzyq", ())) == {"xyzzyq": 1.0}
    assert parts_of("xyzzyq") == ("xyzzyq",)


def test_the_whole_word_stands_before_its_parts() -> None:
    assert parts_of("培训") == ("培训", "培", "训")


def test_a_concept_weighs_what_the_documents_know_of_it() -> None:
    known = concept({"培训": 1.0}, FREQUENCIES, 100)
    also = concept({"练拳": 1.0, "培训": FURTHER}, FREQUENCIES, 100)
    assert also.word == pytest.approx(known.word)
    assert also.anchor == pytest.approx(known.anchor)


def test_a_concept_that_no_document_knows_is_no_anchor() -> None:
    unknown = concept({"练拳": 1.0}, FREQUENCIES, 100)
    assert unknown.word > 0
    assert unknown.anchor == 0
