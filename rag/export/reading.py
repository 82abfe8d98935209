"""Reads an answer back into lines: what is framing, what is a sentence, where the marks stand.

``Answer.answer`` is made of leads (Markdown framing), sentences, ``[n]`` markers and flags; here the same
parts are laid out as lines of words and marks, so that no writer has to understand Markdown. Sentences of an
extractive answer are the documents' own words and are taken literally; those of a language model may carry
``**bold**``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from rag.cite import FLAGS
from rag.datatypes import Answer, CitedSentence
from rag.export.manuscript import Inline, Mark, Words, plain

LineKind = Literal["group", "item", "text"]

_FRAME = re.compile(
    r"(?P<indent>\s*)(?:>\s*)*(?P<hashes>#{1,6}\s+)?"
    r"(?P<label>\d{1,3}[.．、)](?=\s|$)|[-*•·](?=\s)|[（(][一二三四五六七八九十\d]{1,3}[)）])?\s*(?P<rest>.*)",
    re.DOTALL,
)
_STRONG = re.compile(r"\*\*(.+)\*\*", re.DOTALL)
_BULLETS = frozenset("-*·•")
BULLET = "•"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: the heading of a ``group``, an ``item`` of a list, or ``text``.

    ``heading`` is the bold title that opens an item, ``joint`` the blank or colon behind it; neither is in
    ``inlines``.
    """

    kind: LineKind
    inlines: tuple[Inline, ...]
    label: str = ""
    depth: int = 0
    heading: str = ""
    joint: str = " "

    def opened(self, heading: str) -> tuple[Inline, ...]:
        """The whole line, ``heading`` in the place of its title."""
        return (
            (Words(heading, strong=True), Words(self.joint), *self.inlines) if self.heading else self.inlines
        )

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(i.text for i in self.inlines if isinstance(i, Words))

    @property
    def doubtful(self) -> bool:
        """Whether a sentence in it has no support."""
        return any(i.doubtful for i in self.inlines if isinstance(i, Words))

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The citation marks, in order."""
        return tuple(i for i in self.inlines if isinstance(i, Mark))


@dataclass(frozen=True, slots=True)
class _Framing:
    text: str


def read(answer: Answer, numbers: Mapping[int, int]) -> tuple[Line, ...]:
    """The lines of an answer in order, its citation numbers replaced as ``numbers`` says."""
    pieces: list[_Framing | Inline] = []
    lines: list[Line] = []
    for piece in _pieces(answer, numbers):
        if piece is None:
            lines.extend(_line(pieces))
            pieces = []
        else:
            pieces.append(piece)
    return (*lines, *_line(pieces))


def _pieces(answer: Answer, numbers: Mapping[int, int]) -> Iterator[_Framing | Inline | None]:
    """Framing, words and marks in order; ``None`` ends a line."""
    if not answer.sentences:
        yield from _framing(answer.answer, answer)
    for sentence in answer.sentences:
        yield from _framing(sentence.lead, answer)
        yield from _sentence(sentence, answer, numbers)


def _framing(lead: str, answer: Answer) -> Iterator[_Framing | None]:
    for i, part in enumerate(lead.split("\n")):
        if i:
            yield None
        if answer.mode == "llm" and part.count("**") % 2:  # bold that a language model opened in one sentence
            part = part.replace("**", "")
        if part:
            yield _Framing(part)


def _sentence(sentence: CitedSentence, answer: Answer, numbers: Mapping[int, int]) -> Iterator[Inline]:
    doubtful = not sentence.supported
    text = plain(sentence.text)
    words = _bold(text) if answer.mode == "llm" else (Words(text),)
    yield from (replace(w, doubtful=doubtful) for w in words)
    yield from (Mark(numbers[n]) for n in sentence.citations)
    if doubtful:
        yield Words(FLAGS.get(answer.language, FLAGS["zh"]), doubtful=True)


def _bold(text: str) -> Iterator[Words]:
    """``**bold**`` of a language model as strong words; an asterisk pair without a partner is left out."""
    parts = text.split("**")
    for i, part in enumerate(parts):
        if part:
            yield Words(part, strong=i % 2 == 1 and i < len(parts) - 1)


def _line(pieces: list[_Framing | Inline]) -> Iterator[Line]:
    """The line that pieces make; none when they hold only blanks."""
    opening = "".join(p.text for p in _leading(pieces))
    found = _FRAME.fullmatch(opening)
    assert found is not None  # the expression matches every text
    rest = tuple(_rest(pieces))
    label = found["label"] or ""
    depth = 1 if len(found["indent"].replace("\t", "    ")) >= 2 else 0
    framing = tuple(_framed_words(found["rest"]))
    if not rest:
        if any(w.text.strip() for w in framing):
            alone = bool(found["hashes"]) or (not label and framing[0].strong)
            yield Line("group" if alone else "item" if label else "text", framing, _shown(label), depth)
        return
    if found["hashes"]:
        yield Line("group", (*framing, *rest))
    elif framing and framing[0].strong:
        behind = "".join(w.text for w in framing[1:])
        said = framing[1:] if any(c.isalnum() for c in behind) else ()
        joint = " " if said else behind or " "
        yield Line("item", (*said, *rest), _shown(label), depth, framing[0].text, joint)
    else:
        kept = framing if any(w.text.strip() for w in framing) else ()
        yield Line("item" if label else "text", (*kept, *rest), _shown(label), depth)


def _leading(pieces: list[_Framing | Inline]) -> Iterator[_Framing]:
    for piece in pieces:
        if not isinstance(piece, _Framing):
            return
        yield piece


def _rest(pieces: list[_Framing | Inline]) -> Iterator[Inline]:
    """What follows the opening framing; framing between two sentences of a line counts as words."""
    opening = True
    for piece in pieces:
        opening = opening and isinstance(piece, _Framing)
        if opening:
            continue
        if isinstance(piece, _Framing):
            yield from _framed_words(piece.text)
        else:
            yield piece


def _framed_words(text: str) -> Iterator[Words]:
    found = _STRONG.search(text)
    if found is None:
        parts = [Words(plain(text))]
    else:
        before, after = text[: found.start()], text[found.end() :]
        parts = [Words(plain(before)), Words(plain(found[1]), strong=True), Words(plain(after))]
    yield from (p for p in parts if p.text)


def _shown(label: str) -> str:
    return BULLET if label in _BULLETS else label
