"""One web page that needs nothing else: style inside, no script, light and dark, fit for printing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from importlib import resources

from rag.export.citations import listing, origin, place, seen_at
from rag.export.manuscript import Block, Inline, Manuscript, Mark, Note, Source
from rag.export.plaintext import labelled
from rag.export.wording import Wording, wording

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<article>
<h1>{title}</h1>
{body}
</article>
</main>
</body>
</html>
"""


def render(manuscript: Manuscript) -> bytes:
    """The .html file, UTF-8."""
    words = wording(manuscript.language)
    page = _PAGE.format(
        lang=words.locale,
        title=escape(manuscript.title),
        style=_style(),
        body="\n".join(_body(manuscript, words)),
    )
    return page.encode("utf-8")


@lru_cache(maxsize=1)
def _style() -> str:
    return resources.files("rag.export").joinpath("data/page.css").read_text("utf-8")


def _body(manuscript: Manuscript, words: Wording) -> Iterator[str]:
    if manuscript.subtitle:
        yield f'<p class="subtitle">{escape(manuscript.subtitle)}</p>'
    yield from (_block(block, manuscript) for block in manuscript.blocks)
    if manuscript.notes:
        yield f'<section class="notes" aria-label="{words.notes}">\n<h2>{words.notes}</h2>\n<ol>'
        yield from (_note(note, words) for note in manuscript.notes)
        yield "</ol>\n</section>"
        yield f'<section class="sources">\n<h2>{words.sources}</h2>\n<ul>'
        yield from (_source(source, words) for source in manuscript.sources)
        yield "</ul>\n</section>"
    if manuscript.remarks:
        yield f'<footer aria-label="{words.about}">'
        yield from (f"<p>{escape(remark)}</p>" for remark in manuscript.remarks)
        yield "</footer>"


def _block(block: Block, manuscript: Manuscript) -> str:
    text = f"{escape(labelled(block))}{_inlines(block.inlines, manuscript)}"
    if block.kind == "heading":
        level = min(block.level + 1, 6)
        return f"<h{level}>{text}</h{level}>"
    nested = " nested" if block.level else ""
    return f'<p class="{block.kind}{nested}">{text}</p>'


def _inlines(inlines: Iterable[Inline], manuscript: Manuscript) -> str:
    return "".join(_inline(inline, manuscript) for inline in inlines)


def _inline(inline: Inline, manuscript: Manuscript) -> str:
    if isinstance(inline, Mark):
        note = manuscript.note(inline.number)
        anchor = "" if inline.again else f' id="ref-{note.number}"'
        words = wording(manuscript.language)
        hint = escape(f"{place(note, words)}{words.stop}{words.quote}{note.quote}")
        return f'<sup><a href="#note-{note.number}"{anchor} title="{hint}">[{note.number}]</a></sup>'
    text = escape(inline.text)
    text = f"<strong>{text}</strong>" if inline.strong else text
    return f'<span class="doubtful">{text}</span>' if inline.doubtful else text


def _note(note: Note, words: Wording) -> str:
    where = f"{escape(place(note, words))}{words.joiner}{_linked(origin(note.work, words), note.address)}"
    back = f'<a class="number" href="#ref-{note.number}">[{note.number}]</a>'
    return f'<li id="note-{note.number}">{back} {where}<blockquote>{escape(note.quote)}</blockquote></li>'


def _source(source: Source, words: Wording) -> str:
    linked = _linked(origin(source.work, words), source.address)
    return f"<li>{escape(listing(source, words))}{words.joiner}{linked}{seen_at(source, words)}</li>"


def _linked(text: str, address: str | None) -> str:
    return (
        f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(text)}</a>'
        if address
        else escape(text)
    )
