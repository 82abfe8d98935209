"""What every loader hands on: text with one kind of line end, a warning for classified files, cleaned properties."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.datatypes import Dropped, Metadata, RawText
from rag.errors import LoadError
from rag.load.placed import PageText

_SECRET = re.compile(
    r"(?:绝\s?密|机\s?密|秘\s?密|絕\s?密|機\s?密)\s?[★☆]|^\s*(?:密级[:：]\s*)?(?:绝密|机密|秘密|絕密|機密)\s*$",
    re.MULTILINE,
)
_HEAD = 600

log = logging.getLogger(__name__)

_NO_TITLE = re.compile(
    r"(?:文档|文件|工作簿|演示文稿|幻灯片|新建.*|无标题|未命名|untitled|document|presentation|book|slide|word document"
    r"|powerpoint (?:演示文稿|presentation)|pdf)\s?\d*|.{0,3}|.*[\\/�].*",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"microsoft (?:word|powerpoint|excel) - ", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:docx?|wps|pptx?|xlsx?|pdf|rtf|txt|html?)$", re.IGNORECASE)
_NO_AUTHOR = re.compile(
    r"(?:administrator|admin|user|owner|microsoft.*|微软.*|python-docx|openpyxl|unknown|未知|lenovo|dell|hp|asus|acer|pc"
    r"|wps.*|雨林木风|深度.*|番茄花园|作者|用户|windows.*|apache poi|\W*|\d+)\s?\d*",
    re.IGNORECASE,
)


def raw_text(
    path: Path,
    text: str,
    *,
    pages: tuple[int, ...] = (),
    given: Metadata | None = None,
    said: Metadata | None = None,
    dropped: Iterable[Dropped] = (),
    warnings: Iterable[str] = (),
    lined: bool = False,
    broken: frozenset[int] | None = None,
) -> RawText:
    """A loader's result. A classification mark (密级) at the head of the text or of what was left out is warned of."""
    left_out = tuple(dropped)
    heads = (text[:_HEAD], "\n".join(piece.text for piece in left_out)[:_HEAD])
    return RawText(
        str(path),
        text,
        pages,
        given or Metadata(),
        (*warnings, *warnings_for("\n".join(heads))),
        said or Metadata(),
        left_out,
        lined,
        broken,
    )


def warnings_for(head: str) -> tuple[str, ...]:
    """What a person should know before a text is kept: a classification mark (密级) in its head."""
    marked = _SECRET.search(head)
    if marked is None:
        return ()
    mark = marked.group().strip()
    return (
        f"文件开头有密级标志“{mark}”：涉密文件不得在非涉密计算机上处理，请核实。 "
        f"The file bears a classification mark ({mark}); check that it may be kept here.",
    )


def paged(pages: Iterable[PageText]) -> tuple[str, tuple[int, ...], frozenset[int]]:
    """All pages in one text, the offset at which each begins, and the numbers, from 1, of lines the width broke."""
    parts: list[str] = []
    starts: list[int] = []
    broken: set[int] = set()
    length = 0
    lines = 1
    for page in pages:
        starts.append(length)
        broken.update(lines + at for at in page.broken)
        parts.append(page.text + "\n")
        length += len(parts[-1])
        lines += parts[-1].count("\n")
    return "".join(parts), tuple(starts), frozenset(broken)


def properties(title: str | None, author: str | None = None, date: str | None = None) -> Metadata:
    """What a program wrote into a file's properties, without the names that programs make up."""
    title = _SUFFIX.sub("", _PROGRAM.sub("", " ".join((title or "").split())))
    author = " ".join((author or "").split())
    return Metadata(
        title=None if _NO_TITLE.fullmatch(title) else title,
        author=None if _NO_AUTHOR.fullmatch(author) else author,
        date=date,
    )


@contextmanager
def reading(path: Path, kind_zh: str, kind_en: str) -> Iterator[None]:
    """Any error of a library inside becomes a ``LoadError``: on damaged and hostile files they raise everything."""
    try:
        yield
    except (LoadError, FileNotFoundError, PermissionError):
        raise
    except Exception as error:
        log.debug("%s", path, exc_info=True)
        raise LoadError(
            f"{path.name}：{kind_zh}读不了，可能已损坏、不完整或带密码。请用原来的软件打开，另存一份再添加。",
            f"{path.name}: cannot be read as {kind_en}; it may be damaged, incomplete or protected. "
            "Open it in its program, save a copy and add that.",
        ) from error
