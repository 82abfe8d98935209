"""The collections above the list of documents, and what can be done with the documents that are ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from page.buttons import act_button
from page.markup import Html, tag
from page.words import Words
from rag.catalogue import MAX_NAME, Collection


@dataclass(frozen=True, slots=True)
class Groups:
    """What is shown: all collections, the current one, whether one is being made or renamed, who looks."""

    all: Sequence[Collection]
    total: int
    current: Collection | None = None
    naming: Literal["new", "rename"] | None = None
    may_change: bool = False


def groups_html(groups: Groups, words: Words) -> Html:
    """One button for each collection, and what can be done with the current one."""
    if not groups.all and not (groups.may_change and groups.total):
        return Html("")
    pills = [_pill(None, words.collection_all, groups.total, groups.current is None)]
    pills += [
        _pill(c.id, c.name, len(c.documents), groups.current is not None and c.id == groups.current.id)
        for c in groups.all
    ]
    row = tag("div", pills if groups.all else None, _making(groups, words), class_="pills")
    about = _about(groups, words) if groups.current is not None else None
    return tag("section", row, about, class_="groups", aria_label=words.collections)


def _pill(ident: int | None, name: str, count: int, current: bool) -> Html:
    return tag(
        "button",
        tag("span", name),
        tag("small", str(count)),
        type="button",
        class_="pill",
        data_act="show",
        data_id="" if ident is None else ident,
        aria_pressed=str(current).lower(),
    )


def _making(groups: Groups, words: Words) -> Html | None:
    if not groups.may_change:
        return None
    if groups.naming == "new":
        return _name_form("create", "", words)
    return tag("button", words.collection_new, type="button", class_="act icon-plus", data_act="new")


def _about(groups: Groups, words: Words) -> Html:
    """What can be done with the current collection."""
    assert groups.current is not None
    if groups.naming == "rename":
        return tag("div", _name_form("rename-to", groups.current.name, words), class_="about-group")
    name, ident = groups.current.name, str(groups.current.id)
    ask = tag(
        "button", words.collection_ask, type="button", class_="button", data_act="ask-in", data_id=ident
    )
    buttons = [ask]
    if groups.may_change:
        buttons.append(act_button("rename", words.rename, "edit", ident=ident, shown=True))
        sure = words.collection_remove_sure
        buttons.append(act_button("dissolve", words.collection_remove, "bin", name, ident=ident, sure=sure))
    return tag("div", buttons, class_="about-group")


def _name_form(act: str, name: str, words: Words) -> Html:
    field = tag(
        "input",
        name="text",
        value=name,
        placeholder=words.collection_name,
        aria_label=words.collection_name,
        maxlength=MAX_NAME,
        required=True,
        autofocus=True,
    )
    save = tag("button", words.save, type="submit", class_="button primary")
    cancel = tag("button", words.cancel, type="button", class_="button", data_act="cancel")
    return tag("form", field, save, cancel, data_act=act, class_="naming")


def chosen_html(groups: Groups, words: Words) -> Html:
    """What can be done with the documents that are ticked; it stands there once one is."""
    asks = tag(
        "button",
        words.ask_chosen,
        type="button",
        class_="button primary",
        data_act="ask-about",
        data_gather=True,
    )
    moves = []
    if groups.may_change:
        moves.append(_putting(groups.all, words))
        if groups.current is not None:
            taking = words.collection_take.format(groups.current.name)
            moves.append(
                tag("button", taking, type="button", class_="button", data_act="take", data_gather=True)
            )
    return tag("div", asks, moves, class_="chosen", hidden=True)


def _putting(collections: Sequence[Collection], words: Words) -> Html:
    rows = [
        tag(
            "li",
            tag("button", c.name, type="button", data_act="put-into", data_gather=True, data_text=str(c.id)),
        )
        for c in collections
    ]
    body = tag("ul", rows) if rows else tag("p", words.collection_none, class_="made-by")
    return tag(
        "details",
        tag("summary", words.collection_put, class_="button"),
        tag("div", body, class_="menu-body"),
        class_="menu",
    )
