"""What an author counts off is found whole, in every form, with exact offsets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Document, Passage, RawText
from rag.enumerations import Enumeration, enumerations
from rag.structure import structure


def article(text: str) -> tuple[Document, tuple[Passage, ...]]:
    found = structure(RawText("样例.txt", text)).articles[0]
    return found.document, found.passages


def of_form(text: str, form: str) -> list[Enumeration]:
    return [e for e in enumerations(*article(text)) if e.form == form]


def words(found: Enumeration) -> list[str]:
    return [found.document.text[i.start : i.end] for i in found.items]


def test_a_series_inside_a_paragraph() -> None:
    text = "读书会要办得长久。办会有三条经验。一是选书要准，先问读者想读什么。二是人数要少，十人以内最好。三是时间要定，每月第一个周六。"
    (found,) = of_form(text, "series")
    assert words(found) == [
        "一是选书要准，先问读者想读什么。",
        "二是人数要少，十人以内最好。",
        "三是时间要定，每月第一个周六。",
    ]
    assert found.intro.endswith("办会有三条经验。")


def test_a_series_across_paragraphs_keeps_the_section_above_it() -> None:
    text = (
        "分馆管理办法\n\n一、开放时间\n\n分馆要方便读者。\n\n其一，平日开到晚上八点，让上班的人也能来。\n\n"
        "其二，周末全天开放，中午不闭馆，读者可以带饭。\n\n二、借阅规则\n\n每人每次可以借五册，借期一个月。"
    )
    found = next(e for e in of_form(text, "series") if e.size == 2)
    assert [w[:2] for w in words(found)] == ["其一", "其二"]
    assert found.section == ("一、开放时间",)
    assert found.intro == "分馆要方便读者。"


def test_sibling_headings() -> None:
    text = (
        "分馆管理办法\n\n一、延长开放时间\n\n平日开到晚上八点，读者下班以后也来得及。\n\n"
        "二、放宽借阅册数\n\n每人每次可以借十册，借期一个月，可以续借一次。\n\n三、送书上门\n\n老人打电话就可以借书，志愿者当天送到。"
    )
    (found,) = of_form(text, "headings")
    assert [i.heading.text for i in found.items if i.heading] == [
        "一、延长开放时间",
        "二、放宽借阅册数",
        "三、送书上门",
    ]


def test_an_announced_list_counts_what_it_announces() -> None:
    (found,) = of_form(
        "办证不难。可以免押金的有四种人：学生，老人，残疾人，现役军人。其他人交押金一百元。", "announced"
    )
    assert found.size == 4
    assert words(found)[0] == "可以免押金的有四种人：学生，老人，残疾人，现役军人。"


def test_clauses_behind_a_colon_that_opens_a_list_are_counted() -> None:
    (found,) = of_form(
        "志愿者轮流值班。他们的任务主要有：打扫门厅，登记来人，保管失物，给老人读报。", "inline"
    )
    assert found.size == 4
    assert found.intro == "志愿者轮流值班。"


def test_a_marker_without_its_successor_is_no_enumeration() -> None:
    assert of_form("规定不多。一是要安静。大家都要遵守，不要在阅览室里打电话，也不要吃东西。", "series") == []


def test_numbers_must_begin_at_one() -> None:
    assert of_form("接着说。二是要安静，不打电话。三是要干净，不吃东西，走时把椅子放好。", "series") == []


@given(st.lists(st.text(alphabet="甲乙丙丁戊，己庚辛", min_size=4, max_size=12), min_size=2, max_size=9))
def test_every_series_is_found_whole_and_offsets_are_exact(items: list[str]) -> None:
    numbers = "一二三四五六七八九"
    text = "要点如下。" + "".join(f"{numbers[i]}是{item}。" for i, item in enumerate(items))
    passage = Passage("d:0", "d", 0, 0, len(text), text)
    found = [e for e in enumerations(Document("d", "x", "题", text), (passage,)) if e.form == "series"]
    assert [words(e) for e in found] == [[f"{numbers[i]}是{item}。" for i, item in enumerate(items)]]
