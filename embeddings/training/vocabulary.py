"""The tokenizer: longest match against Chinese words and characters and pieces of other languages.

Chinese entries are segmented words and single characters, the most frequent ones; pieces of the other
languages come from a Unigram trainer per language. Latin-script languages share entries, so that a name is
one token in all of them. Longest match (a WordPiece model without a continuation prefix) instead of a
Unigram model over the same entries: it loads three times and encodes twice as fast, and it does not spell
rare names with frequent short words (p-an-the-rs).
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from embeddings.training.sources import Pair

log = logging.getLogger(__name__)

UNKNOWN = "[UNK]"
FIRST_HAN, LAST_HAN = "\u4e00", "\u9fff"
LONGEST_RUN = 100
_HAN_RUN = re.compile(f"[{FIRST_HAN}-{LAST_HAN}]+")


@dataclass(frozen=True, slots=True)
class VocabularySizes:
    """How many entries each part of the vocabulary gets (before entries that two parts share are merged)."""

    chinese_words: int = 20_500
    chinese_characters: int = 6_000
    chinese_word_length: int = 4
    english: int = 11_500
    others: Mapping[str, int] = field(
        default_factory=lambda: {
            "de": 2600, "ru": 2800, "es": 1600, "fr": 1200, "ar": 1200, "tr": 900, "ja": 500, "hi": 700,
            "it": 450, "pt": 300, "uk": 450, "id": 300, "kk": 450, "vi": 350, "ko": 350, "ug": 400,
            "th": 200, "mn": 150,
        }
    )  # fmt: skip


def build_tokenizer(training: Mapping[str, list[Pair]], sizes: VocabularySizes) -> Tokenizer:
    """A tokenizer whose entry 0 is the unknown token; it expects folded text."""
    scores = {str(number): -14.0 for number in (*range(1000), *range(1800, 2050))}
    scores |= {f"{number:02}": -14.0 for number in range(100)}
    scores |= _chinese_scores(_chinese_texts(training), sizes)
    english = {text for name, rows in training.items() if name.startswith("par__") for text, _ in rows}
    _merge(scores, _trained_pieces(english, sizes.english))
    for code, size in sizes.others.items():
        texts = {text for _, text in training.get(f"par__opus_{code}", ())}
        _merge(scores, _trained_pieces(texts, size))
    entries = [UNKNOWN, *sorted(scores, key=lambda entry: (-scores[entry], entry))]
    log.info("vocabulary: %d entries", len(entries))
    return tokenizer_of(entries)


def tokenizer_of(entries: list[str]) -> Tokenizer:
    """A longest-match tokenizer over ``entries``, the first of which is the unknown token."""
    model = models.WordPiece(
        {entry: number for number, entry in enumerate(entries)},
        unk_token=UNKNOWN,
        max_input_chars_per_word=LONGEST_RUN,
        continuing_subword_prefix="",
    )
    return _tokenizer(model, "".join(sorted(entry for entry in entries if len(entry) == 1 and is_han(entry))))


def _tokenizer(model: models.Model, han_characters: str) -> Tokenizer:
    """NFKC, lower case, then runs of known Han characters, groups of up to four digits and runs of other
    letters.

    Punctuation and symbols are dropped: they say nothing about the subject and would dilute the mean. Han
    characters without an entry are dropped too, since longest match gives up a whole run for one of them.
    Runs are bounded because matching is quadratic in their length.
    """
    words = rf"[{han_characters}]{{1,20}}|\p{{N}}{{1,4}}|[\p{{L}}\p{{M}}&&[^\p{{Han}}]]{{1,40}}"
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(words), behavior="removed", invert=True)
    return tokenizer


def _chinese_texts(training: Mapping[str, list[Pair]]) -> set[str]:
    texts: set[str] = set()
    for name, rows in training.items():
        if name.startswith("zh__"):
            texts.update(text for row in rows for text in row)
        elif name.startswith("par__") and not name.startswith("par__opus_"):
            texts.update(chinese for _, chinese in rows)
    return texts


def _chinese_scores(texts: Iterable[str], sizes: VocabularySizes) -> dict[str, float]:
    """Log probabilities of words and characters; a character counts by itself and, less, inside words."""
    import rjieba

    words: Counter[str] = Counter()
    for text in texts:
        words.update(rjieba.cut(text))
    characters: defaultdict[str, float] = defaultdict(float)
    for word, count in words.items():
        for character in word:
            characters[character] += count if len(word) == 1 else count / 20
    total = sum(words.values())
    chosen = [word for word in words if 2 <= len(word) <= sizes.chinese_word_length and is_han(word)]
    chosen.sort(key=lambda word: (-words[word], word))
    singles = sorted(filter(is_han, characters), key=lambda character: (-characters[character], character))
    scores = {word: math.log(words[word] / total) for word in chosen[: sizes.chinese_words]}
    scores |= {c: math.log(max(characters[c], 1) / total) for c in singles[: sizes.chinese_characters]}
    return scores


def is_han(text: str) -> bool:
    """Whether ``text`` is Chinese characters alone."""
    return all(FIRST_HAN <= character <= LAST_HAN for character in text)


def _trained_pieces(texts: Iterable[str], size: int) -> dict[str, float]:
    """Pieces and log probabilities of a Unigram trainer over ``texts``, without Chinese and numbers."""
    lines = [_HAN_RUN.sub(" ", text) for text in sorted(texts)]
    alphabet = {character for line in lines for character in line}
    tokenizer = _tokenizer(models.Unigram(), FIRST_HAN)
    trainer = trainers.UnigramTrainer(
        vocab_size=max(size, len(alphabet) + 100),  # the trainer wants room for every character
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=12,
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    pieces = json.loads(tokenizer.to_str())["model"]["vocab"]
    return {piece: score for piece, score in pieces if piece != UNKNOWN and _is_learnt_piece(piece)}


def _is_learnt_piece(piece: str) -> bool:
    return not any(character.isdigit() for character in piece)


def _merge(scores: dict[str, float], pieces: Mapping[str, float]) -> None:
    for piece, score in pieces.items():
        scores[piece] = max(score, scores.get(piece, -math.inf))
