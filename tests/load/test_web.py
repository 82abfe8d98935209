"""Web pages: the article stays, what the site put around it goes and can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.load import WebLoader, loader_for
from rag.structure import structure

FIRST = "每月五日是我们支部雷打不动的学习日。老党员提前半个钟头到会议室，把桌椅摆好，把上个月没有议完的事写在黑板上。"
SECOND = "学习不求多，求的是弄明白。领学的同志先讲自己的理解，再请旁边的人补充，最后由书记归纳成两三句话，写进记录本。"
ARTICLE = f"""<html><head><meta charset="utf-8"><title>支部学习日_清溪党建网</title>
<meta name="author" content="刘小禾"><meta property="article:published_time" content="2024-03-05">
<link rel="canonical" href="https://example.org/a.html"></head><body>
<nav><ul><li><a href="/">首页</a></li><li><a href="/x">党建</a></li></ul></nav>
<main><h1>支部学习日</h1><h2>一、把会开短</h2><p>{FIRST}</p><p>{SECOND}</p>
<h2>二、排好班</h2><ol><li>周一由周明远值班，负责开门。</li><li>周二由李禾值班，负责记录。</li></ol>
<table><tr><th>姓名</th><th>职务</th></tr><tr><td>周明远</td><td>书记</td></tr></table></main>
<div class="ad">特价手机</div><footer>版权所有 清溪党建网</footer></body></html>"""
OFFICE = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>清溪镇扎实开展支部学习日活动-清溪镇人民政府</title></head><body>
<div><a>网站首页</a>|<a>新闻中心</a>|<a>政务公开</a></div><div>当前位置：<a>首页</a> &gt; <a>党建</a></div>
<div>清溪镇扎实开展支部学习日活动</div><div>发布时间：2024-03-06 09:12 来源：镇党建办 浏览次数：128 次</div>
<div id="zoom"><p><span>　　{FIRST}</span></p><p>　　{SECOND}</p></div>
<div>（责任编辑：刘小禾）</div><div><a>上一篇：全镇党员大会</a><br><a>下一篇：植树通知</a></div>
<ul><li><a>清溪镇召开春季防火会议</a> 2024-03-05</li><li><a>县委书记到清溪镇调研</a> 2024-03-04</li></ul>
<div>版权所有：清溪镇人民政府 湘ICP备12345678号</div></body></html>"""


def written(folder: Path, data: str | bytes, name: str = "a.html") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_an_article_with_its_headings_lists_and_tables(tmp_path: Path) -> None:
    raw = WebLoader().load(written(tmp_path, ARTICLE))
    assert raw.text.split("\n")[:8] == [
        "# 支部学习日",
        "## 一、把会开短",
        FIRST,
        SECOND,
        "## 二、排好班",
        "1. 周一由周明远值班，负责开门。",
        "2. 周二由李禾值班，负责记录。",
        "姓名：周明远；职务：书记。",
    ]
    (article,) = structure(raw).articles
    document = article.document
    assert (document.title, document.author, document.date) == ("支部学习日", "刘小禾", "2024-03-05")
    assert document.url == "https://example.org/a.html"
    assert article.passages[0].section == ("一、把会开短",)


def test_menus_advertisements_and_notices_are_dropped_and_counted(tmp_path: Path) -> None:
    raw = WebLoader().load(written(tmp_path, ARTICLE))
    assert {"首页", "党建", "特价手机", "版权所有 清溪党建网"} <= {piece.text for piece in raw.dropped}
    assert not any(word in raw.text for word in ("首页", "特价", "版权"))


def test_an_office_page_in_gb2312_keeps_what_its_date_line_says(tmp_path: Path) -> None:
    found = structure(WebLoader().load(written(tmp_path, OFFICE.encode("gb18030"))))
    (article,) = found.articles
    document = article.document
    assert [passage.text for passage in article.passages] == [FIRST, SECOND]
    assert document.title == "清溪镇扎实开展支部学习日活动"
    assert (document.author, document.date) == ("镇党建办", "2024-03-06")


def test_a_page_too_short_for_an_article_is_kept_as_it_is(tmp_path: Path) -> None:
    raw = WebLoader().load(
        written(tmp_path, "<html><body><p>每月五日学习。</p><script>x</script></body></html>")
    )
    assert raw.text == "每月五日学习。\n"


def test_a_web_archive_gives_its_page_and_address(tmp_path: Path) -> None:
    lines = [
        "From: <Saved by Blink>",
        "Snapshot-Content-Location: https://example.org/b.html",
        "MIME-Version: 1.0",
        'Content-Type: multipart/related; type="text/html"; boundary="----x"',
        "",
        "------x",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "Content-Location: https://example.org/b.html",
        "",
        ARTICLE.replace('<link rel="canonical" href="https://example.org/a.html">', ""),
        "------x--",
    ]
    path = written(tmp_path, "\r\n".join(lines), "b.mhtml")
    raw = WebLoader().load(path)
    assert FIRST in raw.text
    assert raw.said.url == "https://example.org/b.html"
    assert isinstance(loader_for(path), WebLoader)


def test_a_web_page_named_doc_is_read_as_one(tmp_path: Path) -> None:
    assert isinstance(loader_for(written(tmp_path, ARTICLE, "学习日.doc")), WebLoader)


@pytest.mark.parametrize(
    "data", ["<html>" + "<div>" * 20_000 + "深处</div>", "<html><body><p>开头", "<html>"]
)
def test_broken_pages_give_what_they_hold(tmp_path: Path, data: str) -> None:
    raw = WebLoader().load(written(tmp_path, data))
    assert "\x00" not in raw.text


def test_an_archive_without_a_page_is_a_clear_error(tmp_path: Path) -> None:
    path = written(
        tmp_path, "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--\n", "c.mhtml"
    )
    with pytest.raises(LoadError, match="没有网页"):
        WebLoader().load(path)


def test_no_page_may_reach_for_the_network(tmp_path: Path) -> None:
    """The test run refuses sockets: an image, a frame and a style sheet elsewhere are left where they are."""
    page = (
        '<html><link rel=stylesheet href="http://example.org/a.css"><img src="http://example.org/a.png">'
        + FIRST
    )
    assert FIRST in WebLoader().load(written(tmp_path, page)).text
