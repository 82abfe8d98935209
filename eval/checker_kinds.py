"""How a sentence of a document is changed to measure the checker: edits that keep it true, edits that make it false.

A false edit gives ``None`` where it would not change what is said. docs/checker.md says how the words were chosen.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from eval.checker_edits import (
    Edit,
    Source,
    compressed,
    dropped_clause,
    exchange,
    introduced,
    merged,
    number_form,
    pairs,
    punctuation,
    reordered,
    traditional,
    verbatim,
)
from eval.checker_stitches import compound_cut, half_of_another, number_of_beside, subject_of_beside
from eval.checker_turns import TURNS
from eval.checker_words import (
    FIRST,
    INVENTED_CLAUSES,
    INVENTED_WORDS,
    NEGATIONS,
    NUMBER,
    OFFICES,
    PERSON,
    PLACES,
    POLARITY,
    QUANTIFIERS,
    QUOTED,
    SECOND,
    SYNONYMS,
    TITLES,
    UNITS,
    YEAR,
)
from rag import segment


@dataclass(frozen=True, slots=True)
class Kind:
    """A named edit. ``wrong_place``: the words stay and the marker points elsewhere; ``without_source``: and the right passage
    is not among the hits.
    """

    name: str
    make: Edit
    wrong_place: bool = False
    without_source: bool = False


def wrong_number(source: Source, chance: random.Random) -> str | None:
    """Another number: by preference one that the passage holds elsewhere."""
    found = [m for m in NUMBER.finditer(source.sentence) if not re.match(r"\d{4}", m.group())]
    if not found or source.sentence.isascii():
        return None
    match = chance.choice(found)
    others = {
        n for n in NUMBER.findall(source.passage) if n.isdigit() == match.group().isdigit() and len(n) < 4
    }
    others -= {match.group()} | set(NUMBER.findall(source.sentence))
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
    found = [m for m in NUMBER.finditer(source.sentence) if not re.match(r"\d{4}", m.group())]
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
    for old, new in pairs(UNITS):
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
    found = list(YEAR.finditer(source.sentence))
    if not found:
        return None
    match = chance.choice(found)
    value = int(match.group())
    new = value - chance.randint(1, 6) if value > 31 else value % 12 + 1
    return source.sentence[: match.start()] + str(new) + source.sentence[match.end() :]


def wrong_person(source: Source, chance: random.Random) -> str | None:
    """Somebody else's name."""
    match = PERSON.search(source.sentence)
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
    here = [p for p in PLACES if p in source.sentence]
    if not here:
        return None
    return source.sentence.replace(here[0], chance.choice([p for p in PLACES if p not in source.passage]), 1)


def wrong_title(source: Source, chance: random.Random) -> str | None:
    """Another document's 《title》."""
    here = TITLES.findall(source.sentence)
    others = sorted(set(TITLES.findall(source.everything)) - set(here))
    if not here or not others:
        return None
    return source.sentence.replace(chance.choice(here), chance.choice(others), 1)


def wrong_quotation(source: Source, chance: random.Random) -> str | None:
    """Other words in the quotation marks."""
    here = QUOTED.findall(source.sentence)
    others = [
        q for q in sorted(set(QUOTED.findall(source.everything)) - set(here)) if q[1:-1] not in source.passage
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
    nouns = ("n", "j", "nt", "ns", "nr", "l")
    for clause in re.split(r"(?<=[，。；：])", source.sentence):
        tagged = [(w, t) for w, t in segment.tagged(clause) if t != "x"]
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
                and v not in ("成为", "作为", "就是", "属于", "包括", "叫做")
            ):
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
    Kind("换一个近义词", exchange(pairs(SYNONYMS))),
    Kind("换两个近义词", exchange(pairs(SYNONYMS), most=2)),
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
    Kind("改否定", exchange(pairs(NEGATIONS))),
    Kind("删否定", negation_gone),
    Kind("截去否定", beginning_cut),
    Kind("改反义", exchange(pairs(POLARITY), both_ways=True)),
    Kind("改范围", exchange(pairs(QUANTIFIERS))),
    Kind("主客对调", parts_exchanged),
    Kind("张冠李戴", subject_of_another),
    Kind("换邻句主语", subject_of_beside),
    Kind("拼两句各半", half_of_another),
    Kind("挪邻句数字", number_of_beside),
    Kind("切断合成词", compound_cut),
    Kind("加一个分句", clause_added),
    Kind("加几个词", words_added),
    *(Kind(name, make) for name, make in TURNS),
    Kind("引错段落", verbatim, wrong_place=True),
    Kind("引错且无出处", verbatim, wrong_place=True, without_source=True),
)
