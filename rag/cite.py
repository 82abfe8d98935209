"""From a draft to an answer: markers resolved, every sentence checked against what it cites.

The only maker of ``Citation``: one that was not checked cannot exist. Numbers run from 1 in order of appearance and are
given here for the page, the JSON, and every export alike. A sentence that its own passages do not support is given to the
passage that does; one that none supports is flagged or dropped. Headings frame only what survived below them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from embeddings import Encoder
from rag.attribution import Attribution, Attributor
from rag.conditions import Before
from rag.datatypes import Answer, Citation, CitedSentence, Draft, DraftSentence, Hit, Span
from rag.entail import Inference
from rag.framing import RUN_IN, admits_silence, is_framing, leads_in
from rag.prompt import quotes_prompt
from rag.quoting import same_point
from rag.support import Support
from rag.text import tight

FLAGS = {"zh": "（未找到依据）", "zh-Hant": "（未找到依據）", "en": " (no support found)"}
LABEL_CHARS = 4  # a heading this short names something; it is too short to claim anything of it


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check made of a draft: the parts of an ``Answer``.

    ``reasons`` says in Chinese why each unsupported sentence is. ``silent`` is set when all that the draft says is that the
    documents do not answer; ``leaked`` when sentences were taken out because they quoted the prompt; ``nli`` names the NLI
    model that took part, if one did.
    """

    sentences: tuple[CitedSentence, ...]
    citations: tuple[Citation, ...]
    unsupported: tuple[str, ...]
    reasons: Mapping[str, str]
    silent: bool = False
    leaked: bool = False
    nli: str | None = None

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

    def as_answer(self, blank: Answer) -> Answer:
        """``blank`` with what was checked in it."""
        return replace(
            blank,
            answer=self.text(blank.language),
            sentences=self.sentences,
            citations=self.citations,
            unsupported=self.unsupported,
            nli=self.nli,
        )

    def text(self, language: str) -> str:
        """The answer as Markdown: leads, sentences, ``[n]`` markers, flags."""
        flag = FLAGS.get(language, FLAGS["zh"])
        parts = []
        for sentence in self.sentences:
            marks = "".join(f"[{n}]" for n in sentence.citations)
            parts.append(f"{sentence.lead}{sentence.text}{marks}{'' if sentence.supported else flag}")
        return "".join(parts).strip()


def check(
    draft: Draft,
    hits: Sequence[Hit],
    encoder: Encoder,
    inference: Inference | None = None,
    *,
    question: str = "",
    drop: bool = False,
) -> Checked:
    """The draft's sentences with citations that hold. ``drop`` leaves unsupported sentences out instead of flagging them."""
    attributor = Attributor(hits, encoder, inference)
    checker = _Checker(attributor, question, drop)
    claims = [sentence for sentence in draft.sentences if checker.claims(sentence)]
    found = dict(zip(claims, attributor.attribute(claims, _before(draft, claims, question)), strict=True))
    for sentence in draft.sentences:
        checker.take(sentence, found.get(sentence))
    checked = checker.result()
    if inference is not None and any(attribution.read for attribution in found.values()):
        return replace(checked, nli=inference.name)
    return checked


def _before(draft: Draft, claims: Sequence[DraftSentence], question: str) -> list[Before]:
    """What stands before each claim: the question and the draft up to there."""
    read: dict[DraftSentence, Before] = {}
    above = ""
    for sentence in draft.sentences:
        read.setdefault(sentence, Before(question, above + sentence.lead))
        above += sentence.lead + sentence.text
    return [read[claim] for claim in claims]


class _Checker:
    """Takes sentences in order; headings wait until something below them survives."""

    def __init__(self, attributor: Attributor, question: str, drop: bool) -> None:
        self._evidence = attributor.evidence
        self._question = question
        self._drop = drop
        self._sentences: list[CitedSentence] = []
        self._citations: list[Citation] = []
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._reasons: dict[str, str] = {}
        self._headings: list[DraftSentence] = []
        self._silences = 0
        self._leaked = False

    def claims(self, sentence: DraftSentence) -> bool:
        """Whether a sentence says something that a passage has to support; a heading may."""
        text = sentence.text
        if sentence.spans or quotes_prompt(text):
            return False
        if sentence.heading:
            return not (is_framing(text) or self._named_above(text))
        return bool(sentence.markers) or not (is_framing(text) or admits_silence(text, self._question))

    def take(self, sentence: DraftSentence, found: Attribution | None) -> None:
        """One sentence more; ``found`` is what supports one that claims something."""
        if sentence.heading:
            self._headings = [h for h in self._headings if h.heading < sentence.heading]
        if found is not None:
            self._claim(sentence, found)
        elif sentence.spans:
            self._quote(sentence)
        elif quotes_prompt(sentence.text):
            self._leaked = True
        elif sentence.heading:
            self._headings.append(sentence)
        elif not is_framing(sentence.text):
            self._silences += 1
            self._keep(sentence, (), Support(1.0))
        elif leads_in(sentence.text):
            self._keep(sentence, (), Support(1.0))

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
        """An extractive sentence: only spans that hold the very words, or make the point in nearly the same, are cited."""
        text = sentence.text
        holding = [s for s in sentence.spans if tight(s.quote) == tight(text) or same_point(text, s.quote)]
        if holding:
            self._keep(sentence, holding, Support(1.0))
        else:
            self._reject(sentence, Support(0.0, "与原文的字句不同"))

    def _named_above(self, text: str) -> bool:
        """Whether a heading only repeats the question, a title or heading of the passages, or a word or two of theirs."""
        words = tight(text)
        named = words in tight(self._question) or any(words in tight(e.context) for e in self._evidence)
        return named or (len(words) <= LABEL_CHARS and any(words in tight(e.text) for e in self._evidence))

    def _claim(self, sentence: DraftSentence, found: Attribution) -> None:
        """A heading without support is left out, a sentence flagged or dropped."""
        if found.spans:
            self._keep(sentence, found.spans, found.support)
        elif sentence.heading:
            self._reasons[sentence.text] = found.support.reason
        else:
            self._reject(sentence, found.support)

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


def _shown(heading: DraftSentence) -> str:
    """A heading as Markdown: bold, on a line of its own unless it runs in."""
    if heading.heading >= RUN_IN:
        return f"{heading.lead}**{heading.text}**："
    return f"\n\n**{heading.text}**\n\n"
