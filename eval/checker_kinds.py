"""How a sentence of a document is changed: edits that keep it true, and edits that make it false.

An edit gives ``None`` where it does not fit, so that a false sentence is really false: no swap of a word for its like. The words
here are chosen without looking at those the checker knows; docs/checker.md says how far the two overlap.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from embeddings.fold import fold


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence, the one behind it, its passage, the title of its document, and all documents in one."""

    sentence: str
    following: str
    passage: str
    title: str
    everything: str


Edit = Callable[[Source, random.Random], "str | None"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A named edit. ``wrong_place``: the words stay and the marker points elsewhere; ``without_source``: and the right passage
    is not among the hits.
    """

    name: str
    make: Edit
    wrong_place: bool = False
    without_source: bool = False


SYNONYMS = (
    "及时 尽快|认真 仔细|按时 准时|召开 举行|帮助 协助|了解 掌握|讨论 商议|研究 商讨|参加 出席|通知 告知|填写 填报|解决 化解|汇报 报告|"
    "安排 布置|坚持 坚守|推动 促进|不少于 至少|至少 不少于|严禁 不得|不准 不得|必须 应当|应当 必须|每月 每个月|按照 依照|按照 依据|依据 根据|如果 倘若|因为 由于|全部 全都|方便 便利|"
    "困难 难处|办法 方法|意见 看法|原因 缘由|经验 心得|情况 状况|时间 时候|重点 重心|目的 目标|群众 老百姓|家里 家中|提前 事先|避免 防止|"
    "容易 易于|常见 多见|最好 不妨|一起 一同|立即 马上|逐项 逐条|写清 写明|说清 讲清|记录 记载|整理 梳理|保存 保管|补充 增补|打算 计划"
)
NEGATIONS = "不得 可以|不准 可以|不能 可以|严禁 允许|必须 不必|应当 不得|应当 无须|需要 不需要|可以 不得|不再 仍然|没有 已经|不是 正是|不允许 允许|无需 必须|不必 必须|一律不 都可以|不计入 计入|能 不能"
POLARITY = (
    "增加 减少|提高 降低|加强 削弱|上升 下降|增强 削弱|提升 降低|扩大 缩小|同意 反对|赞成 反对|上级 下级|转入 转出|党内 党外|线上 线下|定期 不定期|主动 被动|公开 保密|合格 不合格|正式党员 预备党员|"
    "集体 个人|之前 之后|以前 以后|会前 会后|事前 事后|开始 结束|建立 撤销|成立 撤销|接收 拒收|表扬 批评|奖励 处分|批准 驳回|通过 否决|长期 短期|重视 轻视|遵守 违反|坚持 放弃|鼓励 限制|"
    "支持 阻挠|直接 间接|专职 兼职|书面 口头|最高 最低|延长 缩短|提前 推迟|优点 缺点|有效 无效|促进 阻碍|完整 残缺|准确 模糊|热情 冷淡|及时 迟迟|容易 困难|当面 背后"
)  # fmt: skip
QUANTIFIERS = "全部 部分|所有 个别|全体 少数|一律 一般|都 大多|每名 个别|每个 某个|至少 至多|不少于 不超过|不超过 不少于|不得超过 不得少于|以上 以下|以下 以上|最多 最少|半数以上 半数以下|逐一 有选择地|任何 多数|多数 少数"
UNITS = "个工作日 个月|学时 天|小时 天|天 周|天 个月|个月 天|个月 年|年 个月|日 月|名 户|次 天|每月 每年|每季度 每月|每年 每月|每半年 每季度|元 万元|% 倍|年 届|课时 天|分钟 小时"
OFFICES = (
    "支部书记 副书记 组织委员 宣传委员 纪检委员 党小组组长 支部委员会 支部党员大会 党小组会 基层党委 党总支 上级党组织 组织部门 宣传部门 纪检机关 党支部 入党介绍人 培养联系人 监票人 计票人 主持人 村委会 居委会 乡镇党委 "
    "街道党工委 县委组织部 党员 群众 积极分子 发展对象 预备党员 村民代表 工会 共青团 校长 党委书记 书记 校级党组织 职工代表大会 董事会 理事会"
).split()
FIRST, SECOND = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "建国 志强 秀英 海燕 立新 玉兰 文斌 晓梅 振华 德胜 春生 雪琴".split(),
)
INVENTED_CLAUSES = (
    "并报上一级党组织备案",
    "结果在三日内向社会公布",
    "由县级财政给予专项补助",
    "否则取消当年评优资格",
    "同时抄送纪检监察机关",
    "并邀请新闻媒体全程监督",
    "所需经费从村集体收入中列支",
    "凡连续两次缺席的予以通报",
    "有关材料永久保存",
    "这一做法得到了省委主要领导的肯定",
    "经公证后方才生效",
    "并与年终绩效工资挂钩",
)  # fmt: skip
INVENTED_WORDS = (
    "经上级批准后",
    "在网络平台上",
    "凭身份证",
    "以无记名投票方式",
    "连同家属",
    "在公证人员见证下",
    "按职级高低",
    "自费",
    "通过抽签",
    "带薪",
)
SOFT = "及时 认真 切实 进一步 不断 积极 全面 深入 扎实 努力 真正 充分 仔细 反复 普遍 往往 自觉 尽量 逐步 特别 格外 随时".split()
_CONDITION = re.compile(
    r"如果|如|若|除|但|不过|的话|时$|前$|后$|的$|凡|只要|只有|虽|因|为了|由于|不是|而是|不仅|既|就|才|则|却|也|还|这|其|它|："
)
_QUOTE_MARKS = re.compile(r"[“”]")
_DIGITS = dict(zip("零一二三四五六七八九", "0123456789", strict=True))
_NUMBER = re.compile(
    r"\d+(?:\.\d+)?|(?<![一二三四五六七八九十百千两第])[二三四五六七八九十两](?=[个名人次年月天日周项条件种类户家])"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)|\d{1,2}(?=月\d)|(?<=月)\d{1,2}(?=日)|\d{1,2}(?=月[，。至底初])")
_TITLES = re.compile(r"《[^《》]{3,40}》")
_QUOTED = re.compile(r"“[^“”]{2,10}”")
_SPEECH = re.compile(r"“[^“”]*”")
_PERSON = re.compile(
    r"(?:[%s])(?:[建国志强秀英海燕立新玉兰文斌晓梅桂娟小德友宏华明丽芳军勇捷洪]{1,2})(?=同志|[，、。的说在])"
    % FIRST
)
_PLACES = (
    "北京 上海 天津 重庆 河北 山西 辽宁 吉林 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 四川 贵州 云南 陕西 甘肃 青海 新疆 兵团 西藏"
).split()


def _pairs(rows: str) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in (pair.split() for pair in rows.split("|") if pair))


def _exchange(pairs: Sequence[tuple[str, str]], both_ways: bool = False, most: int = 1) -> Edit:
    """Puts the second word of a pair in the place of the first, once or up to ``most`` pairs; never inside 《》 or “”."""
    table = [*pairs, *((b, a) for a, b in pairs)] if both_ways else list(pairs)

    def edit(source: Source, chance: random.Random) -> str | None:
        text = source.sentence
        fitting = [(a, b) for a, b in table if _places(a, text) and b not in text]
        for a, b in chance.sample(fitting, min(len(fitting), most)):
            places = _places(a, text)
            if places:
                text = text[: places[0]] + b + text[places[0] + len(a) :]
        return text if text != source.sentence else None

    return edit


def _places(word: str, text: str) -> list[int]:
    """Where ``word`` stands in ``text`` as a word of its own, outside names in 《》 and words in “”."""
    import rjieba

    hidden = [m.span() for p in (_TITLES, _SPEECH) for m in p.finditer(text)]
    found = [
        m.start() for m in re.finditer(_word(word), text) if not any(a < m.start() < b for a, b in hidden)
    ]
    if len(word) == 1 or not found:
        return found
    starts, ends, position = set(), set(), 0
    for piece in rjieba.cut(text):
        starts.add(position)
        position += len(piece)
        ends.add(position)
    return [at for at in found if at in starts and at + len(word) in ends]


def _word(word: str) -> str:
    """A pattern that finds the word where it is a word: a single character only between others that do not make one of it."""
    if len(word) > 1 or word == "%":
        return {"不能": "(?<!能)不能", "没有": "没有(?=[\u4e00-\u9fff])"}.get(word, re.escape(word))
    rims: Mapping[str, tuple[str, str]] = {
        "要": (r"(?<=[，。；员部记会组们都还也])", r"(?![求点素闻件害])"),
        "能": (r"(?<=[，才都就也])", r"(?![力量够动])"),
        "先": (r"(?<=[，要应须])", r"(?![进锋后])"),
        "后": (r"(?<=[会后散])", r"(?=[，])"),
        "多": (r"(?<=[要越更])", r"(?![数少])"),
        "少": (r"(?<=[要越更])", r"(?![数])"),
        "只": (r"(?<![不])", r"(?![要有是])"),
        "都": (r"(?<=[员部人们位件项])", r"(?![市])"),
    }
    before, after = rims.get(word, (r"(?<=[\d二三四五六七八九十])", r"(?![初内子轮历])"))
    return before + re.escape(word) + after


def verbatim(source: Source, chance: random.Random) -> str | None:
    """The sentence itself."""
    return source.sentence


def _clauses(text: str) -> list[str]:
    return [c for c in re.split(r"(?<=，)", text) if c]


def dropped_clause(source: Source, chance: random.Random) -> str | None:
    """One clause less, where it is no condition and nothing hangs on it."""
    clauses = _clauses(source.sentence)
    if (
        len(clauses) < 3
        or "；" in source.sentence
        or source.sentence.count("“") != source.sentence.count("”")
    ):
        return None
    bare = [c.rstrip("，。") for c in clauses]
    free = [
        i
        for i in range(1, len(clauses))
        if not any(_CONDITION.search(c) for c in bare[i - 1 : i + 2])
        and bare[i].count("“") == bare[i].count("”")
    ]
    if not free:
        return None
    gone = chance.choice(free)
    return "".join(c for i, c in enumerate(bare) if i != gone for c in (c, "，")).rstrip("，") + "。"


def punctuation(source: Source, chance: random.Random) -> str | None:
    """Quotation marks gone, other marks half width."""
    changed = _QUOTE_MARKS.sub("", source.sentence).replace("，", ",").replace("；", ";").replace("：", ":")
    return changed if changed != source.sentence else None


def traditional(source: Source, chance: random.Random) -> str | None:
    """The same in Traditional characters."""
    table = traditional_forms()
    changed = "".join(table.get(c, c) for c in source.sentence)
    return changed if sum(a != b for a, b in zip(changed, source.sentence, strict=True)) >= 3 else None


@lru_cache(maxsize=1)
def traditional_forms() -> Mapping[str, str]:
    """Simplified character -> one Traditional form in use (of those that Big5 has)."""
    found: dict[str, str] = {}
    for code in range(0x4E00, 0xA000):
        character = chr(code)
        if fold(character) != character and _in_big5(character):
            found.setdefault(fold(character), character)
    return found


def _in_big5(character: str) -> bool:
    try:
        return bool(character.encode("big5"))
    except UnicodeEncodeError:
        return False


def reordered(source: Source, chance: random.Random) -> str | None:
    """Statements between semicolons, or the first two members of an enumeration, change places."""
    body = source.sentence.rstrip("。")
    parts = body.split("；")
    if (
        len(parts) == 2
        and "：" not in body
        and "“" not in body
        and not re.match(r"[一二三四其首再]", parts[0])
    ):
        return f"{parts[1]}；{parts[0]}。"
    match = re.search(r"(?<=[，、的])([\u4e00-\u9fff]{2,4})、([\u4e00-\u9fff]{2,4})(?=[、])", body)
    if match and not re.search(r"[先再后首]", match.group()):
        return body[: match.start()] + f"{match[2]}、{match[1]}" + body[match.end() :] + "。"
    return None


def compressed(source: Source, chance: random.Random) -> str | None:
    """Without what is in round brackets (outside names) and without emphasis."""
    changed = re.sub(r"（[^（）一二三四五六七八九十]{2,}）(?![^《]*》)", "", source.sentence)
    for word in SOFT:
        places = [p for p in _places(word, changed) if changed[p - 1 : p] not in "不很并" or p == 0]
        if places and changed[places[0] + len(word)] not in "性的地":
            changed = changed[: places[0]] + changed[places[0] + len(word) :]
            break
    return changed if changed != source.sentence else None


def merged(source: Source, chance: random.Random) -> str | None:
    """Two sentences in one."""
    if (
        source.sentence.isascii()
        or not 8 <= len(source.following) <= 80
        or re.match(r"[一二三四五其首再（(“”]", source.following)
    ):
        return None
    return source.sentence.rstrip("。！") + "，同时" + source.following


def introduced(source: Source, chance: random.Random) -> str | None:
    """Said to come from its document, by title."""
    if "《" in source.title or len(source.title) > 40:
        return None
    return chance.choice(
        (f"《{source.title}》指出，{source.sentence}", f"根据《{source.title}》，{source.sentence}")
    )


def number_form(source: Source, chance: random.Random) -> str | None:
    """Chinese numerals as digits and the other way round."""
    match = re.search(
        r"(?<![一二两三四五六七八九十百千第\d])([二三四五六七八九])(?=个(?:月|工作日|人|季度)|名|次|年(?![级代]))",
        source.sentence,
    )
    if match:
        return source.sentence[: match.start()] + _DIGITS[match[1]] + source.sentence[match.end() :]
    match = re.search(r"(?<![\d.])([2-9])(?=个|名|次|天|人)(?!\d)", source.sentence)
    if match:
        back = {v: k for k, v in _DIGITS.items()}
        return source.sentence[: match.start()] + back[match[1]] + source.sentence[match.end() :]
    return None


def wrong_number(source: Source, chance: random.Random) -> str | None:
    """Another number: by preference one that the passage holds elsewhere."""
    found = [m for m in _NUMBER.finditer(source.sentence) if not re.match(r"\d{4}", m.group())]
    if not found or source.sentence.isascii():
        return None
    match = chance.choice(found)
    others = {
        n for n in _NUMBER.findall(source.passage) if n.isdigit() == match.group().isdigit() and len(n) < 4
    }
    others -= {match.group()} | set(_NUMBER.findall(source.sentence))
    if match.group().isdigit():
        new = (
            chance.choice(sorted(others))
            if others and chance.random() < 0.6
            else str(int(match.group()) + chance.randint(1, 9))
        )
    elif "." in match.group():
        new = f"{float(match.group()) + chance.randint(1, 5):g}"
    else:
        new = chance.choice([n for n in "三四五六七八九" if n != match.group()])
    return source.sentence[: match.start()] + new + source.sentence[match.end() :]


def exchanged_numbers(source: Source, chance: random.Random) -> str | None:
    """Two numbers of one sentence change places."""
    found = [m for m in _NUMBER.finditer(source.sentence) if not re.match(r"\d{4}", m.group())]
    for a in found:
        for b in found:
            if (
                a.start() < b.start()
                and {a.group(), b.group()} not in ({a.group()}, {"二", "两"})
                and a.group().isdigit() == b.group().isdigit()
                and b.start() - a.end() > 3
            ):
                if (
                    source.sentence[a.end()] in "-至到、—"
                    or source.sentence[a.end() : a.end() + 1]
                    == source.sentence[b.end() : b.end() + 1]
                    == "第"
                ):
                    continue
                s = source.sentence
                return s[: a.start()] + b.group() + s[a.end() : b.start()] + a.group() + s[b.end() :]
    return None


def wrong_unit(source: Source, chance: random.Random) -> str | None:
    """Another unit behind a number, or another frequency."""
    fitting = []
    for old, new in _pairs(UNITS):
        before = "" if old.startswith("每") else r"(?<=[\d二三四五六七八九十])"
        fitting += [
            (m, new) for m in re.finditer(before + re.escape(old) + r"(?![初内子轮历度])", source.sentence)
        ]
    if not fitting:
        return None
    match, new = chance.choice(fitting)
    return source.sentence[: match.start()] + new + source.sentence[match.end() :]


def wrong_date(source: Source, chance: random.Random) -> str | None:
    """Another year, month or day."""
    found = list(_YEAR.finditer(source.sentence))
    if not found:
        return None
    match = chance.choice(found)
    value = int(match.group())
    new = value - chance.randint(1, 6) if value > 31 else value % 12 + 1
    return source.sentence[: match.start()] + str(new) + source.sentence[match.end() :]


def wrong_person(source: Source, chance: random.Random) -> str | None:
    """Somebody else's name."""
    match = _PERSON.search(source.sentence)
    if match is None:
        return None
    return source.sentence.replace(match.group(), chance.choice(FIRST) + chance.choice(SECOND))


def wrong_office(source: Source, chance: random.Random) -> str | None:
    """Another office or body: by preference one that the passage names elsewhere."""
    here = [
        o
        for o in OFFICES
        if o in source.sentence and not any(o != p and o in p and p in source.sentence for p in OFFICES)
    ]
    if not here:
        return None
    old = chance.choice(here)
    outside = source.passage.replace(source.sentence, "")
    near = [o for o in OFFICES if o in outside and o not in source.sentence]
    rest = [o for o in OFFICES if o not in source.sentence]
    choices = [o for o in (near if near and chance.random() < 0.5 else rest) if o not in old and old not in o]
    return source.sentence.replace(old, chance.choice(choices), 1) if choices else None


def wrong_place_name(source: Source, chance: random.Random) -> str | None:
    """Another province."""
    here = [p for p in _PLACES if p in source.sentence]
    if not here:
        return None
    return source.sentence.replace(here[0], chance.choice([p for p in _PLACES if p not in source.passage]), 1)


def wrong_title(source: Source, chance: random.Random) -> str | None:
    """Another document's 《title》."""
    here = _TITLES.findall(source.sentence)
    others = sorted(set(_TITLES.findall(source.everything)) - set(here))
    if not here or not others:
        return None
    return source.sentence.replace(chance.choice(here), chance.choice(others), 1)


def wrong_quotation(source: Source, chance: random.Random) -> str | None:
    """Other words in the quotation marks."""
    here = _QUOTED.findall(source.sentence)
    others = [
        q
        for q in sorted(set(_QUOTED.findall(source.everything)) - set(here))
        if q[1:-1] not in source.passage
    ]
    if not here or not others:
        return None
    return source.sentence.replace(chance.choice(here), chance.choice(others), 1)


def negation_gone(source: Source, chance: random.Random) -> str | None:
    """A negation left out."""
    match = re.search(
        r"(?<=[，。；员部会人])(?:不得|不准|不能|严禁|不要|不再|不应|没有|不搞|不许)(?!不)", source.sentence
    )
    if match is None or re.match(r"是", source.sentence[match.end() :]):
        return None
    return source.sentence[: match.start()] + source.sentence[match.end() :]


def beginning_cut(source: Source, chance: random.Random) -> str | None:
    """Begins behind the negation: the very words, and their opposite."""
    match = re.search(
        r"(?<!能)(?:不得|不准|不能(?!不)|严禁|禁止|不要|不允许)(?P<rest>[\u4e00-\u9fff]{8,}[，。；].*)",
        source.sentence,
    )
    return match["rest"] if match and "不" not in match["rest"][:20] else None


def parts_exchanged(source: Source, chance: random.Random) -> str | None:
    """甲审批乙 becomes 乙审批甲, where 甲 opens a clause and 乙 ends one or stands before 的."""
    import rjieba

    nouns = ("n", "j", "nt", "ns", "nr", "l")
    for clause in re.split(r"(?<=[，。；：])", source.sentence):
        tagged = [(w, t) for w, t in rjieba.tag(clause) if t != "x"]
        for i in range(min(len(tagged) - 2, 2)):
            (a, ta), (v, tv), (b, tb) = tagged[i : i + 3]
            last = i + 3 == len(tagged) or tagged[i + 3][0] in ("的", "了", "、")
            if (
                last
                and ta in nouns
                and tb in nouns
                and tv in ("v", "vd")
                and min(len(a), len(b), len(v)) >= 2
                and "一" not in a + b
                and (i == 0 or tagged[0][1] in ("c", "d"))
            ):
                if v not in ("成为", "作为", "就是", "属于", "包括", "叫做"):
                    return source.sentence.replace(a + v + b, b + v + a, 1)
    return None


def subject_of_another(source: Source, chance: random.Random) -> str | None:
    """The predicate of the next sentence with the subject of this one."""
    mine = next((o for o in sorted(OFFICES, key=len, reverse=True) if source.sentence.startswith(o)), None)
    theirs = next((o for o in sorted(OFFICES, key=len, reverse=True) if source.following.startswith(o)), None)
    if not mine or not theirs or mine == theirs or mine in theirs or theirs in mine:
        return None
    return mine + source.following[len(theirs) :]


def clause_added(source: Source, chance: random.Random) -> str | None:
    """An invented clause at the end."""
    new = chance.choice([c for c in INVENTED_CLAUSES if c[-6:] not in source.passage])
    return source.sentence.rstrip("。！；") + "，" + new + "。"


def words_added(source: Source, chance: random.Random) -> str | None:
    """An invented condition inside a clause."""
    match = re.search(r"(?<=[员部会记组人门们])(?:要|应当|必须|可以|应)(?![求点素邀么])", source.sentence)
    if match is None:
        return None
    return source.sentence[: match.end()] + chance.choice(INVENTED_WORDS) + source.sentence[match.end() :]


TRUE = (
    Kind("逐字", verbatim),
    Kind("删去一个分句", dropped_clause),
    Kind("改标点", punctuation),
    Kind("繁体", traditional),
    Kind("调换次序", reordered),
    Kind("压缩", compressed),
    Kind("两句并一句", merged),
    Kind("加上出处", introduced),
    Kind("数字写法", number_form),
    Kind("换一个近义词", _exchange(_pairs(SYNONYMS))),
    Kind("换两个近义词", _exchange(_pairs(SYNONYMS), most=2)),
)
FALSE = (
    Kind("改数字", wrong_number),
    Kind("两数对调", exchanged_numbers),
    Kind("改日期", wrong_date),
    Kind("改单位", wrong_unit),
    Kind("改人名", wrong_person),
    Kind("改职务机构", wrong_office),
    Kind("改地名", wrong_place_name),
    Kind("改篇名", wrong_title),
    Kind("改引号内的话", wrong_quotation),
    Kind("改否定", _exchange(_pairs(NEGATIONS))),
    Kind("删否定", negation_gone),
    Kind("截去否定", beginning_cut),
    Kind("改反义", _exchange(_pairs(POLARITY), both_ways=True)),
    Kind("改范围", _exchange(_pairs(QUANTIFIERS))),
    Kind("主客对调", parts_exchanged),
    Kind("张冠李戴", subject_of_another),
    Kind("加一个分句", clause_added),
    Kind("加几个词", words_added),
    Kind("引错段落", verbatim, wrong_place=True),
    Kind("引错且无出处", verbatim, wrong_place=True, without_source=True),
)
