"""Reads web pages: the article with its headings, lists and tables; menus, advertisements and notices are left out."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.datatypes import Dropped, Metadata, RawText
from rag.errors import LoadError
from rag.load.decode import decode
from rag.load.raw import properties, raw_text, reading
from rag.load.table import table_lines
from rag.protocols import Step, no_step
from rag.structure.imprint import label_line
from rag.text import tight

_NAMES = ("网页文件", "a web page")
_MHTML = frozenset({".mhtml", ".mht"})
_OUTSIDE = "网页上正文以外的内容"
_CHARSET = re.compile(
    rb"""<meta[^>]+charset=["']?\s*([\w\-]+)|<\?xml[^>]+encoding=["']([\w\-]+)""", re.IGNORECASE
)
_HEAD = 4096
_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk"})
_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "svg", "iframe", "select", "button"}
)
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code del em font i ins kbd label mark q s samp small span strike strong sub sup time tt u var".split()
)
_SITE = re.compile(r"\s*[-_|｜—–]\s*[^-_|｜—–]{2,24}$")
_LINK = re.compile(r"https?://\S+")
_ENOUGH = 0.2  # of the visible characters: an extraction that keeps less has probably missed the text
_SHORT = 400  # characters; a longer extraction is an article however little of the page it is


class WebLoader:
    """Reads ``.html`` and ``.htm`` files and web archives (``.mhtml``)."""

    suffixes: frozenset[str] = frozenset({".html", ".htm", ".xhtml"}) | _MHTML

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The article, one paragraph a line, and what was left out; address, author and date as the page says them.

        Raises ``LoadError`` for a file without any page in it.
        """
        with reading(path, *_NAMES):
            text, address, title = _page(path)
            return _read(path, text, address, title)


def _read(path: Path, text: str, address: str | None, title: str | None) -> RawText:
    from lxml import html

    if not text.strip():
        return raw_text(path, "")
    tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    everything = list(_visible(tree))
    found, lines = _extracted(text)
    kept = sum(map(len, lines))
    whole = sum(map(len, everything))
    if not lines or (kept < _ENOUGH * whole and kept < _SHORT):
        lines = (
            everything  # too short or unusual to find the article: structure recognition knows web pages too
        )
    inside = tight("\n".join(lines))
    outside = [line for line in everything if tight(line) and tight(line) not in inside]
    noted = next(
        (data for line in outside if (data := label_line(line)) is not None and data.date), Metadata()
    )
    declared = "".join(tree.xpath("//head//@content | //head/script/text() | //time/@datetime"))
    named = "".join(tree.xpath("//meta[@name='author'][1]/@content"))
    said = Metadata(
        title=found.title or properties(_SITE.sub("", title or "")).title,
        url=found.url or address,
        author=noted.author or properties(None, named).author or found.author,
        date=noted.date or (found.date if found.date and found.date in declared else None),
    )
    return raw_text(
        path, "\n".join(lines) + "\n", said=said, dropped=[Dropped(line, _OUTSIDE, 1) for line in outside]
    )


def _extracted(text: str) -> tuple[Metadata, list[str]]:
    """What the library takes for the article, and what it knows about it."""
    from trafilatura import bare_extraction

    found = bare_extraction(text, include_comments=False, include_tables=True, with_metadata=True)
    if found is None or isinstance(found, dict):
        return Metadata(), []
    address = found.url if found.url and _LINK.fullmatch(found.url) else None
    told = properties(_SITE.sub("", found.title or ""), found.author, found.date)
    return Metadata(told.title, address, told.author, told.date), list(_lines(found.body))


def _lines(body: Any) -> Iterator[str]:
    """Headings, paragraphs, list items and table rows of the library's tree, in order."""
    numbers: dict[Any, int] = {}
    for element in body.iter("head", "p", "item", "table", "quote", "code"):
        if any(above.tag in ("p", "item", "table", "quote", "head") for above in element.iterancestors()):
            continue
        if element.tag == "table":
            yield from table_lines(
                [["".join(_words(cell)) for cell in row.iter("cell")] for row in element.iter("row")]
            )
            continue
        text = "".join(_words(element))
        words = [" ".join(line.split()) for line in text.split("\n")]
        if element.tag == "head":
            level = element.get("rend", "h2")[-1:]
            yield f"{'#' * (int(level) if level.isdigit() else 2)} {' '.join(words)}".rstrip("# ")
        elif element.tag == "item" and element.getparent().get("rend") == "ol":
            numbers[element.getparent()] = numbers.get(element.getparent(), 0) + 1
            yield f"{numbers[element.getparent()]}. {' '.join(words)}"
        else:
            yield from (line for line in words if line)


def _words(element: Any) -> Iterator[str]:
    """The words of an element; a line break is one."""
    yield element.text or ""
    for child in element:
        if child.tag in ("lb", "p", "item", "row"):
            yield "\n"
        if isinstance(child.tag, str):
            yield from _words(child)
        yield child.tail or ""


def _visible(tree: Any) -> Iterator[str]:
    """All words of the page as a browser shows them, one block a line."""
    parts: list[str] = []
    for kind, text in _events(tree):
        if kind == "block":
            if line := " ".join("".join(parts).split()):
                yield line
            parts = []
        else:
            parts.append(text)
    if line := " ".join("".join(parts).split()):
        yield line


def _events(tree: Any) -> Iterator[tuple[str, str]]:
    """Words and the borders of blocks, without recursion: hostile pages are nested deeply."""
    from lxml import etree

    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        skipped = not name or name in _UNSEEN
        if event == "start":
            hidden += skipped
            if name not in _INLINE:
                yield "block", ""
            if not hidden and element.text:
                yield "text", element.text
        else:
            hidden -= skipped
            if name not in _INLINE:
                yield "block", ""
            if not hidden and element.tail:
                yield "text", element.tail


def _page(path: Path) -> tuple[str, str | None, str | None]:
    """The HTML of a file, and for a web archive the address and title that it notes."""
    data = path.read_bytes()
    if path.suffix.lower() in _MHTML or b"multipart/related" in data[:_HEAD].lower():
        message = email.message_from_bytes(data, policy=email.policy.default)
        part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
        if part is None:
            raise LoadError(
                f"{path.name}：网页归档里没有网页，可能已损坏。请重新保存网页后再添加。",
                f"{path.name}: there is no page in this web archive; it may be damaged. Save the page again.",
            )
        content = part.get_payload(decode=True)
        address = part["Content-Location"] or message["Snapshot-Content-Location"]
        subject = message["Subject"]
        text = _decoded(content if isinstance(content, bytes) else b"", part.get_content_charset())
        return (
            text,
            address if address and _LINK.fullmatch(address) else None,
            str(subject) if subject else None,
        )
    return _decoded(data, None), None, None


def _decoded(data: bytes, charset: str | None) -> str:
    """The page in the encoding that it declares, if its bytes fit that, else as any other text."""
    declared = _CHARSET.search(data[:_HEAD])
    name = charset or ((declared[1] or declared[2]).decode("ascii", "replace") if declared else "")
    try:
        return data.decode("gb18030" if name.lower() in _GB else name) if name else decode(data)[0]
    except (UnicodeDecodeError, LookupError):
        return decode(data)[0]
