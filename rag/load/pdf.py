"""Reads PDF files page by page: lines in reading order, and pages that are pictures told apart from pages of text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.datatypes import Dropped, Metadata, RawText
from rag.errors import LoadError, NeedsOcr
from rag.load.placed import Piece, page_text, page_texts
from rag.load.raw import paged, properties, raw_text, reading
from rag.load.recognise import Find, how_to_install, recogniser
from rag.protocols import Step, no_step

_NAMES = ("PDF 文件", "a PDF file")
_FEWEST = 8  # characters that make a page one of text
_UNMAPPED = 0.3  # of the characters without a letter behind their glyph: what is left is no text
_FEW_PATHS = 60  # a page with more of them has words drawn as outlines, not frames and rules alone
_APART = 1.0  # in em: pieces further apart are cells or columns
_DPI, _MOST_PIXELS = 200, 4000  # of a page that is to be recognised; pixels of its longer side
_WATERMARK = "斜置的水印"


@dataclass(frozen=True, slots=True)
class _Page:
    """``blank`` pages hold nothing at all; there are no ``pieces`` where words are only drawn."""

    pieces: tuple[Piece, ...]
    blank: bool
    slanted: str = ""


class PdfLoader:
    """Reads ``.pdf`` files; ``find`` names who reads pages without text, if anyone can."""

    suffixes: frozenset[str] = frozenset({".pdf"})

    def __init__(self, find: Find = recogniser) -> None:
        self._find = find

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The text of all pages with the offset of each.

        Raises ``NeedsOcr`` when no page has text and nobody can recognise it, ``LoadError`` for a file that is damaged
        or has a password. Single pages without text are warned of.
        """
        import pypdfium2

        with reading(path, *_NAMES):
            try:
                document = pypdfium2.PdfDocument(path.read_bytes())
            except pypdfium2.PdfiumError as error:
                if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
                    raise LoadError(
                        f"{path.name}：PDF 有打开密码，无法读取。请去掉密码后再添加。",
                        f"{path.name}: the PDF is protected with a password. Remove it and add the file again.",
                    ) from error
                raise
            try:
                return self._read(path, document, step)
            finally:
                document.close()

    def _read(self, path: Path, document: Any, step: Step) -> RawText:
        pages = [_page(document, at) for at in range(len(document))]
        silent = [at for at, page in enumerate(pages) if not page.pieces and not page.blank]
        texts = page_texts([page.pieces for page in pages])
        found = self._find() if silent else None
        if found is not None:
            for count, at in enumerate(silent, 1):
                step(f"识别扫描页 {count}/{len(silent)}")
                picture = _picture(document, at)
                texts[at] = page_text(found.recognise(picture))
        still = [at for at in silent if not texts[at].text.strip()]
        if still and not any(page.text.strip() for page in texts):
            raise no_text(path, len(pages), found is not None)
        text, starts, broken = paged(texts)
        return raw_text(
            path,
            text,
            pages=starts,
            broken=broken,
            said=_said(document),
            dropped=[
                Dropped(page.slanted, _WATERMARK, at) for at, page in enumerate(pages, 1) if page.slanted
            ],
            warnings=_warnings(silent, still, found is not None),
        )


def no_text(path: Path, pages: int, tried: bool) -> NeedsOcr:
    """The error for a file without any text: what it probably is, and what to do."""
    zh, en = how_to_install()
    if tried:
        zh, en = (
            "文字识别也没有找到文字，请核对扫描质量。",
            "Recognition found no words either; check the scan.",
        )
    return NeedsOcr(
        f"{path.name}：共 {pages} 页，没有文字，可能是扫描件。{zh}",
        f"{path.name}: {pages} page(s) without text, most likely a scan. {en}",
    )


def _warnings(silent: Sequence[int], still: Sequence[int], tried: bool) -> Iterator[str]:
    recognised = [at for at in silent if at not in still]
    if recognised:
        yield from_scan(recognised)
    if still:
        zh, en = ("", "") if tried else how_to_install()
        numbers = _numbers(still)
        yield f"第 {numbers} 页没有文字，可能是扫描件，未收录。{zh} Page(s) {numbers} hold no text. {en}".strip()


def from_scan(pages: Sequence[int]) -> str:
    """The warning that words of pages, counted from 0, were recognised by a program."""
    numbers = _numbers(pages)
    return (
        f"第 {numbers} 页是扫描件，文字由程序识别，可能有错字，引用前请核对原件。 "
        f"Page(s) {numbers} were recognised from a scan and may hold wrong characters."
    )


def _numbers(pages: Sequence[int]) -> str:
    shown = "、".join(str(at + 1) for at in pages[:20])
    return f"{shown} 等 {len(pages)}" if len(pages) > 20 else shown


@dataclass(frozen=True, slots=True)
class _Character:
    """One character with its em box, from the top left corner, and the direction its line runs in, in degrees."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    angle: int
    mapped: bool


def _page(document: Any, at: int) -> _Page:
    page = document[at]
    try:
        textpage = page.get_textpage()
        try:
            characters = list(_characters(textpage, page.get_height()))
        finally:
            textpage.close()
        visible = [character for character in characters if character.text.strip()]
        drawn = len(visible) < _FEWEST and _is_drawn(page, bool(visible))
    finally:
        page.close()
    if drawn or sum(not character.mapped for character in visible) > _UNMAPPED * len(visible):
        return _Page((), False)
    angle = Counter(character.angle for character in visible).most_common(1)[0][0] if visible else 0
    slanted = "".join(character.text for character in visible if character.angle != angle)
    straight = [character for character in characters if character.angle == angle]
    return _Page(tuple(_pieces(straight, angle)), not visible, slanted)


def _is_drawn(page: Any, numbered: bool) -> bool:
    """Whether a page of hardly any text shows a picture of a page, or words drawn as outlines."""
    import pypdfium2.raw as raw

    area = page.get_width() * page.get_height()
    paths = 0
    for thing in page.get_objects(max_depth=3):
        if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            if not numbered or (right - left) * (top - bottom) > 0.4 * area:
                return True
        paths += thing.type in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING)
    return paths > _FEW_PATHS


def _characters(textpage: Any, height: float) -> Iterator[_Character]:
    """The characters in the order of the file; blanks and line ends that the library adds take no room."""
    import pypdfium2.raw as raw

    high = 0
    for at in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, at)
        if 0xD800 <= code < 0xDC00:  # the first half of a rare character
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + code - 0xDC00, 0) if high else (0xFFFD, 0)
        if raw.FPDFText_IsHyphen(textpage, at) == 1:  # the library takes it for a mark of the typesetter
            code = ord("-")
        left, bottom, right, top = textpage.get_charbox(at, loose=True)
        mapped = raw.FPDFText_HasUnicodeMapError(textpage, at) == 0 and not _is_private(code)
        degrees = round(math.degrees(raw.FPDFText_GetCharAngle(textpage, at))) % 360
        yield _Character(chr(code), left, height - top, right, height - bottom, degrees, mapped)


def _is_private(code: int) -> bool:
    return code in (0, 0xFFFD) or 0xE000 <= code < 0xF900 or code >= 0xF0000


def _pieces(characters: Sequence[_Character], angle: int) -> Iterator[Piece]:
    """Runs of characters that stand close together on one line."""
    run: list[Piece] = []
    blank = ""
    for character in characters:
        if not character.text.strip():
            blank = " " if character.text not in "\r\n" else blank
            continue
        piece = _turned(character, angle)
        if run and not _follows(run[-1], piece):
            yield _joined(run)
            run, blank = [], ""
        if blank and run and not _is_typesetting(run[-1], piece):
            run.append(Piece(" ", run[-1].right, run[-1].top, run[-1].right, run[-1].bottom))
        run.append(piece)
        blank = ""
    if run:
        yield _joined(run)


def _turned(character: _Character, angle: int) -> Piece:
    """A character of a page that lies on its side, as it stands when the page is turned upright."""
    left, top, right, bottom = character.left, character.top, character.right, character.bottom
    if angle == 270:  # the library counts clockwise: this text runs up the page
        left, top, right, bottom = -bottom, left, -top, right
    elif angle == 90:
        left, top, right, bottom = top, -right, bottom, -left
    elif angle == 180:
        left, top, right, bottom = -right, -bottom, -left, -top
    return Piece(character.text, left, top, right, bottom)


def _follows(before: Piece, piece: Piece) -> bool:
    size = max(before.size, piece.size)
    level = abs((piece.top + piece.bottom) - (before.top + before.bottom)) < size
    return level and -0.5 * size < piece.left - before.right < _APART * size


def _is_typesetting(before: Piece, piece: Piece) -> bool:
    """Whether a narrow gap only sets a Han character off from a letter or digit: no blank was written there."""
    return piece.left - before.right < 0.4 * piece.size and before.text.isascii() != piece.text.isascii()


def _joined(run: Sequence[Piece]) -> Piece:
    return Piece(
        "".join(piece.text for piece in run),
        run[0].left,
        min(piece.top for piece in run),
        run[-1].right,
        max(piece.bottom for piece in run),
    )


def _picture(document: Any, at: int) -> Any:
    page = document[at]
    try:
        longest = max(page.get_width(), page.get_height()) / 72
        return page.render(scale=min(_DPI, _MOST_PIXELS / longest) / 72).to_pil()
    finally:
        page.close()


def _said(document: Any) -> Metadata:
    told = document.get_metadata_dict()
    return properties(told.get("Title"), told.get("Author"))
