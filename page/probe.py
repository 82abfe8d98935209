"""The search-test tab: what a query finds, and by which side."""

from __future__ import annotations

import time
from typing import cast

import gradio as gr

from page.markup import Html, tag
from page.parts import QUIET, choice, field, fixed
from page.places import place_attributes, place_line
from page.site import Site
from page.words import Words
from rag.datatypes import Hit, Mode
from rag.wire import viewer_link

MODES = ("hybrid", "dense", "lexical")
K = 20


class ProbeTab:
    """Made inside the tab it fills."""

    def __init__(self, site: Site, words: Words) -> None:
        self._site = site
        self._words = words
        fixed(tag("p", words.search_intro, class_="intro"))
        with gr.Row(elem_id="probe"):
            query = field(words.search_label, placeholder=words.search_placeholder, scale=3)
            modes = list(zip(words.search_modes, MODES, strict=True))
            mode = choice(modes, words.search_mode, value="hybrid", scale=1, min_width=130)
            button = gr.Button(words.search_button, variant="primary", scale=0, min_width=96)
        found = fixed("", "hits")
        gr.on([query.submit, button.click, mode.change], self._search, [query, mode], found, **QUIET)

    def _search(self, query: str, mode: str) -> str:
        if not query.strip():
            return ""
        began = time.perf_counter()
        hits = self._site.assistant.search(query, K, cast(Mode, mode if mode in MODES else "hybrid"))
        return hits_html(hits, (time.perf_counter() - began) * 1000, self._words)


def hits_html(hits: tuple[Hit, ...], milliseconds: float, words: Words) -> Html:
    """The hits with score and ranks on either side."""
    if not hits:
        return tag("p", words.search_none, class_="empty-note")
    heading = tag("p", words.search_found.format(len(hits), milliseconds), class_="made-by")
    return tag("div", heading, tag("ol", [_hit(hit, words) for hit in hits], class_="hits exchange"))


def _hit(hit: Hit, words: Words) -> Html:
    passage, document = hit.passage, hit.document
    sides = ((words.by_lexical, hit.found_by.get("lexical")), (words.by_dense, hit.found_by.get("dense")))
    ranks = [tag("span", side.format(rank), class_="badge") for side, rank in sides if rank is not None]
    width = f"width:{max(0.0, min(1.0, hit.score)) * 100:.0f}%"
    return tag(
        "li",
        tag("span", tag("span", style=width), class_="bar-score", aria_hidden="true"),
        tag(
            "a",
            place_line(document, passage, words),
            href=viewer_link(document.id, passage.start, passage.end),
            data_cite=hit.rank,
        ),
        tag("p", passage.text, class_="hit-text"),
        tag("p", tag("span", f"{words.score} {hit.score:.3f}", class_="badge"), ranks, class_="ranks"),
        **place_attributes(document, passage.start, passage.end),
        class_="source",
        data_number=hit.rank,
    )
