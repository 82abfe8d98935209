"""What a stretch of Chinese text says, laid out for comparing: clauses, tokens by kind, operators.

A token of a hard kind (a number, a 《title》, quoted words, a name, an office or body) either stands in the evidence or the
sentence is wrong; a content word may be a paraphrase; a function word says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from embeddings.fold import fold
from rag import segment
from rag.numbers import Number, numbers
from rag.operators import Operator, operators
from rag.text import HAN, tight

Kind = Literal["number", "title", "quoted", "latin", "name", "actor", "content", "function"]
HARD = frozenset({"number", "title", "quoted", "latin", "name", "actor"})

_TITLE = re.compile(r"《[^《》]{1,80}》")
_QUOTED = re.compile(r"[“「『\"‘][^“”「」『』\"‘’\n]{1,24}[”」』\"’]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9.+\-]*")
_CLAUSE = re.compile(r"[，,；;：:。！？!?…\n]+|——+")
_SENTENCE = re.compile(r"[。！？!?；;\n]+[”’」』）)\"']*")
_HAN_RUN = re.compile(rf"[{HAN}]+")
ACTOR = re.compile(
    r"(?:委员|书记|组长|主任|部长|局长|主席|会长|校长|院长|所长|站长|村长|队长|介绍人|联系人|负责人|主持人|监票人|计票人|召集人|审批人|经办人|申请人|考察人|专干|组织员|干事|辅导员|指导员"
    r"|党委|党组|纪委|工委|支部|总支|小组|党组织|委员会|代表大会|党员大会|[支村居]委会|小组会|生活会|理事会|董事会|议事会|代表会|组织部|宣传部|统战部|办公室|部门|机关|法院|检察院|公安局|政府|人大|政协|工会|团委|妇联|学校|党校|企业|公司|医院|乡镇|街道|社区"
    r"|党员|积极分子|发展对象|群众|干部|职工|学生|教师|村民|居民|上级|下级)$"
)
_PLACE = re.compile(
    r"[省市县区乡镇村州盟旗]$|^(?:北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西"
    r"|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|深圳|广州|武汉|成都|南京|杭州|西安)$"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦马苗凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元顾孟平黄穆萧尹姚邵汪祁毛狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀甄曲封储靳邴段富巫焦谷侯全班仰秋仲伊宫宁仇栾"
    "祖武符刘景詹束龙叶司韶黎蓟溥印白怀从鄂索赖卓蔺屠蒙池乔胥能苍双闻莘党翟谭贡劳姬申冉桑桂牛寿边燕浦尚农温别庄晏柴瞿阎连习容向古易廖终衡步都耿满弘匡国文寇广东欧师巩聂敖冷辛阚简饶曾关肖覃蒲"
)  # fmt: skip
_NOT_NAMES = frozenset(
    "宣传 宣传部 组织 明确 明白 明显 高度 高效 高校 高质量 万事 成立 成员 成效 安全 安排 安心 常态 平时 平台 全面 全国 全体 全部 江山 能力 向上 路上 路线 连续 文明 文件 文化 广大 广泛 国家 国有 党员 党委 党组 党章 党费 党性 党风 党建 方便 方案 方式 方法 方向 任务 任何 任职 元旦 应当 "
    "应该 谈话 谈心 程序 费用 纪律 纪委 项目 计划 解决 解答 单位 单独 温暖 简单 白天 农村 农民 双向 双重 别人 关系 关于 包括 申请 容易 步骤 都要 终身 满意 满足 周期 周末 平均 严格 严肃 严禁 华夏 金额 时候 和谐 贺信 强调 习惯 公开 康复 余额 乐于 常委 常务".split()
)
FUNCTION = frozenset(
    "就要 只需 还需 的 地 得 了 着 过 在 和 与 及 以及 或 或者 是 为 以 对 对于 将 把 被 由 等 等等 其 其中 之 所 并 并且 且 而 而且 也 都 还 就 会 有 这 那 该 此 这些 那些 这个 那个 这样 这种 各 每 个 名 种 项 位 件 同时 此外 另外 因此 所以 因为 由于 从而 通过 经过 进行 "
    "加以 予以 做 做好 作 作为 给 让 使 向 从 到 至 于 按 按照 依照 依据 根据 据 他 她 它 他们 她们 它们 我 我们 你 您 你们 自己 本 上 下 中 里 内 外 间 时 后 前 一 一个 一种 一名 一项 一些 一方面 另一方面 既 又 则 但 但是 不过 然而 即 即使 如 如果 比如 例如 "
    "可 可以 能 能够 要 需 需要 必须 应 应当 应该 须 务必 不 不得 不能 没有 未 无 非 再 先 才 只 仅 均 也要 还要 还应 首先 其次 再次 最后 第一 第二 第三 一是 二是 三是 四是 五是 六是 其一 其二 其三 就是 也是 还是 便 更 很 最 较 吗 呢 吧 啊 呀 方面 来 去 起 "
    "当 的话 只要 才能 才会 因 用 来说 而言 之后 之前 以后 以前 以上 以下 全部 所有 一律 部分 少数 至少 最多 不少于 不超过 超过 少于 一般 通常 原则上 主要 具体 包括 指 指的是 属于 都要 都会 都是 一定 已 已经 正在 曾 曾经 现在 目前 文中 资料 指出 提到 认为 表示".split()
)  # fmt: skip

EMPTY = frozenset(
    "时间 题目 主题 名称 名为 叫做 题为 称为 所述 上述 工作 方面 问题 情况 相关 有关 内容 事项 要求 规定 做到 开展 落实 注重 注意 强调 过程 过程中 主要 方式 形式 方法 作用 存在 实现 结合 围绕 同志 人员 单位 组织 部门 应有 包括 明确".split()
)  # words that claim next to nothing
EMPHASIS = frozenset(
    "一定 有效 切实 具体 进一步 不断 重要 关键 必要 实际 认真 积极 及时 全面 深入 严格 充分 强化 真正 扎实 努力".split()
)
ENDS_CLAUSE = re.compile(r"[，,；;：:。]")


@dataclass(frozen=True, slots=True)
class Token:
    """``text[start:end]`` of its clause's text, folded; ``number`` is set for numbers, ``tag`` is the segmenter's."""

    text: str
    start: int
    end: int
    kind: Kind
    tag: str = ""
    number: Number | None = None

    @property
    def says_something(self) -> bool:
        """False for function words and articles."""
        return self.kind != "function"


@dataclass(frozen=True, slots=True)
class Clause:
    """``text[start:end]`` of the folded text; tokens and operators have offsets into the folded text too."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    operators: tuple[Operator, ...]

    @property
    def weight(self) -> int:
        """How many characters say something."""
        return sum(t.end - t.start for t in self.tokens if t.says_something)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read. ``text`` is folded; ``sentences`` are ``(first, last)`` indexes of the clauses of each, last excluded."""

    text: str
    clauses: tuple[Clause, ...]
    sentences: tuple[tuple[int, int], ...]
    tight: str

    @property
    def tokens(self) -> Iterator[Token]:
        """All tokens in order."""
        return (token for clause in self.clauses for token in clause.tokens)

    def words(self, clause: Clause) -> str:
        """What one of its clauses says."""
        return self.text[clause.start : clause.end]


@lru_cache(maxsize=512)
def read(text: str) -> Reading:
    """``text`` read. Sentences end at ； too: a semicolon joins statements that stand by themselves."""
    folded = fold(text)
    found_operators = tuple(operators(folded))
    tokens = _tokens(folded, found_operators)
    clauses: list[Clause] = []
    sentences: list[tuple[int, int]] = []
    for start, end in _pieces(_SENTENCE, folded, 0, len(folded)):
        first = len(clauses)
        for a, b in _pieces(_CLAUSE, folded, start, end):
            inside = tuple(t for t in tokens if a <= t.start and t.start < b)
            if inside:
                clauses.append(Clause(a, b, inside, tuple(o for o in found_operators if a <= o.start < b)))
        if len(clauses) > first:
            sentences.append((first, len(clauses)))
    return Reading(folded, tuple(clauses), tuple(sentences), tight(text))


def _pieces(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of the pieces between matches. A mark inside 《》 or short quotation marks divides nothing."""
    protected = [m.span() for p in (_TITLE, _QUOTED) for m in p.finditer(text, start, end)]
    position = start
    for match in pattern.finditer(text, start, end):
        if any(a < match.start() < b - 1 for a, b in protected):
            continue
        if position < match.start():
            yield position, match.start()
        position = match.end()
    if position < end:
        yield position, end


def _tokens(folded: str, marks: Sequence[Operator]) -> tuple[Token, ...]:
    found: list[Token] = []
    taken: list[tuple[int, int]] = []

    def take(start: int, end: int, kind: Kind, number: Number | None = None) -> None:
        if not any(a < end and start < b for a, b in taken):
            taken.append((start, end))
            found.append(Token(folded[start:end], start, end, kind, number=number))

    for match in _TITLE.finditer(folded):
        take(match.start(), match.end(), "title")
    for match in _QUOTED.finditer(folded):
        take(match.start(), match.end(), "quoted")
    for mark in marks:
        if mark.end - mark.start > 1:
            take(mark.start, mark.end, "function")
    for number in numbers(folded):
        take(number.start, number.end, "function" if number.article else "number", number)
    for match in _LATIN.finditer(folded):
        take(match.start(), match.end(), "latin")
    for match in _HAN_RUN.finditer(folded):
        for start, end in _free(match.start(), match.end(), taken):
            found.extend(_words(folded, start, end))
    return tuple(sorted(found, key=lambda t: t.start))


def _free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of a stretch that no taken stretch covers."""
    for a, b in sorted(taken):
        if b <= start or a >= end:
            continue
        if start < a:
            yield start, a
        start = max(start, b)
    if start < end:
        yield start, end


def _words(folded: str, start: int, end: int) -> Iterator[Token]:
    position = start
    for word, tag in segment.tagged(folded[start:end]):
        yield Token(word, position, position + len(word), _kind(word, tag), tag)
        position += len(word)


def _kind(word: str, tag: str) -> Kind:
    if word in FUNCTION or tag in ("x", "y", "e", "uj", "ul", "uz", "ug", "ud", "uv", "o"):
        return "function"
    if len(word) == 1 and tag[:1] in ("p", "c", "u", "d", "r", "q", "f", "k", "h", "m"):
        return "function"
    if (
        (is_person(word) and tag in ("nr", "nrt", "nrfg"))
        or (tag == "ns" and _PLACE.search(word))
        or tag == "nt"
    ):
        return "actor" if ACTOR.search(word) else "name"
    if len(word) >= 2 and ACTOR.search(word):
        return "actor"
    return "content"


@lru_cache(maxsize=512)
def terms_in(text: str) -> tuple[tuple[str, int, int], ...]:
    """The terms of the field in a text with their offsets."""
    found = []
    position = 0
    for word, tag in segment.tagged_terms(text):
        if tag == segment.TERM and len(word) > 2:
            found.append((word, position, position + len(word)))
        position += len(word)
    return tuple(found)


def is_person(word: str) -> bool:
    """Whether a word looks like a Chinese personal name: a surname and one or two characters more."""
    return 2 <= len(word) <= 3 and word[0] in _SURNAMES and word not in _NOT_NAMES
