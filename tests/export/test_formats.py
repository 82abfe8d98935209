"""Every format says the same: opened again, a file gives back words, numbers, quotes and flags."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import docx
import lxml.etree
import lxml.html
import pptx
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.datatypes import Answer, Document
from rag.export import FORMATS, FORMS, render
from rag.export.manuscript import plain

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

Reader = Callable[[str, bytes], dict[int, str]]

HOSTILE = (
    "<script>alert('x')</script>",
    "*强调* **更强** _斜_ `码` ~~删~~ ^上^ ~下~",
    "$x^2$ #标题 @某人 &amp; &#60; <!-- 注 -->",
    "[^1] [1] [链接](javascript:alert(1)) ![图](http://192.0.2.1/a.png)",
    '#import "evil.typ" #read("/etc/passwd") #panic() \\u{0}',
    "\\input{x} % 百分之 50% {左 右} \\textbf{粗} C:\\新建\\名册",
    '=HYPERLINK("http://192.0.2.1") +1 -1 @x',
    "| 表 | 格 | ::: {.x} ---",
    "1. 一 - 二 + 三 > 四 # 五",
    "emoji 🚩👨‍👩‍👧 生僻字 𠮷㐂 标记 ​零宽",
    "控\x00制\x07符\x1b[31m \x0b换\u2028行\ud800半\ufffe个\u202e倒",
    "“引号”‘单’\"直\"'撇' www.example.org http://example.org/a?b=1&c=%20",
    "长" * 400,
    "x" * 500,
)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_citation_has_its_number_and_its_very_words(
    suffix: str, ledger_answer: Answer, notes_in: Reader, squeezed: Callable[[str], str]
) -> None:
    notes = notes_in(suffix, render([ledger_answer], suffix))
    assert sorted(notes) == [c.number for c in ledger_answer.citations]
    for citation in ledger_answer.citations:
        assert squeezed(citation.quote) in squeezed(notes[citation.number])
        assert squeezed(citation.document.title) in squeezed(notes[citation.number])


@pytest.mark.parametrize("suffix", [".docx", ".md", ".html", ".txt", ".pdf", ".pptx"])
def test_a_note_says_section_date_validity_line_and_where_the_document_is(
    suffix: str, ledger_answer: Answer, notes_in: Reader, squeezed: Callable[[str], str]
) -> None:
    notes = {n: squeezed(note) for n, note in notes_in(suffix, render([ledger_answer], suffix)).items()}
    for said in ("一、登记›（二）核对", "2024-05-06", "有效", "第1行", "文件：roster.md"):
        assert said in notes[1]
    for said in ("废止", "第2行", "链接：https://example.org/dues?year=2020&page=3"):
        assert said in notes[3]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", [".docx", ".md", ".html", ".pdf", ".txt", ".pptx"])
def test_every_form_keeps_all_citations_in_every_format(
    form: str, suffix: str, ledger_answer: Answer, notes_in: Reader, squeezed: Callable[[str], str]
) -> None:
    notes = notes_in(suffix, render([ledger_answer], suffix, form=form))
    assert {
        n: squeezed(ledger_answer.citations[n - 1].quote) in squeezed(note) for n, note in notes.items()
    } == {c.number: True for c in ledger_answer.citations}


def words_of(suffix: str, content: bytes) -> str:
    """All text a reader of the file sees, marks included."""
    if suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            body = lxml.etree.fromstring(parts.read("word/document.xml"))
        return "\n".join("".join(_docx_words(p)) for p in body.iter(f"{W}p"))
    if suffix == ".html":
        return str(lxml.html.document_fromstring(content).xpath("//main")[0].text_content())
    if suffix == ".pptx":
        shapes = (s for slide in pptx.Presentation(io.BytesIO(content)).slides for s in slide.shapes)
        return "\n".join(s.text_frame.text for s in shapes if s.has_text_frame)
    if suffix == ".pdf":
        pages = pypdfium2.PdfDocument(content)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    return content.decode("utf-8")


def _docx_words(paragraph: lxml.etree._Element) -> Iterator[str]:
    number = 0
    for node in paragraph.iter(f"{W}t", f"{W}footnoteReference"):
        number += node.tag == f"{W}footnoteReference"
        yield node.text or "" if node.tag == f"{W}t" else "#"


@pytest.mark.parametrize("suffix", [".html", ".pdf", ".txt", ".pptx"])
def test_the_text_is_what_was_shown_with_marks_and_flags_where_they_were(
    suffix: str, ledger_answer: Answer, squeezed: Callable[[str], str]
) -> None:
    shown = re.sub(r"\*\*|^ *- ", "", ledger_answer.answer, flags=re.MULTILINE)
    text = squeezed(words_of(suffix, render([ledger_answer], suffix))).replace("•", "")
    for line in filter(None, map(squeezed, shown.splitlines())):
        assert line in text
        text = text.partition(line)[2]


def test_words_numbers_and_flags_stand_in_the_word_file_as_shown(
    ledger_answer: Answer, squeezed: Callable[[str], str]
) -> None:
    text = squeezed(words_of(".docx", render([ledger_answer], ".docx")))
    for sentence in ledger_answer.sentences:
        assert squeezed(sentence.text) in text
    # the fifth sentence repeats note 1: a field that shows its number, not a second footnote
    assert "名册仍按月核对。[1]" in text
    assert text.count("[#]") == len(ledger_answer.citations)
    assert "台账要用红色封面。（未找到依据）" in text


@pytest.mark.parametrize("suffix", [".docx", ".md", ".html", ".pdf", ".txt", ".pptx"])
def test_a_refusal_is_marked_as_one(
    suffix: str, refused_answer: Answer, dues_answer: Answer, squeezed: Callable[[str], str]
) -> None:
    text = squeezed(words_of(suffix, render([refused_answer, dues_answer], suffix))).replace("\\", "")
    assert "【未作答】" in text.replace("**", "")
    assert "资料中没有找到依据。" in text


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_refusal_alone_can_be_written_in_every_format(
    suffix: str, refused_answer: Answer, notes_in: Reader
) -> None:
    assert notes_in(suffix, render([refused_answer], suffix)) == {}


@pytest.mark.parametrize("suffix", FORMATS)
def test_several_answers_share_one_numbering(
    suffix: str, ledger_answer: Answer, dues_answer: Answer, notes_in: Reader, squeezed: Callable[[str], str]
) -> None:
    notes = notes_in(suffix, render([ledger_answer, dues_answer], suffix))
    quotes = [c.quote for c in ledger_answer.citations] + ["党费按季度公示"]
    assert sorted(notes) == [
        1,
        2,
        3,
        4,
        5,
    ]  # the second answer's first citation is note 3 of the first answer
    assert all(squeezed(quote) in squeezed(notes[n]) for n, quote in enumerate(quotes, 1))


def alike(suffix: str, text: str) -> str:
    """Text without what a format's reader does not give back exactly."""
    if suffix == ".pdf":  # letters that no font has (Chinese fonts have GBK), hyphens at line ends
        return text.encode("gbk", "ignore").decode("gbk").replace("-", "")
    if suffix in (".md", ".bib"):  # pandoc composes letters, and tells quotation marks apart only in Markdown
        text = unicodedata.normalize("NFC", text)
    return re.sub("[“”‘’\"']", "'", text) if suffix == ".bib" else text


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("suffix", FORMATS)
def test_markup_in_titles_and_quotes_stays_plain_text(
    suffix: str,
    hostile: str,
    make_document: Callable[..., Document],
    make_answer: Callable[..., Answer],
    notes_in: Reader,
    squeezed: Callable[[str], str],
) -> None:
    source = make_document(
        hostile, hostile, key="hostile", author=hostile, status=hostile, source=f"/x/{hostile}"
    )
    answer = make_answer(hostile, [(hostile, [(source, hostile)], f"**《{hostile}》**\n\n1. ")])
    content = render([answer], suffix)
    note = notes_in(suffix, content)[1]
    assert alike(suffix, squeezed(plain(hostile))) in alike(suffix, squeezed(note))


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_markdown_reads_hostile_sentences_as_the_words_they_are(
    hostile: str,
    make_document: Callable[..., Document],
    make_answer: Callable[..., Answer],
    squeezed: Callable[[str], str],
) -> None:
    from markdown_it import MarkdownIt

    source = make_document("题", hostile, key="hostile")
    content = render([make_answer("问", [(hostile, [(source, hostile)])])], ".md").decode("utf-8")
    reader = MarkdownIt("gfm-like", {"linkify": False})
    paragraphs = [t for t in reader.parse(content.split("## 参考来源")[0]) if t.type == "inline"]
    kinds = {child.type for token in paragraphs for child in token.children or ()}
    shown = "".join(child.content for child in paragraphs[1].children or ())
    assert kinds <= {"text", "text_special"}
    assert squeezed(shown).removesuffix("[^1]") == squeezed(plain(hostile))


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_a_web_page_runs_nothing_loads_nothing_and_links_nowhere_unexpected(
    hostile: str, make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    source = make_document(hostile, hostile, key="a", url="javascript:alert(1)")
    page = lxml.html.document_fromstring(
        render([make_answer(hostile, [(hostile, [(source, hostile)])])], ".html")
    )
    assert not page.xpath("//script | //img | //iframe | //link | //object | //*[@src] | //*[@onclick]")
    assert all(
        link.get("href").startswith(("#", "http://127.0.0.1:7860/")) for link in page.xpath("//a[@href]")
    )


@pytest.mark.parametrize("suffix", [".docx", ".html", ".md", ".pdf"])
def test_only_web_addresses_become_links(
    suffix: str, make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    source = make_document("题", "一句话。", key="a", url="javascript:alert(1)")
    content = render([make_answer("问", [("一句话。", [(source, "一句话。")])])], suffix)
    if suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = parts.read("word/_rels/footnotes.xml.rels") + parts.read("word/_rels/document.xml.rels")
    assert b'="javascript:' not in content
    assert b"](<javascript:" not in content
    assert b"/URI (javascript:" not in content


def test_without_an_address_the_link_leads_to_the_assistants_own_page(
    ledger_answer: Answer, dues_answer: Answer
) -> None:
    page = lxml.html.document_fromstring(render([ledger_answer], ".html", viewer="https://dangwu.example/"))
    first = ledger_answer.citations[0]
    (link,) = page.xpath("//li[@id='note-1']/a[not(@class)]/@href")
    assert link == f"https://dangwu.example/view/roster?start={first.start}&end={first.end}"
    (link,) = page.xpath("//li[@id='note-3']/a[not(@class)]/@href")
    assert link == "https://example.org/dues?year=2020&page=3"


def test_word_file_follows_the_official_layout(ledger_answer: Answer) -> None:
    document = docx.Document(io.BytesIO(render([ledger_answer], ".docx")))
    section = document.sections[0]
    lengths = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(length.mm) for length in lengths] == [210, 297, 37, 28]
    assert [round(length.mm) for length in (section.right_margin, section.bottom_margin)] == [26, 35]
    grid = section._sectPr.find(f"{W}docGrid")
    lines_in_twips = 22 * int(grid.get(f"{W}linePitch"))
    assert lines_in_twips / 1440 * 25.4 == pytest.approx(297 - 37 - 35, abs=0.3)
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(f"{W}eastAsia")
        for name in ("Title", "Heading 1", "Heading 2", "Body Text", "Footnote Text")
    }
    assert fonts == {
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
        "Body Text": "仿宋_GB2312",
        "Footnote Text": "仿宋_GB2312",
    }
    assert document.styles["Title"].font.size.pt == 22
    assert document.styles["Body Text"].font.size.pt == 16
    assert document.styles["Body Text"].element.pPr.ind.get(f"{W}firstLineChars") == "200"
    for footer in (section.footer, section.even_page_footer):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert "PAGE" in "".join(node.text for node in paragraph._p.iter(f"{W}instrText"))
    assert document.paragraphs[0].text == "支部台账怎样登记？"
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"][-1] == "参考来源"


def test_word_file_repeats_a_number_by_reference_to_its_footnote(ledger_answer: Answer) -> None:
    with zipfile.ZipFile(io.BytesIO(render([ledger_answer], ".docx"))) as parts:
        body = lxml.etree.fromstring(parts.read("word/document.xml"))
    marked = {mark.get(f"{W}name"): mark for mark in body.iter(f"{W}bookmarkStart")}
    (field,) = [node.text.split() for node in body.iter(f"{W}instrText") if "NOTEREF" in node.text]
    footnote = marked[field[1]].getnext()
    assert footnote.find(f"{W}footnoteReference") is not None


def test_pdf_pages_are_a4_and_numbered(ledger_answer: Answer, dues_answer: Answer) -> None:
    pages = list(pypdfium2.PdfDocument(render([ledger_answer, dues_answer], ".pdf", form="plan")))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert [round(length * 25.4 / 72) for length in page.get_size()] == [210, 297]
        assert f"— {number} —" in page.get_textpage().get_text_range()


def test_slides_show_the_points_and_notes_say_where_they_stand(ledger_answer: Answer) -> None:
    deck = pptx.Presentation(io.BytesIO(render([ledger_answer], ".pptx")))
    first, *others = deck.slides
    assert first.shapes.title.text_frame.text == ledger_answer.question
    titles = [slide.shapes.title.text_frame.text for slide in others]
    assert titles[:3] == ["目录", "《台账登记办法》 · 一、登记（2024-05-06）", "《党费收缴细则》"]
    for slide in others:
        shown = set(re.findall(r"(?<=\[)\d+(?=\])", slide.placeholders[1].text_frame.text))
        cited = set(re.findall(r"^\[(\d+)\] ", slide.notes_slide.notes_text_frame.text, re.MULTILINE))
        assert shown == cited


def test_the_first_slide_of_a_lesson_plan_names_its_subject(ledger_answer: Answer) -> None:
    deck = pptx.Presentation(io.BytesIO(render([ledger_answer], ".pptx", form="plan")))
    first, *others = deck.slides
    assert first.shapes.title.text_frame.text == "支部台账怎样登记"
    assert first.placeholders[1].text_frame.text.split("\n")[0] == "教案"
    assert deck.core_properties.title == "支部台账怎样登记"
    assert all(slide.shapes.title.text_frame.text != "教案" for slide in others)


def test_a_long_answer_is_cut_into_slides_that_can_be_read(
    make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    lines = [
        f"第{n}项要求每个支部在当月内写明责任人、完成时间和检查办法，并由书记签字确认后存档备查。"
        for n in range(30)
    ]
    source = make_document("要求", *lines, key="a")
    deck = pptx.Presentation(
        io.BytesIO(render([make_answer("问", [(t, [(source, t)], "\n- ") for t in lines])], ".pptx"))
    )
    bodies = [slide.placeholders[1].text_frame.text for slide in list(deck.slides)[1:-1]]
    assert max(len(re.sub(r"\[\d+\]", "", body)) for body in bodies) <= 220
    assert all(sum(line in body for body in bodies) == 1 for line in lines)


def test_small_headings_below_one_share_a_slide(
    make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    points = [f"第{n}间库房由两名保管员在每月最后一天下午一同清点，发现缺少当天补记。" for n in range(1, 9)]
    source = make_document("库房", *points, key="a")
    leads = [f"\n- **{n}、清点{n}号库房** " for n in "一二三四五六七八"]
    leads[0] = f"**《库房》**\n{leads[0]}"
    said = [(point, [(source, point)], lead) for point, lead in zip(points, leads, strict=True)]
    deck = pptx.Presentation(
        io.BytesIO(render([make_answer("库房怎样清点？", said)], ".pptx", form="lecture"))
    )
    shared = [slide for slide in deck.slides if any(point in body_of(slide) for point in points)]
    assert [sum(point in body_of(slide) for point in points) for slide in shared] == [3, 3, 2]
    title = "一、《库房》的有关内容"
    assert [slide.shapes.title.text_frame.text for slide in shared] == [
        title,
        f"{title}（续）",
        f"{title}（续）",
    ]
    lines = shared[0].placeholders[1].text_frame.paragraphs
    assert [line.text.partition("第")[0] for line in lines[:3]] == [
        "（一）清点一号库房",
        "",
        "（二）清点二号库房",
    ]
    assert [line.level for line in lines[:3]] == [0, 1, 0]
    for slide in shared:
        noted = slide.notes_slide.notes_text_frame.text
        assert all(f"[{n}] " in noted for n in re.findall(r"(?<=\[)\d+(?=\])", body_of(slide)))


def body_of(slide: Any) -> str:
    """What stands below a slide's title."""
    return str(slide.placeholders[1].text_frame.text)


def test_the_name_of_a_point_goes_with_it_to_the_next_slide(
    make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    points = [f"第{n}间库房由两名保管员在每月最后一天下午一同清点，发现缺少当天补记。" for n in range(1, 9)]
    source = make_document("库房", *points, key="a")
    said = [(p, [(source, p)], f"\n{n}. **库房{n}**\n   - ") for n, p in enumerate(points, 1)]
    deck = pptx.Presentation(io.BytesIO(render([make_answer("库房怎样清点？", said)], ".pptx")))
    for slide in list(deck.slides)[1:-1]:
        shown = body_of(slide)
        assert all((f"库房{n}" in shown) == (point in shown) for n, point in enumerate(points, 1))


def test_table_cells_are_never_formulas(
    make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    source = make_document("=1+1", "-2+3", key="a", author="@cmd", date="+1")
    text = render([make_answer("问", [("-2+3", [(source, "-2+3")])])], ".csv").decode("utf-8-sig")
    assert "1,'=1+1,一、登记 › （二）核对,,1,'+1,,'@cmd,a.md,," in text
    assert text.rstrip().endswith(",'-2+3")


def test_english_answers_get_english_framing(ledger_answer: Answer) -> None:
    english = replace(
        ledger_answer,
        language="en",
        question="How is a ledger kept?",
        standalone_question="How is a ledger kept?",
    )
    text = render([english], ".txt", form="plan").decode("utf-8")
    assert "Lesson plan" in text
    assert "line 1, file: roster.md. Original: 党员名册" in text
    assert "(no support found)" in text
    assert not re.search("教学|参考来源|见注", text)


# properties

TEXT = st.text(
    st.one_of(
        st.sampled_from("*_`[]()<>{}#+-.!|~$^@&=:;'\"\\/%，。、“”《》一二三党员支部会议 1 2 3aZ"),
        st.characters(exclude_categories=("Cs",)),
    ),
    min_size=1,
    max_size=60,
).filter(lambda text: bool(plain(text).strip()) and "\n" not in text)


@st.composite
def quotes(draw: st.DrawFn) -> list[list[str]]:
    """For each of one to three documents the sentences quoted from it."""
    return draw(st.lists(st.lists(TEXT, min_size=1, max_size=3, unique=True), min_size=1, max_size=3))


@dataclass(frozen=True, slots=True)
class Trial:
    """Writes an answer with any words and reads it back."""

    make_document: Callable[..., Document]
    make_answer: Callable[..., Answer]
    notes_in: Reader
    squeezed: Callable[[str], str]

    def check(self, suffix: str, said: list[list[str]], title: str) -> None:
        sources = [self.make_document(title, *lines, key=f"d{n}") for n, lines in enumerate(said)]
        sentences = [
            (line, [(s, line)], "\n- ") for s, lines in zip(sources, said, strict=True) for line in lines
        ]
        answer = self.make_answer(title, sentences)
        notes = self.notes_in(suffix, render([answer], suffix))
        assert sorted(notes) == [c.number for c in answer.citations]
        for citation in answer.citations:
            wanted = alike(suffix, self.squeezed(plain(citation.quote)))
            assert wanted in alike(suffix, self.squeezed(notes[citation.number]))


@pytest.fixture(scope="module")
def trial(
    make_document: Callable[..., Document],
    make_answer: Callable[..., Answer],
    notes_in: Reader,
    squeezed: Callable[[str], str],
) -> Trial:
    return Trial(make_document, make_answer, notes_in, squeezed)


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != ".pdf"])
@given(said=quotes(), title=TEXT)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_words_come_back_with_their_number(
    suffix: str, said: list[list[str]], title: str, trial: Trial
) -> None:
    trial.check(suffix, said, title)


@given(said=quotes(), title=TEXT)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_words_come_back_from_a_pdf(said: list[list[str]], title: str, trial: Trial) -> None:
    trial.check(".pdf", said, title)
