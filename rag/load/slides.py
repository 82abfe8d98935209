"""Reads presentations (.pptx): a slide is a section, its notes follow its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rag.datatypes import Dropped, RawText
from rag.load.container import check_package
from rag.load.placed import PageText
from rag.load.raw import paged, properties, raw_text, reading
from rag.load.table import Row, table_lines
from rag.protocols import Step, no_step

_NAMES = ("PowerPoint 文件", "a PowerPoint file")
_FURNITURE = "幻灯片页脚"


class SlidesLoader:
    """Reads ``.pptx`` files."""

    suffixes: frozenset[str] = frozenset({".pptx"})

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The slides in order, each a page: its title a heading, then its text, tables and speaker's notes."""
        from pptx import Presentation

        check_package(path, *_NAMES)
        with reading(path, *_NAMES):
            deck = Presentation(str(path))
            dropped: list[Dropped] = []
            pages = [_slide(slide, number, dropped) for number, slide in enumerate(deck.slides, 1)]
            text, starts, _ = paged(PageText("\n".join(lines)) for lines in pages)
            core = deck.core_properties
            said = properties(core.title, core.author)
            # Lines of slides are whole: no width broke any of them.
            return raw_text(path, text, pages=starts, said=said, dropped=dropped, broken=frozenset())


def _slide(slide: Any, number: int, dropped: list[Dropped]) -> list[str]:
    title = slide.shapes.title
    words = " ".join(title.text_frame.text.split()) if title is not None else ""
    lines = [f"{'#' if number == 1 else '##'} {words}"] if words else []
    for shape in _shapes(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if _is_furniture(shape):
            if shape.has_text_frame and shape.text_frame.text.strip():
                dropped.append(Dropped(shape.text_frame.text.strip(), _FURNITURE, number))
        elif shape.has_text_frame:
            lines.extend(_paragraphs(shape.text_frame))
        elif getattr(shape, "has_table", False):
            lines.extend(table_lines(list(_rows(shape.table))))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        lines.extend(_paragraphs(slide.notes_slide.notes_text_frame))
    return lines


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """All shapes from top to bottom, those of groups in the place of their group."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _is_furniture(shape: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    furniture = (KIND.SLIDE_NUMBER, KIND.FOOTER, KIND.DATE, KIND.HEADER)
    return bool(shape.is_placeholder and shape.placeholder_format.type in furniture)


def _paragraphs(frame: Any) -> Iterator[str]:
    for paragraph in frame.paragraphs:
        for line in paragraph.text.replace("\v", "\n").split("\n"):
            if words := line.strip():
                yield words


def _rows(table: Any) -> Iterator[Row]:
    for row in table.rows:
        yield [None if cell.is_spanned else cell.text_frame.text for cell in row.cells]
