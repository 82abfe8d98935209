"""The rules by which a follow-up question is known, and made to stand alone.

A topic is carried over only where the question refers back (它, 这个), goes on with a bare “…呢？”, names a point of the last
answer, or names nothing that could be looked up by itself (能延长吗？). Whatever names its own thing is left as it was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.fold import fold
from rag import markers
from rag.datatypes import Turn
from rag.numbers import numbers
from rag.question import read_question
from rag.text import tight, words
from rag.topic import (
    ASKING,
    POLITE,
    RELATIONAL,
    alike,
    entity_of,
    is_somebody,
    is_specific,
    names_a_thing,
    owner_of,
    topic_of,
)

_ELLIPSIS = 4  # characters that a question may hold beside fillers and still leave its topic out
_GENERIC = (
    r"(?:制度|规定|做法|单位|部门|文件|条例|办法|细则|问题|要求|工作|会议|活动|人|方面|情况|文章|材料|标准|原则|精神|任务|内容|措施|步骤|环节|程序|机制|经验|"
    r"岗位|职责|职务|奖|奖项|支部|村|乡镇|企业|学校|机关|地方|时候|年|会|课|事|事情|事项|点|条|项|个|种|些|类|几个|几项|几条|几点|里|样)"
)
_BODY = re.compile(
    r"(?:单位|部门|支部|村|乡镇|街道|企业|公司|学校|高校|机关|地方|地区|省|市|县|区|领域|行业|社区|人|方面|岗位)$"
)  # whose practice may be asked about instead
_PERSON = re.compile(r"他们|她们|它们|(?<![其吉])他(?![人乡国山们])|她|它")
_POINTS = re.compile(
    rf"(?:这|那)(?!么|样)(?:[一二三四五六七八九十两\d]*(?:个|些|项|种|篇|位|件|条|次|家|类|份|部)?)(?={_GENERIC}|[，,？?。的是叫有怎为]|[^，。？]{{2,8}}(?:由|是|有|怎|如何|多|几|哪|要|能|可))|上述|上面(?:说|提|讲|那|这|的)|前面(?:说|提|讲|那|这|的)|刚才|同样"
)
_OF_IT = re.compile(
    rf"(?<![马土及使尤])其(?!他|它|中|次|实|余|[一二三四五六])|该{_GENERIC}|此(?:项|类|种|人|事|文)"
)
_GOES_ON = re.compile(
    r"^(?:那么?(?!曲|样|些|[个项种篇位件条]|次(?!数))|还有(?!哪|什么|多|几)|另外|此外|然后|接着|至于|再说|其中)[，,\s]*"
)
_OTHERS = re.compile(rf"^(?:那么?)?(?P<what>(?:其他|其它|别的|其余)的?{_GENERIC})(?P<rest>.*)$")
_BARE = re.compile(
    rf"^(?:{POLITE})?(?:那么?|还有|另外|至于|关于|对于)?[，,\s]*(?P<what>[^，,？?呢]{{1,24}}?)\s*呢(?:[，,]\s*(?P<rest>[^？?]+))?\s*[？?。!！]*$"
)
_ORDINAL = re.compile(
    r"^(?:那么?|其中|还有)?\s*(?:的)?第\s*(?P<n>[一二三四五六七八九十两\d]+)\s*(?:点|条|个|项|种|类|步|方面|部分|环节)(?!条例)的?"
)
_ASKS = re.compile(rf"{ASKING.pattern}|哪|几|吗")
_DEFINES = re.compile(r"^什么是|什么叫|(?:是|指)(?:的是)?(?:什么|啥)(?:意思)?[？?]*$|何谓")
_HOW = re.compile(rf"^(?:{POLITE})?(?:应该|应当)?(?:如何|怎样|怎么|咋)(?!办|样)")
_CHANGES = re.compile(
    r"延长|延期|缩短|超过|超期|过期|改|变|顺延"
)  # what is done to a measure, not to its owner
_NO_SUBJECT = re.compile(r"(?:还)?(?:能不能|可不可以|要不要|用不用|需不需要|是不是|可以|能|要|需要|必须|不)")
_FILLER = re.compile(
    rf"(?:请|麻烦|能不能|能否|可以|可否|再|还|能|帮我|给我|你)*(?:详细|具体|展开|多|仔细)?(?:地)?(?:说说|讲讲|谈谈|介绍|说明|解释|举例|举(?:个|几个|一个)?例子?|说|讲)(?:一下|下|清楚|看)?|比如|例如|{ASKING.pattern}"
    r"|(?:申请|报名|办理|审批|处理|推进|开展|组织|操作|理解|落实|安排|负责|管|批|参加|主持|注意|准备|计算|算起|申报)|接下来|之后|以后|之内|以内|之前|应该|应当|需要|不需要|做到|才行|合适|可以|必须"
    r"|具体|详细|一下|还有|其他的?|别的|然后|意思|[的了吗呢吧啊呀又该要是有能会在由对来去做办写弄讲说就都也还才让给用从到这那它人个次年月天日号内外前后算]|那么?|他们|我们|你们|他|她"
)
_EMPTY_EN = re.compile(
    r"\b(?:and|but|so|then|why|how|when|where|who|what|which|about|else|more|example|examples|give|an|a|the|is|are|was|were|do|does|did|it|that|this|to|for|in|of|be|can|could|should|must|may|tell|me|please|explain|detail|details|any|other|others|one|ones|not|same|mean|means|by|with|on|long|many|much|often)\b",
    re.I,
)
_REFERS_EN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|he|she|his|her|him|the (?:same|former|latter|second|third|first|last) (?:one|point|item|rule))\b|\bthat\b(?!\s+\w+\s+(?:is|are|was))|^(?:and|what about|how about|but|so)\b",
    re.I,
)
_BARE_EN = re.compile(
    r"^(?:and|but|so|what about|how about|and what about)\s+(?P<what>(?!\b(?:how|why|when|who|what|where|which|is|are|do|does|can|should|must)\b)[^?]+)\??$",
    re.I,
)
_ASKING_EN = re.compile(
    r"^(?:please\s+)?(?:tell me\s+)?(?:(?:from|in|on|at|by|to)\s+)?(?:what|how|why|when|where|who|which|can|could|do|does|did|is|are|should)\b"
    r"(?:\s+(?:is|are|was|were|does|did|do|many|much|long|often|can|should|must|to|day|year)\b)*\s*",
    re.IGNORECASE,
)
_NAMED_EN = re.compile(r"(?<=[a-z] )[\"“]?[A-Z][a-z]+")  # a pronoun behind a name refers to it
_ITEM = re.compile(
    r"(?:^|[\n；;。：:])\s*(?:[-*•]\s*)?(?:[（(]?([一二三四五六七八九十\d]{1,3})[)）、.．]|([一二三四五六七八九十])是|其([一二三四五六七八九十])[是，、]?|第([一二三四五六七八九十\d]+)(?:步|点|条|项|个|类|种|方面|环节)?[，、：:是]?|([①-⑳]))\s*([^；;\n]{2,60})"
)


def needs_history(question: str, turns: Sequence[Turn]) -> bool:
    """Whether a question leans on what was said before: it refers back, goes on, or names nothing by itself."""
    if read_question(question).language == "en":
        left = [w for w in re.findall(r"[A-Za-z]+", _EMPTY_EN.sub(" ", question)) if len(w) > 1]
        refers = _REFERS_EN.search(question) or _BARE_EN.match(question.strip())
        return not left or (bool(refers) and len(left) <= 4 and not _NAMED_EN.search(question))
    plain = fold(question).strip()
    if (
        _bare(plain) is not None
        or _names_a_point(plain, turns[-1])
        or _others(plain) is not None
        or _leaves_topic_out(plain)
    ):
        return True
    if _GOES_ON.match(plain) or _refers_back(_PERSON, plain) or _refers_back(_OF_IT, plain):
        return True
    pointed = _refers_back(_POINTS, plain)
    return pointed is not None and _refers(plain[pointed.end() :], turns)


def _names_a_point(plain: str, last: Turn) -> bool:
    """Whether a question is of the second point, of those that the last answer counts off or of any."""
    ordinal = _ORDINAL.match(plain)
    if ordinal is None:
        return False
    return _count(ordinal["n"]) in items_of(last.answer) or _says_nothing(plain[ordinal.end() :])


def _refers_back(pattern: re.Pattern[str], plain: str) -> re.Match[str] | None:
    """A word that refers, and to something outside the question: nothing that it could refer to stands before it."""
    found = pattern.search(plain)
    return found if found is not None and len(_rest(plain[: found.start()])) <= 1 else None


def stand_alone(question: str, last: Turn) -> str:
    """A follow-up in words that need no history."""
    return _english(question, last) if read_question(question).language == "en" else _chinese(question, last)


def _refers(behind: str, turns: Sequence[Turn]) -> bool:
    """Whether what follows 这个 or 那些 is something the conversation spoke of, or too general to be anything by itself."""
    noun = next(iter(words(behind)), "")
    said = fold(turns[-1].question + turns[-1].answer)
    return not noun or len(noun) < 2 or noun in said or re.match(_GENERIC, behind) is not None


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


def _chinese(question: str, last: Turn) -> str:
    plain = question.strip()
    folded = fold(plain)
    topic = topic_of(last.question)
    ordinal = _ORDINAL.match(folded)
    if ordinal is not None and _names_a_point(folded, last):
        return _of_item(plain, ordinal, last, topic)
    bare = _bare(folded)
    if bare is not None and not _says_nothing(bare.what):
        what = plain[folded.index(bare.what) :][: len(bare.what)]
        return _with_topic(what, bare.rest, topic) if bare.rest else _in_place(what, last.question)
    others = _others(folded)
    if others is not None:
        return _in_place(plain[folded.index(others) :][: len(others)], last.question)
    rest = _GOES_ON.sub("", plain).strip("，, ")
    if _says_nothing(folded):
        return _asked_of(topic, plain, rest) if topic else plain
    for pattern in (_PERSON, _POINTS, _OF_IT):
        found = _refers_back(pattern, fold(rest))
        if found and topic:
            return _put_in(rest, found, last.question, topic)
    left_out = folded.startswith("其中") or _leaves_topic_out(fold(rest), goes_on=rest != plain)
    if not topic or fold(topic) in fold(rest) or not left_out:
        return re.sub(r"(?<=.)又(?=该|要|应)", "", rest)
    joiner = "，" if re.match(r"其中|为什么|为何|为啥|[一二两三四五\d]", folded) else ""
    return f"{topic if _CHANGES.search(fold(rest)) else owner_of(topic)}{joiner}{rest}"


def _asked_of(topic: str, plain: str, rest: str) -> str:
    """A question that names nothing, asked of a topic: 还有呢？ → …还有哪些内容？, 为什么？ → …，为什么？"""
    if re.match(r"还有[呢吗么]?[？?。\s]*$", fold(plain)):
        return f"{topic}还有哪些内容？"
    whole = plain if fold(plain).startswith("还有") else rest
    joiner = "，" if re.match(r"为什么|为何|为啥|举|比如|例如|详细|具体说|说", fold(whole)) else ""
    return f"{topic}{joiner}{whole}"


def _put_in(rest: str, found: re.Match[str], asked: str, topic: str) -> str:
    """What was spoken of in the place of the word that refers to it: 这个委员会 becomes the committee that was asked about."""
    before, behind = rest[: found.start()], rest[found.end() :]
    noun = next(iter(words(behind)), "") if found.re is _POINTS else ""
    if len(noun) > 1 and noun in fold(topic):
        named = topic[: fold(topic).rindex(noun) + len(noun)]
        return f"{before}{named}{behind[len(noun) :]}"
    if found.re is _POINTS:
        generic = re.match(_GENERIC, fold(behind))
        if generic is None or len(generic.group()) == 1:
            return f"{before}{topic}{behind[generic.end() if generic else 0 :]}"
        return f"{before}{topic}这{'' if found.group().endswith('些') else '一'}{behind}"
    entity = entity_of(asked) if found.re is _PERSON and found.group()[0] in "他她" else topic
    joiner = "的" if found.group() == "其" and not behind.startswith("的") else ""
    return f"{before}{entity}{joiner}{behind}"


def _with_topic(what: str, rest: str, topic: str) -> str:
    """“自学”呢，有什么要求？ → 某机关“自学”，有什么要求？"""
    if not topic or fold(what) in fold(topic) or fold(topic) in fold(what):
        return f"{what}，{rest}？"
    return f"{topic}，{what}，{rest}？"


def _in_place(what: str, asked: str) -> str:
    """The last question with ``what`` in the place of its like: title for title, quoted for quoted, people for people.

    Where nothing is like it, it is put in front: 农民党员 says whose dues are asked about, it does not take the place of the dues.
    """
    for pattern in (r"《[^《》]+》", r"\d{4}年?", r"[“「][^”」]+[”」]"):
        mine, theirs = re.search(pattern, what), re.search(pattern, asked)
        if mine and theirs:
            return asked[: theirs.start()] + what + asked[theirs.end() :]
    quoted = re.search(r"[“「][^”」]+[”」]", asked)
    if quoted and not is_specific(what):
        return f"{asked[: quoted.start()]}“{what}”{asked[quoted.end() :]}"
    topic = topic_of(asked)
    whole = topic.partition("的")[0]
    if not whole or whole not in asked:
        return f"{what}，{asked}"
    start = asked.index(whole)
    if _BODY.search(fold(what)) and not alike(what, whole):
        return asked[:start] + what + asked[start + _modifier_end(whole) :]
    like = next((end for end in range(len(whole), 1, -1) if alike(what, whole[:end])), None)
    if like is None or (is_somebody(what) and not is_somebody(whole[:like])):
        return f"{what}，{asked}"
    return asked[:start] + what + asked[start + like :]


def _modifier_end(whole: str) -> int:
    """How long the places or kinds at the head of a noun phrase are: 村、社区 in 村、社区党支部委员会; all of it without a body behind."""
    match = re.match(
        r"(?:[^、和与及]{1,6}[、和与及])*[^、和与及]{0,6}?(?:村|社区|乡镇|街道|企业|学校|高校|机关|单位|省|市|县|区|地方|部门|行业)(?=.)",
        whole,
    )
    return match.end() if match else len(whole)


def _of_item(plain: str, ordinal: re.Match[str], last: Turn, topic: str) -> str:
    """第二点呢？ → the words of the second point of the last answer, and what is asked of it."""
    item = items_of(last.answer).get(_count(ordinal["n"]) or 0)
    rest = re.sub(r"^(?:那么?|还有)|[呢？?\s]+$", "", plain[ordinal.end() :]).strip("，, ")
    asked = rest if rest and _ASKS.search(fold(rest)) else "具体是什么"
    if item is None:
        return f"{topic}，{ordinal.group().removesuffix('的')}，{asked}？" if topic else plain
    return f"{topic}中“{item}”，{asked}？" if topic else f"“{item}”，{asked}？"


def items_of(answer: str) -> dict[int, str]:
    """The numbered points of an answer: number -> its first words, without markers."""
    found: dict[int, str] = {}
    for match in _ITEM.finditer(markers.strip(answer)):
        sign = next(g for g in match.groups()[:5] if g)
        number = ord(sign) - ord("①") + 1 if "①" <= sign <= "⑳" else _count(sign)
        if number is not None:
            found.setdefault(number, _opening(match.group(6).strip("* ")))
    if not found:
        bullets = re.findall(r"(?:^|\n)\s*[-*•]\s+([^\n，,：:。；;]{2,30})", markers.strip(answer))
        found = dict(enumerate(bullets, 1))
    return found


def _opening(item: str) -> str:
    """The first words of an item; a heading of a character or two says too little without what follows it."""
    pieces = re.split(r"(?<=[，,：:。（(])", item)
    opening = pieces[0] if len(tight(pieces[0])) > 2 else "".join(pieces[:2])
    return opening.rstrip("，,：:。（(")[:30]


def _count(sign: str) -> int | None:
    value = numbers(f"第{sign}")
    return int(value[0].value) if value and value[0].value.isdigit() else None


def _english(question: str, last: Turn) -> str:
    """The topic of the last question behind the follow-up: English words cannot be put in place by rule."""
    bare = _BARE_EN.match(question.strip())
    if bare is not None:
        return f"{bare['what'].strip()}: {last.question.strip()}"
    topic = re.sub(
        r"\s+(?:held|called|made|done|given|counted|paid|set)$",
        "",
        _ASKING_EN.sub("", last.question.strip(" ?")),
    )
    rest = re.sub(r"^(?:and|but|so)\s+", "", question.strip(), flags=re.I)
    return f"{rest.rstrip(' ?')} ({topic})?" if topic else question


def asks(text: str) -> bool:
    """Whether Chinese text holds a question word."""
    return _ASKS.search(text) is not None


def refers_to_person(word: str) -> bool:
    """Whether a word is a personal pronoun."""
    return _PERSON.search(word) is not None
