"""Every file that the page offers is taken away through the page, opened, and holds what was shown."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pptx import Presentation

QUESTION = "开议事会要做哪些准备和落实？"


def docx_words(content: bytes) -> str:
    """Body and footnotes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(f"word/{name}.xml").decode() for name in ("document", "footnotes")]
    return re.sub(r"<[^>]+>", "", "".join(parts))


def pdf_words(content: bytes) -> str:
    """All pages, as one run of characters: lines are broken anywhere."""
    document = pypdfium2.PdfDocument(content)
    return re.sub(r"\s", "", "".join(page.get_textpage().get_text_bounded() for page in document))


def pptx_words(content: bytes) -> str:
    """Slides and the notes that carry the citations."""
    slides = Presentation(io.BytesIO(content)).slides
    shown = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    notes = [slide.notes_slide.notes_text_frame.text for slide in slides if slide.has_notes_slide]
    return "\n".join((*shown, *notes))


def html_words(content: bytes) -> str:
    """Without tags; a file that shows itself without asking anybody."""
    text = content.decode()
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=.https?:", text)
    return re.sub(r"<[^>]+>", "", text)


def csv_words(content: bytes) -> str:
    """Every cell."""
    return "\n".join(cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row)


READ: dict[str, Callable[[bytes], str]] = {
    ".docx": docx_words,
    ".pdf": pdf_words,
    ".pptx": pptx_words,
    ".html": html_words,
    ".csv": csv_words,
}
FILES = {
    "原样": (".docx", ".pdf", ".html", ".md", ".txt"),
    "党课讲稿": (".docx", ".pdf", ".pptx"),
    "教案": (".docx", ".pdf", ".pptx"),
    "来源清单": (".csv", ".bib"),
}


@pytest.fixture
def answered(visit: Any) -> tuple[Any, Any]:
    """A tab with an answer, and the exchange."""
    visitor = visit()
    tab = visitor.open()
    return tab, visitor.ask(QUESTION)


@pytest.mark.parametrize("form", FILES)
def test_every_file_of_the_menu_holds_what_was_shown(answered: tuple[Any, Any], form: str) -> None:
    tab, exchange = answered
    quotes = exchange.locator(".source q").evaluate_all("all => all.map(q => q.textContent)")
    assert len(quotes) > 2
    for suffix in FILES[form]:
        exchange.locator(".menu summary").click()
        link = exchange.locator(f".menu a[aria-label^='{form}：'][href*='suffix={suffix}&']")
        with tab.expect_download() as download:
            link.click()
        assert download.value.suggested_filename.endswith(suffix)
        content = Path(download.value.path()).read_bytes()
        words = plain(READ.get(suffix, bytes.decode)(content))
        assert "村民议事会怎么开" in words, suffix
        if form != "来源清单":
            lost = [quote for quote in quotes if plain(quote) not in words]
            assert not lost, f"{form}{suffix}"


def plain(words: str) -> str:
    """Without what a format puts between characters: blanks, escapes, markers."""
    return re.sub(r"[\s\\]|\[\^?\d+\]", "", words)
