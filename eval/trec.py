"""Reads retrieval sets in the BEIR layout and writes what TREC tools read: runs and qrels."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.metrics import Qrels, Run


@dataclass(frozen=True, slots=True)
class Entry:
    """One passage of a corpus; ``title`` and ``section`` may be empty."""

    id: str
    title: str
    text: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """One query; ``type`` (or the language, where a set has no types) groups queries in a report. ``standalone`` is a follow-up put in full."""

    id: str
    text: str
    type: str | None = None
    standalone: str | None = None


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A corpus, queries over it, and which passages are relevant to which query."""

    name: str
    corpus: tuple[Entry, ...]
    queries: tuple[Query, ...]
    qrels: Qrels = field(repr=False)


def read_set(folder: Path) -> RetrievalSet:
    """The set in ``folder``: ``corpus.jsonl``, ``queries.jsonl``, ``qrels.tsv``.

    Raises ``EvalError`` for a missing or broken file, and for qrels that name a passage or query that is not
    there.
    """
    corpus = tuple(_entry(row) for row in _rows(folder / "corpus.jsonl", "_id", "text"))
    queries = tuple(_query(row) for row in _rows(folder / "queries.jsonl", "_id", "text"))
    qrels = read_qrels(folder / "qrels.tsv")
    strangers = sorted(set(qrels) - {query.id for query in queries})
    strangers += sorted(
        {passage for judged in qrels.values() for passage in judged} - {entry.id for entry in corpus}
    )
    if strangers:
        raise EvalError(
            f"{folder} 的 qrels.tsv 提到了没有的编号“{strangers[0]}”（共 {len(strangers)} 个），请核对。",
            f"qrels.tsv in {folder} names {strangers[0]!r}, which is not there ({len(strangers)} such ids).",
        )
    return RetrievalSet(folder.name, corpus, queries, qrels)


def _entry(row: Mapping[str, Any]) -> Entry:
    title, text = row.get("title") or "", row["text"]
    if not text.strip():  # sets have articles of which only the title is known
        title, text = "", title
    return Entry(str(row["_id"]), title, text, row.get("section") or "")


def _query(row: Mapping[str, Any]) -> Query:
    return Query(str(row["_id"]), row["text"], row.get("type") or row.get("lang"), row.get("standalone"))


def _rows(path: Path, *required: str) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if any(key not in row for key in required):
                raise ValueError(f"keys {sorted(row)}, needed {list(required)}")
            if not isinstance(row["text"], str):
                raise TypeError(f"text is {row['text']!r}")
        except (ValueError, TypeError) as error:
            raise _broken(path, number, str(error)) from error
        yield row


def read_qrels(path: Path) -> Qrels:
    """Judgements of a tab-separated file; its header ``query-id corpus-id score`` may be missing. Raises ``EvalError``."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        is_header = number == 1 and not line.rpartition("\t")[2].lstrip("-").isdecimal()
        if is_header or not line.strip():
            continue
        try:
            query, passage, relevance = line.split("\t")
            qrels.setdefault(query, {})[passage] = int(relevance)
        except ValueError as error:
            raise _broken(path, number, str(error)) from error
    return qrels


def write_run(path: Path, run: Run, tag: str) -> None:
    """Writes a TREC run: ``query Q0 passage rank score tag``, best first."""
    lines = [
        f"{query} Q0 {passage} {rank} {score:.6f} {tag}\n"
        for query, scores in run.items()
        for rank, (passage, score) in enumerate(_best_first(scores), start=1)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), "utf-8")


def write_qrels(path: Path, qrels: Qrels) -> None:
    """Writes TREC qrels: ``query 0 passage relevance``."""
    lines = [
        f"{query} 0 {passage} {relevance}\n"
        for query, judged in qrels.items()
        for passage, relevance in judged.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), "utf-8")


def _best_first(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda item: (item[1], item[0]), reverse=True)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(
            f"读不了 {path}：{error}。集合文件夹里要有 corpus.jsonl、queries.jsonl、qrels.tsv，均为 UTF-8。",
            f"Cannot read {path}: {error}. A set holds corpus.jsonl, queries.jsonl and qrels.tsv, all UTF-8.",
        ) from error


def _broken(path: Path, number: int, detail: str) -> EvalError:
    return EvalError(
        f"{path}:{number}：这一行写错了（{detail}），请改正。",
        f"{path}:{number}: this line is not valid ({detail}).",
    )
