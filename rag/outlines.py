"""Which of the enumerations that documents hold answers a question, if any: the list asked for, or the outline of a text that
treats the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from embeddings.fold import fold
from rag.datatypes import Document, Hit, Passage
from rag.enumerations import Enumeration, Item, enumerations
from rag.protocols import Library
from rag.question import Question
from rag.quoting import sentences_of
from rag.relevance import Relevance
from rag.suitability import FOREIGN, is_foreign, of_mistakes

READ_HITS = 12  # passages whose sentences are weighed
BEFORE_CHARS = 120
OUTLINE_BAR = 0.75  # of the best sentence: below, a how-to question is about a point, not about the whole
OUTLINE_FIT = 0.28  # the share of such a question that frame and items must speak of
STANDS_ALONE = 4  # times the score of the next hit: an outline without such a passage treats something else
TOLD, FOUND, FIT = (
    0.55,
    0.15,
    0.3,
)  # of the score, see _Weighed; the announcement is what most of them are told by
MOST_TOLD, PER_RANK, FOUND_FIRST = (
    1.1,
    0.15,
    0.9,
)  # a better announcement than the best sentence counts little more; loss by rank
LIST_BAR = 0.4  # as OUTLINE_BAR for a list that is asked for, or behind an outline
OF_PLAIN = 0.75  # of what the best passage alone covers of the question
NEAR_LIST, NEAR_OUTLINE = 0.85, 0.65  # of the best score: as good an answer from another document
ENUMERATION_BAR = 0.5  # below, the points of the best passages answer better than any enumeration
ONE_SENTENCE = ("inline", "announced")  # forms whose items stand in a single sentence
# The share of a question in the title of a document that treats it as a whole; its sections answer, though some sentence in
# it is much more like the question.
IN_TITLE, OUTLINE_OF_TITLED = 0.55, 0.6
TITLED = 1.1
# A word of this weight in less than this share of a document's passages is what a part of it is about.
TELLS, PART = 0.1, 0.25

_ANNOUNCED = r"[一二三四五六七八九十\d]+(?:个|种|项|条|类|点|大|样)?[^，。；：]{{0,6}}{0}|{0}[^，。；：]{{0,4}}(?:有|分为?|包括|是)[^，。；：]{{0,4}}[一二三四五六七八九十\d]|、[^，。；：]{{1,16}}等[^，。；：、]{{0,4}}{0}"
_TITLE_HEAD = re.compile(r"[：:—]")


@dataclass(frozen=True, slots=True)
class _Weighed:
    """An enumeration with what speaks for it: how well its announcement tells what is asked against the best sentence (``told``),
    how high the best of its passages was found (``found``), how well its content answers (``fit``).

    ``whole``: it is the outline of a document whose title holds most of the question.
    """

    enumeration: Enumeration
    told: float
    found: float
    fit: float
    whole: bool

    def score(self, asked: Question) -> float:
        """What it is worth as an answer; from ``ENUMERATION_BAR`` on it may be given."""
        evidence = TOLD * self.told + FOUND * self.found + FIT * self.fit
        return (evidence + _count_bonus(self.enumeration, asked)) * _treats(
            self.enumeration, asked, self.whole
        )

    def is_about_all(self, asked: Question, plainly: float) -> bool:
        """Whether it speaks of enough of a how-to question; ``plainly`` is what the best passage alone covers."""
        needed = OUTLINE_FIT if self.found > FOUND_FIRST else 2 * OUTLINE_FIT
        return asked.kind != "synthesis" or self.whole or self.fit >= max(needed, OF_PLAIN * plainly)


def best_enumerations(
    asked: Question,
    relevance: Relevance,
    hits: Sequence[Hit],
    library: Library,
    section: Sequence[Passage] = (),
) -> list[Enumeration]:
    """The best enumeration of each document that has one worth giving, best first; of a ``section`` where one is given."""
    found = _near(asked, hits, library, section)
    if not found:
        return []
    plain = _plain_coverage(relevance, hits[:READ_HITS])
    best: dict[str, tuple[float, Enumeration]] = {}
    for weighed in _weigh(found, asked, relevance, hits, plain, library):
        bar = OUTLINE_OF_TITLED if weighed.whole else OUTLINE_BAR
        if weighed.told < (LIST_BAR if best or asked.kind == "list" else bar):
            continue
        if not weighed.is_about_all(asked, max(plain.values())):
            continue
        score, document_id = weighed.score(asked), weighed.enumeration.document.id
        if score > best.get(document_id, (ENUMERATION_BAR, None))[0]:
            best[document_id] = (score, weighed.enumeration)
    ordered = sorted(best.values(), key=lambda pair: -pair[0])
    floor = (NEAR_LIST if asked.kind == "list" else NEAR_OUTLINE) * ordered[0][0] if ordered else 0.0
    return [enumeration for score, enumeration in ordered if score >= floor]


def _near(
    asked: Question, hits: Sequence[Hit], library: Library, section: Sequence[Passage]
) -> list[Enumeration]:
    """The enumerations of the documents read that one of the hits is a part of; where one hit stands alone, of that one."""
    alone = (
        len(hits) > 1
        and hits[0].score >= STANDS_ALONE * hits[1].score
        and not is_foreign(hits[0].passage.text, asked)
    )
    wanted = {hit.passage.id for hit in (hits[:1] if alone and asked.kind == "synthesis" else hits)}
    return [
        e
        for document_id in dict.fromkeys(hit.document.id for hit in hits[:READ_HITS])
        for e in enumerations(library.document(document_id), library.passages(document_id))
        if any(p.id in wanted for p in e.scope) or (alone and _outlines(e, hits[0].document))
        if not section or all(item.passage in section for item in e.items)
    ]


def _weigh(
    found: Sequence[Enumeration],
    asked: Question,
    relevance: Relevance,
    hits: Sequence[Hit],
    plain: Mapping[str, float],
    library: Library,
) -> Iterator[_Weighed]:
    """Each of the enumerations weighed, but the outlines of documents of which only a part is asked for."""
    rank = {hit.passage.id: 1 / (1 + PER_RANK * (hit.rank - 1)) for hit in hits}
    spans = [span for hit in hits[:READ_HITS] for span in sentences_of(hit.passage, hit.document)]
    sentences = relevance.scores([s.quote for s in spans], [s.above for s in spans])
    best_sentence = max(sentences, default=0.0) or 1.0
    announced = relevance.scores([_announcement(e) for e in found], [_before(e) for e in found])
    documents = {e.document.id: e.document for e in found}
    titled = {id for id, document in documents.items() if relevance.coverage(document.title) >= IN_TITLE}
    narrow = {
        id
        for id, document in documents.items()
        if asked.kind == "synthesis" and _is_narrow(document, relevance, library)
    }
    for e, announcement in zip(found, announced, strict=True):
        outlines = _outlines(e, e.document)
        if outlines and e.document.id in narrow:
            continue
        yield _Weighed(
            e,
            min(announcement / best_sentence, MOST_TOLD),
            max(rank.get(p.id, 0.0) for p in e.scope),
            _fit(e, asked, relevance, plain[e.document.id]),
            outlines and e.document.id in titled,
        )


def _is_narrow(document: Document, relevance: Relevance, library: Library) -> bool:
    """Whether a question holds a word that only a part of the document is about: its sections are not what is asked for."""
    head = fold(_TITLE_HEAD.split(document.title)[0])
    texts = [fold("\n".join((*p.section, p.text))) for p in library.passages(document.id)]
    shares = (
        sum(term in text for text in texts) / len(texts)
        for term, weight in zip(relevance.terms, relevance.term_weights, strict=True)
        if weight >= TELLS and len(term) > 1 and term not in head
    )
    return any(0 < share < PART for share in shares)


def _plain_coverage(relevance: Relevance, hits: Sequence[Hit]) -> Mapping[str, float]:
    """Document id -> how well its best passage covers the question."""
    texts = [h.context for h in hits]
    best: dict[str, float] = {}
    for hit, covered in zip(hits, relevance.soft_coverages(texts), strict=True):
        best[hit.document.id] = max(best.get(hit.document.id, 0.0), covered)
    return best


def _fit(found: Enumeration, asked: Question, relevance: Relevance, plain: float) -> float:
    """How well the content of an enumeration answers: its frame is what is asked about, its items what is asked for.

    A term that stands in one item only says that the question is about that item, not about the whole.
    """
    heads = [_head(found.document, item) for item in found.items]
    frame = _frame(found)
    if found.form in ONE_SENTENCE:
        said = _announcement(found)
        covered, alone = sum(relevance.soft_coverages([said, f"{_before(found)}\n{said}"])) / 2, 0.0
    else:
        covered, alone = relevance.shared_coverage(f"{frame}\n{found.intro[-400:]}", heads)
    fit = covered - 1.5 * alone - 1.5 * max(0.0, plain - covered - 0.15)
    return fit * relevance.names("\n".join(heads), frame)


def _announcement(found: Enumeration) -> str:
    """The words that say what is counted: the sentence itself, the end of the text before it, the heading above."""
    if found.form in ONE_SENTENCE:
        return found.document.text[found.items[0].start : found.items[0].end]
    before = found.intro[-120:] or (found.section[-1] if found.section else found.document.title)
    return f"{before} {_head(found.document, found.items[0])}" if found.form == "series" else before


def _frame(found: Enumeration) -> str:
    return "\n".join((found.document.title, *found.section))


def _before(found: Enumeration) -> str:
    """What stands above an enumeration; before one that is a sentence, also what its paragraph says up to there."""
    return f"{_frame(found)}\n{found.intro[-BEFORE_CHARS:]}" if found.form in ONE_SENTENCE else _frame(found)


def _count_bonus(found: Enumeration, asked: Question) -> float:
    """A question that announces four items is answered by four items; a counted sentence is a deliberate list."""
    bonus = 0.05 if found.form == "announced" else 0.0
    if asked.count is not None:
        bonus += 0.2 if found.size == asked.count else -0.25
    if asked.label and _carries_label(found, asked.label):
        bonus += 0.2
    if asked.listed and _holds_listed(found, asked.listed):
        bonus += 0.15
    if asked.counted and re.search(_ANNOUNCED.format(asked.counted), _announcement(found)):
        bonus += 0.15
    if asked.kind == "synthesis" and found.form in ONE_SENTENCE:
        bonus -= 0.3
    return bonus


def _carries_label(found: Enumeration, label: str) -> bool:
    if found.form in ONE_SENTENCE:
        return fold(_announcement(found)).count(label) >= found.size
    return all(label in fold(_head(found.document, item)) for item in found.items)


def _holds_listed(found: Enumeration, listed: Sequence[str]) -> bool:
    """Whether an enumeration holds everything that the question lists itself, each in an item of its own."""
    if found.form in ONE_SENTENCE:
        return all(name in fold(_announcement(found)) for name in listed)
    heads = [fold(_head(found.document, item)) for item in found.items]
    return len(
        {next((i for i, head in enumerate(heads) if name in head), None) for name in listed} - {None}
    ) == len(listed)


def _treats(found: Enumeration, asked: Question, whole: bool) -> float:
    """More for the sections of a document whose title says that it treats the subject, less for what is told of mistakes where
    none are asked for and for what is in a language that the person did not ask in.
    """
    return (
        (TITLED if whole else 1.0)
        * of_mistakes((found.document.title, *found.section), asked)
        * (FOREIGN if is_foreign(found.items[0].passage.text, asked) else 1.0)
    )


def _outlines(found: Enumeration, document: Document) -> bool:
    """Whether the items are the sections of a whole document."""
    return found.form == "headings" and not found.section and found.document.id == document.id


def is_outline(found: Enumeration) -> bool:
    return found.form not in ONE_SENTENCE


def _head(document: Document, item: Item) -> str:
    return item.heading.text if item.heading else document.text[item.start : min(item.end, item.start + 40)]
