"""The steps from pairs of texts to a model folder, each on data small enough to check by eye."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy

from embeddings import load_encoder
from embeddings import train as train_command
from embeddings.training.batches import (
    Bags,
    Rewrites,
    build_augmenter,
    encode_sources,
    make_batch,
    token_frequencies,
)
from embeddings.training.export import quantise
from embeddings.training.loop import TrainingSettings, contrastive_loss, initial_table, train_table
from embeddings.training.neighbourhoods import RowSampler
from embeddings.training.pooling import pooling_matrix, text_vectors
from embeddings.training.ragged import Ragged, encode
from embeddings.training.sources import Pair, Source, read_corpus
from embeddings.training.vocabulary import UNKNOWN, tokenizer_of
from embeddings.training.whitening import even_lengths, whiten

THINGS = {
    "会议": "meeting", "预算": "budget", "学习": "study", "纪律": "rules", "党员": "member", "支部": "branch",
    "选举": "election", "档案": "archive", "食堂": "canteen", "请假": "leave",
}  # fmt: skip
ENTRIES = [UNKNOWN, *THINGS, *THINGS.values(), *sorted(set("".join(THINGS)))]
TOKENIZER = tokenizer_of(ENTRIES)


def ragged(*rows: list[int]) -> Ragged:
    offsets = np.cumsum([0, *map(len, rows)])
    return Ragged(np.array([token for row in rows for token in row], np.int32), offsets)


def rows_of(texts: Ragged) -> list[list[int]]:
    return [
        texts.tokens[start:end].tolist()
        for start, end in zip(texts.offsets[:-1], texts.offsets[1:], strict=True)
    ]


def names(texts: Ragged) -> list[list[str]]:
    return [[ENTRIES[token] for token in row] for row in rows_of(texts)]


class TestTokenizer:
    def test_takes_the_longest_entry_and_falls_back_to_characters(self) -> None:
        assert names(encode(TOKENIZER, ["支部会议的会"])) == [["支部", "会议", "会"]]

    def test_drops_punctuation_and_characters_that_it_does_not_know(self) -> None:
        assert names(encode(TOKENIZER, ["支部，党員会议！", "☃"])) == [["支部", "党", "会议"], []]

    def test_a_word_that_it_cannot_spell_is_unknown(self) -> None:
        assert names(encode(TOKENIZER, ["meeting xyz"])) == [["meeting", UNKNOWN]]

    def test_a_run_without_any_punctuation_is_read_to_its_end(self) -> None:
        assert len(encode(TOKENIZER, ["支部会议" * 500]).tokens) == 1000


class TestRagged:
    TEXTS = ragged([1, 2], [], [3], [4, 5, 6])

    def test_take_keeps_the_order_asked_for(self) -> None:
        assert rows_of(self.TEXTS.take(np.array([3, 0, 1]))) == [[4, 5, 6], [1, 2], []]

    def test_take_can_join_following_lines(self) -> None:
        assert rows_of(self.TEXTS.take(np.array([0, 2, 3]), lines=2)) == [[1, 2], [3, 4, 5, 6], [4, 5, 6]]

    @given(st.lists(st.lists(st.integers(0, 99)), min_size=1), st.integers(1, 6), st.integers(0, 1000))
    def test_spans_are_runs_of_the_text(self, rows: list[list[int]], length: int, seed: int) -> None:
        spans = ragged(*rows).spans(np.full(len(rows), length), np.random.default_rng(seed))
        for row, span in zip(rows, rows_of(spans), strict=True):
            assert len(span) == min(length, len(row))
            assert any(row[start : start + len(span)] == span for start in range(len(row) + 1))


class TestRewrites:
    REWRITES = Rewrites.from_lists({1: [[7, 8]], 2: [[9], [9]]}, vocabulary_size=10)

    def test_replaces_what_was_chosen_and_has_an_alternative(self) -> None:
        bags = Bags(np.array([1, 2, 3]), np.array([0, 1, 1]), 2)
        rewritten = self.REWRITES.apply(bags, np.array([True, True, True]), np.random.default_rng(0))
        by_row = sorted(zip(rewritten.rows.tolist(), rewritten.tokens.tolist(), strict=True))
        assert by_row == [(0, 7), (0, 8), (1, 3), (1, 9)]

    def test_leaves_the_rest_alone(self) -> None:
        bags = Bags(np.array([1, 2, 3]), np.array([0, 1, 1]), 2)
        rewritten = self.REWRITES.apply(bags, np.zeros(3, bool), np.random.default_rng(0))
        assert rewritten.tokens.tolist() == [1, 2, 3]


def pairs() -> list[Pair]:
    """English and Chinese sentences over the ten things, every pair of things once."""
    return [
        (f"{THINGS[first]} {THINGS[second]}", f"{first}{second}")
        for first in THINGS
        for second in THINGS
        if first < second
    ]


def encoded(source: Source, rows: list[Pair] | None = None):  # type: ignore[no-untyped-def]
    return encode_sources([source], {source.name: rows or pairs()}, TOKENIZER)[0]


class TestBatches:
    def test_a_reversed_source_asks_with_the_second_text(self) -> None:
        source = Source("par__made_up", 1, 10, reverse=True)
        assert names(encoded(source).queries.tokens)[0] == names(encode(TOKENIZER, [pairs()[0][1]]))[0]

    def test_a_passage_span_asks_with_the_passages_own_words(self) -> None:
        source = Source("zh__made_up", 1, 10, query_dropout=0, passage_dropout=0, span="passage")
        one = encoded(source)
        augmenter = build_augmenter(TOKENIZER, [])
        batch = make_batch(one, np.arange(len(one)), augmenter, np.random.default_rng(1))
        for row in range(batch.queries.count):
            asked = {ENTRIES[token] for token in batch.queries.tokens[batch.queries.rows == row]}
            given_words = {ENTRIES[token] for token in batch.passages.tokens[batch.passages.rows == row]}
            assert set("".join(asked)) <= set("".join(given_words))

    def test_chinese_queries_are_sometimes_switched_to_english(self) -> None:
        augmenter = build_augmenter(TOKENIZER, [(f"{en}; (rare) thing", zh) for zh, en in THINGS.items()])
        rows = [(zh, zh) for zh in THINGS] * 40
        one = encoded(Source("zh__made_up", 1, 10, query_dropout=0), rows)
        batch = make_batch(one, np.arange(len(rows)), augmenter, np.random.default_rng(2))
        english = sum(ENTRIES[token] in THINGS.values() for token in batch.queries.tokens)
        assert 0.1 * len(rows) < english < 0.4 * len(rows)
        assert not any(ENTRIES[token] in THINGS.values() for token in batch.passages.tokens)

    @pytest.mark.parametrize(
        ("source", "language"),
        [
            (Source("zh__x", 1, 1), "zh"),
            (Source("par__x", 1, 1), "en"),
            (Source("par__x", 1, 1, reverse=True), "zh"),
            (Source("par__x", 1, 1, reverse=True, span="passage"), "en"),
            (Source("par__opus_de", 1, 1, reverse=True), "de"),
            (Source("pivot__ru", 1, 1), "ru"),
        ],
    )
    def test_a_source_knows_the_language_of_its_queries(self, source: Source, language: str) -> None:
        assert source.query_language == language

    def test_frequencies_count_every_file_once(self) -> None:
        one = encoded(Source("par__made_up", 1, 10))
        once = token_frequencies([one], len(ENTRIES))
        np.testing.assert_allclose(token_frequencies([one, one], len(ENTRIES)), once)
        assert once.sum() == pytest.approx(1)


def test_neighbourhoods_hold_passages_that_are_alike() -> None:
    rng = np.random.default_rng(5)
    subjects = list(THINGS)
    rows = [("会议", subjects[i % 10] * 3 + subjects[int(rng.integers(10))]) for i in range(2000)]
    one = encoded(Source("zh__made_up", 1, 10, hard=1.0), rows)
    table = np.random.default_rng(0).normal(size=(len(ENTRIES), 32)).astype(np.float32)
    drawn, hard = RowSampler(one, batch_size=64, rng=rng).draw(table)
    assert hard
    assert len(drawn) == 64
    assert len({rows[row][1][:2] for row in drawn}) == 1  # one group around one subject


class TestLoss:
    def batch_of(self, keys: list[int]):  # type: ignore[no-untyped-def]
        from embeddings.training.batches import Batch

        nothing = Bags(np.zeros(0, np.int64), np.zeros(0, np.int64), len(keys))
        return Batch(nothing, nothing, np.arange(len(keys)), np.array(keys), scale=3.0)

    def test_is_that_of_a_softmax_over_the_batch(self) -> None:
        import torch

        vectors = torch.eye(3)
        expected = -np.log(np.exp(3) / (np.exp(3) + 2))
        assert contrastive_loss(vectors, vectors, self.batch_of([0, 1, 2])).item() == pytest.approx(
            expected, rel=1e-5
        )

    def test_equal_passages_are_no_negatives(self) -> None:
        import torch

        vectors = torch.eye(3)[[0, 0, 1]]
        with_key = contrastive_loss(vectors, vectors, self.batch_of([0, 0, 2])).item()
        without = contrastive_loss(vectors, vectors, self.batch_of([0, 1, 2])).item()
        alike = contrastive_loss(vectors, vectors, self.batch_of([0, 1, 2]), skip_alike=True).item()
        assert with_key < without
        assert alike == pytest.approx(with_key)


def test_pooling_is_the_mean_of_the_token_vectors() -> None:
    table = np.arange(12, dtype=np.float32).reshape(6, 2)
    means = pooling_matrix(Bags(np.array([1, 3, 5]), np.array([0, 0, 2]), 3), 6) @ table
    np.testing.assert_allclose(means, [[4, 5], [0, 0], [10, 11]])


def test_training_learns_translations_and_is_repeatable() -> None:
    source = Source("par__made_up", 1, 10)
    sources = [encoded(source)]
    settings = TrainingSettings(dimension=16, steps=60, batch_size=32, warm_up_steps=5, report_every=60)

    def run() -> np.ndarray:
        table = initial_table(token_frequencies(sources, len(ENTRIES)), 16, settings.seed)
        return train_table(sources, build_augmenter(TOKENIZER, []), table, settings, lambda step, table: None)

    table = run()
    english = text_vectors(encode(TOKENIZER, list(THINGS.values())), table)
    chinese = text_vectors(encode(TOKENIZER, list(THINGS)), table)
    assert (english @ chinese.T).argmax(axis=1).tolist() == list(range(len(THINGS)))
    np.testing.assert_array_equal(table, run())


@given(
    hypothesis_numpy.arrays(
        np.float32, (4, 6), elements=st.floats(-100, 100, width=32, allow_subnormal=False)
    )
)
def test_quantising_is_off_by_at_most_half_a_step(table: np.ndarray) -> None:
    rows, scales = quantise(table)
    assert rows.dtype == np.int8
    half_steps = np.abs(rows * scales[:, None] - table) / np.maximum(scales[:, None], 1e-12)
    assert half_steps.max() <= 0.5001


def test_whitening_evens_out_the_directions_of_the_passages() -> None:
    rng = np.random.default_rng(1)
    passages = rng.normal(size=(4000, 4)).astype(np.float32) * np.array([4, 2, 1, 0.5], np.float32)
    whole = whiten(passages, passages, power=0.5)
    deviations = whole.std(axis=0)
    np.testing.assert_allclose(deviations, deviations[0], rtol=0.02)
    np.testing.assert_allclose(whiten(passages, passages, power=0.0), passages, rtol=1e-4, atol=1e-5)


def test_lengths_are_drawn_together_and_directions_kept() -> None:
    table = np.array([[0, 0], [3, 4], [0.06, 0.08]], np.float32)
    evened = even_lengths(table, power=0.5)
    np.testing.assert_allclose(np.linalg.norm(evened, axis=1), [0, 5**0.5, 0.1**0.5], rtol=1e-5)
    np.testing.assert_allclose(evened[1] / 5**0.5, [0.6, 0.8], rtol=1e-5)


class TestCorpus:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name, rows in made_up_files().items():
            with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return tmp_path

    def test_no_text_is_on_both_sides_of_the_split(self, folder: Path) -> None:
        corpus = read_corpus(folder)
        for name, held_back in corpus.development.items():
            texts = {text for row in held_back for text in row}
            assert not [row for row in corpus.training.get(name, []) if not texts.isdisjoint(row)], name
        assert corpus.development["zh__drcd_test"]
        assert corpus.development["pivot__de"]

    def test_texts_are_folded_and_lose_their_news_stamp(self, folder: Path) -> None:
        corpus = read_corpus(folder)
        passages = {passage for _, passage in corpus.training["zh__crud_news"]}
        assert passages
        assert all("正文" not in passage and "黨" not in passage for passage in passages)

    def test_an_empty_folder_is_an_error_with_its_name(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match=tmp_path.name):
            read_corpus(tmp_path)
        assert train_command.main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 1

    def test_one_command_makes_a_model_that_loads(self, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "model"
        arguments = ["--data", str(folder), "--out", str(out), "--steps", "30", "--dimension", "16"]
        assert train_command.main(arguments) == 0
        vectors = load_encoder(str(out)).encode_passages(["党员会议", ""])
        assert vectors.shape == (2, 16)
        assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0, 0.0], abs=1e-5)


def made_up_files() -> dict[str, list[list[str]]]:
    """A folder of training files in miniature, under the names that the recipe knows."""
    things = list(THINGS)
    sentences = [f"{a}与{b}第{n}号" for n in range(12) for a in things[:5] for b in things[5:]]
    english = [
        f"{THINGS[a]} and {THINGS[b]} number {n}" for n in range(12) for a in things[:5] for b in things[5:]
    ]
    german = [text.replace("and", "und").replace("number", "nummer") for text in english]
    questions = [[f"{text}是什么？", f"关于{text}的说明"] for text in sentences]
    names = ("zh__drcd_test", "zh__stard", "zh__crud_qa", "zh__crud_party_q")
    return {
        **dict.fromkeys(names, questions),
        "zh__crud_news": [[text, f"2031-01-01 08:00，正文：黨{text}"] for text in sentences],
        "par__wmt_news": [[a, b] for a, b in zip(english, sentences, strict=True)],
        "par__opus_de": [[a, b] for a, b in zip(english, german, strict=True)],
        "par__cedict": [[en, zh] for zh, en in THINGS.items()],
    }
