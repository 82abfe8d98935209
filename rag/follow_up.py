"""The rules by which a follow-up question is known, and made to stand alone: topic and entities are carried over only where the
question refers back, goes on with a bare “…呢？”, names a point of the last answer, or names next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.fold import fold
from rag import markers
from rag.claims import Token, read
from rag.datatypes import Turn
from rag.numbers import numbers
from rag.question import read_question
from rag.text import tight, words

_GENERIC = (
    r"(?:制度|规定|做法|单位|部门|文件|条例|办法|细则|问题|要求|工作|会议|活动|人|方面|情况|文章|材料|标准|原则|精神|任务|内容|措施|步骤|环节|程序|机制|经验|"
    r"岗位|职责|职务|奖|奖项|支部|村|乡镇|企业|学校|机关|地方|时候|年|会|课|事|事情|事项|点|条|项|个|种|些|类|几个|几项|几条|几点|里|样)"
)
_PERSON = re.compile(r"他们|她们|它们|(?<![其吉])他(?![人乡国山们])|她|它")
_POINTS = re.compile(
    rf"(?:这|那)(?!么|样)(?:[一二三四五六七八九十两\d]*(?:个|些|项|种|篇|位|件|条|次|家|类|份|部)?)(?={_GENERIC}|[，,？?。的是叫有怎为])|上述|上面(?:说|提|讲|那|这|的)|前面(?:说|提|讲|那|这|的)|刚才|同样"
)
_OF_IT = re.compile(rf"其(?!他|它|中|次|实|余|[一二三四五六])|该{_GENERIC}|此(?:项|类|种|人|事|文)")
_GOES_ON = re.compile(
    r"^(?:那么?(?!曲|样|些|[个项种篇位件条]|次(?!数))|还有|另外|此外|然后|接着|至于|再说)[，,\s]*"
)
_OTHERS = re.compile(rf"^(?P<what>(?:其他|其它|别的|其余)的?{_GENERIC})(?P<rest>.*)$")
_BARE = re.compile(
    r"^(?:请问|请教)?[，,\s]*(?:那么?|还有|另外|至于|关于|对于)?[，,\s]*(?P<what>[^，,？?呢]{1,24}?)\s*呢(?:[，,]\s*(?P<rest>[^？?]+))?\s*[？?。!！]*$"
)
_ORDINAL = re.compile(
    r"第\s*(?P<n>[一二三四五六七八九十两\d]+)\s*(?:点|条|个|项|种|类|步|方面|部分|环节)(?!条例)"
)
_ASKS = re.compile(
    r"怎么|怎样|如何|什么|啥|谁|哪|几|多少|多久|多长|多大|为何|为什么|吗|是否|能不能|可不可以|有没有|要不要|何时|咋|是不是"
)
_EMPTY = re.compile(
    r"(?:请|麻烦|能不能|能否|可以|可否|再|还|能|帮我|给我|你)*(?:详细|具体|展开|多|仔细)?(?:地)?(?:说说|讲讲|谈谈|介绍|说明|解释|举例|举(?:个|几个|一个)?例子?|说|讲)(?:一下|下|清楚|看)?|比如|例如|依据(?:是|在|呢)?|出处(?:是|在)?|原因|理由|"
    r"具体|详细|一下|怎么(?:做|办|写|弄|操作|理解|来)?|怎样(?:做|办)?|如何(?:做|操作|办理|落实|理解)?|为什么|为何|为啥|什么(?:意思|时候|时间|原因|依据|内容|要求|区别)?|啥(?:意思|时候)?|哪(?:些|里|儿|个|几个|一?年|条|份文件)|谁(?:来)?(?:负责|管|定|批|参加|主持)?|多久|多长时间|多少|几(?:次|个|天|年|人)|还有(?:别的|其他|哪些|什么)?|其他的?|别的|"
    r"然后|接下来|之后|以后|规定|要求|注意|负责|应该|应当|需要|又|该|要|需要|是|有|的|了|吗|呢|吧|啊|呀|那么?|这|它|他们|就|都|在|由|对|来|去|做|办|规定|要求|注意|负责|一次|一般"
)
_EMPTY_EN = re.compile(
    r"\b(?:and|but|so|then|why|how|when|where|who|what|which|about|else|more|example|examples|give|an|a|the|is|are|was|were|do|does|did|it|that|this|to|for|in|of|be|can|could|should|tell|me|please|explain|detail|details|any|other|others|one|ones|not|same|mean|means|by|with|on|long|many|much|often)\b",
    re.I,
)
_REFERS_EN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|he|she|his|her|him|the (?:same|former|latter|second|third|first|last) (?:one|point|item|rule))\b|\bthat\b(?!\s+\w+\s+(?:is|are|was))|^(?:and|what about|how about|but|so)\b",
    re.I,
)
_ASKING_PART = re.compile(
    r"(?:请问|请教|想问(?:一下)?|我想知道|麻烦|帮我|告诉我)|(?:有|包括|分为)?(?:哪些|哪几(?:个|种|项|条|类|步)?|什么(?!时候)|啥)(?:方面|内容|要求|规定|步骤|程序|情形|原则|好处|意义|特点|措施|做法|条件|材料)?|(?:应该|应当|需要|可以|要|该)?(?:怎么样|怎么|怎样|如何|咋)|为什么|为何|为啥|多少(?:次|个|人|天|年|学时|元|名|项)?|多久|多长时间|几(?:次|个|年|天|月|人|名|步|类|种|项|学时)|(?:是|在)?什么时候|是多少|是什么|是谁|谁|何时|在?哪里|哪一?年|叫什么(?:名字)?|是否|能不能|可不可以|有没有|吗|呢|吧|[？?。！!]"
)
_ASKING_EN = re.compile(
    r"^(?:please\s+)?(?:tell me\s+)?(?:what|how|why|when|where|who|which|can|could|do|does|did|is|are|should)\b"
    r"(?:\s+(?:is|are|was|were|does|did|do|many|much|long|often|can|should|must|to)\b)*\s*",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?:^|[\n；;。：:])\s*(?:[-*•]\s*)?(?:[（(]?([一二三四五六七八九十\d]{1,3})[)）、.．]|([一二三四五六七八九十])是|其([一二三四五六七八九十])[是，、]?|第([一二三四五六七八九十\d]+)(?:步|点|条|项|个|类|种|方面|环节)?[，、：:是]?|([①-⑳]))\s*([^；;。\n]{2,60})"
)


def needs_history(question: str, turns: Sequence[Turn]) -> bool:
    """Whether a question leans on what was said before: it refers back, goes on, or names next to nothing."""
    if read_question(question).language == "en":
        left = [w for w in re.findall(r"[A-Za-z]+", _EMPTY_EN.sub(" ", question)) if len(w) > 1]
        return not left or (bool(_REFERS_EN.search(question)) and len(left) <= 4)
    plain = fold(question).strip()
    if (
        _says_nothing(plain)
        or _bare(plain) is not None
        or _ordinal(plain) is not None
        or _others(plain) is not None
    ):
        return True
    if _GOES_ON.match(plain) or _PERSON.search(plain) or _OF_IT.search(plain):
        return True
    pointed = _POINTS.search(plain)
    return pointed is not None and _refers(plain[pointed.end() :], turns)


def _refers(behind: str, turns: Sequence[Turn]) -> bool:
    """Whether what follows 这个 or 那些 is something the conversation spoke of, or too general to be anything by itself."""
    noun = next(iter(words(behind)), "")
    said = fold(turns[-1].question + turns[-1].answer)
    return not noun or len(noun) < 2 or noun in said or re.match(_GENERIC, behind) is not None


def _says_nothing(plain: str) -> bool:
    """Whether nothing is left of a question without question words and fillers."""
    return not tight(_EMPTY.sub("", re.sub(r"[“”\"？?，,。！!]", " ", plain)))


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


def _ordinal(plain: str) -> int | None:
    """The number of a point of the last answer that a short question names (第二点呢？)."""
    match = _ORDINAL.search(plain)
    if match is None or "《" in plain or len(tight(_EMPTY.sub("", _ORDINAL.sub("", plain)))) > 2:
        return None
    found = numbers(match.group())
    return int(found[0].value) if found and found[0].value.isdigit() else None


def _chinese(question: str, last: Turn) -> str:
    plain = question.strip()
    folded = fold(plain)
    topic = topic_of(last.question)
    number = _ordinal(folded)
    if number is not None:
        return _of_item(plain, number, last, topic)
    bare = _bare(folded)
    if bare is not None and not _says_nothing(bare.what):
        what = plain[folded.index(bare.what) :][: len(bare.what)]
        return _with_subject(what, bare.rest, last) if bare.rest else _in_place(what, last.question)
    others = _others(folded)
    if others is not None:
        return _in_place(plain[: len(others)], last.question)
    rest = _GOES_ON.sub("", plain).strip("，, ")
    if _says_nothing(folded):
        return _asked_of(topic, plain, rest) if topic else plain
    entity = entity_of(last.question) or topic
    for pattern in (_PERSON, _POINTS, _OF_IT):
        found = pattern.search(fold(rest))
        if found and entity:
            return _put_in(rest, found, entity, topic)
    if _brings_its_own(rest) or _shares_predicate(rest, last.question):
        return re.sub(r"(?<=.)又(?=该|要|应)", "", rest)
    return rest if not topic or fold(topic) in fold(rest) else f"{topic}，{rest}"


def _asked_of(topic: str, plain: str, rest: str) -> str:
    """A question that names nothing, asked of a topic: 还有呢？ → …还有哪些内容？, 为什么？ → …，为什么？"""
    if re.match(r"还有[呢吗么]?[？?。\s]*$", fold(plain)):
        return f"{topic}还有哪些内容？"
    whole = plain if fold(plain).startswith("还有") else rest
    joiner = "，" if re.match(r"为什么|为何|为啥|举|比如|例如|详细|具体说|说", fold(whole)) else ""
    return f"{topic}{joiner}{whole}"


def _brings_its_own(rest: str) -> bool:
    """Whether a question that goes on (那…) names an office, a body, a title or a longer thing of its own at its head."""
    head = entity_of(rest)
    return len(tight(head)) > 2 or any(
        t.kind in ("actor", "name", "title", "quoted") for t in read(head).tokens
    )


def _put_in(rest: str, found: re.Match[str], entity: str, topic: str) -> str:
    """The entity in the place of the word that refers to it."""
    before, behind = rest[: found.start()], rest[found.end() :]
    noun = re.match(_GENERIC, fold(behind))
    if found.group().startswith(("该", "此")) and found.group()[1:]:
        return f"{before}{topic}{behind}"
    if noun and (noun.group() in fold(entity) or noun.group() in ("个", "些", "项", "种", "条", "点")):
        behind = behind[noun.end() :]
    elif noun:
        return f"{before}{topic or entity}这{'' if noun.group().startswith('些') else '一'}{behind}"
    joiner = "的" if found.group().startswith("其") and not behind.startswith("的") else ""
    return f"{before}{entity}{joiner}{behind}"


def _with_subject(what: str, rest: str, last: Turn) -> str:
    """“自学”呢，有什么要求？ → 某机关“自学”有什么要求？"""
    subject = entity_of(last.question) or topic_of(last.question)
    if fold(what) in fold(subject) or fold(subject) in fold(what):
        subject = ""
    joiner = "，" if subject and not _is_noun(next(iter(read(what).tokens))) else ""
    return f"{subject}{joiner}{what}{'，' if joiner else ''}{rest}？"


def _in_place(what: str, asked: str) -> str:
    """The last question with ``what`` in the place of its like: quoted for quoted, office for office, else the first noun phrase."""
    reading = read(asked)
    tokens = list(reading.tokens)
    mine = list(read(what).tokens)
    kinds = {t.kind for t in mine}
    for kind in ("title", "number", "latin"):
        if kind in kinds:
            like = next((t for t in tokens if t.kind == kind), None)
            if like is not None:
                return asked[: like.start] + what + asked[like.end :]
    quoted = next((t for t in tokens if t.kind == "quoted"), None)
    if quoted is not None and (re.match(r"[“\"「]", what) or not _has_office(mine)):
        inner = what if re.match(r"[“\"「]", what) else f"“{what}”"
        return asked[: quoted.start] + inner + asked[quoted.end :]
    whole = entity_of(asked)
    if not whole:
        return f"{what}，{asked}"
    start = asked.index(whole)
    end = start + len(whole)
    if re.search(rf"{_GENERIC}$|(?:地区|地方|省|市|县|领域|行业|社区)$", fold(what)):
        end = start + _modifier_end(whole)
    return asked[:start] + what + asked[end:]


def _has_office(tokens: Sequence[Token]) -> bool:
    return any(t.kind in ("actor", "name") for t in tokens)


def _has_noun(text: str) -> bool:
    return any(
        t.tag.startswith(("n", "j")) or t.kind in ("actor", "name", "quoted", "title")
        for t in read(text).tokens
    )


def _modifier_end(whole: str) -> int:
    """How long the places or kinds at the head of a noun phrase are: 村、社区 in 村、社区党支部委员会; all of it without a body behind."""
    match = re.match(
        r"(?:[^、和与及]{1,6}[、和与及])*[^、和与及]{0,6}?(?:村|社区|乡镇|街道|企业|学校|高校|机关|单位|省|市|县|区|地方|部门|行业)(?=.)",
        whole,
    )
    return match.end() if match else len(whole)


def _is_noun(token: Token) -> bool:
    return token.kind in ("actor", "name", "title", "quoted", "latin") or (
        token.kind == "content" and token.tag[:1] in ("n", "j", "l", "s", "b") and len(token.text) > 1
    )


def _of_item(plain: str, number: int, last: Turn, topic: str) -> str:
    """第二点呢？ → the words of the second point of the last answer, and what is asked of it."""
    item = items_of(last.answer).get(number)
    rest = _ORDINAL.sub("", plain)
    rest = re.sub(r"^(?:那么?|还有)|[呢？?\s]+$", "", fold(rest)).strip("，, ")
    asked = rest if rest and _ASKS.search(rest) else "具体是什么"
    if item is None:
        return f"{topic}{_ORDINAL.search(plain).group()}{asked}？"  # type: ignore[union-attr]
    return f"{topic}中“{item}”{asked}？" if topic else f"“{item}”{asked}？"


def items_of(answer: str) -> dict[int, str]:
    """The numbered points of an answer: number -> its first words, without markers."""
    found: dict[int, str] = {}
    for match in _ITEM.finditer(markers.strip(answer)):
        sign = next(g for g in match.groups()[:5] if g)
        number = ord(sign) - ord("①") + 1 if "①" <= sign <= "⑳" else _count(sign)
        if number is not None:
            found.setdefault(number, re.split(r"[，,：:（(]", match.group(6).strip("* "))[0][:30])
    if not found:
        bullets = re.findall(r"(?:^|\n)\s*[-*•]\s+([^\n，,：:。；;]{2,30})", markers.strip(answer))
        found = dict(enumerate(bullets, 1))
    return found


def _count(sign: str) -> int | None:
    value = numbers(f"第{sign}")
    return int(value[0].value) if value and value[0].value.isdigit() else None


def _shares_predicate(rest: str, asked: str) -> bool:
    """Whether the follow-up asks the last question's verb of something else: it then brings all it needs."""

    def verbs(text: str) -> set[str]:
        return {
            t.text
            for t in read(text).tokens
            if t.kind == "content" and t.tag.startswith("v") and len(t.text) > 1
        }

    return bool(verbs(rest) & verbs(asked)) and _has_noun(rest)


def _english(question: str, last: Turn) -> str:
    """The topic of the last question behind the follow-up: English words cannot be put in place by rule."""
    topic = _ASKING_EN.sub("", last.question.strip(" ?"))
    rest = re.sub(r"^(?:and|but|so)\s+", "", question.strip(), flags=re.I)
    return f"{rest.rstrip(' ?')} ({topic})?" if topic else question


def topic_of(question: str) -> str:
    """What a question is about: its words without those that ask; only whom it is about where the rest names nothing."""
    plain = _ASKING_PART.sub("", question.strip())
    stem = re.sub(r"^[，,、的]+|[，,、的]+$", "", plain).strip()
    entity = entity_of(question)
    behind = stem[len(entity) :] if entity and stem.startswith(entity) else stem
    return entity if entity and not _has_noun(behind) else stem


def entity_of(question: str) -> str:
    """Whom or what a question is about: the noun phrase that it begins with, up to a verb; empty when it begins otherwise."""
    stem = re.sub(r"^(?:请问|请教|关于|对于)[，,\s]*", "", _GOES_ON.sub("", question.strip()))
    tokens = list(read(stem).tokens)
    end = 0
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        leads = (
            index == 0
            and (token.tag[:1] in ("b", "a", "v", "n") or token.text in "村县乡镇省市区")
            and following is not None
            and _is_noun(following)
        )
        joins = (
            token.text in ("的", "和", "与", "及") and index and following is not None and _is_noun(following)
        )
        meets = token.text == "会" and index and (following is None or following.tag[:1] not in ("v", "n"))
        within = (
            (token.tag[:1] in ("b", "n", "j") or token.text in "直属级")
            and index
            and following is not None
            and _is_noun(following)
        )
        if token.start > end and stem[end : token.start].strip("、"):
            break
        if not (_is_noun(token) or leads or joins or meets or within):
            break
        end = token.end
    return stem[:end].strip("的、") if end > 1 else ""


def stand_alone(question: str, last: Turn) -> str:
    """A follow-up in words that need no history."""
    return _english(question, last) if read_question(question).language == "en" else _chinese(question, last)


def asks(text: str) -> bool:
    """Whether Chinese text holds a question word."""
    return _ASKS.search(text) is not None


def refers_to_person(word: str) -> bool:
    """Whether a word is a personal pronoun."""
    return _PERSON.search(word) is not None
