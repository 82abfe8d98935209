"""Which places support the sentences of a draft: their own passages first, any other hit second.

The rules (``rag.support``) take every sentence by itself. An NLI model, where one is configured, then reads all that they
leave open in one go (``rag.entail``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embeddings import Encoder
from rag.conditions import NOTHING, Before
from rag.datatypes import DraftSentence, Hit, Span
from rag.entail import CONTRADICTED, ENTAILED, Inference, Verdict, nearest
from rag.hostile import speaks_to_machine
from rag.support import SUPPORTED, Evidence, Support, support
from rag.text import grams, sentence_spans, tight

OTHERS_TRIED = 8  # passages that a sentence does not cite
DOUBTFUL = 0.6  # support by its own passage below which a sentence moves to one that surely says it
MOVED = 0.7  # the least support by a place that a sentence does not cite; less is enough for one that it does
OTHERS_READ = 3  # of those, what a model reads: each costs as much as a passage of the answer
LONGEST_QUOTE = 3  # sentences
SHORTEST_QUOTE = 12  # characters that do not stand in two passages by chance
ABOUT_CHARS = 200  # the beginning of a document mostly says whose doings it reports

_Places = tuple[tuple[int, int], ...]
"""Stretches of one passage."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The places that support a sentence, none when nothing does, and how well; ``read`` when an NLI model took part."""

    spans: tuple[Span, ...]
    support: Support
    read: bool = False


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What the rules say: the hits that carry a sentence, each with its places, or those that a model may still find to.

    ``together`` when the hits carry it only as a whole. Where its own passage has a fact otherwise, no other is ``undecided``:
    what lacks the words does not speak against the fact.
    """

    support: Support
    standing: Mapping[int, _Places]
    together: bool = False
    undecided: tuple[tuple[int, ...], ...] = ()

    @property
    def to_read(self) -> tuple[tuple[int, ...], ...]:
        """The hits, one or several together, that a model has to read the sentence with; the very words need none."""
        if self.support.score == 1.0:
            return ()
        return tuple((i,) for i in self.standing) if self.standing else self.undecided


class Attributor:
    """Finds what supports sentences among ``hits``."""

    def __init__(self, hits: Sequence[Hit], encoder: Encoder, inference: Inference | None = None) -> None:
        self._hits = hits
        self._encoder = encoder
        self._inference = inference
        self.evidence = tuple(_evidence(hit) for hit in hits)
        self._tight = tuple(tight(evidence.text) for evidence in self.evidence)

    def attribute(
        self, sentences: Sequence[DraftSentence], before: Sequence[Before] | None = None
    ) -> list[Attribution]:
        """One for each sentence; ``before`` says what the reader has read when he comes to it."""
        read = before or [NOTHING] * len(sentences)
        rulings = [self._ruling(s, b) for s, b in zip(sentences, read, strict=True)]
        verdicts = self._read(sentences, rulings)
        return [
            self._decided(sentence.text, ruling, found)
            for sentence, ruling, found in zip(sentences, rulings, verdicts, strict=True)
        ]

    def _ruling(self, sentence: DraftSentence, before: Before) -> _Ruling:
        """What the rules make of a sentence."""
        cited = tuple(dict.fromkeys(n - 1 for n in sentence.markers if 1 <= n <= len(self._hits)))
        alone = {i: self._support(sentence.text, (i,), before) for i in cited}
        good = {i: s for i, s in alone.items() if s.holds}
        if good:
            best = max(good.values(), key=lambda s: s.score)
            if best.score < DOUBTFUL and (better := self._better(sentence.text, cited, before)) is not None:
                return better
            exact = self._word_for_word(sentence.text, cited)
            if exact is not None and (other := self._support(sentence.text, (exact,), before)).holds:
                return _Ruling(other, {exact: _places(other, 0)})
            return _Ruling(best, {i: _places(s, 0) for i, s in good.items()})
        found = next((s for s in alone.values() if s.reason), Support(0.0, "没有引用"))
        undecided: list[tuple[int, ...]] = [(i,) for i, s in alone.items() if s.soft]
        if len(cited) > 1:
            together = self._support(sentence.text, cited, before)
            if together.holds:
                used = sorted({place[0] for place in together.places})
                return _Ruling(together, {cited[u]: _places(together, u) for u in used}, together=True)
            undecided += [cited] if together.soft else []
        others: list[tuple[int, ...]] = []
        wrong = any(not s.soft for s in alone.values())
        for index in self._nearest(sentence.text, cited):
            other = self._support(sentence.text, (index,), before)
            if other.score >= MOVED:
                return _Ruling(other, {index: _places(other, 0)})
            if found.reason == "没有引用":
                found, wrong = other, not other.soft
            others += [(index,)] if other.soft else []
        return _Ruling(found, {}, undecided=(*undecided, *(() if wrong else others[:OTHERS_READ])))

    def _better(self, text: str, cited: Sequence[int], before: Before) -> _Ruling | None:
        """The first other hit that surely says what those that a sentence cites may say."""
        found = ((index, self._support(text, (index,), before)) for index in self._nearest(text, cited))
        sure = next(((index, other) for index, other in found if other.score >= MOVED), None)
        return None if sure is None else _Ruling(sure[1], {sure[0]: _places(sure[1], 0)})

    def _support(self, text: str, indexes: tuple[int, ...], before: Before) -> Support:
        return support(text, [self.evidence[i] for i in indexes], self._encoder, before)

    def _word_for_word(self, text: str, cited: Sequence[int]) -> int | None:
        """Another hit that holds the very words of a sentence which its own passage only resembles: it is quoted from there."""
        words = tight(text).rstrip("。.！!？?；;")
        if len(words) < SHORTEST_QUOTE or any(words in self._tight[i] for i in cited):
            return None
        return next((i for i, held in enumerate(self._tight) if words in held), None)

    def _nearest(self, text: str, cited: Sequence[int]) -> list[int]:
        """The other hits, those that share most words with the sentence first."""
        units = set(grams(text))
        shared = {
            i: len(units & set(grams(e.text + e.context)))
            for i, e in enumerate(self.evidence)
            if i not in cited
        }
        return sorted(shared, key=lambda i: (-shared[i], i))[:OTHERS_TRIED]

    def _read(
        self, sentences: Sequence[DraftSentence], rulings: Sequence[_Ruling]
    ) -> list[dict[tuple[int, ...], Verdict]]:
        """For each sentence the hits that the model read it with, and what it found."""
        found: list[dict[tuple[int, ...], Verdict]] = [{} for _ in rulings]
        if self._inference is None:
            return found
        asked = [(number, hits) for number, ruling in enumerate(rulings) for hits in ruling.to_read]
        verdicts = self._inference.verdicts(
            [(sentences[number].text, [self.evidence[i] for i in hits]) for number, hits in asked]
        )
        for (number, hits), verdict in zip(asked, verdicts, strict=False):  # none when the model failed
            found[number][hits] = verdict
        return found

    def _decided(
        self, text: str, ruling: _Ruling, verdicts: Mapping[tuple[int, ...], Verdict]
    ) -> Attribution:
        """The rules' decision, or where the model is sure of the contrary, its own."""
        if not verdicts:
            return Attribution(self._spans(text, ruling.standing), ruling.support)
        if not ruling.standing:
            hits = next((h for h, verdict in verdicts.items() if verdict.entailment >= ENTAILED), None)
            if hits is None:
                return Attribution((), ruling.support, read=True)
            places = {i: (nearest(text, self.evidence[i].text, self._encoder),) for i in hits}
            return Attribution(
                self._spans(text, places), Support(min(verdicts[hits].entailment, 0.99)), read=True
            )
        against = {h[0]: v.contradiction for h, v in verdicts.items() if v.contradiction >= CONTRADICTED}
        left = {i: places for i, places in ruling.standing.items() if i not in against}
        if left == ruling.standing or (left and not ruling.together):
            return Attribution(self._spans(text, left), ruling.support, read=True)
        sure = max(against.values())
        reason = f"推断模型认为与原文相矛盾（{sure:.0%}）"
        return Attribution((), Support(min(1 - sure, SUPPORTED - 0.01), reason), read=True)

    def _spans(self, text: str, standing: Mapping[int, _Places]) -> tuple[Span, ...]:
        return tuple(_stretch(text, self._hits[i], places) for i, places in standing.items())


def _places(found: Support, index: int) -> _Places:
    """The stretches of one piece of the evidence that a sentence rests on."""
    return tuple((a, b) for i, a, b in found.places if i == index)


def above(hit: Hit) -> str:
    """What stands above a passage: title, section path, date, one a line."""
    return "\n".join(filter(None, (hit.above, hit.document.date)))


def _evidence(hit: Hit) -> Evidence:
    """A passage as evidence; sentences that give orders to a language model are none."""
    document = hit.document
    text = hit.passage.text
    for a, b in reversed(list(sentence_spans(text))):
        if speaks_to_machine(text[a:b]):
            text = text[:a] + "\n" * (b - a) + text[b:]
    return Evidence(text, above(hit), f"{document.author or ''}\n{document.text[:ABOUT_CHARS]}")


def _stretch(sentence: str, hit: Hit, places: _Places) -> Span:
    """The sentences of a passage that carry ``sentence``, as one stretch; a heading where only that holds the words."""
    stretches = [(a, b) for a, b in places if b > a]
    if not stretches:
        return _heading_span(sentence, hit) or _whole_passage(hit)
    start, end = min(a for a, _ in stretches), max(b for _, b in stretches)
    spans = [(a, b) for a, b in sentence_spans(hit.passage.text) if a < end and start < b]
    if not spans:
        return _whole_passage(hit)
    if len(spans) > LONGEST_QUOTE:
        most = max(stretches, key=lambda s: s[1] - s[0])
        spans = [(a, b) for a, b in spans if a < most[1] and most[0] < b][:LONGEST_QUOTE]
    return Span(hit.passage, hit.document, hit.passage.start + spans[0][0], hit.passage.start + spans[-1][1])


def _heading_span(sentence: str, hit: Hit) -> Span | None:
    words = tight(sentence)
    for heading in hit.document.headings:
        if heading.text in hit.passage.section and words and words in tight(heading.text):
            return Span(hit.passage, hit.document, heading.start, heading.end)
    return None


def _whole_passage(hit: Hit) -> Span:
    return Span(hit.passage, hit.document, hit.passage.start, hit.passage.end)
