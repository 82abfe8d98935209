"""Quotes: sentences of the documents cut to what is worth saying, dated, each point once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.datatypes import Document, DraftSentence, Hit, Passage, Span
from rag.relevance import Relevance
from rag.script import traditional
from rag.support import Evidence, support
from rag.text import clause_spans, grams, is_english, sentence_spans

LATIN = 2.5  # letters of a Latin text that say as much as one Chinese character
# What speaks for a run of clauses beside the words of the question: that it holds the kind of thing asked for; and against
# it, that it leaves out how the sentence begins.
EXPECTED, BEGUN_LATER, PER_CHARACTER = 0.25, 0.02, 0.0004
WHOLE_LIST = 200  # characters of a list in one sentence that are quoted whole
ALIKE = 0.8  # of the character pairs of two sentences in nearly the same words
SHORT_SENTENCE = 18  # a run-in heading says too little alone: it is quoted with the sentence after it

_RELATIVE_DATE = re.compile(
    r"今年|去年|前年|明年|上半年|下半年|截[至止](?:目前|现在|本月|年底)|到目前为止|本年度|本月|上个?月|近日|(?<![\d一二三四五六七八九十两几节生假念])日前|(?i:\b(?:this|last|next) (?:year|month)\b|\bto date\b|\bso far\b)"
)
_COUNTED_LIST = re.compile(r"[二三四五六七八九十\d]+(?:个|种|项|条|类|样|档|步|点|句|件)[^。：，；]{0,8}：")
_NUMBER_ALONE = re.compile(
    r"第?[一二三四五六七八九十\d]{1,3}[步项条类点]?[是，,、：]?$"
)  # 第2步, of a quote that ends there
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*年)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted, and how well it speaks to the question."""

    span: Span
    score: float

    @property
    def text(self) -> str:
        """The very words."""
        return self.span.quote


def sentences_of(passage: Passage, document: Document) -> Iterable[Span]:
    """Sentences of a passage as spans; one too short to say anything is joined with the next."""
    start: int | None = None
    for a, b in sentence_spans(passage.text):
        begin = a if start is None else start
        if size(passage.text[begin:b]) < SHORT_SENTENCE and b < len(passage.text):
            start = begin
            continue
        yield Span(passage, document, passage.start + begin, passage.start + b)
        start = None
    if start is not None:
        yield Span(passage, document, passage.start + start, passage.end)


def size(text: str) -> float:
    """The length of a text in Chinese characters, or in what says as much."""
    return len(text) / LATIN if is_english(text) else len(text)


def _characters(limit: int, text: str) -> int:
    """A limit in Chinese characters as one in the characters of a text."""
    return round(limit * LATIN) if is_english(text) else limit


def opening(span: Span, max_chars: int) -> Span:
    """The first sentence of a span, or as many of its clauses as ``max_chars`` allow; a short one goes on into the next, and
    one that counts off what it announces (分四档：…) is not cut inside unless it is endless.
    """
    text = span.quote
    end = 0
    max_chars = _characters(max_chars, text)
    for a, b in sentence_spans(text):
        if b > max_chars and not _is_whole_list(text[a:b]):
            clauses = [
                c
                for start, c in clause_spans(text[:b])
                if end < c <= max_chars and text[c - 1] != "、" and not _NUMBER_ALONE.match(text[start:c])
            ]
            end = clauses[-1] if clauses else end or b
            break
        end = b
        if size(text[:b]) >= SHORT_SENTENCE:
            break
    return _without_tail(span, span.start, span.start + end)


def _is_whole_list(sentence: str) -> bool:
    return len(sentence) <= WHOLE_LIST and _COUNTED_LIST.search(sentence) is not None


def excerpt(hit: Hit, relevance: Relevance, max_chars: int, but: Sequence[Span] = ()) -> Candidate | None:
    """The run of whole sentences of a passage, at most ``max_chars`` long, that speaks best to the question and holds none of
    ``but``; ``None`` where no sentence is left. A sentence that is longer alone is trimmed.
    """
    sentences = list(sentences_of(hit.passage, hit.document))
    scores = relevance.scores([s.quote for s in sentences], [hit.above] * len(sentences))
    fresh = [not _overlaps(s, but) for s in sentences]
    runs = (
        Candidate(replace(sentences[i], end=sentences[k].end), sum(scores[i : k + 1]))
        for i in range(len(sentences))
        for k in range(i, len(sentences))
        if all(fresh[i : k + 1])
    )
    fitting = (run for run in runs if size(run.text) <= max_chars or run.span in sentences)
    best = max(fitting, key=lambda run: run.score, default=None)
    return trim(best, relevance, max_chars) if best else None


def trim(candidate: Candidate, relevance: Relevance, max_chars: int) -> Candidate:
    """The run of whole clauses, at most ``max_chars`` long, that speaks best to the question; a list as in ``opening``."""
    span = candidate.span
    text = span.quote
    max_chars = _characters(max_chars, text)
    if len(text) <= max_chars or _is_whole_list(text):
        return candidate
    clauses = list(clause_spans(text))
    best, best_score = (clauses[0][0], clauses[0][1]), -1.0
    for i, (a, _) in enumerate(clauses):
        if i and text[a - 1] == "、":
            continue
        b = max(
            (e for s, e in clauses[i:] if e - a <= max_chars and text[e - 1] != "、"), default=clauses[i][1]
        )
        window = text[a:b]
        score = (
            relevance.coverage(window)
            + (EXPECTED if relevance.has_expected(window) else 0.0)
            - BEGUN_LATER * (i > 0)
            - PER_CHARACTER * a
        )
        if score > best_score + 1e-9:
            best, best_score = (a, b), score
    return replace(candidate, span=_without_tail(span, span.start + best[0], span.start + best[1]))


def _without_tail(span: Span, start: int, end: int) -> Span:
    """A trimmed quote does not end in a mark that promises more."""
    text = span.document.text
    while end > start + 1 and text[end - 1] in "，,、；;：: ":
        end -= 1
    return replace(span, start=start, end=end)


def dated(sentences: Sequence[DraftSentence], language: str) -> list[DraftSentence]:
    """今年 means the year of the text: a sentence with such a word is given with the date of its document."""
    told: set[str] = set()
    given = []
    for sentence in sentences:
        document = sentence.spans[0].document
        if document.date and document.date in sentence.lead:
            told.add(document.id)
        if _RELATIVE_DATE.search(sentence.text) and document.id not in told:
            told.add(document.id)
            sentence = replace(sentence, lead=f"{sentence.lead}{_date_note(document, language)}")
        given.append(sentence)
    return given


def _date_note(document: Document, language: str) -> str:
    """The date of a document; where it bears none, the latest year that it names."""
    latest = max(_YEAR.findall(document.text), default=None)
    if language == "en":
        names = f"; the latest year in it is {latest}" if latest else ""
        return f"(Text of {document.date}.) " if document.date else f"(The text bears no date{names}.) "
    names = f"，文中最晚的年份是{latest}年" if latest else ""
    note = f"（原文日期：{document.date}）" if document.date else f"（原文未注明日期{names}）"
    return traditional(note) if language == "zh-Hant" else note


def merge_repeats(sentences: Sequence[DraftSentence]) -> list[DraftSentence]:
    """The same point is said once, with every place it stands in."""
    kept: list[DraftSentence] = []
    for sentence in sentences:
        twin = next((i for i, k in enumerate(kept) if same_point(k.text, sentence.text)), None)
        if twin is None:
            kept.append(sentence)
        else:
            known = kept[twin].spans
            kept[twin] = replace(
                kept[twin], spans=(*known, *(s for s in sentence.spans if not _overlaps(s, known)))
            )
    return kept


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(
        o.document.id == span.document.id and o.start < span.end and span.start < o.end for o in others
    )


def same_point(said: str, quote: str) -> bool:
    """Whether ``quote`` says what is ``said`` in nearly the same words: another number, name or 不 makes another point of it."""
    left, right = set(grams(said)), set(grams(quote))
    alike = bool(left and right) and len(left & right) / len(left | right) >= ALIKE
    return alike and support(said, [Evidence(quote)]).holds
