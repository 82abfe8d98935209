"""PDF files: lines in the order a reader takes them, pages kept, pictures of text told apart from text."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from rag.cli import main
from rag.errors import LoadError, NeedsOcr
from rag.load import PdfLoader, loader_for
from rag.load.placed import Piece
from rag.structure import structure

MakePdf = Callable[..., Path]
Placed = tuple[float, float, float, str]

FIRST = (
    "每月五日是我们支部雷打不动的学习日。老党员提前半个钟头到会议室，把桌椅摆好，把上个月没有议完的事写在黑板上，"
    "等大家坐下来接着议。谁家有急事来不了，要在前一天给书记打个招呼，记录员把请假的缘由写进本子。"
)
SECOND = (
    "学习不求多，求的是弄明白。领学的同志先讲自己的理解，再请旁边的人补充，最后由书记归纳成两三句话，写进记录本，"
    "下次开会先对照检查，做到了的划掉，没有做到的说明缘由，由两名老党员帮着想办法。"
)
PICTURE = "q 500 0 0 700 40 60 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"


def wrapped(
    text: str, left: float, top: float, width: int = 26, size: float = 16, indent: int = 2
) -> list[Placed]:
    """A paragraph broken at a fixed width, its first line indented."""
    cuts = [0, *range(width - indent, len(text), width), len(text)]
    lines = [text[a:b] for a, b in pairwise(cuts) if a < b]
    return [
        (left + (indent * size if not at else 0), top + at * 28, size, line) for at, line in enumerate(lines)
    ]


def test_wrapped_lines_and_page_ends_are_mended_and_pages_kept(make_pdf: MakePdf) -> None:
    lines = wrapped(FIRST, 72, 180)
    title = (200, 110, 22, "支部学习日纪实")
    path = make_pdf(
        [title, *lines[:3]],
        [(72, 90 + at * 28, 16, x[3]) for at, x in enumerate(lines[3:])] + wrapped(SECOND, 72, 250),
    )
    loader = loader_for(path)
    assert isinstance(loader, PdfLoader)
    (article,) = structure(loader.load(path)).articles
    assert article.document.title == "支部学习日纪实"
    assert [(p.text, p.page, p.line) for p in article.passages] == [(FIRST, 1, None), (SECOND, 2, None)]


def test_heads_feet_and_page_numbers_are_dropped_and_counted(make_pdf: MakePdf) -> None:
    def page(number: int, text: str) -> list[Placed]:
        return [(230, 50, 9, "清溪党建简报"), *wrapped(text, 72, 110), (285, 800, 9, f"- {number} -")]

    found = structure(PdfLoader().load(make_pdf(page(1, FIRST), page(2, SECOND), page(3, FIRST[::-1]))))
    text = "".join(article.document.text for article in found.articles)
    assert "简报" not in text
    assert "-" not in text
    assert [piece.text for piece in found.dropped].count("清溪党建简报") == 3
    assert {piece.text for piece in found.dropped} >= {"- 1 -", "- 2 -", "- 3 -"}


@pytest.mark.parametrize(("width", "size"), [(14, 14), (21, 10)])
def test_two_columns_are_read_one_after_the_other(make_pdf: MakePdf, width: int, size: float) -> None:
    left, right = wrapped(FIRST, 60, 200, width, size), wrapped(SECOND, 320, 200, width, size)
    rows = sorted([*left, *right], key=lambda line: (line[1], line[0]))  # as many programs write them
    path = make_pdf([(160, 120, 20, "两栏排印的学习日纪实一篇"), *rows])
    (article,) = structure(PdfLoader().load(path)).articles
    assert article.document.title == "两栏排印的学习日纪实一篇"
    assert [p.text for p in article.passages] == [FIRST, SECOND]


def test_a_heading_as_wide_as_its_column_is_not_run_into_the_text(make_pdf: MakePdf) -> None:
    heading = (88, 90, 14, "一、会前要做好五项准备")
    lines = [heading, *wrapped(FIRST, 60, 118, 13, 14), *wrapped(SECOND, 320, 90, 13, 14)]
    (article,) = structure(PdfLoader().load(make_pdf(lines))).articles
    assert [(p.text, p.section) for p in article.passages] == [
        (FIRST, ("一、会前要做好五项准备",)),
        (SECOND, ("一、会前要做好五项准备",)),
    ]


def test_the_cells_of_a_table_stay_in_their_rows(make_pdf: MakePdf) -> None:
    cells = [
        ("姓名", "职务", "电话"),
        ("周明远", "书记", "6011"),
        ("李禾", "组织委员", "6012"),
        ("王茂", "纪检委员", "6013"),
    ]
    page = [
        (x, 200 + 30 * at, 14, cell)
        for at, row in enumerate(cells)
        for x, cell in zip((80, 250, 420), row, strict=True)
    ]
    assert PdfLoader().load(make_pdf(page)).text.split("\n")[:3] == [
        "姓名  职务  电话",
        "周明远  书记  6011",
        "李禾  组织委员  6012",
    ]


def test_a_page_on_its_side_and_a_slanted_watermark(make_pdf: MakePdf) -> None:
    def drawn(matrix: str, text: str) -> str:
        return f"BT /F1 16 Tf {matrix} Tm <{text.encode('utf-16-be').hex()}> Tj ET"

    for matrix in ("0 1 -1 0 200 100", "0 -1 1 0 400 700", "-1 0 0 -1 560 400"):
        side = make_pdf([], drawing=drawn(matrix, "每月五日是我们支部雷打不动的学习日。"))
        assert PdfLoader().load(side).text.strip() == "每月五日是我们支部雷打不动的学习日。"
    raw = PdfLoader().load(
        make_pdf(wrapped(FIRST, 72, 110), drawing=drawn("0.7 0.7 -0.7 0.7 200 300", "内部资料"))
    )
    assert "内部" not in raw.text
    assert [piece.text for piece in raw.dropped] == ["内部资料"]


def test_a_file_of_pictures_needs_recognition_and_says_how(make_pdf: MakePdf) -> None:
    with pytest.raises(NeedsOcr, match=r"可能是扫描件[\s\S]*rapidocr"):
        PdfLoader(lambda: None).load(make_pdf([], [], drawing=PICTURE))


def test_words_drawn_as_outlines_need_recognition(make_pdf: MakePdf) -> None:
    outlines = "\n".join(f"{x} 300 m {x + 5} 310 l S" for x in range(50, 500, 4))
    with pytest.raises(NeedsOcr, match="可能是扫描件"):
        PdfLoader(lambda: None).load(make_pdf([(290, 800, 9, "1")], drawing=outlines))


def test_letters_without_meaning_need_recognition(make_pdf: MakePdf) -> None:
    with pytest.raises(NeedsOcr, match="可能是扫描件"):
        PdfLoader(lambda: None).load(make_pdf([(72, 100, 16, "\ue001\ue002\ue003" * 20)], drawing=PICTURE))


class Reader:
    """A recogniser that finds one line of words in every picture."""

    def recognise(self, picture: Image.Image) -> Sequence[Piece]:
        assert picture.width > 1000, "too coarse to be read"
        return [Piece("扫描的一页写着：", 100, 100, 400, 140), Piece("会后要走访。", 100, 160, 400, 200)]


def test_only_pages_without_text_are_recognised_and_each_is_told(make_pdf: MakePdf) -> None:
    path = make_pdf(wrapped(FIRST, 72, 110), [], wrapped(SECOND, 72, 110), [])
    empty = make_pdf([], name="空白.pdf")
    data = path.read_bytes().replace(
        b"\nstream\n\nendstream", f"\nstream\n{PICTURE}\nendstream".encode("latin-1")
    )
    path.write_bytes(data)
    steps: list[str] = []
    raw = PdfLoader(Reader).load(path, steps.append)
    assert steps == ["识别扫描页 1/2", "识别扫描页 2/2"]
    assert raw.text[raw.page_starts[1] : raw.page_starts[2]].split() == ["扫描的一页写着：", "会后要走访。"]
    assert "第 2、4 页是扫描件" in raw.warnings[0]
    without = PdfLoader(lambda: None).load(path)
    assert "第 2、4 页没有文字" in without.warnings[0]
    assert PdfLoader(lambda: None).load(empty).text.strip() == ""


def test_a_password_is_named(make_pdf: MakePdf) -> None:
    lock = (
        f"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"
    )
    with pytest.raises(LoadError, match="密码"):
        PdfLoader().load(make_pdf(wrapped(FIRST, 72, 110), trailer=lock))


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 20])
def test_a_damaged_file_is_a_clear_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "坏.pdf"
    path.write_bytes(data)
    with pytest.raises(LoadError, match=r"坏\.pdf.*损坏"):
        PdfLoader().load(path)


def test_its_title_and_author_are_known(make_pdf: MakePdf) -> None:
    title = "Microsoft Word - 支部学习日纪实.docx"
    info = f"/Title <feff{title.encode('utf-16-be').hex()}> /Author (Administrator)"
    said = PdfLoader().load(make_pdf(wrapped(FIRST, 72, 110), info=info)).said
    assert (said.title, said.author) == ("支部学习日纪实", None)


def test_the_page_reaches_the_citation_and_the_footnote(
    make_pdf: MakePdf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "记录员值班时要先核对党员名册，再把议事簿放回第三格铁柜，钥匙交给组织委员保管。"
    path = make_pdf(wrapped(FIRST, 72, 110), wrapped(asked, 72, 110))
    home = ["--home", str(tmp_path / "home")]
    assert main(["index", str(path), "--json", *home]) == 0
    capsys.readouterr()
    note = tmp_path / "答.md"
    assert main(["ask", "议事簿的铁柜钥匙交给谁保管？", "--json", "--export", str(note), *home]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["citations"]
    assert {citation["page"] for citation in answer["citations"]} == {2}
    assert "第 2 页" in note.read_text("utf-8")


def test_a_real_renderer_and_an_image_agree(make_pdf: MakePdf) -> None:
    """The picture handed to a recogniser is one that can be saved: what OCR engines are fed."""
    seen: list[tuple[int, int]] = []

    class Saver:
        def recognise(self, picture: Image.Image) -> Sequence[Piece]:
            picture.save(io.BytesIO(), "png")
            seen.append(picture.size)
            return []

    with pytest.raises(NeedsOcr, match="没有找到文字"):
        PdfLoader(Saver).load(make_pdf([], drawing=PICTURE))
    assert seen == [(1653, 2339)]
