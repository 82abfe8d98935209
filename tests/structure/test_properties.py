"""What holds for every text whatever it looks like."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.datatypes import Metadata, RawText, Structured
from rag.structure import structure
from rag.text import HAN

LINES = st.sampled_from(
    [
        "",
        " ",
        "\u3000",
        "一、加强学习",
        "二、改进作风。要到群众中去，听一听大家的意见。",
        "（一）提高认识",
        "1. 准备材料",
        "一是抓好落实。把事情办到群众心坎上，办一件成一件。",
        "第一条 为了规范支部学习，制定本制度。",
        "第一章 总则",
        "同志们：",
        "同志们，学习日是件小事，小事里面有大文章。",
        "每月五日是学习日，老党员提前半个钟头到会议室，把没有议完的事写在",
        "黑板上，等大家坐下来接着议。",
        "学习日纪实 把会开到田头",
        "2024年3月5日",
        "来源：清溪镇 发布时间：2024-03-05",
        "阅读 1,234 评论 5",
        "- 3 -",
        "12",
        "=====",
        "目录",
        "第二篇 椅子 ........ 3",
        "● 春天的会议记录写在田埂上，翻开第一页是去年的账目和今年的打算...",
        "推荐阅读",
        "©著作权归作者所有",
        "# 学习日手册",
        "## 会前",
        "姓名\t电话\t住址",
        "问：什么时候交？",
        "答：每月交一次。",
        "␌学习日”办得好␎清溪篇",
        "The branch meets on the fifth of every month,",
        "and everybody comes early.",
        "\x0c",
        "\ufeff标题：学习日",
        "（作者：周明远）",
    ]
)
RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
TEXTS = st.one_of(st.lists(LINES, max_size=40).map("\n".join), st.text(max_size=400))


def han(text: str) -> list[str]:
    """The Han characters of a text; radicals that stand for characters count as those."""
    return re.findall(f"[{HAN}]", text.translate(RADICALS))


def parts(found: Structured) -> list[str]:
    """All texts in which a character of the file may stand."""
    kept = [part for a in found.articles for part in (a.document.title, a.document.text)]
    return kept + [piece.text for piece in found.dropped]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_offsets_are_exact(text: str) -> None:
    for article in structure(RawText("a.txt", text)).articles:
        document = article.document
        for heading in document.headings:
            assert document.text[heading.start : heading.end] == heading.text
            assert heading.level >= 1
        for ordinal, passage in enumerate(article.passages):
            assert document.text[passage.start : passage.end] == passage.text
            assert passage.text.strip()
            assert passage.ordinal == ordinal
            assert passage.line is not None
            assert 1 <= passage.line <= text.count("\n") + 1


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_character_of_the_author_is_lost(text: str) -> None:
    have = Counter(han("".join(parts(structure(RawText("a.txt", text))))))
    want = Counter(han(text))
    assert not want - have


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_words_keep_their_order(text: str) -> None:
    words = iter(han(text))
    for article in structure(RawText("a.txt", text)).articles:
        assert all(character in words for character in han(article.document.text))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_every_passage_and_own_heading_is_one_line_of_the_document(text: str) -> None:
    for article in structure(RawText("a.txt", text)).articles:
        document = article.document
        own = [heading.text for heading in document.headings if not heading.run_in]
        lines = document.text.split("\n") if document.text else []
        assert Counter(lines) == Counter([*own, *(passage.text for passage in article.passages)])


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_section_paths_are_made_of_headings(text: str) -> None:
    for article in structure(RawText("a.txt", text)).articles:
        headings = {heading.text for heading in article.document.headings}
        assert all(set(passage.section) <= headings for passage in article.passages)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_reading_the_clean_text_again_changes_no_words(text: str) -> None:
    for article in structure(RawText("a.txt", text)).articles:
        again = structure(
            RawText("a.txt", article.document.text, given=Metadata(title=article.document.title))
        )
        before = re.sub(r"\s", "", article.document.text)
        assert Counter(before) - Counter("".join(parts(again))) == Counter()
