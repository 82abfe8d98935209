"""An NLI model beside the rules: it flags what contradicts its passage, finds what is said in other words, and overrules no fact."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings import EncoderError, load_encoder
from embeddings.entail import CrossEncoderEntailer
from embeddings.protocol import Encoder, Vectors
from rag import cite
from rag.cite import Checked
from rag.datatypes import Document, Draft, DraftSentence, Hit, Passage, Span
from rag.entail import Inference
from tests.pair_models import save_nli_model

READING_ROOM = (
    "读书室每周三和周六开放，由李春梅同志负责。图书一次最多借三本，借期三十天。确有需要的，可以续借一次。"
    "工具书绝不外借，只供室内阅览。"
)
CANTEEN = "食堂每天中午供应面条和米饭，凭餐券就餐。"
LOANS = "图书一次最多借三本，借期三十天。工具书不得外借。"


class Noted(CrossEncoderEntailer):
    """Keeps what it was given to read, one list for each time."""

    def __init__(self, spec: str) -> None:
        super().__init__(spec)
        self.asked: list[list[tuple[str, str]]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """As it does, having noted the pairs."""
        self.asked.append(list(pairs))
        return super().read(pairs)


class Failing(Noted):
    """Out of memory at every pair."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Never anything."""
        raise EncoderError("显存不足。", "Out of memory.")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("bundled")


@pytest.fixture
def model(nli_folder: Path) -> Noted:
    """Finds what has 确 or ``indeed`` entailed, what has 绝 or ``not`` contradicted."""
    return Noted(str(nli_folder))


def hits_of(*texts: str, section: tuple[str, ...] = ("二、读书室",)) -> tuple[Hit, ...]:
    found = []
    for rank, text in enumerate(texts, 1):
        document = Document(f"d{rank}", f"{rank}.txt", "村文化阵地管理办法", text)
        passage = Passage(f"p{rank}", document.id, 0, 0, len(text), text, section)
        found.append(Hit(rank, 1 - rank / 100, passage, document))
    return tuple(found)


def checked(
    sentences: Sequence[str],
    hits: Sequence[Hit],
    encoder: Encoder,
    model: CrossEncoderEntailer | None,
    marker: int = 1,
) -> Checked:
    draft = Draft("llm", tuple(DraftSentence(sentence, markers=(marker,)) for sentence in sentences))
    return cite.check(draft, hits, encoder, None if model is None else Inference(model, encoder))


def test_what_contradicts_its_passage_is_flagged_though_the_rules_pass_it(
    encoder: Encoder, model: Noted
) -> None:
    sentence = "工具书只供室内阅览，绝不外借。"
    hits = hits_of(READING_ROOM)
    assert checked([sentence], hits, encoder, None).stands
    found = checked([sentence], hits, encoder, model)
    assert not found.stands
    assert found.unsupported == (sentence,)
    assert "推断模型" in found.reasons[sentence]
    assert 0 <= found.sentences[0].support < 0.5
    assert found.nli == "tiny-nli"


def test_the_very_words_are_given_to_the_passage_they_stand_in(encoder: Encoder) -> None:
    written = "The reading room opens at nine every morning and closes at six every evening."
    alike = "The reading room opens at nine every morning, and it closes at six every evening in summer."
    found = checked([written], hits_of(alike, written), encoder, None)
    assert [citation.passage.text for citation in found.citations] == [written]
    held = checked([written], hits_of(written, alike), encoder, None)
    assert [citation.passage.text for citation in held.citations] == [written]


@pytest.mark.parametrize(
    "sentence", ["馆里的字典确实拿不走。", "Whoever has good cause may indeed extend the loan once."]
)
def test_what_follows_in_quite_other_words_is_supported_by_the_nearest_sentence(
    sentence: str, encoder: Encoder, model: Noted
) -> None:
    hits = hits_of(READING_ROOM)
    assert not checked([sentence], hits, encoder, None).stands
    found = checked([sentence], hits, encoder, model)
    [citation] = found.citations
    assert citation.quote in READING_ROOM
    assert citation.quote.count("。") == 1
    assert 0.5 <= citation.support < 1
    assert found.unsupported == ()


def test_where_the_cited_passage_has_a_fact_otherwise_no_other_is_read(
    encoder: Encoder, model: Noted
) -> None:
    assert not checked(["确有需要的，不得续借。"], hits_of(READING_ROOM, CANTEEN), encoder, model).stands
    assert model.asked == []


def test_what_follows_from_another_hit_is_given_to_that(encoder: Encoder, tmp_path: Path) -> None:
    """This model goes by 餐 alone, which only the second passage has."""
    folder = save_nli_model(
        tmp_path / "nli", ["entailment", "neutral", "contradiction"], follows="餐", against="绝"
    )
    hits = hits_of(LOANS, CANTEEN)
    found = checked(["大家中饭吃得上热乎的。"], hits, encoder, CrossEncoderEntailer(str(folder)))
    [citation] = found.citations
    assert citation.passage.id == "p2"


@pytest.mark.parametrize(
    "sentence",
    [
        "确有需要的，可以续借两次。",
        "馆里的字典确实拿不走，一共九十本。",
        "字典确实由王春梅收着。",
        "按《借阅条例》，字典确实拿不走。",
        "确有需要的，不得续借。",
        "People indeed keep books for fifty days.",
    ],
)
def test_no_model_overrules_a_wrong_fact(sentence: str, encoder: Encoder, model: Noted) -> None:
    found = checked([sentence], hits_of(READING_ROOM, LOANS), encoder, model)
    assert not found.stands


def test_the_model_reads_a_whole_answer_at_once_and_leaves_the_very_words_alone(
    encoder: Encoder, model: Noted
) -> None:
    sentences = [
        "图书一次最多借三本，借期三十天。",
        "工具书绝不外借。",
        "馆里的字典确实拿不走。",
        "图书每次最多能借三本。",
    ]
    found = checked(sentences, hits_of(READING_ROOM), encoder, model)
    [pairs] = model.asked
    assert {said for _, said in pairs} == set(sentences[2:])
    assert [s.supported for s in found.sentences] == [True, True, True, True]


def test_the_very_words_alone_need_no_model(encoder: Encoder, model: Noted) -> None:
    found = checked(["工具书绝不外借。"], hits_of(READING_ROOM), encoder, model)
    assert found.stands
    assert found.nli is None


def test_quotes_need_no_model(encoder: Encoder, model: Noted) -> None:
    [hit] = hits_of(LOANS)
    quote = DraftSentence("工具书不得外借。", spans=(Span(hit.passage, hit.document, 16, 24),))
    found = cite.check(Draft("extractive", (quote,)), [hit], encoder, Inference(model, encoder))
    assert found.stands
    assert found.nli is None


def test_a_passage_is_read_below_its_title_and_headings(encoder: Encoder, model: Noted) -> None:
    checked(["图书每次最多能借三本。"], hits_of(LOANS), encoder, model)
    assert model.asked == [[(f"村文化阵地管理办法\n二、读书室\n{LOANS}", "图书每次最多能借三本。")]]


def test_a_long_passage_is_cut_around_what_is_nearest(encoder: Encoder, model: Noted) -> None:
    filling = "阅览桌要擦净，椅子要摆正，报纸按日期上架。" * 20
    long = f"绝版的画册放在楼上。{filling}图书一次最多借三本，借期三十天。{filling}绝版的地图也在楼上。"
    found = checked(["图书每次最多能借三本。"], hits_of(long), encoder, model)
    [[(premise, said)]] = model.asked
    assert "图书一次最多借三本" in premise
    assert "绝版" not in premise
    assert premise.startswith("村文化阵地管理办法\n二、读书室\n")
    assert model.window - 30 < model.tokens(premise) + model.tokens(said) < model.window
    assert found.stands


def test_a_model_that_fails_leaves_the_rules_decision(
    encoder: Encoder, nli_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sentences = ["工具书只供室内阅览，绝不外借。", "馆里的字典确实拿不走。"]
    hits = hits_of(READING_ROOM)
    with caplog.at_level(logging.WARNING):
        found = checked(sentences, hits, encoder, Failing(str(nli_folder)))
    assert found == checked(sentences, hits, encoder, None)
    assert [s.supported for s in found.sentences] == [True, False]
    assert caplog.messages == ["Out of memory."]


def test_weights_that_cannot_be_read_leave_the_rules_decision(
    encoder: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = save_nli_model(tmp_path / "nli", ["entailment", "neutral", "contradiction"])
    (folder / "model.safetensors").write_bytes(b"no weights")
    found = checked(
        ["工具书只供室内阅览，绝不外借。"], hits_of(READING_ROOM), encoder, CrossEncoderEntailer(str(folder))
    )
    assert found.stands
    assert "NLI model" in caplog.text


def test_of_two_cited_passages_the_one_that_is_contradicted_goes(encoder: Encoder, model: Noted) -> None:
    other = "图书一次最多可以借三本，绝版的只供室内阅览。"
    draft = Draft("llm", (DraftSentence("图书每次最多能借三本。", markers=(1, 2)),))
    found = cite.check(draft, hits_of(LOANS, other), encoder, Inference(model, encoder))
    assert [c.passage.id for c in found.citations] == ["p1"]


def test_a_model_that_knows_no_contradiction_flags_nothing(encoder: Encoder, tmp_path: Path) -> None:
    folder = save_nli_model(tmp_path / "nli", ["entailment", "not_entailment"])
    sentences = ["工具书只供室内阅览，绝不外借。", "馆里的字典确实拿不走。"]
    found = checked(sentences, hits_of(READING_ROOM), encoder, CrossEncoderEntailer(str(folder)))
    assert found.unsupported == ()
