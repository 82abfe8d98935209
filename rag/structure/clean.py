"""Repairs characters: lost quotation marks, blanks of old line ends, invisible marks. No word is changed."""

from __future__ import annotations

import html
import re
import unicodedata

from rag.text import HAN

_INVISIBLE = dict.fromkeys(
    [
        0xAD,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        0xFE0E,
        0xFE0F,
        0xFEFF,
        0xFFFE,
    ]
    + [code for code in range(0x20) if code != 0x09]
    + list(range(0x7F, 0xA0))
)
_BLANKS = dict.fromkeys([0x09, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
# PDF text layers write 一, 人, 力 as Kangxi radicals, which no search would find.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_TABLE = {**_INVISIBLE, **_BLANKS, **_RADICALS}
UNSEEN = "".join(map(chr, [*_INVISIBLE, *_BLANKS])) + " "
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[a-zA-Z]{2,8});")
_PICTURE = re.compile("[\u2400-\u243f]")
_PICTURED_BLANKS = "\u2409\u240a\u240b\u240d\u2420\u2422\u2423\u2424"

_PUNCTUATION = "，。、；：？！“”‘’《》〈〉（）【】〔〕「」『』…—"
_CJK = HAN + _PUNCTUATION
_STRAY = re.compile(
    rf"(?<=[{_CJK}]) +(?=[{_PUNCTUATION}])|(?<=[{_PUNCTUATION}]) +(?=[{_CJK}])|(?<=[{HAN}][,;:]) +(?=[{HAN}])"
)
_HAN_GAP = re.compile(rf"(?<=[{HAN}]) +(?=[{HAN}])")
_DIGIT_GAP = re.compile(rf"(?<=[{_CJK}]) +(?=\d)|(?<=[\d%％]) +(?=[{_CJK}])")
_DIGIT_TIGHT = re.compile(rf"[{HAN}]\d|\d[{HAN}]")
_CLAUSE = re.compile(r"[^，。、；：？！,;:?!“”‘’《》（）()「」『』]+")
_RUN = re.compile(r" {2,}")
_PIECE = re.compile(rf"[{HAN}]+")


def clean_characters(line: str) -> str:
    """One line without invisible characters; blanks are U+0020, pictures and entities what they stand for."""
    if "&" in line:
        line = _ENTITY.sub(lambda match: html.unescape(match.group()), line)
    if _PICTURE.search(line):
        line = _without_pictures(line)
    return line.translate(_TABLE)


def _without_pictures(line: str) -> str:
    """A picture ␌ shows where a quotation mark was lost, if one is missing, or a dash between words."""
    parts: list[str] = []
    depth = 0
    for at, character in enumerate(line):
        if _PICTURE.match(character):
            character = _restored(line, at, depth)
        depth = max(0, depth + (character == "“") - (character == "”"))
        parts.append(character)
    return "".join(parts)


def _restored(line: str, at: int, depth: int) -> str:
    if line[at] in _PICTURED_BLANKS:
        return " "
    rest = line[at + 1 : at + 200]
    opening, closing = rest.find("“"), rest.find("”")
    if depth == 0 and closing >= 0 and (opening < 0 or closing < opening):
        return "“"
    if depth > 0 and (closing < 0 or 0 <= opening < closing):
        return "”"
    word_before = at > 0 and line[at - 1].isalnum()
    return "——" if word_before and rest[:1].isalnum() else ""


def digits_stand_apart(text: str) -> bool:
    """Whether the author writes blanks between Han characters and numbers, so that they are no accident."""
    apart = len(_DIGIT_GAP.findall(text))
    return apart > len(_DIGIT_TIGHT.findall(text)) and apart > 2


def tidy_blanks(text: str, keep_digit_blanks: bool = False) -> str:
    """A paragraph without the blanks that a line end left inside Chinese text.

    Kept: blanks beside Latin words, between listed names or slogans (张三 李四 王五), and beside numbers
    where the author always writes them (``keep_digit_blanks``).
    """
    text = _STRAY.sub("", _RUN.sub(" ", text).strip())
    if not keep_digit_blanks:
        text = _DIGIT_GAP.sub("", text)
    if " " not in text or not _HAN_GAP.search(text):
        return text
    return _CLAUSE.sub(
        lambda m: m.group() if _is_list(m.group()) or _is_quoted_title(m) else _HAN_GAP.sub("", m.group()),
        text,
    )


def tidy_title(text: str) -> str:
    """A title or heading with single blanks, which may part its halves; 通 知 and 总  则 are closed up."""
    text = _RUN.sub(" ", text).strip()
    pieces = text.split(" ")
    if len(pieces) > 1 and all(len(piece) == 1 for piece in pieces):
        return "".join(pieces)
    return _STRAY.sub("", text)


def _is_quoted_title(clause: re.Match[str]) -> bool:
    """Whether a clause fills quotation marks and one blank parts it into halves, as in a title."""
    pieces = [len(piece) for piece in clause.group().split()]
    enclosed = clause.string[clause.start() - 1 : clause.start()] in ("“", "《", "「", "『")
    return enclosed and len(pieces) == 2 and min(pieces) >= 4 and abs(pieces[0] - pieces[1]) <= 2


def _is_list(clause: str) -> bool:
    """Whether blanks part names (two to four characters) or parallel slogans (at least four) on purpose."""
    pieces = clause.split()
    if len(pieces) < 3 or not all(_PIECE.match(piece) for piece in pieces):
        return False
    sizes = [len(piece) for piece in pieces]
    return all(2 <= size <= 4 for size in sizes) or min(sizes) >= 4
