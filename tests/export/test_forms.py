"""What is made of answers before any format: lines, one numbering, the lecture and the lesson plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Answer, Document
from rag.export.compose import FORMS, compose
from rag.export.manuscript import Block, Manuscript, Mark, Words, plain
from rag.export.reading import read
from rag.export.wording import EN, ZH


def shown(block: Block) -> str:
    """A block as one line of text, marks in brackets."""
    words = "".join(f"[{i.number}]" if isinstance(i, Mark) else i.text for i in block.inlines)
    return block.label + words


def headings(manuscript: Manuscript) -> list[tuple[int, str]]:
    return [(b.level, shown(b)) for b in manuscript.blocks if b.kind == "heading"]


# reading


def test_an_answer_is_read_as_headings_items_and_nested_items(ledger_answer: Answer) -> None:
    lines = read(ledger_answer, {n: n for n in range(1, 9)})
    assert [(line.kind, line.label, line.depth, line.heading) for line in lines] == [
        ("group", "", 0, ""),
        ("item", "1.", 0, "名册"),
        ("item", "2.", 0, "记录本"),
        ("item", "•", 1, ""),
        ("group", "", 0, ""),
        ("item", "•", 0, ""),
        ("item", "•", 0, ""),
        ("item", "•", 0, ""),
    ]
    assert lines[0].text == "《台账登记办法》 · 一、登记（2024-05-06）"
    assert lines[-1].text == "台账要用红色封面。（未找到依据）"
    assert lines[-1].doubtful


def test_sentences_of_documents_are_taken_literally_those_of_models_may_be_bold(
    make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    text = "要做到**三个不**，不拖。"
    source = make_document("题", text)
    said = [(text, [(source, text)])]
    (literal,) = read(make_answer("问", said), {1: 1})
    assert literal.inlines[0] == Words(text)
    (bold,) = read(make_answer("问", said, mode="llm", model="m"), {1: 1})
    assert bold.inlines[:3] == (Words("要做到"), Words("三个不", strong=True), Words("，不拖。"))


def test_bold_that_a_model_opens_in_one_sentence_and_closes_in_another_leaves_no_asterisks(
    make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    source = make_document("题", "先登记。", "再核对。")
    said = [("**先登记。", [(source, "先登记。")]), ("再核对。", [(source, "再核对。")], "** ")]
    manuscript = compose([make_answer("问", said, mode="llm", model="m")])
    assert "".join(map(shown, manuscript.blocks)) == "先登记。[1] 再核对。[2]"


@given(st.text())
def test_plain_text_is_one_printable_line(text: str) -> None:
    kept = plain(text)
    kept.encode("utf-8")
    assert not set(kept) & {chr(code) for code in (*range(32), *range(0x7F, 0xA0), 0x2028, 0x202E, 0xFEFF)}
    assert plain(kept) == kept


# numbering


def test_one_answer_keeps_its_numbers(ledger_answer: Answer) -> None:
    manuscript = compose([ledger_answer])
    assert [n.quote for n in manuscript.notes] == [c.quote for c in ledger_answer.citations]
    assert [b.numbers for b in manuscript.blocks if b.numbers] == [(1,), (2,), (3,), (4,), (1,)]


def test_answers_keep_their_order_and_share_notes_and_sources(
    ledger_answer: Answer, dues_answer: Answer
) -> None:
    manuscript = compose([ledger_answer, dues_answer])
    assert [n.number for n in manuscript.notes] == [1, 2, 3, 4, 5]
    assert [b.numbers for b in manuscript.blocks if b.numbers][-2:] == [(3,), (5,)]
    assert [(s.work.title, s.numbers) for s in manuscript.sources] == [
        ("台账登记办法", (1, 2)),
        ("党费收缴细则", (3, 4, 5)),
    ]
    reversed_order = compose([dues_answer, ledger_answer])
    assert [n.quote for n in reversed_order.notes][:2] == [c.quote for c in dues_answer.citations]


@pytest.mark.parametrize("form", FORMS)
def test_every_number_has_one_footnote_and_footnotes_stand_in_order(
    form: str, ledger_answer: Answer, dues_answer: Answer
) -> None:
    manuscript = compose([ledger_answer, dues_answer], form)
    marks = [i for b in manuscript.blocks for i in b.inlines if isinstance(i, Mark)]
    assert [m.number for m in marks if not m.again] == [n.number for n in manuscript.notes]


# forms


def test_an_answer_is_exported_as_it_was_shown(ledger_answer: Answer) -> None:
    manuscript = compose([ledger_answer])
    assert manuscript.title == ledger_answer.question
    text = "\n".join(map(shown, manuscript.blocks))
    assert text.replace("•", "- ").replace("1.名", "1. 名").replace("2.记", "2. 记") == (
        ledger_answer.answer.replace("**", "").replace("\n\n", "\n").replace("   - ", "- ")
    )


def test_a_follow_up_question_is_given_in_full_and_a_notice_is_kept(dues_answer: Answer) -> None:
    asked = replace(
        dues_answer,
        question="那由谁签名？",
        standalone_question="党费登记表由谁签名？",
        notice="模型没有回应。",
    )
    manuscript = compose([asked])
    assert manuscript.title == "那由谁签名？"
    assert [shown(b) for b in manuscript.blocks if b.kind == "remark"] == [
        "（完整的问题：党费登记表由谁签名？）",
        "模型没有回应。",
    ]


def test_a_lecture_has_its_parts_in_official_numbering(ledger_answer: Answer) -> None:
    manuscript = compose([ledger_answer], "lecture")
    assert (manuscript.title, manuscript.subtitle) == ("支部台账怎样登记", "（党课讲稿）")
    assert headings(manuscript) == [
        (1, "引言"),
        (1, "一、登记"),
        (2, "（一）名册"),
        (2, "（二）记录本"),
        (1, "二、《党费收缴细则》的有关内容"),
        (1, "结语"),
    ]
    said = [shown(b) for b in manuscript.blocks]
    assert "同志们：" in said
    assert "《台账登记办法》（2024-05-06）中的有关内容如下：" in said
    assert "（三）台账要用红色封面。（未找到依据）" in said


def test_a_lecture_over_several_answers_gives_each_its_part(
    ledger_answer: Answer, dues_answer: Answer, refused_answer: Answer
) -> None:
    manuscript = compose([ledger_answer, dues_answer, refused_answer], "lecture")
    assert manuscript.title == "“支部台账怎样登记”等 3 个问题"
    assert [text for level, text in headings(manuscript) if level == 1] == [
        "引言",
        "一、支部台账怎样登记",
        "二、党费登记表由谁签名",
        "三、食堂周五做什么菜",
        "结语",
    ]
    assert any(b.kind == "refusal" and shown(b).startswith("【未作答】") for b in manuscript.blocks)
    assert any("未作答" in remark for remark in manuscript.remarks)


def test_a_lesson_plan_has_all_its_steps(ledger_answer: Answer) -> None:
    manuscript = compose([ledger_answer], "plan")
    assert manuscript.title == "教案"
    assert shown(manuscript.blocks[0]) == "课题：支部台账怎样登记"
    assert [text for level, text in headings(manuscript) if level < 3] == [
        "一、教学目标",
        "二、教学重点和难点",
        "（一）教学重点",
        "（二）教学难点（须准确把握的时间、数量和限制性要求）",
        "三、教学过程",
        "（一）导入",
        "（二）讲授",
        "（三）讨论",
        "（四）小结",
    ]


def test_difficult_points_are_the_sentences_that_set_limits(ledger_answer: Answer) -> None:
    blocks = compose([ledger_answer], "plan").blocks
    at = next(n for n, b in enumerate(blocks) if shown(b).startswith("（二）教学难点"))
    hard = []
    for block in blocks[at + 1 :]:
        if block.kind == "heading":
            break
        hard.append(shown(block))
    assert hard == [
        "•党员名册每月核对一次，由组织委员负责。[1]",
        "•会议记录本由记录人当场填写，会后三日内交书记签字。[2]",
        "•登记表须由两人签名。[3]",
        "•党费按季度公示，公示期不少于五天。[4]",
    ]
    assert not any("红色封面" in line for line in hard)


@pytest.mark.parametrize("form", ["lecture", "plan"])
def test_drafts_hold_every_sentence_and_invent_none(
    form: str, ledger_answer: Answer, dues_answer: Answer
) -> None:
    answers = [ledger_answer, dues_answer]
    manuscript = compose(answers, form)
    text = "\n".join(map(shown, manuscript.blocks))
    assert all(s.text in text for answer in answers for s in answer.sentences)
    flagged = {s.text + "（未找到依据）" for answer in answers for s in answer.sentences}
    documents = {c.document for answer in answers for c in answer.citations}
    known = "\n".join(a.question + a.answer for a in answers) + "".join(
        f"《{d.title}》（{d.date}）" for d in documents
    )
    for block in manuscript.blocks:
        if block.kind in ("paragraph", "heading") and not block.numbers and block.text not in flagged:
            assert all(is_framing(part, known) for part in re.findall("[^。]+。?", block.text)), block


def is_framing(text: str, known: str) -> bool:
    """Whether a text is a fixed phrase whose gaps hold only words of the questions and answers, or counts."""
    if text in known:
        return True
    for phrase in asdict(ZH).values():
        found = re.fullmatch(re.escape(phrase).replace(re.escape("{}"), "(.+)"), text)
        if found and all(is_known(piece, known) for gap in found.groups() for piece in re.split("[“”]", gap)):
            return True
    return False


def is_known(piece: str, known: str) -> bool:
    """Words of the questions and answers, a count, or a phrase within a phrase."""
    return piece in known or piece.isdigit() or bool(re.fullmatch(r"等 \d+ 个问题", piece))


def test_a_title_of_ones_own_replaces_the_question(ledger_answer: Answer) -> None:
    assert compose([ledger_answer], "lecture", title=" 台账\n规范 ").title == "台账 规范"


def test_what_a_model_wrote_is_said_to_be_so(dues_answer: Answer) -> None:
    remarks = compose([replace(dues_answer, mode="llm", model="ollama:qwen3:8b")]).remarks
    assert any("语言模型（ollama:qwen3:8b）" in remark for remark in remarks)
    assert not any("正文各句摘自" in remark for remark in remarks)


def test_numbers_of_headings() -> None:
    assert [ZH.number(level, 2) for level in (1, 2, 3, 4)] == ["二、", "（二）", "2.", "（2）"]
    assert [EN.number(level, 2) for level in (1, 2, 3, 4)] == ["2.", "(2)", "b.", "(b)"]


def test_a_title_that_runs_into_its_sentence_keeps_its_colon(
    make_document: Callable[..., Document], make_answer: Callable[..., Answer]
) -> None:
    source = make_document("题", "先登记。", "再核对。")
    said = [
        ("先登记。", [(source, "先登记。")], "1. **登记**："),
        ("再核对。", [(source, "再核对。")], "\n2. **核对**："),
    ]
    answer = make_answer("怎样办", said, mode="llm", model="m")
    assert [shown(b) for b in compose([answer]).blocks] == ["1.登记：先登记。[1]", "2.核对：再核对。[2]"]
    lecture = [shown(b) for b in compose([answer], "lecture").blocks]
    assert lecture[lecture.index("（一）登记") + 1] == "先登记。[1]"


def test_titles_of_the_same_rank_are_headings_of_the_same_rank(
    make_answer: Callable[..., Answer], make_document: Callable[..., Document]
) -> None:
    document = make_document(
        "学习制度", "一是集中学。", "二是自己学。", "时间在周五下午。", "三、结果要公示。名单贴在楼下。"
    )
    first, second, third, fourth = document.text.split("\n")
    mixed = make_answer(
        "学习怎样安排？",
        [
            (first, [(document, first)], "**《学习制度》**\n\n- **一、两种学法**\n   - "),
            (second, [(document, second)], "\n   - "),
            (third, [(document, third)], "\n- **二、时间** "),
            (fourth, [(document, fourth)], "\n- "),
        ],
    )
    manuscript = compose([mixed], "lecture")
    assert [text for level, text in headings(manuscript) if level == 2] == [
        "（一）两种学法",
        "（二）时间",
        "（三）结果要公示",
    ]
    said = [shown(block) for block in manuscript.blocks]
    assert "名单贴在楼下。[4]" in said
    assert "" not in said
    assert any("两种学法[1][2]；时间[3]；结果要公示[4]" in text for text in said)
