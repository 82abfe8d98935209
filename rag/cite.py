"""From a draft to an answer: markers resolved, every sentence checked against what it cites.

The only maker of ``Citation``: one that was not checked cannot exist. Numbers run from 1 in order of appearance and are
given here for the page, the JSON, and every export alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from embeddings import Encoder
from rag.datatypes import Citation, CitedSentence, Draft, DraftSentence, Hit, Span
from rag.support import SUPPORTED, Evidence, support
from rag.text import grams, sentence_spans, tight

FLAG_ZH, FLAG_EN = "（未找到依据）", " (no support found)"


class Checked:
    """What the check made of a draft: the parts of an ``Answer``."""

    def __init__(self) -> None:
        self.sentences: list[CitedSentence] = []
        self.citations: list[Citation] = []
        self.unsupported: list[str] = []
        self._numbers: dict[tuple[str, int, int], int] = {}

    def number(self, span: Span, strength: float) -> int:
        """The citation number of a place; a new one the first time it is cited."""
        key = (span.document.id, span.start, span.end)
        if key not in self._numbers:
            self._numbers[key] = len(self.citations) + 1
            self.citations.append(
                Citation(len(self.citations) + 1, span.passage, span.document, span.quote, span.start, span.end, strength)
            )
        return self._numbers[key]

    def text(self, language: str) -> str:
        """The answer as Markdown: leads, sentences, ``[n]`` markers, flags."""
        flag = FLAG_EN if language == "en" else FLAG_ZH
        parts = []
        for sentence in self.sentences:
            marks = "".join(f"[{n}]" for n in sentence.citations)
            parts.append(f"{sentence.lead}{sentence.text}{marks}{'' if sentence.supported else flag}")
        return "".join(parts).strip()


def check(draft: Draft, hits: Sequence[Hit], encoder: Encoder, *, drop: bool = False) -> Checked:
    """The draft's sentences with citations that hold. ``drop`` leaves unsupported sentences out instead of flagging them."""
    checked = Checked()
    for sentence in draft.sentences:
        spans, strength = _verified(sentence, hits, encoder)
        if strength >= SUPPORTED:
            numbers = tuple(dict.fromkeys(checked.number(s, strength) for s in spans))
            checked.sentences.append(CitedSentence(sentence.text, numbers, True, strength, sentence.lead))
            continue
        checked.unsupported.append(sentence.text)
        if not drop:
            checked.sentences.append(CitedSentence(sentence.text, (), False, strength, sentence.lead))
    return checked


def _verified(sentence: DraftSentence, hits: Sequence[Hit], encoder: Encoder) -> tuple[tuple[Span, ...], float]:
    """The places that support a sentence, and how well: its own spans or markers first, any other hit second."""
    if sentence.spans:
        holds = all(tight(s.quote) == tight(sentence.text) or _same_words(s.quote, sentence.text) for s in sentence.spans)
        return (sentence.spans, 1.0) if holds else ((), 0.0)
    cited = [hits[n - 1] for n in sentence.markers if 1 <= n <= len(hits)]
    alone = [(h, support(sentence.text, [_evidence(h)], encoder).score) for h in cited]
    good = [(h, s) for h, s in alone if s >= SUPPORTED]
    if good:
        return tuple(_quote(sentence.text, h) for h, _ in good), max(s for _, s in good)
    if len(cited) > 1:
        together = support(sentence.text, [_evidence(h) for h in cited], encoder).score
        if together >= SUPPORTED:
            return tuple(_quote(sentence.text, h) for h in cited), together
    others = [(h, support(sentence.text, [_evidence(h)], encoder).score) for h in hits if h not in cited]
    best = max(others, key=lambda pair: pair[1], default=None)
    if best is not None and best[1] >= SUPPORTED:
        return (_quote(sentence.text, best[0]),), best[1]
    return (), max([s for _, s in alone] + [s for _, s in others], default=0.0)


def _evidence(hit: Hit) -> Evidence:
    document = hit.document
    return Evidence(hit.passage.text, "\n".join((document.title, *hit.passage.section, document.date or "")))


def _same_words(quote: str, text: str) -> bool:
    """A point that two documents make in nearly the same words is shown in the words of the first."""
    left, right = set(grams(quote)), set(grams(text))
    return bool(left and right) and len(left & right) / len(left | right) >= 0.8


def _quote(sentence: str, hit: Hit) -> Span:
    """The sentences of a passage that carry ``sentence``, as one stretch: at most three, the whole passage never needed."""
    units = set(grams(sentence))
    spans = list(sentence_spans(hit.passage.text))
    gains = [len(units & set(grams(hit.passage.text[a:b]))) for a, b in spans]
    best = max(range(len(spans)), key=lambda i: gains[i])
    first = last = best
    covered = set(grams(hit.passage.text[spans[best][0] : spans[best][1]])) & units
    for step in (1, -1):
        nxt = (last + 1) if step == 1 else (first - 1)
        if 0 <= nxt < len(spans) and last - first < 2:
            more = set(grams(hit.passage.text[spans[nxt][0] : spans[nxt][1]])) & units
            if len(more - covered) >= 0.2 * max(len(units), 1):
                covered |= more
                first, last = min(first, nxt), max(last, nxt)
    start, end = hit.passage.start + spans[first][0], hit.passage.start + spans[last][1]
    return Span(hit.passage, hit.document, start, end)
