"""The section that a question asks for, where its heading says just what is asked: 网格员每天干什么 is （二）网格员每天做哪几件事."""

from __future__ import annotations

from collections.abc import Sequence

from rag.datatypes import Hit, Passage
from rag.protocols import Library
from rag.question import Question
from rag.relevance import Relevance
from rag.suitability import of_mistakes
from rag.text import grams

# The share of a question that a heading under its title must hold, and what of it the title alone may not; or the share of the
# character pairs of the question that the heading alone must hold, question words and all.
HELD, OF_ITS_OWN, SAME_WORDS = 0.8, 0.25, 0.7
READ_HITS = 12


def asked_section(
    asked: Question, relevance: Relevance, hits: Sequence[Hit], library: Library
) -> tuple[Passage, ...]:
    """The passages of the section that answers as a whole; empty where no heading among the best hits names what is asked."""
    places = list(
        dict.fromkeys(
            (hit.document.id, hit.document.title, heading)
            for hit in hits[:READ_HITS]
            for heading in hit.passage.section
        )
    )
    if not places:
        return ()
    titles = [title for _, title, _ in places]
    held = relevance.soft_coverages([f"{title}\n{heading}" for _, title, heading in places])
    alone = relevance.soft_coverages([heading for _, _, heading in places])
    of_title = dict(zip(titles, relevance.soft_coverages(titles), strict=True))
    treated = max(of_title.values()) >= HELD
    said = set(grams(asked.text))
    best, best_fit = None, 0.0
    for (document_id, title, heading), covered, own in zip(places, held, alone, strict=True):
        same = len(said & set(grams(heading))) / len(said) if said else 0.0
        names_it = not treated and covered >= HELD and covered - of_title[title] >= OF_ITS_OWN
        fit = (covered + own + same) * of_mistakes((title, heading), asked)
        if (names_it or same >= SAME_WORDS) and fit > best_fit:
            best, best_fit = (document_id, heading), fit
    if best is None:
        return ()
    return tuple(p for p in library.passages(best[0]) if best[1] in p.section)
