"""From paths to a knowledge base: read, structure, encode and store each file, and report what became of it."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings import EncoderError
from embeddings.protocol import Encoder
from rag.catalogue import described
from rag.datatypes import Article, Document, FileReport, IngestReport, Metadata
from rag.errors import DangwuError, LoadError, NeedsOcr, SettingError
from rag.index import VectorIndex
from rag.load import (
    DEEPEST,
    SOURCES,
    file_of,
    is_archive,
    loader_for,
    may_be_read,
    merged,
    read_sources,
    unpacked,
    unreadable,
)
from rag.protocols import Step
from rag.store import Store, encoder_mismatch
from rag.structure import structure

Progress = Callable[[int, int, str], None]
_HIDDEN = (".", "~$")
_BATCH = 1024
_BATCH_ANEW = 64  # passages between two reports of progress

log = logging.getLogger(__name__)


def ingest(
    paths: Sequence[str | Path],
    store: Store,
    index: VectorIndex,
    encoder: Encoder,
    progress: Progress | None = None,
    rebuild: bool = False,
) -> IngestReport:
    """Adds files and folders, refreshes changed files, leaves unchanged ones alone; one bad file never stops the rest.

    ``progress(done, total, source)`` is called before each file. ``rebuild`` first makes all stored vectors anew with
    ``encoder`` and then reads every file again, changed or not. Raises ``SettingError`` when the store was made with another
    encoder and ``rebuild`` is off.
    """
    started = time.perf_counter()
    stored = store.encoder_identity
    if rebuild:
        reencode(store, encoder)
    elif stored is not None and stored != encoder.identity:
        raise encoder_mismatch(stored, encoder.identity)
    skipped: set[Path] = set()
    files = _by_holder(path for given in paths for path in _files(Path(given), skipped))
    intake = _Intake(store, encoder, rebuild, skipped)
    reports: list[FileReport] = []
    for done, (path, members) in enumerate(files.items()):

        def told(source: str, done: int = done) -> None:
            if progress is not None:
                progress(done, len(files), source)

        told(str(path))
        reports.extend(intake.reports(path, members, told))
    index.refresh()
    documents, passages = store.counts()
    suffixes = Counter(path.suffix.lower() for path in sorted(skipped))
    gone = _gone(store, map(full_path, paths))
    return IngestReport(tuple(reports), documents, passages, time.perf_counter() - started, suffixes, gone)


def reencode(store: Store, encoder: Encoder, progress: Callable[[int, int], None] | None = None) -> None:
    """Makes all stored vectors anew with ``encoder``, in one transaction at the end: until then the old ones are in use.

    ``progress(done, total)`` counts passages. Passages that come or go meanwhile are taken account of.
    """
    made: dict[int, npt.NDArray[Any]] = {}
    while missing := [key for key in store.keys().tolist() if key not in made]:
        for start in range(0, len(missing), _BATCH_ANEW):
            entries = store.passages_at(missing[start : start + _BATCH_ANEW])
            texts = [passage_text(d.title, passage.section, passage.text) for passage, d in entries.values()]
            try:
                rows = encoder.encode_passages(texts).astype(np.float16)
            except EncoderError as error:
                raise SettingError(error.zh, error.en) from error
            made.update(zip(entries, rows, strict=True))
            if progress is not None:
                progress(len(made), max(len(made), store.counts()[1]))
    keys = store.keys()
    if len(keys):
        store.replace_vectors(keys, np.stack([made[key] for key in keys.tolist()]), encoder.identity)


def describe(
    document_id: str, said: Metadata, store: Store, index: VectorIndex, encoder: Encoder
) -> Document:
    """Keeps what a person says of a document; it wins over what was read, now and whenever the file is read again.

    ``None`` says nothing of a detail, an empty word takes it away. Raises ``UnknownDocument`` and ``StoreError``.
    """
    before = store.document(document_id)
    article = Article(described(before, said), store.passages(document_id))
    vectors = store.vectors(store.keys([document_id]))[1]
    if article.document.title != before.title:  # it is part of what was encoded
        vectors = _vectors([article], encoder)
    store.describe(article, said, vectors, encoder.identity)
    index.refresh()
    return article.document


def passage_text(title: str, section: Sequence[str], text: str) -> str:
    """What is encoded for a passage: a paragraph often leaves its subject to the headings above it."""
    return "\n".join(part for part in (title, *section, text) if part)


def _gone(store: Store, paths: Iterable[Path]) -> tuple[str, ...]:
    """The sources below those paths that are folders whose files are there no more."""
    folders = {path for path in paths if os.path.isdir(path)}
    sources = {document.source for document in store.documents()} if folders else set()
    below = (source for source in sources if not folders.isdisjoint(Path(source).parents))
    return tuple(sorted(source for source in below if not os.path.exists(file_of(source))))


def _by_holder(paths: Iterable[Path]) -> dict[Path, set[str] | None]:
    """The files to read, in order, each once; with the members to read of an archive of which only members are named."""
    found: dict[Path, set[str] | None] = {}
    for path in paths:
        holder = path if os.path.exists(path) else file_of(str(path))
        if holder == path or not is_archive(
            holder
        ):  # of the latter it will be said that there is no such file
            found[path] = None
        elif (members := found.setdefault(holder, set())) is not None:
            members.add(str(path))
    return found


def full_path(path: str | Path) -> Path:
    """The path that names a file as a source, wherever the program was started."""
    given = Path(path).expanduser()
    try:
        return given.resolve()
    except (OSError, RuntimeError):  # links in circles: that there is no such file is said when it is read
        return given.absolute()


def _files(path: Path, skipped: set[Path]) -> Iterator[Path]:
    """The file itself, or the readable files below a folder, in the order of their paths; hidden ones left out.

    A folder that cannot be looked into stands for what is in it. Files of other kinds are added to ``skipped``.
    """
    path = full_path(path)
    if not os.path.isdir(path):
        yield path
        return
    closed: list[Path] = []
    files: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(_HIDDEN)]
        files += [Path(folder, name) for name in names if not name.startswith(_HIDDEN) and name != SOURCES]
    there = {file for file in files if os.path.isfile(file)}
    readable = {file for file in there if may_be_read(file)}
    skipped |= there - readable
    yield from sorted([*readable, *closed])


class _Intake:
    """One run: files, and archives of files, into one store. What ``sources.csv`` says is read once per folder."""

    def __init__(self, store: Store, encoder: Encoder, rebuild: bool, skipped: set[Path]) -> None:
        self._store = store
        self._encoder = encoder
        self._rebuild = rebuild
        self._skipped = skipped
        self._given: dict[Path, dict[str, Metadata]] = {}

    def reports(
        self, path: Path, members: set[str] | None, told: Callable[[str], None]
    ) -> Iterator[FileReport]:
        """What became of a file, or of each file in an archive; of its ``members`` only when these are named."""
        if is_archive(path):
            yield from self._archive(path, str(path), told, members)
        else:
            yield self._report(path, str(path), told)

    def _archive(
        self, path: Path, source: str, told: Callable[[str], None], only: set[str] | None, depth: int = 1
    ) -> Iterator[FileReport]:
        """The members of an archive as files of their own: ``…/a.zip/通知/1.docx``; those that have gone go."""
        present = {source}
        try:
            if depth > DEEPEST:
                raise LoadError(
                    f"{path.name}：压缩包套得太深，超过 {DEEPEST} 层，未读取。请解压后再添加。",
                    f"{path.name}: archives lie in archives more than {DEEPEST} deep. Unpack it first.",
                )
            with unpacked(path) as folder:
                for member in _files(folder, self._skipped):
                    name = f"{source}/{member.relative_to(folder).as_posix()}"
                    present.add(name)
                    if only is not None and not any(f"{one}/".startswith(f"{name}/") for one in only):
                        continue
                    told(name)
                    if is_archive(member):
                        yield from self._archive(member, name, told, only, depth + 1)
                    else:
                        yield self._report(member, name, told)
        except LoadError as error:
            yield FileReport(source, "failed", error=str(error))
            return
        if only is None:
            self._forget(source, present)
        if len(present) == 1:
            kept = "压缩包里没有可以读取的文件。 The archive holds no file that can be read."
            yield FileReport(source, "empty", warnings=(kept,))

    def _forget(self, archive: str, present: set[str]) -> None:
        """Takes out what an archive held before and holds no more."""
        for source in {document.source for document in self._store.documents()}:
            inside = source.startswith(f"{archive}/")
            if inside and not any(
                source == name or source.startswith(f"{name}/") for name in present - {archive}
            ):
                self._store.remove(source)

    def _report(self, path: Path, source: str, told: Callable[[str], None]) -> FileReport:
        shown = source.encode("utf-8", "backslashreplace").decode()
        if shown != source:
            strange = f"文件名不是 UTF-8：{shown}。请改名后再添加。\nThe file name is not UTF-8: {shown}. Rename the file and add it again."
            return FileReport(shown, "failed", error=strange)
        try:
            return self._stored(path, source, lambda step: told(f"{source} {step}"))
        except NeedsOcr as error:
            return FileReport(source, "needs_ocr", error=str(error))
        except DangwuError as error:
            return FileReport(source, "failed", error=str(error))
        except OSError as error:
            return FileReport(
                source, "failed", error=f"无法读取：{error}。请检查路径和权限。\nCannot be read: {error}."
            )

    def _stored(self, path: Path, source: str, step: Step) -> FileReport:
        if path.is_dir():
            raise LoadError(
                f"没有权限打开文件夹 {path}。请检查权限。",
                f"The folder {path} may not be opened. Check its permissions.",
            )
        if not path.is_file():
            raise LoadError(
                f"没有这个文件或文件夹：{path}。请检查路径。",
                f"There is no such file or folder: {path}. Check the path.",
            )
        if path.parent not in self._given:
            self._given[path.parent] = dict(read_sources(path.parent))
        metadata = self._given[path.parent].get(path.name, Metadata())
        fingerprint = fingerprint_of(path.read_bytes(), metadata)
        known = self._store.fingerprint(source)
        if known == fingerprint and not self._rebuild:
            return self._unchanged(source)
        loader = loader_for(path)
        if loader is None:
            raise unreadable(path)
        raw = loader.load(path, step)
        structured = structure(replace(raw, source=source, given=merged(metadata, raw.given)))
        dropped = sum(len(piece.text) for piece in structured.dropped)
        articles = tuple(article for article in structured.articles if article.passages)
        warnings = tuple(dict.fromkeys((*raw.warnings, *structured.warnings)))
        if not articles:
            if known is not None:
                kept = "文件现在没有正文，资料库保留了原来的内容。 The file holds no text now; what was stored before was kept."
                warnings = (*warnings, kept)
            return FileReport(source, "empty", dropped_characters=dropped, warnings=warnings)
        articles = self._store.described(source, articles)
        vectors = _vectors(articles, self._encoder)
        self._store.replace(source, fingerprint, articles, vectors, self._encoder.identity)
        ids = tuple(article.document.id for article in articles)
        passages = sum(len(article.passages) for article in articles)
        return FileReport(source, "added" if known is None else "updated", ids, passages, dropped, warnings)

    def _unchanged(self, source: str) -> FileReport:
        counts = self._store.passage_counts()
        ids = tuple(document.id for document in self._store.documents(source))
        return FileReport(source, "unchanged", ids, sum(counts.get(i, 0) for i in ids))


def fingerprint_of(content: bytes, metadata: Metadata) -> str:
    """Changes when the bytes of a file or what ``sources.csv`` says about it change."""
    return hashlib.sha256(content + repr(astuple(metadata)).encode()).hexdigest()


def _vectors(articles: Sequence[Article], encoder: Encoder) -> npt.NDArray[np.float32]:
    texts = [
        passage_text(article.document.title, passage.section, passage.text)
        for article in articles
        for passage in article.passages
    ]
    return _encode(encoder, texts)


def _encode(encoder: Encoder, texts: Sequence[str]) -> npt.NDArray[Any]:
    return np.concatenate(
        [encoder.encode_passages(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)]
    )
