"""The rules by which a follow-up question is known, and made to stand alone.

A topic is carried over only where the question refers back (它, 这个), goes on with a bare “…呢？”, corrects what was understood,
names a point of an answer, or names nothing that could be looked up by itself (能延长吗？). Whatever names its own thing is
left as it was asked. Where the words do not tell (多久之内去法院), whoever asks settles the ``Doubt``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.fold import fold
from rag import english_follow_up as english
from rag import segment
from rag.datatypes import Doubt, Turn
from rag.points import item_of, pointed
from rag.protocols import Settle
from rag.question import read_question
from rag.text import is_english, tight, words
from rag.topic import (
    ASKING,
    POLITE,
    RELATIONAL,
    alike,
    entity_of,
    is_somebody,
    is_specific,
    names_a_term,
    names_a_thing,
    owner_of,
    topic_of,
)

LONGEST = 200  # characters of a stand-alone question
_ELLIPSIS = 4  # characters that a question may hold beside fillers and still leave its topic out
_LONE = 8  # characters of a phrase without a question that may stand in the place of its like
_DOUBTFUL = 24  # characters of a question that may leave its topic out although it names things
_FOCUS = 12  # characters that a follow-up may add to the topic of a conversation
_GENERIC = (
    r"(?:制度|规定|做法|单位|部门|文件|条例|办法|细则|问题|要求|工作|会议|活动|人|方面|情况|文章|材料|标准|原则|精神|任务|内容|措施|步骤|环节|程序|机制|经验|"
    r"岗位|职责|职务|奖|奖项|支部|村|乡镇|企业|学校|机关|地方|时候|年|会|课|事|事情|事项|点|条|项|个|种|些|类|几个|几项|几条|几点|里|样)"
)
_BODY = re.compile(
    r"(?:单位|部门|支部|村|乡镇|街道|企业|公司|学校|高校|机关|地方|地区|省|市|县|区|领域|行业|社区|人|方面|岗位)$"
)  # whose practice may be asked about instead
_PERSON = re.compile(r"他们|她们|它们|(?<![其吉])他(?![人乡国山们])|她|它")
_POINTS = re.compile(
    r"(?:这|那)(?![么样时边])(?:[一二三四五六七八九十两\d]*(?:个|些|项|种|篇|位|件|条|次|家|类|份|部|张|块|方面)?)|上述|上面(?:说|提|讲|那|这|的)+|前面(?:说|提|讲|那|这|的)+|刚才|同样(?!是)"
)
_OF_IT = re.compile(
    rf"(?<![马土及使尤])其(?!他|它|中|次|实|余|[一二三四五六])|该{_GENERIC}|此(?:项|类|种|人|事|文)"
)
_GOES_ON = re.compile(
    r"^(?:那么?(?!曲|样|些|[个项种篇位件条]|次(?!数))|还有(?!哪|什么|啥|多|几)|另外|此外|然后|接着|至于|再说|其中)[，,\s]*"
)
_NEW_TOPIC = re.compile(
    r"^(?:那么?)?(?:换个?(?:问题|话题)|(?:再|另外|顺便)问(?:一?下|个?别的|你?个?事儿?)?|另一个问题|说到|说起|对了)[，,。：:\s]*"
)
_CORRECTS = re.compile(
    r"^(?:(?P<no>(?:不是|不对|错了|[搞弄答]错了|你(?:理解|[答搞弄])错了)(?:这个|那个|的|了|吧|啊)?[，,。!！\s]+))?"
    r"(?:我(?:其实)?(?:是|想|要|刚才)*(?:问|说|指|讲|知道|了解)的?(?:不是(?P<wrong>[^，,]{1,12})[，,\s]*(?:而)?)?(?:是|的是)?|不是[问说]?(?P<other>[^，,]{1,12})[，,\s]*(?:而)?是[问说]?)(?P<meant>.+)$"
)
_SOURCE = re.compile(
    r"文件|条例|规定|法规|政策|依据|根据|出处|来源|出自|来自|原文|原话|谁说|[哪那](?:儿|里)(?:说|写|规定)|第几条|哪一?条|哪一?章"
)
_OF_SOURCE = re.compile(
    rf"{_SOURCE.pattern}|这(?:个|条|些|话|句)?|那(?:个|条|些)?|它|上面|刚才|你|说|讲|写|查|看|找|在|有|都|又|里面?|上面?|中央|具体|哪一?[个份部条些]?|儿|谁|第几|[条章款篇句话的是吗呢吧啊了得到出]|什么|啥|么"
)
_MORE = re.compile(
    r"^(?:那么?)?(?:还有(?:没有)?|其[他它余]|别的|再|继续|接着|然后|下面|后面)(?:别的|其[他它余]的?|更多的?|点|些|多|来|说|讲|补充)*(?:一?[点些下]|几[个条点])?(?:的)?(?:没有?|没)?[呢吗么嘛吧了啊\s？?。]*$"
    r"|^(?:请|麻烦|能不能|能否|可以|可否|再|你|给我|帮我|能)*(?:详细|具体|展开|多|仔细|细)*(?:地|的)?(?:说说|讲讲|谈谈|说|讲|介绍|解释|展开|补充)?(?:详细|具体|清楚|细|多)?(?:一?[点些下])?[吗么吧呢\s？?。]*$"
)
_OTHERS = re.compile(rf"^(?:那么?)?(?P<what>(?:其他|其它|别的|其余)的?{_GENERIC})(?P<rest>.*)$")
_BARE = re.compile(
    rf"^(?:{POLITE})?(?:那么?|还有|另外|至于|关于|对于)?[，,\s]*(?P<what>[^，,？?呢]{{1,24}}?)\s*呢(?:[，,]\s*(?P<rest>[^？?]+))?\s*[？?。!！]*$"
)
_ASKS = re.compile(rf"{ASKING.pattern}|哪|几|吗|[没不]$")
_HAPPENS = re.compile(r"不|没|了$|丢|错|漏|超|过期|断|缺")  # …呢 asks what to do then
_KIND = re.compile(r"村里?|社区|乡镇|街道|企业|学校|高校|机关|单位|国企|公司|农村|城市")
_DEFINES = re.compile(r"^什么是|什么叫|(?:是|指)(?:的是)?(?:什么|啥)(?:意思)?[？?]*$|何谓")
_HOW = re.compile(rf"^(?:{POLITE})?(?:应该|应当)?(?:如何|怎样|怎么|咋)(?!办|样)")
_CHANGES = re.compile(
    r"延长|延期|缩短|超过|超期|过期|改|变|顺延"
)  # what is done to a measure, not to its owner
_NO_SUBJECT = re.compile(r"(?:还)?(?:能不能|可不可以|要不要|用不用|需不需要|是不是|可以|能|要|需要|必须|不)")
_FILLER = re.compile(
    rf"(?:请|麻烦|能不能|能否|可以|可否|再|还|能|帮我|给我|你)*(?:详细|具体|展开|多|仔细)?(?:地)?(?:说说|讲讲|谈谈|介绍|说明|解释|举例|举(?:个|几个|一个)?例子?|说|讲)(?:一下|下|清楚|看)?|比如|例如|{ASKING.pattern}"
    r"|(?:申请|报名|办理|审批|处理|推进|开展|组织|操作|理解|落实|安排|负责|管|批|参加|主持|注意|准备|计算|算起|申报)|接下来|之后|以后|之内|以内|之前|应该|应当|需要|不需要|做到|才行|合适|可以|必须"
    r"|举个?|具体|详细|一下|还有|其他的?|别的|然后|意思|[的了吗呢吧啊呀又该要是有能会在由对来去做办写弄讲说就都也还才让给用从到这那它人个次年月天日号内外前后算]|那么?|他们|我们|你们|他|她"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One exchange of a conversation: the question in words that need no history, the answer, and what it was about."""

    question: str
    answer: str
    topic: str


def by_words(doubt: Doubt) -> bool:
    """What the words of a question alone can say: it is of the last topic where it names nothing of its own."""
    return not doubt.names


def conversation(turns: Sequence[Turn], settle: Settle) -> tuple[Told, ...]:
    """The exchanges with their topics; a follow-up may follow a follow-up, and keeps the topic of the first."""
    told: list[Told] = []
    for turn in turns:
        made = stand_alone(turn.question, told, settle) if told else None
        topic = _topic(made or turn.question, told[-1].topic if made else "")
        told.append(Told(made or turn.question, turn.answer, topic))
    return tuple(told)


def _topic(made: str, last: str) -> str:
    """The topic of a question; of a follow-up it is the one before, with what the follow-up names of it."""
    if is_english(made):
        return last or english.topic_of(made)
    found = topic_of(_NEW_TOPIC.sub("", made))
    if not last or fold(last) not in fold(made):
        return found
    added = segment.tagged_terms(fold(found.removeprefix(last)))
    named = all(tag == segment.TERM or tag[:1] in ("n", "x", "u", "m") for _, tag in added)
    return found if found.startswith(last) and named and len(found) - len(last) <= _FOCUS else last


def stand_alone(question: str, told: Sequence[Told], settle: Settle) -> str | None:
    """A follow-up in words that need no history; ``None`` for a question that needs none as it is."""
    plain = question.strip()
    if read_question(plain).language == "en":
        needed = english.needs_history(plain)
        made = english.stand_alone(plain, told[-1].question, told[-1].topic) if needed else None
    elif _NEW_TOPIC.match(fold(plain)):
        made = None
    else:
        made = _marked(plain, told)
        doubt = _doubt(plain, told) if made is None else None
        if doubt is not None and settle(doubt):
            made = doubt.of_topic
    return made if made is not None and 1 < len(made) <= LONGEST else None


def _doubt(plain: str, told: Sequence[Told]) -> Doubt | None:
    """The question asked of the last topic, where its words do not tell whether it leaves that out."""
    topic, rest = told[-1].topic, _GOES_ON.sub("", plain).strip("，, ")
    folded = fold(rest)
    if not topic or len(tight(folded)) > _DOUBTFUL or fold(topic) in folded or _DEFINES.search(folded):
        return None
    found = _PERSON.search(folded) or _refers_back(_POINTS, folded)
    if found is None and names_a_term(folded):
        return None
    of_topic = _put_in(rest, found, told[-1]) if found else _behind_topic(rest, topic)
    names = found is not None or not _leaves_topic_out(folded, goes_on=rest != plain)
    return Doubt(plain, of_topic, told[-1].question, names)


def _corrected(plain: str) -> str | None:
    """What a question says it meant instead (不是，我问的是支委会); ``None`` where it corrects nothing."""
    match = _CORRECTS.match(plain)
    if match is None:
        return None
    told = (
        match["no"]
        or match["wrong"]
        or match["other"]
        or re.match(r"我(?:其实|刚才|想)*(?:问|说|指|讲|知道|了解)的", plain)
    )
    return match["meant"].strip("，,：: ") if told else None


def _asks_source(plain: str) -> bool:
    """Whether a question asks where an answer stands, and names nothing: 哪个文件规定的？ 依据是什么？"""
    return bool(_SOURCE.search(plain)) and not tight(_OF_SOURCE.sub("", plain))


def _point(plain: str, told: Sequence[Told]) -> tuple[Told, str | None] | None:
    """The exchange whose answer counts off the point that is asked for, latest first, and the point.

    Where none does, a question of nothing but a point is of the last one.
    """
    asked = pointed(plain)
    if asked is None:
        return None
    for turn in reversed(told):
        item = item_of(turn.answer, asked.number)
        if item is not None:
            return turn, item
    return (told[-1], None) if _says_nothing(asked.rest) else None


def _refers_back(pattern: re.Pattern[str], plain: str) -> re.Match[str] | None:
    """A word that refers, and to something outside the question: nothing that it could refer to stands before it."""
    found = pattern.search(plain)
    return found if found is not None and len(_rest(plain[: found.start()])) <= 1 else None


def _refers(behind: str, told: Sequence[Told]) -> bool:
    """Whether what follows 这个 or 那些 is something the conversation spoke of, too general to be anything, or no noun."""
    if re.match(r"[，,。？?\s要能会可该得算]|$", behind) or re.match(_GENERIC, behind):
        return True
    word, tag = next(iter(segment.tagged_terms(behind)), ("", ""))
    said = fold(told[-1].question + told[-1].answer)
    return len(word) < 2 or word in said or tag[:1] in ("v", "d", "p", "c", "u") or bool(ASKING.match(behind))


def _rest(plain: str) -> str:
    """What a question holds beside question words, fillers and words that are always of something."""
    return tight(_FILLER.sub("", RELATIONAL.sub("", re.sub(f"^{POLITE}", "", plain))))


def _says_nothing(plain: str) -> bool:
    return not _rest(plain)


def _leaves_topic_out(plain: str, goes_on: bool = False) -> bool:
    """Whether a question asks something of a topic that it does not name: 能延长吗？, 丢了怎么办？

    如何防汛？ names its topic in a verb; a definition is asked of what it names. What goes on (那…) or begins with its verb
    (要不要带照片？) may hold a noun and leave its topic out all the same.
    """
    rest = _rest(plain)
    if not rest:
        return True
    if len(rest) > _ELLIPSIS or is_specific(plain) or _DEFINES.search(plain) or _HOW.match(plain):
        return False
    return goes_on or bool(_NO_SUBJECT.match(plain)) or not names_a_thing(plain)


@dataclass(frozen=True, slots=True)
class _Bare:
    """``…呢？``: what it names, and the question behind the comma, if any."""

    what: str
    rest: str


def _bare(plain: str) -> _Bare | None:
    """The parts of a bare follow-up; ``None`` where a whole question ends in 呢."""
    match = _BARE.match(plain)
    if match is None or _ASKS.search(match["what"]):
        return None
    return _Bare(match["what"].strip(), (match["rest"] or "").strip())


def _others(plain: str) -> str | None:
    """What a question asks the last one of instead (其他单位是怎么做的？), where it asks nothing of its own."""
    match = _OTHERS.match(plain)
    return match["what"] if match is not None and _says_nothing(match["rest"]) else None


def _is_lone(plain: str, last: Told) -> bool:
    """Whether a few words that ask nothing stand for something like them in the last question: 学校 after 企业支部怎么做？"""
    bare = plain.strip("？?。 ")
    if not bare or len(bare) > _LONE or _ASKS.search(bare) or not (is_somebody(bare) or _BODY.search(bare)):
        return False
    return not _in_place(bare, last).startswith(f"{bare}，")


def _marked(plain: str, told: Sequence[Told]) -> str | None:
    """What a question means whose words say that it leans on what was said before; ``None`` for any other."""
    last, folded = told[-1], fold(plain)
    meant = _corrected(folded)
    if meant is not None:
        return _meant(plain[folded.index(meant) :][: len(meant)], told)
    if _asks_source(folded):
        return f"{last.topic}是哪个文件规定的？" if last.topic else None
    point = _point(folded, told)
    if point is not None:
        return _of_item(plain, *point)
    bare = _bare(folded)
    if bare is not None and not _says_nothing(bare.what):
        what = plain[folded.index(bare.what) :][: len(bare.what)]
        return _with_topic(what, bare.rest, last.topic) if bare.rest else _instead(what, last)
    others = _others(folded)
    if others is not None:
        return _in_place(plain[folded.index(others) :][: len(others)], last)
    if _is_lone(folded, last):
        return _in_place(plain.strip("？?。 "), last)
    if _MORE.match(folded):
        return _more(last.question, more=re.search(r"还|其|别|再|继续|接着|然后", folded) is not None)
    return _of_topic(plain, told) if last.topic else None


def _of_topic(plain: str, told: Sequence[Told]) -> str | None:
    """A question that says nothing by itself or refers back, asked of the topic."""
    topic, rest = told[-1].topic, _GOES_ON.sub("", plain).strip("，, ")
    folded = fold(rest)
    if _says_nothing(folded):
        return _asked_of(topic, plain, rest)
    for pattern in (_PERSON, _POINTS, _OF_IT):
        found = _refers_back(pattern, folded)
        if found and (pattern is not _POINTS or _refers(folded[found.end() :], told)):
            return _put_in(rest, found, told[-1])
    if fold(plain).startswith("其中"):
        return _behind_topic(plain, topic)
    return None


def _behind_topic(rest: str, topic: str) -> str:
    joiner = "，" if re.match(r"其中|为什么|为何|为啥|[一二两三四五\d]", fold(rest)) else ""
    return f"{topic if _CHANGES.search(fold(rest)) else owner_of(topic)}{joiner}{rest}"


def _meant(meant: str, told: Sequence[Told]) -> str:
    """What a correction meant: in the place of its like in the last question where it asks nothing of its own."""
    folded = fold(meant).rstrip("呢？?。 ")
    if not _ASKS.search(folded):
        return _in_place(meant[: len(folded)], told[-1])
    return stand_alone(meant, told, by_words) or meant


def _more(asked: str, more: bool) -> str:
    """The last question once more: 讲党课有什么红线？ and 还有呢？ → 讲党课还有什么红线？"""
    return re.sub(r"(?<!还)有(?=什么|啥|哪)", "还有", asked, count=1) if more else asked


def _asked_of(topic: str, plain: str, rest: str) -> str:
    """A question that names nothing, asked of a topic: 为什么？ → …，为什么？"""
    whole = plain if fold(plain).startswith("还有") else rest
    joiner = "，" if re.match(r"为什么|为何|为啥|举|比如|例如|详细|具体说|说", fold(whole)) else ""
    return f"{topic}{joiner}{re.sub('^[这那][个些条块]?', '', whole)}"


def _put_in(rest: str, found: re.Match[str], last: Told) -> str:
    """What was spoken of in the place of the word that refers to it: 这个委员会 becomes the committee that was asked about."""
    topic = last.topic
    before, behind = rest[: found.start()], rest[found.end() :]
    noun = next(iter(words(behind)), "") if found.re is _POINTS else ""
    if len(noun) > 1 and noun in fold(topic):
        named = topic[: fold(topic).rindex(noun) + len(noun)]
        named = (
            named[_modifier_end(named) :] if "、" in named else named
        )  # which kinds were asked about before
        return f"{before}{named}{behind[len(noun) :]}"
    if found.re is _POINTS:
        generic = re.match(_GENERIC, fold(behind))
        if generic is None or len(generic.group()) == 1:
            return f"{before}{topic}{behind[generic.end() if generic else 0 :]}"
        return f"{before}{topic}这{'' if found.group().endswith('些') else '一'}{behind}"
    entity = entity_of(topic) if found.re is _PERSON and found.group()[0] in "他她" else topic
    joiner = "的" if found.group() == "其" and not behind.startswith("的") else ""
    return f"{before}{entity}{joiner}{behind}"


def _with_topic(what: str, rest: str, topic: str) -> str:
    """“自学”呢，有什么要求？ → 某机关“自学”，有什么要求？"""
    if not topic or fold(what) in fold(topic) or fold(topic) in fold(what):
        return f"{what}，{rest}？"
    return f"{topic}，{what}，{rest}？"


def _instead(what: str, last: Told) -> str:
    """What …呢？ asks: what to do in a case, else the last question of something else."""
    if _HAPPENS.search(fold(what)) and not is_somebody(what):
        return f"{owner_of(last.topic)}{what}怎么办？"
    return _in_place(what, last)


def _in_place(what: str, last: Told) -> str:
    """The last question with ``what`` in the place of its like: title for title, quoted for quoted, people for people.

    Where nothing is like it, it is put in front: 农民党员 says whose dues are asked about, it does not take the place of the dues.
    """
    asked, kind = last.question, fold(what).endswith("的")
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
    if _BODY.search(fold(what)) and (_KIND.fullmatch(fold(what)) or not alike(what, whole)):
        return asked[:start] + what + asked[start + _modifier_end(whole) :]
    like = next((end for end in range(len(whole), 1, -1) if alike(what, whole[:end])), None)
    if like is None and kind and (place := _before_somebody(whole)) is not None:
        return asked[: start + place[0]] + what + asked[start + place[1] :]
    if like is None or (is_somebody(what) and not is_somebody(whole[:like])):
        return f"{what}，{asked}"
    return asked[: start + _kept(whole[:like])] + what + asked[start + like :]


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


def _of_item(plain: str, turn: Told, item: str | None) -> str:
    """第二点呢？ → the words of the second point of the answer, and what is asked of it."""
    asked = pointed(fold(plain))
    rest = plain.rstrip("呢？? ")[-len(asked.rest) :] if asked is not None and asked.rest else ""
    if item is None:
        number = f"第{asked.number}点" if asked is not None and asked.number else "最后一点"
        return f"{turn.topic}，{number}，{rest or '具体是什么'}？" if turn.topic else plain
    named = topic_of(rest)
    if len(named) > 1 and fold(named) in fold(item):
        return f"{turn.topic}{rest}？"
    return (
        f"{turn.topic}的{item}，{rest if _ASKS.search(fold(rest)) else '具体是什么'}？"
        if turn.topic
        else f"{item}，{rest or '具体是什么'}？"
    )


def asks(text: str) -> bool:
    """Whether Chinese text holds a question word."""
    return _ASKS.search(text) is not None


def refers_to_person(word: str) -> bool:
    """Whether a word is a personal pronoun."""
    return _PERSON.search(word) is not None
