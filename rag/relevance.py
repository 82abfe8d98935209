"""How well a stretch of text speaks to a question: rarity-weighted word overlap and the encoder's cosine."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder
from embeddings.fold import fold
from rag.protocols import Statistics
from rag.question import Question
from rag.text import tight

LEXICAL_WEIGHT = 0.65  # the rest goes to the encoder; chosen on the project's own reference questions, docs/answers.md

_NUM = r"(?:[\d.]+|[一二三四五六七八九十百千万两半几]+)"
_EXPECTED = {
    "number": re.compile(rf"\d|{_NUM}[余多]?[个次名人年月天件项家户篇场期届万千百元级部支小课学成]|分之"),
    "duration": re.compile(rf"(?:{_NUM}\s*[余多]?\s*(?:个)?|每|半|一个)\s*(?:年|月|天|日|周|季度|季|小时|分钟|学时|工作日)"),
    "date": re.compile(r"\d{2,4}\s*年|\d+\s*[月日号]|[一二三四五六七八九十]+月|[〇零一二三四五六七八九]{4}年|年[初中底末]|季度|前后|之日|当[年月天日]"),
    "name": re.compile(r"[“”‘’《》「」『』\"]"),
    "place": re.compile(r"[省市县区乡镇村州盟旗国岛港湾街路部厅局委院校]"),
    "definition": re.compile(r"是指|指的是|所谓|就是|是一种|称为|叫做|看作|定义|即|是.{1,20}的(?:[^，。]{1,10})?[。，；]"),
}
_LATIN_RUN = re.compile(r"[A-Za-z]{2,}")


class Relevance:
    """Scores texts against one question. Scores lie in [0, 1] and can be compared within the question only."""

    def __init__(self, question: Question, statistics: Statistics, encoder: Encoder) -> None:
        self.question = question
        self._statistics = statistics
        self._encoder = encoder

    @cached_property
    def known(self) -> Mapping[str, int]:
        """Words and character pairs of the question with the number of passages that hold each."""
        return self._statistics.frequencies(dict.fromkeys((*self.question.terms(), *self.question.grams())))

    @cached_property
    def idf(self) -> dict[str, float]:
        """BM25's inverse document frequency of each, never negative."""
        total = self._statistics.counts()[1]
        return {u: math.log(1 + (total - df + 0.5) / (df + 0.5)) for u, df in self.known.items()}

    @cached_property
    def weights(self) -> dict[str, float]:
        """``idf`` scaled to sum to 1; a single character counts less."""
        raw = {u: w * (0.4 if len(u) == 1 else 1.0) for u, w in self.idf.items()}
        total = sum(raw.values())
        return {u: w / total for u, w in raw.items()} if total else {}

    def coverage(self, text: str) -> float:
        """The rarity-weighted share of the question's terms that stand in ``text``."""
        folded = fold(text)
        return sum(w for u, w in self.weights.items() if u in folded)

    def shared_coverage(self, frame: str, heads: Sequence[str]) -> tuple[float, float]:
        """``(shared, alone)``: what the frame and the items together say, and what one single item says by itself.

        A term of the frame counts whole, another by the share of items that hold it.
        """
        above, below = fold(frame), [fold(h) for h in heads]
        shared = alone = 0.0
        for unit, weight in self.weights.items():
            share = sum(unit in h for h in below)
            shared += weight if unit in above else weight * share / len(below)
            if share == 1 and unit not in above:
                alone += weight
        return shared, alone

    @cached_property
    def _query(self) -> NDArray[np.float32]:
        return self._encoder.encode_queries([self.question.text])[0]

    def cosines(self, texts: Sequence[str]) -> list[float]:
        """The encoder's cosine of each text to the question."""
        if not texts:
            return []
        return [float(c) for c in self._encoder.encode_passages(list(texts)) @ self._query]

    def scores(self, texts: Sequence[str], contexts: Sequence[str] | None = None) -> list[float]:
        """One score a text. A context (heading path, title, rest of the paragraph) lends a part of its coverage."""
        found = []
        for i, (text, cosine) in enumerate(zip(texts, self.cosines(texts), strict=True)):
            lexical = LEXICAL_WEIGHT if self.same_script(text) else 0.0
            covered = self.coverage(text)
            if contexts is not None:
                covered += 0.5 * (self.coverage(contexts[i] + "\n" + text) - covered)
            found.append((lexical * covered + (1 - lexical) * max(cosine, 0.0)) * self.names(text, contexts[i] if contexts else ""))
        return found

    def same_script(self, text: str) -> bool:
        """Whether words can match at all: an English question shares none with a Chinese text."""
        return self.question.language != "en" or len(_LATIN_RUN.findall(text)) * 4 > len(text) / 4

    def names(self, text: str, context: str) -> float:
        """A text that holds the names the question quotes speaks of the very thing."""
        quoted = self.question.quoted
        if not quoted:
            return 1.0
        words = tight(text)
        above = tight(context)
        return 1.0 + 0.3 * sum(1.0 if tight(q) in words else 0.6 if tight(q) in above else 0.0 for q in quoted) / len(quoted)

    def has_expected(self, text: str) -> bool:
        """Whether ``text`` holds something of the kind the question asks for: a number with its unit, a date, a name."""
        expected = self.question.expected
        if expected is None:
            return True
        if expected == "person":
            return bool(person_names(text))
        if expected == "number" and self.question.unit:
            return bool(number_with_unit(self.question.unit).search(text))
        return bool(_EXPECTED[expected].search(text))


def number_with_unit(unit: str) -> re.Pattern[str]:
    """Matches a number that counts ``unit`` (多少件 → 近200件, 三十余件)."""
    number = r"(?:\d[\d.,]*|[一二三四五六七八九十百千万两几半]+)\s*[余多几]?\s*[万千百亿]?[余多]?\s*"
    if unit == "%":
        return re.compile(r"[\d.]+\s*[%％‰]|百分之|[一二三四五六七八九十]成")
    units = {"个": "[个项条种类名件家]", "人": "[人名位]", "名": "[人名位]", "位": "[人名位]", "年": "(?:年|载|周年)", "次": "[次场回期]", "件": "[件项个]", "家": "[家个户]"}
    return re.compile(number + units.get(unit, re.escape(unit)))


def person_names(text: str) -> tuple[str, ...]:
    """Personal names in ``text``, as the segmenter's tagger sees them."""
    import rjieba

    return tuple(w for w, tag in rjieba.tag(text) if tag in ("nr", "nrfg", "nrt") and len(w) >= 2)
