"""Reads OFD files (GB/T 33190), the fixed-layout format of Chinese offices: words from where they stand on each page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from rag.datatypes import Dropped, Metadata, RawText
from rag.errors import LoadError, NeedsOcr
from rag.load.container import opened, refuse_declarations
from rag.load.placed import Piece, page_text, page_texts
from rag.load.raw import paged, properties, raw_text
from rag.protocols import Step, no_step

_NAMES = ("OFD 文件", "an OFD file")
_TEMPLATE = "版面模板"
_MOST_BYTES = 1 << 26  # of one part
_ASCENT = 0.88  # of the size, above the line that words stand on
_SPREAD = 1.8  # in em from character to character: more than that parts two pieces
_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1, 0, 0, 1, 0, 0)


class OfdLoader:
    """Reads ``.ofd`` files."""

    suffixes: frozenset[str] = frozenset({".ofd"})

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The text of all pages with the offset of each.

        Raises ``NeedsOcr`` when no page has text, ``LoadError`` for a file that is damaged or hostile.
        """
        with opened(path, *_NAMES) as archive:
            return _Reader(path, archive).read()


class _Reader:
    def __init__(self, path: Path, archive: ZipFile) -> None:
        self._path = path
        self._archive = archive
        self._names = {name.strip("/").lower(): name for name in archive.namelist()}
        self._dropped: list[Dropped] = []

    def read(self) -> RawText:
        words: list[list[Piece]] = []
        root = self._part("OFD.xml", "")
        drawn = False
        for place in _texts(root, "DocRoot"):
            document = self._part(place, "")
            base = posixpath.dirname(self._inside(place, ""))
            templates = {t.get("ID"): t.get("BaseLoc", "") for t in _all(document, "TemplatePage")}
            for page in _all(document, "Page"):
                content = self._part(page.get("BaseLoc", ""), base)
                words.append(list(_pieces(content)))
                drawn = drawn or any(
                    True for name in ("ImageObject", "PathObject") for _ in _all(content, name)
                )
                self._leave_out(content, templates, base, len(words))
        pages = page_texts(words)
        if drawn and not any(page.text.strip() for page in pages):
            raise NeedsOcr(
                f"{self._path.name}：共 {len(pages)} 页，没有文字，可能是扫描件。请用 OFD 阅读器另存为 PDF 再添加。",
                f"{self._path.name}: {len(pages)} page(s) without text, most likely a scan. Save it as PDF and add that.",
            )
        text, starts, broken = paged(pages)
        return raw_text(
            self._path, text, pages=starts, said=_said(root), dropped=self._dropped, broken=broken
        )

    def _leave_out(self, content: Any, templates: dict[Any, str], base: str, number: int) -> None:
        """Notes the words that a page takes from a template: letterheads, borders, frames of forms."""
        for use in _all(content, "Template"):
            place = templates.get(use.get("TemplateID"))
            if place:
                words = page_text(list(_pieces(self._part(place, base)))).text.strip()
                if words:
                    self._dropped.append(Dropped(words, _TEMPLATE, number))

    def _part(self, place: str, base: str) -> Any:
        """The root element of a part, read by a parser that expands and fetches nothing."""
        from lxml import etree

        name = self._inside(place, base)
        if self._archive.getinfo(name).file_size > _MOST_BYTES:
            raise LoadError(
                f"{self._path.name}：内部文件 {name} 过大，未读取。",
                f"{self._path.name}: the part {name} is too large; not read.",
            )
        data = self._archive.read(name)
        refuse_declarations(self._path, data)
        return etree.fromstring(
            data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        )

    def _inside(self, place: str, base: str) -> str:
        """The name of a part of the package. Raises ``LoadError`` for a path that leads out of it or nowhere."""
        place = place.strip().replace("\\", "/")
        path = posixpath.normpath(place.lstrip("/") if place.startswith("/") else posixpath.join(base, place))
        found = self._names.get(path.lower())
        if path.startswith("..") or found is None:
            raise LoadError(
                f"{self._path.name}：OFD 文件缺少内部文件 {place}，可能已损坏。请重新导出后再添加。",
                f"{self._path.name}: the OFD file lacks its part {place}; it may be damaged. Export it again.",
            )
        return found


def _pieces(content: Any) -> Iterator[Piece]:
    """The words of a page with their places, in millimetres."""
    for thing in _all(content, "TextObject"):
        left, top = _numbers(thing.get("Boundary", ""), 4)[:2]
        size = float(thing.get("Size", "0") or 0)
        a, b, c, d, e, f = _numbers(thing.get("CTM", ""), 6) if thing.get("CTM") else _UNIT
        x = y = 0.0
        for code in _all(thing, "TextCode"):
            x, y = float(code.get("X") or x), float(code.get("Y") or y)
            begin, across, height = (
                left + a * x + c * y + e,
                (a * a + b * b) ** 0.5,
                size * (c * c + d * d) ** 0.5,
            )
            foot = top + b * x + d * y + f
            for text, low, high in _runs(code.text or "", _deltas(code.get("DeltaX", "")), size):
                yield Piece(
                    text,
                    begin + across * low,
                    foot - _ASCENT * height,
                    begin + across * high,
                    foot + (1 - _ASCENT) * height,
                )


def _runs(text: str, deltas: list[float], size: float) -> Iterator[tuple[str, float, float]]:
    """Pieces of a text whose characters stand ``deltas`` apart, with the places of their ends."""
    start, at, begin = 0, 0.0, 0.0
    for index in range(len(text)):
        own = size * (0.5 if text[index].isascii() else 1.0)
        step = deltas[min(index, len(deltas) - 1)] if deltas else own
        if index + 1 == len(text) or step > _SPREAD * size:
            yield text[start : index + 1], begin, at + own
            start, begin = index + 1, at + step
        at += step


def _deltas(text: str) -> list[float]:
    """Distances from character to character; ``g 3 5`` stands for 5 5 5."""
    words = text.split()
    found: list[float] = []
    at = 0
    while at < len(words):
        if words[at] == "g" and at + 2 < len(words):
            found += [float(words[at + 2])] * min(100_000, int(float(words[at + 1])))
            at += 3
        else:
            found.append(float(words[at]))
            at += 1
    return found


def _numbers(text: str, count: int) -> list[float]:
    found = [float(word) for word in text.split()]
    return (found + [0.0] * count)[:count]


def _all(element: Any, name: str) -> Iterator[Any]:
    """Elements of a name in any namespace, in order: makers differ in which one they write."""
    yield from element.iter(f"{{*}}{name}")


def _texts(element: Any, name: str) -> list[str]:
    return [found.text.strip() for found in _all(element, name) if found.text and found.text.strip()]


def _said(root: Any) -> Metadata:
    return properties(*(next(iter(_texts(root, name)), None) for name in ("Title", "Author")))
