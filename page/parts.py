"""Gradio's parts as this page uses them: quiet, labelled for screen readers only, told what buttons in HTML mean."""

from __future__ import annotations

from typing import Any

import gradio as gr

from page.markup import Html, tag

CONCURRENT = 16  # visitors served at once by each event; Gradio's own limit is one
QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "concurrency_limit": CONCURRENT,
}
Updates = dict[Any, Any]

_ACTS = "page.acts(element, data => trigger('act', data)); watch('value', () => page.shown(element));"
_QUESTIONS = """
page.acts(element, data => trigger(['again', 'put'].includes(data.act) ? 'submit' : 'act', data));
watch('value', () => page.shown(element));
"""


def unchanged(part: Any) -> Updates:
    """Nothing new for an event that draws several parts, ``part`` being one of them: Gradio takes no empty answer."""
    return {part: gr.skip()}


def fixed(markup: str, elem_id: str | None = None) -> gr.HTML:
    """HTML in which nothing happens that Python must know of; an event may still draw it anew."""
    return gr.HTML(markup, elem_id=elem_id, js_on_load=None, apply_default_css=False)


def acting(elem_id: str) -> gr.HTML:
    """HTML whose buttons and forms with ``data-act`` raise ``act``; the event's data says which it was."""
    return gr.HTML("", elem_id=elem_id, js_on_load=_ACTS, apply_default_css=False)


def asking(markup: str, elem_id: str) -> gr.HTML:
    """As ``acting``; buttons that put a question raise ``submit``, an event that others can share."""
    return gr.HTML(markup, elem_id=elem_id, js_on_load=_QUESTIONS, apply_default_css=False)


def field(label: str, **options: Any) -> gr.Textbox:
    """A text field with its label as placeholder, for screen readers a label all the same."""
    return gr.Textbox(
        **{"label": label, "placeholder": label, "show_label": False, "container": False, **options}
    )


def progress_html(done: int, total: int, said: str) -> Html:
    """How far some work has come; a bar that only moves while the total is not known."""
    known = {"value": done, "max": total} if total else {}
    bar = tag("progress", **known, aria_label=said)
    return tag("div", bar, tag("p", said, class_="made-by"), class_="progress", role="status")


def notice_html(said: str, good: bool = False) -> Html:
    """What became of something, for screen readers too: a success, or what stands in its way."""
    return tag("p", said, class_="notice good" if good else "notice warning", role="status")


def choice(choices: list[tuple[str, str]], label: str, **options: Any) -> gr.Dropdown:
    """A choice that stands in a row of fields."""
    return gr.Dropdown(choices, label=label, **{"show_label": False, "container": False, **options})
