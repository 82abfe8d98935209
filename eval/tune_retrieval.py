"""Fits the weights of the hybrid score: ``python -m eval.tune_retrieval --data DIR [--write]``.

The questions are those that the bundled model's training keeps back (``embeddings.training.sources``): on pairs that
the model has seen its cosines flatter, and would get too much weight. Retrieval sets that results are reported on are
never read here.

Every knowledge base holds Chinese and English passages, as real ones do: passages in the query's script and others are
weighed apart, and the fit has to learn how they compare. The weights minimise the listwise softmax loss of the relevant
passages among the candidates, every task counting the same. Then a scale and an intercept make the score the
probability that a candidate is relevant.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings import load_encoder
from embeddings.protocol import Encoder
from embeddings.training.sources import Corpus, Pair, read_corpus
from rag.datatypes import Article, Document, Passage
from rag.index import VectorIndex
from rag.ingest import passage_text
from rag.rank_features import FEATURES, WEIGHTS_FILE
from rag.retrieve import CANDIDATES, HybridRetriever
from rag.store import Store
from rag.text import grams

# The loss overrates the cosine: with four fifths of its weight nDCG@10 is .002 higher on these very sets.
TRUST_IN_COSINES = 0.8
QUESTIONS = 600  # of each set
DISTRACTORS = 3_000
IN_ANOTHER_SCRIPT = 600  # distractors
WINDOW_LINES = 6  # of news, about a paragraph
RIDGE = 1e-4
SEED = 7

_CLAUSE_END = re.compile(r"[，,。；;！？!?:：\n]")

Row = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Task:
    """Questions, and passages with the heading above each (may be empty); ``relevant[i]`` numbers question i's."""

    name: str
    questions: tuple[str, ...]
    passages: tuple[tuple[str, str], ...]
    relevant: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidates of one question: the measurements of each, and whether it is relevant."""

    task: str
    evidence: tuple[Mapping[str, float], ...]
    relevant: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """The candidates of one question as numbers, shape ``(n, 2 * features + 1)``: the measurements of those in the
    query's script, those of the others, and whether it is another.
    """

    task: str
    rows: Row
    relevant: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, judged: Judged, features: Sequence[str]) -> Rows:
        """The columns of these features only."""
        rows = [_columns(one, features) for one in judged.evidence]
        return cls(judged.task, np.array(rows), judged.relevant)


def tasks(corpus: Corpus) -> Iterator[Task]:
    """The sets to fit on."""
    news = corpus.development["par__wmt_news"]
    english, chinese = zip(*corpus.training["par__wmt_news"], strict=True)
    foreign = _windows(english)
    for name in ("zh__drcd_test", "zh__stard", "zh__crud_qa", "zh__crud_party_q"):
        distractors = [passage for _, passage in corpus.training[name]]
        yield _task(name, corpus.development[name], distractors, foreign)
    yield _under_headings(_task("headings", corpus.development["zh__crud_party_q"], [], foreign))
    windows = _windows([line for _, line in news])
    pairs = [(line, windows[i // WINDOW_LINES]) for i, (line, _) in enumerate(news)]
    yield _task("news windows", pairs, _windows(chinese), foreign)


def _windows(lines: Sequence[str]) -> list[str]:
    return [" ".join(lines[i : i + WINDOW_LINES]) for i in range(0, len(lines), WINDOW_LINES)]


def _task(name: str, pairs: Sequence[Pair], distractors: Sequence[str], foreign: Sequence[str]) -> Task:
    draw = random.Random(SEED)
    answers: dict[str, set[str]] = {}
    for question, passage in pairs:
        answers.setdefault(question, set()).add(passage)
    questions = draw.sample(sorted(answers), min(QUESTIONS, len(answers)))
    wanted = sorted({passage for question in questions for passage in answers[question]})
    others = sorted({*distractors, *(passage for _, passage in pairs)} - set(wanted))
    passages = [*wanted, *draw.sample(others, min(DISTRACTORS, len(others)))]
    passages += draw.sample(foreign, IN_ANOTHER_SCRIPT)
    number = {passage: i for i, passage in enumerate(passages)}
    relevant = tuple(frozenset(number[p] for p in answers[question]) for question in questions)
    return Task(name, tuple(questions), tuple(("", passage) for passage in passages), relevant)


def _under_headings(task: Task) -> Task:
    """The task with one clause of each passage made the heading above it.

    For half of the questions it is the clause that shares most with the question: in real documents the words of a
    question often stand in a heading only.
    """
    draw = random.Random(SEED)
    asked = {min(relevant): q for q, relevant in zip(task.questions, task.relevant, strict=True)}
    passages = []
    for number, (_, text) in enumerate(task.passages):
        clauses = [clause for clause in _CLAUSE_END.split(text) if 4 <= len(clause) <= 30] or [""]
        heading = draw.choice(clauses)
        if number in asked and draw.random() < 0.5:
            wanted = set(grams(asked[number]))
            heading = max(
                clauses, key=lambda clause: len(wanted.intersection(grams(clause))) / (len(clause) + 4)
            )
        passages.append((heading, text.replace(heading, "", 1)))
    return Task(task.name, task.questions, tuple(passages), task.relevant)


def judge(task: Task, encoder: Encoder, folder: Path) -> Iterator[Judged]:
    """Every question's candidates as the retriever measures them."""
    store = Store(folder / f"{task.name}.sqlite")
    articles = [_article(number, heading, text) for number, (heading, text) in enumerate(task.passages)]
    vectors = encoder.encode_passages(
        [passage_text("", a.passages[0].section, a.document.text) for a in articles]
    )
    store.replace(task.name, "", articles, vectors, encoder.identity)
    retriever = HybridRetriever(store, VectorIndex(store), encoder)
    for question, relevant in zip(task.questions, task.relevant, strict=True):
        hits = retriever.retrieve(question, 2 * CANDIDATES)
        found = np.array([int(hit.passage.id) in relevant for hit in hits], dtype=bool)
        if found.any():
            yield Judged(task.name, tuple(hit.evidence for hit in hits), found)


def _columns(evidence: Mapping[str, float], features: Sequence[str]) -> list[float]:
    values = [evidence[name] for name in features]
    nothing = [0.0] * len(features)
    return [*nothing, *values, 1.0] if evidence["cross"] else [*values, *nothing, 0.0]


def _article(number: int, heading: str, text: str) -> Article:
    document = Document(str(number), "", "", text)
    return Article(
        document, (Passage(str(number), str(number), 0, 0, len(text), text, (heading,) * bool(heading)),)
    )


def fit(judged: Sequence[Rows]) -> Row:
    """The weights with the least listwise softmax loss, every task counting the same; none below zero, as nothing that
    is measured speaks against a passage.
    """
    from scipy.optimize import minimize

    share = {task: 1 / sum(one.task == task for one in judged) for task in {one.task for one in judged}}

    def loss(weights: Row) -> tuple[float, Row]:
        total, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for one in judged:
            scores = one.rows @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            wanted = one.relevant / one.relevant.sum()
            total -= share[one.task] * float(wanted @ np.log(chances + 1e-12))
            gradient += share[one.task] * (one.rows.T @ (chances - wanted))
        return total, gradient

    count = judged[0].rows.shape[1]
    bounds = [(0.0, None)] * (count - 1) + [(None, None)]
    found = minimize(loss, np.ones(count), jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x)


def calibrate(judged: Sequence[Rows], weights: Row) -> tuple[float, float]:
    """Scale and intercept that make the score of a candidate the probability that it is relevant."""
    from scipy.optimize import minimize

    scores = np.concatenate([one.rows @ weights for one in judged])
    relevant = np.concatenate([one.relevant for one in judged]).astype(float)

    def loss(parameters: Row) -> tuple[float, Row]:
        scale, intercept = parameters
        logits = scale * scores + intercept
        error = 1 / (1 + np.exp(-logits)) - relevant
        value = np.logaddexp(0, logits) - relevant * logits
        return float(value.mean()), np.array([(error * scores).mean(), error.mean()])

    scale, intercept = minimize(loss, np.array([1.0, -5.0]), jac=True, method="L-BFGS-B").x
    return float(scale), float(intercept)


def reciprocal_rank(judged: Sequence[Rows], weights: Row) -> float:
    """The mean reciprocal rank of the first relevant candidate."""
    ranks = [
        int(np.argmax(one.relevant[np.argsort(-(one.rows @ weights), kind="stable")])) + 1 for one in judged
    ]
    return float(np.mean([1 / rank for rank in ranks]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the weights and the mean reciprocal rank that they and each measurement alone reach."""
    parser = argparse.ArgumentParser(prog="python -m eval.tune_retrieval", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of training pairs, *.jsonl.gz")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--write", action="store_true", help=f"write the weights into {WEIGHTS_FILE}")
    options = parser.parse_args(arguments)
    encoder = load_encoder(options.model)
    with tempfile.TemporaryDirectory() as folder:
        judged = [
            one for task in tasks(read_corpus(options.data)) for one in judge(task, encoder, Path(folder))
        ]
    text = json.dumps({kind: fitted(judged, kind) for kind in FEATURES}, indent=2) + "\n"
    print(text)
    if options.write:
        WEIGHTS_FILE.write_text(text, "utf-8")
    return 0


def fitted(judged: Sequence[Judged], kind: str) -> dict[str, dict[str, float]]:
    """The weights of one kind of score by script and name, as ``rag.rank_features`` reads them; reported on the way."""
    features = FEATURES[kind]
    rows = [Rows.of(one, features) for one in judged]
    weights = fit(rows)
    count = len(features)
    weights[[features.index("nearness"), count + features.index("nearness")]] *= TRUST_IN_COSINES
    scale, intercept = calibrate(rows, weights)
    report(rows, weights, kind)
    *of_both, cross = (scale * weights).tolist()
    scripts = {"same": (of_both[:count], intercept), "cross": (of_both[count:], intercept + cross)}
    return {
        script: {
            name: round(value, 3)
            for name, value in zip((*features, "intercept"), (*values, constant), strict=True)
        }
        for script, (values, constant) in scripts.items()
    }


def report(judged: Sequence[Rows], weights: Row, kind: str) -> None:
    """One line a task: the mean reciprocal rank of each measurement alone, then of all with their weights."""
    features = FEATURES[kind]
    for task in dict.fromkeys(one.task for one in judged):
        of_task = [one for one in judged if one.task == task]
        alone = " ".join(
            f"{name} {reciprocal_rank(of_task, np.array([*row, *row, 0.0])):.3f}"
            for name, row in zip(features, np.eye(len(features)), strict=True)
        )
        together = reciprocal_rank(of_task, weights)
        print(f"{kind:8} {task:18} n={len(of_task):4} {alone} | all {together:.4f}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
