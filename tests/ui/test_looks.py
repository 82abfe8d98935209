"""Phones, languages, light and dark, and what axe-core finds."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

TABS = ("ask", "documents", "search", "evaluation", "settings")


def overflow(tab: Any) -> int:
    """How many pixels the page is wider than the window."""
    found: int = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_a_phone_never_scrolls_sideways(visit: Any, path: str) -> None:
    visitor = visit(width=390, height=844, has_touch=True, is_mobile=True)
    tab = visitor.open(path)
    assert overflow(tab) == 0
    exchange = visitor.ask("开议事会要做哪些准备和落实？")
    assert overflow(tab) == 0
    exchange.locator(".menu summary").tap()
    assert overflow(tab) == 0
    exchange.locator(".question p").tap()
    assert not exchange.locator(".menu-body").is_visible()
    exchange.locator("a.cite").first.tap()
    tab.wait_for_selector(".panel mark")
    assert overflow(tab) == 0
    box = tab.locator(".panel").bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    tab.locator("[data-panel=close]").tap()
    tab.locator("#history-toggle").tap()
    tab.wait_for_selector(".history-open #history-list .entry")
    assert overflow(tab) == 0
    tab.locator("#history-list .entry").first.tap()
    for name in TABS[1:]:
        tab.locator(f"#tab-{name}-button").tap()
        tab.wait_for_selector(f"#tab-{name}")
        assert overflow(tab) == 0
    tab.goto(visitor.address + "/view/" + document_id(tab, visitor.address))
    assert overflow(tab) == 0


def within(inner: Any, outer: Any) -> bool:
    """Whether an element lies inside another."""
    a, b = inner.bounding_box(), outer.bounding_box()
    left, top = a["x"] >= b["x"], a["y"] >= b["y"]
    return (
        left
        and top
        and a["x"] + a["width"] <= b["x"] + b["width"]
        and a["y"] + a["height"] <= b["y"] + b["height"]
    )


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_on_a_phone_nothing_lies_over_something_else_or_out_of_reach(visit: Any, path: str) -> None:
    visitor = visit(width=390, height=844, has_touch=True, is_mobile=True)
    tab = visitor.open(path)
    window = tab.locator("body")
    assert all(within(tab.locator(f"#tab-{name}-button"), window) for name in TABS)
    visitor.ask("开议事会要做哪些准备和落实？How are the meetings of the villagers prepared and followed up?")
    visitor.ask("议题要提前几天张贴？")
    menu = tab.locator("#talk .menu").last
    menu.locator("summary").tap()
    assert within(menu.locator("[data-up]").last, menu.locator(".menu-body"))
    tab.locator("#tab-documents-button").tap()
    tab.wait_for_selector("#documents tbody tr")
    words, icon = tab.locator("#drop > label"), tab.locator("#drop [data-testid=upload-icon]")
    lines = words.evaluate(
        "e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect().top }"
    )
    assert icon.bounding_box()["y"] + icon.bounding_box()["height"] <= lines
    tab.locator("#groups [data-act=new]").tap()
    form = tab.locator("#groups .naming")
    form.wait_for()
    tops = form.locator("input, button").evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
    assert max(tops) - min(tops) < 8, "the name and its buttons stand on one line"
    tab.locator("#tab-settings-button").tap()
    tab.set_viewport_size({"width": 390, "height": 560})
    label = tab.locator("#tab-settings fieldset [data-testid=block-info]:visible").first
    label.evaluate("e => scrollTo(0, scrollY + e.getBoundingClientRect().top - 60)")
    box = label.bounding_box()
    covers = f"document.elementFromPoint({box['x'] + 10}, {box['y'] + box['height'] / 2}).closest('.tab-wrapper') !== null"
    assert tab.evaluate(covers), "what is scrolled goes under the tabs"


def document_id(tab: Any, address: str) -> str:
    """Some document."""
    found: str = tab.request.get(f"{address}/api/docs").json()[0]["document"]
    return found


def test_the_theme_follows_the_system_until_the_visitor_chooses(visit: Any) -> None:
    visitor = visit(color_scheme="dark")
    tab = visitor.open()
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    dark = tab.evaluate(paper)
    tab.click("[data-theme-toggle]")
    light = tab.evaluate(paper)
    assert dark != light
    tab.reload()
    tab.wait_for_selector("#talk .welcome")
    assert tab.evaluate(paper) == light
    assert not tab.evaluate("document.body.classList.contains('dark')")


def test_the_other_language_is_one_click_away(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    assert tab.get_attribute("html", "lang") == "zh-CN"
    tab.click(".language")
    tab.wait_for_selector("#talk .welcome >> text=What would you like to know?")
    assert tab.get_attribute("html", "lang") == "en"
    visitor.ask("议题要提前几天张贴？").locator("a.cite").first.click()
    tab.wait_for_selector(".panel mark")
    assert "in force" in tab.locator(".panel").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Any, scheme: str) -> None:
    visitor = visit(color_scheme=scheme)
    tab = visitor.open()
    assert violations(tab) == []
    visitor.ask("开议事会要做哪些准备和落实？").locator("a.cite").first.click()
    tab.wait_for_selector(".panel mark")
    assert violations(tab) == []
    tab.keyboard.press("Escape")
    visitor.ask("红烧肉怎么做才软烂入味？")
    assert violations(tab) == []
    for name in TABS[1:]:
        tab.click(f"#tab-{name}-button")
        tab.wait_for_selector(f"#tab-{name} .intro")
        tab.wait_for_timeout(300)
        assert violations(tab) == []
    tab.click("#tab-documents-button")
    tab.click("#groups [data-act=new]")
    tab.wait_for_selector("#groups .naming input")
    tab.locator("#documents .choose input").first.check()
    tab.click("#documents .chosen summary")
    assert violations(tab) == []
    tab.locator("#documents [data-act=edit]").first.click()
    tab.wait_for_selector("#documents .editing")
    assert violations(tab) == []
    tab.goto(visitor.address + "/view/" + document_id(tab, visitor.address) + "?start=0&end=20")
    assert violations(tab) == []


def violations(tab: Any) -> list[str]:
    """Serious and critical ones: the rule and where it is broken."""
    if not tab.evaluate("typeof axe === 'object'"):
        tab.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {node['html'][:160]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]
