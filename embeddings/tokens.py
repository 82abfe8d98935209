"""Cuts texts into tokens with the ``tokenizer.json`` of a model.

To compile a vocabulary takes longer than to read it. Many texts repay that, a question does not: the first
characters are matched against the words as they were read, with the same outcome.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from threading import Lock
from typing import Any

NORMALISER = [{"type": "NFKC"}, {"type": "Lowercase"}]
FIRST_CHARACTERS = 2000  # matched in 1.5 ms; to compile takes 20
BESIDES = ("normalizer", "added_tokens", "post_processor", "truncation", "padding")  # would change tokens


class Tokens:
    """The tokens of texts. NFKC and lower case are left to the caller where the saved normaliser does no more.

    ``uncompiled`` says how many characters, over all calls, are matched before the vocabulary is compiled. Raises
    ``OSError``, ``ValueError``, ``KeyError`` and ``TypeError`` for a file that is no tokenizer.
    """

    def __init__(self, path: Path, *, uncompiled: int = FIRST_CHARACTERS) -> None:
        from tokenizers import Tokenizer

        saved = json.loads(path.read_bytes())
        if (saved["normalizer"] or {}).get("normalizers") == NORMALISER:
            saved["normalizer"] = None
        self._words = _words(saved)
        try:
            self._tokenizer = Tokenizer.from_str(json.dumps(saved))
        except Exception as error:  # the library has no narrower one
            raise ValueError(str(error)) from error
        self._runs = self._tokenizer.pre_tokenizer
        self._left = uncompiled
        self._compiling = Lock()

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """The token numbers of each text, in its order."""
        words = self._words
        if words is not None:
            self._left -= sum(map(len, texts))
            if self._left >= 0:
                cut = [self._runs.pre_tokenize_str(text) for text in texts]
                return [[token for run, _ in runs for token in words.tokens(run)] for runs in cut]
            self._compile()
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def _compile(self) -> None:
        with self._compiling:
            if self._words is not None:
                self._tokenizer.model = self._words.compiled()
                self._words = None


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a WordPiece model, under the names it is saved with."""

    vocab: dict[str, int]
    unk_token: str
    max_input_chars_per_word: int
    continuing_subword_prefix: str

    def compiled(self) -> Any:
        """The same in ``tokenizers``."""
        from tokenizers import models

        return models.WordPiece(
            self.vocab,
            unk_token=self.unk_token,
            max_input_chars_per_word=self.max_input_chars_per_word,
            continuing_subword_prefix=self.continuing_subword_prefix,
        )

    def tokens(self, run: str) -> list[int]:
        """Longest match from the left; the unknown token alone when some part of ``run`` matches nothing."""
        unknown = [self.vocab[self.unk_token]]
        if len(run) > self.max_input_chars_per_word:
            return unknown
        found: list[int] = []
        start, prefix = 0, ""
        while start < len(run):
            for end in range(len(run), start, -1):
                token = self.vocab.get(prefix + run[start:end])
                if token is not None:
                    break
            else:
                return unknown
            found.append(token)
            start, prefix = end, self.continuing_subword_prefix
        return found


def _words(saved: dict[str, Any]) -> _Words | None:
    """Takes the words out of a saved tokenizer, if it does nothing but cut runs and match them."""
    model = saved["model"]
    if model["type"] != "WordPiece" or not saved["pre_tokenizer"] or any(saved[part] for part in BESIDES):
        return None
    words = _Words(**{field.name: model[field.name] for field in fields(_Words)})
    if not isinstance(words.vocab, dict) or words.unk_token not in words.vocab:
        return None
    model["vocab"] = {}
    return words
