"""The settings tab: a model is chosen, tested and kept; everybody is told when text leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.config import load_settings


@pytest.fixture
def own(serve: Any, documents: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A page whose settings a test may change, and its home."""
    with serve(tmp_path / "home", documents) as url:
        yield url, tmp_path / "home"


def choose(tab: Any, service: str) -> None:
    """Opens the settings and picks a service."""
    tab.click("#tab-settings-button")
    tab.click("#tab-settings [role=combobox]")
    tab.locator("[role=option]", has_text=service).click()
    tab.wait_for_selector("#model-fields")


def test_a_remote_service_is_kept_and_shown_under_every_question(visit: Any, own: tuple[str, Path]) -> None:
    url, home = own
    visitor, other = visit(url), visit(url)
    tab = visitor.open()
    other.open()
    assert tab.locator("#footing .leaves").count() == 0
    choose(tab, "DeepSeek")
    assert "api.deepseek.com" in tab.wait_for_selector("#model-fields .warning").inner_text()
    tab.fill("#model-fields input[type=password]", "sk-test")
    tab.click("#settings-buttons .primary")
    tab.wait_for_selector("#settings-told .good")
    kept = load_settings(home)
    assert (kept.llm, kept.llm_base_url) == ("openai:deepseek-chat", "https://api.deepseek.com/v1")
    assert kept.llm_api_key == "sk-test"
    other.tab.reload()
    assert "api.deepseek.com" in other.tab.wait_for_selector("#footing .leaves").inner_text()
    assert "sk-test" not in other.tab.content()

    tab.click("#tab-settings [role=combobox]")
    tab.locator("[role=option]", has_text="不用大模型").click()
    tab.wait_for_selector("#model-fields", state="hidden")
    tab.click("#settings-buttons .primary")
    tab.wait_for_selector("#footing .leaves", state="detached")
    assert load_settings(home).llm_api_key is None


def test_an_endpoint_that_is_not_there_is_said_to_be_so(visit: Any, own: tuple[str, Path]) -> None:
    tab = visit(own[0]).open()
    choose(tab, "其他")
    fields = tab.locator("#model-fields input:not([type=password]), #model-fields textarea")
    tab.click("#settings-buttons .secondary")
    assert "请填写" in tab.wait_for_selector("#settings-told .warning").inner_text()
    fields.nth(0).fill("http://127.0.0.1:9/v1")
    fields.nth(1).fill("some-model")
    tab.click("#settings-buttons .secondary")
    tab.wait_for_selector("#settings-told .warning >> text=连不上模型服务")


def test_the_text_size_is_kept_in_the_browser(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    tab.click("#tab-settings-button")
    tab.click("[data-text-size=huge]")
    tab.reload()
    tab.wait_for_selector("#talk .welcome")
    assert tab.evaluate("getComputedStyle(document.body).fontSize") == "20px"


def test_other_models_are_used_once_everything_was_encoded_anew(visit: Any, own: tuple[str, Path]) -> None:
    url, home = own
    visitor = visit(url)
    tab = visitor.open()
    tab.click("#tab-settings-button")
    embedder = tab.locator("#models textarea, #models input").first
    tab.wait_for_function("document.querySelector('#models textarea, #models input').value === 'bundled'")
    embedder.fill(str(home / "没有这个文件夹"))
    tab.click("#models-buttons button >> text=更换模型")
    assert "没有这个文件夹" in tab.wait_for_selector("#models-told .warning").inner_text()
    assert load_settings(home).embedder == "bundled"

    embedder.fill("hashed")
    tab.click("#models-buttons button >> text=更换模型")
    assert "重新编码" in tab.wait_for_selector("#models-told [role=alert]").inner_text()
    tab.click("#models-buttons button >> text=取消")
    tab.wait_for_function("document.querySelector('#models textarea, #models input').value === 'bundled'")

    embedder.fill("hashed")
    tab.click("#models-buttons button >> text=更换模型")
    tab.click("#models-buttons button >> text=开始编码")
    tab.wait_for_selector("#models-told .good")
    assert load_settings(home).embedder == "hashed"
    tab.click("#tab-ask-button")
    assert "会前五天" in visitor.ask("议题要提前几天张贴？").inner_text()


def test_a_model_named_at_the_start_is_not_changed_on_the_page(
    visit: Any, serve: Any, documents: Path, tmp_path: Path
) -> None:
    with serve(tmp_path, documents, embedder="hashed") as url:
        tab = visit(url).open()
        tab.click("#tab-settings-button")
        tab.wait_for_function("document.querySelector('#models textarea, #models input').value === 'hashed'")
        tab.locator("#models textarea, #models input").first.fill("bundled")
        tab.click("#models-buttons button >> text=更换模型")
        assert "--embedder" in tab.wait_for_selector("#models-told .warning").inner_text()


def test_a_model_that_checks_answers_is_used_at_once(
    visit: Any, own: tuple[str, Path], nli_folder: Path, cross_encoder_folder: Path
) -> None:
    url, home = own
    tab = visit(url).open()
    tab.click("#tab-settings-button")
    tab.wait_for_function("document.querySelector('#models textarea, #models input').value === 'bundled'")
    field = tab.get_by_label("推断模型")
    field.fill(str(cross_encoder_folder))
    tab.click("#models-buttons button >> text=更换模型")
    assert "id2label" in tab.wait_for_selector("#models-told .warning").inner_text()
    field.fill(str(nli_folder))
    tab.click("#models-buttons button >> text=更换模型")
    tab.wait_for_selector("#models-told .good")
    assert load_settings(home).nli == str(nli_folder)
