"""Whether Chinese passages say what an English sentence says.

The sentence is laid over the stretch that says most of it (``rag.bilingual``). What can be compared one by one is
(``rag.across_facts``); of the other words so many must have a counterpart, and so close together, as in sentences that are
true. A word exchanged for another goes unseen where the vectors find something like it. docs/checker.md has the measurements.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from embeddings import Encoder, load_encoder
from embeddings.cached import CachedEncoder
from rag.across_facts import FACTS
from rag.bilingual import Across, lay
from rag.translation import Match, missing_words

# Likelihood that a sentence is true, of what is not compared one by one: fitted by eval/fit_across.py.
CLOSE, LEAST_CLAUSE, GAP, ABSENT, STRANGER, SHIFT = 3.6, 3.6, -1.7, -1.95, -2.2, 1.9
STEEPNESS = 0.22  # so that only sentences with plenty to spare move to a passage that they do not cite (rag.attribution.MOVED)
GAP_BELOW, WIDEST_GAP = 0.5, 2.0
HELD = 0.3  # a word found less surely than this is not said


def supports_across(
    sentence: str, texts: Sequence[str], contexts: Sequence[str], encoder: Encoder | None
) -> Match:
    """The score is how likely the sentence is where no fact is wrong, 0 where one is."""
    missing = missing_words(sentence, "\n".join((*texts, *contexts)))
    if missing:
        return Match(0.0, f"“{missing}”不在原文")
    if encoder is None:
        return Match(0.0, "没有向量模型，无法核对另一种语言的句子", soft=True)
    words = encoder if encoder.tokens is not None else _bundled()
    above = "\n".join(contexts)
    found = [
        _judged(across, i) for i, text in enumerate(texts) if (across := lay(sentence, text, above, words))
    ]
    return max(found, key=lambda m: (m.score, m.soft), default=Match(0.0, "原文没有说到", soft=True))


@lru_cache(maxsize=1)
def _bundled() -> Encoder:
    """Stands in for an encoder whose vectors of single words mean nothing."""
    return CachedEncoder(load_encoder("bundled"))


def _judged(across: Across, index: int) -> Match:
    likely = likelihood(across)
    if likely < 0.5:
        return Match(likely, f"原文只说到其中约 {across.coverage():.0%}", soft=True)
    for check in FACTS:
        if (reason := check(across)) is not None:
            return Match(0.0, reason)
    return Match(min(likely, 0.99), place=(index, *across.span))


def likelihood(across: Across) -> float:
    """How likely it is, from 0 to 1, that a sentence whose words are found like this is true."""
    weights = (CLOSE, LEAST_CLAUSE, GAP, ABSENT, STRANGER)
    worth = SHIFT + sum(weight * feature for weight, feature in zip(weights, features(across), strict=True))
    return 1 / (1 + math.exp(-STEEPNESS * worth))


def features(across: Across) -> tuple[float, ...]:
    """How close the text is as a whole, the share found of the least clause, how much is lacking in one go, how surely known the
    word is that is lacking, and how many names are.
    """
    said = across.spoken.words
    clauses = {word.clause for word in said}
    gap = widest = 0.0
    for word, found in zip(said, across.found, strict=True):
        gap = max(0.0, gap + word.weight * (GAP_BELOW - found))
        widest = max(widest, gap)
    lacking = (w.sure * (1 - a) for w, a in zip(said, across.anywhere, strict=True))
    strangers = sum(w.named and a < HELD for w, a in zip(said, across.anywhere, strict=True))
    return (
        across.close,
        min(map(across.coverage, clauses)),
        min(widest, WIDEST_GAP),
        max(lacking),
        float(strangers),
    )
