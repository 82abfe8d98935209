"""OFD files: pages of words in reading order, and packages that mean harm refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from rag.errors import LoadError, NeedsOcr
from rag.load import OfdLoader, loader_for
from rag.structure import structure

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
FIRST = "每月五日是我们支部雷打不动的学习日。老党员提前半个钟头到会议室，把桌椅摆好，把上个月没有议完的事写在黑板上，等大家坐下来接着议，议完了再散会。"
SECOND = "学习不求多，求的是弄明白。领学的同志先讲自己的理解，再请旁边的人补充，最后由书记归纳成两三句话，写进记录本，下次开会先对照检查。"


def page(lines: Sequence[tuple[float, float, float, str]], extra: str = "") -> str:
    """A page of (left, top, size, text) in millimetres."""
    objects = "".join(
        f'<ofd:TextObject ID="{at}" Boundary="{x} {y} 160 {size}" Font="1" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{0.88 * size}" DeltaX="g {max(1, len(text) - 1)} {size}">{text}</ofd:TextCode></ofd:TextObject>'
        for at, (x, y, size, text) in enumerate(lines, 10)
    )
    return (
        f"<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer>{objects}{extra}</ofd:Layer></ofd:Content></ofd:Page>"
    )


def wrapped(text: str, top: float) -> list[tuple[float, float, float, str]]:
    cuts = [0, *range(24, len(text), 26), len(text)]
    lines = [text[a:b] for a, b in pairwise(cuts)]
    return [(38.0 if at == 0 else 28.0, top + 9 * at, 5.0, line) for at, line in enumerate(lines)]


def package(folder: Path, pages: Sequence[str], changed: Mapping[str, str] | None = None) -> Path:
    parts = {
        "OFD.xml": f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocInfo><ofd:Author>镇党建办</ofd:Author>"
        "<ofd:CreationDate>2024-03-05</ofd:CreationDate></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData/><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
        **{f"Doc_0/Pages/Page_{at}/Content.xml": content for at, content in enumerate(pages)},
        **(changed or {}),
    }
    path = folder / "通知.ofd"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return path


def test_lines_become_paragraphs_and_pages_are_kept(tmp_path: Path) -> None:
    title = (60.0, 40.0, 8.0, "支部学习日纪实")
    path = package(tmp_path, [page([title, *wrapped(FIRST, 70)]), page(wrapped(SECOND, 40))])
    loader = loader_for(path)
    assert isinstance(loader, OfdLoader)
    (article,) = structure(loader.load(path)).articles
    document = article.document
    assert (document.title, document.author, document.date) == ("支部学习日纪实", "镇党建办", None)
    assert [(p.text, p.page) for p in article.passages] == [(FIRST, 1), (SECOND, 2)]


def test_scaled_and_shifted_words_stand_where_they_are_shown(tmp_path: Path) -> None:
    moved = (
        '<ofd:TextObject ID="1" Boundary="20 50 100 10" Size="2" CTM="2 0 0 2 0 0"><ofd:TextCode X="0" Y="2" '
        'DeltaX="2 2 40 2">姓名职务</ofd:TextCode></ofd:TextObject>'
    )
    raw = OfdLoader().load(package(tmp_path, [page([(20.0, 30.0, 4.0, "值班安排如下：")], moved)]))
    assert raw.text.split("\n")[0] == "值班安排如下："
    assert raw.text.rstrip().endswith("姓名职  务")


def test_templates_are_left_out_and_can_be_seen(tmp_path: Path) -> None:
    document = (
        f'<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/></ofd:CommonData>'
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>'
    )
    content = page([(20.0, 40.0, 5.0, "每月五日学习。")]).replace(
        "<ofd:Content>", '<ofd:Template TemplateID="9"/><ofd:Content>'
    )
    changed = {"Doc_0/Document.xml": document, "Doc_0/Tpls/T.xml": page([(20.0, 10.0, 5.0, "清溪镇公文纸")])}
    raw = OfdLoader().load(package(tmp_path, [content], changed))
    assert raw.text.strip() == "每月五日学习。"
    assert [piece.text for piece in raw.dropped] == ["清溪镇公文纸"]


def test_a_file_of_pictures_is_probably_a_scan(tmp_path: Path) -> None:
    with pytest.raises(NeedsOcr, match="可能是扫描件"):
        OfdLoader().load(package(tmp_path, [page([], '<ofd:ImageObject ID="3" Boundary="0 0 210 297"/>')]))


@pytest.mark.parametrize("place", ["../../etc/passwd", "/etc/passwd", "Pages/没有.xml"])
def test_no_part_lies_outside_the_package(tmp_path: Path, place: str) -> None:
    document = f'<ofd:Document {NAMESPACE}><ofd:Pages><ofd:Page ID="1" BaseLoc="{place}"/></ofd:Pages></ofd:Document>'
    with pytest.raises(LoadError, match="缺少内部文件"):
        OfdLoader().load(package(tmp_path, [], {"Doc_0/Document.xml": document}))


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = f'<!DOCTYPE a [<!ENTITY b "{"党" * 1000}">]><ofd:Page {NAMESPACE}/>'
    with pytest.raises(LoadError, match="实体"):
        OfdLoader().load(package(tmp_path, [bomb]))


def test_a_damaged_package_is_a_clear_error(tmp_path: Path) -> None:
    path = package(tmp_path, [page(wrapped(FIRST, 70))])
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(LoadError, match="损坏"):
        OfdLoader().load(path)
    with pytest.raises(LoadError, match="损坏"):
        OfdLoader().load(package(tmp_path, ["<ofd:Page>"]))
