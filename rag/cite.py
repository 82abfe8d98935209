"""From a draft to an answer: markers resolved, every sentence checked against what it cites.

The only maker of ``Citation``: one that was not checked cannot exist. Numbers run from 1 in order of appearance and are
given here for the page, the JSON, and every export alike. A sentence that its own passages do not support is given to the
passage that does; one that none supports is flagged or dropped. Headings frame only what survived below them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embeddings import Encoder
from rag.datatypes import Citation, CitedSentence, Draft, DraftSentence, Hit, Span
from rag.framing import RUN_IN, admits_silence, is_framing, leads_in
from rag.hostile import speaks_to_machine
from rag.prompt import quotes_prompt
from rag.support import SUPPORTED, Evidence, Support, support
from rag.text import grams, sentence_spans, tight

FLAGS = {"zh": "（未找到依据）", "zh-Hant": "（未找到依據）", "en": " (no support found)"}
OTHERS_TRIED = 8
LONGEST_QUOTE = 3  # sentences
LABEL_CHARS = 4  # a heading this short names something; it is too short to claim anything of it
ABOUT_CHARS = 200  # the beginning of a document mostly says whose doings it reports


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check made of a draft: the parts of an ``Answer``.

    ``reasons`` says in Chinese why each unsupported sentence is. ``silent`` is set when all that the draft says is that the
    documents do not answer; ``leaked`` when sentences were taken out because they quoted the prompt.
    """

    sentences: tuple[CitedSentence, ...]
    citations: tuple[Citation, ...]
    unsupported: tuple[str, ...]
    reasons: Mapping[str, str]
    silent: bool = False
    leaked: bool = False

    @property
    def stands(self) -> bool:
        """Whether at least one sentence is supported by a passage."""
        return bool(self.citations)

    def notice(self, language: str, *, dropped: bool) -> str | None:
        """A line for the reader on what was left out, if anything was."""
        english = language == "en"
        told = []
        if dropped and self.unsupported:
            count = len(self.unsupported)
            told.append(
                f"{count} sentence(s) without support were left out."
                if english
                else f"模型的回答中有 {count} 句没有找到依据，已略去。"
            )
        if self.leaked:
            told.append(
                "Sentences that repeat the prompt were left out." if english else "复述提示内容的句子已略去。"
            )
        return "".join(told) or None

    def text(self, language: str) -> str:
        """The answer as Markdown: leads, sentences, ``[n]`` markers, flags."""
        flag = FLAGS.get(language, FLAGS["zh"])
        parts = []
        for sentence in self.sentences:
            marks = "".join(f"[{n}]" for n in sentence.citations)
            parts.append(f"{sentence.lead}{sentence.text}{marks}{'' if sentence.supported else flag}")
        return "".join(parts).strip()


def check(
    draft: Draft, hits: Sequence[Hit], encoder: Encoder, *, question: str = "", drop: bool = False
) -> Checked:
    """The draft's sentences with citations that hold. ``drop`` leaves unsupported sentences out instead of flagging them."""
    checker = _Checker(hits, encoder, question, drop)
    for sentence in draft.sentences:
        checker.take(sentence)
    return checker.result()


class _Checker:
    """Takes sentences in order; headings wait until something below them survives."""

    def __init__(self, hits: Sequence[Hit], encoder: Encoder, question: str, drop: bool) -> None:
        self._hits = hits
        self._encoder = encoder
        self._question = question
        self._drop = drop
        self._evidence = [_evidence(hit) for hit in hits]
        self._sentences: list[CitedSentence] = []
        self._citations: list[Citation] = []
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._reasons: dict[str, str] = {}
        self._headings: list[DraftSentence] = []
        self._silences = 0
        self._leaked = False

    def take(self, sentence: DraftSentence) -> None:
        """One sentence more."""
        if sentence.spans:
            self._quote(sentence)
        elif quotes_prompt(sentence.text):
            self._leaked = True
        elif sentence.heading:
            self._head(sentence)
        elif not sentence.markers and is_framing(sentence.text):
            if leads_in(sentence.text):
                self._keep(sentence, (), Support(1.0))
        elif not sentence.markers and admits_silence(sentence.text, self._question):
            self._silences += 1
            self._keep(sentence, (), Support(1.0))
        else:
            self._claim(sentence)

    def result(self) -> Checked:
        """All that was taken."""
        silent = bool(self._silences) and not self._citations and not self._reasons
        return Checked(
            tuple(self._sentences),
            tuple(self._citations),
            tuple(self._reasons),
            dict(self._reasons),
            silent,
            self._leaked,
        )

    def _quote(self, sentence: DraftSentence) -> None:
        """An extractive sentence: its spans hold the very words, or are not cited."""
        holds = all(
            tight(s.quote) == tight(sentence.text) or _same_words(s.quote, sentence.text)
            for s in sentence.spans
        )
        if holds:
            self._keep(sentence, sentence.spans, Support(1.0))
        else:
            self._reject(sentence, Support(0.0, "与原文的字句不同"))

    def _head(self, sentence: DraftSentence) -> None:
        """A heading waits; one that claims something is a sentence when it is supported, else left out."""
        self._headings = [h for h in self._headings if h.heading < sentence.heading]
        if is_framing(sentence.text) or self._named_above(sentence.text):
            self._headings.append(sentence)
            return
        spans, found = self._verified(sentence)
        if spans:
            self._keep(sentence, spans, found)
        else:
            self._reasons[sentence.text] = found.reason

    def _named_above(self, text: str) -> bool:
        """Whether a heading only repeats the question, a title or heading of the passages, or a word or two of theirs."""
        words = tight(text)
        named = words in tight(self._question) or any(words in tight(e.context) for e in self._evidence)
        return named or (len(words) <= LABEL_CHARS and any(words in tight(e.text) for e in self._evidence))

    def _claim(self, sentence: DraftSentence) -> None:
        spans, found = self._verified(sentence)
        if spans:
            self._keep(sentence, spans, found)
        else:
            self._reject(sentence, found)

    def _keep(self, sentence: DraftSentence, spans: Sequence[Span], found: Support) -> None:
        numbers = tuple(sorted({self._number(span, found.score) for span in spans}))
        self._sentences.append(CitedSentence(sentence.text, numbers, True, found.score, self._lead(sentence)))

    def _reject(self, sentence: DraftSentence, found: Support) -> None:
        self._reasons[sentence.text] = found.reason
        if not self._drop:
            self._sentences.append(CitedSentence(sentence.text, (), False, found.score, self._lead(sentence)))

    def _lead(self, sentence: DraftSentence) -> str:
        """The framing before a sentence, the headings that waited for it included."""
        above = "".join(_shown(heading) for heading in self._headings)
        self._headings = []
        lead = sentence.lead
        if above:
            lead = above + (lead.lstrip("\n") if above.endswith(("\n", "：", ":")) else lead)
        return lead if self._sentences else lead.lstrip("\n")

    def _number(self, span: Span, strength: float) -> int:
        """The citation number of a place; a new one the first time it is cited."""
        key = (span.document.id, span.start, span.end)
        if key not in self._numbers:
            self._numbers[key] = len(self._citations) + 1
            self._citations.append(
                Citation(
                    len(self._citations) + 1,
                    span.passage,
                    span.document,
                    span.quote,
                    span.start,
                    span.end,
                    strength,
                )
            )
        return self._numbers[key]

    def _verified(self, sentence: DraftSentence) -> tuple[tuple[Span, ...], Support]:
        """The places that support a sentence, and how well: its own markers first, any other hit second."""
        cited = [n - 1 for n in sentence.markers if 1 <= n <= len(self._hits)]
        alone = [(i, support(sentence.text, [self._evidence[i]], self._encoder)) for i in cited]
        good = [(i, s) for i, s in alone if s.score >= SUPPORTED]
        if good:
            return self._spans(sentence.text, good), max((s for _, s in good), key=lambda s: s.score)
        found = next((s for _, s in alone if s.reason), Support(0.0, "没有引用"))
        if len(cited) > 1:
            together = support(sentence.text, [self._evidence[i] for i in cited], self._encoder)
            if together.holds:
                return self._spans_together(sentence.text, cited, together), together
        for index in self._nearest(sentence.text, cited):
            other = support(sentence.text, [self._evidence[index]], self._encoder)
            if other.holds:
                return self._spans(sentence.text, [(index, other)]), other
            found = found if found.reason != "没有引用" else other
        return (), found

    def _nearest(self, text: str, cited: Sequence[int]) -> list[int]:
        """The other hits, those that share most words with the sentence first."""
        units = set(grams(text))
        shared = {
            i: len(units & set(grams(e.text + e.context)))
            for i, e in enumerate(self._evidence)
            if i not in cited
        }
        return sorted(shared, key=lambda i: (-shared[i], i))[:OTHERS_TRIED]

    def _spans(self, text: str, good: Sequence[tuple[int, Support]]) -> tuple[Span, ...]:
        return tuple(_stretch(text, self._hits[i], found.places) for i, found in good)

    def _spans_together(self, text: str, cited: Sequence[int], found: Support) -> tuple[Span, ...]:
        used = sorted({place[0] for place in found.places})
        return tuple(
            _stretch(text, self._hits[cited[u]], tuple((0, a, b) for i, a, b in found.places if i == u))
            for u in used
        )


def _shown(heading: DraftSentence) -> str:
    """A heading as Markdown: bold, on a line of its own unless it runs in."""
    if heading.heading >= RUN_IN:
        return f"{heading.lead}**{heading.text}**："
    return f"\n\n**{heading.text}**\n\n"


def _evidence(hit: Hit) -> Evidence:
    """A passage as evidence; sentences that give orders to a language model are none."""
    document = hit.document
    text = hit.passage.text
    for a, b in reversed(list(sentence_spans(text))):
        if speaks_to_machine(text[a:b]):
            text = text[:a] + "\n" * (b - a) + text[b:]
    above = "\n".join(p for p in (document.title, *hit.passage.section, document.date) if p)
    return Evidence(text, above, f"{document.author or ''}\n{document.text[:ABOUT_CHARS]}")


def _same_words(quote: str, text: str) -> bool:
    """A point that two documents make in nearly the same words is shown in the words of the first."""
    left, right = set(grams(quote)), set(grams(text))
    return bool(left and right) and len(left & right) / len(left | right) >= 0.8


def _stretch(sentence: str, hit: Hit, places: Sequence[tuple[int, int, int]]) -> Span:
    """The sentences of a passage that carry ``sentence``, as one stretch; a heading where only that holds the words."""
    stretches = [(a, b) for _, a, b in places if b > a]
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
