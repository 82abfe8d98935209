"""The source panel's content and the viewer, a page of its own at a stable address."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from page.article import Block, article_html, blocks_of, excerpt_html
from page.bar import bar_html
from page.markup import Html, join, safe_address, tag
from page.places import position, validity
from page.words import Words
from page.words_en import EN
from page.words_zh import ZH
from rag.datatypes import Document, Dropped, Passage
from rag.wire import viewer_link


def panel_html(
    document: Document,
    passages: Sequence[Passage],
    start: int,
    end: int,
    source_name: str,
    words: Words,
    whole: bool,
) -> Html:
    """A cited stretch in its context: whose words, where they stand, what is around, where to read on."""
    blocks = blocks_of(document, passages)
    body = (
        article_html(document, blocks, start, end)
        if whole
        else excerpt_html(document, blocks, start, end, words)
    )
    passage = _passage_at(passages, start)
    return join(
        (
            tag(
                "div",
                tag("h2", document.title, class_="source-title"),
                _facts(document, passage, source_name, words),
                _path(passage),
                class_="panel-facts",
            ),
            tag("div", body, class_="article", tabindex="0"),
            tag("div", _links(document, start, end, words, whole), class_="source-links"),
        )
    )


def viewer_html(
    document: Document,
    passages: Sequence[Passage],
    start: int,
    end: int,
    source_name: str,
    words: Words,
    head: Html,
) -> Html:
    """The viewer's page: the whole document, the stretch highlighted; ``head`` is what every page loads."""
    blocks = blocks_of(document, passages)
    address = safe_address(document.url)
    original = _outside(address, words.open_original) if address else None
    download = tag("a", words.download, href=f"/files/{document.id}", class_="button", download=True)
    return page_html(
        words,
        head,
        document.title,
        tag(
            "main",
            tag("h1", document.title),
            _facts(document, None, source_name, words),
            tag("p", original, download, class_="source-links"),
            _contents(document, blocks, words),
            tag("article", article_html(document, blocks, start, end), class_="article"),
            id="content",
            tabindex="-1",
        ),
    )


def dropped_html(document: Document, dropped: Sequence[Dropped], words: Words, head: Html) -> Html:
    """What of a document's file is not in the knowledge base, and why."""
    rows = [
        tag("li", tag("p", words.line.format(d.line), " · ", d.reason, class_="facts"), tag("p", d.text))
        for d in dropped
    ]
    body = tag("ol", rows, class_="dropped") if rows else tag("p", words.dropped_none)
    about = tag("p", name_of_file(document.source), class_="facts")
    main = tag("main", tag("h1", words.dropped_title), about, body, id="content")
    return page_html(words, head, words.dropped_title, main)


def message_html(title: str, text: str, words: Words, head: Html) -> Html:
    """What is shown in place of a document or file that is not there or cannot be read."""
    body = tag("main", tag("h1", title), tag("p", text), id="content", class_="missing")
    return page_html(words, head, title, body)


def page_html(words: Words, head: Html, title: str, body: Html) -> Html:
    """A whole page outside the chat: bar with the way back, then ``body``."""
    bar = bar_html(words, "#content")
    head_tag = tag("head", tag("meta", charset="utf-8"), tag("title", f"{title} · {words.name}"), head)
    whole = tag("html", head_tag, tag("body", bar, body, class_="reader"), lang=words.html_language)
    return join((Html("<!doctype html>"), whole))


def words_for(language: str | None) -> Words:
    """The words of a language code; Chinese unless it is English."""
    return EN if language == "en" else ZH


def _passage_at(passages: Sequence[Passage], offset: int) -> Passage | None:
    """The passage that holds the offset; else the first behind it: a heading stands above its passage."""
    return next((p for p in passages if offset < p.end), None)


def _facts(document: Document, passage: Passage | None, source_name: str, words: Words) -> Html:
    parts = [
        document.date or words.undated,
        words.author.format(document.author) if document.author else None,
    ]
    parts += [source_name, *(position(passage, words) if passage else ())]
    spans = [tag("span", part) for part in parts if part]
    return tag("p", validity(document, words), spans, class_="facts")


def _path(passage: Passage | None) -> Html | None:
    if passage is None or not passage.section:
        return None
    return tag("p", [tag("span", step) for step in passage.section], class_="path")


def _links(document: Document, start: int, end: int, words: Words, whole: bool) -> list[Html]:
    address = safe_address(document.url)
    links = [_outside(address, words.open_original)] if address else []
    viewer = viewer_link(document.id, start, end) + ("&lang=en" if words is EN else "")
    links.append(tag("a", words.open_viewer, href=viewer, target="_blank", class_="button source-viewer"))
    links.append(tag("a", words.download, href=f"/files/{document.id}", class_="button", download=True))
    other = words.excerpt if whole else words.whole
    links.append(
        tag("button", other, type="button", class_="button", data_panel="excerpt" if whole else "whole")
    )
    return links


def _outside(address: str, label: str) -> Html:
    return tag(
        "a", label, href=address, target="_blank", rel="noopener noreferrer", class_="button primary outside"
    )


def _contents(document: Document, blocks: Sequence[Block], words: Words) -> Html | None:
    headings = [b for b in blocks if b.level]
    if len(headings) < 3:
        return None
    rows = [
        tag(
            "li",
            tag("a", document.text[b.start : b.end], href=f"#h{b.start}"),
            class_=f"level-{min(b.level, 3)}",
        )
        for b in headings
    ]
    return tag("details", tag("summary", words.contents), tag("ol", rows), class_="contents")


def name_of_file(source: str) -> str:
    """The last part of a source path, whatever system wrote it."""
    return PurePath(source.replace("\\", "/")).name
