"""A visitor asks, reads, checks what was read against its source, and takes it away."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

QUESTION = "议题要提前几天张贴？"
QUOTE = "议题由党支部在会前五天张贴在公示栏"


def test_an_answer_leads_through_its_chip_to_the_passage_and_its_source(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    exchange = visitor.ask(QUESTION)
    assert QUOTE in exchange.inner_text()

    chip = exchange.locator("a.cite").first
    assert "村民议事会怎么开" in chip.get_attribute("aria-label")
    chip.click()
    marked = tab.wait_for_selector(".panel mark")
    assert QUOTE in marked.inner_text()
    panel = tab.locator(".panel")
    told = panel.inner_text()
    for known in (
        "村民议事会怎么开",
        "2025-03-01",
        "有效",
        "一、会前准备",
        "（一）定好议题",
        "议事会.md",
        "参会代表",
    ):
        assert known in told
    assert panel.locator("a.outside").get_attribute("href") == "https://village.example/meeting"

    with visitor.context.expect_page() as opened:
        panel.locator("a.source-viewer").click()
    viewer = opened.value
    viewer.wait_for_load_state()
    assert QUOTE in viewer.locator("mark").inner_text()
    assert viewer.locator("mark").evaluate("e => e.getBoundingClientRect().bottom < innerHeight")
    assert viewer.locator("h1").inner_text() == "村民议事会怎么开"


def test_hovering_a_chip_shows_the_quote(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    visitor.ask(QUESTION).locator("a.cite").first.hover()
    assert QUOTE in tab.wait_for_selector("#tip:not([hidden])").inner_text()


def test_the_keyboard_opens_a_citation_walks_on_and_comes_back(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    chip = visitor.ask("开议事会要做哪些准备和落实？").locator("a.cite").first
    chip.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".panel mark")
    assert tab.locator(".panel-place").inner_text().startswith("第 1 条")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.querySelector('.panel-place').textContent.startsWith('第 2 条')")
    tab.keyboard.press("Escape")
    tab.wait_for_selector(".panel", state="hidden")
    assert chip.evaluate("e => e === document.activeElement")


def test_a_question_without_an_answer_is_declined_calmly(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    exchange = visitor.ask("红烧肉怎么做才软烂入味？")
    assert exchange.locator(".refusal").count() == 1
    assert exchange.locator("a.cite").count() == 0
    if exchange.locator(".nearest a").count():
        exchange.locator(".nearest a").first.click()
        tab.wait_for_selector(".panel .article")


def test_examples_and_follow_ups_are_answered(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    example = tab.locator(".welcome .examples button").first
    words = example.inner_text()
    example.click()
    tab.wait_for_selector("#talk .exchange .actions")
    assert tab.locator("#talk .question p").inner_text() == words
    assert tab.locator("#talk .refusal").count() == 0


def test_a_repealed_document_says_so(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    visitor.ask("服务站交接班要清点什么？").locator("a.cite").first.click()
    tab.wait_for_selector(".panel mark")
    assert tab.locator(".panel .badge.repealed").inner_text() == "废止"


def test_an_edited_question_replaces_what_followed_it(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    visitor.ask(QUESTION)
    visitor.ask("服务站几点到几点有人值班？")
    first = tab.locator("#talk .exchange").first
    first.hover()
    first.locator("button[data-act=edit]").click()
    tab.wait_for_selector("#editing .scope")
    assert tab.input_value("#question textarea") == QUESTION
    tab.fill("#question textarea", "参会代表不少于多少？")
    tab.press("#question textarea", "Enter")
    tab.wait_for_function("document.querySelectorAll('#talk .exchange .actions').length === 1")
    assert tab.locator("#talk .question p").all_inner_texts() == ["参会代表不少于多少？"]
    assert "三分之二" in tab.locator("#talk .answer").inner_text()


def test_a_rating_stays_with_its_answer(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    visitor.ask(QUESTION).locator("button[data-act=useful]").click()
    tab.wait_for_selector("button[data-act=useful][aria-pressed=true]")
    tab.reload()
    tab.wait_for_selector("button[data-act=useful][aria-pressed=true]")


def test_a_copied_answer_names_its_sources(visit: Any) -> None:
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    tab = visitor.open()
    visitor.ask(QUESTION).locator("button[data-copy]").click()
    tab.wait_for_selector(".toast")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert QUOTE in copied
    assert re.search(r"\[1\] 《村民议事会怎么开》 › 一、会前准备", copied)


def test_a_downloaded_word_file_holds_the_quotes_that_were_shown(visit: Any, tmp_path: Path) -> None:
    visitor = visit()
    tab = visitor.open()
    exchange = visitor.ask(QUESTION)
    quotes = exchange.locator(".source q").evaluate_all("all => all.map(q => q.textContent)")
    exchange.locator(".menu summary").click()
    with tab.expect_download() as download:
        exchange.locator(".menu a", has_text="Word").first.click()
    assert download.value.suggested_filename == "议题要提前几天张贴.docx"
    content = Path(download.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        footnotes = re.sub(r"<[^>]+>", "", archive.read("word/footnotes.xml").decode())
    assert quotes
    assert all(quote in footnotes for quote in quotes)


def test_chosen_answers_are_exported_in_the_order_wanted(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    visitor.ask(QUESTION)
    visitor.ask("服务站几点到几点有人值班？")
    visitor.ask("交接班时当面清点什么？")
    menu = tab.locator(".actions.ending .menu")
    menu.locator("summary").click()
    menu.locator(".choices input").nth(1).uncheck()
    menu.locator("[data-up]").nth(2).click()
    menu.locator("[data-up]").nth(1).click()
    with tab.expect_download() as download:
        menu.locator("a", has_text="Markdown").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert text.index("清点") < text.index(QUOTE)
    assert "午休时间" not in text
