"""What a question asks for: read from its words, before anything is searched.

The kinds and what each wants to see:

    fact       one sentence that answers (谁, 多少, 哪一年, 叫什么)
    list       the complete enumeration (哪几个方面, 哪四种, 有哪些)
    synthesis  several points, from several documents where they speak (如何, 怎样, 各单位)

The rules know question words only, never a subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.fold import fold
from rag.datatypes import Expected, Kind
from rag.english import in_english, thing_sought
from rag.gathering import WHO_ALL, asking, is_across, subject_of
from rag.glossary import FUNCTION_WORDS, Wording, content
from rag.text import HAN as _HAN_CHARS
from rag.text import grams, language_of, words

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_NUM = "一二三四五六七八九十两"
_UNITS = "次名人年月天个岁件项家户篇本场期届万千百元级部支批套位时小课学日分倍亩吨斤字条米号"

_LIST = re.compile(
    rf"哪些|哪几(?!年|天|月|位)|哪[{_NUM[1:]}\d]|哪一?(?:个|种|项|类)方面|哪[“\"「]|(?:有|是|指|包括|分为)什么.{{0,4}}(?:方面|内容|环节|步骤|类型)|分别|几个方面|包括(?:哪|什么)"
    r"|由哪|[一二三四五六七八九十\d]+(?:个|种|项|条|类|大)?[^，。？]{0,8}(?:是|指)(?:的)?(?:什么|啥)"
    rf"|[“\"「][{_NUM}][^”\"」]{{1,3}}[”\"」][^，。？]{{0,8}}(?:什么|啥|哪)"
)
# 组织生活会流程, 分几个等次, 纪检委员管什么: what is asked for comes in several items.
_LISTED_WITHOUT_WHICH = re.compile(
    r"(?:流程|程序|步骤|环节|手续)(?:是(?:什么|啥|怎样的)|有哪些)?$|分(?:为|成)?几(?:个|种|类|档|步|等)"
    r"|(?:管|干|准备|用来[干做])(?:些|点)?(?:什么|啥)(?:事|活)?$"
)
# 介绍信丢了怎么办: what to do in one case is told in one place.
_CASE = re.compile(
    r"(?:丢|没|错|坏|忘|漏|断|缺|失联|找不到|联系不上|不[^，。？]{1,10}|了)[^，。？]{0,10}(?:怎么办|咋办|咋整|咋弄|(?:怎么|咋|如何)处理)"
)
_REMEDY = re.compile(
    r"(?:怎么|咋|如何|怎样)(?:办|整|弄|破|(?:去|来)?(?:解决|处理|纠正|应对|避免|防止|克服|整改|补救|改))(?![好理公事])"
)
_SYNTHESIS = re.compile(
    r"如何|怎样|怎么|怎能|咋|注意(?:什么|啥|些什么)|做(?:到|好)?(?:什么|啥)|为什么|为啥|为何|原因|作用|意义"
    r"|对比|比较|异同|不同|区别|哪篇|谈谈|介绍|说明|总结|概括|要求|做法|经验|有何"
)
_COMPARE = re.compile(r"各[自级有]|对比|比较|异同|不同|区别|分别.{0,6}(?:怎|如何)")
_WHY = re.compile(r"为什么|为啥|为何|原因|缘何")
_PERSON = re.compile(
    r"(?<![由让归找向被请跟对给替])(?:谁|哪(?:一)?(?:位|个人|名)(?!员)|何人)(?!来|可以|能|会|要|应|该|负责|组织|审|参加|主持|出面|批准|讲|做|先|都|去|管|定)"
    r"|姓(?:什么|啥)|姓名|(?:书记|主任|校长|局长|部长|组长|馆长|同志|人)[^，。？]{0,4}叫(?:什么|啥)"
)
_AGENT = re.compile(
    r"由(?:谁|哪(?:个|些|级)?(?:部门|机关|组织|单位|人|方面))|谁(?:来)?(?:负责|组织|主持|召集|审批|批准|决定|提出|推荐|担任|监督|保管)|归谁|让谁|找谁"
)
_DATE = re.compile(r"哪一?年|哪一?天|哪个月|几月|几号|何时|什么时候|什么时间|啥时候|哪年哪月|几点")
_PLACE = re.compile(rf"在哪(?![些个几种方类{_NUM}])|哪里|哪儿|何处|什么地方|哪个(?:省|市|县|区|村|镇|地方)")
_NAME = re.compile(r"叫(?:什么|啥)|名称|名字|题目|什么名|书名|简称|全称")
_DURATION = re.compile(
    r"多长时间|多少时间|多久|多长|期限|时限|任期|有效期|影响期|预备期多|几个月|几年|几天|几小时|几学时|间隔|频次|多久一次"
)
_FREQUENCY = re.compile(
    r"多久[^，。？]{0,4}[一1][次回场]|多长时间[^，。？]{0,4}[一1][次回场]|频次|频率|每[年月周季](?:度)?[^，。？]{0,6}几[次回场]|几(?:年|个?月|天|周)[^，。？]{0,4}[一1][次回场]"
)
_DEFINITION = re.compile(
    r"什么是|是什么意思|指的?是?什么|指啥|(?:怎么|如何|怎样)(?:界定|定义|理解)|何谓|定义|含义|是什么$|是啥$"
)
# What something has is not asked for by a definition: 正确的写法是什么, 书记的第一职责是什么.
_OF_SOMETHING = re.compile(
    r"(?:[做写办方说想看用]法|方式|形式|流程|程序|顺序|步骤|原因|理由|目的|目标|任务|职责|责任|要求|标准|条件|前提|依据|内容|重点|要点|难点|关键|核心"
    r"|原则|底线|作用|意义|特点|优势|区别|问题|对象|范围|主题|宗旨|根本|结果|后果|期限|频次|比例)(?:都|分别|又|应该|应当)?是(?:什么|啥)$"
)
_COUNTED_NOUN = (
    ("字数", "字"),
    ("人数", "人"),
    ("次数", "次"),
    ("比例", "%"),
    ("学时", "学时"),
    ("金额", "元"),
)
_NUMBER = re.compile(
    rf"多少(?P<u1>平方米|平米|厘米|公里|人次|[{_UNITS}]?)|百分之几|几分之几|占比|比例是|多大|多长|多久|多高|(?<![十这那])几(?:个(?=人))?(?P<u2>次|名|人|年|月|天|个月|岁|件|项|家|户|篇|本|场|期|届|万|千|百|元|级|部|支|批|套|位|小时|课时|学时|日)"
)

_ASKS = re.compile(
    r"什么|哪|谁|多少|几(?!乎)|如何|怎|啥|何时|何处|多长|多久|是否|吗|\b(?:what|whom?|whose|when|where|which|why|how)\b",
    re.I,
)
# How people ask beside the question words: 咋整, 上哪儿, 有啥说法, 中不中, 要不要, 这样行吗.
_SPOKEN = (
    r"(?:咋|怎么)(?:整|弄|办|搞|样|着|回事)|(?:弄|干|搞)(?:啥|什么)|[搁上往去到]哪(?:儿|里|块|(?![一二三四五六七八九十两\d年月天位个种类项级些几家]))"
    r"|(?:有|讲)?(?:啥|什么|哪些)(?:说法|讲究|规矩|名堂|窍门|门道|好?(?:法子|招数?|点子))"
    r"|(?P<same>[中成行好对得妥])不(?P=same)|可不可以?|要不要|该不该|用不用|会不会|算不算(?!数)|合不合适"
    r"|(?:没(?:啥|什么)?事|不要紧)吧|(?:[就也还才]|这样)[中成行得好对](?:了|吗|吧|么|不)?(?=[？?。！!，,]|$)"
)
_FILLER = re.compile(
    rf"{_SPOKEN}|"
    r"(?<![第十])一(?:名|个|种|位|项|堂|场|次|件|篇|份|支)(?=[^，。？])|(?<=[讲开办做抓搞管写建过用学])好(?=[^，。？])"
    r"|(?:请)?(?:对比|比较)(?:一下)?(?=.*(?:和|与|跟|同|、))|做到(?!位)|做法|的时候|(?<=[\u4e00-\u9fff])时(?=，|应|该|怎|要)"
    rf"|{WHO_ALL}|各(?:单位|部门|地)|请问|请教|麻烦|帮我|告诉我|我?想(?:知道|了解|请教|问问|问一?下)|一下|来着|到底|究竟|文中|这?[几两三四]份材料|[这那]份材料|材料(?:[中里]|(?=要求|提[到出]|强调|说|讲))|文章中?|资料中?|这篇|那篇|提到的?|提出的?|所说的?|里面|"
    r"有?(?:什么|哪些|啥)要求|提前(?=多|几)|哪些|哪几个?|哪[一二三四五六七八九十两]?(?=[年天位个种类项])|哪里|哪儿|哪|如何|怎样|怎么样|怎么办|怎么个?|咋个?|为什么|为啥|为何|什么时候|什么样|什么|啥|谁|(?:多少|几)(?:个?月|个人|号|日|点|年|天|次|岁)(?:以?[前后内]|之[前后内])?|多少时间|多少|多长时间(?:[之以]?[前后内])?|多[长久大高远](?:[之以][前后内])?|百分之几|几分之几|几个?|何时|"
    r"是不是|有没有|能不能|可以|应该|应当|需要|必须|界定|定义|含义|分别|具体|主要|叫做?(?=什么|啥|$|[，。？?])|指(?:的是?|是|(?=什么|啥|哪|$|[，。？?]))|有何|吗|呢|吧|啊|呀|了吗|的话"
)
_MONEY = re.compile(
    r"多少(?:的)?(?:钱|[党会团经]费|补[贴助]|工资|奖金|资金)|(?:[党会]费|补[贴助]|奖金|罚款|工资)[^，。？]{0,4}多少(?![个名人次])"
)
# 工资4500交多少: the asker's own amount, which no document needs to hold.
_EARNED = re.compile(r"工资|收入|月薪|基数|退休金|养老金")
_OWN_AMOUNT = re.compile(r"(?<![\d第])\d{3,6}(?:元|块钱?)?(?![\d年万亿名人个])")
# 最长多久, 至少几名: which bound is asked for, no document needs to say in these words (一般不超过六个月).
_MEASURED = ("number", "date", "duration", "frequency")
_AT_MOST = re.compile(r"(?:最[长多少晚短迟快早高低]|至[少多])(?:能|可以|可|要|得|是|有)?")
_LISTED = re.compile(rf"[{_HAN_CHARS}]{{2,}}(?:、[{_HAN_CHARS}]{{2,8}})+")
_QUOTED = re.compile(r"[“「『\"《]([^“”「」『』\"《》]{2,30})[”」』\"》]")
_STOP_WORDS = frozenset(
    "的 了 是 在 和 与 及 或 被 把 将 对 对于 为 以 于 从 向 到 由 等 这 那 其 之 所 就 都 也 还 又 要 会 能 有 没有 没 上 下 中 里 内 "
    "一 个 种 名 位 件 次 项 条 做 做好 让 使 给 跟 比 得 地 着 过 他 她 它 他们 我 我们 你 你们 自己 人家 该 应 我想 每 一名 一个 一种 一位 一项 一些 方面 名 内容 情况 问题 过程 时候 东西 事情 那些 这些 有关 关于 相关 "
    "咱 咱们 俺 俺们 您 大家 这个 那个 这事 那事 这种 那种 这样 那样 这么 那么 有人 有的 有点 那点 一点 点 些 老 光 总 只 才 真 倒 老是 总是 要是 如果 只要 就是 还是 随便 反正 干脆 有些 看看 这块 那块 这号 那号 这回 那回 不就 就算 专门".split()
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what it asks for. ``count`` is the number of items it announces; ``unit`` follows 多少 or 几, of a date it
    is 年 where a year is asked for and 时 where any occasion answers;
    ``label`` is the character that the items of a numbered label share (“六强” → 强, 三个“带头” → 带头); ``counted`` is what
    the items are called (哪些情形 → 情形). ``across`` questions ask of several units or documents, which makes them
    ``compares`` questions, whose answer stands in several places.
    """

    text: str
    language: str
    kind: Kind
    expected: Expected | None = None
    unit: str = ""
    count: int | None = None
    label: str = ""
    counted: str = ""
    across: bool = False
    compares: bool = False
    why: bool = False

    @property
    def content(self) -> str:
        """The question without question words, politeness and particles, folded."""
        if self.language == "en":
            return self.text.lower()
        plain = fold(self.subject)
        if self.expected == "number" and _EARNED.search(plain):
            plain = _OWN_AMOUNT.sub(" ", plain)
        if self.expected in _MEASURED:
            plain = _AT_MOST.sub(" ", plain)
        return _FILLER.sub(" ", plain)

    @property
    def subject(self) -> str:
        """The question without the words that only say to look in several documents."""
        return subject_of(self.text)

    @property
    def remedy(self) -> bool:
        """Whether the question tells what has gone wrong and asks what to do."""
        return _REMEDY.search(fold(self.text)) is not None

    @property
    def listed(self) -> tuple[str, ...]:
        """What a question lists itself, the last word of each: 哪三个方面的维护者、践行者、奋斗者 names the items of its answer."""
        run = _LISTED.search(fold(self.text)) if self.kind == "list" else None
        parts = [words(part) for part in run.group().split("、")] if run else []
        last = ("".join(part[-2:]) if len(part[-1]) == 1 else part[-1] for part in parts if part)
        return tuple(dict.fromkeys(word for word in last if len(word) > 1))

    @property
    def quoted(self) -> tuple[str, ...]:
        """The names that the question puts in quotation marks or 《》: an answer should speak of these very words."""
        return tuple(dict.fromkeys(_QUOTED.findall(self.text)))

    def terms(self) -> tuple[str, ...]:
        """Content words, in order, each once: what an answer should be about."""
        if self.language == "en":
            return tuple(self.wordings)
        stop = _STOP_WORDS | FUNCTION_WORDS
        return tuple(dict.fromkeys(w for w in words(self.content) if w not in stop))

    @property
    def wordings(self) -> dict[str, Wording]:
        """The content words and phrases of an English question with the Chinese for each, by what they say."""
        return {wording.said: wording for wording in content(self.text)} if self.language == "en" else {}

    @property
    def sought(self) -> str:
        """The thing that an English question asks for by name (which colour, what is the penalty for): one of ``terms``, or nothing."""
        sought = thing_sought(self.text) if self.language == "en" else ""
        return sought if sought in self.terms() else ""

    def grams(self) -> tuple[str, ...]:
        """Character pairs inside the longer content words: a segmenter may cut the same phrase elsewhere in a document."""
        if self.language == "en":
            return ()
        return tuple(dict.fromkeys(g for word in self.terms() if len(word) > 2 for g in grams(word)))


def read_question(text: str) -> Question:
    """The question read. Never fails: what no rule recognises is a ``synthesis`` question without expectations."""
    language = language_of(text)
    if language == "en":
        return _read_english(text)
    plain = fold(text)
    expected, unit = _expected(asking(plain))
    count = announced_count(plain)
    across = is_across(plain)
    compares = across or bool(_COMPARE.search(plain))
    if across and expected == "definition":  # what several documents mean, none of them need define
        expected = None
    kind: Kind = "synthesis"
    if _LIST.search(plain) or _LISTED_WITHOUT_WHICH.search(plain.rstrip("？?。 ")):
        kind = "list"
    elif expected is not None or not (across or (_SYNTHESIS.search(plain) and not _CASE.search(plain))):
        kind = "fact"
    if kind == "list" and (across or (compares and re.search(r"如何|怎样|怎么|哪(?:些|几)", plain))):
        kind = "synthesis"
    return Question(
        text,
        language,
        kind,
        expected,
        unit,
        count,
        _label(plain),
        _counted(plain),
        across,
        compares,
        bool(_WHY.search(plain)),
    )


def asks(text: str) -> bool:
    """Whether a text holds a question word, Chinese or English."""
    return _ASKS.search(text) is not None


def announced_count(text: str) -> int | None:
    """The number of items a text announces (哪四种, “六强”, 三个方面), or ``None``."""
    for pattern in (
        rf"([{_NUM}]|\d)(?:个|种|项|条|大)[“\"「]",
        r"哪(十[一二三四五六七八九]?|[二三四五六七八九]十)(?!年|月|日|天|次|位)",
        rf"哪([{_NUM}]|\d+)(?!年|月|日|天|次|位)",
        rf"[“\"「]([{_NUM}])[^”\"」\d{_NUM}]{{1,2}}[”\"」]",
        rf"(?<![{_NUM}\d“])([{_NUM}]|\d)(?:个|种|项|条|类|大)?(?:方面|情形|环节|步骤|原则|标准|要求|任务|措施|阵地|目标|能力|关系|角色|阶段|类型|制度|力|强|多)",
        rf"(?:有|是|哪|这|那)(?:哪)?([{_NUM}]|1?\d)(?:个|种|项|条|类|点|步)",
        rf"(?<![{_NUM}\d第])([{_NUM}])有",
    ):
        match = re.search(pattern, text)
        if match:
            value = chinese_number(match.group(1))
            if value is not None and 2 <= value <= 30:
                return value
    return None


def _label(text: str) -> str:
    match = re.search(
        rf"(?:[“\"「][{_NUM}](?:个|种)?|[{_NUM}\d](?:个|种|项|条|大)[“\"「])([{_HAN_CHARS}]{{1,2}})[”\"」]",
        text,
    ) or re.search(rf"(?<![{_NUM}\d第])[{_NUM}](有|强|多|力|勤)", text)
    return match.group(1) if match and not re.search(rf"[{_NUM}]", match.group(1)) else ""


_NOUNS = (
    "方面|情形|情况|用途|步骤|环节|原则|要求|条件|材料|职责|任务|方法|办法|措施|方式|标准|内容|程序|手续|流程|特点|作用|问题|毛病|错误|误区|变形|底线|红线|界限"
    "|事项|形式|渠道|类型|阶段|角色|能力|素质|权利|义务|纪律|目标|等次|档次|形态"
)
_COUNTED = re.compile(
    rf"(?:哪(?:些|几|[{_NUM[1:]}]+|\d+)|什么|[分有]几)(?:个|种|项|条|类|点|大|样)?(?P<noun>{_NOUNS})"
    rf"|(?P<before>{_NOUNS})(?:都|各|主要|一般|具体)?(?:有|包括|分为?)(?:哪些|哪几|什么|啥|几)"
)


def _counted(text: str) -> str:
    match = _COUNTED.search(text)
    return (match["noun"] or match["before"]) if match else ""


def chinese_number(text: str) -> int | None:
    """``十二`` → 12, ``7`` → 7; ``None`` for anything else. Up to 99."""
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        head, tail = _DIGITS.get(tens, 1 if not tens else None), _DIGITS.get(ones, 0 if not ones else None)
        return None if head is None or tail is None else head * 10 + tail
    return _DIGITS.get(text) if len(text) == 1 else None


def _expected(plain: str) -> tuple[Expected | None, str]:
    if _FREQUENCY.search(plain):
        return "frequency", ""
    if _DURATION.search(plain):
        return "duration", ""
    if _MONEY.search(plain):
        return "number", "元"
    number = _NUMBER.search(plain)
    if number:
        return "number", (
            number.group("u1") or number.group("u2") or ("%" if "百分" in number.group() else "")
        )
    for noun, unit in _COUNTED_NOUN:
        if noun in plain:
            return "number", unit
    known = (
        ("date", _DATE),
        ("agent", _AGENT),
        ("person", _PERSON),
        ("name", _NAME),
        ("place", _PLACE),
        ("definition", _DEFINITION),
    )
    bare = plain.rstrip("？?。 ")
    for kind, pattern in known:
        if pattern.search(bare) and not (kind == "definition" and _OF_SOMETHING.search(bare)):
            return kind, _precision(plain) if kind == "date" else ""  # type: ignore[return-value]
    return None, ""


def _precision(plain: str) -> str:
    """年 where a year is asked for, 时 where any occasion answers (什么时候: 转正以后)."""
    if re.search(r"哪一?年", plain):
        return "年"
    return "时" if re.search(r"(?:什么|啥)时[候间]|何时", plain) else ""


def _read_english(text: str) -> Question:
    asked = in_english(text)
    return Question(
        text,
        "en",
        asked.kind,
        asked.expected,
        asked.unit,
        asked.count,
        "",
        asked.counted,
        asked.across,
        asked.compares,
        asked.why,
    )
