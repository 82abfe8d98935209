"""A conversation as HTML: what was asked and answered, what is being worked on, how it begins."""

from __future__ import annotations

from collections.abc import Sequence

from page.answers import answer_html, copy_text, draft_html
from page.buttons import act_button
from page.exports import export_all_menu, export_menu
from page.markup import Html, tag
from page.words import Words
from rag.history import Conversation, Exchange


def conversation_html(conversation: Conversation, words: Words) -> Html:
    """All exchanges, and under the last one the export of several answers."""
    *earlier, last = conversation.exchanges or (None,)
    rows = [_exchange(e, conversation, False, words) for e in earlier if e is not None]
    if last is not None:
        rows.append(_exchange(last, conversation, True, words))
    every = export_all_menu(conversation, words)
    ending = tag("div", every, class_="actions ending") if every else None
    return tag("div", rows, ending, class_="conversation", data_conversation=conversation.id)


def _exchange(exchange: Exchange, conversation: Conversation, last: bool, words: Words) -> Html:
    """A question and what became of it, with what can be done about it."""
    return tag(
        "section",
        _question(exchange.question, words, exchange.id),
        tag(
            "div",
            tag("h2", words.assistant, class_="visually-hidden"),
            answer_html(exchange.answer, words)
            if exchange.answer
            else tag("p", exchange.trouble, class_="notice"),
            _actions(exchange, conversation, last, words),
            class_="answer",
        ),
        class_="exchange",
        data_exchange=exchange.id,
    )


def working_html(question: str, stage: int, draft: str, words: Words) -> Html:
    """The exchange in progress: the three steps, the current one marked, and the unchecked words so far."""
    steps = [
        tag(
            "li",
            name,
            class_="done" if i < stage else "now" if i == stage else None,
            aria_current="step" if i == stage else None,
        )
        for i, name in enumerate(words.stages)
    ]
    written = tag(
        "div", tag("p", words.unchecked, class_="made-by"), draft_html(draft), class_="draft prose-text"
    )
    return tag(
        "section",
        _question(question, words),
        tag("div", tag("ol", steps, class_="stages"), written if draft else _skeleton(), class_="answer"),
        class_="exchange working",
    )


def welcome_html(examples: Sequence[str], documents: int, passages: int, words: Words) -> Html:
    """What stands there before the first question."""
    if not documents:
        return tag(
            "div",
            _emblem(),
            tag("h1", words.welcome_empty),
            tag("p", words.welcome_empty_text),
            tag("p", tag("button", words.attach, type="button", class_="button primary", data_attach=True)),
            class_="welcome empty",
        )
    buttons = [tag("li", tag("button", q, type="button", data_act="put", data_text=q)) for q in examples]
    return tag(
        "div",
        _emblem(),
        tag("h1", words.welcome),
        tag("p", words.welcome_text),
        tag("ul", buttons, class_="examples"),
        tag("p", words.counts.format(documents, passages), class_="made-by"),
        class_="welcome",
    )


def _emblem() -> Html:
    return tag("span", class_="mark large", aria_hidden="true")


def _skeleton() -> Html:
    return tag("div", [tag("span") for _ in range(3)], class_="skeleton", aria_hidden="true")


def _question(question: str, words: Words, exchange_id: str | None = None) -> Html:
    edit = act_button("edit", words.edit, "edit", question, ident=exchange_id) if exchange_id else None
    return tag(
        "div", tag("h2", words.you, class_="visually-hidden"), tag("p", question), edit, class_="question"
    )


def _actions(exchange: Exchange, conversation: Conversation, last: bool, words: Words) -> Html:
    answer = exchange.answer
    again = act_button("again", words.again, "again", ident=exchange.id, shown=True) if last else None
    if answer is None:
        return tag("div", again, class_="actions")
    copied = tag(
        "button", words.copy, type="button", class_="act icon-copy", data_copy=True, data_done=words.copied
    )
    text = tag(
        "textarea",
        copy_text(answer, words),
        hidden=True,
        class_="copy-text",
        aria_hidden="true",
        tabindex="-1",
    )
    rated = (_rating(exchange, True, words.useful), _rating(exchange, False, words.useless))
    menu = export_menu(conversation.id, exchange, words)
    return tag("div", copied, text, again, menu, tag("span", rated, class_="rating"), class_="actions")


def _rating(exchange: Exchange, useful: bool, label: str) -> Html:
    act, icon = ("useful", "up") if useful else ("useless", "down")
    return act_button(act, label, icon, ident=exchange.id, shown=True, pressed=exchange.useful is useful)


def followups_html(questions: Sequence[str], words: Words) -> Html:
    """Questions to go on with; nothing when there are none."""
    if not questions:
        return Html("")
    rows = [tag("li", tag("button", q, type="button", data_act="put", data_text=q)) for q in questions]
    return tag("div", tag("h3", words.followups), tag("ul", rows, class_="examples"), class_="followups")
