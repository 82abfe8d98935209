"""Word: pandoc writes the file from a syntax tree made here, so no text is ever read as markup.

Citations are real footnotes. The first mark of a number carries the footnote; later ones are cross references
to it (NOTEREF fields), so that Word renumbers both when a user edits the text.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rag.errors import ExportError
from rag.export.citations import listing, origin, place, seen_at
from rag.export.manuscript import Block, Inline, Manuscript, Mark, Note, Source, Words
from rag.export.plaintext import labelled
from rag.export.wording import Wording, wording

Node = dict[str, Any]

_REFERENCE_RUN = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference" /></w:rPr>{}</w:r>'
_STYLES = {"remark": "Remark", "refusal": "Refusal", "salutation": "Salutation", "fill_in": "Remark"}


def render(manuscript: Manuscript) -> bytes:
    """The .docx file. Raises ``ExportError`` when pandoc is absent or fails."""
    from rag.export.reference import reference_docx

    pandoc = _Pandoc()
    tree = json.dumps(_document(manuscript), ensure_ascii=False)
    return pandoc.docx(tree, reference_docx(pandoc.default_reference()))


class _Pandoc:
    """The pandoc that comes with pypandoc-binary."""

    def __init__(self) -> None:
        try:
            import pypandoc

            self._path = pypandoc.get_pandoc_path()
        except (ImportError, OSError) as error:
            raise ExportError(
                "缺少 pandoc，无法生成 Word 文件。请运行 pip install pypandoc-binary，或导出 .html、.md。",
                "pandoc is missing, so no Word file can be made. "
                "Run pip install pypandoc-binary, or export .html or .md.",
            ) from error

    def default_reference(self) -> bytes:
        """pandoc's own reference document: the parts and styles it expects to find."""
        return self._run(["--print-default-data-file", "reference.docx"])

    def docx(self, tree: str, reference: bytes) -> bytes:
        """The Word file of a syntax tree in JSON."""
        with tempfile.TemporaryDirectory(prefix="dangwu-docx-") as folder:
            layout = Path(folder, "reference.docx")
            layout.write_bytes(reference)
            options = ["--from=json", "--to=docx", f"--reference-doc={layout}", "--output=-"]
            return self._run(options, tree.encode("utf-8"))

    def _run(self, options: list[str], given: bytes = b"") -> bytes:
        import subprocess

        done = subprocess.run([self._path, *options], input=given, capture_output=True)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[:300]
            raise ExportError(f"pandoc 没有成功：{said}", f"pandoc failed: {said}")
        return done.stdout


def _document(manuscript: Manuscript) -> Node:
    words = wording(manuscript.language)
    writer = _Writer(manuscript, words)
    blocks = [writer.block(block) for block in manuscript.blocks]
    if manuscript.sources:
        blocks.append(_header(1, [_str(words.sources)]))
        blocks.extend(_styled("Source", _source(source, words)) for source in manuscript.sources)
    blocks.extend(_styled("Colophon", [_str(remark)]) for remark in manuscript.remarks)
    meta = {"title": {"t": "MetaInlines", "c": [_str(manuscript.title)]}}
    if manuscript.subtitle:
        meta["subtitle"] = {"t": "MetaInlines", "c": [_str(manuscript.subtitle)]}
    meta["lang"] = {"t": "MetaString", "c": words.locale}
    return {"pandoc-api-version": [1, 23, 1], "meta": meta, "blocks": blocks}


class _Writer:
    """Turns blocks into pandoc's syntax tree."""

    def __init__(self, manuscript: Manuscript, words: Wording) -> None:
        self._manuscript = manuscript
        self._words = words

    def block(self, block: Block) -> Node:
        inlines = [*([_str(labelled(block))] if block.label else []), *self._inlines(block.inlines)]
        if block.kind == "heading":
            return _header(min(block.level, 4), inlines)
        if block.kind in _STYLES:
            return _styled(_STYLES[block.kind], inlines)
        return _styled("Nested", inlines) if block.level else {"t": "Para", "c": inlines}

    def _inlines(self, inlines: Iterable[Inline]) -> Iterator[Node]:
        for inline in inlines:
            if isinstance(inline, Mark):
                yield from self._mark(inline)
            else:
                yield _words(inline)

    def _mark(self, mark: Mark) -> Iterator[Node]:
        """[n] raised: the footnote itself, or a field that repeats its number."""
        yield _reference("[")
        if mark.again:
            yield _raw(_noteref(mark.number))
        else:
            name = _bookmark(mark.number)
            yield _raw(f'<w:bookmarkStart w:id="{90000 + mark.number}" w:name="{name}" />')
            yield {
                "t": "Note",
                "c": [{"t": "Para", "c": _note(self._manuscript.note(mark.number), self._words)}],
            }
            yield _raw(f'<w:bookmarkEnd w:id="{90000 + mark.number}" />')
        yield _reference("]")


def _words(words: Words) -> Node:
    node = _str(words.text)
    if words.strong:
        node = {"t": "Strong", "c": [node]}
    return _span("Doubtful", [node]) if words.doubtful else node


def _note(note: Note, words: Wording) -> list[Node]:
    return [
        _str(f"{place(note, words)}{words.joiner}"),
        _linked(origin(note.work, words), note.address),
        _str(f"{words.stop}{words.quote}"),
        _span("Quote Words", [_str(note.quote)]),
    ]


def _source(source: Source, words: Wording) -> list[Node]:
    return [
        _str(f"{listing(source, words)}{words.joiner}"),
        _linked(origin(source.work, words), source.address),
        _str(seen_at(source, words)),
    ]


def _noteref(number: int) -> str:
    parts = (
        '<w:fldChar w:fldCharType="begin" />',
        f'<w:instrText xml:space="preserve"> NOTEREF {_bookmark(number)} \\h </w:instrText>',
        '<w:fldChar w:fldCharType="separate" />',
        f"<w:t>{number}</w:t>",
        '<w:fldChar w:fldCharType="end" />',
    )
    return "".join(_REFERENCE_RUN.format(part) for part in parts)


def _bookmark(number: int) -> str:
    return f"_RefNote{number}"


def _reference(text: str) -> Node:
    return _raw(_REFERENCE_RUN.format(f"<w:t>{text}</w:t>"))


def _raw(xml: str) -> Node:
    return {"t": "RawInline", "c": ["openxml", xml]}


def _str(text: str) -> Node:
    return {"t": "Str", "c": text}


def _linked(text: str, address: str | None) -> Node:
    return {"t": "Link", "c": [["", [], []], [_str(text)], [address, ""]]} if address else _str(text)


def _span(style: str, inlines: list[Node]) -> Node:
    return {"t": "Span", "c": [["", [], [["custom-style", style]]], inlines]}


def _styled(style: str, inlines: list[Node]) -> Node:
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], [{"t": "Para", "c": inlines}]]}


def _header(level: int, inlines: list[Node]) -> Node:
    return {"t": "Header", "c": [level, ["", [], []], inlines]}
