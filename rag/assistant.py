"""The straight line from a question to a checked answer, and from paths to a knowledge base."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Literal

from embeddings import Encoder
from rag import cite
from rag.config import Settings
from rag.datatypes import (
    Answer,
    Document,
    Draft,
    Hit,
    IngestReport,
    Lesson,
    Metadata,
    Mode,
    Passage,
    Turn,
)
from rag.doubt import Doubts
from rag.entail import Inference
from rag.errors import ModelError
from rag.extract import ExtractiveGenerator
from rag.faceted import merged, scaled
from rag.index import VectorIndex
from rag.ingest import Progress, describe, ingest
from rag.llm import ChatGenerator, Reply
from rag.orders import real_question, says_nothing
from rag.protocols import Condenser, LessonAuthor, Retriever
from rag.question import read_question
from rag.reading import ANSWER_HITS, Reader, Reading
from rag.refuse import Verdict, refusal_text
from rag.respell import respelt
from rag.script import in_script_of_question
from rag.store import Store
from rag.text import whole
from rag.topic import is_specific, names_a_thing

# What a hit for a follow-up that names nothing is worth, of the best for the stand-alone question.
AS_ASKED = 0.6


@dataclass(frozen=True, slots=True)
class Stage:
    """The assistant has begun a step."""

    name: Literal["condense", "retrieve", "generate", "cite"]


@dataclass(frozen=True, slots=True)
class Delta:
    """More unchecked words of the draft."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The checked answer: always the last event, and the only one that counts."""

    answer: Answer


Event = Stage | Delta | Done


class Assistant:
    """Answers questions over one knowledge base. Made by ``open_assistant``; safe to use from several threads."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        index: VectorIndex,
        encoder: Encoder,
        retriever: Retriever,
        reader: Reader,
        doubts: Doubts,
        first_reader: Reader,
        extractive: ExtractiveGenerator,
        condenser: Condenser,
        chat: ChatGenerator | None = None,
        lessons: LessonAuthor | None = None,
        inference: Inference | None = None,
    ) -> None:
        self.settings = settings
        self.encoder = encoder
        self.store = store
        self._index = index
        self._retriever = retriever
        self._reader = reader
        self._doubts = doubts
        self._first_reader = first_reader
        self._extractive = extractive
        self._condenser = condenser
        self._chat = chat
        self._lessons = lessons
        self._inference = inference

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives files back. The assistant must not be used afterwards."""
        self.store.close()

    # the knowledge base

    def index(
        self, paths: Sequence[str | Path], progress: Progress | None = None, rebuild: bool = False
    ) -> IngestReport:
        """Adds files and folders, refreshes changed ones; see ``rag.ingest.ingest``."""
        return ingest(paths, self.store, self._index, self.encoder, progress, rebuild)

    def documents(self) -> tuple[Document, ...]:
        """All documents, by source and place in it."""
        return self.store.documents()

    def document(self, document_id: str) -> Document:
        """One document. Raises ``UnknownDocument``."""
        return self.store.document(document_id)

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """Its passages in reading order. Raises ``UnknownDocument``."""
        return self.store.passages(document_id)

    def describe(self, document_id: str, said: Metadata) -> Document:
        """Keeps what a person says of a document; see ``rag.ingest.describe``."""
        return describe(document_id, said, self.store, self._index, self.encoder)

    def remove(self, id_or_source: str) -> int:
        """Removes a document or all documents of a source; how many went. Raises ``UnknownDocument``."""
        removed = self.store.remove(id_or_source)
        self._index.refresh()
        return removed

    # questions

    def search(
        self, query: str, k: int = 10, mode: Mode = "hybrid", documents: frozenset[str] | None = None
    ) -> tuple[Hit, ...]:
        """At most ``k`` hits, best first."""
        return self._retriever.retrieve(whole(query), k, mode, documents)

    def ask(
        self, question: str, history: Sequence[Turn] = (), documents: frozenset[str] | None = None
    ) -> Answer:
        """The checked answer, or a refusal; only from ``documents`` (ids) when given."""
        for event in self.stream(question, history, documents):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

    def lesson(self, answers: Sequence[Answer], form: str) -> Lesson | None:
        """What the language model makes of answers as a ``"lecture"`` or ``"plan"``, checked, for ``rag.export``.

        ``None`` without a language model and for other forms; a lesson without parts says why there are none.
        """
        return None if self._lessons is None else self._lessons.write(answers, form)

    def answerable(self, question: str, documents: frozenset[str] | None = None) -> bool:
        """Whether the documents answer a stand-alone question: the verdict that decides a refusal, without an answer.

        A reranker is not asked: its order is for answers, and this is asked of dozens of questions in a row.
        """
        return self._first_reader.read(question, documents).verdict.answerable

    def stream(
        self, question: str, history: Sequence[Turn] = (), documents: frozenset[str] | None = None
    ) -> Iterator[Event]:
        """Stages and draft words as they come, then ``Done`` with the checked answer."""
        clock = _Clock()
        question, history = whole(question), [Turn(whole(t.question), whole(t.answer)) for t in history]
        language = read_question(question).language
        if says_nothing(question):
            text = NO_QUESTION[language == "en"]
            nothing = Answer(question, question, language, "extractive", text, reason=text, refused=True)
            yield _done(nothing, clock)
            return
        yield Stage("condense")
        with clock.step("condense"):
            asked = respelt(real_question(question), self.store)
            settle = partial(self._doubts.leans, documents=documents)
            standalone = self._condenser.condense(asked, history, settle) if asked else ""
        yield Stage("retrieve")
        with clock.step("retrieve"):
            standalone = respelt(standalone, self.store)
            found = self._read(asked, standalone, documents)
            hits, verdict = found.hits, found.verdict
        blank = Answer(question, standalone, language, "extractive", "", hits=hits)
        if not hits and not self.store.counts()[0]:
            text = NO_DOCUMENTS[language == "en"]
            yield _done(replace(blank, answer=text, reason=text, refused=True), clock)
            return
        if not verdict.answerable:
            text, reason = refusal_text(verdict, hits, language)
            yield _done(replace(blank, answer=text, reason=reason, refused=True), clock)
            return
        yield Stage("generate")
        notice: str | None = None
        if self._chat is not None:
            try:
                answer = yield from self._asked_of_model(
                    self._chat.reply(standalone, hits, language), blank, clock
                )
                if answer is not None:
                    yield _done(answer, clock)
                    return
                notice = _instead(NOTHING_HELD, language)
            except ModelError as error:
                notice = _instead(error, language)
        with clock.step("generate"):
            draft = self._extractive.generate(standalone, hits, language)
        yield Stage("cite")
        with clock.step("cite"):
            checked = cite.check(draft, hits, self.encoder, question=standalone)
            answer = _answer(blank, draft, checked, notice or draft.notice)
        yield _done(answer, clock)

    def _asked_of_model(
        self, reply: Reply, blank: Answer, clock: _Clock
    ) -> Generator[Event, None, Answer | None]:
        """Words as they come, then the checked answer: a refusal when the model found nothing in the documents, ``None``
        when no sentence of its answer holds. Raises ``ModelError``.
        """
        with clock.step("generate"):
            for piece in reply:
                yield Delta(piece)
            draft = reply.draft()
        yield Stage("cite")
        with clock.step("cite"):
            drop = self.settings.unsupported == "drop"
            checked = cite.check(
                draft,
                reply.hits,
                self.encoder,
                self._inference,
                question=blank.standalone_question,
                drop=drop,
            )
        if checked.silent:
            text, reason = refusal_text(Verdict(False, 0.0), blank.hits, blank.language)
            notice = MODEL_REFUSED[blank.language == "en"]
            return replace(
                blank, mode="llm", model=draft.model, answer=text, reason=reason, refused=True, notice=notice
            )
        if not checked.stands:
            return None
        told = (draft.notice, checked.notice(blank.language, dropped=drop))
        return _answer(blank, draft, checked, "".join(n for n in told if n) or None)

    def _read(self, question: str, standalone: str, documents: frozenset[str] | None) -> Reading:
        """The reading of the stand-alone question; the words as they were asked are searched as well, and count for less
        where they name nothing: what they leave out is what they are about.
        """
        reading = self._reader.read(standalone, documents)
        if standalone == question:
            return reading
        asked = self._reader.read(question, documents).hits
        named = is_specific(question) or names_a_thing(question)
        most = 1.0 if named or not reading.hits else AS_ASKED * reading.hits[0].score
        return reading.with_hits(merged((reading.hits, scaled(asked, most)), ANSWER_HITS))


NOTHING_HELD = ModelError(
    "模型的回答没有一句能在资料中找到依据。",
    "No sentence of the model's answer is supported by the documents.",
)
NO_QUESTION = (
    "您好！我只依据资料库里的资料回答问题，每句都注明出处。这里面没有问题，请写出想问的事，例如：“三会一课多久开一次？”",
    "Hello! I answer from the documents alone and cite every sentence. There is no question in this: write what you would like "
    "to know, such as: how often does a branch meet?",
)
NO_DOCUMENTS = (
    "资料库还是空的，没有可以依据的资料。请先在网页的“资料库”页或用 dangwu index 文件夹 加入资料，再提问。",
    "There are no documents yet to answer from. Add some first, on the page under Documents or with dangwu index PATH.",
)
MODEL_REFUSED = (
    "模型读过最接近的段落，认为资料没有回答这个问题。",
    "The model read the nearest passages and found that they do not answer.",
)


def _instead(error: ModelError, language: str) -> str:
    """Why the documents are quoted instead of a model's answer."""
    if language == "en":
        return f"{error.en} The answer below quotes the documents instead."
    return f"{error.zh}以下改为直接摘录资料作答。"


def _done(answer: Answer, clock: _Clock) -> Done:
    return Done(replace(in_script_of_question(answer), milliseconds=clock.read()))


def _answer(blank: Answer, draft: Draft, checked: cite.Checked, notice: str | None) -> Answer:
    return replace(checked.as_answer(blank), mode=draft.mode, model=draft.model, notice=notice)


class _Clock:
    """Wall time by step, in milliseconds."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._steps = dict.fromkeys(("condense", "retrieve", "generate", "cite"), 0.0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._steps[name] += (time.perf_counter() - began) * 1000

    def read(self) -> dict[str, float]:
        return {**self._steps, "total": (time.perf_counter() - self._started) * 1000}
