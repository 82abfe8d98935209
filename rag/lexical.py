"""The lexical side of retrieval: what a query asks the full-text index for, and the passages that answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from embeddings.fold import fold
from rag import segment, terms
from rag.concepts import Concept, Term, concept, idf, parts_of, senses_of
from rag.gathering import subject_of
from rag.glossary import content, in_chinese
from rag.respell import mended
from rag.store import Store
from rag.thesaurus import expressions

# Postings read per query, about 10 ms; reading more finds next to nothing more (docs/retrieval.md).
POSTING_BUDGET = 15_000
_OFFICIAL = 0.5  # what an official word counts that stands for an everyday one
_MEANT = (
    2  # of the official words for an expression, the most usual ones, are encoded: more blur what is asked
)

_QUOTED = re.compile('[“"「『《]([^“”"「」『』《》]{2,16})[”"」』》]')
_FUNCTION_WORDS = frozenset(
    word
    for line in (
        "a an the of to in on for and or is are was were be been do does did has have had can could should would",
        "will may must not no than then there that this these those it its as by with from at so if into about any",
        "what which who whom whose when where why how they their he she his her you your we our i my me",
    )
    for word in line.split()
)


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """What a query asks for.

    ``text`` is the folded query with slips mended, ``meaning`` the same with the most usual official words for its
    everyday ones behind it, for the encoder; ``grams``, ``pairs``, ``words`` and ``anchors`` are the sums of the
    terms' weights, 1.0 where there is none. ``quoted`` are the phrases that the query quotes, as needles.
    ``translation`` is a query in English asked in Chinese as far as its words are known; ``translated``, of such a
    translation, the share that was known (``rag.glossary.in_chinese``), and ``concepts`` what its words may be called:
    the sums are of these, its terms only find passages.
    """

    text: str
    meaning: str
    terms: tuple[Term, ...]
    grams: float
    pairs: float
    words: float
    anchors: float
    quoted: tuple[str, ...] = ()
    translation: LexicalQuery | None = None
    translated: float = 0.0
    concepts: tuple[Concept, ...] = ()


class LexicalSearch:
    """Finds passages by the words of a query in body, title and section path."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def parse(self, query: str) -> LexicalQuery:
        """The query's terms with their weights in this knowledge base."""
        text = subject_of(fold(query))
        everyday = expressions(text).values()
        grams, pairs, words = set[str](), set[str](), quoted_phrases(text)
        for run, han in content_runs(text):
            if not han:
                pairs.add(run)
                words.add(run)
                continue
            better = mended(run, self._store)
            text = text.replace(run, better)
            grams.update(c for c in better if c not in terms.FUNCTION_CHARACTERS)
            pairs.update(pair for pair in terms.pairs(better) if terms.FUNCTION_CHARACTERS.isdisjoint(pair))
            words.update(word for word in segment.cut_terms(better) if word not in terms.FUNCTION_CHARACTERS)
        official = {word for meant in everyday for word in meant} - words
        behind = {word for meant in everyday for word in meant[:_MEANT]} - words
        asked = self._weighed(text, grams | pairs, pairs, words, dict.fromkeys(official, _OFFICIAL), behind)
        quoted = tuple(sorted(terms.needle(phrase) for phrase in quoted_phrases(text)))
        return replace(asked, quoted=quoted, translation=self._translated(asked))

    def _translated(self, asked: LexicalQuery) -> LexicalQuery | None:
        """The query with the Chinese for its words: of the glossary first, else the learned ones; unknown words stay."""
        text, translated = ("", 0.0) if terms.has_ideographs(asked.text) else in_chinese(asked.text)
        if not translated:
            return None
        senses = [senses_of(wording) for wording in content(asked.text)]
        parts = {part for each in senses for word in each for part in parts_of(word)}
        known = self._frequencies(sorted(parts))
        concepts = tuple(concept(each, known, self._store.counts()[1]) for each in senses)
        found = {term.text: term for each in concepts for sense in each.senses for term in sense.terms}
        gram, pair, word, anchor = (
            sum(getattr(each, kind) for each in concepts) or 1.0
            for kind in ("gram", "pair", "word", "anchor")
        )
        return LexicalQuery(
            text,
            text,
            tuple(found[text] for text in sorted(found)),
            gram,
            pair,
            word,
            anchor,
            translated=translated,
            concepts=concepts,
        )

    def _weighed(
        self,
        text: str,
        grams: set[str],
        pairs: set[str],
        words: set[str],
        also: Mapping[str, float],
        behind: set[str],
    ) -> LexicalQuery:
        total = self._store.counts()[1]
        found = []
        for term, frequency in self._frequencies(sorted({*grams, *words, *also})).items():
            weight = idf(total, frequency)
            kinds = [weight if term in kind else 0.0 for kind in (grams, pairs, words)]
            share = also.get(term, 0.0)
            if (
                share and frequency
            ):  # one of several ways to say it: no loss where the documents do not know it
                kinds = [max(kind, share * weight) for kind in kinds]
            found.append(Term(term, terms.needle(term), frequency, *kinds))
        of_grams, of_pairs, of_words, of_anchors = (
            sum(getattr(term, kind) for term in found) or 1.0 for kind in ("gram", "pair", "word", "anchor")
        )
        return LexicalQuery(
            text, " ".join((text, *sorted(behind))), tuple(found), of_grams, of_pairs, of_words, of_anchors
        )

    def _frequencies(self, found: Sequence[str]) -> dict[str, int]:
        """Frequencies in the index; of words that the index may have cut otherwise, as phrases of characters."""
        frequencies = self._store.frequencies(found)
        for term, frequency in frequencies.items():
            if not frequency and len(term) > 2 and terms.is_ideographic(term):
                frequencies[term] = self._store.phrase_frequency(term)
        return frequencies

    def candidates(
        self, query: LexicalQuery, limit: int, documents: frozenset[str] | None = None
    ) -> list[int]:
        """Keys of the passages that share most with the query, best first.

        The rarest terms are asked for first, until reading their postings would take too long.
        """
        chosen: list[str] = []
        postings = 0
        for term in sorted(query.terms, key=lambda term: (term.frequency, term.text)):
            postings += term.frequency
            if chosen and postings > POSTING_BUDGET:
                break
            if term.frequency:
                chosen.append(term.text)
        return [key for key, _ in self._store.match(chosen, limit, documents)]


def quoted_phrases(folded: str) -> set[str]:
    """The phrases that a query quotes (“三会一课”), when they are one ideographic run: as good as words."""
    quoted = [terms.runs(phrase) for phrase in _QUOTED.findall(folded)]
    return {found[0][0] for found in quoted if len(found) == 1 and found[0][1]}


def content_runs(folded: str) -> list[tuple[str, bool]]:
    """The runs of a folded query without the words that ask; all of them when nothing else is left."""
    asked = terms.runs(terms.ASKING.sub(" ", folded))
    return [(run, han) for run, han in asked if han or run not in _FUNCTION_WORDS] or terms.runs(folded)
