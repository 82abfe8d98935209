"""What an NLI model makes of sentences and the passages they rest on.

The rules of ``rag.support`` come first, and no model overrules them on facts: numbers, names, titles, quoted words, negation.
It decides about content: what passes the rules and contradicts its passage does not stand; what has too few words of its
passage and still follows from it does.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings import Encoder, EncoderError
from embeddings.entail import Entailer
from rag.support import Evidence
from rag.text import sentence_spans

log = logging.getLogger(__name__)

# The rules alone are right on 99 of 100 sentences of their own set: the model may overrule them only where it is sure, in
# either direction. No public model was at hand to fit these; ``python -m eval.checker_set --nli MODEL`` measures one.
ENTAILED = CONTRADICTED = 0.9
MARKS = 4  # tokens that a model puts around and between two texts, at most


@dataclass(frozen=True, slots=True)
class Verdict:
    """How probable it is that a sentence follows from its evidence, and that it contradicts it."""

    entailment: float
    contradiction: float


class Inference:
    """An NLI model that reads sentences beside their evidence."""

    def __init__(self, model: Entailer, encoder: Encoder) -> None:
        self._model = model
        self._encoder = encoder

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.identity.partition(":")[0]

    def verdicts(self, asked: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Verdict]:
        """One for each sentence with its evidence, all read in one go; none at all when the model fails."""
        try:
            pairs = [(self._premise(sentence, evidence), sentence) for sentence, evidence in asked]
            return [Verdict(float(e), float(c)) for e, c in self._model.read(pairs)] if pairs else []
        except EncoderError as error:
            log.warning("%s", error.en)
            return []

    def _premise(self, sentence: str, evidence: Sequence[Evidence]) -> str:
        """The passages under their titles and headings, each cut around what is nearest to the sentence if it must be."""
        whole = "\n".join(f"{e.context}\n{e.text}" for e in evidence)
        room = self._model.window - MARKS - self._model.tokens(sentence)
        if self._model.tokens(whole) <= room:
            return whole
        return "\n".join(f"{e.context}\n{self._cut(sentence, e, room // len(evidence))}" for e in evidence)

    def _cut(self, sentence: str, evidence: Evidence, room: int) -> str:
        """The sentences of a passage around the nearest one that have room beside its headings; that one at least."""
        text = evidence.text
        spans = list(sentence_spans(text))
        lengths = [self._model.tokens(text[a:b]) for a, b in spans]
        first = last = spans.index(nearest(sentence, text, self._encoder))
        left = room - self._model.tokens(evidence.context) - lengths[first]
        grown = True
        while grown:
            grown = False
            if last + 1 < len(spans) and lengths[last + 1] <= left:
                last, left, grown = last + 1, left - lengths[last + 1], True
            if first > 0 and lengths[first - 1] <= left:
                first, left, grown = first - 1, left - lengths[first - 1], True
        return text[spans[first][0] : spans[last][1]]


def nearest(sentence: str, text: str, encoder: Encoder) -> tuple[int, int]:
    """Where in ``text`` the sentence stands that means most nearly the same."""
    spans = list(sentence_spans(text))
    if len(spans) < 2:
        return spans[0] if spans else (0, len(text))
    vectors = encoder.encode_passages([sentence, *(text[a:b] for a, b in spans)])
    return spans[int((vectors[1:] @ vectors[0]).argmax())]
