"""Words never become markup; whatever an answer or a document holds is shown as it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from page.answers import answer_html, copy_text, draft_html
from page.article import article_html, blocks_of
from page.documents import Upload, uploads_html
from page.markup import Html, join, safe_address, tag, text
from page.words import Words
from page.words_en import EN
from page.words_zh import ZH
from rag.datatypes import Answer, Citation, CitedSentence, Document, FileReport, Heading, Passage

PRINTABLE = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cf")), max_size=60)
NASTY = st.sampled_from(
    ["<script>", "</p>", '" onclick="', "&lt;", "{{", "${x}", "**", "[1]", "<!--", "javascript:"]
)
WORDS = st.lists(st.one_of(PRINTABLE, NASTY), max_size=5).map("".join)


class Read(HTMLParser):
    """The text, tags and attribute names of some markup."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.names = "", [""], {""}
        self.feed(markup)
        self.close()

    def handle_data(self, data: str) -> None:
        """Collects text."""
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collects tags and attributes."""
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}


@given(WORDS, WORDS)
def test_text_and_attributes_come_back_as_they_went_in(words: str, title: str) -> None:
    read = Read(tag("p", words, title=title))
    assert read.text == words
    assert read.tags == ["", "p"]
    assert read.names == {"", "title"}


def test_markup_is_left_alone_and_concatenation_makes_words_of_it() -> None:
    assert tag("p", tag("b", "x")) == "<p><b>x</b></p>"
    assert isinstance(join(["a", None, ["<"]]), Html)
    assert tag("p", tag("b", "x") + "y") == "<p>&lt;b&gt;x&lt;/b&gt;y</p>"


def test_characters_that_turn_the_reading_direction_are_dropped() -> None:
    assert text("通知\u202etxt.exe\x00") == "通知txt.exe"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "data:text/html,x", " http://a", "", None]
)
def test_only_web_addresses_and_own_paths_become_links(address: str | None) -> None:
    assert safe_address(address) is None
    assert safe_address("https://a.example/x?y=1#z") is not None
    assert safe_address("/view/x?start=1&end=2") is not None


def answer_of(
    sentences: list[CitedSentence],
    citations: tuple[Citation, ...] = (),
    mode: Literal["extractive", "llm"] = "extractive",
) -> Answer:
    """An answer with these sentences."""
    flat = "".join(s.lead + s.text + "".join(f"[{n}]" for n in s.citations) for s in sentences)
    unsupported = tuple(s.text for s in sentences if not s.supported)
    return Answer("问", "问", "zh", mode, flat, tuple(sentences), citations, unsupported=unsupported)


def citation(number: int, quote: str) -> Citation:
    """A citation of a document that holds just the quote."""
    document = Document("d", "f.md", "甲<乙>", quote)
    return Citation(
        number,
        Passage("p", "d", 0, 0, len(quote), quote, ("一、节",), line=3),
        document,
        quote,
        0,
        len(quote),
        1.0,
    )


@given(st.lists(st.tuples(WORDS, st.booleans()), min_size=1, max_size=5))
def test_every_sentence_of_an_answer_is_shown_word_for_word(said: list[tuple[str, bool]]) -> None:
    shown = Read(
        answer_html(answer_of([CitedSentence(words, (), good, 1.0, "\n- ") for words, good in said]), ZH)
    )
    position = 0
    for words, _ in said:
        position = shown.text.index(words, position) + len(words)
    assert set(shown.tags) <= {"", "div", "ul", "li", "p", "span", "button"}


def test_lists_keep_their_numbers_and_what_stands_below_them() -> None:
    leads = ("**《甲》**\n\n1. ", "\n2. ", "\n   - ", "\n   - ", "\n3. ")
    sentences = [CitedSentence(f"句{i}。", (), True, 1.0, lead) for i, lead in enumerate(leads)]
    markup = answer_html(answer_of(sentences), ZH)
    assert "<h3><strong>《甲》</strong></h3>" in markup
    assert markup.count("<ol>") == 1
    below = '<ul><li><span class="said">句2。</span></li><li><span class="said">句3。</span></li></ul>'
    assert f'<li value="2"><span class="said">句1。</span>{below}</li>' in markup


def test_a_chip_leads_to_the_viewer_and_carries_its_source() -> None:
    cited = citation(1, "原话。")
    markup = answer_html(answer_of([CitedSentence("原话。", (1,), True, 1.0)], (cited,)), ZH)
    assert 'href="/view/d?start=0&amp;end=3"' in markup
    assert 'aria-label="引用 1，出自《甲&lt;乙&gt;》"' in markup
    assert "<q hidden>原话。</q>" in markup


def test_an_unsupported_sentence_says_so_in_either_language() -> None:
    answer = answer_of([CitedSentence("没有的事。", (), False, 0.1)])
    assert "未找到依据" in Read(answer_html(answer, ZH)).text
    assert "no support found" in Read(answer_html(answer, EN)).text


def test_sentences_that_were_left_out_are_counted() -> None:
    answer = Answer(
        "问", "问", "zh", "llm", "有。", (CitedSentence("有。", (), True, 1.0),), unsupported=("甲", "乙")
    )
    assert "有 2 句没有找到依据，已略去" in Read(answer_html(answer, ZH)).text


def test_a_models_bold_is_bold_and_a_documents_stars_stay() -> None:
    sentence = CitedSentence("**重点**在此。", (), True, 1.0)
    assert "<strong>重点</strong>" in answer_html(answer_of([sentence], mode="llm"), ZH)
    assert "**重点**" in answer_html(answer_of([sentence]), ZH)


def test_a_draft_is_shown_as_words() -> None:
    assert Read(draft_html("甲<img src=x>\n\n乙[1]")).tags == ["", "p", "p"]


def test_copied_text_names_each_source_once() -> None:
    cited = citation(1, "原话。")
    answer = answer_of(
        [CitedSentence("原话。", (1,), True, 1.0), CitedSentence("原话。", (1,), True, 1.0)], (cited,)
    )
    assert copy_text(answer, ZH).endswith("出处：\n[1] 《甲<乙>》 › 一、节 › 第 3 行")


@given(WORDS.filter(len), st.data())
def test_the_marked_stretch_is_the_quote(words: str, data: st.DataObject) -> None:
    head = "标题"
    document = Document("d", "f", "t", f"{head}\n{words}", (Heading(0, 2, head, 1, False),))
    passages = (Passage("p", "d", 0, 3, 3 + len(words), words),)
    start = data.draw(st.integers(3, 2 + len(words)))
    end = data.draw(st.integers(start + 1, 3 + len(words)))
    markup = article_html(document, blocks_of(document, passages), start, end)
    inside = markup[markup.index("<mark") : markup.index("</mark>")]
    assert Read(inside).text == document.text[start:end]
    assert Read(markup).text == head + words


def test_both_languages_say_everything() -> None:
    for name in ZH.__dataclass_fields__:
        zh, en = getattr(ZH, name), getattr(EN, name)
        assert type(zh) is type(en)
        if isinstance(zh, str):
            assert zh
            assert zh.count("{") == en.count("{"), name
        else:
            assert len(zh) == len(en), name


@pytest.mark.parametrize(("words", "said"), [(ZH, "请核对。"), (EN, "please check.")])
def test_what_became_of_a_file_is_told_in_one_language(words: Words, said: str) -> None:
    warned = FileReport(
        "坏.pdf", "added", ("d",), 3, 9, ("有 9 % 没有收录，请核对。 9 % was left out; please check.",)
    )
    failed = FileReport(
        "坏.pdf", "failed", error="坏.pdf：已损坏，请核对。\n坏.pdf: it is damaged; please check."
    )
    shown = uploads_html([Upload("坏.pdf", warned), Upload("坏.pdf", failed)], words)
    notes = re.findall(r'file-note">([^<]*)<', shown)
    assert len(notes) == 2
    assert all(note.endswith(said) and not note.startswith("坏.pdf") for note in notes)
    assert any("\u4e00" <= character <= "\u9fff" for character in "".join(notes)) == (words is ZH)
    assert ("/dropped/d?lang=en" in shown) == (words is EN)
