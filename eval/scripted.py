"""Puts a language model that lies on purpose in front of the whole line. ``python -m eval.scripted``.

For every question the scripted model (``rag.fake_llm``) first says sentences of the passages that it was given, then the
same ones citing other passages, then the same ones altered (``eval.checker_kinds``). Always the same for the same documents.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.checker_edits import Source
from eval.checker_kinds import FALSE
from eval.checker_set import LONGEST, SHORTEST
from eval.questions import QUESTIONS_FOLDER, SEEDS_FOLDER, read_questions
from eval.run import temporary_assistant
from rag.assistant import Assistant
from rag.config import load_settings
from rag.datatypes import Answer, CitedSentence, Hit
from rag.fake_llm import FakeLlm, Rule
from rag.text import sentence_spans, tight

PASSAGES, SENTENCES = 3, 2  # of each answer, and of each passage
SEED = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that the model says of the passage ``number``: ``original`` as it stands there, ``kind`` how it was altered."""

    number: int
    original: Source
    text: str
    kind: str = ""


def lines_of(hits: Sequence[Hit], everything: str) -> tuple[Line, ...]:
    """The first sentences of the best passages, each once."""
    found: dict[str, Line] = {}
    for number, hit in enumerate(hits[:PASSAGES], 1):
        text = hit.passage.text
        sentences = [text[a:b] for a, b in sentence_spans(text)]
        fitting = [i for i, s in enumerate(sentences) if SHORTEST <= len(s) <= LONGEST and s[-1] != "："]
        for at in fitting[:SENTENCES]:
            following = sentences[at + 1] if at + 1 < len(sentences) else ""
            source = Source(sentences[at], following, text, hit.document.title, everything)
            found.setdefault(sentences[at], Line(number, source, sentences[at]))
    return tuple(found.values())


def altered(lines: Sequence[Line], chance: random.Random) -> Iterator[Line]:
    """Each sentence made false in one way that fits it."""
    kinds = [kind for kind in FALSE if not kind.wrong_place]
    for line in lines:
        for kind in chance.sample(kinds, len(kinds)):
            text = kind.make(line.original, chance)
            if text is not None and tight(text) != tight(line.text):
                yield replace(line, text=text, kind=kind.name)
                break


def miscited(lines: Sequence[Line], passages: int) -> tuple[Line, ...]:
    """Each sentence with the number of the next passage."""
    return tuple(replace(line, number=line.number % passages + 1) for line in lines) if passages > 1 else ()


def supported(answer: Answer, line: Line) -> bool:
    """Whether the answer shows the line as supported."""
    return answer.mode == "llm" and any(s.supported for s in answer.sentences if _says(s, line))


def moved(answer: Answer, line: Line) -> bool:
    """Whether the line is shown with a citation that holds its words."""
    shown = [s for s in answer.sentences if _says(s, line)]
    return any(
        tight(s.text) in tight(c.quote) for s in shown for c in answer.citations if c.number in s.citations
    )


def _says(sentence: CitedSentence, line: Line) -> bool:
    """Whether a sentence is the line; the sign of a list item stands before it."""
    return tight(line.text) in (tight(sentence.text), tight(sentence.lead + sentence.text))


def walk(assistant: Assistant, fake: FakeLlm, questions: Sequence[str]) -> dict[str, list[tuple[Line, bool]]]:
    """The lines of each script, with whether they were shown as they should be."""
    everything = "\n".join(document.text for document in assistant.documents())
    chance = random.Random(SEED)
    found: dict[str, list[tuple[Line, bool]]] = {"true": [], "miscited": [], "altered": []}

    def said(question: str, lines: Sequence[Line]) -> Answer:
        fake.rules = (Rule(answer="\n".join(f"{line.text}[{line.number}]" for line in lines)),)
        return assistant.ask(question)

    for question in questions:
        fake.rules = (Rule(),)
        first = assistant.ask(question)
        lines = () if first.refused else lines_of(first.hits, everything)
        if not lines:
            continue
        answer = said(question, lines)
        found["true"] += [(line, supported(answer, line)) for line in lines]
        if elsewhere := miscited(lines, min(PASSAGES, len(first.hits))):
            answer = said(question, elsewhere)
            found["miscited"] += [(line, moved(answer, line)) for line in elsewhere]
        if false := tuple(altered(lines, chance)):
            answer = said(question, false)
            found["altered"] += [(line, not supported(answer, line)) for line in false]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the bars hold: at most 1 % of the altered sentences pass, at most 5 % of the true are flagged."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.scripted",
        description="用按剧本说假话的模型走完整条线 / a model that lies on purpose",
    )
    parser.add_argument("--documents", type=Path, default=SEEDS_FOLDER, help="文档文件夹，默认为自带资料")
    parser.add_argument("--questions", type=Path, nargs="+", default=sorted(QUESTIONS_FOLDER.glob("*.jsonl")))
    parser.add_argument("--nli", help="推断模型 / NLI model (DANGWU_NLI)")
    chosen = parser.parse_args(arguments)
    asked = [q.question for q in read_questions(chosen.questions) if q.answerable and not q.history]
    fake = FakeLlm()
    with fake.running() as address:
        settings = load_settings(llm="openai:fake", llm_base_url=address, llm_api_key="none", nli=chosen.nli)
        with temporary_assistant(settings) as assistant:
            assistant.index([chosen.documents])
            found = walk(assistant, fake, asked)
    for name, lines in found.items():
        print(f"{name}: {sum(right for _, right in lines)} / {len(lines)}")
        for line, right in lines:
            if not right:
                print(f"  [{line.kind or name}] {line.original.sentence}\n    → {line.text}")
    wrong = {name: sum(not right for _, right in lines) for name, lines in found.items()}
    passed, flagged = wrong["altered"], wrong["true"]
    return int(passed > 0.01 * len(found["altered"]) or flagged > 0.05 * len(found["true"]))


if __name__ == "__main__":
    sys.exit(main())
