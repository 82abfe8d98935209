"""Whether a passage says what a sentence says.

Hard facts first: every number, date, 《title》 and quoted word of the sentence must stand in the evidence, and a
negation may not appear or vanish. Then the content: the share of the sentence's character bigrams that the evidence
covers (the entailment rule of METRICS: at least 70 %), with the encoder's cosine helping an honest paraphrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from embeddings import Encoder
from embeddings.fold import fold
from rag.question import chinese_number
from rag.text import grams, sentence_spans, tight

SUPPORTED = 0.5  # at and above, a sentence counts as supported
COVERED = 0.70  # the share of bigrams that supports by itself
PARAPHRASE_COVERED, PARAPHRASE_COSINE = 0.40, 0.62

_TITLE = re.compile(r"《([^《》]{1,60})》")
_QUOTED = re.compile(r"[“「『\"]([^“”「」『』\"]{2,40})[”」』\"]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CN_COUNT = re.compile(r"(?<![一二三四五六七八九十百千万])([一二三四五六七八九十]{1,3})(?=[个名次件项条种年月日天人家户篇场期届级部支])")
_NEGATION = re.compile(r"不得|不能|不可|不准|严禁|禁止|并非|没有|从未|未曾|不再|不允许|无需|不必|不是|不应|不会")
_LATIN = re.compile(r"[A-Za-z]{3,}")


def support(sentence: str, evidence: Sequence[str], encoder: Encoder | None = None) -> float:
    """How far ``evidence`` (texts read together) supports ``sentence``: 0 for a contradiction, 1 for the very words.

    Values at and above ``SUPPORTED`` count as supported.
    """
    joined = "\n".join(evidence)
    claim, ground = tight(sentence), tight(joined)
    if not claim:
        return 1.0
    if claim in ground:
        return 1.0
    if not _facts_stand(sentence, joined):
        return 0.0
    covered = _covered(sentence, ground)
    if covered >= COVERED:
        return 0.0 if _negation_differs(sentence, joined) else min(covered, 0.99)
    cosine = _best_cosine(sentence, joined, encoder) if encoder is not None else 0.0
    paraphrased = covered >= PARAPHRASE_COVERED or _crosses_languages(sentence, joined)
    if paraphrased and cosine >= PARAPHRASE_COSINE and not _negation_differs(sentence, joined):
        return max(SUPPORTED, min(cosine, 0.9))
    return min(covered, SUPPORTED - 0.01)


def _facts_stand(sentence: str, evidence: str) -> bool:
    ground = tight(evidence)
    named = [*_TITLE.findall(sentence), *_QUOTED.findall(sentence)]
    if any(tight(name) not in ground for name in named):
        return False
    return _numbers(sentence) <= _numbers(evidence)


def _numbers(text: str) -> set[str]:
    plain = re.sub(r"(?<=\d)[,，](?=\d{3})", "", unicodedata.normalize("NFKC", text))
    found = {n.rstrip("0").rstrip(".") if "." in n else n.lstrip("0") or "0" for n in _NUMBER.findall(plain)}
    return found | {str(chinese_number(n)) for n in _CN_COUNT.findall(plain) if chinese_number(n) is not None}


def _covered(sentence: str, ground: str) -> float:
    units = grams(sentence)
    return sum(tight(u) in ground for u in units) / len(units) if units else 0.0


def _negation_differs(sentence: str, evidence: str) -> bool:
    """A negation in the sentence must stand in the most similar sentence of the evidence, and the other way round."""
    spans = [evidence[a:b] for a, b in sentence_spans(evidence)]
    if not spans:
        return False
    units = set(grams(sentence))
    nearest = max(spans, key=lambda s: len(units & set(grams(s))))
    said, there = _NEGATION.findall(fold(sentence)), _NEGATION.findall(fold(nearest))
    if said and not there:
        return True
    return bool(there) and not said and _covered(sentence, tight(nearest)) > 0.85


def _best_cosine(sentence: str, evidence: str, encoder: Encoder) -> float:
    texts = [evidence, *(evidence[a:b] for a, b in sentence_spans(evidence))]
    vectors = encoder.encode_passages([sentence, *texts])
    return float((vectors[1:] @ vectors[0]).max())


def _crosses_languages(sentence: str, evidence: str) -> bool:
    return len(_LATIN.findall(sentence)) >= 3 and not _LATIN.search(evidence)
