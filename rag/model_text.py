"""From the text a language model replied to a draft: what is no answer taken out, Markdown read, sentences with their markers.

Headings, bold lines and run-in labels become ``DraftSentence`` with a level: they frame nothing before they were checked.
Tables become lists, code fences plain lines, a list of references at the end goes: the citations are made anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag import markers
from rag.datatypes import DraftSentence
from rag.framing import BOLD_LINE, RUN_IN
from rag.hostile import visible
from rag.text import HAN, sentence_spans, tight

_THINKING = re.compile(
    r"<(think|thinking|thought|reasoning|analysis)>.*?(?:</\1>|\Z)|\A.*?</(?:think|thinking)>",
    re.DOTALL | re.IGNORECASE,
)
_IMAGE = re.compile(
    r"!\[[^\]\n]*\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+[\"'][^\"'\n]*[\"'])?\)|\[[^\]\n]*\])?"
)
_LINK = re.compile(r"\[([^\[\]\n]*)\]\(\s*<?[^()<>\n]*(?:\([^()\n]*\)[^()<>\n]*)*>?\s*\)")
_REFERENCE = re.compile(r"^\s{0,3}\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
_ADDRESS = re.compile(
    r"(?:(?:https?|ftp|file|data|javascript|vbscript|mailto)\s*:|//|www\.)[^\s，。；、！？）)】\]》”\"'<>]+",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"<(sup|cite|ref)>\s*[\[［【]?\s*\d[\d\s,，、-]*[\]］】]?\s*</\1>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z\u4e00-\u9fff][^<>\n]{0,300}>", re.DOTALL)
_PAGE = re.compile(r"<!doctype html|<html[\s>]|<head>|<body[\s>]", re.IGNORECASE)
_REFERENCES = re.compile(
    r"^\W*(?:参考(?:资料|文献|来源)|引用(?:资料|来源|文献)|资料来源|来源|出处|引文|references?|sources?|citations?)\W*$",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$")
_ROW = re.compile(r"^\s*\|(.+)\|?\s*$")
_ROW_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s*(.+?)\s*#*\s*$")
_BOLD_LINE = re.compile(r"^\s*(?:\d{1,2}[.．、]\s*)?(?:\*\*|__)\s*([^*_\n]+?)\s*(?:\*\*|__)\s*[:：]?\s*$")
_SIGN = re.compile(
    r"^(?P<indent>\s*)(?:>\s*)*(?P<sign>[-*+•·▪●○◦–]\s+|[（(][一二三四五六七八九十\d]{1,3}[)）]\s*|\d{1,2}[.．、)）]\s*(?!\d)|[①-⑳]\s*)?"
)
_LABEL = re.compile(
    rf"^(?:\*\*|__)\s*([^*_\n]{{1,40}}?)\s*(?:[:：]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:：])\s*(?=\S)|^([{HAN}A-Za-z]{{2,12}})[:：]\s*(?=\S)"
)
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`+")
_MOJIBAKE = re.compile(r"[\u0080-\u009f]|[ÃÂäåæçèé][\u00a0-\u00bf\u0152-\u2122]")
LEAST_LEGIBLE = 0.6


def clean(text: str) -> str:
    """Model text without its thinking, images, links, addresses, tags and characters no reader sees; link words stay."""
    plain = _THINKING.sub("", visible(text))
    plain = _IMAGE.sub("", plain)
    plain = _LINK.sub(_unlinked, plain)
    plain = _ADDRESS.sub("", _REFERENCE.sub("", plain))
    plain = _COUNTED.sub(lambda m: "".join(f"[{n}]" for n in markers.numbers_in(m.group())), plain)
    return _TAG.sub("", plain)


def _unlinked(match: re.Match[str]) -> str:
    words = match.group(1).strip()
    if re.fullmatch(r"\d{1,3}", words):
        return f"[{words}]"
    return "" if _ADDRESS.match(words) else words


def is_legible(text: str) -> bool:
    """Whether text reads as Chinese or English: no replacement characters, no mojibake, no HTML page, not only signs."""
    if "\ufffd" in text or _PAGE.search(text):
        return False
    said = [c for c in text if not c.isspace()]
    if len(tight(markers.strip(text))) < 2:
        return False
    if len(_MOJIBAKE.findall(text)) * 20 > len(said):
        return False
    known = sum(
        c.isascii()
        or "\u3000" <= c <= "\u9fff"
        or "\uff00" <= c <= "\uffef"
        or c in "“”‘’—…·«»①②③④⑤⑥⑦⑧⑨⑩、。"
        for c in said
    )
    return known >= LEAST_LEGIBLE * len(said)


SHORTEST_REPEAT = 2  # characters; so short a sentence (是的。) may be said twice


def whole_sentences(text: str) -> str:
    """Text that was cut off, up to the end of its last whole sentence; empty when there is none."""
    ends = [
        b for _, b in sentence_spans(text) if text[b - 1] in "。！？!?…”’」』）)." or text[b : b + 1] == "\n"
    ]
    return text[: markers.trailing(text, ends[-1])] if ends else ""


def split(text: str) -> Iterator[DraftSentence]:
    """The sentences of cleaned model text with the markers each carries; repeated ones once. List signs go to the lead."""
    seen: set[str] = set()
    gap = ""
    for line in _lines(text):
        if line is None:
            gap = "\n\n"
            continue
        for sentence in _of_line(line, gap):
            key = tight(sentence.text)
            if key in seen and len(key) > SHORTEST_REPEAT:
                continue
            seen.add(key)
            yield sentence
            gap = ""
        gap = gap or "\n"


def _lines(text: str) -> Iterator[str | None]:
    """Lines that say something, ``None`` for a gap; tables as list items; without a list of references at the end."""
    heads: list[str] | None = None
    for line in _without_references(text.splitlines()):
        if not line.strip() or _FENCE.match(line) or _RULE.match(line):
            heads = None if not line.strip() else heads
            yield None
            continue
        row = _ROW.match(line) if line.count("|") >= 2 else None
        if row is None:
            heads = None
            yield line
        elif heads is None:
            heads = _cells(row)
        elif not _ROW_RULE.match(line):
            yield "- " + _as_item(heads, _cells(row))


def _without_references(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        if _REFERENCES.match(line) and index:
            return lines[:index]
    return lines


def _cells(row: re.Match[str]) -> list[str]:
    return [cell.strip() for cell in row.group(1).strip().strip("|").split("|")]


def _as_item(heads: list[str], cells: list[str]) -> str:
    """A table row as words: head: cell; head: cell."""
    pairs = [(heads[i] if i < len(heads) else "", cell) for i, cell in enumerate(cells) if tight(cell)]
    return "；".join(f"{head}：{cell}" if head and n else cell for n, (head, cell) in enumerate(pairs))


def _of_line(line: str, gap: str) -> Iterator[DraftSentence]:
    heading = _HEADING.match(line) or _BOLD_LINE.match(line)
    if heading is not None:
        words = heading.group(heading.lastindex or 1)
        level = len(heading.group(1)) if heading.re is _HEADING else BOLD_LINE
        if len(tight(markers.strip(words))) > 1:
            yield _sentence(words, "\n\n", level)
        return
    opening = _SIGN.match(line)
    assert opening is not None
    body = line[opening.end() :]
    lead = gap
    if opening["sign"]:
        sign = re.sub(r"[*+•·▪●○◦–-]\s+", "- ", opening["sign"])
        lead = ("\n\n" if gap == "\n\n" else "\n") + opening["indent"].expandtabs(4)[:6] + sign
    label = _LABEL.match(body)
    if label is not None and label.group(1):
        yield _sentence(label.group(1), lead, RUN_IN)
        lead, body = "", body[label.end() :]
    for number, piece in enumerate(_with_markers(body)):
        sentence = _sentence(piece, lead if not number else "", 0)
        if len(tight(sentence.text)) > 1:
            yield sentence


def _sentence(words: str, lead: str, level: int) -> DraftSentence:
    said = _EMPHASIS.sub("", markers.strip(words)).strip()
    return DraftSentence(said, markers=markers.numbers_in(words), lead=lead, heading=level)


def _with_markers(line: str) -> Iterator[str]:
    """Sentences of one line; markers behind a full stop stay with their sentence."""
    position = 0
    for _, end in sentence_spans(line):
        if end <= position:
            continue
        stop = markers.trailing(line, end)
        yield line[position:stop]
        position = stop
    if line[position:].strip():
        yield line[position:]
