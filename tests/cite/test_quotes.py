"""Extractive sentences: a place is cited for a sentence only when it says what the sentence says."""

from __future__ import annotations

from embeddings import load_encoder
from rag.cite import check
from rag.datatypes import Document, Draft, DraftSentence, Passage, Span


def span_of(text: str, document: str) -> Span:
    """All of a document that holds nothing else."""
    passage = Passage(f"{document}:0", document, 0, 0, len(text), text)
    return Span(passage, Document(document, f"{document}.md", document, text), 0, len(text))


def test_a_place_that_says_another_number_is_not_cited() -> None:
    said, same, other = (
        f"服务站每天上午{hour}点到下午六点有人值班，午休由网格员轮流顶班{stop}"
        for hour, stop in (("8", "。"), ("8", ""), ("9", "。"))
    )
    spans = (span_of(said, "甲"), span_of(same, "乙"), span_of(other, "丙"))
    checked = check(Draft("extractive", (DraftSentence(said, spans),)), (), load_encoder("bundled"))
    assert [citation.document.id for citation in checked.citations] == ["甲", "乙"]
    assert not checked.unsupported


def test_a_sentence_that_no_place_says_is_told_of() -> None:
    said, other = "服务站每天上午8点到下午六点有人值班。", "服务站每天上午9点到下午六点有人值班。"
    checked = check(
        Draft("extractive", (DraftSentence(said, (span_of(other, "丙"),)),)), (), load_encoder("bundled")
    )
    assert not checked.citations
    assert checked.unsupported == (said,)
