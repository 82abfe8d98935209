"""Files come in through the page, are asked about, and go again; hostile ones do no harm."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

LEAVE = """村干部请假办法

一、请假的程序

村干部离开本村两天以上，要向党支部书记口头报告，并填写请假条。

二、销假的时间

返回当天销假，超期不销假的，按旷工处理。
"""
NAME = "<img src=x onerror=window.hacked=1>请假 办法.txt"


@pytest.fixture(scope="module")
def own(serve: Any, documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A page whose documents these tests may change, and its home."""
    home = tmp_path_factory.mktemp("own-home")
    with serve(home, documents) as url:
        yield url, home


def upload(tab: Any, *files: dict[str, Any]) -> Any:
    """The report on files that were chosen in the documents tab."""
    tab.click("#tab-documents-button")
    tab.wait_for_selector("#drop input[type=file]", state="attached")
    tab.set_input_files("#drop input[type=file]", list(files))
    tab.wait_for_function(
        "n => document.querySelectorAll('#uploads .good, #uploads .bad').length >= n", arg=len(files)
    )
    return tab.locator("#uploads")


def text_file(name: str, text: str) -> dict[str, Any]:
    """A file as a browser hands it over."""
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode("gb18030")}


def test_a_dropped_file_can_be_asked_about(visit: Any, own: tuple[str, Path]) -> None:
    url, home = own
    visitor = visit(url)
    tab = visitor.open()
    report = upload(
        tab, text_file(NAME, LEAVE), {"name": "录音.mp3", "mimeType": "audio/mpeg", "buffer": b"ID3"}
    )
    assert "1 篇文章，2 段" in report.locator(".good").inner_text()
    assert "暂不支持" in report.locator(".bad").inner_text()
    assert tab.evaluate("document.documentElement.scrollWidth") == 1280, "the list of kinds is wrapped"

    kept = [path for path in (home / "files").rglob("*") if path.is_file()]
    assert [path.suffix for path in kept] == [".txt"]
    assert "<" not in kept[0].name

    report.locator("button[data-act=ask-about]").click()
    tab.wait_for_selector("#scope .scope")
    assert "村干部请假办法" in visitor.ask("什么时候销假？").locator(".sources").evaluate(
        "e => e.textContent"
    )
    assert "返回当天销假" in tab.locator("#talk .answer").inner_text()
    assert tab.evaluate("window.hacked") is None


def test_a_question_in_scope_ignores_other_documents(visit: Any, own: tuple[str, Path]) -> None:
    visitor = visit(own[0])
    tab = visitor.open()
    tab.click("#tab-documents-button")
    row = tab.locator("#documents tr", has_text="便民服务站")
    row.locator(".choose input").check()
    tab.click("#documents [data-gather]")
    tab.wait_for_selector("#scope .scope")
    assert "五天" not in visitor.ask("议题要提前几天张贴？").inner_text()
    tab.click("#scope button[data-act=unscope]")
    tab.wait_for_selector("#scope .scope", state="detached")
    assert "五天" in visitor.ask("议题要提前几天张贴？").inner_text()


def test_the_list_is_filtered_and_a_document_removed(visit: Any, own: tuple[str, Path]) -> None:
    url, home = own
    visitor = visit(url)
    tab = visitor.open()
    upload(tab, text_file("印章.txt", "印章管理办法\n\n一、保管\n\n印章由文书专人保管，外借要经书记签字。\n"))
    tab.wait_for_selector("#documents tr >> text=印章管理办法")
    tab.fill("#filters textarea, #filters input:not([role])", "印章")
    tab.wait_for_function("document.querySelectorAll('#documents tbody tr').length === 1")
    row = tab.locator("#documents tbody tr")
    assert "印章管理办法" in row.inner_text()
    row.locator("button[data-act=remove]").click()
    assert row.locator("button.sure").inner_text() == "确定移除？"
    row.locator("button.sure").click()
    tab.wait_for_selector("#documents .empty-note")
    assert not list((home / "files").rglob("印章.txt"))


def test_a_file_dropped_on_the_chat_joins_the_documents(visit: Any, own: tuple[str, Path]) -> None:
    visitor = visit(own[0])
    tab = visitor.open()
    tab.evaluate("""() => {
      const carried = new DataTransfer();
      carried.items.add(new File(["公章外借办法\\n\\n一、外借\\n\\n公章外借要经主任签字，当天归还。\\n"], "公章.txt"));
      const drop = { dataTransfer: carried, bubbles: true, cancelable: true };
      document.querySelector("#talk").dispatchEvent(new DragEvent("dragover", drop));
      document.querySelector("#talk").dispatchEvent(new DragEvent("drop", drop));
    }""")
    tab.wait_for_selector("#added .good")
    assert "主任签字" in visitor.ask("公章外借要经谁签字？").inner_text()


def test_details_of_an_uploaded_document_are_changed_on_the_page(visit: Any, own: tuple[str, Path]) -> None:
    visitor = visit(own[0])
    tab = visitor.open()
    upload(tab, text_file("停车.txt", "院内停车办法\n\n一、车位\n\n车位按科室划分，来访车辆停在东侧。\n"))
    tab.wait_for_selector("#documents tr >> text=院内停车办法")
    tab.fill("#filters textarea, #filters input:not([role])", "停车")
    tab.wait_for_function("document.querySelectorAll('#documents tbody tr').length === 1")
    tab.click("#documents button[data-act=edit]")
    tab.fill("#documents input[name=title]", "院内停车办法<2025>")
    tab.fill("#documents input[name=date]", "2025-06-01")
    tab.select_option("#documents select", "废止")
    tab.click("#documents button[type=submit]")
    tab.wait_for_selector("#documents .repealed")
    assert tab.locator("#documents .title").inner_text() == "院内停车办法<2025>"
    assert tab.locator("#documents .date").inner_text() == "2025-06-01"


def test_an_empty_detail_looks_empty_and_a_status_of_another_kind_is_kept(
    visit: Any, serve: Any, tmp_path: Path
) -> None:
    (tmp_path / "停车.md").write_text(
        "---\ntitle: 停车办法\nstatus: 试行\n---\n\n车辆停在院内东侧。\n", "utf-8"
    )
    with serve(tmp_path / "home", tmp_path / "停车.md") as url:
        tab = visit(url).open()
        tab.click("#tab-documents-button")
        tab.click("#documents button[data-act=edit]")
        date = tab.locator("#documents input[name=date]")
        assert date.input_value() == ""
        assert date.get_attribute("placeholder").startswith("如 ")
        colour = "(e, part) => getComputedStyle(e, part).color"
        assert date.evaluate(colour, "::placeholder") != date.evaluate(colour)
        tab.fill("#documents input[name=title]", "院内停车办法")
        tab.click("#documents button[type=submit]")
        tab.wait_for_selector("#documents .title >> text=院内停车办法")
        assert tab.request.get(f"{url}/api/docs").json()[0]["status"] == "试行"


def test_what_was_left_out_of_a_file_can_be_read(visit: Any, own: tuple[str, Path]) -> None:
    visitor = visit(own[0])
    tab = visitor.open()
    text = (
        "---\ntitle: 会议室预约办法\n---\n\n# 会议室使用\n\n会议室要提前一天在登记簿上预约，用后关灯锁门。\n"
    )
    report = upload(tab, text_file("会议室.md", text))
    with visitor.context.expect_page() as opened:
        report.locator("a[href^='/dropped/']").click()
    assert "会议室使用" in opened.value.locator("main li").inner_text()


def archive(**members: str | bytes) -> bytes:
    """A .zip of files in one folder."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as opened:
        for name, content in members.items():
            opened.writestr(f"制度/{name.replace('_', '.')}", content)
    return buffer.getvalue()


def test_every_file_of_an_archive_has_its_own_line_and_its_own_original(
    visit: Any, own: tuple[str, Path]
) -> None:
    url, home = own
    visitor = visit(url)
    tab = visitor.open()
    key = "---\ntitle: 备用钥匙\n---\n\n# 钥匙柜\n\n备用钥匙放在钥匙柜里，取用要登记。\n"
    content = archive(钥匙_md=key, 坏_pdf=b"%PDF-1.4")
    tab.click("#tab-documents-button")
    tab.set_input_files(
        "#drop input[type=file]", [{"name": "材料.zip", "mimeType": "application/zip", "buffer": content}]
    )
    tab.wait_for_selector("#uploads .bad")
    assert "材料.zip › 制度/坏.pdf" in tab.locator("#uploads .bad").inner_text()
    assert "材料.zip › 制度/钥匙.md" in tab.locator("#uploads .good").inner_text()
    assert list((home / "files").rglob("材料.zip")), "one bad member does not take the archive along"

    (document,) = (d["document"] for d in httpx.get(f"{url}/api/docs").json() if d["title"] == "备用钥匙")
    original = httpx.get(f"{url}/files/{document}")
    assert (original.status_code, original.text) == (200, key)
    assert "filename*=utf-8''%E9%92%A5%E5%8C%99.md" in original.headers["content-disposition"]
    assert "钥匙柜" in httpx.get(f"{url}/dropped/{document}").text


def test_an_archive_stays_until_the_last_of_its_documents_goes(own: tuple[str, Path]) -> None:
    url, home = own
    text = "{}借用办法\n\n一、借用\n\n{}借用要登记，次日归还。\n"
    content = archive(a_txt=text.format("梯子", "梯子"), b_txt=text.format("音响", "音响"))
    reports = httpx.post(f"{url}/api/docs", files=[("files", ("器材.zip", content))], timeout=60).json()[
        "files"
    ]
    assert [(r["source"].partition("器材.zip")[2], r["status"]) for r in reports] == [
        ("/制度/a.txt", "added"),
        ("/制度/b.txt", "added"),
    ]
    for report, left in zip(reports, (1, 0), strict=True):
        (document,) = report["documents"]
        assert httpx.delete(f"{url}/api/docs/{document}").json() == {"removed": 1}
        assert len(list((home / "files").rglob("器材.zip"))) == left


def test_an_original_that_is_locked_now_or_gone_is_said_to_be(serve: Any, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    path = folder / "门.zip"
    path.write_bytes(archive(门_txt="门禁办法\n\n门禁卡由保卫科发放，遗失要登记。\n"))
    with serve(tmp_path / "home", folder) as url:
        (document,) = (d["document"] for d in httpx.get(f"{url}/api/docs").json())
        path.write_bytes(
            path.read_bytes().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
        )
        locked = httpx.get(f"{url}/dropped/{document}")
        assert (locked.status_code, "有密码" in locked.text) == (400, True)
        assert "password" in httpx.get(f"{url}/dropped/{document}?lang=en").text
        assert "密码" in httpx.get(f"{url}/files/{document}").json()["error"]["zh"]
        path.unlink()
        gone = httpx.get(f"{url}/dropped/{document}")
        assert (gone.status_code, "已不在原处" in gone.text) == (404, True)
        assert httpx.get(f"{url}/files/{document}").status_code == 404


def test_changed_files_are_read_again(visit: Any, serve: Any, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "钥匙.md").write_text("# 钥匙管理\n\n库房钥匙由保管员一人持有。\n", "utf-8")
    with serve(tmp_path / "home", folder) as url:
        visitor = visit(url)
        tab = visitor.open()
        tab.click("#tab-documents-button")
        tab.click("#filters button:has-text('检查更新')")
        tab.wait_for_selector("#documents-told >> text=没有变化")
        (folder / "钥匙.md").write_text("# 钥匙管理\n\n库房钥匙由保管员和会计各持一把。\n", "utf-8")
        tab.click("#filters button:has-text('检查更新')")
        tab.wait_for_selector("#documents-told >> text=1 个有更新")
        tab.click("#tab-ask-button")
        assert "会计" in visitor.ask("库房钥匙由谁持有？").inner_text()


def test_a_member_that_has_left_its_archive_is_told_of_when_files_are_read_again(
    visit: Any, serve: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    text = "{}保养办法\n\n一、保养\n\n{}由后勤科每季度保养一次。\n"
    both = {"a_txt": text.format("电梯", "电梯"), "b_txt": text.format("水泵", "水泵")}
    (folder / "设备.zip").write_bytes(archive(**both))
    with serve(tmp_path / "home", folder) as url:
        tab = visit(url).open()
        (folder / "设备.zip").write_bytes(archive(a_txt=both["a_txt"]))
        tab.click("#tab-documents-button")
        tab.click("#filters button:has-text('检查更新')")
        tab.wait_for_selector("#documents-told >> text=0 个有更新，1 个读不到")


def test_document_text_titles_and_names_are_never_markup(visit: Any) -> None:
    visitor = visit()
    tab = visitor.open()
    exchange = visitor.ask("培训报到的地点在哪里？")
    assert "${window.hacked='template'}{{7*7}}" in exchange.inner_text()
    exchange.locator("a.cite").first.hover()
    exchange.locator("a.cite").first.click()
    tab.wait_for_selector(".panel mark")
    assert "<script>window.hacked='text'</script>" in tab.locator(".panel").inner_text()
    tab.goto(visitor.address + exchange_link(tab))
    assert "培训通知<img src=x" in tab.locator("h1").inner_text()
    visitor.open()
    tab.click("#tab-documents-button")
    tab.wait_for_selector("#documents tr >> text=培训通知<img")
    assert tab.evaluate("window.hacked") is None
    assert tab.locator("#documents img, #talk img").count() == 0


def exchange_link(tab: Any) -> str:
    """Where the first chip leads."""
    link: str = tab.locator("#talk a.cite").first.get_attribute("href")
    assert link.startswith("/view/")
    return link


def test_an_empty_knowledge_base_says_how_to_begin(visit: Any, serve: Any, tmp_path: Path) -> None:
    with serve(tmp_path / "empty", None) as url:
        visitor = visit(url)
        tab = visitor.open()
        assert "还是空的" in tab.locator(".welcome").inner_text()
        tab.click("#tab-documents-button")
        tab.wait_for_selector("#documents .empty-note")
