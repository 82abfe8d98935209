"""What a Chinese question is about, read from its words: the topic that a follow-up leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.fold import fold
from rag import segment
from rag.datatypes import Document
from rag.terms import share_named
from rag.text import HAN, is_english, tight

POLITE = r"(?:请问|请教|想问(?:一下)?|我想知道|麻烦(?:问一?下)?|帮我(?:看看|查查)?|告诉我|关于|对于)[，,\s]*"
ASKING = re.compile(
    rf"由(?:谁|哪[{HAN}]{{0,4}}|几个?人?|多少人?)|按(?:照)?哪[{HAN}]{{0,2}}|(?:是|在|从|到)?(?:什么时候|何时|哪(?:一?[年天月日]|里|儿))|(?:有|包括|分为?)?(?:哪(?:些|一?(?:个|种|项|条|类|步|份|位|篇)|[几二两三四五六七八九十\d]+[个种项条类步点道样件名份栏张句级档]?)|哪?[几两二三四五六七八九十]+(?:个|种|项|条|类|步|点|道|样)?(?=方面|环节|步骤|阶段|要求|原则|任务|情形)|哪?几(?:个|种|项|条|类|步|点)?|什么|啥)"
    r"|怎么样|怎么办|怎么|怎样|如何|咋|为什么|为何|为啥|多少|多久|多长时间|多长|多大|几(?:次|年|天|月|人|名|岁)|谁|何人|叫什么|是否|是不是|包不包括|算不算|占不占|该不该|用不用|行不行|能不能|可不可以|可否|能否|要不要|有没有|会不会|有何"
)
_PARTICLE = re.compile(r"(?:吗|呢|吧|啊|呀)?[？?。！!\s]*$")
_QUOTED = re.compile(r"《[^《》]+》|[“「『\"][^”」』\"]+[”」』\"]")
_NAME = re.compile(
    r"(?:[省市县区乡镇村局部委厅院校站馆]|中心|支部|党委|党组|委员会|公司|企业|学校|医院|机关|单位|街道|社区|协会|书记|委员|组长|主任|干部|党员|群众|积极分子)$"
)
_CLOSING = frozenset("”」』》）)")
_LIGHT_TAGS = ("d", "p", "c", "r", "m", "t", "u", "y", "x", "q", "z")
_LIGHT_WORDS = frozenset(
    "至少 最多 一般 通常 应该 应当 需要 必须 可以 具体 主要 分别 每年 每月 每届 每次 每周 要求 规定 进行 做好 分成 分为 包括 包含 遵循 属于 叫做 安排".split()
)
RELATIONAL = re.compile(
    r"注意事项|(?:有效)?期限|时间|时限|时候|地点|人数|次数|频次|名额|比例|标准|条件|材料|程序|流程|步骤|环节|内容|方式|方法|办法|形式|范围|对象|目的|意义|作用|好处|区别|原因|理由|依据|出处|来源|经费|费用|记录"
    r"|职责|任务|议题|结果|情况|问题|重点|难点|要点|要求|规定|例子|案例|格式|模板|字数|人员|数量|金额|阶段|当天|会前|会上|会后|事前|事后|别人|其他人|本人|一般|最多|至少|一次|一[个名位份堂场]|活动|工作|结束|开始|部分|方面|事项|事情|人[员]?"
)  # nouns that are always of something: a question that names nothing else leaves its topic out


_MEASURE_OF = re.compile(
    rf"(?:常见|主要|基本)的?[{HAN}]{{1,4}}$|(?:之前|以前|之后|以后|的时候)$|[，,][^，,]{{0,4}}(?:{RELATIONAL.pattern})$|(?:的|每[年月届次周]|每季度)(?:任期|有效期|基数|周期|定位|{RELATIONAL.pattern})$"
)


# What is said of a thing rather than what it is: 党课要|讲, 文件一般|不超过, 融合最|怕. Behind them nothing of the name follows.
_SAID_OF_IT = re.compile(
    r"^(?:要|应|该|应该|应当|需|需要|必须|须|得|能|能够|可|可以|会|最|不超过|不少于|不得|不能|达到|要达到|一般)$"
)
_OPENS = re.compile(
    rf"^(?:(?:{RELATIONAL.pattern}|情形|场合)(?:下|时|里|中|上)?(?=.{{0,2}}(?:要|应|该|需|必|须|得|能|可))|[个种项条类次些的是叫指])+"
)


def topic_of(question: str) -> str:
    """The words of a question that say what it is about, without those that ask; empty when none do."""
    plain = re.sub(f"^{POLITE}", "", question.strip())
    asked = ASKING.search(fold(plain))
    if asked is None:
        return _trimmed(_PARTICLE.sub("", plain))
    before = _trimmed(plain[: asked.start()])
    behind = _behind(plain[asked.end() :])
    if not _says_something(before):
        return behind or before
    if _is_anybody(before) and _says_something(behind):
        return before + behind
    return before


def entity_of(question: str) -> str:
    """Whom or what a question is about in the narrowest sense: its topic up to 的, where that names somebody."""
    topic = topic_of(question)
    owner, owned, _ = topic.partition("的")
    return owner if owned and is_somebody(owner) else topic


def owner_of(topic: str) -> str:
    """A topic without the measure of it that was asked for: 介绍信 for 介绍信的有效期, 支部委员会 for 支部委员会每届任期."""
    return _MEASURE_OF.sub("", topic) or topic


@dataclass(frozen=True, slots=True)
class Owned:
    """``what`` a question asks about whoever bears the ``names``, folded."""

    what: str
    names: tuple[str, ...]

    def named_in(self, document: Document) -> bool:
        """Whether a document mentions all of them."""
        return share_named(self.names, document) == 1.0


def owned(question: str) -> Owned | None:
    """A question that opens with a unit, place or person by its proper name, taken apart; ``None`` for any other."""
    owner = entity_of(question) if not is_english(question) else ""
    names = tuple(fold(name) for name in segment.proper_names(owner))
    if not names or not is_somebody(owner) or not question.startswith(owner):
        return None
    what = question.removeprefix(owner).lstrip("，,、的在 ")
    return Owned(what, names) if _says_something(topic_of(what)) else None


def is_specific(text: str) -> bool:
    """Whether a text names a thing by itself: a term of Party work, a 《title》, quoted words, a Latin name, somebody."""
    return names_a_term(text) or any(
        _NAME.search(word) for word, _ in segment.tagged_terms(fold(text)) if len(word) > 1
    )


def names_a_term(text: str) -> bool:
    """Whether a text holds a term of Party work, a 《title》, quoted words or a Latin name: what is looked up as it stands."""
    folded = fold(text)
    if _QUOTED.search(folded) or re.search(r"[A-Za-z]{2,}", folded):
        return True
    return any(tag == segment.TERM for word, tag in segment.tagged_terms(folded) if len(word) > 1)


def names_a_thing(text: str) -> bool:
    """Whether a text holds a noun that is not always of something else: one of the dictionary, any as its first word, or
    a compound of such words (信访事项, 会议记录).
    """
    words = segment.tagged_terms(ASKING.sub(" ", fold(text)))
    for place, (word, tag) in enumerate(words):
        following = words[place + 1][0] if place + 1 < len(words) else ""
        if len(word) < 2 or tag[:1] not in ("n", "j", "l", "i", "s", "v"):
            continue
        if RELATIONAL.fullmatch(following) and len(following) > 1 and segment.is_word(word):
            return True
        compound = len(word) > 3 and not RELATIONAL.fullmatch(word)  # 会议记录, beside 记录
        own = compound or not RELATIONAL.search(word)
        if tag[:1] != "v" and own and (place == 0 or segment.is_word(word)):
            return True
    return False


def is_somebody(text: str) -> bool:
    """Whether a phrase ends in a person, a body or a place."""
    return bool(
        _NAME.search(fold(text)) or re.search(r"(?:[员者人生民户师]|们|青年|老人|党组织)$", fold(text))
    )


def alike(one: str, other: str) -> bool:
    """Whether two phrases name things of one kind: two meetings, two branches, two documents, two sorts of people."""
    a, b = (re.sub("会议$", "会", tight(text)) for text in (one, other))
    if not a or not b:
        return False
    return a[-1] == b[-1] or (is_somebody(a) and is_somebody(b))


def _trimmed(text: str) -> str:
    """A phrase without the light words at its end (一般应当由), what is said of it (要讲) and the marks around it."""
    words = segment.tagged_terms(fold(text))
    while words and (_is_light(*words[-1]) or words[-1] == ("一是", "c")):
        words.pop()
    left = "".join(word for word, _ in words)
    kept = _without_predicate(words)
    return text[: len(left)].strip("，,、的 ") if kept == len(left) else _trimmed(text[:kept])


def _without_predicate(words: Sequence[tuple[str, str]]) -> int:
    """How many characters stand before 要讲, 最怕 or 一式 at the end of a phrase; all of them where none does."""
    lengths = [len(word) for word, _ in words]
    if len(words) < 2:
        return sum(lengths)
    (before, tag), (last, last_tag) = words[-2:]
    if len(words) > 2 and tag == "m" and len(last) == 1 and last not in _CLOSING:
        return sum(lengths[:-2])
    if last_tag[:1] != "v":
        return sum(lengths)
    if re.match("[要需应该须].$", last):
        return sum(lengths[:-1])
    if len(words) > 2 and _SAID_OF_IT.match(before):
        return sum(lengths[:-2])
    return sum(lengths[:-1]) - 1 if re.search(".[要需应该须]$", before) else sum(lengths)


def _is_light(word: str, tag: str) -> bool:
    """Whether a word at the end of a phrase says nothing of what the phrase names."""
    if word in _CLOSING or tag == segment.TERM:
        return False
    return (
        tag[:1] in _LIGHT_TAGS
        or word in _LIGHT_WORDS
        or (len(word) == 1 and tag[:1] in ("v", "a"))
        or not tight(word)
    )


def _behind(text: str) -> str:
    """What a question asks about where the asking words come first: 怎样提升组织力？ → 提升组织力."""
    pieces = [ASKING.sub("", piece) for piece in re.split("[，,]", _PARTICLE.sub("", text))]
    stems = [_OPENS.sub("", re.sub(r"一[次回]", "", piece)) for piece in pieces]
    stem = next((stem for stem in stems if _says_something(stem)), "")
    words = segment.tagged_terms(fold(stem))
    if len(words) > 1 and _SAID_OF_IT.match(words[0][0]):
        done = words[1][0] if len(words) > 2 and words[1][1][:1] == "v" else ""
        stem = stem[len(words[0][0] + done) :]
    return _trimmed(stem.strip("，,、 "))


def _says_something(text: str) -> bool:
    return len(tight(RELATIONAL.sub("", text))) > 1


def _is_anybody(text: str) -> bool:
    """Whether a subject is so general that the rest of the question says what it is about: 党员, 支部, 我们."""
    return fold(text) in _ANYBODY


_ANYBODY = frozenset(
    "党员 支部 党支部 党组织 党委 书记 支部书记 干部 群众 我 我们 单位 本单位 机关 村里 企业 学校 社区 基层 年轻人 新党员".split()
)
