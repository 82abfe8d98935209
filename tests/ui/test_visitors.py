"""What belongs to one visitor stays with that visitor, and stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_two_tabs_hold_two_conversations(visit: Any) -> None:
    visitor = visit()
    one = visitor.open()
    two = visitor.new_tab()
    two.goto(visitor.address)
    two.wait_for_selector("#talk .welcome")
    visitor.ask("议题要提前几天张贴？", one)
    visitor.ask("服务站几点到几点有人值班？", two)
    visitor.ask("谁来主持表决？", one)
    assert "值班" not in one.locator("#talk").inner_text()
    assert two.locator("#talk .exchange").count() == 1
    assert "议题由党支部" not in two.locator("#talk").inner_text()


def test_a_conversation_survives_a_reload(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    visitor.ask("议题要提前几天张贴？")
    before = tab.locator("#talk .prose-text").inner_text()
    tab.reload()
    tab.wait_for_selector("#talk .exchange")
    assert tab.locator("#talk .prose-text").inner_text() == before
    tab.locator("#talk a.cite").first.click()
    assert tab.wait_for_selector(".panel mark").inner_text() in before


def test_nobody_opens_another_visitors_conversation(visit: Any) -> None:
    owner, other = visit(), visit()
    owner.open()
    owner.ask("议题要提前几天张贴？")
    path = owner.tab.url.removeprefix(owner.address)
    assert "c=" in path
    tab = other.open(path)
    tab.wait_for_selector(".welcome")
    assert tab.locator(".exchange").count() == 0
    assert tab.locator("#history-list .entry").count() == 0


def test_conversations_are_listed_searched_renamed_and_deleted(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    visitor.ask("议题要提前几天张贴？")
    tab.click("#new-conversation")
    tab.wait_for_selector("#talk .welcome")
    visitor.ask("服务站几点到几点有人值班？")
    tab.wait_for_function("document.querySelectorAll('#history-list .entry').length === 2")

    tab.fill("#history-search textarea, #history-search input", "张贴")
    tab.wait_for_function("document.querySelectorAll('#history-list .entry').length === 1")
    row = tab.locator("#history-list li").first
    row.hover()
    row.locator("button[data-act=rename]").click()
    tab.fill("#history-list form input", "张贴的规矩<b>")
    tab.press("#history-list form input", "Enter")
    tab.wait_for_selector("#history-list .entry >> text=张贴的规矩<b>")

    row = tab.locator("#history-list li").first
    row.hover()
    row.locator("button[data-act=delete]").click()
    row.locator("button.sure").click()
    tab.wait_for_selector("#history-list .empty-note")
    tab.fill("#history-search textarea, #history-search input", "")
    tab.wait_for_function("document.querySelectorAll('#history-list .entry').length === 1")
    assert tab.locator("#talk .exchange").count() == 1


def test_a_server_that_went_away_is_said_so_and_the_page_comes_back(
    visit: Any, serve: Any, documents: Path, tmp_path: Path
) -> None:
    with serve(tmp_path, documents) as url:
        visitor = visit(url)
        tab = visitor.open()
        visitor.ask("议题要提前几天张贴？")
    tab.fill("#question textarea", "服务站几点到几点有人值班？")
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector(".toast >> text=连不上服务")
    with serve(tmp_path, documents, port=int(url.rpartition(":")[2])):
        tab.wait_for_selector(".toast", state="detached")
        tab.wait_for_selector("#talk a.cite")
        assert "值班" not in tab.locator("#talk").inner_text()
