"""The list of documents, and what became of files that were added, as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from page.buttons import act_button
from page.groups import Groups, chosen_html
from page.markup import Html, tag
from page.places import validity
from page.reader import name_of_file
from page.words import Words
from rag.datatypes import Document, FileReport

SHOWN = 50
# Between the two languages of a note: a new line, or the blank behind a Chinese sentence.
_BOTH = re.compile(r"\n|(?<=[。！]) (?=[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in: ``report`` is ``None`` until it was read."""

    name: str
    report: FileReport | None = None


def chosen(documents: Sequence[Document], words: str, status: str, year: str) -> tuple[Document, ...]:
    """The documents whose title, source, author or date holds all ``words``, of this status and year where one is given."""
    wanted = words.lower().split()
    return tuple(
        d
        for d in documents
        if (not status or d.status == status)
        and (not year or (d.date or "").startswith(year))
        and all(w in f"{d.title} {d.source} {d.author or ''} {d.date or ''}".lower() for w in wanted)
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """What the table shows: the first ``shown`` of ``found``, out of ``total`` documents.

    ``counts`` maps a document's id to its number of passages; ``editing`` is the one whose row is a form.
    """

    found: Sequence[Document]
    counts: Mapping[str, int]
    groups: Groups
    shown: int = SHOWN
    editing: str | None = None


def documents_html(listing: Listing, words: Words) -> Html:
    """The table; a note when there is nothing."""
    if not listing.found:
        return tag("p", _why_empty(listing.groups, words), class_="empty-note")
    columns = (
        words.column_title,
        words.column_date,
        words.column_status,
        words.column_passages,
        words.column_source,
    )
    last = tag("th", tag("span", words.column_actions, class_="visually-hidden"), scope="col")
    first = tag("th", tag("span", words.choose, class_="visually-hidden"), scope="col")
    head = tag("tr", first, [tag("th", column, scope="col") for column in columns], last)
    rows = [
        _form(d, words) if d.id == listing.editing else _row(d, listing, words)
        for d in listing.found[: listing.shown]
    ]
    table = tag("table", tag("thead", head), tag("tbody", rows))
    offered = chosen_html(listing.groups, words)
    return tag("div", offered, table, _more(len(listing.found) - listing.shown, words), class_="documents")


def _why_empty(groups: Groups, words: Words) -> str:
    if not groups.total:
        return words.documents_empty if groups.may_change else words.documents_empty_reader
    empty = groups.current is not None and not groups.current.documents
    return words.collection_empty if empty else words.documents_none


def _more(rest: int, words: Words) -> Html | None:
    if rest <= 0:
        return None
    return tag(
        "button", words.show_more.format(min(rest, SHOWN)), type="button", class_="button", data_act="more"
    )


def _row(document: Document, listing: Listing, words: Words) -> Html:
    address = f"/view/{document.id}" + ("?lang=en" if words.language == "en" else "")
    name, ident = document.title, document.id
    buttons = [act_button("ask-about", words.ask_about, "ask", name, ident=ident)]
    if listing.groups.may_change:
        buttons.append(act_button("edit", words.edit, "edit", name, ident=ident))
        buttons.append(act_button("remove", words.remove, "bin", name, ident=ident, sure=words.remove_sure))
    return tag(
        "tr",
        tag(
            "td",
            tag("input", type="checkbox", value=ident, aria_label=f"{words.choose}：{name}"),
            class_="choose",
        ),
        tag("td", tag("a", name, href=address, target="_blank"), _homes(ident, listing), class_="title"),
        tag("td", document.date or "—", class_="date", data_label=words.column_date),
        tag("td", validity(document, words) or "—", class_="status", data_label=words.column_status),
        tag("td", str(listing.counts.get(ident, 0)), class_="passages", data_label=words.column_passages),
        tag("td", name_of_file(document.source), class_="file", data_label=words.column_source),
        tag("td", buttons, class_="row-actions"),
    )


def _homes(ident: str, listing: Listing) -> Html | None:
    """The collections that a document is in, the current one aside."""
    names = [c.name for c in listing.groups.all if ident in c.documents and c != listing.groups.current]
    return (
        tag("span", [tag("span", name, class_="badge") for name in names], class_="homes") if names else None
    )


def _form(document: Document, words: Words) -> Html:
    """The details of a document as fields."""
    own = document.status or ""
    labels = {"": "—", "有效": words.in_force, "废止": words.repealed}
    status = [
        tag("option", label, value=value, selected=value == own)
        for value, label in ({own: own} | labels).items()  # one of another kind is kept too
    ]
    fields = (
        _field("title", words.column_title, document.title),
        _field("date", words.column_date, document.date, placeholder=f"{words.example}2026-01-31"),
        tag("label", words.column_status, tag("select", status, name="status")),
        _field("author", words.column_author, document.author),
        _field("url", words.column_url, document.url, placeholder=f"{words.example}https://…"),
    )
    buttons = (
        tag("button", words.save, type="submit", class_="button primary"),
        tag("button", words.cancel, type="button", class_="button", data_act="cancel"),
    )
    form = tag("form", fields, tag("p", buttons), data_act="save", data_id=document.id, class_="details")
    return tag("tr", tag("td", form, colspan=7), class_="editing")


def _field(name: str, label: str, value: str | None, placeholder: str | None = None) -> Html:
    return tag(
        "label", label, tag("input", name=name, value=value or "", placeholder=placeholder, maxlength=500)
    )


def uploads_html(uploads: Sequence[Upload], words: Words) -> Html:
    """One line a file: its name, what was recognised in it, what went wrong."""
    if not uploads:
        return Html("")
    ids = [i for upload in uploads if upload.report for i in upload.report.documents]
    done = all(upload.report for upload in uploads)
    ask = tag(
        "button",
        words.ask_about if len(ids) == 1 else words.ask_about_these,
        type="button",
        class_="button primary",
        data_act="ask-about",
        data_id=" ".join(ids),
    )
    return tag(
        "div",
        tag("h3", words.uploaded),
        tag("ul", [_upload(u, first, words) for u, first in zip(uploads, _is_current(uploads), strict=True)]),
        ask if done and ids else None,
        class_="uploads",
        role="status",
    )


def _is_current(uploads: Sequence[Upload]) -> list[bool]:
    first = next((i for i, upload in enumerate(uploads) if upload.report is None), None)
    return [i == first for i in range(len(uploads))]


def _upload(upload: Upload, current: bool, words: Words) -> Html:
    report = upload.report
    name = tag("span", upload.name, class_="file-name")
    if report is None:
        return tag(
            "li",
            name,
            tag("span", words.file_reading if current else words.file_waiting, class_="file-state"),
            class_="waiting",
        )
    good = report.status in ("added", "updated", "unchanged")
    recognised = words.file_result.format(len(report.documents), report.passages)
    notes = [*report.warnings, *([report.error] if report.error else [])]
    return tag(
        "li",
        name,
        tag("span", words.file_status[report.status], class_="file-state"),
        tag("span", recognised, class_="file-details") if good else None,
        _dropped(report, words),
        [tag("p", _note(note, upload.name, words), class_="file-note") for note in notes],
        class_="good" if good else "bad",
    )


def _dropped(report: FileReport, words: Words) -> Html | None:
    """How much was left out; a link to what it was, where there is a document to ask for."""
    if not report.dropped_characters:
        return None
    told = words.file_dropped.format(report.dropped_characters)
    if not report.documents:
        return tag("span", told, class_="file-details")
    address = f"/dropped/{report.documents[0]}" + ("?lang=en" if words.language == "en" else "")
    return tag("a", told, href=address, target="_blank", class_="file-details")


def _note(note: str, name: str, words: Words) -> str:
    """A note in one language, without the name that stands before it: errors have two lines, warnings one for both."""
    lines = _BOTH.split(note, maxsplit=1)
    said = lines[-1] if words.language == "en" else lines[0]
    return re.sub(rf"\A{re.escape(name)}(?:：|: )", "", said)
