"""Edits that keep a sentence of a document true, and what all edits share.

An edit gives ``None`` where it does not fit.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from embeddings.fold import fold
from eval.checker_words import (
    CONDITION,
    DIGITS,
    QUOTE_MARKS,
    SOFT,
    SPEECH,
    TITLES,
)
from rag import segment


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence, the one behind it, its passage, the title of its document, and all documents in one."""

    sentence: str
    following: str
    passage: str
    title: str
    everything: str


Edit = Callable[[Source, random.Random], "str | None"]


def pairs(rows: str) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in (pair.split() for pair in rows.split("|") if pair))


def exchange(pairs: Sequence[tuple[str, str]], both_ways: bool = False, most: int = 1) -> Edit:
    """Puts the second word of a pair in the place of the first, once or up to ``most`` pairs; never inside 《》 or “”."""
    table = [*pairs, *((b, a) for a, b in pairs)] if both_ways else list(pairs)

    def edit(source: Source, chance: random.Random) -> str | None:
        text = source.sentence
        fitting = [(a, b) for a, b in table if places_of(a, text) and b not in text]
        for a, b in chance.sample(fitting, min(len(fitting), most)):
            places = places_of(a, text)
            if places:
                text = text[: places[0]] + b + text[places[0] + len(a) :]
        return text if text != source.sentence else None

    return edit


def places_of(word: str, text: str) -> list[int]:
    """Where ``word`` stands in ``text`` as a word of its own, outside names in 《》 and words in “”."""
    hidden = [m.span() for p in (TITLES, SPEECH) for m in p.finditer(text)]
    found = [
        m.start() for m in re.finditer(_word(word), text) if not any(a < m.start() < b for a, b in hidden)
    ]
    if len(word) == 1 or not found:
        return found
    starts, ends, position = set(), set(), 0
    for piece in segment.cut(text):
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
        if not any(CONDITION.search(c) for c in bare[i - 1 : i + 2])
        and bare[i].count("“") == bare[i].count("”")
    ]
    if not free:
        return None
    gone = chance.choice(free)
    return "".join(c for i, c in enumerate(bare) if i != gone for c in (c, "，")).rstrip("，") + "。"


def punctuation(source: Source, chance: random.Random) -> str | None:
    """Quotation marks gone, other marks half width."""
    changed = QUOTE_MARKS.sub("", source.sentence).replace("，", ",").replace("；", ";").replace("：", ":")
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
        places = [p for p in places_of(word, changed) if changed[p - 1 : p] not in "不很并" or p == 0]
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
        return source.sentence[: match.start()] + DIGITS[match[1]] + source.sentence[match.end() :]
    match = re.search(r"(?<![\d.])([2-9])(?=个|名|次|天|人)(?!\d)", source.sentence)
    if match:
        back = {v: k for k, v in DIGITS.items()}
        return source.sentence[: match.start()] + back[match[1]] + source.sentence[match.end() :]
    return None
