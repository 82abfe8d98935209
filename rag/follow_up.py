"""The rules by which a follow-up question is known, and made to stand alone.

A topic is carried over only where the question refers back (它, 这个), goes on with a bare “…呢？”, corrects what was understood,
names a point of an answer, or names nothing that could be looked up by itself (能延长吗？). Whatever names its own thing is
left as it was asked. Where the words do not tell (多久之内去法院), whoever asks settles the ``Doubt``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from embeddings.fold import fold
from rag import english_follow_up as english
from rag import segment
from rag.datatypes import Doubt, Turn
from rag.points import item_of, pointed
from rag.protocols import Settle
from rag.question import read_question
from rag.rewording import (
    ASKS,
    BODY,
    GENERIC,
    PERSON,
    POINTS,
    asked_of,
    behind_topic,
    in_place,
    instead,
    of_item,
    of_source,
    put_in,
    with_more,
    with_topic,
)
from rag.text import is_english, tight
from rag.topic import (
    ASKING,
    POLITE,
    RELATIONAL,
    is_somebody,
    is_specific,
    names_a_term,
    names_a_thing,
    topic_of,
)

LONGEST = 200  # characters of a stand-alone question
_ELLIPSIS = 4  # characters that a question may hold beside fillers and still leave its topic out
_LONE = 8  # characters of a phrase without a question that may stand in the place of its like
_DOUBTFUL = 24  # characters of a question that may leave its topic out although it names things
_FOCUS = 12  # characters that a follow-up may add to the topic of a conversation
_OF_IT = re.compile(
    rf"(?<![马土及使尤])其(?!他|它|中|次|实|余|[一二三四五六])|该{GENERIC}|此(?:项|类|种|人|事|文)"
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
_OTHERS = re.compile(rf"^(?:那么?)?(?P<what>(?:其他|其它|别的|其余)的?{GENERIC})(?P<rest>.*)$")
_BARE = re.compile(
    rf"^(?:{POLITE})?(?:那么?|还有|另外|至于|关于|对于)?[，,\s]*(?P<what>[^，,？?呢]{{1,24}}?)\s*呢(?:[，,]\s*(?P<rest>[^？?]+))?\s*[？?。!！]*$"
)
_DEFINES = re.compile(r"^什么是|什么叫|(?:是|指)(?:的是)?(?:什么|啥)(?:意思)?[？?]*$|何谓")
_HOW = re.compile(rf"^(?:{POLITE})?(?:应该|应当)?(?:如何|怎样|怎么|咋)(?!办|样)")
_NO_SUBJECT = re.compile(r"(?:还)?(?:能不能|可不可以|要不要|用不用|需不需要|是不是|可以|能|要|需要|必须|不)")
_FILLER = re.compile(
    rf"(?:请|麻烦|能不能|能否|可以|可否|再|还|能|帮我|给我|你)*(?:详细|具体|展开|多|仔细)?(?:地)?(?:说说|讲讲|谈谈|介绍|说明|解释|举例|举(?:个|几个|一个)?例子?|说|讲)(?:一下|下|清楚|看)?|比如|例如|{ASKING.pattern}"
    r"|(?:申请|报名|办理|审批|处理|推进|开展|组织|操作|理解|落实|安排|负责|管|批|参加|主持|注意|准备|计算|算起|申报)|接下来|之后|以后|之内|以内|之前|应该|应当|需要|不需要|做到|才行|合适|可以|必须"
    r"|举个?|具体|详细|一下|还有|其他的?|别的|然后|意思|[的了吗呢吧啊呀又该要是有能会在由对来去做办写弄讲说就都也还才让给用从到这那它人个次年月天日号内外前后算]|那么?|他们|我们|你们|他|她"
)


class Told:
    """One exchange of a conversation, read when something leans on it: what was about another thing settles no doubts."""

    def __init__(self, turn: Turn, before: Sequence[Told], settle: Settle) -> None:
        self.answer = turn.answer
        self._asked = turn.question
        self._before = before
        self._settle = settle

    @cached_property
    def _made(self) -> str | None:
        return stand_alone(self._asked, self._before, self._settle) if self._before else None

    @property
    def question(self) -> str:
        """What was asked, in words that need no history."""
        return self._made or self._asked

    @cached_property
    def topic(self) -> str:
        """What it was about; a follow-up keeps the topic of the question that it follows."""
        return _topic(self.question, self._before[-1].topic if self._made else "")


def by_words(doubt: Doubt) -> bool:
    """What the words of a question alone can say: it is of the last topic where it names nothing of its own."""
    return not doubt.names


def conversation(turns: Sequence[Turn], settle: Settle) -> tuple[Told, ...]:
    """The exchanges with their topics; a follow-up may follow a follow-up, and keeps the topic of the first."""
    told: tuple[Told, ...] = ()
    for turn in turns:
        told = (*told, Told(turn, told, settle))
    return told


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
    rest = _GOES_ON.sub("", plain).strip("，, ")
    folded = fold(rest)
    if len(tight(folded)) > _DOUBTFUL or _DEFINES.search(folded):
        return None
    found = PERSON.search(folded) or _refers_back(POINTS, folded)
    if found is None and names_a_term(folded):
        return None
    topic = told[-1].topic
    if not topic or fold(topic) in folded:
        return None
    of_topic = put_in(rest, found, topic) if found else behind_topic(rest, topic)
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
    if re.match(r"[，,。？?\s要能会可该得算]|$", behind) or re.match(GENERIC, behind):
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
    if match is None or ASKS.search(match["what"]):
        return None
    return _Bare(match["what"].strip(), (match["rest"] or "").strip())


def _others(plain: str) -> str | None:
    """What a question asks the last one of instead (其他单位是怎么做的？), where it asks nothing of its own."""
    match = _OTHERS.match(plain)
    return match["what"] if match is not None and _says_nothing(match["rest"]) else None


def _is_lone(plain: str, last: Told) -> bool:
    """Whether a few words that ask nothing stand for something like them in the last question: 学校 after 企业支部怎么做？"""
    bare = plain.strip("？?。 ")
    if not bare or len(bare) > _LONE or ASKS.search(bare) or not (is_somebody(bare) or BODY.search(bare)):
        return False
    return not in_place(bare, last.question).startswith(f"{bare}，")


def _marked(plain: str, told: Sequence[Told]) -> str | None:
    """What a question means whose words say that it leans on what was said before; ``None`` for any other."""
    last, folded = told[-1], fold(plain)
    meant = _corrected(folded)
    if meant is not None:
        return _meant(plain[folded.index(meant) :][: len(meant)], told)
    if _asks_source(folded):
        return of_source(last.topic, plain) if last.topic else None
    point = _point(folded, told)
    if point is not None:
        turn, item = point
        return of_item(plain, turn.topic, item)
    bare = _bare(folded)
    if bare is not None and not _says_nothing(bare.what):
        what = plain[folded.index(bare.what) :][: len(bare.what)]
        if bare.rest:
            return with_topic(what, bare.rest, last.topic)
        return instead(what, last.question, last.topic)
    others = _others(folded)
    if others is not None:
        return in_place(plain[folded.index(others) :][: len(others)], last.question)
    if _is_lone(folded, last):
        return in_place(plain.strip("？?。 "), last.question)
    if _MORE.match(folded):
        more = re.search(r"还|其|别|再|继续|接着|然后", folded)
        return with_more(last.question) if more else last.question
    return _of_topic(plain, told)


def _of_topic(plain: str, told: Sequence[Told]) -> str | None:
    """A question that says nothing by itself or refers back, asked of the topic; ``None`` for any other, or without a topic."""
    rest = _GOES_ON.sub("", plain).strip("，, ")
    folded = fold(rest)
    if _says_nothing(folded):
        return asked_of(told[-1].topic, plain, rest) if told[-1].topic else None
    for pattern in (PERSON, POINTS, _OF_IT):
        found = _refers_back(pattern, folded)
        if found and (pattern is not POINTS or _refers(folded[found.end() :], told)):
            return put_in(rest, found, told[-1].topic) if told[-1].topic else None
    if fold(plain).startswith("其中"):
        return behind_topic(plain, told[-1].topic) if told[-1].topic else None
    return None


def _meant(meant: str, told: Sequence[Told]) -> str:
    """What a correction meant: in the place of its like in the last question where it asks nothing of its own."""
    folded = fold(meant).rstrip("呢？?。 ")
    if not ASKS.search(folded):
        return in_place(meant[: len(folded)], told[-1].question)
    return stand_alone(meant, told, by_words) or meant
