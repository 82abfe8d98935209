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
