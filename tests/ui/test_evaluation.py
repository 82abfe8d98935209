"""The evaluation tab: what readers rated is asked again, and measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_rated_questions_are_measured_and_compared_with_the_last_time(
    visit: Any, serve: Any, documents: Path, tmp_path: Path
) -> None:
    with serve(tmp_path, documents) as url:
        visitor = visit(url)
        tab = visitor.open()
        visitor.ask("议题要提前几天张贴？").locator("button[data-act=useful]").click()
        tab.wait_for_selector("button[data-act=useful][aria-pressed=true]")
        tab.click("#tab-evaluation-button")
        tab.click("#evaluation [role=combobox]")
        tab.locator("[role=option]", has_text="有用").click()
        for _ in range(2):
            tab.click("#evaluation button.primary")
            tab.wait_for_selector("#evaluation-report iframe")
            report = tab.frame_locator("#evaluation-report iframe")
            assert "1 题" in report.locator("body").inner_text()
        asked = tab.request.get(f"{url}/feedback.jsonl").text()
        assert "议题由党支部在会前五天张贴在公示栏" in asked
        assert list((tmp_path / "evaluation").rglob("report.json"))


def test_a_stopped_evaluation_leaves_the_last_report_as_it_was(
    visit: Any, serve: Any, documents: Path, tmp_path: Path
) -> None:
    with serve(tmp_path, documents) as url:
        visitor, other = visit(url), visit(url)
        tab = visitor.open()
        visitor.ask("议题要提前几天张贴？").locator("button[data-act=useful]").click()
        tab.wait_for_selector("button[data-act=useful][aria-pressed=true]")
        choose(tab, "有用")
        assert "还没有评测报告" in tab.wait_for_selector("#evaluation-report .empty-note").inner_text()
        tab.click("#evaluation button.primary")
        tab.wait_for_selector("#evaluation-report iframe")
        choose(tab, "自带")
        tab.wait_for_selector("#evaluation-report .empty-note")
        tab.click("#evaluation button.primary")
        tab.wait_for_selector("#evaluation-told progress[value]")

        watching = other.open()
        watching.click("#tab-evaluation-button")
        watching.wait_for_selector("#evaluation-told progress[value]")
        watching.click("#evaluation-stop")
        for each in (tab, watching):
            each.wait_for_selector("#evaluation-told >> text=没有保留")
            each.wait_for_selector("#evaluation button.primary")
        reports = sorted(p.parent.name for p in (tmp_path / "evaluation").rglob("report.json"))
        assert reports == ["feedback"]
        choose(tab, "有用")
        tab.wait_for_selector("#evaluation-report iframe")


def test_ratings_are_offered_once_there_are_some(
    visit: Any, serve: Any, documents: Path, tmp_path: Path
) -> None:
    with serve(tmp_path, documents) as url:
        visitor = visit(url)
        tab = visitor.open()
        choose(tab, "有用")
        tab.wait_for_selector("#evaluation-report .empty-note")
        tab.click("#evaluation button.primary")
        assert "还没有读者评过" in tab.wait_for_selector("#evaluation-told .notice").inner_text()
        assert not tab.locator("#feedback a").count()
        tab.click("#tab-ask-button")
        visitor.ask("红烧肉怎么做才软烂入味？").locator("button[data-act=useful]").click()
        tab.wait_for_selector("button[data-act=useful][aria-pressed=true]")
        tab.click("#tab-evaluation-button")
        tab.wait_for_selector("#feedback a[href='/feedback.jsonl']")
        tab.click("#evaluation button.primary")
        tab.wait_for_selector("#evaluation-report iframe")


def choose(tab: Any, questions: str) -> None:
    """Opens the tab and picks a set of questions."""
    tab.click("#tab-evaluation-button")
    tab.click("#evaluation [role=combobox]")
    tab.locator("[role=option]", has_text=questions).click()
