"""Asks a retriever every query of a task in every mode: runs, times and the measures made from them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.asking import Subject
from eval.known import KnownLibrary, Place
from eval.metrics import Qrels, Run
from eval.questions import ReferenceQuestion
from eval.report import RetrievalReport
from eval.summary import retrieval_report
from eval.trec import RetrievalSet, write_qrels, write_run
from rag.datatypes import Hit, Mode

MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")
DEPTH = 20  # passages a query; every measure looks at no more

Search = Callable[[str, Mode], Sequence[Hit]]
Namer = Callable[[str, Hit], str]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Queries by id, what is relevant to each, and the type each is reported under."""

    name: str
    passages: int
    queries: Mapping[str, str]
    qrels: Qrels
    types: Mapping[str, str | None]


def task_of_set(retrieval_set: RetrievalSet) -> Task:
    """The judged queries of a set; a follow-up in its standalone wording."""
    judged = [query for query in retrieval_set.queries if query.id in retrieval_set.qrels]
    return Task(
        retrieval_set.name,
        len(retrieval_set.corpus),
        {query.id: query.standalone or query.text for query in judged},
        retrieval_set.qrels,
        {query.id: query.type for query in judged},
    )


def measure(task: Task, search: Search, name_of: Namer, folder: Path | None = None) -> RetrievalReport:
    """The report of every mode over the task; runs and qrels are written into ``folder`` when it is given.

    ``name_of(query id, hit)`` is the name under which the qrels know a hit.
    """
    runs: dict[str, Run] = {}
    milliseconds: dict[str, list[float]] = {}
    for mode in MODES:
        runs[mode], milliseconds[mode] = _run(task, mode, search, name_of)
        log.info("%s：%s 检索了 %d 个问题 / queries searched", task.name, mode, len(task.queries))
        if folder is not None:
            write_run(folder / f"{task.name}.{mode}.run", runs[mode], f"dangwu-{mode}")
    if folder is not None:
        write_qrels(folder / f"{task.name}.qrels", task.qrels)
    return retrieval_report(task.name, runs, task.qrels, task.passages, task.types, milliseconds)


def _run(task: Task, mode: Mode, search: Search, name_of: Namer) -> tuple[Run, list[float]]:
    """The run, scored 1 / rank so that its order is the retriever's even where two scores are equal."""
    run: dict[str, dict[str, float]] = {}
    milliseconds: list[float] = []
    for query_id, query in task.queries.items():
        began = time.perf_counter()
        hits = search(query, mode)
        milliseconds.append((time.perf_counter() - began) * 1000)
        names = dict.fromkeys(name_of(query_id, hit) for hit in hits)
        run[query_id] = {name: 1 / rank for rank, name in enumerate(names, start=1)}
    return run, milliseconds


def measure_questions(
    assistant: Subject,
    questions: Sequence[ReferenceQuestion],
    library: KnownLibrary,
    folder: Path | None = None,
) -> RetrievalReport:
    """How well the gold paragraphs of reference questions are found in the assistant's own knowledge base."""
    asked = {question.id: question for question in questions if question.answerable and question.gold}
    names = {question_id: GoldNames.of(question, library) for question_id, question in asked.items()}
    task = Task(
        "questions",
        library.passages,
        {question_id: question.standalone or question.question for question_id, question in asked.items()},
        {question_id: names[question_id].relevance(question) for question_id, question in asked.items()},
        {question_id: question.type for question_id, question in asked.items()},
    )

    def name_of(question_id: str, hit: Hit) -> str:
        passage = hit.passage
        place = library.place_of(hit.document.id, passage.text, passage.start, passage.end)
        return names[question_id].name(place or (hit.document.id, -1))

    return measure(task, lambda query, mode: assistant.search(query, k=DEPTH, mode=mode), name_of, folder)


@dataclass(frozen=True, slots=True)
class GoldNames:
    """One name for each gold paragraph of a question.

    A paragraph that stands in several documents has one name, two quotes from one paragraph share theirs, and
    gold that stands nowhere has a name that no hit bears: it counts as missed.
    """

    gold: tuple[str, ...]
    by_place: Mapping[Place, str]

    @classmethod
    def of(cls, question: ReferenceQuestion, library: KnownLibrary) -> GoldNames:
        """The names for this question in this library."""
        gold: list[str] = []
        by_place: dict[Place, str] = {}
        for number, entry in enumerate(question.gold):
            places = sorted(library.locate(entry.quote, entry.file))
            known = next((by_place[place] for place in places if place in by_place), None)
            name = known or (_spelt(places[0]) if places else f"unlocated:{number}")
            by_place.update((place, name) for place in places)
            gold.append(name)
        return cls(tuple(gold), by_place)

    def name(self, place: Place) -> str:
        """The name of the passage at a place, gold or not."""
        return self.by_place.get(place) or _spelt(place)

    def relevance(self, question: ReferenceQuestion) -> dict[str, int]:
        """The judgements: the highest ``rel`` that the question gives to each gold paragraph."""
        judged: dict[str, int] = {}
        for name, entry in zip(self.gold, question.gold, strict=True):
            judged[name] = max(entry.rel, judged.get(name, 0))
        return judged


def _spelt(place: Place) -> str:
    return f"{place[0]}:{place[1]}"
