"""Learns the table of ``rag.lexicon``: ``python -m eval.fit_translations --data DIR [--write]``.

DIR holds the pairs that ``embeddings.training.sources`` describes; those of English and Chinese are read, without the ones
that the training of the encoder keeps back. IBM Model 1 (Brown et al. 1993) is trained on them in both directions. How sure
a translation is, is the geometric mean of the two probabilities: it explains the word and is explained by it. Nothing is
drawn at random: the same pairs give the same table. It takes a minute on one core and 4 GB of memory.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.training.sources import Pair, read_corpus
from rag import lexicon
from rag.glossary import FUNCTION_WORDS, english_words, stem
from rag.lexicon import Table
from rag.text import HAN, words

SOURCES = tuple(f"par__{name}" for name in "wmt_news pydocs tatoeba tico19 ntrex msctd 3am cedict".split())
LONGEST = 60  # words of a text; longer pairs are few and cost the most
RAREST = 4  # pairs that a word must stand in to be learned
ROUNDS = 6
# Both keep a word from being explained by a chance neighbour: what the empty word says of any word (Brown's NULL), and what
# is added to the count of a word before its probabilities are taken.
EMPTY, DOUBT = 1e-3, 1.0
LEAST, LEAST_ALONE = 0.15, 0.35  # a translation less sure is none; a character alone stands in many words
BEST = 4  # translations kept of a stem

_HAN_WORD = re.compile(rf"[{HAN}]+")
_LETTERS = re.compile(r"[a-z]{2,}")

Numbers = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Meetings:
    """Every meeting of an English and a Chinese word in a pair of texts.

    ``english`` and ``chinese`` number the occurrences that meet, ``kind`` says which pair of words it is: ``first`` and
    ``second`` are the words of each kind.
    """

    english: Numbers
    chinese: Numbers
    kind: Numbers
    first: Numbers
    second: Numbers


def learn(pairs: Iterable[Pair]) -> Table:
    """The Chinese words of each English stem, the surest first."""
    texts = [(e, c) for e, c in map(_words, pairs) if 0 < len(e) <= LONGEST and 0 < len(c) <= LONGEST]
    stems, chinese = _vocabulary(e for e, _ in texts), _vocabulary(c for _, c in texts)
    met = _meetings([(_numbers(e, stems), _numbers(c, chinese)) for e, c in texts], len(chinese))
    meant = _explained(met.kind, met.chinese, met.first)
    said = _explained(met.kind, met.english, met.second)
    return dict(_best(list(stems), list(chinese), met, np.sqrt(meant * said)))


def _words(pair: Pair) -> tuple[list[str], list[str]]:
    """The content words of a pair, each once: English stems, Chinese words."""
    english = (stem(w) for w in english_words(pair[0]) if w not in FUNCTION_WORDS)
    chinese = (w for w in words(pair[1]) if _HAN_WORD.fullmatch(w))
    return list(dict.fromkeys(w for w in english if _LETTERS.match(w))), list(dict.fromkeys(chinese))


def _vocabulary(texts: Iterable[Sequence[str]]) -> dict[str, int]:
    counts = Counter(word for text in texts for word in text)
    return {word: n for n, word in enumerate(sorted(w for w, count in counts.items() if count >= RAREST))}


def _numbers(text: Sequence[str], vocabulary: dict[str, int]) -> Numbers:
    return np.array([vocabulary[word] for word in text if word in vocabulary], np.int64)


def _meetings(texts: Sequence[tuple[Numbers, Numbers]], size: int) -> Meetings:
    english, chinese, kinds = [], [], []
    before_english = before_chinese = 0
    for e, c in texts:
        english.append(np.repeat(np.arange(before_english, before_english + len(e)), len(c)))
        chinese.append(np.tile(np.arange(before_chinese, before_chinese + len(c)), len(e)))
        kinds.append((e[:, None] * size + c).ravel())
        before_english += len(e)
        before_chinese += len(c)
    known, kind = np.unique(np.concatenate(kinds), return_inverse=True)
    return Meetings(np.concatenate(english), np.concatenate(chinese), kind, known // size, known % size)


def _explained(kind: Numbers, occurrence: Numbers, by: Numbers) -> Shares:
    """Of each kind of meeting the probability of the one word given the other: Model 1, by expectation and maximisation.

    ``occurrence`` numbers the occurrences that are to be explained, ``by`` is the word that explains in each kind.
    """
    probability = np.ones(len(by))
    for _ in range(ROUNDS):
        share = probability[kind]
        share /= (np.bincount(occurrence, share) + EMPTY)[occurrence]
        expected = np.bincount(kind, share, len(by))
        probability = expected / (np.bincount(by, expected)[by] + DOUBT)
    return probability


def _best(
    stems: Sequence[str], chinese: Sequence[str], met: Meetings, sure: Shares
) -> Iterator[tuple[str, tuple[tuple[str, float], ...]]]:
    """A translation with a surer one inside it says nothing of its own: where 国家电网 stands, 电网 does."""
    found: dict[str, list[tuple[float, str]]] = {}
    for n in np.flatnonzero(sure >= LEAST):
        found.setdefault(stems[met.first[n]], []).append((float(sure[n]), chinese[met.second[n]]))
    for said, candidates in sorted(found.items()):
        kept: list[tuple[str, float]] = []
        for share, word in sorted(candidates, key=lambda one: (-one[0], one[1])):
            least = LEAST if len(word) > 1 else LEAST_ALONE
            if share >= least and not any(surer in word for surer, _ in kept):
                kept.append((word, share))
        if kept:
            yield said, tuple(kept[:BEST])


def main(arguments: Sequence[str] | None = None) -> int:
    """Learns the table; writes it with ``--write``."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_translations", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of training pairs, *.jsonl.gz")
    parser.add_argument("--write", action="store_true", help=f"write the table into {lexicon.FILE}")
    options = parser.parse_args(arguments)
    try:
        corpus = read_corpus(options.data, SOURCES)
    except FileNotFoundError as error:
        print(f"训练数据不可用：{error} / training data missing: {error}", file=sys.stderr)
        return 1
    table = learn(pair for name in SOURCES for pair in corpus.training.get(name, ()))
    contents = lexicon.written(table)
    print(f"{len(table)} 个词 / words, {len(contents)} 字节 / bytes")
    if options.write:
        lexicon.FILE.write_bytes(contents)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
