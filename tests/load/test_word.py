"""Word files: what the author sees is what is read, in order, with headings, numbers and tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from rag.datatypes import RawText
from rag.errors import LoadError
from rag.load import WordLoader, loader_for
from rag.load.word import _LIKE_DOCUMENTS
from rag.structure import structure

STUDY = "每月五日是我们支部雷打不动的学习日，老党员提前半个钟头到会议室，把桌椅摆好。"
TALK = "学习不求多，求的是弄明白，领学的同志先讲自己的理解，再请旁边的人补充。"


def written(folder: Path, make: Callable[[Any], None], name: str = "纪实.docx") -> Path:
    document = Document()
    make(document)
    path = folder / name
    document.save(str(path))
    return path


def read(folder: Path, make: Callable[[Any], None]) -> RawText:
    return WordLoader().load(written(folder, make))


def rewritten(path: Path, part: str, text: str) -> Path:
    """The same package with one part more, or another one in its place."""
    with ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = text.encode()
    with ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def test_paragraphs_are_lines_and_headings_by_style_are_marked(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        document.add_paragraph("支部学习日制度", "Title")
        document.add_paragraph("把会开短", "Heading 1")
        document.add_paragraph(STUDY)
        document.add_paragraph("记录", "Heading 2")
        document.add_paragraph(TALK)

    raw = read(tmp_path, make)
    assert raw.text == f"# 支部学习日制度\n## 把会开短\n{STUDY}\n### 记录\n{TALK}\n"
    (article,) = structure(raw).articles
    assert article.document.title == "支部学习日制度"
    assert [p.section for p in article.passages] == [("把会开短",), ("把会开短", "记录")]
    assert {p.line for p in article.passages} == {None}, "a Word file has no lines"


def test_a_file_that_begins_with_its_first_heading_takes_it_as_title(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        document.add_paragraph("支部学习日制度", "Heading 1")
        document.add_paragraph("把会开短", "Heading 2")
        document.add_paragraph(STUDY)

    assert read(tmp_path, make).text.startswith("# 支部学习日制度\n## 把会开短\n")


def test_each_row_of_a_table_stands_in_its_place_with_its_header(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        document.add_paragraph(STUDY)
        table = document.add_table(3, 3)
        rows = [("值班人", "星期", "任务"), ("周明", "一", "开门\n烧水"), ("李禾", "", "记录。")]
        for cells, values in zip(table.rows, rows, strict=True):
            for cell, value in zip(cells.cells, values, strict=True):
                cell.text = value
        document.add_paragraph(TALK)

    assert read(tmp_path, make).text.split("\n")[:4] == [
        STUDY,
        "值班人：周明；星期：一；任务：开门；烧水。",
        "值班人：李禾；任务：记录。",
        TALK,
    ]


def test_merged_cells_are_said_in_every_row_that_they_reach(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        table = document.add_table(4, 3)
        rows = [("组别", "人员", ""), ("", "组长", "组员"), ("宣讲组", "周明", "李禾"), ("", "王茂", "赵青")]
        for cells, values in zip(table.rows, rows, strict=True):
            for cell, value in zip(cells.cells, values, strict=True):
                cell.text = value
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(0, 0).merge(table.cell(1, 0))
        table.cell(2, 0).merge(table.cell(3, 0))

    assert read(tmp_path, make).text.split("\n")[:2] == [
        "组别：宣讲组；人员组长：周明；人员组员：李禾。",
        "组别：宣讲组；人员组长：王茂；人员组员：赵青。",
    ]


def test_a_form_pairs_its_labels_and_a_frame_is_plain_text(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        form = document.add_table(2, 4)
        rows = [("姓 名", "周明", "性 别", "男"), ("民 族", "土家族", "学 历", "大专")]
        for cells, values in zip(form.rows, rows, strict=True):
            for cell, value in zip(cells.cells, values, strict=True):
                cell.text = value
        document.add_table(1, 1).cell(0, 0).text = f"{STUDY}\n{TALK}"

    assert read(tmp_path, make).text.split("\n")[:4] == [
        "姓名：周明；性别：男。",
        "民族：土家族；学历：大专。",
        STUDY,
        TALK,
    ]


def test_deletions_are_gone_and_insertions_there(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        paragraph = document.add_paragraph("每月")
        for kind, text, tag in (("del", "十", "delText"), ("ins", "五", "t")):
            change = f'<w:{kind} {nsdecls("w")} w:id="1" w:author="a"><w:r><w:{tag}>{text}</w:{tag}></w:r></w:{kind}>'
            paragraph._p.append(parse_xml(change))
        paragraph.add_run("日学习。")
        paragraph.add_run("隐藏").font.hidden = True

    assert read(tmp_path, make).text == "每月五日学习。\n"


def test_numbers_that_word_makes_are_read(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        numbering = document.part.numbering_part.element
        levels = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for at, (form, text) in enumerate(
                [("chineseCounting", "%1、"), ("decimal", "（%2）"), ("bullet", "•")]
            )
        )
        numbering.insert(
            0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
        )
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>')
        )
        for depth, text in [(0, "学习"), (1, "会前"), (1, "会后"), (2, "备注"), (0, "走访"), (1, "入户")]:
            properties = document.add_paragraph(text)._p.get_or_add_pPr()
            properties.append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')
            )

    assert read(tmp_path, make).text.split() == [
        "一、学习",
        "（1）会前",
        "（2）会后",
        "备注",
        "二、走访",
        "（1）入户",
    ]


def test_text_boxes_are_read_once_after_their_paragraph(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>版头</w:t></w:r></w:p></w:txbxContent>"
    names = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )

    def make(document: Any) -> None:
        run = document.add_paragraph("正文。").add_run()
        run._r.append(
            parse_xml(
                f'<mc:AlternateContent {nsdecls("w")} {names}><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx>'
                f"</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
            )
        )

    assert read(tmp_path, make).text == "正文。\n版头\n"


def test_a_footnote_follows_the_paragraph_that_refers_to_it(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        first = document.add_paragraph("学习日由支部自定。")
        first.add_run()._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="2"/>'))
        document.add_paragraph(STUDY)

    path = written(tmp_path, make)
    note = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>见镇党委通知。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    rewritten(path, "word/footnotes.xml", note)
    with ZipFile(path) as package:
        types = package.read("[Content_Types].xml").decode()
        relations = package.read("word/_rels/document.xml.rels").decode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    rewritten(
        path,
        "[Content_Types].xml",
        types.replace("</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'),
    )
    relation = (
        '<Relationship Id="rId99" Target="footnotes.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    rewritten(path, "word/_rels/document.xml.rels", relations.replace("</Relationships>", relation))
    assert WordLoader().load(path).text == f"学习日由支部自定。\n注：见镇党委通知。\n{STUDY}\n"


def test_heads_feet_and_contents_are_left_out_and_can_be_seen(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "清溪党建简报"
        document.styles.add_style("toc 1", 1)
        document.add_paragraph("把会开短\t1", "toc 1")
        document.add_paragraph(STUDY)

    raw = read(tmp_path, make)
    assert raw.text == f"{STUDY}\n"
    assert [(piece.text, piece.reason) for piece in raw.dropped] == [
        ("清溪党建简报", "页眉页脚"),
        ("把会开短\t1", "目录"),
    ]
    assert {piece.text for piece in structure(raw).dropped} >= {"清溪党建简报"}


def test_title_and_author_count_where_the_text_says_nothing_the_day_the_file_was_made_does_not(
    tmp_path: Path,
) -> None:
    def make(document: Any) -> None:
        core = document.core_properties
        core.title, core.author, core.created = "支部学习日纪实", "镇党建办", datetime(2024, 3, 5)
        document.add_paragraph(STUDY + TALK)

    (article,) = structure(read(tmp_path, make)).articles
    document = article.document
    assert (document.title, document.author, document.date) == ("支部学习日纪实", "镇党建办", None)


def test_names_that_programs_make_up_do_not_count(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        core = document.core_properties
        core.title, core.author = "文档1", "Administrator"
        document.add_paragraph(STUDY)

    said = read(tmp_path, make).said
    assert (said.title, said.author) == (None, None)


def test_a_classification_mark_in_text_or_page_head_is_warned_of(tmp_path: Path) -> None:
    def in_text(document: Any) -> None:
        document.add_paragraph("机密★1年")

    def in_head(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "秘密★5年"
        document.add_paragraph(STUDY)

    for make in (in_text, in_head):
        assert "密级" in read(tmp_path, make).warnings[0]


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_truncated_file_is_a_clear_error(tmp_path: Path, keep: float) -> None:
    path = written(tmp_path, lambda document: document.add_paragraph(STUDY * 50))
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data))])
    loader = loader_for(path)
    assert isinstance(loader, WordLoader)
    with pytest.raises(LoadError, match=r"纪实\.docx.*损坏"):
        loader.load(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = written(tmp_path, lambda document: document.add_paragraph(STUDY))
    rewritten(path, "word/media/a.bin", "0" * 60_000_000)
    with pytest.raises(LoadError, match="超出限度"):
        WordLoader().load(path)


def test_entities_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, lambda document: document.add_paragraph(STUDY))
    with ZipFile(path) as package:
        text = package.read("word/document.xml").decode()
    head, rest = text.split("?>", 1)
    rewritten(path, "word/document.xml", f'{head}?><!DOCTYPE d [<!ENTITY a "b">]>{rest}')
    with pytest.raises(LoadError, match="实体"):
        WordLoader().load(path)


def test_a_word_file_with_another_suffix_is_still_one(tmp_path: Path) -> None:
    path = written(tmp_path, lambda document: document.add_paragraph(STUDY), "纪实.txt")
    assert isinstance(loader_for(path), WordLoader)


@pytest.mark.parametrize("kind", _LIKE_DOCUMENTS)
def test_templates_and_files_with_macros_are_read_as_well(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, lambda document: document.add_paragraph(STUDY))
    with ZipFile(path) as package:
        types = package.read("[Content_Types].xml").decode()
    plain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    assert plain in types
    rewritten(path, "[Content_Types].xml", types.replace(plain, kind))
    assert WordLoader().load(path).text == f"{STUDY}\n"


def test_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "加密.docx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(LoadError, match="密码"):
        loader_for(path)


def test_style_names_of_the_template_are_those_expected() -> None:
    """The loader goes by names; should the library translate them one day, this fails first."""
    assert {Document().styles[name].style_id for name in ("Title", "Heading 1")} == {"Title", "Heading1"}
    assert qn("w:p").endswith("}p")
