"""Checks the project's own reference questions against its documents: ``python -m eval.check_questions``.

Works on the plain files, without the assistant: a paragraph is a line of the file below its front matter.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.questions import ESSENTIAL, QUESTIONS_FOLDER, SEEDS_FOLDER, ReferenceQuestion, read_questions
from eval.wording import says, stands_in
from rag.errors import DangwuError

_FENCE = "---"


def paragraphs_of(path: Path) -> tuple[str, ...]:
    """The lines of a document that are not blank, without the front matter."""
    lines = path.read_text("utf-8").split("\n")
    if lines[0] == _FENCE and _FENCE in lines[1:]:
        lines = lines[lines.index(_FENCE, 1) + 1 :]
    return tuple(line for line in lines if line.strip())


def findings(questions: Sequence[ReferenceQuestion], documents: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """One line for each thing wrong. ``documents`` maps file name to paragraphs."""
    for question in questions:
        for finding in _findings_of(question, documents):
            yield f"{question.id}: {finding}"


def _findings_of(question: ReferenceQuestion, documents: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if question.history and not question.standalone:
        yield "追问没有 standalone"
    if not question.answerable:
        if question.gold or question.key_points:
            yield "应拒答的问题不该有 gold 或 key_points"
        return
    if not question.key_points:
        yield "没有 key_points"
    if not any(entry.rel >= ESSENTIAL for entry in question.gold):
        yield "没有应引的 gold 段落"
    gold: list[str] = []
    for entry in question.gold:
        if entry.file not in documents:
            yield f"没有文件 {entry.file}"
            continue
        standing = [paragraph for paragraph in documents[entry.file] if stands_in(entry.quote, paragraph)]
        if len(standing) != 1:
            yield f"引文“{entry.quote}”在 {entry.file} 的 {len(standing)} 个段落里，应当正好 1 个"
        gold += standing
    text = "\n".join(gold)
    for wordings in question.key_points:
        if gold and not any(says(text, wording) for wording in wordings):
            yield f"要点“{wordings[0]}”在 gold 段落里找不到"


def narrow_points(questions: Sequence[ReferenceQuestion]) -> Iterator[str]:
    """Key points that even the reference answer misses: other right answers would miss them too."""
    for question in questions:
        for wordings in question.key_points:
            if not any(says(question.reference_answer, wording) for wording in wordings):
                yield f"{question.id}: 要点“{wordings[0]}”在参考答案里找不到，最好加一种说法"


def main() -> int:
    """Prints what is wrong, then what could be better, to stdout; 0 when nothing is wrong."""
    documents = {path.name: paragraphs_of(path) for path in sorted(SEEDS_FOLDER.glob("*.md"))}
    try:
        questions = read_questions(sorted(QUESTIONS_FOLDER.glob("*.jsonl")))
    except DangwuError as error:
        print(error)
        return 1
    wrong = list(findings(questions, documents))
    for line in (*wrong, *narrow_points(questions)):
        print(line)
    print(f"{len(questions)} 个问题、{len(documents)} 篇资料，{len(wrong)} 处错误。")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
