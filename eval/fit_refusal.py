"""Fits the coefficients of the refusal decision: ``python -m eval.fit_refusal [--data DIR] [--write]``.

The fit rests on ``eval/refusal/``: questions with and without an answer, written for this over the
project's own ``seeds/``. An answerable question whose gold passages are taken away is a third kind, of
little weight: what is left is near and sometimes answers it after all. Nothing that answers are judged on
takes part; the project's reference questions (``eval/questions``) and, with ``--data``, public question
sets only show how the fit carries over.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from embeddings import Encoder, load_encoder
from eval.questions import SEEDS_FOLDER
from rag.assistant import Assistant
from rag.build import open_assistant
from rag.datatypes import Article, Document, Hit, Passage
from rag.evidence import FEATURES, gather
from rag.index import VectorIndex
from rag.ingest import passage_text
from rag.question import read_question
from rag.respell import respelt
from rag.retrieve import HybridRetriever
from rag.store import Store
from rag.text import tight

SETS = ("zh__drcd_test", "zh__cmrc_trial", "zh__crud_qa")
PER_SET = 600
TWIN_WEIGHT = 0.2  # of a question whose gold was taken away: what is left often answers it after all
# Of these answerable questions at the threshold. The 62 English ones are few: at .04 it would refuse 13 of 98 others, at .024 it refuses 7.
OVER_REFUSAL = {"chinese": 0.03, "english": 0.024}
INVERSE_REGULARISATION = 10.0  # at 3 a tenth fewer are refused rightly, at 30 no more
EVAL = Path(__file__).parent
COEFFICIENTS = EVAL.parent / "rag" / "data" / "refusal.json"


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what was measured, whether the documents answer it, and where it comes from."""

    origin: str
    question: str
    language: str
    features: dict[str, float]
    answerable: bool
    twin: bool = False


def set_cases(path: Path, encoder: Encoder, folder: Path) -> Iterator[Case]:
    """Cases of one file of ``[question, passage]`` pairs, each question once with and once without its passage."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pairs = [(q, p) for q, p in map(json.loads, lines)]
    texts = list(dict.fromkeys(p for _, p in pairs))
    store, retriever = knowledge_base(texts, encoder, folder / path.name)
    sample = random.Random(0).sample(pairs, min(PER_SET, len(pairs)))
    for question, passage in sample:
        hits = retriever.retrieve(question, 20)
        yield from _both(
            path.name.split(".")[0], question, hits, lambda h, p=passage: h.passage.text == p, store, encoder
        )


def own_cases(encoder: Encoder, folder: Path) -> Iterator[Case]:
    """Cases over the project's own seeds: ``own`` ones to fit on, ``held`` and ``everyday`` ones to look at."""
    with open_assistant(folder / "own") as assistant:
        assistant.index([SEEDS_FOLDER])
        for origin, place in (("own", "refusal"), ("held", "questions"), ("everyday", "everyday")):
            for file in sorted((EVAL / place).glob("*.jsonl")):
                for row in map(json.loads, file.read_text("utf-8").splitlines()):
                    if row.get("type") not in ("injection", "multiturn"):
                        yield from _row_cases(origin, row, assistant, encoder)


def _row_cases(origin: str, row: dict[str, Any], assistant: Assistant, encoder: Encoder) -> Iterator[Case]:
    question = respelt(row["question"], assistant.store)
    hits = assistant.search(question, 20)
    quotes = [tight(g["quote"]) for g in row.get("gold", ())]
    if quotes:
        yield from _both(origin, question, hits, lambda h: _holds(h, quotes), assistant.store, encoder)
    elif hits:
        yield _case(origin, question, hits, False, assistant.store, encoder)


def _holds(hit: Hit, quotes: Sequence[str]) -> bool:
    words = tight("\n".join((*hit.passage.section, hit.passage.text)))
    return any(q in words for q in quotes)


def _both(
    origin: str, question: str, hits: Sequence[Hit], gold: Any, store: Store, encoder: Encoder
) -> Iterator[Case]:
    if any(gold(h) for h in hits):
        yield _case(origin, question, hits, True, store, encoder)
    rest = [replace(h, rank=rank) for rank, h in enumerate((h for h in hits if not gold(h)), 1)]
    if rest:
        yield replace(_case(origin, question, rest, False, store, encoder), twin=True)


def _case(
    origin: str, question: str, hits: Sequence[Hit], answerable: bool, store: Store, encoder: Encoder
) -> Case:
    asked = read_question(question)
    return Case(
        origin, question, asked.language, dict(gather(asked, hits, store, encoder).features), answerable
    )


def knowledge_base(texts: Sequence[str], encoder: Encoder, folder: Path) -> tuple[Store, HybridRetriever]:
    """A store with one document a text, and a retriever over it."""
    folder.mkdir(parents=True)
    store = Store(folder / "knowledge.sqlite")
    for start in range(0, len(texts), 1000):
        block = texts[start : start + 1000]
        articles = []
        for i, text in enumerate(block, start):
            document = Document(f"d{i}", "texts", "", text)
            articles.append(Article(document, (Passage(f"d{i}:0", f"d{i}", 0, 0, len(text), text),)))
        vectors = encoder.encode_passages([passage_text("", (), t) for t in block])
        store.replace(f"texts{start}", "0", articles, vectors, encoder.identity)
    return store, HybridRetriever(store, VectorIndex(store), encoder)


def fit(cases: Sequence[Case], over_refusal: float) -> dict[str, float]:
    """Logistic regression (L2, balanced classes); the threshold refuses ``over_refusal`` of the answerable."""
    from sklearn.linear_model import LogisticRegression

    x = np.array([[c.features[name] for name in FEATURES] for c in cases])
    y = np.array([c.answerable for c in cases])
    weight = np.array([TWIN_WEIGHT if c.twin else 1.0 for c in cases])
    weight[y] *= weight[~y].sum() / weight[y].sum()
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=3000).fit(x, y, sample_weight=weight)
    found = {name: round(float(w), 3) for name, w in zip(FEATURES, model.coef_[0], strict=True)}
    probability = model.predict_proba(x)[:, 1]
    return {
        "intercept": round(float(model.intercept_[0]), 3),
        **found,
        "threshold": round(float(np.quantile(probability[y], over_refusal)), 3),
    }


def report(cases: Sequence[Case], weights: dict[str, float]) -> None:
    """Prints refusal recall and over-refusal by origin."""
    from rag.refuse import weigh

    for origin, twin in sorted({(c.origin, c.twin) for c in cases if not c.answerable}):
        here = [c for c in cases if c.origin == origin and (c.answerable or c.twin == twin)]
        refused = {
            c.question + str(c.answerable): weigh(c.features, weights) < weights["threshold"] for c in here
        }
        yes = [c for c in here if c.answerable]
        no = [c for c in here if not c.answerable]
        over = sum(refused[c.question + "True"] for c in yes) / max(len(yes), 1)
        recall = sum(refused[c.question + "False"] for c in no) / max(len(no), 1)
        name = f"{origin}{' (twins)' if twin else ''}"
        print(f"{name:22} answerable {len(yes):4}, over-refusal {over:.3f};", end=" ")
        print(f"unanswerable {len(no):4}, refusal recall {recall:.3f}")


def main() -> int:
    """Runs the fit; writes ``rag/data/refusal.json`` with ``--write``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with public question sets, to look at only")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    encoder = load_encoder("bundled")
    with tempfile.TemporaryDirectory() as folder:
        cases = list(own_cases(encoder, Path(folder)))
        for name in SETS if args.data else ():
            cases += set_cases(args.data / f"{name}.jsonl.gz", encoder, Path(folder))
    found = {}
    for language in ("chinese", "english"):
        here = [c for c in cases if (c.language == "en") == (language == "english")]
        found[language] = fit([c for c in here if c.origin == "own"], OVER_REFUSAL[language])
        print(language, json.dumps(found[language], ensure_ascii=False))
        report(here, found[language])
    if args.write:
        COEFFICIENTS.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
