"""Presentations: a slide is a section, and its number the page of a citation."""

from __future__ import annotations

from pathlib import Path

import pytest
from pptx import Presentation
from pptx.util import Inches

from rag.errors import LoadError
from rag.load import SlidesLoader, loader_for
from rag.structure import structure

TALK = "学习不求多，求的是弄明白，领学的同志先讲自己的理解。"
NOTE = "这一页讲三分钟，先问大家上个月学了什么，再请两名党员说说体会。"


def deck(folder: Path) -> Path:
    show = Presentation()
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = "支部学习日怎么开"
    first.placeholders[1].text = "清溪镇党建办"
    second = show.slides.add_slide(show.slide_layouts[1])
    second.shapes.title.text = "把会开短"
    second.placeholders[1].text = TALK
    second.notes_slide.notes_text_frame.text = NOTE
    third = show.slides.add_slide(show.slide_layouts[5])
    third.shapes.title.text = "值班安排"
    table = third.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for at, value in enumerate(["姓名", "职务", "周明远", "书记"]):
        table.cell(at // 2, at % 2).text = value
    group = third.shapes.add_group_shape()
    box = group.shapes.add_textbox(Inches(1), Inches(5), Inches(3), Inches(1))
    box.text_frame.text = "有事请提前一天说明。"
    path = folder / "学习日.pptx"
    show.save(str(path))
    return path


def test_slides_are_sections_with_their_notes_tables_and_groups(tmp_path: Path) -> None:
    path = deck(tmp_path)
    loader = loader_for(path)
    assert isinstance(loader, SlidesLoader)
    raw = loader.load(path)
    assert len(raw.page_starts) == 3
    (article,) = structure(raw).articles
    assert article.document.title == "支部学习日怎么开"
    found = {(p.text, p.section, p.page) for p in article.passages}
    assert found >= {
        (TALK, ("把会开短",), 2),
        (NOTE, ("把会开短",), 2),
        ("姓名：周明远；职务：书记。", ("值班安排",), 3),
        ("有事请提前一天说明。", ("值班安排",), 3),
    }


def test_a_truncated_deck_is_a_clear_error(tmp_path: Path) -> None:
    path = deck(tmp_path)
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(LoadError, match="损坏"):
        SlidesLoader().load(path)
