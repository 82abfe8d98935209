"""A setting is taken from a flag, else a variable, else the file of the home, else its default; and it is known which."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.config import load_settings
from rag.errors import SettingError


def test_a_flag_wins_over_a_variable_a_variable_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dangwu.toml").write_text(
        'llm = "openai:file"\nreranker = "file"\nunsupported = "drop"\n', "utf-8"
    )
    monkeypatch.setenv("DANGWU_LLM", "openai:variable")
    monkeypatch.setenv("DANGWU_RERANKER", "variable")
    settings = load_settings(tmp_path, llm="openai:flag", embedder=None)
    assert (settings.llm, settings.reranker, settings.unsupported, settings.nli) == (
        "openai:flag",
        "variable",
        "drop",
        "none",
    )
    given = {name: settings.given(name) for name in ("llm", "reranker", "unsupported", "nli")}
    assert given == {"llm": "--llm", "reranker": "DANGWU_RERANKER", "unsupported": None, "nli": None}


def test_the_home_is_the_variable_unless_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGWU_HOME", str(tmp_path / "variable"))
    assert load_settings().home == tmp_path / "variable"
    assert load_settings(tmp_path / "named").home == tmp_path / "named"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DANGWU_LLM_TIMEOUT_S", "soon", "应为数字"),
        ("DANGWU_LLM_TIMEOUT_S", "nan", "应为数字"),
        ("DANGWU_LLM_MAX_TOKENS", "0", "应大于 0"),
        ("DANGWU_UNSUPPORTED", "hide", "flag（标出）或 drop（删去）"),
        ("DANGWU_STORE", "postgres", "请写 local"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_what_can(
    name: str, value: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as raised:
        load_settings(tmp_path)
    assert said in raised.value.zh
    assert value in raised.value.zh


def test_the_key_is_not_shown_with_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGWU_LLM_API_KEY", "sk-secret")
    settings = load_settings(tmp_path)
    assert settings.llm_api_key == "sk-secret"
    assert "sk-secret" not in repr(settings)
