"""Answers without a language model: the documents' own sentences, chosen and ordered to answer the question.

fact       the one sentence that answers, a second one only where it adds what the first leaves open
list       the complete enumeration, wherever it stands
synthesis  the points of the documents that treat the question, grouped by document
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from embeddings import Encoder
from embeddings.fold import fold
from rag.asked_section import asked_section
from rag.datatypes import Document, Draft, DraftSentence, Hit, Span
from rag.enumerations import Enumeration, Item, enumerations
from rag.facets import facets, of_label
from rag.outlines import BEFORE_CHARS, ONE_SENTENCE, READ_HITS, best_enumerations, is_outline
from rag.protocols import Library, Statistics
from rag.question import Question, announced_count, chinese_number, read_question
from rag.quoting import (
    Candidate,
    dated,
    excerpt,
    merge_repeats,
    opening,
    same_point,
    sentences_of,
    trim,
)
from rag.relevance import Relevance
from rag.script import traditional
from rag.suitability import brief, of_mistakes, suits
from rag.topic import owned

FACT_CHARS, POINT_CHARS, ITEM_CHARS = 140, 90, 64  # longer quotes are trimmed at clause ends
LIST_CHARS = 400  # a sentence that is itself the list is cut only where it is endless
PART_ANSWERED = 0.75  # coverage of a part of a question by what was chosen for the parts before
ELSEWHERE = 0.9  # a second thing asked is more likely told where the first is
# Where the second sentence scores this share of the first, the first answers half of the questions only, one of the first
# three seven in ten, of the first five nine; below, the first is nearly always right (docs/answers.md).
UNSURE, MORE, MORE_OF_EACH = 0.7, 4, 1
_SENTENCES = ("\n\n相近的说法：\n\n", "\n\nAlso near:\n\n")
# Below this score of the best hit the sentences chosen hold half of the key points; the four best passages, which the
# question's words hardly tell apart, hold three quarters (docs/answers.md).
SURE_HIT, NEAR_PASSAGES, NEAR_HIT, EXCERPT_CHARS = 0.02, 4, 0.5, 160
_PASSAGES = ("\n\n意思相近的段落：\n\n", "\n\nPassages of like meaning:\n\n")
FOREMOST = 0.98  # of the best score: the best hits for each thing asked are as good as the best for all (rag.faceted)
MAX_POINTS, MAX_COMPARED, MAX_DOCUMENTS = 4, 6, 5
POINT_HITS = 8  # passages whose points may be given
# Of the best sentence: what a further point must score, one of another document where several are asked.
NEAR, NEAR_ACROSS = 0.65, 0.35
SHORT_OUTLINE = 8  # sentences; behind a longer one nobody reads the outline of a second document
ANNOUNCES = 1.3  # a sentence that says how many there are tells a section best
COMPARED_HIT = 0.45  # of the best hit: what one must score where two things are compared


_COUNTS_OFF = re.compile(
    r"(?:有|分|分为|分成|包括|写清|做到|做好|抓好|用|是|走|按)[^，。；：]{0,8}?[二三四五六七八九十两\d]+(?:个|种|项|条|类|样|件|步|点|句|道|定|有)"
)
_WHAT_TO_DO = re.compile(
    r"(?:这时|对此|为此)?(?:[^，。；：]{0,4})?(?:办法|方法|改法|对策|做法|措施|解法)(?:就?是|有|：|，)|(?:这时|对此|为此)，?(?:要|应当?|可以|须)"
)
_COUNTED = re.compile(
    r"(?<!第)(?P<number>十?[二三四五六七八九]|十|1?[2-9])(?:个|种|项|条|类|样|件|步|点|句|道|关|招|大)(?!月)"
)
_OWN_NUMBER = re.compile(
    r"[（(]?(?:第?[一二三四五六七八九十]{1,3}|\d{1,2})(?:[)）是、.．，,]|步|类)|其[一二三四五六七八九十]|首先|其次|再次|最后|还要|[①-⑳]"
)


class ExtractiveGenerator:
    """Composes answers from verbatim sentences. Deterministic; needs no model but the encoder."""

    def __init__(self, library: Library, statistics: Statistics, encoder: Encoder) -> None:
        self._library = library
        self._statistics = statistics
        self._encoder = encoder

    def generate(self, question: str, hits: Sequence[Hit], language: str) -> Draft:
        """A draft whose sentences all carry exact spans; empty when there are no hits."""
        asked, hits = _of_owner(read_question(question), hits)
        relevance = Relevance(asked, self._statistics, self._encoder, hits)
        if not hits:
            return Draft("extractive", ())
        composed = self._compose(asked, relevance, hits)
        if hits[0].score < SURE_HIT:
            composed = [*composed, *self._passages(asked, relevance, hits, composed)]
        return Draft("extractive", tuple(dated(merge_repeats(composed), language)))

    def _compose(self, asked: Question, relevance: Relevance, hits: Sequence[Hit]) -> list[DraftSentence]:
        wanted = facets(asked.text)
        if len(wanted) == 1 and asked.kind != "list" and asked.expected not in ("definition", "name"):
            wanted = (
                of_label(asked.text, (s.quote for h in hits for s in sentences_of(h.passage, h.document)))
                or wanted
            )
        if len(wanted) > 1:
            return self._by_facet(wanted, hits)
        if asked.kind == "fact":
            return self._fact(asked, relevance, hits)
        one_thing = not (asked.compares or asked.why or asked.count or asked.quoted)
        section = asked_section(asked, relevance, hits, self._library) if one_thing else ()
        if section:
            within = {passage.id for passage in section}
            hits = [hit for hit in hits if hit.passage.id in within]
        found = best_enumerations(asked, relevance, hits, self._library, section)
        if asked.kind == "list":
            if found:
                return self._enumerated(found[: 1 if asked.count else 2], relevance)
            return self._points(asked, relevance, hits, documents=2)
        if found and not asked.compares and not asked.why and is_outline(found[0]):
            outlines = [e for e in found if is_outline(e)]
            first = self._enumerated(outlines[:1], relevance)
            return self._enumerated(outlines[:2], relevance) if len(first) <= SHORT_OUTLINE else first
        return self._points(asked, relevance, hits, documents=MAX_DOCUMENTS)

    def _passages(
        self, asked: Question, relevance: Relevance, hits: Sequence[Hit], said: Sequence[DraftSentence]
    ) -> list[DraftSentence]:
        """What the passages that came near say beside what was ``said``."""
        quoted = [span for sentence in said for span in sentence.spans]
        near = [hit for hit in hits[:NEAR_PASSAGES] if hit.score >= NEAR_HIT * hits[0].score]
        found = [excerpt(hit, relevance, EXCERPT_CHARS, but=quoted) for hit in near]
        return _under(_PASSAGES, [c for c in found if c], asked)

    # facts

    def _fact(self, asked: Question, relevance: Relevance, hits: Sequence[Hit]) -> list[DraftSentence]:
        """The sentence that answers, with every other place that says the same; where others come near, these as well."""
        found = self._candidates(hits[:READ_HITS], relevance)
        if not found:
            return []
        best = trim(found[0], relevance, FACT_CHARS)
        remedy = [trim(c, relevance, FACT_CHARS) for c in _remedies(found[0], relevance.question)]
        same = [c for c in found[1:] if same_point(c.text, best.text)]
        near = [c for c in _near(found[1:], found[0], relevance) if c not in same]
        near = [c for c in near if not any(c.span.start == r.span.start for r in remedy)]
        near = near[:MORE] if hits[0].score >= SURE_HIT else []  # else whole passages follow
        also = _under(_SENTENCES, [trim(c, relevance, FACT_CHARS) for c in near], asked)
        return [*(DraftSentence(c.text, (c.span,)) for c in (best, *same, *remedy)), *also]

    def _by_facet(self, asked: Sequence[str], hits: Sequence[Hit]) -> list[DraftSentence]:
        """What answers each thing asked, unless what was said before does; whose words they are, where they differ."""
        said: list[list[DraftSentence]] = []
        told = {hit.document.id for hit in hits if hit.score >= FOREMOST * hits[0].score}
        for facet in asked:
            question, theirs = _of_owner(read_question(facet), hits)
            own = Relevance(question, self._statistics, self._encoder, theirs)
            before = [s for sentences in said for s in sentences]
            if before and self._answered(own, before):
                continue
            listed = (
                best_enumerations(question, own, theirs, self._library)[:1] if question.kind == "list" else []
            )
            if listed:
                said.append(self._enumerated(listed, own))
                continue
            spans = {span for s in before for span in s.spans}
            fresh = [c for c in self._candidates(theirs[:READ_HITS], own) if c.span not in spans]
            fresh = sorted(fresh, key=lambda c: -c.score * (1.0 if c.span.document.id in told else ELSEWHERE))
            if fresh:
                best = fresh[0]
                told.add(best.span.document.id)
                near = [c for c in _near(fresh[1:], best, own) if not same_point(c.text, best.text)]
                chosen = [best, *near[:MORE_OF_EACH]]
                quotes = [trim(c, own, FACT_CHARS) for c in chosen]
                for _, group in groupby(quotes, key=lambda c: c.span.document.id):
                    said.append([DraftSentence(c.text, (c.span,)) for c in group])
        return _led([s for s in said if s])

    def _answered(self, own: Relevance, before: Sequence[DraftSentence]) -> bool:
        """Whether the sentences chosen before already speak of all that a facet asks."""
        said = "\n".join(s.text for s in before)
        return own.soft_coverages([said])[0] >= PART_ANSWERED and own.has_expected(said)

    def _candidates(self, hits: Sequence[Hit], relevance: Relevance) -> list[Candidate]:
        spans = [span for hit in hits for span in sentences_of(hit.passage, hit.document)]
        top = max((hit.score for hit in hits), default=0.0) or 1.0
        weight = {hit.passage.id: 0.55 + 0.45 * hit.score / top for hit in hits}
        contexts = [_around(s) for s in spans]
        scored = relevance.scores([s.quote for s in spans], contexts)
        found = [
            Candidate(
                s,
                score
                * weight[s.passage.id]
                * suits(s.quote, relevance)
                * brief(s.quote)
                * of_mistakes((s.document.title, *s.passage.section), relevance.question),
            )
            for s, score in zip(spans, scored, strict=True)
        ]
        return sorted(found, key=lambda c: -c.score)

    # enumerations

    def _enumerated(self, chosen: Sequence[Enumeration], relevance: Relevance) -> list[DraftSentence]:
        sentences: list[DraftSentence] = []
        for found in chosen:
            opening = _group_lead(found.document, found.section, first=not sentences)
            if found.form in ONE_SENTENCE:
                span = Span(found.items[0].passage, found.document, found.items[0].start, found.items[0].end)
                quote = trim(Candidate(span, 1.0), relevance, LIST_CHARS).span
                sentences.append(DraftSentence(quote.quote, (quote,), lead=opening))
                continue
            for number, item in enumerate(found.items, 1):
                quote, heading = self._item_quote(found, item)
                sign = "- " if _OWN_NUMBER.match(heading or quote.quote) else f"{number}. "
                lead = (opening if number == 1 else "\n") + sign + (f"**{heading}** " if heading else "")
                nested = list(self._nested(found.document, item))
                if nested and heading:  # the heading announces them: a sentence of its own would repeat one
                    nested[0] = replace(nested[0], lead=lead.rstrip() + nested[0].lead)
                else:
                    sentences.append(DraftSentence(quote.quote, (quote,), lead=lead))
                sentences.extend(nested)
        return sentences

    def _nested(self, document: Document, item: Item) -> Iterable[DraftSentence]:
        """The points counted off inside the paragraph of a heading, or the four of its section that the heading announces."""
        if item.heading is None:
            return
        inner = [e for e in enumerations(document, (item.passage,)) if e.form == "series"]
        counted = _announced(item.heading.text)
        if counted and all(e.size != counted for e in inner):
            section = [p for p in self._library.passages(document.id) if item.start <= p.start < item.end]
            within = enumerations(document, section)
            inner = [e for e in within if e.size == counted and e.form not in ONE_SENTENCE] or inner
        longest = max(inner, key=lambda e: e.size, default=None)
        for sub in longest.items if longest else ():
            run_in = sub.heading is None or sub.heading.run_in
            span = Span(
                sub.passage,
                document,
                sub.start if run_in else sub.passage.start,
                min(sub.end, sub.passage.end),
            )
            quote = opening(span, ITEM_CHARS)
            heading = "" if run_in or sub.heading is None else f"**{sub.heading.text}** "
            yield DraftSentence(quote.quote, (quote,), lead=f"\n   - {heading}")

    def _item_quote(self, found: Enumeration, item: Item) -> tuple[Span, str]:
        """The words to quote for an item, and its heading where the quote does not hold it."""
        if item.heading is None:
            span = Span(item.passage, found.document, item.start, item.end)
            return opening(span, ITEM_CHARS), ""
        if item.heading.run_in:
            return opening(
                Span(item.passage, found.document, item.heading.start, item.passage.end), POINT_CHARS
            ), ""
        spans = list(sentences_of(item.passage, found.document))
        own = Relevance(read_question(item.heading.text), self._statistics, self._encoder)
        scored = own.scores([s.quote for s in spans])
        best = max(
            range(len(spans)),
            key=lambda i: scored[i] * (ANNOUNCES if _COUNTS_OFF.search(spans[i].quote) else 1.0),
        )
        return trim(Candidate(spans[best], 1.0), own, POINT_CHARS).span, item.heading.text

    # points

    def _points(
        self, asked: Question, relevance: Relevance, hits: Sequence[Hit], documents: int
    ) -> list[DraftSentence]:
        """The best sentences of each passage that treats the question, grouped by document."""
        floor = COMPARED_HIT * hits[0].score if asked.compares and not asked.across else 0.0
        named = [fold(name) for name in asked.quoted]
        read = [
            h
            for h in hits[:POINT_HITS]
            if h.score >= floor
            or (asked.compares and named and all(n in fold(h.passage.text) for n in named))
        ]
        best: dict[str, list[Candidate]] = {}
        for candidate in self._candidates(read, relevance):
            best.setdefault(candidate.span.passage.id, []).append(candidate)
        order = list(dict.fromkeys(h.document.id for h in read))[:documents]
        leaders = sorted(
            (c[0] for c in best.values() if c[0].span.document.id in order), key=lambda c: -c.score
        )
        leaders = leaders[: MAX_COMPARED if asked.compares else MAX_POINTS]
        near = NEAR_ACROSS if asked.across else 0.0 if asked.compares else NEAR
        leaders = [c for c in leaders if c.score >= near * leaders[0].score]
        few = len(leaders) <= 3 or asked.across or not asked.compares
        each = 3 if len(leaders) == 1 else 2 if few else 1
        chosen = [
            c
            for leader in leaders
            for c in best[leader.span.passage.id][:each]
            if c.score >= NEAR * leader.score
        ]
        chosen = _whole_series(chosen)
        sentences: list[DraftSentence] = []
        for document_id in order:
            group = sorted(
                (c for c in chosen if c.span.document.id == document_id), key=lambda c: c.span.start
            )
            for i, candidate in enumerate(group):
                quote = trim(candidate, relevance, FACT_CHARS)
                lead = _group_lead(quote.span.document, (), first=not sentences) if i == 0 else "\n"
                sentences.append(DraftSentence(quote.text, (quote.span,), lead=lead + "- "))
        return sentences


def _whole_series(chosen: Sequence[Candidate]) -> list[Candidate]:
    """With every item of a series of which two are chosen (第一步…第三步): an enumeration is quoted whole."""
    added = list(chosen)
    for span in dict.fromkeys(
        replace(c.span, start=c.span.passage.start, end=c.span.passage.end) for c in chosen
    ):
        for found in enumerations(span.document, (span.passage,)):
            told = {
                item: [
                    c
                    for c in chosen
                    if item.start <= c.span.start < item.end and c.span.passage == span.passage
                ]
                for item in found.items
            }
            if found.form == "series" and sum(map(bool, told.values())) >= 2:
                missing = (item for item, quotes in told.items() if not quotes)
                added += [
                    Candidate(opening(replace(span, start=i.start, end=i.end), FACT_CHARS), 0.0)
                    for i in missing
                ]
    return list(dict.fromkeys(added))


def _of_owner(asked: Question, hits: Sequence[Hit]) -> tuple[Question, Sequence[Hit]]:
    """What is asked about a unit, place or person, and the hits of the documents that speak of it; see ``owned``.

    A single fact may be anybody's in any report, and what is compared has several owners: they stay as they are.
    """
    whose = None if asked.kind == "fact" or asked.compares else owned(asked.text)
    theirs = [hit for hit in hits if whose.named_in(hit.document)] if whose else []
    return (read_question(whose.what), theirs) if whose and theirs else (asked, hits)


def _announced(heading: str) -> int | None:
    """The number of items that a heading announces behind its own number: 四、三条边界不能越."""
    counted = _COUNTED.search(heading)
    return chinese_number(counted["number"]) if counted else announced_count(heading)


def _remedies(told: Candidate, asked: Question) -> list[Candidate]:
    """The sentence behind the one that tells what goes wrong, where it says what to do: 改法是…"""
    if not asked.remedy:
        return []
    spans = list(sentences_of(told.span.passage, told.span.document))
    behind = next((s for s in spans if s.start >= told.span.end), None)
    return [Candidate(behind, told.score)] if behind and _WHAT_TO_DO.match(behind.quote) else []


def _under(title: tuple[str, str], quoted: Sequence[Candidate], asked: Question) -> list[DraftSentence]:
    """Further quotes, as a list under a line of their own in the question's language."""
    line = title[asked.language == "en"]
    line = traditional(line) if asked.language == "zh-Hant" else line
    leads = [line + "- ", *["\n- "] * len(quoted)]
    return [DraftSentence(c.text, (c.span,), lead=lead) for c, lead in zip(quoted, leads, strict=False)]


def _near(others: Sequence[Candidate], best: Candidate, relevance: Relevance) -> list[Candidate]:
    """Those that come near the best one and suit the question as well."""
    fit = suits(best.text, relevance)
    return [c for c in others if c.score >= UNSURE * best.score and suits(c.text, relevance) >= fit]


def _led(answers: Sequence[Sequence[DraftSentence]]) -> list[DraftSentence]:
    """Answers to several things, one after the other; each names its document where there are several."""
    several = len({s.spans[0].document.id for sentences in answers for s in sentences}) > 1
    led: list[DraftSentence] = []
    named: Document | None = None
    for place, sentences in enumerate(answers):
        first = sentences[0]
        document = first.spans[0].document
        lead = "\n\n" if place else ""
        if first.lead:  # an enumeration names its document itself
            lead += first.lead.lstrip("\n")
        elif several and document != named:
            lead = _group_lead(document, (), first=not place)
        led.extend((replace(first, lead=lead), *sentences[1:]))
        named = document
    return led


def _around(span: Span) -> str:
    """What stands above a sentence and before it in its paragraph: Chinese names a subject once and then leaves it out."""
    before = span.document.text[span.passage.start : span.start]
    return f"{span.above}\n{before[-BEFORE_CHARS:]}"


def _group_lead(document: Document, section: Sequence[str], first: bool) -> str:
    """The line that says whose words follow: title, the innermost section, the date the text carries."""
    place = f"《{document.title}》" + (f" · {section[-1]}" if section else "")
    dated = f"（{document.date}）" if document.date else ""
    return ("" if first else "\n\n") + f"**{place}**{dated}\n\n"
