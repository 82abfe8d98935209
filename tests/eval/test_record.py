"""The JSON of one answer, read strictly."""

from __future__ import annotations

from typing import Any

import pytest

from eval.errors import EvalError
from eval.record import record_from_json
from tests.eval.conftest import HEADING, SECOND


def test_the_record_holds_what_the_json_says(answer_json: dict[str, Any]) -> None:
    record = record_from_json(answer_json)
    assert record.answer == answer_json["answer"]
    assert record.sentences[0].citations == (1,)
    assert record.citations[0].passage == SECOND
    assert record.citations[0].section == (HEADING,)
    assert record.hits[0].document == "doc-a"
    assert record.milliseconds == {"retrieve": 2.0, "total": 5.0}


@pytest.mark.parametrize("field", ["question", "refused", "answer", "sentences", "citations", "hits"])
def test_a_missing_field_is_named(answer_json: dict[str, Any], field: str) -> None:
    del answer_json[field]
    with pytest.raises(EvalError, match=field):
        record_from_json(answer_json)


def test_fields_that_other_systems_leave_out_have_plain_values(answer_json: dict[str, Any]) -> None:
    for field in ("standalone_question", "mode", "reason", "milliseconds"):
        del answer_json[field]
    record = record_from_json(answer_json)
    assert record.standalone_question == record.question
    assert (record.mode, record.reason, record.milliseconds) == ("extractive", None, {})


def test_a_number_without_a_citation_cites_nothing(answer_json: dict[str, Any]) -> None:
    record = record_from_json(answer_json)
    assert [c.number for c in record.cited((1, 7))] == [1]
