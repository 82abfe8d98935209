"""Downloads of answers: which files there are, and the menu that leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from page.markup import Html, tag
from page.words import Words
from rag.datatypes import Answer, Lesson
from rag.export import render
from rag.history import Conversation, Exchange

MEDIA = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".pdf": "application/pdf",
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".bib": "application/x-bibtex; charset=utf-8",
}
OFFERED = (
    ("answer", (".docx", ".pdf", ".html", ".md", ".txt")),
    ("lecture", (".docx", ".pdf", ".pptx")),
    ("plan", (".docx", ".pdf", ".pptx")),
    ("sources", (".csv", ".bib")),
)
MAX_NAME = 40


def export_menu(conversation_id: str, exchange: Exchange, words: Words) -> Html:
    """A menu of files of one answer."""
    return _menu(conversation_id, (exchange.id,), words.export, None, words)


def export_all_menu(conversation: Conversation, words: Words) -> Html | None:
    """A menu of files of several answers, to be ticked and ordered; none where there is but one."""
    answered = [e for e in conversation.exchanges if e.answer is not None]
    if len(answered) < 2:
        return None
    rows = [_choice(exchange, words) for exchange in answered]
    choices = tag("fieldset", tag("legend", words.export_choose), tag("ol", rows), class_="choices")
    return _menu(conversation.id, [e.id for e in answered], words.export_all, choices, words)


def _choice(exchange: Exchange, words: Words) -> Html:
    box = tag("input", type="checkbox", checked=True, value=exchange.id)
    up = tag(
        "button",
        "↑",
        type="button",
        class_="act",
        data_up=True,
        aria_label=f"{words.export_up}：{exchange.question}",
    )
    return tag("li", tag("label", box, tag("span", exchange.question)), up)


def _menu(
    conversation_id: str, exchange_ids: Sequence[str], label: str, choices: Html | None, words: Words
) -> Html:
    rows = [
        tag(
            "li",
            tag("span", words.export_forms[form], class_="menu-form"),
            tag(
                "span",
                [_link(conversation_id, exchange_ids, form, suffix, words) for suffix in suffixes],
                class_="menu-files",
            ),
        )
        for form, suffixes in OFFERED
    ]
    body = tag(
        "div",
        choices,
        tag("ul", rows),
        class_="menu-body",
        data_working=words.exporting,
        data_done=words.exported,
    )
    return tag("details", tag("summary", label, class_="act icon-export"), body, class_="menu")


def _link(conversation_id: str, exchange_ids: Sequence[str], form: str, suffix: str, words: Words) -> Html:
    query = {"suffix": suffix, "form": form, "exchanges": ",".join(exchange_ids)}
    address = f"/export/{quote(conversation_id, safe='')}?{urlencode(query)}"
    shown = words.export_formats[suffix]
    return tag("a", shown, href=address, data_export=True, aria_label=f"{words.export_forms[form]}：{shown}")


def exported(
    answers: Sequence[Answer], suffix: str, form: str, address: str, lesson: Lesson | None
) -> tuple[bytes, str]:
    """The file's bytes and name. Raises ``ExportError``. ``address`` is where links to the viewer lead."""
    layout = "answer" if form == "sources" else form
    content = render(answers, suffix, form=layout, viewer=address, lesson=lesson)
    return content, file_name(answers[0].question) + suffix


def file_name(question: str) -> str:
    """A question as a file name: what file systems refuse is left out."""
    kept = "".join(c for c in question if c not in '\\/:*?"<>|？' and c.isprintable()).strip(" .")
    return kept[:MAX_NAME] or "answer"
