"""Words a follow-up so that it needs no history: its topic in front of it, in it, or its words in the last question.

Words that are added here are written as the conversation is, in Traditional or Simplified characters.
"""

from __future__ import annotations

import re

from embeddings.fold import fold
from rag import segment
from rag.points import pointed
from rag.script import traditional
from rag.text import language_of, words
from rag.topic import ASKING, alike, entity_of, is_somebody, is_specific, owner_of, topic_of

GENERIC = (
    r"(?:制度|规定|做法|单位|部门|文件|条例|办法|细则|问题|要求|工作|会议|活动|人|方面|情况|文章|材料|标准|原则|精神|任务|内容|措施|步骤|环节|程序|机制|经验|"
    r"岗位|职责|职务|奖|奖项|支部|村|乡镇|企业|学校|机关|地方|时候|年|会|课|事|事情|事项|点|条|项|个|种|些|类|几个|几项|几条|几点|里|样)"
)
BODY = re.compile(
    r"(?:单位|部门|支部|村|乡镇|街道|企业|公司|学校|高校|机关|地方|地区|省|市|县|区|领域|行业|社区|人|方面|岗位)$"
)  # whose practice may be asked about instead
PERSON = re.compile(r"他们|她们|它们|(?<![其吉])他(?![人乡国山们])|她|它")
POINTS = re.compile(
    r"(?:这|那)(?![么样时边])(?:[一二三四五六七八九十两\d]*(?:个|些|项|种|篇|位|件|条|次|家|类|份|部|张|块|方面)?)|上述|上面(?:说|提|讲|那|这|的)+|前面(?:说|提|讲|那|这|的)+|刚才|同样(?!是)"
)
ASKS = re.compile(rf"{ASKING.pattern}|哪|几|吗|[没不]$")
_HAPPENS = re.compile(r"不|没|了$|丢|错|漏|超|过期|断|缺")  # …呢 asks what to do then
_KIND = re.compile(r"村里?|社区|乡镇|街道|企业|学校|高校|机关|单位|国企|公司|农村|城市")
_CHANGES = re.compile(
    r"延长|延期|缩短|超过|超期|过期|改|变|顺延"
)  # what is done to a measure, not to its owner


def behind_topic(rest: str, topic: str) -> str:
    """A question asked of whom or what the topic is about; of the topic itself where it asks to change that."""
    joiner = "，" if re.match(r"其中|为什么|为何|为啥|[一二两三四五\d]", fold(rest)) else ""
    return f"{topic if _CHANGES.search(fold(rest)) else owner_of(topic)}{joiner}{rest}"


def with_more(asked: str) -> str:
    """A question asked for more: 讲党课有什么红线？ → 讲党课还有什么红线？"""
    more = like(asked, "还有")
    return re.sub(r"(?<![还還])有(?=什[么麼]|啥|哪)", more, asked, count=1)


def asked_of(topic: str, plain: str, rest: str) -> str:
    """A question that names nothing, asked of a topic: 为什么？ → …，为什么？"""
    whole = plain if fold(plain).startswith("还有") else rest
    joiner = "，" if re.match(r"为什么|为何|为啥|举|比如|例如|详细|具体说|说", fold(whole)) else ""
    return f"{topic}{joiner}{re.sub('^[这那][个些条块]?', '', whole)}"


def put_in(rest: str, found: re.Match[str], topic: str) -> str:
    """What was spoken of in the place of the word that refers to it: 这个委员会 becomes the committee that was asked about."""
    before, behind = rest[: found.start()], rest[found.end() :]
    noun = next(iter(words(behind)), "") if found.re is POINTS else ""
    if len(noun) > 1 and noun in fold(topic):
        named = topic[: fold(topic).rindex(noun) + len(noun)]
        if "、" in named:  # which kinds were asked about before
            named = named[_modifier_end(named) :]
        return f"{before}{named}{behind[len(noun) :]}"
    if found.re is POINTS:
        generic = re.match(GENERIC, fold(behind))
        if generic is None or len(generic.group()) == 1:
            return f"{before}{topic}{behind[generic.end() if generic else 0 :]}"
        this = like(topic + rest, "这" if found.group().endswith("些") else "这一")
        return f"{before}{topic}{this}{behind}"
    entity = entity_of(topic) if found.re is PERSON and found.group()[0] in "他她" else topic
    joiner = "的" if found.group() == "其" and not behind.startswith("的") else ""
    return f"{before}{entity}{joiner}{behind}"


def with_topic(what: str, rest: str, topic: str) -> str:
    """“自学”呢，有什么要求？ → 某机关“自学”，有什么要求？"""
    if not topic or fold(what) in fold(topic) or fold(topic) in fold(what):
        return f"{what}，{rest}？"
    return f"{topic}，{what}，{rest}？"


def instead(what: str, asked: str, topic: str) -> str:
    """What …呢？ asks: what to do in a case, else the last question of something else."""
    if _HAPPENS.search(fold(what)) and not is_somebody(what):
        return f"{owner_of(topic)}{what}{like(topic + what, '怎么办')}？"
    return in_place(what, asked)


def in_place(what: str, asked: str) -> str:
    """A question with ``what`` in the place of its like: title for title, quoted for quoted, people for people.

    Where nothing is like it, it is put in front: 农民党员 says whose dues are asked about, it does not take the place of the dues.
    """
    kind = fold(what).endswith("的")
    what = re.sub("(?<=..)的$", "", what)
    for pattern in (r"《[^《》]+》", r"\d{4}年?", r"[“「][^”」]+[”」]"):
        mine, theirs = re.search(pattern, what), re.search(pattern, asked)
        if mine and theirs:
            return asked[: theirs.start()] + what + asked[theirs.end() :]
    quoted = re.search(r"[“「][^”」]+[”」]", asked)
    if quoted and not is_specific(what):
        return f"{asked[: quoted.start()]}“{what}”{asked[quoted.end() :]}"
    topic = topic_of(asked).partition("的")[0]
    whole = next((topic[:end] for end in range(len(topic), 1, -1) if topic[:end] in asked), "")
    if not whole:
        return f"{what}，{asked}"
    start = asked.index(whole)
    if BODY.search(fold(what)) and (_KIND.fullmatch(fold(what)) or not alike(what, whole)):
        return asked[:start] + what + asked[start + _modifier_end(whole) :]
    end = next((end for end in range(len(whole), 1, -1) if alike(what, whole[:end])), None)
    if end is None and kind and (place := _before_somebody(whole)) is not None:
        return asked[: start + place[0]] + what + asked[start + place[1] :]
    if end is None or (is_somebody(what) and not is_somebody(whole[:end])):
        return f"{what}，{asked}"
    return asked[: start + _kept(whole[:end])] + what + asked[start + end :]


def _kept(replaced: str) -> int:
    """How long the term is that stands before somebody who is replaced by somebody else: 入户走访 in 入户走访独居老人."""
    first, tag = segment.tagged_terms(fold(replaced))[0]
    kept = tag == segment.TERM and first != replaced and is_somebody(replaced) and not is_somebody(first)
    return len(first) if kept else 0


def _before_somebody(whole: str) -> tuple[int, int] | None:
    """Where the words stand that say what kind of people are meant: 在职 in 在职党员党费, 独居 in 入户走访独居老人."""
    end = 0
    for place, (word, _) in enumerate(cut := segment.tagged_terms(fold(whole))):
        if is_somebody(word) and len(word) > 1:
            return (len(cut[0][0]) if place and cut[0][1] == segment.TERM else 0), end
        end += len(word)
    return None


def _modifier_end(whole: str) -> int:
    """How long the places or kinds at the head of a noun phrase are: 村、社区 in 村、社区党支部委员会; all of it without a body behind."""
    match = re.match(
        r"(?:[^、和与及]{1,6}[、和与及])*[^、和与及]{0,6}?(?:村|社区|乡镇|街道|企业|学校|高校|机关|单位|省|市|县|区|地方|部门|行业)(?=.)",
        whole,
    )
    return match.end() if match else len(whole)


def of_item(plain: str, topic: str, item: str | None) -> str:
    """第二点呢？ → the words of the second point of the answer, and what is asked of it."""
    asked = pointed(fold(plain))
    rest = plain.rstrip("呢？? ")[-len(asked.rest) :] if asked is not None and asked.rest else ""
    what = like(topic + plain, "具体是什么")
    if item is None:
        number = f"第{asked.number}点" if asked is not None and asked.number else "最后一点"
        return f"{topic}，{like(topic + plain, number)}，{rest or what}？" if topic else plain
    named = topic_of(rest)
    if len(named) > 1 and fold(named) in fold(item):
        return f"{topic}{rest}？"
    if not topic:
        return f"{item}，{rest or what}？"
    return f"{topic}的{item}，{rest if ASKS.search(fold(rest)) else what}？"


def of_source(topic: str, plain: str) -> str:
    """Where what is said of a topic is laid down."""
    return f"{topic}{like(topic + plain, '是哪个文件规定的')}？"


def like(said: str, own: str) -> str:
    """This program's ``own`` words in the characters that a conversation is written in."""
    return traditional(own, said) if language_of(said) == "zh-Hant" else own


def asks(text: str) -> bool:
    """Whether Chinese text holds a question word."""
    return ASKS.search(text) is not None


def refers_to_person(word: str) -> bool:
    """Whether a word is a personal pronoun."""
    return PERSON.search(word) is not None
