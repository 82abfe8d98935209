"""Tokens before and after the vocabulary is compiled are those of the ``tokenizers`` library."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from embeddings.load import BUNDLED_FOLDER
from embeddings.tokens import FIRST_CHARACTERS, Tokens

SAVED = BUNDLED_FOLDER / "tokenizer.json"
PIECES = [
    "党支部书记", "入党积极分子", "龘", "龘党员", "meeting", "internationalization", "größe", "размер", "전체",
    "a" * 45, "食" * 45, "2024", "1234567", "٣", "e\u0301", "\u200d", " ", "，", "☃", "𠮷", "",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=8).map("".join)


@pytest.fixture(scope="module")
def library() -> Tokenizer:
    """The library's own reading of the bundled tokenizer, for texts that are normal already."""
    tokenizer = Tokenizer.from_file(str(SAVED))
    tokenizer.normalizer = None
    return tokenizer


@pytest.fixture(scope="module")
def uncompiled() -> Tokens:
    return Tokens(SAVED, uncompiled=1_000_000)


@given(text=TEXTS)
def test_tokens_are_those_of_the_library(text: str, uncompiled: Tokens, library: Tokenizer) -> None:
    assert uncompiled.of([text]) == [library.encode(text, add_special_tokens=False).ids]


def test_every_word_of_the_vocabulary_is_its_own_token(uncompiled: Tokens, library: Tokenizer) -> None:
    words = [word for word, number in library.get_vocab().items() if number]
    encodings = library.encode_batch_fast(words, add_special_tokens=False)
    assert uncompiled.of(words[:2000]) == [encoding.ids for encoding in encodings[:2000]]


def test_compiling_changes_no_token(library: Tokenizer) -> None:
    tokens = Tokens(SAVED)
    expected = [library.encode(piece, add_special_tokens=False).ids for piece in PIECES]
    before = tokens.of(PIECES)
    tokens.of(["党" * (FIRST_CHARACTERS + 1)])
    assert before == tokens.of(PIECES) == expected


def test_threads_that_meet_a_vocabulary_not_yet_compiled_agree(library: Tokenizer) -> None:
    tokens = Tokens(SAVED)
    long = "党支部书记 meeting " * 50
    expected = library.encode(long, add_special_tokens=False).ids
    with ThreadPoolExecutor(8) as pool:
        assert all(found == [expected] for found in pool.map(tokens.of, [[long]] * 40))


def _small() -> Tokenizer:
    """A tokenizer with a continuation prefix and short words."""
    tokenizer = Tokenizer(
        models.WordPiece(
            {
                word: number
                for number, word in enumerate(["[UNK]", "un", "##able", "##a", "able", "党", "##员"])
            },
            unk_token="[UNK]",
            max_input_chars_per_word=9,
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def _reread(tokenizer: Tokenizer, folder: Path) -> Tokens:
    tokenizer.save(str(folder / "tokenizer.json"))
    return Tokens(folder / "tokenizer.json")


LINES = [
    "unable able ablea",
    "unx able",
    "unableable un",
    "党员 员党",
    "UN Able",
    "[UNK]able",
    "able un unable able",
]


def test_a_continuation_prefix_and_a_longest_word_are_kept(tmp_path: Path) -> None:
    library = _small()
    assert _reread(library, tmp_path).of(LINES) == [library.encode(line).ids for line in LINES]


@pytest.mark.parametrize(
    "damage", [{"vocab": ["[UNK]", "un"]}, {"unk_token": "gone", "vocab": [1]}, {"type": "Other"}]
)
def test_a_vocabulary_that_is_none_is_a_value_error(damage: dict[str, object], tmp_path: Path) -> None:
    saved = json.loads(_small().to_str())
    saved["model"] |= damage
    (tmp_path / "tokenizer.json").write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(ValueError, match="at line 1 column"):
        Tokens(tmp_path / "tokenizer.json")


@pytest.mark.parametrize("part", ["normalizer", "post_processor", "truncation", "added", "no pre-tokenizer"])
def test_what_else_a_tokenizer_does_is_left_to_the_library(part: str, tmp_path: Path) -> None:
    library = _small()
    if part == "normalizer":
        library.normalizer = normalizers.Lowercase()
    elif part == "post_processor":
        library.post_processor = processors.TemplateProcessing(single="$A $A", special_tokens=[])
    elif part == "truncation":
        library.enable_truncation(2)
    elif part == "added":
        library.add_tokens(["unx"])
    else:
        library.pre_tokenizer = None
    expected = [library.encode(line, add_special_tokens=False).ids for line in LINES]
    assert _reread(library, tmp_path).of(LINES) == expected
