"""What an English question asks for: read from its words, as ``rag.question`` reads Chinese ones.

The rules know question words, measures and the shapes of questions, never a subject. What is counted is given in Chinese:
the documents are. So are the places and bodies that a question names, where it is known what they are called.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from rag import segment
from rag.datatypes import Expected, Kind
from rag.glossary import content
from rag.pinyin import sounds_chinese

_NUMBERS = {
    word: n for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
_COUNT = rf"(?P<count>{'|'.join(_NUMBERS)}|[2-9]|1\d)"
_MODAL = r"(?:should|must|do|does|did|are|were|can|could|may|might|have|has|will|need|shall)"
_LIST = re.compile(
    rf"\b(?:what|which)\s+(?:are\s+)?(?:the\s+)?{_COUNT}\b|^(?:please\s+)?(?:list|name|enumerate)\b|\bwhat\s+(?:are|were)\s+the\b"
    r"|\b(?:what|which)\s+(?!does|was|has\b)[a-z]+[^s\W]s\s+(?!(?:is|was|has|an?|the|if|when|to|as|first|from)\b)"
    rf"|\b(?:what|which)\s+(?:[\w-]+\s+){{1,2}}(?!does|was|has\b)[a-z]+[^s\W]s\s+(?:(?:of|in|for|on)\s+(?:[\w'’-]+\s+){{1,6}}?)?{_MODAL}\b"
    r"|\bwhat\s+do(?:es)?\b.*\b(?:include|consist|comprise|contain|cover|focus)\b",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    rf"\b(?:what|which|list|name|enumerate)\s+(?:(?:are|were|all)\s+)?(?:the\s+)?{_COUNT}\s+(?P<noun>(?:[a-z-]+\s+)?[a-z-]+)",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    r"\bhow\s+(?:often|frequently|regularly)\b|\bat\s+what\s+intervals?\b|\bhow\s+many\s+times\s+(?:an?|per|each|every)\b|\bfrequency\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"\bhow\s+long\s+(?:may|can|should|must|is|are)\b[^?]{0,40}?\b(?:documents?|reports?|papers?|texts?|summar(?:y|ies)|plans?|letters?)\b",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"\bhow\s+long\b|\bhow\s+soon\b|\bhow\s+(?:far|long)\s+(?:in\s+advance|ahead|before)\b|\bby\s+how\s+(?:much|long)\b|\bby\s+when\b|\bdeadline\b|\btime\s+limit\b"
    r"|\b(?:how\s+many|within\s+what)\s+(?:working\s+)?(?:years?|months?|weeks?|days?)\b|\bhow\s+much\s+time\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\bwhat\s+(?:percentage|proportion|share|fraction|ratio|majority|quorum|per\s*cent)\b|\bhow\s+many\s+per\s*cent\b|\bquorum\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\bhow\s+(?:many|much|old|large|big)\b|\b(?:what|which)\s+number\b|\bwhat\s+is\s+the\s+(?:\w+\s+)?(?:number|amount|maximum|minimum|most|least|total|average|limit|age)\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\b(?:how\s+many|number\s+of)\s+((?:[\w-]+\s+){0,3}[\w-]+)", re.IGNORECASE)
_MONEY = re.compile(
    r"\bhow\s+much\b(?!\s+time).*\b(?:pays?|paid|costs?|dues?|fees?|money|funds?|subsid\w+|wages?|salary|charged?)\b",
    re.IGNORECASE,
)
_UNITS = {
    unit: words.split()
    for unit, words in {
        "人": "people persons individuals members candidates delegates representatives cadres officials volunteers secretaries deputies residents villagers students teachers workers activists applicants sponsors mentors",
        "户": "households families",
        "字": "characters words",
        "天": "days",
        "月": "months",
        "年": "years",
        "分钟": "minutes",
        "元": "yuan",
        "次": "times meetings lessons lectures visits talks sessions",
        "小时": "hours",
        "步": "steps",
        "件": "documents cases items",
        "篇": "articles pieces",
        "家": "companies enterprises firms units",
    }.items()
}
_COUNTED = {
    "ways": "方法 办法 方式 途径",
    "methods": "法",
    "aspects": "方面",
    "areas": "方面",
    "cases": "情形 情况",
    "parts": "部分",
    "questions": "问",
}
_ANYTHING = frozenset("kinds types things items points sets pieces".split())
_ANY_MEASURE = "[样类种条项点件部套]"
_PERSON = re.compile(
    r"\bwho(?:'s|\s+(?:is|was|are|were))\s+the\s+(?!first\s+person)(?!\w+\s+responsible)[^?]*\b(?:of|in|at)\b|\b(?:full\s+|sur)?names?\s+of\s+the\s+(?:\w+\s+)?(?:secretary|person|director|chair\w*|leader|head|author|comrade|manager)\b|^who\s+(?:wrote|drafted|designed|invented|founded|signed|said)\b",
    re.IGNORECASE,
)
_AGENT = re.compile(
    rf"(?:^|[,.]\s*(?:and\s+)?|\band\s+)who\s+(?:\w+s|\w+ed|{_MODAL})\b|\bby\s+whom\b|\b(?:which|what)\s+(?:\w+\s+)?(?:body|organ|department|organisation|organization|authority|unit|committee)\b",
    re.IGNORECASE,
)
_DATE = re.compile(r"\bwhen\b|\b(?:what|which)\s+(?:year|date|day|time|month|quarter)\b", re.IGNORECASE)
_PLACE = re.compile(r"\bwhere\b|\b(?:which|what)\s+(?:city|province|county|place)\b", re.IGNORECASE)
_DEFINITION = re.compile(
    r"\bmeant\s+by\b|\bwhat\s+do(?:es)?\b.*\b(?:mean|refer|stand)\b|\bdefin|\bwho\s+(?:\w+\s+)?counts\b|\bwhat\s+(?:is|are)\s+(?:an?\s+)?[\"“]?(?:[\w'’-]+\s*){1,4}[\"”]?\?*$",
    re.IGNORECASE,
)
_SYNTHESIS = re.compile(
    r"\bhow\b|\bwhat\s+happens\b|\bwhat\s+(?:should|must|can|has\s+to)\s+(?:be\s+done|(?:\w+\s+){1,4}do)\b|\bwhy\b|\bcompare\b|\bdiffer|\bwhat\s+do(?:es)?\b.*\b(?:say|conclude|require)\b|\bdescribe\b|\bexplain\b",
    re.IGNORECASE,
)
_ACROSS = re.compile(
    r"\beach\s+of\b|\b(?:two|three|several|various)\s+(?:documents|articles|texts|units)\b", re.IGNORECASE
)
_COMPARE = re.compile(r"\bcompare(?!d\s+(?:with|to)\b)|\bdiffer|\bdistinguish\b", re.IGNORECASE)
_SOUGHT = re.compile(
    r"\b(?:what|which)\s+(?!(?:do|does|did|happens|should|must|can)\b)(?:(?:is|are|was|were)\s+the\s+|one\s+of\s+the\s+)?",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"\s*\([^()]*\)\s*$"
)  # what a later part of a question is about stands behind it in brackets
_CAPITALISED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
PLACE, BODY = "ns", "nt"
NAMED = 0.3  # how sure the translation of a name must be that the documents have to hold


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of ``rag.question.Question`` that an English question sets; ``unit`` is a Chinese measure word, ``counted`` a
    pattern of what the items may be called in Chinese.
    """

    kind: Kind
    expected: Expected | None
    unit: str
    count: int | None
    counted: str
    across: bool
    compares: bool
    why: bool


def in_english(text: str) -> Asked:
    """What an English question asks for. Never fails."""
    asked = _CONTEXT.sub("", text)
    expected, unit = _expected(asked)
    announced = _ANNOUNCED.search(asked)
    across = bool(_ACROSS.search(asked))
    compares = across or bool(_COMPARE.search(asked))
    kind: Kind = "fact"
    if compares:
        kind = "synthesis"
    elif expected not in ("number", "duration", "frequency") and _LIST.search(asked):
        kind = "list"
    elif expected is None and _SYNTHESIS.search(asked):
        kind = "synthesis"
    count = None
    counted = ""
    if announced and kind == "list":
        count = _NUMBERS.get(announced["count"].lower()) or int(announced["count"])
        nouns = announced["noun"].lower().split()
        named = (word for said in content(announced["noun"]) for word in said.meant)
        counted = "|".join((*named, *(word for noun in nouns for word in _COUNTED.get(noun, "").split())))
        counted = _ANY_MEASURE if nouns[0] in _ANYTHING else counted
    why = bool(re.search(r"\bwhy\b|\breason", asked, re.IGNORECASE))
    label = f"(?:{counted})" if counted else ""
    return Asked(kind, None if kind == "list" else expected, unit, count, label, across, compares, why)


def _expected(text: str) -> tuple[Expected | None, str]:
    """What is asked for, and the Chinese measure word of what is counted."""
    if _FREQUENCY.search(text):
        return "frequency", ""
    if _LENGTH.search(text):
        return "number", "字"
    if _DURATION.search(text):
        return "duration", ""
    if _SHARE.search(text):
        return "number", "比例"
    if _MONEY.search(text):
        return "number", "元"
    if _NUMBER.search(text):
        counts = _COUNTS.search(text)
        nouns = counts[1].lower().split() if counts else ()
        return "number", next((unit for noun in nouns for unit, words in _UNITS.items() if noun in words), "")
    known = (
        ("person", _PERSON),
        ("definition", _DEFINITION),
        ("agent", _AGENT),
        ("date", _DATE),
        ("place", _PLACE),
    )
    for kind, pattern in known:
        if pattern.search(text):
            return kind, "年" if kind == "date" and re.search(
                r"\b(?:what|which)\s+year\b", text, re.IGNORECASE
            ) else ""  # type: ignore[return-value]
    return None, ""


def thing_sought(text: str) -> str:
    """The thing that a question asks for by name (which colour, what is the penalty for), without what follows; or nothing."""
    asked = _SOUGHT.search(text)
    named = content(text[asked.end() :]) if asked else ()
    return named[0].said if named else ""


def proper_names(text: str, tags: Collection[str] = (PLACE, BODY)) -> tuple[str, ...]:
    """The places and bodies that an English text names, in Chinese where it is known what they are called; then what it
    names in pinyin: capitalised inside a sentence, not known as a word, and read in Chinese syllables.
    """
    said = content(text)
    known = (
        wording.meant[0] for wording in said if wording.sure > NAMED and _is_capitalised(wording.said, text)
    )
    unknown = {wording.said for wording in said if not wording.meant}
    spelt = (name for name in _CAPITALISED.findall(text) if name.lower() in unknown and sounds_chinese(name))
    return tuple(dict.fromkeys((*(name for name in known if _tag(name) in tags), *spelt)))


def _is_capitalised(said: str, text: str) -> bool:
    """Whether a wording stands in the text with a capital letter, or the text has none: 城市 (urban) names no place."""
    small = text.lower()
    return small == text or text[small.find(said)].isupper()


def _tag(word: str) -> str:
    """The part of speech of what is one word, else nothing."""
    tags = [tag for _, tag in segment.tagged(word)]
    return tags[0] if len(tags) == 1 else ""
