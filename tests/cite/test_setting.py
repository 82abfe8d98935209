"""DANGWU_NLI: where the model comes from, when it is asked, what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from embeddings.entail import CrossEncoderEntailer
from embeddings.protocol import Vectors
from page.answers import answer_html
from page.words_zh import ZH
from rag import open_assistant
from rag.config import load_settings
from rag.datatypes import Answer
from rag.doctor import examine
from rag.errors import SettingError
from rag.fake_llm import FakeLlm, Rule
from rag.saved import answer_from_json
from rag.wire import answer_to_json

RULES = "# 渡口\n\n开航前检查救生衣。\n\n遇到大雾一律停航，由值班船工挂出红旗。\n"
QUESTION = "遇到大雾怎么办？"
REWORDED = "起雾的日子确实要停船。"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ferry")
    (folder / "a.md").write_text(RULES, "utf-8")
    with open_assistant(home=folder / "home") as assistant:
        assistant.index([folder / "a.md"])
    return folder / "home"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every pair that the model is given."""
    seen: list[tuple[str, str]] = []
    read = CrossEncoderEntailer.read

    def noted(self: CrossEncoderEntailer, pairs: Sequence[tuple[str, str]]) -> Vectors:
        seen.extend(pairs)
        return read(self, pairs)

    monkeypatch.setattr(CrossEncoderEntailer, "read", noted)
    return seen


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with FakeLlm((Rule(answer=f"{REWORDED}[1]"),)).running() as base_url:
        yield base_url


def answered(home: Path, address: str, nli: str) -> Answer:
    with open_assistant(home, llm="openai:fake", llm_base_url=address, llm_api_key="k", nli=nli) as assistant:
        return assistant.ask(QUESTION)


def test_a_flag_wins_over_the_variable_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings(tmp_path).nli == "none"
    (tmp_path / "dangwu.toml").write_text('nli = "in-file"\n', "utf-8")
    assert load_settings(tmp_path).nli == "in-file"
    monkeypatch.setenv("DANGWU_NLI", "in-variable")
    assert load_settings(tmp_path).nli == "in-variable"
    settings = load_settings(tmp_path, nli="in-flag")
    assert (settings.nli, settings.origin["nli"]) == ("in-flag", "flag")


def test_the_setting_wires_it_in_and_the_answer_names_it(
    home: Path, address: str, nli_folder: Path, asked: list[tuple[str, str]]
) -> None:
    assert answered(home, address, "none").mode == "extractive", "the rules find nothing that supports this"
    answer = answered(home, address, str(nli_folder))
    assert answer.mode == "llm"
    assert answer.unsupported == ()
    assert "大雾" in answer.citations[0].quote
    assert {said.rstrip("。") for _, said in asked} == {REWORDED.rstrip("。")}
    assert answer.nli == "tiny-nli"
    assert answer_to_json(answer)["nli"] == "tiny-nli"
    assert "推断模型 tiny-nli 参与核对" in answer_html(answer, ZH)


def test_a_kept_answer_still_names_it(home: Path, address: str, nli_folder: Path) -> None:
    answer = answered(home, address, str(nli_folder))
    with open_assistant(home) as assistant:
        saved = answer_to_json(answer)
        assert answer_from_json(saved, assistant.store).nli == "tiny-nli"
        del saved["nli"]
        assert answer_from_json(saved, assistant.store).nli is None


def test_without_a_language_model_it_is_not_asked(
    home: Path, nli_folder: Path, asked: list[tuple[str, str]]
) -> None:
    with open_assistant(home, nli=str(nli_folder)) as assistant:
        answer = assistant.ask(QUESTION)
    assert answer.mode == "extractive"
    assert answer.nli is None
    assert not asked


def test_a_model_that_is_not_there_is_a_setting_error(home: Path) -> None:
    with pytest.raises(SettingError, match="absent-nli"):
        open_assistant(home, nli="acme/absent-nli")


def test_doctor_tries_it(nli_folder: Path, cross_encoder_folder: Path, home: Path) -> None:
    def check(spec: Path | str) -> tuple[bool, str, str]:
        (found,) = (c for c in examine(home, nli=str(spec)) if c.name.startswith("推断模型"))
        return found.ok, found.found, found.remedy

    ok, found, _ = check(nli_folder)
    assert ok
    assert found.startswith("tiny-nli:")
    ok, _, remedy = check(cross_encoder_folder)
    assert not ok
    assert "id2label" in remedy
    assert "none" in remedy
    assert not any(c.name.startswith("推断模型") for c in examine(home))


def test_doctor_still_opens_the_knowledge_base_when_it_is_not_there(home: Path) -> None:
    found = {c.name: c for c in examine(home, nli="acme/absent-nli")}
    assert not found["推断模型 NLI"].ok
    assert found["资料库 store"].ok
