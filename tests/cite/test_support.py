"""The checker: what a passage says is supported in honest other words; what it does not say is not, however alike."""

from __future__ import annotations

import pytest

from rag.support import Evidence, support

READING_ROOM = Evidence(
    "村图书室每周三和周六开放，由李春梅同志负责管理。图书一次最多借3本，借期不超过30天；到期可以续借1次。"
    "工具书只供室内阅览，不得外借。损坏图书的，照价赔偿。",
    "村文化阵地管理办法\n二、图书室怎么管",
)
MEETING = Evidence(
    "理事会会议每月至少召开1次，由理事长召集并主持。会前五天，秘书把议题发给全体理事。"
    "讨论经费的会议，须有三分之二以上的理事到会；表决采用无记名方式，赞成票超过应到会理事的半数才算通过。"
    "监事可以列席会议、发表意见，但没有表决权。",
    "农民用水协会怎样运转\n三、理事会会议",
)
HARVEST = Evidence(
    "2023年，清河镇完成高标准农田改造1.2万亩，占全镇耕地的百分之四十。东片由县水务局施工，西片由镇农技站施工。"
    "镇里同县水务局签订了管护协议，先清淤再衬砌，验收之后才付款。",
    "清河镇农田水利工作总结\n一、工程进展",
)
ROTA = Evidence(
    "年老体弱的会员，可以送书上门，登记时单独说明。外地务工的会员，以线上共读为主，返乡时集中补课。组织委员每月整理四件旧书，"
    "会议记录由秘书保管。流动党员凭证借书。清点不同于盘库，《借阅办法》（2016年）另有规定，新的目录在2024年编成。主题要小，成果要看得见。",
    "读书会怎样照顾会员",
)
COUNCIL = Evidence(
    "老会员有表决权；见习会员没有表决权。有表决权的到齐八成才能开会。人多的分会，提前一周逐个通知。因病缺席的会员不能请别人代投。"
    "借满三年以后，会员转为老会员；补办的会员证由秘书盖章。押金由秘书退还。",
    "读书会怎样表决",
)
VISIT = Evidence("参观可以有，但没有讨论的参观只能算出游。", "活动办法")

FERRY = Evidence(
    "渡船由船长或者司机驾驶。上岸之后三天内，船长把航行日志交给港务站；港务站一般在周五公布航班。先清点救生衣，再解开缆绳。"
    "每班载客四十至六十人，至少配两名水手。因为航道变窄，夜航暂时停开。力争年底恢复夜航。码头上常见的事故是滑倒。"
    "开航前依次进行点名、试灯、鸣笛。船长是全船的负责人，司机是船长的助手。新来的水手，由司机带教。夜航控制在两小时以内。",
    "渡口怎样守得平安",
)

TRUE = [
    (FERRY, "渡船由船长、司机驾驶。"),
    (FERRY, "每班载客四十到六十人。"),
    (FERRY, "航道变窄，所以夜航暂时停开。"),
    (FERRY, "司机是船长的助手，船长是全船的负责人。"),
    (FERRY, "开航前依次点名、试灯、鸣笛。"),
    (FERRY, "司机带教新来的水手。"),
    (VISIT, "参观可以有，没有讨论的参观只能算出游。"),
    (COUNCIL, "有表决权的到齐八成才能开会。"),
    (COUNCIL, "因病缺席的不能请别人代投。"),
    (COUNCIL, "借满三年以后，会员转为老会员。"),
    (ROTA, "年老体弱的会员，登记时单独说明。"),
    (ROTA, "组织委员每月整理旧书四件。"),
    (ROTA, "《借阅办法》（2016年）另有规定。"),
    (READING_ROOM, "图书一次最多借3本，借期不超过30天"),
    (READING_ROOM, "图书每次最多能借三本。"),
    (READING_ROOM, "借期不超过三十天，到期可以续借一次。"),
    (READING_ROOM, "工具書只供室內閱覽，不得外借。"),
    (READING_ROOM, "村图书室由李春梅同志负责管理"),
    (READING_ROOM, "图书室每周三、周六开放；损坏图书的要照价赔偿。"),
    (READING_ROOM, "《村文化阵地管理办法》规定，工具书不得外借。"),
    (READING_ROOM, "工具书不准外借，只供室内阅览。"),
    (MEETING, "理事会会议每月至少举行1次，由理事长召集、主持。"),
    (MEETING, "会前五天，秘书要把议题发给全体理事。"),
    (MEETING, "讨论经费的会议须有2/3以上的理事到会。"),
    (MEETING, "监事没有表决权，但可以列席会议。"),
    (MEETING, "表决采用无记名方式。"),
    (MEETING, "赞成票超过应到会理事的半数才算通过"),
    (HARVEST, "清河镇完成高标准农田改造12000亩。"),
    (HARVEST, "完成改造的农田占全镇耕地的40%。"),
    (HARVEST, "东片的施工单位是县水务局。"),
    (HARVEST, "西片由镇农技站施工，东片由县水务局施工。"),
    (HARVEST, "先清淤再衬砌，验收之后才付款"),
]
FALSE = [
    (FERRY, "渡船由船长和司机驾驶。"),
    (FERRY, "上岸之后三天后，船长把航行日志交给港务站。"),
    (FERRY, "港务站一律在周五公布航班。"),
    (FERRY, "先解开缆绳，再清点救生衣。"),
    (FERRY, "每班载客六十人。"),
    (FERRY, "因为夜航暂时停开，航道变窄。"),
    (FERRY, "已经年底恢复夜航。"),
    (FERRY, "码头上最常见的事故是滑倒。"),
    (FERRY, "开航前依次进行试灯、点名、鸣笛。"),
    (FERRY, "船长是司机的助手。"),
    (FERRY, "新来的水手，由船长带教。"),
    (FERRY, "新来的司机，由水手带教。"),
    (FERRY, "夜航控制在两小时以上。"),
    (ROTA, "年老体弱的会员，以线上共读为主，返乡时集中补课。"),
    (ROTA, "外地务工的会员，登记时单独说明。"),
    (ROTA, "组织委员每月整理一件旧书。"),
    (ROTA, "组织每月整理四件旧书。"),
    (ROTA, "会议由秘书保管。"),
    (ROTA, "党员凭证借书。"),
    (ROTA, "清点同于盘库。"),
    (ROTA, "《借阅办法》（2024年）另有规定。"),
    (ROTA, "成果要小。"),
    (VISIT, "参观不得有，但没有讨论的参观只能算出游。"),
    (COUNCIL, "因病有表决权；见习会员没有表决权。"),
    (COUNCIL, "缺席有表决权。"),
    (COUNCIL, "借满三年以后，押金由秘书退还。"),
    (COUNCIL, "借满三年以后，秘书退还押金。"),
    (READING_ROOM, "图书一次最多借5本，借期不超过30天"),
    (READING_ROOM, "图书一次最多借30本，借期不超过3天"),
    (READING_ROOM, "借期不超过30个工作日。"),
    (READING_ROOM, "借期不少于30天。"),
    (READING_ROOM, "工具书可以外借。"),
    (READING_ROOM, "工具书外借"),
    (READING_ROOM, "外借"),
    (READING_ROOM, "村图书室由王春梅同志负责管理"),
    (READING_ROOM, "村图书室每周三和周日开放"),
    (READING_ROOM, "图书一次最多借3本，逾期每天收费。"),
    (READING_ROOM, "损坏图书的，加倍赔偿。"),
    (READING_ROOM, "到期不可以续借。"),
    (READING_ROOM, "《图书馆条例》规定，工具书不得外借。"),
    (MEETING, "理事会会议每季度至少召开1次"),
    (MEETING, "理事会会议每月至多召开1次"),
    (MEETING, "理事会会议由监事召集并主持。"),
    (MEETING, "会后五天，秘书把议题发给全体理事。"),
    (MEETING, "讨论经费的会议，须有三分之二以下的理事到会"),
    (MEETING, "监事可以列席会议，有表决权。"),
    (MEETING, "监事不得列席会议。"),
    (MEETING, "表决采用记名方式。"),
    (MEETING, "秘书把议题发给部分理事。"),
    (MEETING, "赞成票超过到会监事的半数才算通过"),
    (HARVEST, "2022年，清河镇完成高标准农田改造1.2万亩"),
    (HARVEST, "清河镇完成高标准农田改造1.2亩"),
    (HARVEST, "东片由镇农技站施工，西片由县水务局施工。"),
    (HARVEST, "先衬砌再清淤，验收之后才付款"),
    (HARVEST, "验收之前付款"),
    (HARVEST, "清河镇完成高标准农田改造1.2万亩，带动农户增收三千元。"),
    (HARVEST, "白水镇完成高标准农田改造1.2万亩"),
]


@pytest.mark.parametrize(("passage", "sentence"), TRUE)
def test_true_sentences_are_supported(passage: Evidence, sentence: str) -> None:
    found = support(sentence, [passage])
    assert found.holds, found.reason


@pytest.mark.parametrize(("passage", "sentence"), FALSE)
def test_false_sentences_are_not(passage: Evidence, sentence: str) -> None:
    found = support(sentence, [passage])
    assert not found.holds
    assert found.reason


def test_the_very_words_score_one_and_say_where_they_stand() -> None:
    found = support("到期可以续借1次。", [MEETING, READING_ROOM])
    assert found.score == 1.0
    [(index, start, end)] = found.places
    assert index == 1
    assert READING_ROOM.text[start:end] == "到期可以续借1次"


def test_two_passages_together_support_what_neither_does_alone() -> None:
    sentence = "理事会会议由理事长召集并主持；工具书不得外借。"
    assert not support(sentence, [MEETING]).holds
    assert not support(sentence, [READING_ROOM]).holds
    together = support(sentence, [MEETING, READING_ROOM])
    assert together.holds
    assert {place[0] for place in together.places} == {0, 1}


def test_halves_of_two_sentences_make_no_whole() -> None:
    rules = Evidence("党龄满五十年的，由镇党委慰问；党龄满三十年的，由支部慰问。")
    assert support("党龄满五十年的，由镇党委慰问", [rules]).holds
    assert not support("党龄满三十年的，由镇党委慰问", [rules]).holds


def test_a_list_may_be_gathered_from_several_headings() -> None:
    passages = [
        Evidence(f"具体做法见下。第{i}项另有说明。", heading)
        for i, heading in enumerate(("一、摸清底数", "二、分类指导", "三、定期回访"))
    ]
    assert support(
        "摸清底数、分类指导、定期回访。", [Evidence(p.text, p.context.split("、")[1]) for p in passages]
    ).holds
    assert not support(
        "摸清底数、分类指导、从严问责。", [Evidence(p.text, p.context.split("、")[1]) for p in passages]
    ).holds


def test_a_count_that_announces_the_list_behind_it_needs_no_source() -> None:
    three = Evidence("坚持学用结合。坚持上下联动。坚持久久为功。")
    assert support("做到三个坚持：坚持学用结合；坚持上下联动；坚持久久为功。", [three]).holds
    assert not support("做到四个坚持：坚持学用结合；坚持上下联动；坚持久久为功。", [three]).holds


def test_a_subject_may_come_from_the_title_but_a_statement_may_not() -> None:
    report = Evidence("完成整改任务12项。", "石桥乡巡察整改情况报告\n一、石桥乡党委主动认领问题")
    assert support("石桥乡完成整改任务12项。", [report]).holds
    assert not support("石桥乡党委完成问题认领12项。", [report]).holds


def test_nothing_and_no_evidence_support_nothing() -> None:
    assert not support("。", [MEETING]).holds
    assert not support("理事会会议每月至少召开1次", []).holds


GUIDE = Evidence(
    "1. Start from one shared table. In January the secretary lists the ten main tasks: flood control, spring planting, road repairs. "
    "Nobody is left out. Beside each task stand two columns, what the branch does and who leads. The table replaces a plan.",
    "Ideas for offices",
)


def test_an_english_sentence_rests_on_the_stretch_that_holds_it_not_on_the_whole_passage() -> None:
    said = "Beside each task stand two columns, what the branch does and who leads."
    found = support(said, [HARVEST, GUIDE])
    [(index, start, end)] = found.places
    assert (index, GUIDE.text[start:end]) == (1, said)


def test_two_english_sentences_in_a_row_support_what_neither_does_alone() -> None:
    [(_, start, end)] = support("Each task has two columns, and the table replaces a plan.", [GUIDE]).places
    assert GUIDE.text[start:end].startswith("Beside each task")
    assert GUIDE.text[start:end].endswith("replaces a plan.")


@pytest.mark.parametrize(
    ("small", "rival"), [("Nobody is", "Everybody is"), ("and who", "or who"), ("may sign", "must sign")]
)
def test_a_small_english_word_is_not_exchanged(small: str, rival: str) -> None:
    said = "Nobody is left out. Any member may sign. Beside each task stand two columns, what the branch does and who leads."
    passage = [Evidence(said, "Ideas for offices")]
    sentence = next(s for s in said.split(". ") if small in s)
    assert support(sentence, passage).holds
    assert not support(sentence.replace(small, rival), passage).holds


@pytest.mark.parametrize(("period", "other"), [("a month", "a quarter"), ("a month", "a week")])
def test_an_english_period_is_not_exchanged(period: str, other: str) -> None:
    said = f"The council of the reading club meets once {period}."
    assert support(said, [Evidence(said)]).holds
    assert not support(said.replace(period, other), [Evidence(said)]).holds
