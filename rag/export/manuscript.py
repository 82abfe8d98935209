"""What an exported document says, before any format: blocks of words, numbered notes, the documents cited.

Every writer of this package gets a ``Manuscript`` and returns the bytes of one file. Text in it is plain: one
line, no control characters, no markup of any kind, so that a writer only has to escape for its own format.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

# "fill_in" is a line of blanks for the person who uses the document, "remark" a note to the reader, "subject" names the subject
BlockKind = Literal["heading", "paragraph", "remark", "refusal", "salutation", "fill_in", "subject"]

_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text. ``doubtful`` words are a sentence for which no support was found."""

    text: str
    strong: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation mark. Of all marks with one number one is not ``again``: there the footnote stands."""

    number: int
    again: bool = False


Inline = Words | Mark


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or paragraph. ``level`` is a heading's rank, from 1, or a paragraph's depth, from 0.

    ``label`` numbers it (一、 or 1. or •) and is printed before ``inlines``.
    """

    kind: BlockKind
    inlines: tuple[Inline, ...]
    level: int = 0
    label: str = ""

    @property
    def text(self) -> str:
        """The words alone, without label and marks."""
        return "".join(i.text for i in self.inlines if isinstance(i, Words))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its marks, in order."""
        return tuple(i.number for i in self.inlines if isinstance(i, Mark))


@dataclass(frozen=True, slots=True)
class Work:
    """A cited document; what is not known is empty. ``file`` is the name without folders."""

    id: str
    title: str
    author: str
    date: str
    status: str
    file: str
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """A citation as a reader gets it: where the quote stands, and its very words.

    ``address`` is where a click leads; http or https only, ``None`` when there is no such place.
    """

    number: int
    work: Work
    section: tuple[str, ...]
    page: int | None
    line: int | None
    address: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class Source:
    """A document that notes refer to: ``numbers`` are those notes, ``address`` is that of the first."""

    work: Work
    address: str | None
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document ready to be written. ``remarks`` close it: how the text came about, what to check.

    ``subject`` says what it is about where the title only names the kind of document.
    """

    title: str
    language: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    subject: str = ""
    notes: tuple[Note, ...] = ()
    sources: tuple[Source, ...] = ()
    remarks: tuple[str, ...] = ()

    def note(self, number: int) -> Note:
        """The note with this number."""
        return self.notes[number - 1]


def plain(text: str) -> str:
    """``text`` on one line, without what no document format can hold.

    Line breaks and tabs become blanks; control characters, turns of the writing direction and byte order
    marks go; half surrogate pairs and noncharacters become U+FFFD.
    """
    return "".join(_kept(c) for c in text) if not text.isascii() or not text.isprintable() else text


def _kept(character: str) -> str:
    if character in _BREAKS:
        return " "
    if character in _TURNS:
        return ""
    code, category = ord(character), unicodedata.category(character)
    if category == "Cc":
        return ""
    return "\ufffd" if category == "Cs" or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF else character
