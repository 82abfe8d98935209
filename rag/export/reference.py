"""The Word reference document: official-document layout after GB/T 9704-2012, built when it is first needed.

A4 with margins of 37, 26, 35 and 28 mm; body 三号 (16 pt) 仿宋, 22 lines of 28 characters, first lines
indented by two characters; title 二号 (22 pt) 小标宋 centred; headings 黑体, 楷体, 仿宋; page number 四号
between dashes, outside on facing pages. Fonts are named for East Asian text and not embedded: Word and WPS
replace those that are absent.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache
from typing import Any

BODY, TITLE, HEI, KAI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
BODY_PT, TITLE_PT, SUBTITLE_PT, PAGE_PT, SOURCE_PT, NOTE_PT = 16.0, 22.0, 16.0, 14.0, 14.0, 10.5
LINES, CHARACTERS = 22, 28
TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM, FOOTER_MM = 37, 26, 35, 28, 25
PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210, 297
_PT_PER_MM = 72 / 25.4
LINE_PT = (PAGE_HEIGHT_MM - TOP_MM - BOTTOM_MM) * _PT_PER_MM / LINES  # 28.99 pt
CHARACTER_PT = (PAGE_WIDTH_MM - LEFT_MM - RIGHT_MM) * _PT_PER_MM / CHARACTERS  # 15.79 pt
# Where lines must not break: the usual rules, and [ never first: a mark stays with the words before it.
NEVER_FIRST = "[!%),.:;>?]}¢°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞！＂％＇），．：；？］｀｜｝～￠"
NEVER_LAST = "$([{£¥·‘“〈《「『【〔〖〝（．［｛￡￥"
_REPLACEMENTS = (
    (BODY, "FangSong", "86"),
    (TITLE, "FZXiaoBiaoSong-B05S", "86"),
    (HEI, "SimHei", "86"),
    (KAI, "KaiTi", "86"),
    (SONG, "SimSun", "86"),
    (LATIN, "Liberation Serif", "00"),
)
_FONT_TABLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
)
_FONT = '<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="{charset}"/></w:font>'
RED_GREY = "8A3B12"  # sentences without support: legible in print, plainly different


@lru_cache(maxsize=1)
def reference_docx(pandoc_default: bytes) -> bytes:
    """pandoc's own reference document with this layout in place of its styles."""
    from docx import Document

    document = Document(io.BytesIO(pandoc_default))
    for paragraph in list(document.element.body):
        if not paragraph.tag.endswith("}sectPr"):
            document.element.body.remove(paragraph)
    _defaults(document)
    _styles(document)
    _page(document)
    _settings(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _defaults(document: Any) -> None:
    """No theme fonts anywhere: they would win over the names written here."""
    from docx.oxml.ns import qn

    styles = document.styles.element
    for fonts in styles.iter(qn("w:rFonts")):
        for name in list(fonts.attrib):
            del fonts.attrib[name]
    default = styles.find(qn("w:docDefaults"))
    _fonts(default.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}"), BODY)
    for spacing in default.iter(qn("w:spacing")):
        spacing.getparent().remove(spacing)


def _styles(document: Any) -> None:
    normal = _style(document, "Normal", BODY, BODY_PT)
    normal.paragraph_format.line_spacing = _points(LINE_PT)
    for name in ("Body Text", "First Paragraph", "Compact"):
        _style(document, name, BODY, BODY_PT, indent=2)
    _style(document, "Title", TITLE, TITLE_PT, align="center", before=LINE_PT, after=LINE_PT / 2, keep=True)
    _style(document, "Subtitle", KAI, SUBTITLE_PT, align="center", after=LINE_PT / 2, keep=True)
    for level, font in enumerate((HEI, KAI, BODY, BODY), 1):
        _style(document, f"Heading {level}", font, BODY_PT, indent=2, keep=True, bold=level == 3)
    _style(document, "Remark", KAI, BODY_PT, indent=2, base="Body Text")
    _style(document, "Salutation", BODY, BODY_PT, indent=0, base="Body Text")
    _style(document, "Refusal", KAI, BODY_PT, indent=2, base="Body Text")
    _style(document, "Nested", BODY, BODY_PT, indent=2, left=2, base="Body Text")
    _style(document, "Source", BODY, SOURCE_PT, hanging=2, align="left", base="Body Text", line=24)
    _style(document, "Colophon", KAI, NOTE_PT + 1.5, indent=2, base="Body Text", line=20)
    _style(document, "Footnote Text", BODY, NOTE_PT, align="left", line=15)
    _style(document, "Footer", SONG, PAGE_PT, base="Normal", line=20)
    _character(document, "Doubtful", BODY, colour=RED_GREY, wavy=True)
    _character(document, "Quote Words", KAI)
    _character(document, "Hyperlink", None, colour="1F3864")


def _style(
    document: Any,
    name: str,
    font: str,
    size: float,
    *,
    base: str | None = None,
    indent: int = 0,
    hanging: int = 0,
    align: str = "justify",
    left: int = 0,
    bold: bool = False,
    keep: bool = False,
    before: float = 0,
    after: float = 0,
    line: float | None = None,
) -> Any:
    """A paragraph style. Indents count characters."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import RGBColor

    style = _named(document, name, WD_STYLE_TYPE.PARAGRAPH)
    if base:
        style.base_style = document.styles[base]
    _clear(style.element)
    _fonts(style.element.get_or_add_rPr(), font)
    style.font.size = _points(size)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    form = style.paragraph_format
    form.space_before, form.space_after = _points(before), _points(after)
    form.line_spacing = _points(line or (LINE_PT if size < TITLE_PT else LINE_PT * 1.2))
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    form.keep_with_next = keep
    form.widow_control = True
    _indent(style.element.get_or_add_pPr(), indent, left, hanging, size)
    if size == BODY_PT:
        _narrow(style.element.get_or_add_rPr())
    return style


def _named(document: Any, name: str, kind: Any) -> Any:
    """The style of that name; a new one when pandoc's default has none."""
    there = {style.name for style in document.styles}
    return document.styles[name] if name in there else document.styles.add_style(name, kind)


def _clear(element: Any) -> None:
    """Drops what pandoc's default says about a style's look, not its place in the outline."""
    from docx.oxml.ns import qn

    for part in ("w:pPr", "w:rPr"):
        found = element.find(qn(part))
        for child in list(found) if found is not None else ():
            if child.tag != qn("w:outlineLvl"):
                found.remove(child)


def _character(document: Any, name: str, font: str | None, *, colour: str = "", wavy: bool = False) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_UNDERLINE
    from docx.shared import RGBColor

    style = _named(document, name, WD_STYLE_TYPE.CHARACTER)
    _clear(style.element)
    if font:
        _fonts(style.element.get_or_add_rPr(), font)
    if colour:
        style.font.color.rgb = RGBColor.from_string(colour)
    if wavy:
        style.font.underline = WD_UNDERLINE.WAVY


def _fonts(properties: Any, east_asian: str) -> None:
    """Latin letters and digits in Times; all else, curly quotes and dashes included, in the Chinese font."""
    from docx.oxml.ns import qn

    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = properties.makeelement(qn("w:rFonts"), {})
        properties.insert(0, fonts)
    for name, value in (("ascii", LATIN), ("hAnsi", east_asian), ("eastAsia", east_asian), ("cs", LATIN)):
        fonts.set(qn(f"w:{name}"), value)


def _narrow(properties: Any) -> None:
    """28 characters a line by letter spacing: a character grid is not the same everywhere."""
    from docx.oxml.ns import qn

    twips = math.floor((CHARACTER_PT - BODY_PT) * 20)
    spacing = properties.makeelement(qn("w:spacing"), {qn("w:val"): str(twips)})
    properties.insert_element_before(
        spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:u", "w:lang"
    )


def _indent(properties: Any, first: int, left: int, hanging: int, size: float) -> None:
    """Indents in characters. Word reads those, other programs the length in twips beside them."""
    from docx.oxml.ns import qn

    indent = properties.get_or_add_ind()
    lengths = {"left": left or hanging, **({"hanging": hanging} if hanging else {"firstLine": first})}
    for name, characters in lengths.items():
        indent.set(qn(f"w:{name}Chars"), str(characters * 100))
        indent.set(qn(f"w:{name}"), str(round(characters * size * 20)))


def _settings(document: Any) -> None:
    """Chinese typesetting, facing pages, and what each font may be replaced by."""
    from docx.oxml.ns import qn

    document.settings.odd_and_even_pages_header_footer = True
    document.settings.element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    spacing = document.settings.element.find(qn("w:characterSpacingControl"))
    spacing.set(qn("w:val"), "compressPunctuation")
    for side, characters in (("Before", NEVER_FIRST), ("After", NEVER_LAST)):
        rule = spacing.makeelement(
            qn(f"w:noLineBreaks{side}"), {qn("w:lang"): "zh-CN", qn("w:val"): characters}
        )
        spacing.addnext(rule)
    (table,) = (part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    entries = "".join(
        _FONT.format(name=name, other=other, charset=charset) for name, other, charset in _REPLACEMENTS
    )
    table._blob = f"{_FONT_TABLE}{entries}</w:fonts>".encode()


def _page(document: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = document.sections[0]
    for child in list(section._sectPr):
        section._sectPr.remove(child)
    section.page_width, section.page_height = Mm(PAGE_WIDTH_MM), Mm(PAGE_HEIGHT_MM)
    section.top_margin, section.right_margin = Mm(TOP_MM), Mm(RIGHT_MM)
    section.bottom_margin, section.left_margin = Mm(BOTTOM_MM), Mm(LEFT_MM)
    section.footer_distance, section.header_distance, section.gutter = Mm(FOOTER_MM), Mm(15), Mm(0)
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], side)
    grid = section._sectPr.makeelement(
        qn("w:docGrid"),
        {
            qn("w:type"): "lines",
            qn("w:linePitch"): str(round(LINE_PT * 20)),
        },
    )
    section._sectPr.append(grid)


def _page_number(paragraph: Any, side: Any) -> None:
    """— 1 — one character away from the edge of the text."""
    from docx.oxml.ns import qn

    paragraph.style = "Footer"
    paragraph.alignment = side
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for name, length in (("left", PAGE_PT), ("right", PAGE_PT)):
        indent.set(qn(f"w:{name}Chars"), "100")
        indent.set(qn(f"w:{name}"), str(round(length * 20)))
    indent.set(qn("w:firstLine"), "0")
    paragraph.add_run("— ")
    for kind, code in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run(code if kind == "text" else "")
        if kind == "":
            instruction = run._r.makeelement(qn("w:instrText"), {})
            instruction.text = code
            run._r.append(instruction)
        elif kind != "text":
            run._r.append(run._r.makeelement(qn("w:fldChar"), {qn("w:fldCharType"): kind}))
    paragraph.add_run(" —")


def _points(value: float) -> Any:
    from docx.shared import Pt

    return Pt(round(value * 20) / 20)
