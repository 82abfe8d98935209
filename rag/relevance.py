"""How well a stretch of text speaks to a question: rarity-weighted word overlap and the encoder's late interaction."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder
from embeddings.fold import fold
from embeddings.interaction import Bags, best_cosines
from rag import segment
from rag.datatypes import Hit
from rag.glossary import Wording, in_chinese
from rag.protocols import Statistics
from rag.question import Question
from rag.text import grams, is_english, tight, words
from rag.thesaurus import expressions

LEXICAL_WEIGHT = 0.5  # the rest goes to the encoder; .25 to .65 measure alike on the project's own questions, docs/answers.md

# Cosines of unrelated words end near the first; translations begin near the second.
ALIKE_FLOOR, ALIKE_FULL = 0.15, 0.50
FREQUENCY_REACH = 4  # characters behind a frequency in which its verb may stand: 按月交纳
_LIGHT_VERBS = frozenset(
    "开展 进行 抓好 搞好 做好 办好 推进 落实 实施 做得 办得 搞得 抓得 抓实 处理 安排 遇到 面对".split()
)
_HOW_OFTEN = re.compile(r"(?:多久|多长时间|几(?:年|个?月|天|周))(?P<does>[^，。？一1]{1,2}?)[一1][次回场]")
PERSON_REACH = 8  # characters
TELLING = 5.0  # length of the token vectors of a word that names a subject: 深圳 6.0, 蛋糕 6.2; 东西 2.9, 外头 3.0, 那点 2.1
SOFT_SHARE = 0.8  # of an exact match
LONG_NAME, MOST_OF_NAME = 4, 0.6  # characters; the share of its pairs that stands for a name

_NUM = r"(?:[\d.]+|[一二三四五六七八九十百千万两半几]+)"
_YEAR = re.compile(r"\d{4}\s*年|[〇零一二三四五六七八九]{4}年|\d{2}年代")
_OCCASION = re.compile(
    r"时候|时机|节点|[之以]?[前后](?=[，、；。]|就|才|应|要|须|再|由|的[一二三几])|前夕|期间|之际|期满|届满|当[天日场]|[及随即]时|立即|马上|每[年月周季天逢]|定期"
)
_EN_NUMBER = r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|half|third|quarter|majority|once|twice|every|daily|weekly|monthly|annually|none|no more than|at least)\b"
_EXPECTED = {
    "number": re.compile(
        rf"(?i:{_EN_NUMBER})|\d|{_NUM}[余多]?[个次名人年月天件项家户篇场期届万千百元级部支小课学成]|分之"
    ),
    "agent": re.compile(
        r"(?<![为理缘事自])由(?![于此来])[^，。；、]{2,24}|(?:责任|职责|权限?)(?:仍|还|都|就)?(?:在|归|属)|归[^，。；]{2,12}(?:管|负责|所有)|[员记委组长会部门席方人位](?:负责|主持|召集|组织|审批|批准|决定|讨论|提出|推荐|指定|担任)"
    ),
    "duration": re.compile(
        rf"(?:{_NUM}\s*[余多]?\s*(?:个)?|每|半|一个)\s*(?:年|月|天|日|周|季度|季|小时|分钟|学时|工作日)"
    ),
    "frequency": re.compile(
        r"(?:每|一个?|半)(?:年|月|周|天|日|季度?|半年|[一两三四六\d]+个?[年月天])[^，。；]{0,14}[一两三四五\d][次回场期遍]|按[年月季周日](?:度)?|随时|定期|经常|不少于[^，。；]{0,4}[次回场]|(?i:\b(?:once|twice|every|each|daily|weekly|monthly|quarterly|annually|yearly)\b)"
    ),
    "date": re.compile(
        r"\d{2,4}\s*年|\d+\s*[月日号]|[一二三四五六七八九十]+月|[〇零一二三四五六七八九]{4}年|年[初中底末]|季度|前后|之日|[那当][一]?[年月天日]"
    ),
    "name": re.compile(r"[“”‘’《》「」『』\"]"),
    "place": re.compile(r"[省市县区乡镇村州盟旗国岛港湾街路部厅局委院校]"),
    "definition": re.compile(
        r"是指|指的是|所谓|就是|是一种|称为|叫做|看作|定义|即|是.{1,20}的(?:[^，。]{1,10})?[。，；]"
    ),
}


class Relevance:
    """Scores texts against one question. Scores lie in [0, 1] and can be compared within the question only."""

    def __init__(
        self, question: Question, statistics: Statistics, encoder: Encoder, hits: Sequence[Hit] = ()
    ) -> None:
        self.question = question
        self._statistics = statistics
        self._encoder = encoder
        self._hits = hits

    @cached_property
    def known(self) -> Mapping[str, int]:
        """Words and character pairs of the question with the number of passages that hold each."""
        return self._statistics.frequencies(dict.fromkeys((*self.question.terms(), *self.question.grams())))

    @cached_property
    def idf(self) -> dict[str, float]:
        """BM25's inverse document frequency of each, never negative.

        A word in another language than the passages found is as rare as what it is called in theirs, or as the word of
        theirs that comes nearest to it.
        """
        total = self._statistics.counts()[1]
        frequency = {**self.known, **self._frequency_of_nearest(), **self._frequency_of_translations()}
        return {u: math.log(1 + (total - df + 0.5) / (df + 0.5)) for u, df in frequency.items()}

    def _frequency_of_translations(self) -> Mapping[str, int]:
        """Of the words that are known; no phrase is more frequent than the rarest of its character pairs. A learned word is as
        frequent as its translations are on average (probabilistic structured queries, Darwish and Oard 2003).
        """
        pairs = {
            t: [grams(word) for word in wording.meant]
            for t, wording in self._wordings.items()
            if wording.meant
        }
        known = self._statistics.frequencies({p for words in pairs.values() for word in words for p in word})
        each = {t: [min(known[p] for p in word) for word in words] for t, words in pairs.items()}
        odds = {t: self._wordings[t].odds for t in each}
        found = {t: round(float(np.dot(odds[t], each[t]))) if odds[t] else max(each[t]) for t in each}
        return {t: max(frequency, self.known[t]) for t, frequency in found.items() if frequency}

    def _frequency_of_nearest(self) -> Mapping[str, int]:
        """Of the words that are not known and stand in no document."""
        foreign = [t for t, wording in self._wordings.items() if not wording.meant and not self.known[t]]
        vocabulary = list(dict.fromkeys(w for h in self._hits for w in words(h.passage.text) if len(w) > 1))
        if not foreign or not vocabulary or self._encoder.tokens is None:
            return {}
        alike = self._encoder.encode_queries(foreign) @ self._encoder.encode_passages(vocabulary).T
        nearest = {
            t: vocabulary[int(row.argmax())]
            for t, row in zip(foreign, alike, strict=True)
            if row.max() > ALIKE_FLOOR
        }
        known = self._statistics.frequencies(nearest.values())
        return {t: known[w] for t, w in nearest.items()}

    @cached_property
    def weights(self) -> dict[str, float]:
        """``idf`` scaled to sum to 1; a single character counts less."""
        total = sum(self._importance.values())
        return {u: w / total for u, w in self._importance.items()} if total else {}

    def coverage(self, text: str) -> float:
        """The rarity-weighted share of the question's terms that stand in ``text``."""
        folded = fold(text)
        return sum(w * self.held(folded, u) for u, w in self.weights.items())

    def held(self, folded: str, term: str) -> float:
        """How far a folded text holds a term: 1 for the term itself, in English for all words of it or what it is called in
        Chinese, of a long Chinese name a part for most of its character pairs (支部委员会会议 in 支部委员会每月召开会议), of a
        learned translation what it counts beside the surest.
        """
        if term in folded:
            return 1.0
        wording = self._wordings.get(term)
        if wording is None:
            return 0.0
        if all(word in folded for word in term.split()):
            return 1.0
        if wording.shares:
            there = (
                share for word, share in zip(wording.meant, wording.shares, strict=True) if word in folded
            )
            return max(there, default=0.0) / wording.sure
        if any(word in folded for word in wording.meant):
            return 1.0
        shares = (
            sum(pair in folded for pair in grams(word)) / (len(word) - 1)
            for word in wording.meant
            if len(word) >= LONG_NAME
        )
        share = max(shares, default=0.0)
        return SOFT_SHARE * share if share >= MOST_OF_NAME else 0.0

    @cached_property
    def _wordings(self) -> dict[str, Wording]:
        return self.question.wordings

    def _meant(self, term: str) -> tuple[str, ...]:
        return self._wordings[term].meant if term in self._wordings else ()

    def strengths(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """How strongly each text holds each of ``terms``: shape (terms, texts), 1 for the very word, 0 for nothing alike.

        The official word for an everyday one counts in part, and so does a word of like meaning in any language: each word of the question is compared with each word of a
        text (the late interaction of ColBERT, Khattab and Zaharia 2020, over the vectors of a static model): 唠嗑 finds
        拉家常, grassroots finds 基层. Only the very words count when the encoder's word vectors mean nothing.
        """
        folded = [fold(t) for t in texts]
        exact = np.array([[self.held(text, term) for text in folded] for term in self.terms], np.float32)
        exact = exact.reshape(len(self.terms), len(texts))
        for row, term in enumerate(self.terms):
            if official := self.official.get(term):
                meant = [SOFT_SHARE * any(word in text for word in official) for text in folded]
                np.maximum(exact[row], meant, out=exact[row])
        if self._encoder.tokens is None or not self.terms or not texts:
            return exact
        bags = [tuple(dict.fromkeys(words(t))) for t in texts]
        known = {w: i for i, w in enumerate(dict.fromkeys(w for bag in bags for w in bag))}
        if not known:
            return exact
        alike = self._term_vectors @ self._encoder.encode_passages(list(known)).T
        scaled = self._shares * np.clip((alike - ALIKE_FLOOR) / (ALIKE_FULL - ALIKE_FLOOR), 0.0, 1.0)
        for column, bag in enumerate(bags):
            if bag:
                np.maximum(
                    exact[:, column], scaled[:, [known[w] for w in bag]].max(axis=1), out=exact[:, column]
                )
        return exact

    def soft_coverages(self, texts: Sequence[str]) -> list[float]:
        """``coverage`` of each text with words of like meaning counted: see ``strengths``."""
        return [float(c) for c in self.term_weights @ self.strengths(texts)]

    def shared_coverage(self, frame: str, heads: Sequence[str]) -> tuple[float, float]:
        """``(shared, alone)``: what the frame and the items together say, and what one single item says by itself.

        A term of the frame counts whole, another by the share of items that hold it. Terms that one item alone holds
        are shared where another item has as many of its own: the question names the items.
        """
        held = self.strengths([frame, *heads])
        above, below = held[:, :1], held[:, 1:]
        shared = self.term_weights @ np.maximum(above[:, 0], below.mean(axis=1))
        second_best, best = np.sort(below, axis=1)[:, -2:].T[..., None]
        elsewhere = np.maximum(
            above, np.where(below == best, second_best, best)
        )  # in the frame or in another item
        own = self.term_weights @ np.maximum(below - elsewhere, 0.0)
        second, most = np.sort(own)[-2:]
        spread = float(own.sum() - (most - second)) if second > 0 else 0.0
        return float(shared) + spread, float(most - second)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The question's content words."""
        return self.question.terms()

    @cached_property
    def term_weights(self) -> NDArray[np.float32]:
        """How much each of ``terms`` counts: its rarity, scaled to sum to 1."""
        raw = np.array([self._importance[t] for t in self.terms], np.float32)
        total = float(raw.sum())
        return np.asarray(raw / total if total else raw, np.float32)

    @cached_property
    def _importance(self) -> dict[str, float]:
        """How much each word and character pair counts. What the documents hold is told by how rare it is there; of other words,
        外头 and 东西 name no subject where 深圳 and 蛋糕 do: training makes the vectors of tokens long that tell passages apart.
        """
        found = {unit: weight * _weight_share(unit) for unit, weight in self.idf.items()}
        table = self._encoder.tokens
        absent = [unit for unit in found if not self.known[unit]]
        if table is not None and absent:
            for unit, bag in zip(absent, table.bags(absent), strict=True):
                longest = float(np.linalg.norm(table.vectors(bag), axis=1).max(initial=0.0))
                found[unit] *= min(longest / TELLING, 1.0)
        return found

    @cached_property
    def official(self) -> dict[str, tuple[str, ...]]:
        """The official words for those of ``terms`` that are everyday expressions or a part of one."""
        found = expressions(fold(self.question.text)) if self.question.language != "en" else {}
        return {t: sum((words for said, words in found.items() if t in said), ()) for t in self.terms}

    @cached_property
    def _term_vectors(self) -> NDArray[np.float32]:
        """Of each of ``terms``; of what it is called in Chinese, where the glossary says so."""
        return self._encoder.encode_queries(
            [w.meant[0] if (w := self._wordings.get(t)) and w.sure == 1 else t for t in self.terms]
        )

    @cached_property
    def _shares(self) -> NDArray[np.float32]:
        """What a word of like meaning counts: whole for a foreign word that the glossary does not know."""
        known = [self.question.language != "en" or self._wordings[term].sure == 1 for term in self.terms]
        return np.where(known, SOFT_SHARE, 1.0).astype(np.float32)[:, None]

    @cached_property
    def _query(self) -> NDArray[np.float32]:
        text = (
            f"{self.question.text} {in_chinese(self.question.text)[0]}"
            if self.question.language == "en"
            else self.question.subject
        )
        vectors: NDArray[np.float32] = self._encoder.encode_queries([text])
        return np.asarray(vectors[0], np.float32)

    def cosines(self, texts: Sequence[str]) -> list[float]:
        """The encoder's cosine of each text to the question."""
        if not texts:
            return []
        return [float(c) for c in self._encoder.encode_passages(list(texts)) @ self._query]

    def scores(self, texts: Sequence[str], contexts: Sequence[str] | None = None) -> list[float]:
        """One score a text; a context (heading path, title, rest of the paragraph) lends half of what it adds."""
        if not texts:
            return []
        above = contexts if contexts is not None else [""] * len(texts)
        held = self.strengths(texts)
        within = np.maximum(held, self.strengths(above))
        covered = self.term_weights @ (held + within)
        likened = self._likened(texts, above)
        named = [self.names(text, context) for text, context in zip(texts, above, strict=True)]
        return [float(s) for s in (LEXICAL_WEIGHT * covered + (1 - LEXICAL_WEIGHT) * likened) / 2 * named]

    def _likened(self, texts: Sequence[str], above: Sequence[str]) -> NDArray[np.float32]:
        """How like the question each text is, with what stands above it; what a Chinese text is like an English question in
        Chinese counts as much as it could be translated.
        """
        asked = self._likeness(self.question.subject, texts, above)
        translation, translated = (
            in_chinese(self.question.text) if self.question.language == "en" else ("", 0.0)
        )
        if not translated:
            return asked
        chinese = np.array([not is_english(text) for text in texts])
        return np.where(
            chinese, asked + translated * (self._likeness(translation, texts, above) - asked), asked
        )

    def _likeness(self, query: str, texts: Sequence[str], above: Sequence[str]) -> NDArray[np.float32]:
        """The weighted mean over the tokens of a query of what in a text, and in it or above it, is most like each; the
        query is one token where the encoder has none.
        """
        table = self._encoder.tokens
        if table is None:
            vectors = (
                self._encoder.encode_passages([*texts, *above]) @ self._encoder.encode_queries([query])[0]
            )
            weights, best = np.ones(1, np.float32), np.maximum(vectors[None, :], 0.0)
            alike, around = best[:, : len(texts)], best[:, len(texts) :]
        else:
            distinct = {text: i for i, text in enumerate(dict.fromkeys((*texts, *above)))}
            weights, best = best_cosines(table, query, Bags.of(table.bags(list(distinct))))
            alike, around = (best[:, [distinct[text] for text in each]] for each in (texts, above))
        return np.asarray(weights @ (alike + np.maximum(alike, around)), np.float32)

    def names(self, text: str, context: str) -> float:
        """A text that holds the names the question quotes speaks of the very thing."""
        quoted = self.question.quoted
        if not quoted:
            return 1.0
        words = tight(text)
        above = tight(context)
        return 1.0 + 0.3 * sum(
            1.0 if tight(q) in words else 0.6 if tight(q) in above else 0.0 for q in quoted
        ) / len(quoted)

    def has_expected(self, text: str) -> bool:
        """Whether ``text`` holds something of the kind the question asks for: a number with its unit, a date, a name."""
        expected = self.question.expected
        if expected is None:
            return True
        if expected == "person":
            return self._names_the_person(text)
        if expected == "date" and self.question.unit == "年":
            return bool(_YEAR.search(text))
        if expected == "date" and self.question.unit == "时" and _OCCASION.search(text):
            return True
        if expected == "number" and self.question.unit and not is_english(text):
            counted = number_with_unit(self.question.unit).search(text)
            return bool(counted) or (
                self.question.unit in ("人", "名", "位") and "半数" in text
            )  # at least half of the members
        return bool(_EXPECTED[expected].search(text))

    def happens_so_often(self, text: str) -> bool:
        """Whether what a question asks the frequency of (多久交一次 → 交) stands with a frequency: 每年核定一次 is of something else.

        True for every other question.
        """
        asked = _HOW_OFTEN.search(fold(self.question.text)) if self.question.expected == "frequency" else None
        if asked is None:
            return True
        folded = fold(text)
        spans = (m.span() for m in _EXPECTED["frequency"].finditer(folded))
        return any(asked["does"] in folded[start : end + FREQUENCY_REACH] for start, end in spans)

    def _names_the_person(self, text: str) -> bool:
        """Whether a personal name stands right beside a word of the question: who is merely quoted is not who is asked for."""
        folded = fold(text)
        asked = [word for term in self.terms for word in (term, *self._meant(term)) if len(word) > 1]
        for name in person_names(text):
            if name in asked:
                continue
            at = folded.find(fold(name))
            near = folded[max(0, at - PERSON_REACH) : at + len(name) + PERSON_REACH]
            if any(t in near for t in asked):
                return True
        return False


def _weight_share(word: str) -> float:
    """What a word counts beside its rarity: a single character or a verb that says only that something is done, less."""
    return 0.4 if len(word) == 1 or word in _LIGHT_VERBS else 1.0


def number_with_unit(unit: str) -> re.Pattern[str]:
    """Matches a number that counts ``unit`` (多少件 → 近200件, 三十余件)."""
    number = r"(?:\d[\d.,]*|[一二三四五六七八九十百千万两几半]+)\s*[余多几]?\s*[万千百亿]?[余多]?\s*"
    if unit == "%":
        return re.compile(r"[\d.]+\s*[%％‰]|百分之|[一二三四五六七八九十]成")
    if unit == "比例":
        return re.compile(rf"{number}分之|{number_with_unit('%').pattern}|半数")
    units = {
        "个": "[个项条种类名件家]",
        "人": "(?:[人名位]|分之)",
        "元": "(?:元|块|[%％‰])",
        "天": "(?:天|日|个?工作日)",
        "名": "(?:[人名位]|分之)",
        "小时": "(?:小时|学时|课时)",
        "月": "个?月",
        "字": "个?字",
        "位": "[人名位]",
        "年": "(?:年|载|周年)",
        "次": "[次场回期]",
        "件": "[件项个]",
        "家": "[家个户]",
    }
    return re.compile(number + units.get(unit, re.escape(unit)))


def person_names(text: str) -> tuple[str, ...]:
    """Personal names in ``text``, as the segmenter's tagger sees them."""
    return tuple(w for w, tag in segment.tagged(text) if tag in ("nr", "nrfg", "nrt") and len(w) >= 2)
