"""From bytes to text without ever guessing silently: a byte that fits no encoding is an error, never a �."""

from __future__ import annotations

import codecs
import unicodedata

from embeddings.fold import fold
from rag.errors import LoadError

_BOMS = (  # UTF-32 first: its little-endian mark begins with the one of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SIGNATURES = (
    (b"%PDF-", "PDF 文件", "a PDF file"),
    (OLE, "旧版 Office 或 WPS 文件（.doc、.xls、.wps）", "an old Office or WPS file"),
    (b"{\\rtf", "RTF 文件", "an RTF file"),
    (b"\x89PNG\r\n", "PNG 图片", "a PNG image"),
    (b"\xff\xd8\xff", "JPEG 图片", "a JPEG image"),
    (b"GIF8", "GIF 图片", "a GIF image"),
    (b"II*\x00", "TIFF 图片", "a TIFF image"),
    (b"MM\x00*", "TIFF 图片", "a TIFF image"),
    (b"RIFF", "音频、视频或 WebP 图片", "audio, video or a WebP image"),
    (b"ID3", "音频文件", "an audio file"),
    (b"\x1f\x8b", "gzip 压缩文件", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩文件", "a 7z archive"),
    (b"Rar!\x1a\x07", "RAR 压缩文件", "a RAR archive"),
    (b"SQLite format 3\x00", "SQLite 数据库", "an SQLite database"),
    (b"\x7fELF", "可执行程序", "a program"),
    (b"MZ\x90\x00", "可执行程序", "a program"),
)
_ZIPPED = (
    (b"word/", "Word 文件（.docx）", "a Word file (.docx)"),
    (b"xl/", "Excel 文件（.xlsx）", "an Excel file (.xlsx)"),
    (b"ppt/", "PowerPoint 文件（.pptx）", "a PowerPoint file (.pptx)"),
    (b"OFD.xml", "OFD 版式文件", "an OFD file"),
)
_PLAUSIBLE = 0.7  # of the characters are everyday ones; in a wrong encoding far fewer are
_SAMPLE = 20_000  # characters


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: byte order mark, strict UTF-8, UTF-16 without a mark, strict
    GB18030.

    Raises ``LoadError`` that names what the bytes really are (a PDF, an image, an archive) or where they
    are damaged.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], name), name
    kind = kind_of(data)
    if kind is not None:
        raise LoadError(
            f"这不是文本文件，而是{kind[0]}。请把扩展名改正，或另存为文本后再添加。",
            f"This is not a text file but {kind[1]}. Correct "
            "the suffix, or save it as text and add it again.",
        )
    if b"\x00" not in data:
        try:
            return data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError as error:
            damaged = error
    else:
        damaged = UnicodeDecodeError("utf-8", data, data.index(0), data.index(0) + 1, "NUL byte")
    return _likeliest(data, damaged)


def kind_of(data: bytes) -> tuple[str, str] | None:
    """What a binary file really is, in Chinese and English; ``None`` when its first bytes are not known."""
    for signature, zh, en in _SIGNATURES:
        if data.startswith(signature):
            return zh, en
    if data.startswith(b"BM") and b"\x00" in data[:16]:
        return "BMP 图片", "a BMP image"
    if data[4:12] in (b"ftypisom", b"ftypmp42", b"ftypheic"):
        return "视频或图片文件", "a video or an image"
    if data.startswith(ZIP):
        named = next(((zh, en) for part, zh, en in _ZIPPED if part in data), None)
        return named or ("zip 压缩文件", "a zip archive")
    return None


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LoadError(
            f"文件标明是 {encoding.upper()} 编码，但第 {error.start + 1} "
            "个字节处已损坏或被截断。请重新导出这个文件。",
            f"The file says it is {encoding.upper()}, but it is damaged "
            f"or cut off at byte {error.start + 1}. Export it again.",
        ) from None


def _likeliest(data: bytes, damaged: UnicodeDecodeError) -> tuple[str, str]:
    """The encoding under which the bytes read most like text: UTF-16 and GB18030 accept much nonsense."""
    readings: list[tuple[float, str, str]] = []
    wide = ("utf-16-le", "utf-16-be") if len(data) % 2 == 0 else ()
    for name in (*wide, "gb18030"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        readings.append((_plausibility(text), name, text))
    best = max(readings, default=(0.0, "", ""), key=lambda reading: reading[0])
    if best[0] >= _PLAUSIBLE:
        return best[2], best[1]
    if damaged.start >= 0.5 * len(data) and b"\x00" not in data:
        raise LoadError(
            f"UTF-8 文本在第 {damaged.start + 1} 个字节处损坏或被截断。请重新导出或另存为 UTF-8。",
            "The UTF-8 text is damaged or cut off at byte "
            f"{damaged.start + 1}. Export it again or save it as UTF-8.",
        )
    raise LoadError(
        "无法识别文字编码：既不是 UTF-8、UTF-16，也不是 "
        "GB18030，可能是二进制文件或已损坏。请另存为 UTF-8 文本。",
        "The encoding is none of UTF-8, UTF-16 and GB18030: the "
        "file may be binary or damaged. Save it as UTF-8 text.",
    )


def _plausibility(text: str) -> float:
    """The share of characters that everyday text is made of; wrong decodings are full of rare ones."""
    sample = fold(text[:_SAMPLE])  # GB 2312 lists no Traditional characters
    if not sample:
        return 0.0
    return sum(_everyday(character) for character in sample) / len(sample)


def _everyday(character: str) -> bool:
    if character < "\x7f":
        return character >= " " or character in "\t\n\r\f"
    if "一" <= character <= "鿿":
        return _common_han(character)
    if character in "，。、；：？！“”‘’《》（）【】—…·　「」『』〔〕％":
        return True
    return (
        unicodedata.category(character) in ("Ll", "Lu", "Nd") and character < "\u2000"
    ) or "０" <= character <= "ｚ"


def _common_han(character: str) -> bool:
    """Whether GB 2312 lists the character on its first level: the 3,755 that make 99 % of modern text."""
    try:
        return 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False
