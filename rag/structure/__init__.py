"""From the raw text of a file to its articles: paragraphs repaired, sections found, boilerplate dropped.

The steps, each with its modules: characters and lines (``clean``, ``lines``); what is not the author's text
(``furniture``, ``page``, ``web``, ``imprint``); paragraphs (``paragraphs``, ``wrapped``, ``glued``);
boundaries and titles of articles (``articles``, ``titles``, ``frame``); headings and section paths
(``numbering``, ``headings``, ``run_in``, ``sections``); the finished values (``assemble``). Word lists
stand in ``vocabulary``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.datatypes import Article, Dropped, Metadata, RawText, Structured
from rag.structure.articles import split_articles
from rag.structure.assemble import assembled
from rag.structure.frame import Framed, framed
from rag.structure.furniture import IMPRINT, without_furniture
from rag.structure.lines import split_lines
from rag.structure.numbering import hash_level
from rag.structure.paragraphs import blocks_of
from rag.structure.titles import only_says_when, same_title, shortened, title_from_name, title_in_greeting

__all__ = ["structure"]

TITLE = "标题行（另有标题）"


def structure(raw: RawText) -> Structured:
    """The articles of a file, each a document with its passages, and what was left out, with reasons.

    Never raises: text without any recognisable structure becomes one article whose lines are its passages.
    """
    furnished = without_furniture(split_lines(raw.text), raw.page_starts)
    parts = (
        split_articles(blocks_of(furnished.lines, raw.broken), furnished.contents) if furnished.lines else ()
    )
    starts = [0, *(part[0].number for part in parts[1:])]
    articles: list[Article] = []
    dropped = [*raw.dropped, *furnished.dropped]
    for at, part in enumerate(parts):
        high = starts[at + 1] if at + 1 < len(parts) else None
        around = [
            data for line, data in furnished.imprints if line >= starts[at] and (high is None or line < high)
        ]
        article, left_out = _article(raw, framed(part), around, len(parts) == 1)
        articles.append(article)
        dropped.extend(left_out)
    dropped.sort(key=lambda piece: piece.line)
    return Structured(tuple(articles), tuple(dropped), (*raw.warnings, *_warnings(articles, dropped)))


def _warnings(articles: Sequence[Article], dropped: Sequence[Dropped]) -> Iterator[str]:
    """A person should look when more was left out than kept."""
    kept = sum(len(article.document.text) for article in articles)
    left_out = sum(len(piece.text) for piece in dropped)
    if left_out > max(kept, 200):
        share = round(100 * left_out / (kept + left_out))
        yield (
            f"本文件 {share}% 的文字被判为正文以外的内容而未收录，请核对。 "
            f"{share} % of the text was taken for additions to it and left out; please check."
        )


def _article(
    raw: RawText, found: Framed, around: Sequence[Metadata], alone: bool
) -> tuple[Article, tuple[Dropped, ...]]:
    """One article; a title that a person gave belongs only to a file's only article."""
    given = raw.given if alone else replace(raw.given, title=None)
    guesses = (found.metadata, *around, raw.said)
    metadata = Metadata(
        given.title,
        given.url or next((guess.url for guess in guesses if guess.url), None),
        given.author or next((guess.author for guess in guesses if guess.author), None),
        given.date or next((guess.date for guess in guesses if guess.date), None),
        given.status,
    )
    left_out = [Dropped(block.text, IMPRINT, block.number) for block in found.around]
    blocks = found.blocks
    known = given.title or next((guess.title for guess in around if guess.title), None)
    if known and found.title is not None:
        if same_title(known, found.title) or hash_level(found.title_blocks[0].text)[0] == 1:
            left_out += [Dropped(block.text, TITLE, block.number) for block in found.title_blocks]
        else:  # then the line is the first heading
            blocks = tuple(sorted((*found.title_blocks, *blocks), key=lambda block: block.offset))
    title = known or found.title or (alone and raw.said.title) or _made_title(raw, found, alone)
    return assembled(raw, title, blocks, metadata), tuple(left_out)


def _made_title(raw: RawText, found: Framed, alone: bool) -> str:
    """For an article without title line: what the speaker announces, the file name, or the first words."""
    named = title_from_name(raw.source) if alone else None
    texts = [block.text for block in found.blocks]
    first = next((text for text in texts if not only_says_when(text)), texts[0] if texts else "")
    return title_in_greeting(found.blocks) or named or shortened(first)
