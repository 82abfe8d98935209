"""Paragraphs: torn ones are mended, glued ones parted, whole ones left alone."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from rag.datatypes import Structured

Reader = Callable[..., Structured]


def texts(structured: Structured) -> list[str]:
    return [passage.text for article in structured.articles for passage in article.passages]


def wrapped(text: str, columns: int, indent: str = "") -> str:
    """Chinese text broken at a fixed number of characters."""
    text = indent + text
    return "\n".join(text[i : i + columns] for i in range(0, len(text), columns))


@pytest.mark.parametrize("between", ["\n \n", "\n", "\n\n", "\n\u3000\n"])
def test_a_page_end_inside_a_word_or_sentence(read: Reader, prose: tuple[str, ...], between: str) -> None:
    torn = f"学习日纪实\n{prose[0]}\n{prose[1][:46]}{between}{prose[1][46:]}\n{prose[2]}\n{prose[3]}\n"
    assert texts(read(torn)) == [prose[0], prose[1], prose[2], prose[3]]


def test_paragraphs_without_full_stops_are_not_glued(read: Reader, prose: tuple[str, ...]) -> None:
    bare = [paragraph.rstrip("。") for paragraph in prose]
    assert texts(read("学习日纪实\n" + "\n".join(bare))) == bare


@pytest.mark.parametrize("columns", [18, 30, 38])
@pytest.mark.parametrize(("indent", "between"), [("\u3000\u3000", "\n"), ("", "\n\n")])
def test_text_wrapped_at_a_width(
    read: Reader, prose: tuple[str, ...], columns: int, indent: str, between: str
) -> None:
    paragraphs = [prose[0] + prose[1], prose[2] + prose[3], prose[4]]
    page = between.join(wrapped(paragraph, columns, indent) for paragraph in paragraphs)
    assert texts(read(page, "学习日.txt")) == paragraphs


def test_text_copied_with_an_empty_line_after_every_line(read: Reader, prose: tuple[str, ...]) -> None:
    paragraphs = [prose[0] + prose[1], prose[2] + prose[3]]
    page = "\n".join(wrapped(paragraph, 32, "\u3000\u3000") for paragraph in paragraphs).replace("\n", "\n\n")
    assert texts(read(page, "学习日.txt")) == paragraphs


def test_wrapped_english_is_joined_with_blanks(read: Reader) -> None:
    first = (
        "A branch secretary who has just taken office should "
        "spend the first two weeks listening. Visit every member "
        "at home or at work, and write down what each of them expects from the branch and from you."
    )
    second = (
        "Minutes are written on the day of the meeting, and they name the people who were present that day."
    )
    page = "\n\n".join("\n".join(textwrap.wrap(paragraph, 68)) for paragraph in (first, second))
    assert texts(read(page, "notes for secretaries.txt")) == [first, second]


def test_paragraphs_on_one_line_without_empty_lines(read: Reader, prose: tuple[str, ...]) -> None:
    assert texts(read("学习日纪实\n" + "\n".join(prose))) == list(prose)


def test_line_ends_lost_on_a_web_page_leave_their_indent(read: Reader, prose: tuple[str, ...]) -> None:
    page = "学习日纪实\n" + "".join(f"\u3000\u3000{paragraph}" for paragraph in prose)
    assert texts(read(page)) == list(prose)


def test_a_number_missing_at_line_starts_parts_a_glued_paragraph(
    read: Reader, prose: tuple[str, ...]
) -> None:
    page = (
        f"学习日的四条经验\n一、擦黑板。{prose[0]}二、摆椅子。{prose[1]}\n"
        f"三、配钥匙。{prose[2]}\n四、算细账。{prose[3]}\n"
    )
    assert [text[:2] for text in texts(read(page))] == ["一、", "二、", "三、", "四、"]


def test_a_series_inside_a_paragraph_stays_whole(read: Reader) -> None:
    inline = (
        "会议议定三件事。一是修好水渠，月底完工。二是补齐台账，周五检查。三是走访老人，书记带队，不得拖延。"
    )
    assert texts(read(f"会议纪要\n{inline}\n")) == [inline]


def test_a_sentence_of_its_siblings_form_begins_a_paragraph(read: Reader) -> None:
    page = """学习日怎么办
一、学习要分层
支部书记带头“先学”先读原文，再谈体会，每次都把要点写在黑板上，让大家看得见、记得住。支部委员分头“细学”。每人认领一个专题，半个月讲一次，讲不清的回去再读，读完了再讲。
普通党员结合岗位“实学”。把学到的办法用到自己的田里、店里、车间里，用得上才算学得会。
老年党员相互陪伴“慢学”。眼睛不好的听别人念，腿脚不便的等支部上门，一个也不落下。
"""
    found = read(page).articles[0]
    assert [passage.section[-1] for passage in found.passages] == [
        "支部书记带头“先学”",
        "支部委员分头“细学”",
        "普通党员结合岗位“实学”",
        "老年党员相互陪伴“慢学”",
    ]


def test_poems_and_tables_keep_their_lines(read: Reader) -> None:
    poem = ["灯下翻开红书页，", "窗前细数旧年华。", "村头老树新枝发，", "一盏清茶话万家。"]
    assert texts(read("学习日小诗\n" + "\n".join(poem))) == poem
    rows = ["姓名 日期 电话", "周明远 3月5日 8801", "刘小禾 3月6日 8802"]
    assert texts(read("值班安排表\n" + "\n".join(row.replace(" ", "\t") for row in rows))) == rows


def test_lines_and_pages_point_into_the_file(read: Reader, prose: tuple[str, ...]) -> None:
    text = f"学习日纪实\n\n\n{prose[0]}\n{prose[1]}\n"
    found = read(text, pages=(0, text.index(prose[1]))).articles[0]
    assert [(passage.line, passage.page) for passage in found.passages] == [(4, 1), (5, 2)]
