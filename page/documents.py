"""The list of documents, and what became of files that were added, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from page.markup import Html, tag
from page.places import validity
from page.reader import name_of_file
from page.words import Words
from rag.datatypes import Document, FileReport

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in: ``report`` is ``None`` until it was read."""

    name: str
    report: FileReport | None = None


def chosen(documents: Sequence[Document], words: str, status: str | None) -> tuple[Document, ...]:
    """The documents whose title, source or author holds all ``words``, with this status."""
    wanted = words.lower().split()
    return tuple(
        d
        for d in documents
        if (status is None or d.status == status)
        and all(w in f"{d.title} {d.source} {d.author or ''} {d.date or ''}".lower() for w in wanted)
    )


def documents_html(
    found: Sequence[Document],
    counts: Mapping[str, int],
    total: int,
    shown: int,
    removable: bool,
    words: Words,
) -> Html:
    """A table of the first ``shown`` of ``found``; a note when there is nothing."""
    if not found:
        return tag("p", words.documents_none if total else words.documents_empty, class_="empty-note")
    columns = (
        words.column_title,
        words.column_date,
        words.column_status,
        words.column_passages,
        words.column_source,
        "",
    )
    head = tag(
        "tr",
        [tag("th", c or tag("span", words.remove, class_="visually-hidden"), scope="col") for c in columns],
    )
    rows = [_row(d, counts.get(d.id, 0), removable, words) for d in found[:shown]]
    rest = len(found) - shown
    more = (
        tag(
            "button",
            words.show_more.format(min(rest, SHOWN)),
            type="button",
            class_="button",
            data_act="more",
        )
        if rest > 0
        else None
    )
    return tag("div", tag("table", tag("thead", head), tag("tbody", rows)), more, class_="documents")


def _row(document: Document, passages: int, removable: bool, words: Words) -> Html:
    address = f"/view/{document.id}" + ("?lang=en" if words.language == "en" else "")
    remove = tag(
        "button",
        type="button",
        class_="act icon-bin",
        data_act="remove",
        data_id=document.id,
        data_sure=words.remove_sure,
        aria_label=f"{words.remove}：{document.title}",
        title=words.remove,
    )
    ask = tag(
        "button",
        type="button",
        class_="act icon-ask",
        data_act="ask-about",
        data_id=document.id,
        aria_label=f"{words.ask_about}：{document.title}",
        title=words.ask_about,
    )
    return tag(
        "tr",
        tag("td", tag("a", document.title, href=address, target="_blank"), class_="title"),
        tag("td", document.date or "—", class_="date", data_label=words.column_date),
        tag("td", validity(document, words) or "—", class_="status", data_label=words.column_status),
        tag("td", str(passages), class_="passages", data_label=words.column_passages),
        tag("td", name_of_file(document.source), class_="file", data_label=words.column_source),
        tag("td", ask, remove if removable else None, class_="row-actions"),
    )


def uploads_html(uploads: Sequence[Upload], words: Words) -> Html:
    """One line a file: its name, what was recognised in it, what went wrong."""
    if not uploads:
        return Html("")
    ids = [i for upload in uploads if upload.report for i in upload.report.documents]
    done = all(upload.report for upload in uploads)
    ask = tag(
        "button",
        words.ask_about,
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
    details = [words.file_result.format(len(report.documents), report.passages)] if good else []
    if report.dropped_characters:
        details.append(words.file_dropped.format(report.dropped_characters))
    notes = [*report.warnings, *([report.error] if report.error else [])]
    return tag(
        "li",
        name,
        tag("span", words.file_status[report.status], class_="file-state"),
        tag(
            "span",
            "，".join(details) if words.language == "zh" else ", ".join(details),
            class_="file-details",
        )
        if details
        else None,
        [tag("p", _in_language(note, words), class_="file-note") for note in notes],
        class_="good" if good else "bad",
    )


def _in_language(note: str, words: Words) -> str:
    """Errors carry both languages on two lines."""
    lines = note.split("\n")
    return lines[-1] if words.language == "en" else lines[0]


def scope_html(documents: Sequence[Document], words: Words) -> Html:
    """Which documents the next questions are limited to; nothing when to none."""
    if not documents:
        return Html("")
    first = f"《{documents[0].title}》" if words.language == "zh" else documents[0].title
    shown = (
        words.scope.format(first) if len(documents) == 1 else words.scope_many.format(first, len(documents))
    )
    drop = tag(
        "button",
        type="button",
        class_="act icon-close",
        data_act="unscope",
        aria_label=words.scope_off,
        title=words.scope_off,
    )
    return tag("p", tag("span", shown), drop, class_="scope")
