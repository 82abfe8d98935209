"""With a cross-encoder the best hits change places; what is decided by their scores stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from embeddings import EncoderError
from embeddings.protocol import Vectors
from embeddings.rerank import CrossEncoderReranker
from rag import open_assistant
from rag.doctor import examine
from rag.errors import SettingError
from rag.rerank import RERANKED, RerankedRetriever
from rag.retrieve import HybridRetriever

QUERY = "开航前船工检查什么"


@pytest.fixture(scope="session")
def reranked(retriever: HybridRetriever, cross_encoder_folder: Path) -> RerankedRetriever:
    """Prefers passages that speak of 停."""
    return RerankedRetriever(retriever, CrossEncoderReranker(str(cross_encoder_folder)))


def test_the_rerankers_favourite_comes_first(retriever: HybridRetriever, reranked: RerankedRetriever) -> None:
    assert "停航" not in retriever.retrieve(QUERY)[0].passage.text
    hits = reranked.retrieve(QUERY)
    assert "一律停航" in hits[0].passage.text
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_the_same_passages_are_found(retriever: HybridRetriever, reranked: RerankedRetriever) -> None:
    assert {h.passage.id for h in reranked.retrieve(QUERY, 30)} == {
        h.passage.id for h in retriever.retrieve(QUERY, 30)
    }


def test_each_place_keeps_the_score_it_had(retriever: HybridRetriever, reranked: RerankedRetriever) -> None:
    plain, hits = retriever.retrieve(QUERY, 30), reranked.retrieve(QUERY, 30)
    assert [hit.score for hit in hits] == [hit.score for hit in plain]


def test_the_evidence_of_the_first_stage_stays_and_the_rerankers_is_added(
    retriever: HybridRetriever, reranked: RerankedRetriever
) -> None:
    before = {hit.passage.id: hit for hit in retriever.retrieve(QUERY, 30)}
    hits = reranked.retrieve(QUERY, 30)
    for hit in hits:
        evidence = dict(hit.evidence)
        assert 0 <= evidence.pop("reranker") <= 1
        assert evidence == before[hit.passage.id].evidence
        assert hit.found_by == before[hit.passage.id].found_by
    scores = [hit.evidence["reranker"] for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_a_small_k_gets_the_best_of_many(reranked: RerankedRetriever) -> None:
    (hit,) = reranked.retrieve(QUERY, 1)
    assert "一律停航" in hit.passage.text


def test_chosen_documents_stay_chosen(reranked: RerankedRetriever, ids: dict[str, str]) -> None:
    hits = reranked.retrieve(QUERY, 10, documents=frozenset({ids["食堂.txt"]}))
    assert {hit.document.id for hit in hits} == {ids["食堂.txt"]}


@pytest.mark.parametrize("mode", ["dense", "lexical"])
def test_one_side_alone_is_as_it_was(
    mode: str, retriever: HybridRetriever, reranked: RerankedRetriever
) -> None:
    assert reranked.retrieve(QUERY, 5, mode) == retriever.retrieve(QUERY, 5, mode)  # type: ignore[arg-type]


def test_nothing_asked_for_is_nothing_found(reranked: RerankedRetriever) -> None:
    assert reranked.retrieve("  ") == ()
    assert reranked.retrieve(QUERY, 0) == ()


class Counting:
    """Remembers how many passages it was asked about; later ones are better."""

    identity = "counting"

    def __init__(self, error: EncoderError | None = None) -> None:
        self.asked: list[int] = []
        self._error = error

    def scores(self, query: str, passages: Sequence[str]) -> Vectors:
        """Higher for later passages, or the error."""
        self.asked.append(len(passages))
        if self._error is not None:
            raise self._error
        return np.linspace(0, 1, len(passages), dtype=np.float32)


def test_a_reranker_that_fails_leaves_the_order_as_it_was(retriever: HybridRetriever) -> None:
    failing = Counting(EncoderError("显存不足。", "Out of memory."))
    assert RerankedRetriever(retriever, failing).retrieve(QUERY, 3) == retriever.retrieve(QUERY, 3)
    assert failing.asked


def test_the_reranker_reads_no_more_than_the_best(retriever: HybridRetriever) -> None:
    counting = Counting()
    RerankedRetriever(retriever, counting).retrieve(QUERY, 100)
    assert counting.asked[0] <= RERANKED


def test_the_setting_wires_it_in(cross_encoder_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 渡口\n\n开航前检查救生衣。\n\n遇到大雾一律停航。\n", "utf-8")
    with open_assistant(home=tmp_path / "home", reranker=str(cross_encoder_folder)) as assistant:
        assistant.index([tmp_path / "a.md"])
        assert "reranker" in assistant.search("救生衣")[0].evidence
        assert "救生衣" in assistant.ask("开航前检查什么？").answer


def test_whether_a_question_can_be_answered_is_seen_without_the_reranker(
    cross_encoder_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("# 渡口\n\n开航前检查救生衣。\n\n遇到大雾一律停航。\n", "utf-8")
    with open_assistant(home=tmp_path / "home", reranker=str(cross_encoder_folder)) as assistant:
        assistant.index([tmp_path / "a.md"])
        asked: list[str] = []
        scores = CrossEncoderReranker.scores

        def counted(self: CrossEncoderReranker, query: str, passages: Sequence[str]) -> Vectors:
            asked.append(query)
            return scores(self, query, passages)

        monkeypatch.setattr(CrossEncoderReranker, "scores", counted)
        assert assistant.answerable("开航前检查什么？")
        assert not assistant.answerable("红烧肉放多少糖？")
        assert not asked
        assistant.ask("开航前检查什么？")
        assert asked


def test_a_reranker_that_is_not_there_is_a_setting_error(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="absent-reranker"):
        open_assistant(home=tmp_path, reranker="acme/absent-reranker")


def test_doctor_tries_the_reranker(cross_encoder_folder: Path, tmp_path: Path) -> None:
    def check(spec: Path) -> tuple[bool, str, str]:
        (found,) = (c for c in examine(tmp_path, reranker=str(spec)) if c.name.startswith("重排模型"))
        return found.ok, found.found, found.remedy

    ok, found, _ = check(cross_encoder_folder)
    assert ok
    assert found.startswith("tiny-reranker:")
    ok, _, remedy = check(tmp_path / "nothing")
    assert not ok
    assert "none" in remedy
