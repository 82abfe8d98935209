"""The lexical side of retrieval: what a query asks the full-text index for, and the passages that answer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from embeddings.fold import fold
from rag import terms
from rag.respell import mended
from rag.store import Store

POSTING_BUDGET = 60_000  # postings read per query, about 10 ms: the commonest terms are left out beyond it

# Words that ask or only hold a sentence together: as terms they are noise, and rare enough in documents to be loud.
_ASKING = re.compile(
    "为什么|为何|为啥|什么样|什么时候|什么|怎么样|怎么办|怎么|怎样|如何|多少|多久|多长|多大|多高|谁|啥|咋|请问"
    "|哪一?(?:些|个|种|位|里|儿|年|天|月|次|座|家|方面|条|类|项|部|国|几)?|几(?=[个次年名人种岁天月位项大类条方点])"
    "|是不是|能不能|有没有|是否|能否|可以|应该|应当|吗|呢"
)
_FUNCTION_CHARACTERS = frozenset("的了在是和与及或有被由于为以之其这那此也都就而则并把对从到吗呢吧啊呀嘛么等")
_FUNCTION_WORDS = frozenset(
    "a an the of to in on for and or is are was were be been do does did has have had what which who whom whose when "
    "where why how that this these those it its as by with from at can could should would will may must not no than "
    "then there their they he she his her you your we our i my me if so into about any".split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a query: its weight grows with its rarity; ``needle`` is what to count in ``terms.scan(text)``."""

    text: str
    needle: str
    idf: float
    frequency: int


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """What a query asks for: characters and pairs of ideographic runs, and words; ``text`` is the folded query,
    slips mended."""

    text: str
    characters: tuple[Term, ...]
    pairs: tuple[Term, ...]
    words: tuple[Term, ...]


class LexicalSearch:
    """Finds passages by the words of a query in body, title and section path."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def parse(self, query: str) -> LexicalQuery:
        """The query's terms with their weights in this knowledge base."""
        characters: dict[str, None] = {}
        pairs: dict[str, None] = {}
        words: dict[str, None] = {}
        text = fold(query)
        for run, han in content_runs(text):
            if not han:
                pairs[run] = words[run] = None
                continue
            better = mended(run, self._store)
            run, text = better, text.replace(run, better)
            characters.update(dict.fromkeys(c for c in run if c not in _FUNCTION_CHARACTERS))
            pairs.update(dict.fromkeys(p for p in terms.pairs(run) if _FUNCTION_CHARACTERS.isdisjoint(p)))
            words.update(dict.fromkeys(w for w in terms.cut(run) if w not in _FUNCTION_CHARACTERS))
        total = self._store.counts()[1]
        frequency = self._store.frequencies({**characters, **pairs, **words})

        def weighed(found: Iterable[str]) -> tuple[Term, ...]:
            return tuple(Term(t, terms.needle(t), idf(total, frequency[t]), frequency[t]) for t in found)

        return LexicalQuery(text, weighed(characters), weighed(pairs), weighed(words))

    def candidates(
        self, query: LexicalQuery, limit: int, documents: frozenset[str] | None = None
    ) -> list[int]:
        """Keys of the passages that share most with the query, best first.

        The rarest terms are asked for first, until reading their postings would take too long.
        """
        known = {
            term.text: term for term in (*query.characters, *query.pairs, *query.words) if term.frequency
        }
        chosen: list[str] = []
        postings = 0
        for term in sorted(known.values(), key=lambda term: (term.frequency, term.text)):
            postings += term.frequency
            if chosen and postings > POSTING_BUDGET:
                break
            chosen.append(term.text)
        return [key for key, _ in self._store.match(chosen, limit, documents)]


def content_runs(folded: str) -> list[tuple[str, bool]]:
    """The runs of a folded query without the words that ask; all of them when nothing else is left."""
    asked = terms.runs(_ASKING.sub(" ", folded))
    return [(run, han) for run, han in asked if han or run not in _FUNCTION_WORDS] or terms.runs(folded)


def idf(total: int, frequency: int) -> float:
    """BM25's weight of a term that ``frequency`` of ``total`` passages hold (Robertson and Spärck Jones), above 0."""
    return math.log(1.0 + (total - frequency + 0.5) / (frequency + 0.5))
