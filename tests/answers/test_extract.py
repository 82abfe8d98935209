"""What an answer without a language model is made of: the sentence that answers, whole lists, dates, each point once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from rag.assistant import Assistant
from rag.build import open_assistant
from rag.extract import ExtractiveGenerator

MARKET = """---
title: 集市管理办法
date: 2023-05-04
---

集市管理办法写给各村市场管理员。流动摊位，是指没有固定铺面、当天来当天走的摊位。这个叫法出自镇里前年的通知。

一、哪些情形要清场

归纳起来有六种情形：河堤水位超过警戒线时，集市道路塌方或者积水时，发现有人出售假冒农药种子时，牲畜棚里查出疫病时，供电线路检修时，举办龙舟赛占用码头和主干道、车辆无法绕行、需要连续封闭半天以上的时候。

二、“两会一课”怎么办

“两会”是指摊主大会和管理员碰头会，“一课”是指安全课。

摊主大会由全体摊主参加，一般每季度召开一次，由场长召集。

管理员碰头会一般每周召开一次，由值班长召集，只谈当周的事。

安全课每半年讲一次，请消防站的人来讲。

三、收费和消毒

今年上半年，集市给三百个流动摊位免了卫生费。

摊位费由摊主按月交到集市办公室，登记簿上签字。镇里每年核定一次每个摊主月交摊位费的数额，张贴在门口。

集市每天收摊后消毒一次，由保洁组负责。消毒用的药水由镇里统一配送。
"""

FAIR = """---
title: 农贸集市卫生守则
date: 2024-02-01
---

农贸集市卫生守则适用于全镇的农贸集市。

集市每天收摊后消毒一次，由保洁组负责。摊主自己的案板也要刷洗。

全镇的集市都要加入“五个放心”市场的评比，评比由镇里组织。

管理员要当好三方面的人。

一是守好规矩，当摊主的引路员。规矩贴在门口，新来的摊主由管理员带着读一遍。

二是劝好争执，当乡邻的调解员。摊位挨得近，难免碰撞，当天的事当天说开。

三是看好水电，当大家的安全员。收摊以后逐个检查闸门、水管、灭火器。
"""

STALL = """---
title: How to run a stall
date: 2022-01-01
---

This guide is written for newcomers to the township fair, who often ask the same things.

1. Open the stall. The day begins early. A stall needs a licence, a scale and a dustbin.

2. Close the stall. Three mistakes are worth naming. The first is late sweeping: dust settles on the food overnight. The second is borrowed scales: nobody knows whether they are true. The third is silent closing: customers come for nothing.
"""


PRUNING = {
    "handbook.md": """---
title: 果园修剪手册
---

果树每年都要修剪，剪得对不对，秋天看得见。

一、冬季修剪

落叶以后先锯掉枯枝病枝，再疏去重叠的大枝。

二、夏季修剪

六月里抹芽、摘心，让阳光照得进树冠。

三、工具保养

剪子用完擦干上油，锯片挂起来。

修剪好果园的诀窍只有四个字：勤看慢剪。
""",
    "irrigation.md": """---
title: 果园灌溉手册
---

灌溉果园，要看天、看地、看树。

一、什么时候灌

春天发芽前灌透一次，夏天看墒情。灌溉用水按亩登记。

二、水泵怎么保养

水泵每月加一次机油，冬天放空存水。

三、常见毛病

水泵到了冬天还存着水，管子冻裂。灌溉只顾地头，地尾干死。

四、渠道怎么修

渠道每年清淤一次，漏水的地方补水泥。灌溉结束后封闸。
""",
    "mistakes.md": """---
title: 果园修剪常见错误
---

修剪果园的时候，下面几样最常见。

一、剪口太平

雨水积在剪口上，枝条从这里烂起。

二、一次剪光

当年的产量跟着剪掉一半。
""",
    "pruning.md": """---
title: Pruning an orchard
---

This guide tells how to prune an orchard (修剪果园) for readers of English.

1. In winter. Dead wood goes first, then the crossing branches.

2. In summer. Buds are rubbed off in June.
""",
}


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("fair")
    for name, text in (("market.md", MARKET), ("fair.md", FAIR), ("stall.md", STALL)):
        (folder / name).write_text(text, "utf-8")
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([folder])
        yield opened


def test_a_definition_is_the_sentence_that_defines(fair: Assistant) -> None:
    assert "没有固定铺面、当天来当天走" in fair.ask("流动摊位是怎么界定的？").answer


def test_a_list_that_is_announced_is_given_to_its_last_item(fair: Assistant) -> None:
    answer = fair.ask("集市在哪些情形下要清场？").answer
    assert "六种情形" in answer
    assert "需要连续封闭半天以上" in answer


def test_a_numbered_label_is_answered_for_each_thing_it_stands_for(fair: Assistant) -> None:
    answer = fair.ask("“两会一课”多久开一次？").answer
    assert [w for w in ("每季度召开一次", "每周召开一次", "每半年讲一次") if w not in answer] == []


def test_how_often_something_is_done_is_not_how_often_something_else_is(fair: Assistant) -> None:
    answer = fair.ask("摊主多久交一次摊位费？").answer
    assert "按月交到集市办公室" in answer
    assert "核定" not in answer


def test_sentences_that_come_near_the_best_are_shown_behind_it(fair: Assistant) -> None:
    unsure = fair.ask("开会由谁召集")
    assert "相近的说法" in unsure.answer
    quoted = unsure.answer.partition("相近的说法")[2]
    assert 1 <= quoted.count("\n- ") <= 4
    assert {number for s in unsure.sentences for number in s.citations} == {
        c.number for c in unsure.citations
    }
    assert "相近的说法" not in fair.ask("安全课多久讲一次？").answer


def test_where_words_hardly_tell_passages_apart_the_nearest_are_quoted_beside_the_sentence(
    fair: Assistant,
) -> None:
    question = "安全课多久讲一次？"
    generator = ExtractiveGenerator(fair.store, fair.store, fair.encoder)
    hits = fair.search(question, 6)
    sure = generator.generate(question, [replace(hit, score=0.5) for hit in hits], "zh").sentences
    doubtful = generator.generate(question, [replace(hit, score=0.005) for hit in hits], "zh").sentences
    assert not any("意思相近的段落" in sentence.lead for sentence in sure)
    assert doubtful[0].text == sure[0].text
    assert "意思相近的段落" in doubtful[1].lead
    spans = [span for sentence in doubtful for span in sentence.spans]
    assert {span.passage.id for span in spans} >= {hit.passage.id for hit in hits[:3]}
    assert all(
        a.document != b.document or a.end <= b.start or b.end <= a.start for a, b in combinations(spans, 2)
    )


def test_what_a_numbered_label_stands_for_is_said_or_the_question_refused(fair: Assistant) -> None:
    assert "摊主大会和管理员碰头会" in fair.ask("“两会”指的是哪两个会？").answer
    only_mentioned = fair.ask("集市的“五个放心”具体是哪五个放心？")
    assert only_mentioned.refused, only_mentioned.answer


def test_a_list_whose_items_the_question_names_is_found_by_them(fair: Assistant) -> None:
    answer = fair.ask("管理员要当哪三方面的引路员、调解员、安全员？").answer
    assert [w for w in ("一是守好规矩", "二是劝好争执", "三是看好水电") if w not in answer] == []


def test_what_answers_several_things_stands_under_the_documents_it_comes_from(fair: Assistant) -> None:
    answer = fair.ask("收摊后谁来刷洗，药水由谁配送？")
    assert [c.document.title for c in answer.citations] == ["农贸集市卫生守则", "集市管理办法"]
    assert [c.document.title in s.lead for c, s in zip(answer.citations, answer.sentences, strict=True)] == [
        True,
        True,
    ]
    same_document = fair.ask("集市的消毒由谁负责，摊主大会由谁召集？").answer
    assert same_document.count("《集市管理办法》") <= 1


def test_a_relative_date_is_given_with_the_date_of_its_document(fair: Assistant) -> None:
    answer = fair.ask("集市给多少个流动摊位免了卫生费？").answer
    assert "今年上半年" in answer
    assert "2023-05-04" in answer


def test_the_date_is_told_in_the_script_of_the_question(fair: Assistant) -> None:
    assert "（原文日期：2023-05-04）" in fair.ask("集市給多少個流動攤位免了衛生費？").answer


def test_the_same_point_of_two_documents_is_said_once_with_both_citations(fair: Assistant) -> None:
    answer = fair.ask("集市每天收摊后多久消毒一次？")
    assert answer.answer.count("消毒一次") == 1
    assert {c.document.title for c in answer.citations} == {"集市管理办法", "农贸集市卫生守则"}


def test_english_points_are_counted_off_and_a_short_heading_is_not_an_answer(fair: Assistant) -> None:
    named = fair.ask("Which three mistakes in closing a stall does the guide name?").answer
    assert [w for w in ("late sweeping", "borrowed scales", "silent closing") if w not in named] == []
    assert "a licence, a scale and a dustbin" in fair.ask("What does a stall need?").answer


@pytest.fixture(scope="module")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("orchard")
    for name, text in PRUNING.items():
        (folder / name).write_text(text, "utf-8")
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([folder])
        yield opened


def test_a_word_that_one_section_is_about_asks_for_that_section(orchard: Assistant) -> None:
    whole, part = orchard.ask("怎样灌溉果园").answer, orchard.ask("果园灌溉的水泵怎么保养").answer
    assert [title for title in ("什么时候灌", "水泵怎么保养", "渠道怎么修") if title not in whole] == []
    assert "水泵每月加一次机油" in part
    assert "渠道每年清淤" not in part


def test_how_to_do_something_is_told_by_the_sections_of_the_document_on_it(orchard: Assistant) -> None:
    answer = orchard.ask("怎样修剪果园").answer
    assert answer.startswith("**《果园修剪手册》**"), answer
    sections = ("一、冬季修剪", "二、夏季修剪", "三、工具保养")
    assert [title for title in sections if title not in answer] == []
    assert "Pruning an orchard" not in answer
