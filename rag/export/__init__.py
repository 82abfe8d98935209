"""Answers as files to hand in: Word, PDF, web page, Markdown, plain text, slides, lists of sources.

    check_targets([path])                          # before a question is asked: can these files be written?
    export([answer], path)                         # the format follows the suffix
    export(answers, path, form="lecture")          # 党课讲稿; "plan" is 教案, "answer" what was shown

``compose`` makes one ``Manuscript`` of the answers; each format is a module with ``render(manuscript) ->
bytes``; the file is written whole or not at all. All formats give the same words, numbers, order and flags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

from rag.datatypes import Answer, Lesson
from rag.errors import ExportError
from rag.export.compose import FORMS as _FORMS
from rag.export.compose import VIEWER, compose
from rag.export.writing import check_writable, write_whole

__all__ = ["FORMATS", "FORMS", "VIEWER", "check_targets", "export", "render"]

FORMS: tuple[str, ...] = tuple(_FORMS)

FORMATS: Mapping[str, str] = {
    ".docx": "docx",
    ".pdf": "pdf",
    ".html": "html",
    ".md": "markdown",
    ".txt": "plaintext",
    ".pptx": "pptx",
    ".bib": "bibtex",
    ".csv": "table",
}


def check_targets(paths: Iterable[Path]) -> None:
    """Raises ``ExportError`` now for a file that ``export`` could not write later.

    Checked are the suffix, the folder, the right to write, and for .pdf that there is a Chinese font.
    """
    for path in paths:
        suffix = _known(path.suffix)
        check_writable(path)
        if suffix == ".pdf":
            from rag.export.fonts import fonts

            fonts()


def export(
    answers: Sequence[Answer],
    path: Path,
    *,
    form: str = "answer",
    title: str | None = None,
    viewer: str = VIEWER,
    lesson: Lesson | None = None,
) -> None:
    """Writes answers, in the order given, to ``path``: its suffix gives the format, ``form`` the layout.

    ``title`` replaces the one made from the questions. ``viewer`` is the address of the assistant's page:
    links lead there when a document has none of its own. ``lesson`` is what a language model made of the answers
    for this form (``Assistant.lesson``). Raises ``ExportError``, leaving what was there.
    """
    check_writable(path)
    write_whole(path, render(answers, path.suffix, form=form, title=title, viewer=viewer, lesson=lesson))


def render(
    answers: Sequence[Answer],
    suffix: str,
    *,
    form: str = "answer",
    title: str | None = None,
    viewer: str = VIEWER,
    lesson: Lesson | None = None,
) -> bytes:
    """The bytes of the file that ``export`` would write. Raises ``ExportError``."""
    if form not in FORMS:
        raise ExportError(
            f"没有“{form}”这种文体，可选：{'、'.join(FORMS)}。",
            f"There is no form {form!r}; choose from {', '.join(FORMS)}.",
        )
    if not answers:
        raise ExportError(
            "没有可导出的回答，请先选择至少一条。", "There is no answer to export; choose at least one."
        )
    writer = import_module(f"rag.export.{FORMATS[_known(suffix)]}")
    return cast(bytes, writer.render(compose(answers, form, title=title, viewer=viewer, lesson=lesson)))


def _known(suffix: str) -> str:
    if suffix.lower() in FORMATS:
        return suffix.lower()
    known = " ".join(FORMATS)
    raise ExportError(
        f"不能导出为“{suffix or '没有扩展名的文件'}”。可用的扩展名：{known}。",
        f"Cannot export to {suffix or 'a file without a suffix'!r}. Known suffixes: {known}.",
    )
