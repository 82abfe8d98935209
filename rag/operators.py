"""Small words that turn a statement round: negation, duty and permission, bounds, quantifiers, order in time, opposites.

Two texts with the same nouns and numbers say different things when these differ. Each operator belongs to a class;
``conflict`` says when two sets of classes cannot both be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.fold import fold

# titles, and words that hold a negating or limiting character and negate nothing; taken out before operators are looked for
_HIDDEN = re.compile(
    r"《[^《》]*》|不断|不但|不同|不久|不管|不论|无论|不忘|不懈|不妨|差不多|最多见|不止|不愧|不惜|不禁|不觉|不时|不日|不良|不法|不正之风|不当(?![场众面])|不朽|不幸|不舍|不俗|不凡|了不起|对不起"
    r"|(?:敢|能|想)?不(?:敢|能|想)腐|毫不动摇|坚定不移|一成不变|必不可少|不可或缺|不折不扣|永不[褪掉]|不变[色质]|不走[样过]|不走过场|不掉队|不留死角|不漏一[人户]|不虚|不定期"
    r"|是不是|能不能|有没有|会不会|要不要|可不可以|是否|能否|可否|否则|无非|无数|无限|无私|无缝|无愧|无畏|无疑|无形|毫无疑问|未来|非常|除非|非凡|非公|非遗|非党|非物质|莫大|别人|个别谈|分别|特别|区别|类别|级别|性别|辨别|识别|鉴别|告别|别具|差别|没收|埋没|淹没|沉没"
    r"|可能|可行|可靠|可见|可喜|可爱|认可|许可|可持续|只要|应用|应对|应急|应届|应邀|应到|反应|适应|响应|供应|效应|相应|要求|要点|要素|要件|重要|主要|需要求|必要|纪要|摘要|概要|简要|首要|要闻|要害|需求|必需品|会议|会员|会场|工会|委员会|大会|机会|社会|总会|不见面"
    r"|前提|前沿|前列|前进|前任|前往|当前|目前|以前所未有|前所未有|前面|前辈|前途|前景|前线|前期|提前|后备|后代|后果|后勤|落后|背后|后续|后台|前后|后进|后者|前者|最后一公里|先后|先进|优先|领先|率先|首先|先锋|先生|先辈|预先|事先|祖先|再次|再接再厉|一再"
    r"|全部门|部分别|全面|全国|全省|全市|全县|全区|全镇|全乡|全村|全党|全会|全心全意|全过程|全方位|全覆盖|全力|完全|安全|健全|都市|首都|成都|仅次于|不仅仅"
)

_CLASSES = (  # longest first inside a class; classes in the order in which they claim a stretch
    ("no less", r"(?:没有?|未)(?:少于|低于)|不(?:得|应|可|能|宜|要|准|许)?(?:少于|低于|小于|短于|早于)|至少|最少|最低|起码|(?<=[\d%年月日天次人名项个岁元一二三四五六七八九十数成倍])及?以上"),
    ("no more", r"(?:没有?|未)(?:超过|超出|多于|高于)|限(?=[\d一二三四五六七八九十半])|控制在|不(?:得|应|可|能|宜|要|准|许)?(?:超过|多于|高于|大于|长于|晚于|迟于)|至多|最多|最高不|(?<=[\d%年月日天次人名项个岁元一二三四五六七八九十数成倍])及?以下|以内|之内|(?<=[\d年月日天周时钟])内"),
    ("more than", r"(?<!不)(?<!不得)(?:超过|多于|大于|高于|超出)"),
    ("less than", r"(?<!不)(?<!不得)(?:少于|低于|小于|不足(?=[\d一二三四五六七八九十百半])|未满|不满(?=[\d一二三四五六七八九十百半]))"),
    ("not only", r"不(?:只是?|仅仅?|光|单)"),
    ("forbid", r"不得|不准|不能(?!不)|不可(?!不|避)|不许|严禁|禁止|不允许|不应当?|不该|不宜|不要|切勿|切忌|严防|杜绝|请勿|不予|一律不|决不|绝不|谢绝|勿"),
    ("free", r"不必|无需|无须|不需要?|不须|不用|毋须|免于|可以不|可不"),
    ("never", r"从未|未曾|并未|从不|从没|尚未|还没有?|没有|并非|并不|不再|不是|不会|不属于|不包括|不含|不计入|不具备|不符合|未能|未经|未按|拒绝"),
    ("not", r"不(?!得不)|未|无(?!不)|非|没|毋|莫"),
    ("must", r"不得不|非[^，。]{1,6}不可|必须|应当|务必|必需|一定要|应该|需要|须要?|理应|有义务|(?<![主重首需必])要(?![闻点素])|应(?![用对急届邀到])|须|需"),
    ("may", r"可以|允许|有权|准许|可(?=[由以在向作将按给参申采])|能够?(?=[^力动源手量人])|得以"),
    ("all", r"全部|所有|全体|一律|任何|凡是?|每一?[个名位](?!月|季|星期|工作日|周|年)|各个|逐[一个]|无一例外|悉数|一切"),
    ("some", r"某[个些位名]|部分|少数|个别|一些|有些|有的|多数|大多|大部分|少部分|若干|半数"),
    ("mostly", r"一般|通常|原则上|往往|普遍"),
    ("only", r"只(?!要)|仅|唯一|唯有|单纯"),
    ("before", r"(?:之|以)?前(?=[，,。；;、）)\s的须应要由将先须]|$)|(?:之|以)前|先(?=[^进锋生辈行])|[会事课节班训考任岗行选投]前"),
    ("after", r"(?:之|以)?后(?=[，,。；;、）)\s的须应要由将再方才]|$)|(?:之|以)后|再(?=[^次接])|[会事课节班训考任岗行选投]后"),
    ("if", r"如果|倘若|假如|若(?!干)|一旦|除非|除(?=[^了夕尘])|除了|的除外"),
)  # fmt: skip
_OPERATOR = re.compile("|".join(f"(?P<c{i}>{pattern})" for i, (_, pattern) in enumerate(_CLASSES)))
BOUNDS = frozenset({"no less", "no more", "more than", "less than"})
NEGATIVE = frozenset({"forbid", "free", "never", "not"})

# words of which one turns a statement into its opposite; each pair works both ways
OPPOSITES = (
    "增加 减少|增长 下降|提高 降低|提升 下降|提升 降低|上升 下降|扩大 缩小|加强 削弱|加强 减弱|增强 削弱|增强 减弱|强化 弱化|加重 减轻|加快 放慢|加快 减缓|延长 缩短|放宽 收紧|严格 宽松|加大 减小|加大 减轻|多 少",
    "同意 反对|赞成 反对|赞成 不赞成|支持 反对|肯定 否定|批准 驳回|批准 否决|通过 否决|接受 拒绝|受理 不予受理|允许 禁止|鼓励 限制|提倡 反对|表扬 批评|奖励 处分|奖励 惩罚|公开 保密|承认 否认",
    "上级 下级|上级 同级|正式党员 预备党员|正式 预备|正职 副职|党内 党外|内部 外部|线上 线下|主动 被动|直接 间接|定期 不定期|专职 兼职|集中 分散|集体 个人|公开 秘密|书面 口头|长期 短期|固定 临时|有记名 无记名|记名 无记名|差额 等额|城市 农村|优点 缺点|成绩 问题|合格 不合格|优秀 不合格|有效 无效|先进 落后|进步 退步",
    "之前 之后|以前 以后|事前 事后|会前 会后|班前 班后|节前 节后|首次 末次|第一 最后|最先 最后|开始 结束|以上 以下|最高 最低|最多 最少|多数 少数|至少 至多|至少 最多|不少于 不超过|不少于 不多于|逐级 越级|以内 以外|最大 最小|最早 最迟|最早 最晚|提前 推迟|提前 延后|提前 延期",
    "转入 转出|流入 流出|接收 移出|收取 退还|上报 下发|加入 退出|建立 撤销|成立 撤销|成立 解散|设立 撤销|恢复 停止|恢复 中止|恢复 取消|启动 停止|当选 落选|留任 免职|任命 免去|任职 免职|录用 辞退|发展 清退|保留 取消|保留 删除|新增 取消|继续 停止",
    "重视 忽视|重视 轻视|遵守 违反|坚持 放弃|维护 损害|维护 破坏|促进 阻碍|推动 阻碍|保护 破坏|团结 分裂|忠诚 背叛|廉洁 腐败|民主 专断|巩固 动摇|繁荣 衰退|成功 失败|胜利 失败|积极 消极|主要 次要|简单 复杂|容易 困难|安全 危险|富裕 贫困|年轻 年老|男 女|早 晚|高 低|大 小|长 短|快 慢|轻 重|好 坏|优 劣|强 弱|增 减|升 降|东 西|南 北|左 右",
)  # fmt: skip
_PAIRS = tuple((a, b) for row in OPPOSITES for a, b in (pair.split() for pair in row.split("|")))
_OPPOSED: dict[str, frozenset[str]] = {
    word: frozenset({b for a, b in _PAIRS if a == word} | {a for a, b in _PAIRS if b == word})
    for pair in _PAIRS
    for word in pair
}
NEGATIONS = "不未无非没"


@dataclass(frozen=True, slots=True)
class Operator:
    """``text[start:end]`` works as ``kind``."""

    kind: str
    start: int
    end: int


def operators(text: str) -> Iterator[Operator]:
    """The operators of ``text`` in order. Quotation marks and 《titles》 hide what they hold."""
    folded = _masked(fold(text))
    for match in _OPERATOR.finditer(folded):
        index = int(str(match.lastgroup)[1:])
        yield Operator(_CLASSES[index][0], match.start(), match.end())


def opposed(one: str, other: str) -> bool:
    """Whether two words are opposites: listed as such, or one is the other negated (合格 / 不合格)."""
    if other in _OPPOSED.get(one, ()):
        return True
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return len(longer) == len(shorter) + 1 and longer[1:] == shorter and longer[0] in NEGATIONS


def conflict(claimed: frozenset[str], there: frozenset[str]) -> str | None:
    """The kind in which two statements about the same thing part; ``None`` when they agree.

    Duties may be said or left unsaid (应当), a permission may be added (可以通过…), a bound or an "all" may be left out. A negation
    may neither come nor go, and a bound, an "only", an "all" or a "some" may not come.
    """
    no, gone = claimed & NEGATIVE, there & NEGATIVE
    if bool(no) != bool(gone):
        return min(no or gone)
    if ("free" in no) != ("free" in gone):
        return "free"
    for one, other in _EXCLUDING:
        for a, b in ((one, other), (other, one)):
            if a in claimed and b in there and b not in claimed and a not in there:
                return a
    for added in ("no less", "no more", "more than", "less than", "only", "all", "some"):
        if added in claimed and added not in there and not _NEAR.get(added, frozenset()) & there:
            return added
    return None


_EXCLUDING = (
    ("no less", "no more"), ("more than", "less than"), ("no less", "less than"), ("no more", "more than"), ("all", "some"), ("all", "mostly"),
    ("may", "must"), ("only", "not only"), ("before", "after"),
)  # fmt: skip
_NEAR = {  # bounds that differ by the limit itself only
    "no less": frozenset({"more than"}),
    "more than": frozenset({"no less"}),
    "no more": frozenset({"less than"}),
    "less than": frozenset({"no more"}),
    "some": frozenset({"mostly"}),
}


def _masked(folded: str) -> str:
    """``folded`` with titles and lexical words overwritten by blanks of equal length."""
    return _HIDDEN.sub(lambda hidden: " " * len(hidden.group()), folded)
