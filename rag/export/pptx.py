"""Slides: an outline to talk from, a heading or a few small ones on each; speaker notes carry the citations."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.export.citations import listing, origin, seen_at
from rag.export.manuscript import Block, Inline, Manuscript, Mark, Words
from rag.export.plaintext import cited, labelled
from rag.export.reading import BULLET
from rag.export.wording import Wording, wording

MAX_CHARS, MAX_BULLETS, MAX_SOURCES, MAX_ENTRIES = (
    210,
    7,
    6,
    9,
)  # what a slide holds that the last row can read
WIDTH_IN, HEIGHT_IN = 13.333, 7.5
TITLE_WIDTH_PT = 790
RED, INK, DOUBT, QUIET = "9E1B1E", "262626", "8A3B12", "6B6660"
FONT = "微软雅黑"
_NOT_SHOWN = ("subject", "fill_in", "salutation")  # on the first slide, and what is only said
_TITLE_LAYOUT, _CONTENT_LAYOUT = 0, 1


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: its title, the headings above that, and the blocks under it."""

    title: str
    above: tuple[str, ...]
    blocks: tuple[Block, ...]


def render(manuscript: Manuscript) -> bytes:
    """The .pptx file, 16:9."""
    from pptx import Presentation
    from pptx.util import Inches

    words = wording(manuscript.language)
    deck = Presentation()
    _widen(deck, Inches(WIDTH_IN), Inches(HEIGHT_IN))
    _opening(deck, manuscript)
    _contents(deck, manuscript, words)
    for slide in slides(manuscript, words):
        _content(deck, slide, manuscript, words)
    if manuscript.sources:
        _sources(deck, manuscript, words)
    deck.core_properties.title = (manuscript.subject or manuscript.title)[
        :255
    ]  # the most this property holds
    deck.core_properties.author = ""
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands below a heading, down to the next: ``path`` leads from the title to it."""

    path: tuple[str, ...]
    heading: Block | None
    blocks: tuple[Block, ...]

    @property
    def alone(self) -> tuple[Block, ...]:
        """What a slide of its own shows; the heading is its title already, and says more only with its marks."""
        marked = self.heading is not None and self.heading.numbers
        return (self.heading, *self.blocks) if self.heading and marked else self.blocks

    @property
    def among_others(self) -> tuple[Block, ...]:
        """What it adds to a slide that it shares."""
        below = (replace(block, level=max(block.level, 1)) for block in self.blocks)
        return (self.heading, *below) if self.heading else tuple(below)


def slides(manuscript: Manuscript, words: Wording) -> Iterator[Slide]:
    """The blocks cut into slides: a new one at each heading, and where one is full. Small neighbours below one heading
    share a slide.
    """
    shared: tuple[str, ...] = ()
    for group in _groups(_sections(manuscript)):
        if len(group) == 1:
            yield from _pages(group[0].path, group[0].alone, words)
            continue
        above = group[0].path[:-1]
        title = above[-1] + (words.continued if above == shared else "")
        yield Slide(title, above[1:-1], _together(group))
        shared = above


def _sections(manuscript: Manuscript) -> Iterator[_Section]:
    path: tuple[str, ...] = (manuscript.title,)
    heading: Block | None = None
    pending: list[Block] = []
    for block in manuscript.blocks:
        if block.kind in _NOT_SHOWN:
            continue
        if block.kind != "heading":
            pending.append(block)
            continue
        yield _Section(path, heading, tuple(pending))
        path = (*path[: block.level], labelled(block) + block.text)
        heading, pending = block, []
    yield _Section(path, heading, tuple(pending))


def _groups(sections: Iterable[_Section]) -> Iterator[list[_Section]]:
    """Each section that shows something, with the ones after it that stand below the same heading and fit beside it."""
    group: list[_Section] = []
    for section in sections:
        if not section.alone:
            continue
        beside = group and len(section.path) > 2 and section.path[:-1] == group[0].path[:-1]
        if group and not (beside and _fits(_together([*group, section]))):
            yield group
            group = []
        group.append(section)
    if group:
        yield group


def _together(group: Sequence[_Section]) -> tuple[Block, ...]:
    return tuple(block for section in group for block in section.among_others)


def _fits(blocks: Sequence[Block]) -> bool:
    return sum(len(block.text) for block in blocks) <= MAX_CHARS and len(blocks) <= MAX_BULLETS


def _pages(path: Sequence[str], blocks: Sequence[Block], words: Wording) -> Iterator[Slide]:
    page: list[Block] = []
    shown, above = path[-1], tuple(path[1:-1])
    for block in blocks:
        if page and not _fits([*page, block]):
            kept = _without_names(page, block)
            yield Slide(shown, above, tuple(page[:kept]))
            page, shown = page[kept:], path[-1] + words.continued
        page.append(block)
    if page:
        yield Slide(shown, above, tuple(page))


def _without_names(page: Sequence[Block], following: Block) -> int:
    """How many blocks stay on a full page: the names of what follows go with it, unless nothing else stands there."""
    kept, level = len(page), following.level
    while kept and page[kept - 1].level < level:
        kept -= 1
        level = page[kept].level
    return kept or len(page)


def _widen(deck: Any, width: int, height: int) -> None:
    """The default template is 4:3; its placeholders are set out anew for 16:9."""
    from pptx.util import Inches

    deck.slide_width, deck.slide_height = width, height
    for layout in (deck.slide_master, *deck.slide_layouts):
        for shape in layout.placeholders:
            kind = shape.placeholder_format.type
            _place_placeholder(shape, str(kind), Inches)


def _place_placeholder(shape: Any, kind: str, inches: Any) -> None:
    if "CENTER_TITLE" in kind:
        box = (1.2, 2.2, 10.9, 1.6)
    elif "SUBTITLE" in kind:
        box = (1.2, 4.1, 10.9, 1.0)
    elif "TITLE" in kind:
        box = (0.9, 0.5, 11.5, 0.95)
    elif "BODY" in kind or "OBJECT" in kind:
        box = (0.9, 1.75, 11.5, 4.9)
    else:
        box = (0.9 + 4 * ("FOOTER" in kind) + 8.5 * ("SLIDE_NUMBER" in kind), 6.85, 3.0, 0.4)
    shape.left, shape.top, shape.width, shape.height = (inches(value) for value in box)


def _opening(deck: Any, manuscript: Manuscript) -> None:
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_LAYOUT])
    shown, kind = manuscript.title, manuscript.subtitle
    if manuscript.subject:
        shown, kind = manuscript.subject, manuscript.title
    look = _Look(38 if len(shown) <= 18 else 30, RED, strong=True)
    _fill(slide.shapes.title.text_frame, [[(shown, look)]])
    below = [kind, *(block.text for block in manuscript.blocks if block.kind == "fill_in")]
    subtitle = slide.placeholders[1]
    if any(below):
        _fill(subtitle.text_frame, [[(text, _Look(20, QUIET))] for text in below if text])
    else:
        subtitle._element.getparent().remove(subtitle._element)
    _bar(slide, 0, 0, deck.slide_width, Inches(0.3))
    _bar(slide, 0, deck.slide_height - Inches(0.3), deck.slide_width, Inches(0.3))
    _bar(slide, Inches(5.67), Inches(4.0), Inches(2.0), Inches(0.035))
    slide.notes_slide.notes_text_frame.text = "\n".join(manuscript.remarks)


def _contents(deck: Any, manuscript: Manuscript, words: Wording) -> None:
    top = [labelled(b) + b.text for b in manuscript.blocks if b.kind == "heading" and b.level == 1]
    if 1 < len(top) <= MAX_ENTRIES:
        slide = _page(deck, words.contents)
        _fill(
            slide.placeholders[1].text_frame,
            [[(text, _Look(24, INK))] for text in top],
            bullets=[False] * len(top),
        )


def _content(deck: Any, content: Slide, manuscript: Manuscript, words: Wording) -> None:
    slide = _page(deck, content.title, content.above)
    size = 24 if sum(len(block.text) for block in content.blocks) <= MAX_CHARS * 0.7 else 20
    _fill(
        slide.placeholders[1].text_frame,
        [
            [*_label(block, size), *(_run(inline, size, block.kind == "heading") for inline in block.inlines)]
            for block in content.blocks
        ],
        levels=[block.level if block.kind != "heading" else 0 for block in content.blocks],
        bullets=[not block.label or block.label == BULLET for block in content.blocks],
    )
    spoken = [labelled(block) + _spoken(block.inlines) for block in content.blocks]
    numbers = dict.fromkeys(n for block in content.blocks for n in block.numbers)
    sources = [f"[{number}] {cited(manuscript.note(number), words)}" for number in numbers]
    slide.notes_slide.notes_text_frame.text = "\n".join([*spoken, *([""] if sources else []), *sources])


def _sources(deck: Any, manuscript: Manuscript, words: Wording) -> None:
    for start in range(0, len(manuscript.sources), MAX_SOURCES):
        slide = _page(deck, words.sources + (words.continued if start else ""))
        lines = [
            [(f"{listing(s, words)}{words.joiner}{origin(s.work, words)}{seen_at(s, words)}", _Look(16, INK))]
            for s in manuscript.sources[start : start + MAX_SOURCES]
        ]
        _fill(slide.placeholders[1].text_frame, lines)


def _page(deck: Any, title: str, above: Sequence[str] = ()) -> Any:
    """A slide with a title over a rule, and the headings above the title in small letters."""
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[_CONTENT_LAYOUT])
    look = _Look(_fitting(title), RED, strong=True)
    _fill(slide.shapes.title.text_frame, [[(title, look)]], align="left")
    if above:
        box = slide.shapes.add_textbox(Inches(0.9), Inches(0.3), Inches(11.5), Inches(0.4))
        _fill(box.text_frame, [[(" › ".join(above), _Look(14, QUIET))]])
    _bar(slide, Inches(0.98), Inches(1.5), Inches(11.4), Inches(0.035))
    return slide


def _fitting(title: str) -> int:
    """The size in points at which a title fits on one line, within what still reads as a title."""
    width_em = sum(1.0 if character > "\u2000" else 0.55 for character in title)
    return max(16, min(28, int(TITLE_WIDTH_PT / max(width_em, 1))))


def _bar(slide: Any, left: int, top: int, width: int, height: int) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE

    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, left, top, width, height)
    bar.fill.solid()
    bar.fill.fore_color.rgb = RGBColor.from_string(RED)
    bar.line.fill.background()
    bar.shadow.inherit = False


@dataclass(frozen=True, slots=True)
class _Look:
    size: int
    colour: str
    strong: bool = False
    raised: bool = False


def _label(block: Block, size: int) -> list[tuple[str, _Look]]:
    look = _Look(size, INK, strong=block.kind == "heading")
    return [(labelled(block), look)] if block.label and block.label != BULLET else []


def _run(inline: Inline, size: int, strong: bool) -> tuple[str, _Look]:
    if isinstance(inline, Mark):
        return f"[{inline.number}]", _Look(size, RED, raised=True)
    return inline.text, _Look(size, DOUBT if inline.doubtful else INK, strong=strong or inline.strong)


def _spoken(inlines: Sequence[Inline]) -> str:
    return "".join(i.text if isinstance(i, Words) else f"[{i.number}]" for i in inlines)


def _fill(
    frame: Any,
    lines: Sequence[Sequence[tuple[str, _Look]]],
    *,
    levels: Sequence[int] = (),
    bullets: Sequence[bool] = (),
    align: str = "",
) -> None:
    """Writes paragraphs of runs into a text frame, the East Asian font named in every run."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    for count, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if count == 0 else frame.add_paragraph()
        paragraph.level = min(levels[count], 4) if levels else 0
        paragraph.space_after = Pt(8)
        if align:
            paragraph.alignment = getattr(PP_ALIGN, align.upper())
        if bullets and not bullets[count]:
            _without_bullet(paragraph)
        for text, look in line:
            _write(paragraph.add_run(), text, look)


def _without_bullet(paragraph: Any) -> None:
    from pptx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(int(properties.get("lvl", "0")) * 457200))
    properties.set("indent", "0")
    properties.append(properties.makeelement(qn("a:buNone"), {}))


def _write(run: Any, text: str, look: _Look) -> None:
    from pptx.dml.color import RGBColor
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    run.text = text
    run.font.size, run.font.bold = Pt(look.size), look.strong
    run.font.color.rgb = RGBColor.from_string(look.colour)
    properties = run.font._element
    for tag in ("a:latin", "a:ea"):
        properties.append(properties.makeelement(qn(tag), {"typeface": FONT}))
    if look.raised:
        properties.set("baseline", "30000")
