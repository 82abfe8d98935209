"""Reads text and Markdown files."""

from __future__ import annotations

import re
from pathlib import Path

from rag.datatypes import Metadata, RawText
from rag.errors import LoadError
from rag.load.decode import decode
from rag.load.front_matter import split_front_matter
from rag.load.raw import raw_text
from rag.protocols import Step, no_step

_MARKDOWN = frozenset({".md", ".markdown"})
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?:[ ][^()\n]{0,300})?\)")
_EMPHASIS = re.compile(r"(\*\*|__|~~|`)(?=\S)([^\n]{1,200}?)(?<=\S)\1")
_LEAD = re.compile(r"[ \t]{0,8}(?:>[ \t]?)+|[ \t]{0,8}[*+-][ \t]+(?=\S)")
_UNDERLINED = re.compile(r"^(?=.*\S)(?![ \t]*[#>|*+-])(.{1,80})\n(={3,}|-{3,})[ \t]*$", re.MULTILINE)


class TextLoader:
    """Reads ``.txt`` and Markdown files, and files without a known suffix that hold text."""

    suffixes: frozenset[str] = frozenset({".txt", ".text"}) | _MARKDOWN

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The text with ``\\n`` line ends; Markdown front matter becomes ``given`` and its lines are left
        blank.

        Line numbers are those of the file. Markdown headings keep their ``#``: structure recognition reads
        them. Raises ``LoadError`` for a file that is not text.
        """
        try:
            text, _ = decode(path.read_bytes())
        except OSError as error:
            raise LoadError(
                f"无法读取 {path}：{error.strerror}。请检查路径和权限。",
                f"Cannot read {path}: {error.strerror}.",
            ) from error
        except LoadError as error:
            raise LoadError(f"{path.name}：{error.zh}", f"{path.name}: {error.en}") from None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        given = Metadata()
        if path.suffix.lower() in _MARKDOWN:
            given, text = split_front_matter(text)
            text = without_markup(text)
        return raw_text(path, text, given=given, lined=True)


def without_markup(text: str) -> str:
    """Markdown as plain text on the same lines, without markup; headings stay ``#`` lines."""
    text = _without_comments(text)
    text = _UNDERLINED.sub(
        lambda match: ("# " if match[2][0] == "=" else "## ") + match[1].strip() + "\n", text
    )
    text = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))
    return "\n".join(_LEAD.sub("", line, count=1) if _LEAD.match(line) else line for line in text.split("\n"))


def _without_comments(text: str) -> str:
    parts: list[str] = []
    start = 0
    while (opening := text.find("<!--", start)) >= 0 and (closing := text.find("-->", opening)) >= 0:
        parts += [text[start:opening], "\n" * text.count("\n", opening, closing)]
        start = closing + 3
    return "".join([*parts, text[start:]])
