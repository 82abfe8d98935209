"""What speaks for and against a question being answered by the passages found: named measurements, each in [0, 1].

coverage        rarity-weighted share of the question's content words in the best passage (with title and headings)
sentence        the same in the best single sentence, its headings lending half
soft            as ``coverage``, words of like meaning counted; ``soft_sentence`` for the best sentence alone
score           the retriever's score of its best hit
length          the number of content words on a logarithmic scale, 1 for twenty: one missing of many is less of a miss
cosine          encoder cosine of the best passage; ``sentence_cosine`` of the best sentence
absent          weight of the heaviest content word that no read passage holds
gap             weight of the heaviest content word, as far as the best two neighbouring sentences lack it
anchors         share of the names, numbers, dates, 《titles》 and quoted words that the best passage lacks
foreign         1 when a place, person, body, year or 《title》 of the question stands nowhere in the best document
sought          how far the best two neighbouring sentences lack the very thing that an English question names (which colour)
nouns           weight of the question's nouns that nothing in the best passage resembles, as a share of all its nouns
precise         1 for a question after one number, time, frequency or person: documents leave these out most
unexpected      1 when the best sentences hold nothing of the kind asked for (a person, a number with its unit, …)
unmeasured      both
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from embeddings import Encoder
from embeddings.fold import fold
from rag import english, segment
from rag.datatypes import Hit
from rag.pinyin import is_spelt_in, sounds_chinese
from rag.protocols import Statistics
from rag.question import Question
from rag.relevance import Relevance
from rag.text import is_english, sentence_spans, tight

READ_HITS = 6
MANY_TERMS = 20  # where the logarithmic scale of ``length`` ends
COUNTED_NEAR = 0.5  # of the best sentence's coverage: as much of the question stands in a sentence that counts what is asked
NEAR_BEST = 0.15  # of the weight of a question's terms: windows that lack so little more than the best one answer as well
TURNS_ON = 0.15  # of the weight of a question's terms
FEATURES = (
    "coverage",
    "sentence",
    "soft",
    "soft_sentence",
    "score",
    "length",
    "cosine",
    "sentence_cosine",
    "absent",
    "gap",
    "sought",
    "anchors",
    "foreign",
    "nouns",
    "precise",
    "unexpected",
    "unmeasured",
)
_PRECISE = ("number", "date", "duration", "frequency", "person", "place")
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_COUNTING = re.compile(r"多少|[几幾](?![百千万萬])|\bhow many\b", re.IGNORECASE)
_LATIN_WORD = re.compile(
    r"(?<![A-Za-z])[A-Za-z]{2,}"
)  # in a Chinese question the name of a product or a system


@dataclass(frozen=True, slots=True)
class Evidence:
    """The measurements, and the content words and anchors that were not found.

    ``uncounted``: a number with its unit is asked for, and no sentence that speaks of the subject holds one. ``unheard``: the
    question turns on an official term that no document uses.
    """

    features: Mapping[str, float]
    missing: tuple[str, ...]
    uncounted: bool = False
    unheard: bool = False


def gather(asked: Question, hits: Sequence[Hit], statistics: Statistics, encoder: Encoder) -> Evidence:
    """The evidence in ``hits`` (at least one) for answering ``asked``."""
    relevance = Relevance(asked, statistics, encoder, hits)
    read = hits[:READ_HITS]
    contexts = [hit.context for hit in read]
    cosines = relevance.cosines(contexts)
    coverages = [relevance.coverage(c) for c in contexts]
    best = max(range(len(read)), key=lambda i: (0.6 * coverages[i] + 0.4 * cosines[i], -i))
    sentences = [(hit, hit.passage.text[a:b]) for hit in read for a, b in sentence_spans(hit.passage.text)]
    texts = [text for _, text in sentences]
    sentence_cosines = relevance.cosines(texts)
    covered = [
        (relevance.coverage(text) + relevance.coverage(f"{h.above}\n{text}")) / 2 for h, text in sentences
    ]
    order = sorted(range(len(texts)), key=lambda i: -(0.6 * covered[i] + 0.4 * sentence_cosines[i]))
    ground = fold("\n".join(contexts))
    absent = {t: w for t, w in relevance.weights.items() if not relevance.held(ground, t)}
    anchors = named(asked)
    compared = read if asked.compares else read[best : best + 1]  # what is compared stands in several places
    lacking = tuple(a for a in anchors if not any(_stands_near(a, hit) for hit in compared))
    unexpected = float(not asked.label and not any(relevance.has_expected(texts[i]) for i in order[:2]))
    precise = asked.expected in _PRECISE
    features = {
        "coverage": relevance.coverage("\n".join(hit.context for hit in compared)),
        "sentence": max(covered, default=0.0),
        "soft": max(relevance.soft_coverages(["\n".join(contexts)] if asked.compares else contexts)),
        "soft_sentence": max(relevance.soft_coverages(texts), default=0.0),
        "score": hits[0].score,
        "length": min(math.log(1 + len(relevance.terms)) / math.log(1 + MANY_TERMS), 1.0),
        "cosine": max(max(cosines), 0.0),
        "sentence_cosine": max(max(sentence_cosines, default=0.0), 0.0),
        "absent": max(absent.values(), default=0.0),
        **_gaps(read, relevance),
        "anchors": len(lacking) / len(anchors) if anchors else 0.0,
        "foreign": float(any(_decides(a) for a in lacking)),
        "nouns": _lacking_nouns(asked, relevance, "\n".join(hit.context for hit in compared)),
        "precise": float(precise),
        "unexpected": unexpected,
        "unmeasured": unexpected * (precise and not asked.compares),
    }
    words = [t for t in asked.terms() if len(t) > 1 and t in absent]
    missing = tuple(dict.fromkeys((*lacking, *sorted(words, key=lambda t: -absent[t]))))
    return Evidence(
        features,
        missing,
        uncounted=_uncounted(asked, relevance, texts, covered),
        unheard=_unheard(relevance, read[best], ground),
    )


def _uncounted(asked: Question, relevance: Relevance, texts: Sequence[str], covered: Sequence[float]) -> bool:
    if asked.expected != "number" or not _COUNTING.search(asked.text) or not asked.unit:
        return False
    floor = COUNTED_NEAR * max(covered, default=0.0)
    return not any(relevance.has_expected(t) for t, c in zip(texts, covered, strict=True) if c >= floor)


def _unheard(relevance: Relevance, best: Hit, ground: str) -> bool:
    """Official terms are precise: 党费 is none of the things whose vectors lie near it. What a document in another language
    calls it cannot be told this way.
    """
    if is_english(best.passage.text):
        return False
    heavy = (
        term
        for term, weight in zip(relevance.terms, relevance.term_weights, strict=True)
        if weight >= TURNS_ON and segment.is_term(term)
    )
    return any(
        not relevance.known[term] and not any(word in ground for word in (term, *relevance.official[term]))
        for term in heavy
    )


def _gaps(hits: Sequence[Hit], relevance: Relevance) -> dict[str, float]:
    """See above: what is asked for and stands nowhere near the rest of the question is what the documents leave out."""
    windows = [window for hit in hits for window in _windows(hit)]
    held = relevance.strengths(windows)
    if not held.size:
        return {"gap": 1.0, "sought": 0.0}
    lacking = relevance.term_weights[:, None] * (1 - held)
    best = lacking.min(axis=1) if relevance.question.compares else lacking[:, lacking.sum(axis=0).argmin()]
    sought = relevance.question.sought
    near = lacking.sum(axis=0) <= lacking.sum(axis=0).min() + NEAR_BEST
    there = float(held[relevance.terms.index(sought), near].max()) if sought else 1.0
    return {"gap": float(best.max()), "sought": 1.0 - there}


def _windows(hit: Hit) -> Iterator[str]:
    """Two neighbouring sentences at a time, each pair under the title and section path."""
    spans = list(sentence_spans(hit.passage.text))
    for (start, _), (_, end) in zip(spans, spans[1:] or spans, strict=False):
        yield f"{hit.above}\n{hit.passage.text[start:end]}"


def named(asked: Question) -> tuple[str, ...]:
    """Names, numbers, 《titles》 and quoted words of the question: an answer about something else is no answer."""
    if asked.language == "en":
        return (
            *english.proper_names(asked.text, (english.PLACE,)),
            *dict.fromkeys(_NUMBER.findall(asked.text)),
        )
    content = asked.content
    names = [
        w
        for w, tag in segment.tagged(content)
        if tag in ("nr", "ns", "nt", "nz", "nrt", "nrfg") and len(w) > 1
    ]
    latin = _LATIN_WORD.findall(content)
    # “三多” names what three items have in common: whoever asks gave them that name.
    quoted = [] if asked.label else asked.quoted
    return tuple(dict.fromkeys((*quoted, *names, *latin, *_NUMBER.findall(content))))


def stands(name: str, text: str) -> bool:
    """Whether a name stands in ``text``, a name in pinyin also in characters; a number only as a whole number."""
    if sounds_chinese(name):
        return name.lower() in text.lower() or is_spelt_in(name, text)
    if _NUMBER.fullmatch(name):
        return bool(re.search(rf"(?<![\d.]){re.escape(name)}(?![\d.])", text))
    return tight(name) in tight(text)


def _stands_near(name: str, hit: Hit) -> bool:
    """Whether a name stands where it counts: a number in the passage itself, a name anywhere in its document.

    Whose practice a paragraph tells is often said only in the first lines of the article.
    """
    return stands(name, hit.context if _NUMBER.fullmatch(name) else f"{hit.context}\n{hit.document.text}")


def _decides(name: str) -> bool:
    """Whether an answer that lacks this name must be about something else: a place, a person, a body, a year, a title."""
    if _NUMBER.fullmatch(name):
        return bool(re.fullmatch(r"(?:19|20)\d\d", name))
    if name[0].isupper() and sounds_chinese(name):
        return True
    return (
        any(tag in ("nr", "ns", "nt") for _, tag in segment.tagged(name)) or "条例" in name or "规定" in name
    )


def _lacking_nouns(asked: Question, relevance: Relevance, text: str) -> float:
    if asked.language == "en":  # what is known is a subject, and stands under its Chinese name or not at all
        sure = {term: wording.sure for term, wording in asked.wordings.items() if wording.meant}
        named = {t: w * sure[t] for t, w in relevance.weights.items() if t in sure}
        lacking = sum(w * (1 - relevance.held(fold(text), t)) for t, w in named.items())
        return lacking / sum(named.values()) if named else 0.0
    tags = dict(segment.tagged(asked.content))
    weights = relevance.term_weights
    nouns = [i for i, t in enumerate(relevance.terms) if tags.get(t, "").startswith(("n", "l", "i", "j"))]
    total = float(sum(weights[i] for i in nouns))
    if not total:
        return 0.0
    held = relevance.strengths([text])[:, 0]
    return float(sum(weights[i] * (1 - held[i]) for i in nouns)) / total
