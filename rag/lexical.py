"""The lexical side of retrieval: what a query asks the full-text index for, and the passages that answer."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from embeddings.fold import fold
from rag import segment, terms
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
_SURE = 0.3  # what a further translation must count to be encoded
_ANCHOR_POWER = 4  # of the weight; 2 does nearly as well

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
class Term:
    """A term of a query, ``needle`` being what to count in ``terms.scan(text)``.

    Its weight, which grows with its rarity, is its ``gram`` when it is a character or a pair of them, its ``pair`` when
    it is a pair, its ``word`` when it is a word; what it is not is 0. Words without ideographs are pair and word.
    ``anchor`` makes much of the rarest pairs and words among those that the knowledge base knows.
    """

    text: str
    needle: str
    frequency: int
    gram: float
    pair: float
    word: float

    @property
    def anchor(self) -> float:
        """See above."""
        return max(self.pair, self.word) ** _ANCHOR_POWER if self.frequency else 0.0


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """What a query asks for.

    ``text`` is the folded query with slips mended, ``meaning`` the same with the most usual official words for its
    everyday ones behind it, for the encoder; ``grams``, ``pairs``, ``words`` and ``anchors`` are the sums of the
    terms' weights, 1.0 where there is none. ``quoted`` are the phrases that the query quotes, as needles.
    ``translation`` is a query in English asked in Chinese as far as its words are known; ``translated``, of such a
    translation, the share that was known (``rag.glossary.in_chinese``).
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
        said = content(asked.text)
        written = [wording for wording in said if wording.meant and not wording.shares]
        best = {wording.meant[0] for wording in written}
        also = {word: _OFFICIAL for wording in written for word in wording.meant[1:]}
        for wording in said:
            for word, share in zip(
                wording.meant, wording.odds, strict=False
            ):  # none of what the glossary knows
                also[word] = max(share, also.get(word, 0.0))
        kept = {wording.said for wording in said if not wording.meant}
        pairs = {pair for run in best for pair in terms.pairs(run)} | kept
        words = {word for run in best for word in segment.cut_terms(run)} | kept
        grams = {character for run in best for character in run} | pairs
        also = {word: share for word, share in also.items() if word not in words}
        behind = {word for word, share in also.items() if share >= _SURE}
        return replace(
            self._weighed(text, grams, pairs, words, also, behind, foreign=True), translated=translated
        )

    def _weighed(
        self,
        text: str,
        grams: set[str],
        pairs: set[str],
        words: set[str],
        also: Mapping[str, float],
        behind: set[str],
        foreign: bool = False,
    ) -> LexicalQuery:
        total = self._store.counts()[1]
        found = []
        for term, frequency in self._frequencies(sorted({*grams, *words, *also})).items():
            weight = idf(total, frequency)
            kinds = [weight if term in kind else 0.0 for kind in (grams, pairs, words)]
            share = also.get(term, 0.0)
            # One of several ways to say it: no loss where the documents do not know it, but of a word that was translated.
            if share and (frequency or foreign):
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


def idf(total: int, frequency: int) -> float:
    """BM25's weight of a term that ``frequency`` of ``total`` passages hold (Robertson, Spärck Jones), above 0."""
    return math.log(1.0 + (total - frequency + 0.5) / (frequency + 0.5))
