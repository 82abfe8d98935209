"""Answers to export, made the way the checker makes them, and readers that open the files again."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lxml.etree
import lxml.html
import pptx
import pypandoc
import pypdfium2
import pytest

from rag.cite import Checked
from rag.datatypes import Answer, Citation, CitedSentence, Document, Passage

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence to put into a sample answer: its words, the quotes behind it, the framing before it."""

    text: str
    quotes: Sequence[tuple[Document, str]] = ()
    lead: str = ""


def document(title: str, *quotes: str, key: str = "", **facts: Any) -> Document:
    """A document that holds the quotes, one a line."""
    key = key or f"doc{abs(hash((title, quotes))):x}"
    given = {"source": f"/files/{key}.md", **facts}
    return Document(key, title=title, text="\n".join(quotes), **given)


def answer(question: str, said: Sequence[Said], **facts: Any) -> Answer:
    """A checked answer: numbers in order of appearance, sentences without quotes flagged."""
    sentences: list[CitedSentence] = []
    citations: list[Citation] = []
    numbers: dict[tuple[str, int, int], int] = {}
    for sentence in said:
        own: list[int] = []
        for source, quote in sentence.quotes:
            start = source.text.index(quote)
            place = (source.id, start, start + len(quote))
            if place not in numbers:
                numbers[place] = len(citations) + 1
                citations.append(_citation(numbers[place], source, quote, start))
            own.append(numbers[place])
        supported = bool(own)
        numbers_once = tuple(dict.fromkeys(own))
        sentences.append(
            CitedSentence(sentence.text, numbers_once, supported, float(supported), sentence.lead)
        )
    facts = {"standalone_question": question, "language": "zh", "mode": "extractive", **facts}
    unsupported = tuple(s.text for s in sentences if not s.supported)
    checked = Checked(tuple(sentences), tuple(citations), unsupported, reasons={})
    return Answer(
        question,
        answer=checked.text(facts["language"]),
        sentences=checked.sentences,
        citations=checked.citations,
        unsupported=checked.unsupported,
        **facts,
    )


def _citation(number: int, source: Document, quote: str, start: int) -> Citation:
    line = source.text.count("\n", 0, start) + 1
    passage = Passage(
        f"{source.id}-{line}",
        source.id,
        line,
        start,
        start + len(quote),
        quote,
        ("一、登记", "（二）核对"),
        None,
        line,
    )
    return Citation(number, passage, source, quote, start, start + len(quote), 1.0)


def refusal(question: str) -> Answer:
    """A refusal that names a document nearby."""
    return Answer(
        question,
        question,
        "zh",
        "extractive",
        "抱歉，这个问题无法回答。资料中没有找到依据。\n\n最接近的内容：\n- 《台账登记办法》 · 一、登记",
        refused=True,
        reason="资料中没有找到依据。",
    )


ROSTER = document(
    "台账登记办法",
    "党员名册每月核对一次，由组织委员负责。",
    "会议记录本由记录人当场填写，会后三日内交书记签字。",
    key="roster",
    date="2024-05-06",
    status="有效",
    author="试写办公室",
)
DUES = document(
    "党费收缴细则",
    "党费按季度公示，公示期不少于五天。",
    "登记表须由两人签名。",
    key="dues",
    status="废止",
    url="https://example.org/dues?year=2020&page=3",
)


@pytest.fixture(scope="session")
def ledger_answer() -> Answer:
    """An answer in groups: list items, a nested one, a repeated citation, a sentence without support."""
    named = "**《台账登记办法》 · 一、登记**（2024-05-06）\n\n1. **名册** "
    return answer(
        "支部台账怎样登记？",
        [
            Said(ROSTER.text.split("\n")[0], [(ROSTER, ROSTER.text.split("\n")[0])], named),
            Said(ROSTER.text.split("\n")[1], [(ROSTER, ROSTER.text.split("\n")[1])], "\n2. **记录本** "),
            Said("登记表须由两人签名。", [(DUES, "登记表须由两人签名。")], "\n   - "),
            Said(
                DUES.text.split("\n")[0], [(DUES, DUES.text.split("\n")[0])], "\n\n**《党费收缴细则》**\n\n- "
            ),
            Said("名册仍按月核对。", [(ROSTER, ROSTER.text.split("\n")[0])], "\n- "),
            Said("台账要用红色封面。", (), "\n- "),
        ],
    )


@pytest.fixture(scope="session")
def dues_answer() -> Answer:
    """A short answer that cites one place of ``ledger_answer`` again."""
    return answer(
        "党费登记表由谁签名",
        [
            Said("登记表须由两人签名。", [(DUES, "登记表须由两人签名。")]),
            Said(DUES.text.split("\n")[0][:8], [(DUES, "党费按季度公示")], "\n\n"),
        ],
    )


@pytest.fixture(scope="session")
def refused_answer() -> Answer:
    """A refusal."""
    return refusal("食堂周五做什么菜")


@pytest.fixture(scope="session")
def make_document() -> Callable[..., Document]:
    """``document``, for tests that need their own."""
    return document


@pytest.fixture(scope="session")
def make_answer() -> Callable[..., Answer]:
    """``answer`` for tests with their own: ``make_answer(question, [(text, [(document, quote)], lead)])``."""
    return lambda question, said, **facts: answer(question, [Said(*s) for s in said], **facts)


def tight(text: str) -> str:
    """Text without blanks and invisible break marks: what a format may add or fold."""
    return re.sub(r"[\s\u200b\u2060\u00ad\ufffe]+", "", text)


# readers: file -> number -> all that the note with that number says


def footnotes_of_docx(content: bytes) -> dict[int, str]:
    """The footnotes in the order Word numbers them."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        body = lxml.etree.fromstring(parts.read("word/document.xml"))
        notes = lxml.etree.fromstring(parts.read("word/footnotes.xml"))
    texts = {n.get(f"{W}id"): "".join(t.text or "" for t in n.iter(f"{W}t")) for n in notes}
    order = [reference.get(f"{W}id") for reference in body.iter(f"{W}footnoteReference")]
    return {number: texts[note] for number, note in enumerate(order, 1)}


def notes_of_markdown(content: bytes) -> dict[int, str]:
    """The footnotes as GitHub's dialect reads them, by their labels."""
    text = content.decode("utf-8")
    labels = re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    found = _nodes(pandoc_tree(text, "gfm"), "Note")
    distinct = list({json.dumps(note): note for note in found}.values())
    assert len(distinct) == len(labels)
    return {int(label): _plain(note) for label, note in zip(labels, distinct, strict=True)}


def pandoc_tree(text: str, dialect: str) -> Any:
    """Pandoc's syntax tree of a text."""
    return json.loads(pandoc(text, f"--from={dialect}", "--to=json"))


def pandoc(text: str, *options: str) -> str:
    """What pandoc makes of a text."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *options], input=text.encode("utf-8"), capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


def _nodes(tree: Any, kind: str) -> Iterator[Any]:
    if isinstance(tree, Mapping):
        if tree.get("t") == kind:
            yield tree["c"]
            return
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch, kind)


def _plain(tree: Any) -> str:
    if isinstance(tree, Mapping):
        kind = tree.get("t")
        if kind == "Str":
            return str(tree["c"])
        if kind in ("Space", "SoftBreak", "LineBreak"):
            return " "
        if kind == "RawInline":
            return {"\\textbraceleft{}": "{", "\\textbraceright{}": "}", "\\textasciigrave{}": "`"}[
                tree["c"][1]
            ]
        if kind == "Quoted":
            return f"“{_plain(tree['c'][1])}”"
        return _plain(tree.get("c", []))
    return "".join(_plain(branch) for branch in tree) if isinstance(tree, list) else ""


def notes_of_html(content: bytes) -> dict[int, str]:
    """The list of notes."""
    page = lxml.html.document_fromstring(content)
    items = page.xpath("//li[starts-with(@id, 'note-')]")
    return {int(item.get("id").removeprefix("note-")): item.text_content() for item in items}


def notes_of_text(content: bytes) -> dict[int, str]:
    """The numbered sources."""
    return {
        int(n): note for n, note in re.findall(r"^\[(\d+)\] (.*)$", content.decode("utf-8"), re.MULTILINE)
    }


def notes_of_pptx(content: bytes) -> dict[int, str]:
    """The citations in the speaker notes."""
    found: dict[int, str] = {}
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        for line in slide.notes_slide.notes_text_frame.text.split("\n"):
            cited = re.fullmatch(r"\[(\d+)\] (.*)", line)
            if cited:
                assert found.setdefault(int(cited[1]), cited[2]) == cited[2]
    return found


def notes_of_csv(content: bytes) -> dict[int, str]:
    """The rows of the table, without the apostrophe that keeps a cell from being a formula."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return {
        int(row["number"]): " ".join(re.sub("^'(?=[-=+@])", "", value) for value in row.values())
        for row in rows
    }


def notes_of_bibtex(content: bytes) -> dict[int, str]:
    """The numbered quotes in the annotations, as pandoc's BibTeX reader understands them."""
    listed = pandoc_tree(content.decode("utf-8"), "biblatex")["meta"]["references"]["c"]
    found: dict[int, str] = {}
    for entry in (reference["c"] for reference in listed):
        annotation = _plain(entry["annote"])
        for number in re.findall(r"\[(\d+)\] 《", annotation):
            found[int(number)] = f"{_plain(entry['title'])} {annotation}"
    return found


def text_of_pdf(content: bytes) -> str:
    """All text of all pages."""
    pages = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


READERS: Mapping[str, Callable[[bytes], dict[int, str]]] = {
    ".docx": footnotes_of_docx,
    ".md": notes_of_markdown,
    ".html": notes_of_html,
    ".txt": notes_of_text,
    ".pptx": notes_of_pptx,
    ".csv": notes_of_csv,
    ".bib": notes_of_bibtex,
}


@pytest.fixture(scope="session")
def notes_in() -> Callable[[str, bytes], dict[int, str]]:
    """Reads the citations of a file back: number to what the note says. A PDF's are cut out of its text."""

    def read(suffix: str, content: bytes) -> dict[int, str]:
        if suffix != ".pdf":
            return READERS[suffix](content)
        text = tight(text_of_pdf(content))
        starts = [(int(m[1]), m.start()) for m in re.finditer(r"\[(\d+)(?:\]《|《\])", text)]
        found: dict[int, str] = {}
        for number, start in starts:
            found[number] = found.get(number, "") + text[start:]
        return found

    return read


@pytest.fixture(scope="session")
def squeezed() -> Callable[[str], str]:
    """``tight``."""
    return tight
