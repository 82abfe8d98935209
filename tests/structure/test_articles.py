"""Titles, and the boundaries between several articles in one file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.datatypes import Structured
from rag.structure.titles import shortened, title_from_name

Reader = Callable[..., Structured]


def titles(structured: Structured) -> list[str]:
    return [article.document.title for article in structured.articles]


def long(prose: tuple[str, ...], turn: int) -> str:
    """An article's worth of paragraphs, one a line."""
    return "\n".join("".join(prose[(i + turn) % 5] for i in range(a, a + 3)) for a in range(4))


def test_a_compilation_parted_by_empty_lines(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        f"\n把学习日办成议事日 让老党员成为主心骨\n\n{long(prose, 0)}\n"
        f"一、擦黑板\n{prose[0]}\n二、摆椅子\n{prose[1]}\n \n\n"
        f"把学习日办成议事日 请年轻人挑大梁\n\n{long(prose, 1)}\n"
        f" \n\n十一把钥匙打开十一扇门\n{long(prose, 2)}\n"
    )
    assert titles(found) == [
        "把学习日办成议事日 让老党员成为主心骨",
        "把学习日办成议事日 请年轻人挑大梁",
        "十一把钥匙打开十一扇门",
    ]
    assert {passage.section for passage in found.articles[1].passages} == {()}


def test_a_compilation_whose_numbering_begins_anew(read: Reader, prose: tuple[str, ...]) -> None:
    parts = [
        f"{title}\n\n{prose[0]}\n\n一、{a}\n\n{prose[1]}\n\n二、{b}\n\n{prose[2]}"
        for title, a, b in (
            ("黑板上的账本", "记账", "销账"),
            ("椅子搬到院子里", "搬椅子", "坐下来"),
            ("渠水流过三十年", "修渠", "护渠"),
        )
    ]
    assert titles(read("\n\n".join(parts))) == ["黑板上的账本", "椅子搬到院子里", "渠水流过三十年"]


def test_a_compilation_with_rules_and_a_cover(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        f"清溪镇学习日经验选编\n=====\n用好一块黑板\n清溪村党支部\n{prose[0]}\n一、写\n{prose[1]}\n=====\n"
        f"一张椅子的故事\n河口村党支部\n{prose[2]}\n一、坐\n{prose[3]}\n"
    )
    assert titles(found) == ["用好一块黑板", "一张椅子的故事"]
    assert [article.document.author for article in found.articles] == ["清溪村党支部", "河口村党支部"]


def test_a_signature_between_articles(read: Reader, prose: tuple[str, ...]) -> None:
    one, two = (
        f"{title}\n{prose[0]}\n一、记事\n{prose[1]}\n清溪村党支部\n2024年3月1日\n"
        for title in ("黑板账本", "走进清溪村")
    )
    found = read(f"{one}\n{two}")
    assert titles(found) == ["黑板账本", "走进清溪村"]
    assert [article.document.date for article in found.articles] == ["2024-03-01", "2024-03-01"]


def test_parts_that_are_counted(read: Reader, prose: tuple[str, ...]) -> None:
    page = "\n".join(f"篇{n}：支部书记发言稿\n同志们：\n{long(prose, at)}" for at, n in enumerate("一二三"))
    assert titles(read(f"发言稿精选三篇\n{page}")) == [
        "篇一：支部书记发言稿",
        "篇二：支部书记发言稿",
        "篇三：支部书记发言稿",
    ]


def test_short_cases_in_one_notice_stay_one_article(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        f"关于三起问题的通报\n{prose[3]}\n案例一：记录补写\n{prose[0]}\n案例二：党费代交\n{prose[1]}\n"
    )
    assert titles(found) == ["关于三起问题的通报"]


def test_unnumbered_headings_do_not_part_an_article(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        f"怎样开好学习日\n\n{prose[0]}\n\n提前把题目交给大家\n\n{prose[1]}\n{prose[2]}\n\n让每个人都开口\n\n{prose[3]}\n{prose[4]}\n"
    )
    assert titles(found) == ["怎样开好学习日"]


def test_parts_of_one_report_do_not_part_it(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        "清溪镇党建工作报告\n\n主要做法\n\n一、擦黑板\n\n"
        f"{long(prose, 0)}\n\n二、摆椅子\n\n{long(prose, 1)}\n\n"
        f"存在问题和下一步打算\n\n一、记录不细\n\n{long(prose, 2)}\n\n二、走访不勤\n\n{long(prose, 3)}\n"
    )
    assert titles(found) == ["清溪镇党建工作报告"]
    assert found.articles[0].passages[-1].section == ("存在问题和下一步打算", "二、走访不勤")


@pytest.mark.parametrize(
    ("head", "title", "author", "date"),
    [
        ("把学习日办成议事日\n", "把学习日办成议事日", None, None),
        ("\n \n把学习日 办成议事日\n \n", "把学习日 办成议事日", None, None),
        (
            "在学习日现场会上的\n讲话\n周明远\n（2024年3月5日）\n\n",
            "在学习日现场会上的讲话",
            "周明远",
            "2024-03-05",
        ),
        ("把学习日办成议事日\n——清溪村党支部的探索\n", "把学习日办成议事日——清溪村党支部的探索", None, None),
        (
            "清溪镇委员会文件\n清发〔2024〕12号\n\n关于开展学习日活动的通知\n\n",
            "关于开展学习日活动的通知",
            None,
            None,
        ),
        ("标题：把学习日办成议事日\n作者：周明远\n", "把学习日办成议事日", "周明远", None),
        ("把学习日办成议事日_清溪新闻网\n把学习日办成议事日\n", "把学习日办成议事日", None, None),
        (
            "                 把学习日办成议事日\n                 让老党员成为主心骨\n\n",
            "把学习日办成议事日 让老党员成为主心骨",
            None,
            None,
        ),
    ],
)
def test_titles_of_all_kinds(
    read: Reader, prose: tuple[str, ...], head: str, title: str, author: str | None, date: str | None
) -> None:
    found = read(f"{head}{prose[0]}\n{prose[1]}\n")
    document = found.articles[0].document
    assert (document.title, document.author, document.date) == (title, author, date)
    assert document.text == f"{prose[0]}\n{prose[1]}"


def test_a_title_that_stands_only_in_the_greeting(read: Reader, prose: tuple[str, ...]) -> None:
    greeting = (
        "同志们，按照支部安排，今天由我围绕“守好一块黑板 "
        "办好一件实事”为题，给大家讲一次党课，时间大约四十分钟。"
    )
    found = read(f"{greeting}\n{prose[0]}\n")
    assert titles(found) == ["守好一块黑板 办好一件实事"]
    assert found.articles[0].passages[0].text == greeting


def test_a_text_without_title_is_called_by_its_file_or_its_first_words(
    read: Reader, prose: tuple[str, ...]
) -> None:
    assert titles(read(prose[0], "003_学习日的故事.txt")) == ["学习日的故事"]
    assert titles(read(prose[0], "000_a29cf0524157d8ba.txt")) == ["每月五日是我们支部雷打不动的学习日"]


@pytest.mark.parametrize(
    "name", ["a29cf0524157d8ba", "000_1", "新建文本文档 (2)", "untitled", "20240305", "文档1"]
)
def test_file_names_that_say_nothing(name: str) -> None:
    assert title_from_name(f"folder/{name}.txt") is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("5月8日至9日，县委书记在柳溪镇调研时指出，“要把支部建在产业链上。”", "县委书记在柳溪镇调研时指出"),
        ("今年上半年，3月以来，全镇共走访困难党员四十户。", "全镇共走访困难党员四十户"),
        ("近日，柳溪镇召开座谈会，研究换届事宜。", "柳溪镇召开座谈会"),
        ("2023年5月8日。", "2023年5月8日"),
    ],
)
def test_a_made_title_does_not_only_say_when(text: str, title: str) -> None:
    assert shortened(text) == title


def test_a_line_that_only_says_when_is_no_title(read: Reader, prose: tuple[str, ...]) -> None:
    assert titles(read("5月8日至9日\n\n" + long(prose, 0))) == ["每月五日是我们支部雷打不动的学习日"]


def test_made_titles_are_short() -> None:
    assert len(shortened("学习" * 100)) == 40


def test_a_title_that_a_person_gave_wins_and_the_line_is_reported(
    read: Reader, prose: tuple[str, ...]
) -> None:
    found = read(
        f"把学习日办成议事日\n{prose[0]}\n",
        title="把学习日办成议事日（修订）",
        author="镇党建办",
        status="有效",
    )
    document = found.articles[0].document
    assert (document.title, document.author, document.status) == (
        "把学习日办成议事日（修订）",
        "镇党建办",
        "有效",
    )
    assert [piece.text for piece in found.dropped] == ["把学习日办成议事日"]


def test_a_first_heading_is_not_taken_for_the_given_title(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(f"工作的由来\n{prose[0]}\n", title="学习日制度")
    assert found.articles[0].passages[0].section == ("工作的由来",)


def test_signature_and_date_at_the_end(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        f"关于开展学习日活动的通知\n各党支部：\n{prose[0]}\n\n清溪镇党政办公室\n"
        "2024年3月1日\n\n抄送：县委组织部。\n清溪镇党政办公室 2024年3月1日印发\n"
    )
    document = found.articles[0].document
    assert (document.author, document.date) == ("清溪镇党政办公室", "2024-03-01")
    assert document.text == f"各党支部：\n{prose[0]}"


def test_a_date_inside_the_text_is_not_the_date_of_the_text(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(f"学习日纪实\n2021年7月1日，支部在老槐树下过了一次学习日。{prose[0]}\n")
    assert found.articles[0].document.date is None


def test_ids_depend_on_source_title_and_text_alone(read: Reader, prose: tuple[str, ...]) -> None:
    text = f"学习日纪实\n{prose[0]}\n"
    one, same, other = read(text), read(text), read(text, "another.txt")
    assert one == same
    assert one.articles[0].document.id != other.articles[0].document.id
    assert len(one.articles[0].document.id) == 16
    assert one.articles[0].passages[0].id == f"{one.articles[0].document.id}:0"
