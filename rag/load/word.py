"""Reads Word files (.docx) as their author sees them: accepted changes, numbers, tables, text boxes, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.datatypes import Dropped, Metadata, RawText
from rag.load.container import check_package
from rag.load.raw import properties, raw_text, reading
from rag.load.table import Row, table_lines
from rag.load.word_numbers import W, WordNumbers
from rag.protocols import Step, no_step
from rag.structure.page import CONTENTS, RUNNING_HEAD

_NAMES = ("Word 文件", "a Word file")
_LIKE_DOCUMENTS = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
_HEADING = re.compile(r"(?:heading|标题)\s?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s?\d", re.IGNORECASE)
_TITLES = ("title", "标题")
# What is not shown: deleted and moved-away words, field codes, the second copy of a drawing, sound over ruby.
_UNSEEN = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "rt", "sdtPr")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_SIGNS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_OF_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"


class WordLoader:
    """Reads ``.docx`` files, and their like with macros (which never run) or made as templates."""

    suffixes: frozenset[str] = frozenset({".docx", ".docm", ".dotx", ".dotm"})

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The text with one paragraph, heading or table row a line; headings by style have ``#`` before them.

        Tracked changes count as accepted. Raises ``LoadError`` for a file that is damaged or hostile.
        """
        check_package(path, *_NAMES)
        with reading(path, *_NAMES):
            return _Reader(_opened(path)).read(path)


def _opened(path: Path) -> Any:
    """The document of a package, whichever of the four kinds its main part is declared as."""
    from docx.opc.part import PartFactory
    from docx.package import Package
    from docx.parts.document import DocumentPart

    for kind in _LIKE_DOCUMENTS:
        PartFactory.part_type_for.setdefault(kind, DocumentPart)
    return Package.open(str(path)).main_document_part.document


class _Reader:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._styles = {style.style_id: style.name for style in document.styles if style.name}
        self._numbers = WordNumbers(_root(document, "numbering"), _root(document, "styles"))
        self._notes = _notes(document)
        self._lines: list[str] = []
        self._dropped: list[Dropped] = []
        self._deeper = 0

    def read(self, path: Path) -> RawText:
        body = self._document.element.body
        self._deeper = int(self._begins_above_headings(body))
        self._blocks(body)
        furniture = [Dropped(text, RUNNING_HEAD, 1) for text in self._furniture()]
        return raw_text(
            path,
            "\n".join(self._lines) + "\n",
            said=_said(self._document.core_properties),
            dropped=[*furniture, *self._dropped],
        )

    def _begins_above_headings(self, body: Any) -> bool:
        """Whether a title or text comes before the first heading, which then heads a section, not the file."""
        for paragraph in body.iter(f"{W}p"):
            style = self._style(paragraph)
            if _HEADING.match(style):
                return False
            if "".join(_words(paragraph, [], [])).strip() and not _CONTENTS.match(style):
                return True
        return False

    def _style(self, paragraph: Any) -> str:
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        return str(self._styles.get(found.get(f"{W}val"), "")) if found is not None else ""

    def _blocks(self, container: Any) -> None:
        """The paragraphs and tables of a body, text box or content control, in order."""
        for element in container:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._lines.extend(table_lines(self._rows(element)))
            elif element.tag == f"{W}sdt" and _is_contents(element):
                text = "\n".join("".join(_words(p, [], [])) for p in element.iter(f"{W}p"))
                self._dropped.append(Dropped(text, CONTENTS, len(self._lines) + 1))
            elif element.tag not in _UNSEEN and isinstance(element.tag, str):
                self._blocks(element)

    def _paragraph(self, paragraph: Any) -> None:
        boxes: list[Any] = []
        notes: list[str] = []
        number = self._numbers.number(paragraph)
        words = "".join(_words(paragraph, boxes, notes))
        style = self._style(paragraph)
        if _CONTENTS.match(style):
            self._dropped.append(Dropped(words, CONTENTS, len(self._lines) + 1))
        else:
            self._lines.extend(self._marked(number + words if words.strip() else words, style).split("\n"))
        for note in notes:
            self._lines.extend(f"注：{text}" for text in self._notes.get(note, "").split("\n") if text)
        for box in boxes:
            self._blocks(box)

    def _marked(self, text: str, style: str) -> str:
        """A paragraph whose style makes it a heading, with the mark that structure recognition reads."""
        heading = _HEADING.match(style)
        words = " ".join(text.split())
        if not words or not (heading or style.lower() in _TITLES):
            return text
        level = min(6, int(heading[1]) + self._deeper) if heading else 1
        return f"{'#' * level} {words}"

    def _rows(self, table: Any) -> list[Row]:
        """The cells of each row on the grid; a cell that continues one above repeats its words."""
        rows: list[Row] = []
        above: dict[int, str] = {}
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table or row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells: list[str | None] = []
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tr")) is not row:
                    continue
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                continued = merge is not None and merge.get(f"{W}val") != "restart"
                text = above.get(len(cells), "") if continued else self._cell(cell)
                above[len(cells)] = text
                cells += [text, *[None] * (_span(cell) - 1)]
            rows.append(cells)
        return rows

    def _cell(self, cell: Any) -> str:
        """The lines of a cell, those of a table inside it too."""
        outer, self._lines = self._lines, []
        self._blocks(cell)
        inner, self._lines = self._lines, outer
        return "\n".join(line.lstrip("# ") for line in inner)

    def _furniture(self) -> list[str]:
        """What stands in the page heads and feet, each once."""
        found: dict[str, None] = {}
        for section in self._document.sections:
            for part in (
                section.header,
                section.first_page_header,
                section.footer,
                section.first_page_footer,
            ):
                if not part.is_linked_to_previous:
                    for paragraph in part._element.iter(f"{W}p"):
                        found["".join(_words(paragraph, [], [])).strip()] = None
        return [text for text in found if text]


def _words(element: Any, boxes: list[Any], notes: list[str]) -> Iterator[str]:
    """The visible characters of a paragraph; text boxes and the numbers of notes are put into the lists."""
    for child in element:
        if child.tag in _UNSEEN or not isinstance(child.tag, str):
            continue
        name = child.tag.rpartition("}")[2]
        if name == "txbxContent":
            boxes.append(child)
        elif child.tag == f"{W}r" and _is_hidden(child):
            continue
        elif child.tag in (f"{W}t", _OF_MATHS):
            yield child.text or ""
        elif child.tag == f"{W}br":
            yield "\n\x0c\n" if child.get(f"{W}type") == "page" else "\n"
        elif name in ("footnoteReference", "endnoteReference"):
            notes.append(f"{name[:-9]} {child.get(f'{W}id')}")
        elif name in _SIGNS:
            yield _SIGNS[name]
        else:
            yield from _words(child, boxes, notes)


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val") not in ("0", "false")


def _is_contents(control: Any) -> bool:
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def _span(cell: Any) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return min(100, max(1, int(span.get(f"{W}val", "1")))) if span is not None else 1


def _notes(document: Any) -> dict[str, str]:
    """The words of each footnote and endnote under its kind and number."""
    found: dict[str, str] = {}
    for kind in ("footnote", "endnote"):
        root = _root(document, f"{kind}s")
        for note in root.iter(f"{W}{kind}") if root is not None else ():
            text = "\n".join("".join(_words(p, [], [])).strip() for p in note.iter(f"{W}p"))
            found[f"{kind} {note.get(f'{W}id')}"] = text
    return found


def _root(document: Any, kind: str) -> Any:
    """The root element of a part beside the body; ``None`` when the file has none."""
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            return parse_xml(relation.target_part.blob)
    return None


def _said(core: Any) -> Metadata:
    return properties(
        core.title, core.author
    )  # when a file was made, or its template, is no date of the text
