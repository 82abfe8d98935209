"""A question that asks several things is answered in each of them."""

from __future__ import annotations

import pytest

from rag.facets import facets, of_label


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("短期集中培训由谁组织，时间要多长？", ("短期集中培训由谁组织", "短期集中培训时间要多长？")),
        ("公共食堂和卫生所的作用有什么不同？", ("公共食堂的作用？", "卫生所的作用？")),
        (
            "农村党支部在发展党员、联系群众和讲党课上各要注意什么？",
            (
                "农村党支部发展党员要注意什么？",
                "农村党支部联系群众要注意什么？",
                "农村党支部讲党课要注意什么？",
            ),
        ),
        (
            "村支部委员会和其他支部委员会每届任期各是几年？",
            ("村支部委员会每届任期是几年？", "其他支部委员会每届任期是几年？"),
        ),
        (
            "流动商户的摊位费交到哪里，安全培训又怎么安排？",
            ("流动商户的摊位费交到哪里", "流动商户安全培训又怎么安排？"),
        ),
        (
            "对比湖南图书馆和四川图书馆在读书活动上的做法",
            ("湖南图书馆在读书活动上的做法", "四川图书馆在读书活动上的做法"),
        ),
        (
            "做读者的联络工作，湖南图书馆和四川图书馆各有哪些办法？",
            ("湖南图书馆做读者的联络工作有哪些办法？", "四川图书馆做读者的联络工作有哪些办法？"),
        ),
        (
            "收来的问题和信访事项，答复期限各是多久？",
            ("收来的问题答复期限是多久？", "信访事项答复期限是多久？"),
        ),
    ],
)
def test_each_thing_asked_is_a_question_of_its_own(question: str, asked: tuple[str, ...]) -> None:
    assert facets(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "对老人、孩子和残疾人有什么照顾？",
        "组织生活会和民主生活会有什么区别？",
        "对“该办的事、能办的事”分别应当怎么办？",
        "各单位是怎样开展读书活动的？",
        "批评和自我批评怎么开展？",
        "对比图书馆和小学在借阅上的做法",
        "“三勤”分别要勤走什么、勤问什么、勤记什么？",
        "除了《渡船为什么停航？》，还有哪一篇讲到大雾？",
        "船速最快是多少？———",
        "",
    ],
)
def test_a_question_that_asks_one_thing_stays_whole(question: str) -> None:
    assert facets(question) == (question,)


def test_a_numbered_label_is_asked_about_in_what_it_stands_for() -> None:
    told = ["活动不少。", "“三赛”是指读书赛、书法赛和演讲赛，“一展”是指年终书展。"]
    assert of_label("三赛一展多久办一次？", told) == (
        "读书赛多久办一次？",
        "书法赛多久办一次？",
        "演讲赛多久办一次？",
        "年终书展多久办一次？",
    )
    assert of_label("三赛一展多久办一次？", told[:1]) == ()
    assert of_label("读书赛多久办一次？", told) == ()
