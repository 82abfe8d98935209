"""An assistant of thirty lines: finds lines by shared pairs of characters and quotes the best one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.datatypes import Answer as RagAnswer
from rag.datatypes import Citation, CitedSentence, Document, Hit, Mode, Passage, Turn


class FakeAssistant:
    """Refuses when no line shares three pairs with the question; reads a follow-up with its history."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.held = {name: Document(name, f"/files/{name}", name, text) for name, text in files.items()}
        self.asked: list[str] = []

    def index(self, paths: Sequence[str | Path]) -> None:
        for path in map(Path, paths):
            self.held[path.name] = Document(path.name, str(path), path.name, path.read_text("utf-8").strip())

    def remove(self, id_or_source: str) -> None:
        del self.held[id_or_source]

    def documents(self) -> tuple[Document, ...]:
        return tuple(self.held.values())

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        text, found, start = self.held[document_id].text, [], 0
        for number, line in enumerate(text.split("\n")):
            found.append(
                Passage(f"{document_id}#{number}", document_id, number, start, start + len(line), line)
            )
            start += len(line) + 1
        return tuple(found)

    def search(self, query: str, k: int = 10, mode: Mode = "hybrid") -> tuple[Hit, ...]:
        pairs = {query[i : i + 2] for i in range(len(query) - 1)}
        lines = [
            (document, passage) for document in self.documents() for passage in self.passages(document.id)
        ]
        shared = [
            (sum(pair in passage.text for pair in pairs), document, passage) for document, passage in lines
        ]
        best = sorted((entry for entry in shared if entry[0]), key=lambda entry: -entry[0])[:k]
        return tuple(Hit(rank, count / len(pairs), p, d) for rank, (count, d, p) in enumerate(best, start=1))

    def ask(self, question: str, history: Sequence[Turn] = ()) -> RagAnswer | Mapping[str, Any]:
        self.asked.append(question)
        whole = "".join((*(turn.question for turn in history), question))
        hits = self.search(whole)
        blank = RagAnswer(question, whole, "zh", "extractive", "没有找到依据。", hits=hits, refused=True)
        if not hits or hits[0].score * (len(set(whole)) - 1) < 3:
            return blank
        passage, document = hits[0].passage, hits[0].document
        citation = Citation(1, passage, document, passage.text, passage.start, passage.end, 1.0)
        sentence = CitedSentence(passage.text, (1,), True, 1.0)
        return RagAnswer(
            question,
            whole,
            "zh",
            "extractive",
            f"{passage.text}[1]",
            (sentence,),
            (citation,),
            hits,
            milliseconds={"retrieve": 1.5, "total": 4.0},
        )
