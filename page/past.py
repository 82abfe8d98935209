"""The list of earlier conversations as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from page.buttons import act_button
from page.markup import Html, tag
from page.words import Words
from rag.history import Entry


def history_html(
    entries: Sequence[Entry], current: str, renaming: str | None, searched: bool, words: Words
) -> Html:
    """The conversations, the one that is open marked, the one being renamed a form."""
    if not entries:
        return tag("p", words.history_none if searched else words.history_empty, class_="empty-note")
    rows = [_form(e, words) if e.id == renaming else _entry(e, e.id == current, words) for e in entries]
    return tag("ul", rows, class_="history-list")


def _form(entry: Entry, words: Words) -> Html:
    field = tag(
        "input", name="text", value=entry.title, aria_label=words.rename, maxlength=80, autofocus=True
    )
    save = tag("button", words.save, type="submit", class_="act")
    return tag("li", tag("form", field, save, data_act="rename-to", data_id=entry.id), class_="renaming")


def _entry(entry: Entry, here: bool, words: Words) -> Html:
    opens = tag(
        "button",
        entry.title,
        type="button",
        class_="entry",
        data_act="open",
        data_id=entry.id,
        aria_current="page" if here else None,
    )
    rename = act_button("rename", words.rename, "edit", entry.title, ident=entry.id)
    delete = act_button("delete", words.delete, "bin", entry.title, ident=entry.id, sure=words.delete_sure)
    return tag("li", opens, rename, delete, class_="here" if here else None)
