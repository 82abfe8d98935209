"""Whether the documents answer a question at all: decided in code, before any language model is asked."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from embeddings import Encoder
from rag.datatypes import Hit
from rag.evidence import READ_HITS, Evidence, gather, named
from rag.protocols import Statistics
from rag.question import Question, read_question
from rag.text import tight
from rag.unlisted import is_unlisted

NEAREST = 3  # passages that a refusal offers

# Below all three a question is about something else: of 583 Chinese questions 22 unanswerable and 1 answerable one.
STRANGE_COVERAGE, STRANGE_SOFT, STRANGE_COSINE = 0.15, 0.36, 0.2
# A short question names its subject outright, so that these two suffice (今天天气怎么样？ shares 今天 with any text); a long one
# told in words of the reader's own is often unlike its answer.
SHORT_TERMS, SHORT_SCORE, SHORT_COSINE = 5, 0.08, 0.17


@dataclass(frozen=True, slots=True)
class Verdict:
    """``answerable`` with the probability it rests on; ``missing`` names what was not found.

    ``instruction``: the question held nothing but orders.
    """

    answerable: bool
    probability: float
    missing: tuple[str, ...] = ()
    instruction: bool = False


class Judge:
    """Weighs the evidence of the hits with coefficients fitted by ``eval.fit_refusal``.

    One rule stands above them: who somebody is, is answered by a name beside the words asked for, and which year by a
    year, or not at all.
    """

    def __init__(self, statistics: Statistics, encoder: Encoder) -> None:
        self._statistics = statistics
        self._encoder = encoder

    def judge(self, question: str, hits: Sequence[Hit]) -> Verdict:
        """The verdict on a stand-alone question and what was found for it; an empty one held nothing but orders."""
        asked = read_question(question)
        if not question:
            return Verdict(False, 0.0, instruction=True)
        if not hits:
            return Verdict(False, 0.0, asked.terms())
        found = gather(asked, hits, self._statistics, self._encoder)
        weights = coefficients()["english" if asked.language == "en" else "chinese"]
        probability = weigh(found.features, weights)
        return Verdict(
            probability >= weights["threshold"]
            and not _lacks_the_asked(asked, found)
            and not is_unlisted(asked, hits[:READ_HITS])
            and not _is_strange(asked, found),
            probability,
            _as_asked(asked, found.missing)[:5],
        )


def _as_asked(asked: Question, missing: Sequence[str]) -> tuple[str, ...]:
    """What was not found in the reader's own spelling: not the Chinese words tried for English ones, and 三会一课 in one."""
    if asked.language != "en":
        return _joined(asked.text, missing)
    places = (re.search(rf"\b{re.escape(word)}\b", asked.text, re.IGNORECASE) for word in missing)
    return tuple(dict.fromkeys(place.group() for place in places if place))


def _joined(text: str, missing: Sequence[str]) -> tuple[str, ...]:
    """Words that stand side by side in a question as one, where the first of them stands."""
    found: list[str] = []
    for word in missing:
        beside = next((i for i, said in enumerate(found) if said + word in text or word + said in text), None)
        if beside is None:
            found.append(word)
        else:
            found[beside] = found[beside] + word if found[beside] + word in text else word + found[beside]
    return tuple(found)


def _lacks_the_asked(asked: Question, found: Evidence) -> bool:
    """Whether a person or a year is asked for and the best sentences hold none beside the words of the question, or a number
    with its unit and no sentence about the subject holds one; or whether it turns on a term that no document uses.
    """
    precise = asked.expected == "person" or (asked.expected == "date" and asked.unit == "年")
    return found.uncounted or found.unheard or (precise and found.features["unexpected"] == 1.0)


def _is_strange(asked: Question, found: Evidence) -> bool:
    """Whether the knowledge base knows nothing of the subject: next to no word of it, no like one, no likeness as a whole.

    Which name is meant, the coefficients weigh: few texts are like a question after a name, and names are misspelt.
    """
    seen = found.features
    unlike = seen["coverage"] < STRANGE_COVERAGE and seen["soft"] < STRANGE_SOFT
    if unlike and seen["cosine"] < STRANGE_COSINE:
        return True
    short = len(asked.terms()) <= SHORT_TERMS and not named(asked)
    return short and seen["score"] < SHORT_SCORE and seen["cosine"] < SHORT_COSINE


def weigh(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The logistic probability that the question is answered."""
    total = weights["intercept"] + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + math.exp(-total))


@lru_cache(maxsize=1)
def coefficients() -> Mapping[str, Mapping[str, float]]:
    """The fitted coefficients for Chinese and for English questions; see docs/refusal.md for how they came about."""
    found: Mapping[str, Mapping[str, float]] = json.loads(
        files("rag").joinpath("data/refusal.json").read_text("utf-8")
    )
    return found


def nearest_of(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits that a refusal offers instead; a paragraph that stands in several documents is offered once."""
    once = {tight(hit.passage.text): hit for hit in reversed(hits)}
    return tuple(hit for hit in hits if once[tight(hit.passage.text)] is hit)[:NEAREST]


def refusal_text(verdict: Verdict, hits: Sequence[Hit], language: str) -> tuple[str, str]:
    """``(answer, reason)`` in the question's language: what was not found, the nearest passages, what to ask instead."""
    places = (
        f"《{h.document.title}》" + (f" · {h.passage.section[-1]}" if h.passage.section else "")
        for h in nearest_of(hits)
    )
    nearest = list(dict.fromkeys(places))
    if language == "en":
        return _refusal_en(verdict, nearest)
    if verdict.instruction:
        reason = "这句话要求的不是依据资料回答问题。本助手只依据资料作答，不执行指令，也不编造内容。"
    elif verdict.missing:
        reason = f"资料中没有找到关于{'、'.join(f'“{m}”' for m in verdict.missing[:3])}的依据。"
    else:
        reason = "资料中没有找到能够回答这个问题的依据。"
    tail = (
        ("\n\n最接近的内容：\n" + "\n".join(f"- {n}" for n in nearest))
        if nearest and not verdict.instruction
        else ""
    )
    advice = (
        "\n\n可以换个说法、写出单位或文件的全称再问，或把相关文件加入资料库。"
        if not verdict.instruction
        else ""
    )
    return f"抱歉，这个问题无法回答。{reason}{tail}{advice}", reason


def _refusal_en(verdict: Verdict, nearest: Sequence[str]) -> tuple[str, str]:
    if verdict.instruction:
        reason = "This asks for something other than an answer from the documents; nothing is made up here."
    elif verdict.missing:
        reason = f"The documents give no support for {', '.join(f'“{m}”' for m in verdict.missing[:3])}."
    else:
        reason = "The documents hold nothing that answers this question."
    tail = (
        ("\n\nNearest passages:\n" + "\n".join(f"- {n}" for n in nearest))
        if nearest and not verdict.instruction
        else ""
    )
    return f"Sorry, this cannot be answered. {reason}{tail}", reason
