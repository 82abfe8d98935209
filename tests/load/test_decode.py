"""Bytes become text or an error that says what they are; never a replacement character."""

from __future__ import annotations

import codecs
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import LoadError
from rag.load import decode

TEXT = "学习日纪实\r\n每月五日是我们支部雷打不动的学习日，老党员提前半个钟头到会议室，一共12人。\r\n"
TRADITIONAL = "關於開好支部學習日的幾點體會\n開會之前要把材料發到每個人手裡，讓大家有時間讀，有時間想。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("text", [TEXT, TRADITIONAL])
def test_encodings_without_a_mark(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_marks_are_believed_and_removed(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == (TEXT, encoding)


def test_characters_that_only_gb18030_has() -> None:
    text = "党员𬭩某同志参加支部学习，会后与大家谈体会，写在记录本上。"
    assert decode(text.encode("gb18030")) == (text, "gb18030")


def test_utf_16_without_mark_line_ends_or_digits() -> None:
    text = "每月五日是我们支部雷打不动的学习日，老党员提前到会议室。"
    assert decode(text.encode("utf-16-le")) == (text, "utf-16-le")


def test_nothing_is_empty_text() -> None:
    assert decode(b"") == ("", "utf-8")


def docx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (docx(), "Word"),
        (b"PK\x03\x04" + bytes(60), "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "旧版 Office"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(60), "JPEG"),
        (b"{\\rtf1\\ansi}", "RTF"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(60), "7z"),
    ],
)
def test_mislabelled_files_are_called_what_they_are(data: bytes, named: str) -> None:
    with pytest.raises(LoadError) as caught:
        decode(data)
    assert named in caught.value.zh


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 8,
        TRADITIONAL.encode("big5"),
        "日本語の文章です。今日は学習日です。".encode("shift_jis"),
        bytes(4000),
        codecs.BOM_UTF16_LE + b"\x00\xd8\x00\x00\x00",
    ],
)
def test_what_fits_no_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(LoadError):
        decode(data)


def test_a_file_cut_off_inside_a_character_says_where() -> None:
    whole = TEXT.encode("utf-8")
    with pytest.raises(LoadError, match=str(len(whole) - 4)):
        decode(whole[: len(whole) - 3])


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_load_error(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except LoadError:
        return
    assert "\ufffd" not in text or "\ufffd".encode() in data


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf_8_always_comes_back(text: str) -> None:
    data = text.encode("utf-8")
    if not data.startswith(
        (b"\xef\xbb\xbf", b"PK", b"{\\rtf", b"%PDF", b"GIF8", b"RIFF", b"ID3", b"BM", b"MM", b"II")
    ):
        assert decode(data)[0] == text
