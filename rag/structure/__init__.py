"""From the raw text of a file to its articles: paragraphs repaired, sections found, boilerplate dropped.

The steps, each a module: characters and lines (``clean``, ``lines``), what is not the author's text (``furniture``,
``imprint``), paragraphs (``paragraphs``), boundaries and titles of articles (``articles``), headings and section paths
(``numbering``, ``headings``), and the finished values (``assemble``).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.datatypes import Article, Dropped, Metadata, RawText, Structured
from rag.structure.articles import Section, shortened, split_articles, title_from_name, title_in_greeting
from rag.structure.assemble import assembled
from rag.structure.furniture import IMPRINT, without_furniture
from rag.structure.lines import split_lines
from rag.structure.paragraphs import blocks_of

__all__ = ["structure"]

TITLE = "标题行（已用给定的标题）"


def structure(raw: RawText) -> Structured:
    """The articles of a file, each a document with its passages, and everything that was left out, with reasons.

    Never raises: text without any recognisable structure becomes one article whose lines are its passages.
    """
    furnished = without_furniture(split_lines(raw.text), raw.page_starts)
    found = split_articles(blocks_of(furnished.lines), furnished.contents) if furnished.lines else ()
    dropped = list(furnished.dropped)
    articles: list[Article] = []
    for at, section in enumerate(found):
        low = section.first_line if at else 0
        high = found[at + 1].first_line if at + 1 < len(found) else None
        around = [data for number, data in furnished.imprints if number >= low and (high is None or number < high)]
        metadata = _metadata(raw.given if len(found) == 1 else _shared(raw.given), section.metadata, around)
        articles.append(assembled(raw, _title(raw, section, len(found)), section.blocks, metadata))
        dropped.extend(Dropped(block.text, IMPRINT, block.number) for block in section.unused)
        if section.title and len(found) == 1 and raw.given.title and raw.given.title != section.title:
            dropped.append(Dropped(section.title, TITLE, section.first_line))
    dropped.sort(key=lambda piece: piece.line)
    return Structured(tuple(articles), tuple(dropped), raw.warnings)


def _title(raw: RawText, section: Section, articles: int) -> str:
    """What a person gave, the title line, the title a speaker announces, the file name, or the first words."""
    given = raw.given.title if articles == 1 else None
    named = title_from_name(raw.source) if articles == 1 else None
    first = section.blocks[0].text if section.blocks else ""
    return given or section.title or title_in_greeting(section.blocks) or named or shortened(first)


def _shared(given: Metadata) -> Metadata:
    """What holds for every article of a file: all but the title."""
    return Metadata(None, given.url, given.author, given.date, given.status)


def _metadata(given: Metadata, own: Metadata, around: Sequence[Metadata]) -> Metadata:
    author = given.author or own.author or next((data.author for data in around if data.author), None)
    date = given.date or own.date or next((data.date for data in around if data.date), None)
    return Metadata(given.title, given.url, author, date, given.status)
