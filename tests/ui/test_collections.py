"""Named collections: made, filled, renamed and dissolved on the page; asked alone or several at once, each tab for itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

POSTED, ON_DUTY = "议题要提前几天张贴？", "服务站几点到几点有人值班？"


@pytest.fixture
def own(serve: Any, documents: Path, tmp_path: Path) -> Iterator[str]:
    """A page whose collections a test may change."""
    with serve(tmp_path / "home", documents) as url:
        yield url


def make(tab: Any, name: str, *titles: str) -> None:
    """Makes a collection of the documents with these titles."""
    tab.click("#tab-documents-button")
    tab.click("#groups [data-act=new]")
    tab.fill("#groups .naming input", name)
    tab.press("#groups .naming input", "Enter")
    tab.wait_for_selector(f"#groups .pill[aria-pressed=true] >> text={name}")
    assert "还是空的" in tab.wait_for_selector("#documents .empty-note").inner_text()
    tab.click("#groups .pill >> nth=0")
    for title in titles:
        tab.locator("#documents tr", has_text=title).locator(".choose input").check()
    tab.click("#documents .chosen summary")
    tab.locator("#documents .chosen .menu-body button", has_text=name).click()
    tab.wait_for_selector(f"#documents .homes >> text={name}")


def limit(tab: Any, *names: str) -> None:
    """Chooses collections in the chat."""
    tab.click("#tab-ask-button")
    tab.click("#scope summary")
    for name in names:
        tab.locator("#scope label", has_text=name).locator("input").check()
    tab.click("#scope form .primary")
    tab.wait_for_selector(f"#scope summary >> text={names[-1]}")


def test_questions_look_only_in_the_collections_that_were_chosen(visit: Any, own: str) -> None:
    visitor = visit(own)
    tab = visitor.open()
    assert tab.locator("#scope summary").count() == 0
    make(tab, "便民服务", "便民服务站")
    make(tab, "议事", "村民议事会")
    limit(tab, "便民服务")
    assert "会前五天" not in visitor.ask(POSTED).inner_text()
    assert "上午八点" in visitor.ask(ON_DUTY).inner_text()

    other = visitor.new_tab()
    other.goto(visitor.address)
    assert "全部资料" in other.wait_for_selector("#scope summary").inner_text()
    assert "会前五天" in visitor.ask(POSTED, other).inner_text()
    assert "“便民服务”" in tab.locator("#scope summary").inner_text()

    limit(tab, "议事")
    assert "“便民服务”“议事”" in tab.locator("#scope summary").inner_text()
    assert "会前五天" in visitor.ask(POSTED).inner_text()
    tab.click("#scope button[data-act=unscope]")
    tab.wait_for_selector("#scope summary.everywhere")


def test_chosen_collections_outlast_a_reload_and_are_asked_by_whoever_gets_the_address(
    visit: Any, own: str
) -> None:
    visitor = visit(own)
    tab = visitor.open()
    make(tab, "便民服务", "便民服务站")
    make(tab, "议事", "村民议事会")
    limit(tab, "便民服务")
    assert "上午八点" in visitor.ask(ON_DUTY).inner_text()
    tab.reload()
    tab.wait_for_selector("#scope summary >> text=便民服务")
    assert "上午八点" in tab.wait_for_selector("#talk .exchange").inner_text()
    assert "会前五天" not in visitor.ask(POSTED).inner_text()

    other = visitor.new_tab()
    other.goto(tab.url)
    other.wait_for_selector("#scope summary >> text=便民服务")
    tab.click("#scope button[data-act=unscope]")
    tab.wait_for_selector("#scope summary.everywhere")
    tab.wait_for_function("!location.search.includes('in=')")
    tab.reload()
    tab.wait_for_selector("#scope summary.everywhere")
    other.goto(f"{visitor.address}/?in=98+x+99")
    other.wait_for_selector("#scope summary.everywhere")


def test_chosen_documents_outlast_a_reload(visit: Any, own: str) -> None:
    visitor = visit(own)
    tab = visitor.open()
    tab.click("#tab-documents-button")
    for title in ("便民服务站", "培训通知"):
        tab.locator("#documents tr", has_text=title).locator(".choose input").check()
    tab.click("#documents .chosen [data-act=ask-about]")
    tab.wait_for_selector("#scope >> text=等 2 篇")
    tab.wait_for_function("location.search.includes('about=')")
    tab.reload()
    tab.wait_for_selector("#scope >> text=等 2 篇")
    assert "会前五天" not in visitor.ask(POSTED).inner_text()
    assert "上午八点" in visitor.ask(ON_DUTY).inner_text()
    tab.click("#scope button[data-act=unscope]")
    tab.wait_for_selector("#scope .scope", state="detached")
    tab.wait_for_function("!location.search.includes('about=')")
    tab.reload()
    tab.wait_for_selector("#talk .exchange")
    assert tab.locator("#scope .scope").count() == 0
    assert "about=" not in tab.url
    tab.goto(f"{visitor.address}/?about=nothing+{'0' * 16}")
    tab.wait_for_selector("#talk .welcome")
    assert tab.locator("#scope .scope").count() == 0


def test_the_list_shows_one_collection_which_is_renamed_emptied_and_dissolved(visit: Any, own: str) -> None:
    tab = visit(own).open()
    make(tab, "便民服务", "便民服务站", "培训通知")
    tab.locator("#groups .pill", has_text="便民服务").click()
    tab.wait_for_function("document.querySelectorAll('#documents tbody tr').length === 2")
    tab.locator("#documents tr", has_text="培训通知").locator(".choose input").check()
    tab.click("#documents .chosen [data-act=take]")
    tab.wait_for_function("document.querySelectorAll('#documents tbody tr').length === 1")

    tab.click("#groups [data-act=rename]")
    tab.fill("#groups .naming input", "值班<b>")
    tab.press("#groups .naming input", "Enter")
    tab.wait_for_selector("#groups .pill[aria-pressed=true] >> text=值班<b>")
    tab.click("#groups [data-act=new]")
    tab.fill("#groups .naming input", "值班<b>")
    tab.press("#groups .naming input", "Enter")
    assert "已经有" in tab.wait_for_selector("#documents-told .warning").inner_text()

    tab.click("#groups [data-act=dissolve]")
    tab.click("#groups [data-act=dissolve].sure")
    tab.wait_for_function("document.querySelectorAll('#documents tbody tr').length === 3")
    assert tab.locator("#groups .pill").count() == 0


def test_a_file_dropped_into_a_collection_belongs_to_it(visit: Any, own: str) -> None:
    visitor = visit(own)
    tab = visitor.open()
    make(tab, "后勤", "便民服务站")
    tab.locator("#groups .pill", has_text="后勤").click()
    tab.wait_for_function("document.querySelectorAll('#documents tbody tr').length === 1")
    text = "公车使用办法\n\n一、申请\n\n公车由办公室统一调度，用车要提前半天申请。\n"
    tab.set_input_files(
        "#drop input[type=file]", [{"name": "公车.txt", "mimeType": "text/plain", "buffer": text.encode()}]
    )
    tab.wait_for_function("document.querySelectorAll('#documents tbody tr').length === 2")
    tab.click("#groups [data-act=ask-in]")
    tab.wait_for_selector("#scope summary >> text=后勤")
    assert "提前半天" in visitor.ask("用车要提前多久申请？").inner_text()


def test_details_of_any_document_are_changed_on_the_page_and_stay(
    visit: Any, serve: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    article = "# {}\n\n一、总则\n\n{}由办公室负责，每月检查一次。\n"
    (folder / "消防.md").write_text(article.format("消防管理", "灭火器"), "utf-8")
    (folder / "用电.md").write_text(article.format("用电管理", "配电箱"), "utf-8")
    with serve(tmp_path / "home", folder) as url:
        tab = visit(url).open()
        tab.click("#tab-documents-button")
        row = tab.locator("#documents tr", has_text="消防管理")
        row.locator("button[data-act=edit]").click()
        tab.fill("#documents input[name=title]", "消防安全管理办法")
        tab.fill("#documents input[name=url]", "https://village.example/fire")
        tab.select_option("#documents select", "废止")
        tab.click("#documents button[type=submit]")
        tab.wait_for_selector("#documents tr >> text=消防安全管理办法")
        tab.click("#filters button:has-text('检查更新')")
        tab.wait_for_selector("#documents-told >> text=没有变化")
        (folder / "消防.md").write_text(article.format("消防管理", "灭火器和消防栓"), "utf-8")
        tab.click("#filters button:has-text('检查更新')")
        tab.wait_for_selector("#documents-told >> text=1 个有更新")
        row = tab.locator("#documents tr", has_text="消防安全管理办法")
        assert row.locator(".repealed").inner_text() == "废止"
        with tab.context.expect_page() as opened:
            row.locator(".title a").click()
        assert opened.value.locator("a.outside").get_attribute("href") == "https://village.example/fire"
        assert "消防栓" in opened.value.locator("article").inner_text()
