"""The vocabulary: frozen values that the steps hand to one another.

A file becomes a ``RawText``, then one or more ``Article`` (a ``Document`` and its ``Passage`` tuple).
A question becomes ``Hit`` tuples, then a ``Draft``, then an ``Answer`` with ``Citation`` tuples.
All offsets count characters of ``Document.text``; ``document.text[start:end]`` is the very text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["fact", "list", "synthesis"]
Expected = Literal[
    "person", "agent", "number", "duration", "frequency", "date", "place", "name", "definition"
]
Mode = Literal["hybrid", "dense", "lexical"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a file or article beside its words; ``None`` means unknown."""

    title: str | None = None
    url: str | None = None
    author: str | None = None
    date: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one file as a loader found it, before any repair.

    ``page_starts[i]`` is the offset in ``text`` at which page ``i + 1`` begins; empty when the format has no pages.
    ``given`` holds metadata that a person wrote (front matter, ``sources.csv``): it wins over every guess. ``said`` is
    what the file says about itself (its properties): it counts where the text says nothing. ``dropped`` is what the loader
    left out. ``lined`` is false where the lines of ``text`` are not those of the file, so that their numbers mean nothing.
    ``broken`` are the numbers of the lines that a page's width broke, where the loader has seen the page, else ``None``.
    """

    source: str
    text: str
    page_starts: tuple[int, ...] = ()
    given: Metadata = field(default_factory=Metadata)
    warnings: tuple[str, ...] = ()
    said: Metadata = field(default_factory=Metadata)
    dropped: tuple[Dropped, ...] = ()
    lined: bool = True
    broken: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article: ``document.text[start:end] == text``; ``level`` counts from 1 (一、).

    ``run_in`` headings are the first sentence of a paragraph; the others stand on a line of their own.
    """

    start: int
    end: int
    text: str
    level: int
    run_in: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One article. ``id`` derives from source and content, so the same file always gives the same id.

    ``text`` is the cleaned text: title line not included when it was recognised, headings and paragraphs one a line.
    """

    id: str
    source: str
    title: str
    text: str
    headings: tuple[Heading, ...] = ()
    url: str | None = None
    author: str | None = None
    date: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of the author: ``document.text[start:end] == text``.

    ``section`` is the path of headings above it, outermost first; ``line`` counts from 1 in the original file.
    """

    id: str
    document_id: str
    ordinal: int
    start: int
    end: int
    text: str
    section: tuple[str, ...] = ()
    page: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A document with its passages in reading order."""

    document: Document
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of a file that is not the author's text, and the reason it was left out."""

    text: str
    reason: str
    line: int


@dataclass(frozen=True, slots=True)
class Structured:
    """What structure recognition made of one file."""

    articles: tuple[Article, ...]
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    ``rank`` counts from 1; a higher ``score`` is better, in [0, 1]. ``found_by`` maps ``"dense"`` and ``"lexical"``
    to the rank there (absent: not among the candidates of that side). ``evidence`` holds the named measurements
    the score was made from, for the refusal decision and for people who tune.
    """

    rank: int
    score: float
    passage: Passage
    document: Document
    found_by: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[str, float] = field(default_factory=dict)

    @property
    def above(self) -> str:
        """The title and the headings above the passage, one a line: it often leaves its subject to them."""
        return _above(self.document, self.passage)

    @property
    def context(self) -> str:
        """All that speaks for the passage: what stands above it, and its words."""
        return f"{self.above}\n{self.passage.text}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation; ``answer`` may be empty."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question that may or may not leave out what it is of: as it was asked, of the topic, and the question before it.

    ``names``: it names a thing of its own.
    """

    asked: str
    of_topic: str
    before: str
    names: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Where a quote stands: offsets into the document of ``passage``, inside that passage or in one of its headings."""

    passage: Passage
    document: Document
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The very words."""
        return self.document.text[self.start : self.end]

    @property
    def above(self) -> str:
        """The title and the headings above the passage, one a line."""
        return _above(self.document, self.passage)


def _above(document: Document, passage: Passage) -> str:
    return "\n".join((document.title, *passage.section))


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of an answer before it was checked.

    ``spans`` are exact places (extractive drafts); ``markers`` are the hit numbers a language model wrote, from 1.
    ``lead`` is framing that precedes the sentence and claims nothing: a heading line, a list number, a line break.
    ``heading`` is 0 for a sentence, else the level of a heading that a language model wrote (1 is the highest): words
    that head others, to be checked before they may frame anything.
    """

    text: str
    spans: tuple[Span, ...] = ()
    markers: tuple[int, ...] = ()
    lead: str = ""
    heading: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """Unchecked answer text. ``mode`` says who wrote it; ``notice`` is a line for the reader (why the LLM was left out)."""

    mode: Literal["extractive", "llm"]
    sentences: tuple[DraftSentence, ...]
    model: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked reference: ``document.text[start:end] == quote``. Only ``rag.cite`` makes these."""

    number: int
    passage: Passage
    document: Document
    quote: str
    start: int
    end: int
    support: float


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of an answer after the check; ``citations`` are numbers of ``Answer.citations``."""

    text: str
    citations: tuple[int, ...]
    supported: bool
    support: float
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person reads, with all that is needed to check it.

    ``answer`` is Markdown with ``[n]`` markers; every number in it stands in ``citations`` and every citation is used.
    ``milliseconds`` maps condense, retrieve, generate, cite and total to wall time. ``nli`` names the NLI model that took
    part in the check, if one did.
    """

    question: str
    standalone_question: str
    language: str
    mode: Literal["extractive", "llm"]
    answer: str
    sentences: tuple[CitedSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    refused: bool = False
    reason: str | None = None
    unsupported: tuple[str, ...] = ()
    model: str | None = None
    notice: str | None = None
    nli: str | None = None
    milliseconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a language model wrote for a ``form`` of lesson material, checked.

    ``parts`` maps the names of the form's parts to checked answers, in the order in which they stand; empty when the model
    failed. ``title`` is empty when the documents do not bear out the model's. ``notice`` is a line for the reader.
    """

    form: str
    title: str = ""
    parts: Mapping[str, Answer] = field(default_factory=dict)
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """What ingest did with one file; ``status`` is a word of the JSON contract."""

    source: str
    status: Literal["added", "updated", "unchanged", "failed", "empty", "needs_ocr"]
    documents: tuple[str, ...] = ()
    passages: int = 0
    dropped_characters: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What ingest did with all files, and what the knowledge base holds afterwards.

    ``skipped`` counts by suffix the files in folders that are of no kind that can be read; ``gone`` names the sources whose
    files these folders hold no more.
    """

    files: tuple[FileReport, ...]
    documents: int
    passages: int
    seconds: float
    skipped: Mapping[str, int] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
