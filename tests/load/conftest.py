"""PDF files made by hand, so that every line stands where a test wants it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

# (left, distance from the top edge, size, text) in points
Placed = tuple[float, float, float, str]
MakePdf = Callable[..., Path]

WIDTH, HEIGHT = 595, 842
_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts "
    "[<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
    "/Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 94 500] /FontDescriptor << /Type /FontDescriptor /FontName "
    "/STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 "
    "/StemV 93 >> >>] >>"
)


def content_of(lines: Sequence[Placed], drawing: str = "") -> str:
    """The drawing operators of a page."""
    shown = [
        f"BT /F1 {size} Tf {x} {HEIGHT - y} Td <{text.encode('utf-16-be').hex()}> Tj ET"
        for x, y, size, text in lines
    ]
    return "\n".join([*shown, drawing])


def pdf_bytes(pages: Sequence[str], info: str = "", trailer: str = "") -> bytes:
    """A PDF whose pages are drawn by ``pages``."""
    numbers = [5 + 2 * at for at in range(len(pages))]
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] >>",
        3: _FONT,
        4: f"<< {info} >>",
    }
    for number, content in zip(numbers, pages, strict=True):
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects[number + 1] = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in sorted(objects.items()):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R /Info 4 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


@pytest.fixture
def make_pdf(tmp_path: Path) -> MakePdf:
    """Writes a PDF of pages, each a list of placed lines."""

    def make(
        *pages: Sequence[Placed], name: str = "简报.pdf", drawing: str = "", info: str = "", trailer: str = ""
    ) -> Path:
        path = tmp_path / name
        path.write_bytes(pdf_bytes([content_of(page, drawing) for page in pages], info, trailer))
        return path

    return make
