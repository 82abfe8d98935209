"""The page as Gradio blocks: bar, tabs, source panel."""

from __future__ import annotations

import gradio as gr

from page.bar import bar_html
from page.buttons import icon_button
from page.chat import ChatTab
from page.markup import Html, tag
from page.measuring import EvaluationTab
from page.parts import fixed
from page.preferences import PreferencesTab
from page.probe import ProbeTab
from page.shelf import LibraryTab
from page.site import Site
from page.words import Words


def build_page(site: Site, words: Words) -> gr.Blocks:
    """The page in one language. What belongs to a visitor is in ``gr.State`` or kept under an id."""
    with gr.Blocks(title=words.name, analytics_enabled=False, fill_width=True) as page:
        fixed(_bar(words, login=site.users is not None), "bar")
        with gr.Tabs(elem_id="tabs", selected="ask") as tabs:
            with gr.Tab(words.tab_ask, id="ask", elem_id="tab-ask") as asking:
                chat = ChatTab(site, words)
            with gr.Tab(words.tab_documents, id="documents", elem_id="tab-documents") as documents:
                library = LibraryTab(site, words, chat, tabs)
            with gr.Tab(words.tab_search, id="search", elem_id="tab-search"):
                ProbeTab(site, words)
            with gr.Tab(words.tab_evaluation, id="evaluation", elem_id="tab-evaluation") as measuring:
                evaluation = EvaluationTab(site, words)
            with gr.Tab(words.tab_settings, id="settings", elem_id="tab-settings") as settings:
                preferences = PreferencesTab(site, words)
        fixed(_panel(words), "source-panel")
        chat.wire(page, asking)
        preferences.wire(chat, settings)
        library.wire(page, documents)
        evaluation.wire(measuring)
    return page


def _bar(words: Words, login: bool) -> Html:
    history = {"id": "history-toggle", "aria_expanded": "false", "aria_controls": "history"}
    other = tag(
        "a",
        words.other_language,
        href=words.other_address,
        class_="language",
        lang="en" if words.language == "zh" else "zh-CN",
    )
    leave = tag("a", words.logout, href="/logout", class_="logout") if login else None
    return bar_html(
        words,
        "#question",
        before=icon_button("menu", words.history, **history),
        after=(tag("p", words.tagline, class_="tagline"), other, leave),
    )


def _panel(words: Words) -> Html:
    head = tag(
        "div",
        tag("p", words.source, class_="panel-title", id="panel-title"),
        tag("p", class_="panel-place", data_of=words.of),
        icon_button("previous", words.previous, data_panel="previous"),
        icon_button("next", words.next, data_panel="next"),
        icon_button("close", words.close, data_panel="close"),
        class_="panel-head",
    )
    body = tag(
        "div",
        class_="panel-body",
        data_loading=words.loading,
        data_gone=words.gone,
        data_unreachable=words.unreachable,
        data_failed=words.failed,
        data_language=words.language,
    )
    aside = tag(
        "aside", head, body, class_="panel", hidden=True, role="dialog", aria_labelledby="panel-title"
    )
    return tag(
        "div",
        aside,
        tag("div", class_="tip", role="tooltip", id="tip", hidden=True),
        tag("p", words.drop_here, class_="drop-cover", hidden=True),
    )
