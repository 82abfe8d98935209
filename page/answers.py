"""An ``Answer`` as HTML: blocks from the framing, chips from citations, flags where the check found nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from page.markup import Html, join, tag
from page.places import place_attributes, place_line
from page.words import Words
from page.words_zh import traditional_words
from rag.datatypes import Answer, Citation, CitedSentence, Hit
from rag.refuse import nearest_of
from rag.wire import viewer_link

_SIGN = re.compile(r"(?P<indent>\s*)(?:[-*•·]\s+|(?P<number>\d{1,3})[.．、)）]\s*)")
_HEADING = re.compile(r"\s*#{1,6}\s+")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_JOINER = "\u2060"  # no line begins with a citation number


@dataclass(slots=True)
class _Line:
    """Framing words and checked sentences that stand on one line of the answer."""

    parts: list[str | CitedSentence] = field(default_factory=list)

    @property
    def opening(self) -> str:
        return self.parts[0] if self.parts and isinstance(self.parts[0], str) else ""

    @property
    def framing_only(self) -> bool:
        return all(isinstance(part, str) for part in self.parts)


@dataclass(slots=True)
class _Item:
    """A point of a list, with the points below it."""

    said: Html
    number: str | None
    below: _List | None = None

    def put(self, kind: str, item: _Item) -> None:
        if self.below is None:
            self.below = _List(kind)
        self.below.items.append(item)

    def html(self) -> Html:
        return tag("li", self.said, self.below.html() if self.below else None, value=self.number)


@dataclass(slots=True)
class _List:
    """Points that go together; ``kind`` is ``ol`` or ``ul``."""

    kind: str
    items: list[_Item] = field(default_factory=list)

    def html(self) -> Html:
        return tag(self.kind, [item.html() for item in self.items])


def answer_html(answer: Answer, words: Words) -> Html:
    """The whole answer: notice, text, notes on unsupported sentences, list of sources, how it was made.

    Who asks in Traditional characters reads the words around the answer in them too.
    """
    if answer.language == "zh-Hant" and words.language == "zh":
        words = traditional_words()
    if answer.refused:
        return join((_notice(answer), _refusal(answer, words), _made_by(answer, words)))
    return join(
        (
            _notice(answer),
            tag("div", *_blocks(answer, words), class_="prose-text"),
            _support_note(answer, words),
            _sources(answer.citations, words),
            _made_by(answer, words),
        )
    )


def draft_html(draft: str) -> Html:
    """Unchecked words as they come from a language model: paragraphs only, markers left to the check."""
    return join(tag("p", _strong(line)) for line in draft.splitlines() if line.strip())


def copy_text(answer: Answer, words: Words) -> str:
    """The answer and where every number leads, as plain text to paste."""
    plain = _STRONG.sub(r"\1", answer.answer)
    listed = [f"[{c.number}] {place_line(c.document, c.passage, words)}" for c in answer.citations]
    if not listed:
        return plain
    colon = "：" if words.language == "zh" else ":"
    return "\n".join((plain, "", words.source + colon, *listed))


def _notice(answer: Answer) -> Html | None:
    return tag("p", answer.notice, class_="notice", role="note") if answer.notice else None


# the text


def _lines(sentences: Sequence[CitedSentence]) -> Iterator[_Line]:
    line = _Line()
    for sentence in sentences:
        first, *rest = sentence.lead.split("\n")
        if first:
            line.parts.append(first)
        for piece in rest:
            yield line
            line = _Line([piece] if piece else [])
        line.parts.append(sentence)
    yield line


def _blocks(answer: Answer, words: Words) -> Iterator[Html]:
    """Paragraphs, headings and lists; lines of one list go together, the numbers are those of the answer."""
    current: _List | None = None
    for line in _lines(answer.sentences):
        sign = _SIGN.match(line.opening)
        if sign is not None:
            kind = "ol" if sign["number"] else "ul"
            item = _Item(
                _inline([line.opening[sign.end() :], *line.parts[1:]], answer, words), sign["number"]
            )
            if current is not None and current.items and len(sign["indent"]) >= 2:
                current.items[-1].put(kind, item)
                continue
            if current is not None and current.kind != kind:
                yield current.html()
                current = None
            current = current or _List(kind)
            current.items.append(item)
        elif line.parts:
            if current is not None:
                yield current.html()
                current = None
            yield _block(line, answer, words)
    if current is not None:
        yield current.html()


def _block(line: _Line, answer: Answer, words: Words) -> Html:
    if line.framing_only:
        joined = "".join(str(part) for part in line.parts)
        return tag("h3", _strong(_HEADING.sub("", joined))) if joined.strip() else Html("")
    if heading := _HEADING.match(line.opening):
        return tag("h3", _inline([line.opening[heading.end() :], *line.parts[1:]], answer, words))
    return tag("p", _inline(line.parts, answer, words))


def _inline(parts: Iterable[str | CitedSentence], answer: Answer, words: Words) -> Html:
    return join(_strong(part) if isinstance(part, str) else _sentence(part, answer, words) for part in parts)


def _strong(framing: str) -> Html:
    """``**bold**`` of framing; all else as it is."""
    pieces = _STRONG.split(framing)
    return join(tag("strong", piece) if i % 2 else piece for i, piece in enumerate(pieces))


def _sentence(sentence: CitedSentence, answer: Answer, words: Words) -> Html:
    said: Html | str = _strong(sentence.text) if answer.mode == "llm" else sentence.text
    if sentence.supported:
        chips = [_chip(answer.citations[number - 1], words) for number in sentence.citations]
        return join(
            (tag("span", said, class_="said"), tag("span", _JOINER, chips, class_="cites") if chips else None)
        )
    flag = tag(
        "button",
        words.flagged,
        type="button",
        class_="flag",
        data_tip=words.flagged_why,
        aria_label=f"{words.flagged}：{words.flagged_why}",
    )
    return tag("span", tag("span", said, class_="said"), flag, class_="unsupported")


def _chip(citation: Citation, words: Words) -> Html:
    return tag(
        "a",
        str(citation.number),
        class_="cite",
        href=viewer_link(citation.document.id, citation.start, citation.end),
        data_cite=citation.number,
        aria_label=words.cited.format(citation.number, citation.document.title),
    )


# beneath the text


def _support_note(answer: Answer, words: Words) -> Html | None:
    flagged = sum(not sentence.supported for sentence in answer.sentences)
    dropped = len(answer.unsupported) - flagged
    if flagged:
        return tag("p", words.flagged_note.format(flagged), class_="notice warning", role="note")
    if dropped > 0:
        return tag("p", words.dropped_note.format(dropped), class_="notice", role="note")
    return None


def _sources(citations: Sequence[Citation], words: Words) -> Html | None:
    if not citations:
        return None
    rows = [
        tag(
            "li",
            tag(
                "a",
                tag("span", str(c.number), class_="source-number"),
                tag("span", place_line(c.document, c.passage, words), class_="source-place"),
                href=viewer_link(c.document.id, c.start, c.end),
                class_="source-link",
                data_cite=c.number,
            ),
            tag("q", c.quote, hidden=True),
            **place_attributes(c.document, c.start, c.end),
            class_="source",
            data_number=c.number,
        )
        for c in citations
    ]
    return tag(
        "details", tag("summary", words.sources.format(len(citations))), tag("ol", rows), class_="sources"
    )


def _refusal(answer: Answer, words: Words) -> Html:
    nearest = [_nearest(hit, words) for hit in nearest_of(answer.hits)] if _names_nearest(answer) else []
    return tag(
        "div",
        tag("h3", words.refused) if answer.hits else None,
        tag("p", answer.reason),
        tag("h4", words.nearest) if nearest else None,
        tag("ol", nearest, class_="nearest") if nearest else None,
        tag("p", words.refused_advice, class_="advice") if nearest else None,
        class_="refusal",
    )


def _names_nearest(answer: Answer) -> bool:
    """A request that is no question gets no passages: the answer's own text decides."""
    return any(hit.document.title in answer.answer for hit in nearest_of(answer.hits))


def _nearest(hit: Hit, words: Words) -> Html:
    passage, document = hit.passage, hit.document
    return tag(
        "li",
        tag(
            "a",
            tag("span", place_line(document, passage, words), class_="source-place"),
            tag("span", passage.text, class_="nearest-text"),
            href=viewer_link(document.id, passage.start, passage.end),
            data_cite=hit.rank,
        ),
        **place_attributes(document, passage.start, passage.end),
        class_="source",
        data_number=hit.rank,
    )


def _made_by(answer: Answer, words: Words) -> Html:
    parts = []
    if not answer.refused:
        parts.append(words.by_model.format(answer.model) if answer.mode == "llm" else words.by_extract)
    if answer.nli:
        parts.append(words.by_nli.format(answer.nli))
    if answer.standalone_question != answer.question:
        parts.append(words.searched_as.format(answer.standalone_question))
    if "total" in answer.milliseconds:
        parts.append(words.took.format(answer.milliseconds["total"] / 1000))
    return tag("p", " · ".join(parts), class_="made-by")
