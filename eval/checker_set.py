"""Measures the citation checker: true and false sentences made from documents by rule. ``python -m eval.checker_set``.

Every case is a sentence with the passage it cites and other passages beside it, as a language model would have written it. A
true case must come out supported; a false one must not, or (the right words cited to the wrong place) must be moved to a
passage that holds it. Documents in, cases out, always the same for the same documents.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import Literal

from embeddings import load_encoder
from embeddings.entail import CrossEncoderEntailer
from embeddings.protocol import Encoder
from eval.checker_edits import Source
from eval.checker_kinds import FALSE, TRUE, Kind
from eval.errors import EvalError
from eval.estimate import Estimate, mean
from eval.questions import SEEDS_FOLDER, ReferenceQuestion, read_questions
from eval.wording import stands_in
from rag import cite
from rag.datatypes import Article, Document, Draft, DraftSentence, Hit, Passage
from rag.entail import Inference
from rag.load import loader_for
from rag.structure import structure
from rag.text import sentence_spans, tight

PER_KIND = 80
BESIDE = 9
SEED = 20
SHORTEST, LONGEST = 12, 140

Outcome = Literal["supported", "moved", "flagged"]
Placed = tuple[Document, Passage]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with the hits it may rest on; ``marker`` is the one it cites."""

    kind: str
    true: bool
    original: str
    sentence: str
    hits: tuple[Hit, ...]
    markers: tuple[int, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What the checker made of a case; ``right`` when a reader was not misled."""

    case: Case
    outcome: Outcome
    right: bool
    reason: str


def articles_of(folder: Path) -> tuple[Article, ...]:
    """The documents of a folder as the assistant would index them, by file name."""
    if not folder.is_dir():
        raise EvalError(f"没有文件夹 {folder}。", f"There is no folder {folder}.")
    found: list[Article] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in (".md", ".txt")):
        loader = loader_for(path)
        if loader is not None:
            found.extend(structure(loader.load(path)).articles)
    return tuple(found)


def cases_of(articles: Sequence[Article], per_kind: int = PER_KIND, seed: int = SEED) -> Iterator[Case]:
    """At most ``per_kind`` cases of each kind, spread over all documents."""
    sources = list(_sources(articles))
    neighbours = _neighbours(articles)
    for kind in (*TRUE, *FALSE):
        chance = random.Random(f"{seed} {kind.name}")
        order = list(sources)
        chance.shuffle(order)
        made = 0
        for document, passage, source in order:
            sentence = kind.make(source, chance)
            if sentence is None or (
                tight(sentence) == tight(source.sentence) and kind in FALSE and not kind.wrong_place
            ):
                continue
            yield _case(kind, document, passage, source, sentence, neighbours, chance)
            made += 1
            if made == per_kind:
                break


def _sources(articles: Sequence[Article]) -> Iterator[tuple[Document, Passage, Source]]:
    """Every sentence of middling length with what a kind may want to know of its surroundings."""
    everything = "\n".join(a.document.text for a in articles)
    for article in articles:
        document = article.document
        for passage in article.passages:
            sentences = [passage.text[a:b] for a, b in sentence_spans(passage.text)]
            for index, sentence in enumerate(sentences):
                if SHORTEST <= len(sentence) <= LONGEST and sentence[-1] != "：":
                    following = sentences[index + 1] if index + 1 < len(sentences) else ""
                    yield (
                        document,
                        passage,
                        Source(sentence, following, passage.text, document.title, everything),
                    )


def _neighbours(articles: Sequence[Article]) -> dict[str, list[Placed]]:
    """All passages under "", and those of each document under its id."""
    found: dict[str, list[Placed]] = defaultdict(list)
    for article in articles:
        for passage in article.passages:
            found[""].append((article.document, passage))
            found[article.document.id].append((article.document, passage))
    return found


def among(
    source: Placed, near: Sequence[Placed], far: Sequence[Placed], chance: random.Random
) -> tuple[tuple[Hit, ...], int]:
    """Hits with a passage among others, half of them from ``near``, half from ``far``, and which one it is."""
    beside = chance.sample(near, min(len(near), BESIDE // 2))
    beside += chance.sample(far, min(len(far), BESIDE - len(beside)))
    place = chance.randrange(len(beside) + 1)
    beside.insert(place, source)
    return tuple(Hit(rank, 1 - rank / 100, p, d) for rank, (d, p) in enumerate(beside, 1)), place + 1


def _case(
    kind: Kind,
    document: Document,
    passage: Passage,
    source: Source,
    sentence: str,
    neighbours: dict[str, list[Placed]],
    chance: random.Random,
) -> Case:
    near = [p for p in neighbours[document.id] if p[1].id != passage.id]
    far = [p for p in neighbours[""] if p[0].id != document.id]
    hits, cited = among((document, passage), near, far, chance)
    if kind.wrong_place:
        cited = chance.choice([n for n in range(1, len(hits) + 1) if n != cited])
        if kind.without_source:
            hits = tuple(h for h in hits if h.passage.id != passage.id)
            cited = min(cited, len(hits))
    return Case(kind.name, kind in TRUE, source.sentence, sentence, hits, (cited,))


def judge(case: Case, encoder: Encoder, inference: Inference | None = None) -> Result:
    """The case through the checker that answers go through."""
    draft = Draft("llm", (DraftSentence(case.sentence, markers=case.markers),))
    checked = cite.check(draft, case.hits, encoder, inference, question=case.question)
    supported = [s for s in checked.sentences if s.supported]
    if not supported:
        reason = next(iter(checked.reasons.values()), "")
        return Result(case, "flagged", not case.true, reason)
    cited = {c.passage.id for c in checked.citations}
    outcome: Outcome = "supported" if cited & {case.hits[m - 1].passage.id for m in case.markers} else "moved"
    holds = all(
        any(tight(case.original) in tight(h.passage.text) for h in case.hits if h.passage.id == p)
        for p in cited
    )
    if case.true:
        return Result(case, outcome, True, "")
    return Result(
        case, outcome, outcome == "moved" and holds and tight(case.sentence) == tight(case.original), ""
    )


def measured(results: Sequence[Result]) -> dict[str, Estimate]:
    """Share judged right: each kind, then all true ones, all false ones."""
    groups: dict[str, list[float]] = defaultdict(list)
    for result in results:
        groups[result.case.kind].append(float(result.right))
        groups["全部真句" if result.case.true else "全部假句"].append(float(result.right))
    return {name: mean(values) for name, values in groups.items()}


def precision_and_recall(results: Sequence[Result]) -> tuple[float, float]:
    """Of the sentences shown as supported, the share that is; of the true ones, the share shown as supported."""
    shown = [r for r in results if r.outcome != "flagged"]
    true = [r for r in results if r.case.true]
    return (
        sum(r.right for r in shown) / len(shown) if shown else 1.0,
        sum(r.right for r in true) / len(true) if true else 1.0,
    )


def table(results: Sequence[Result]) -> str:
    """The measurement as a Markdown table."""
    names = {k.name: k for k in (*TRUE, *FALSE)}
    lines = ["| 种类 | 应当 | 例数 | 判对 | 95% 区间 |", "|---|---|---|---|---|"]
    for name, estimate in measured(results).items():
        wanted = ("支持" if names[name] in TRUE else "标出") if name in names else ""
        lines.append(
            f"| {name} | {wanted} | {estimate.n} | {estimate.value:.3f} | {estimate.low:.3f}–{estimate.high:.3f} |"
        )
    precision, recall = precision_and_recall(results)
    return "\n".join(
        [*lines, "", f"精确率 precision {precision:.4f}，召回率 recall {recall:.4f}，共 {len(results)} 例。"]
    )


def share(results: Sequence[Result]) -> str:
    """How many of the sentences are supported, with its interval."""
    found = mean([float(r.right) for r in results])
    return f"{found.n} 句中有 {found.value:.3f}（{found.low:.3f}–{found.high:.3f}）得到支持。"


def reference_cases(questions: Sequence[ReferenceQuestion], articles: Sequence[Article]) -> Iterator[Case]:
    """The sentences of reference answers over their gold passages: true sentences in a person's own words."""
    everything = [(a.document, p) for a in articles for p in a.passages]
    for question in questions:
        gold = {
            p.id: Hit(1, 1.0, p, d)
            for entry in question.gold
            for d, p in everything
            if Path(d.source).name == entry.file and stands_in(entry.quote, p.text)
        }
        if question.answerable and gold:
            answer = question.reference_answer
            for a, b in sentence_spans(answer):
                hits = tuple(gold.values())
                markers = tuple(range(1, len(hits) + 1))
                yield Case(question.id, True, answer[a:b], answer[a:b], hits, markers, question.question)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the bars hold: at most 3 % of the false sentences pass, at most 5 % of the true are flagged."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.checker_set", description="评测引用核查 / measure the checker"
    )
    parser.add_argument("--documents", type=Path, default=SEEDS_FOLDER, help="文档文件夹，默认为自带资料")
    parser.add_argument("--embedder", default="bundled")
    parser.add_argument("--nli", default="none", help="推断模型，默认不用")
    parser.add_argument("--per-kind", type=int, default=PER_KIND)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        help="改为核查参考答案的句子（JSON 行）：真人的转述有多少得到支持",
    )
    parser.add_argument("--wrong", action="store_true", help="逐条列出判错的句子")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    articles = articles_of(chosen.documents)
    cases = (
        reference_cases(read_questions(chosen.questions), articles)
        if chosen.questions
        else cases_of(articles, chosen.per_kind, chosen.seed)
    )
    encoder = load_encoder(chosen.embedder)
    inference = None if chosen.nli == "none" else Inference(CrossEncoderEntailer(chosen.nli), encoder)
    results = [judge(case, encoder, inference) for case in cases]
    if chosen.json:
        rows = {
            n: {"value": e.value, "low": e.low, "high": e.high, "n": e.n}
            for n, e in measured(results).items()
        }
        print(dumps(rows, ensure_ascii=False, indent=1))
    else:
        print(share(results) if chosen.questions else table(results))
    if chosen.wrong:
        for result in results:
            if not result.right:
                print(
                    f"\n[{result.case.kind}] {result.outcome} {result.reason}\n  原：{result.case.original}\n  句：{result.case.sentence}"
                )
    if chosen.questions:
        return 0
    false = [r for r in results if not r.case.true]
    true = [r for r in results if r.case.true]
    passed, flagged = sum(not r.right for r in false), sum(not r.right for r in true)
    return int(passed > 0.03 * len(false) or flagged > 0.05 * len(true))


if __name__ == "__main__":
    sys.exit(main())
