"""The cited documents as BibTeX, one entry each; quotes and their places stand in the entry's ``annote``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.export.citations import place
from rag.export.manuscript import Manuscript, Source
from rag.export.wording import Wording, wording

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    **{mark: f"\\{mark}" for mark in "#$%&_"},
}
_TEX_MARK = re.compile("[" + re.escape("".join(_TEX)) + "]")
_LIGATURE = re.compile(r"([-'])(?=\1)")  # TeX makes dashes and quotation marks of doubled ones
_DATE = re.compile(r"(?P<year>(?:19|20)\d\d)(?:[-./年](?P<month>\d{1,2})(?:[-./月](?P<day>\d{1,2}))?)?")


def render(manuscript: Manuscript) -> bytes:
    """The .bib file, UTF-8."""
    words = wording(manuscript.language)
    entries = (_entry(source, manuscript, words) for source in manuscript.sources)
    return ("\n\n".join(entries) + "\n").encode("utf-8")


def _entry(source: Source, manuscript: Manuscript, words: Wording) -> str:
    fields = "".join(
        f"  {name} = {{{value}}},\n" for name, value in _fields(source, manuscript, words) if value
    )
    key = re.sub(r"[^0-9A-Za-z]", "", source.work.id)
    return f"@misc{{dangwu{key},\n{fields}}}"


def _fields(source: Source, manuscript: Manuscript, words: Wording) -> Iterator[tuple[str, str]]:
    work = source.work
    notes = [manuscript.note(number) for number in source.numbers]
    yield "title", f"{{{tex(work.title)}}}"
    yield "author", f"{{{tex(work.author)}}}" if work.author else ""
    yield from _date(work.date)
    yield "howpublished", tex(work.file)
    yield "url", _braceless(work.url)
    yield "note", tex(work.status)
    yield (
        "annote",
        tex(" ".join(f"[{n.number}] {place(n, words)}{words.stop}{words.quote}{n.quote}" for n in notes)),
    )
    yield "langid", "english" if manuscript.language == "en" else "chinese"


def _date(date: str) -> Iterator[tuple[str, str]]:
    found = _DATE.search(date)
    if found is None:
        yield "date", tex(date)
        return
    parts = [found["year"], *(f"{int(p):02d}" for p in (found["month"], found["day"]) if p)]
    yield "date", "-".join(parts)
    yield "year", found["year"]


def tex(text: str) -> str:
    """``text`` so that TeX and BibTeX read it as plain words: no lone braces, no commands, no comments."""
    return _LIGATURE.sub(r"\1{}", _TEX_MARK.sub(lambda found: _TEX[found.group()], text))


def _braceless(url: str) -> str:
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C").replace(" ", "%20")
