"""What speaks against an English sentence that was laid over Chinese text: facts, compared one by one.

Amounts with their bounds, offices and bodies, negation, duty and permission, before and after, and words of which only the
rival stands there. Each check says in Chinese what is wrong, or ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.bilingual import LEARNED, Across, Word
from rag.claims import ACTOR
from rag.operators import BOUNDS, NEGATIVE

MOST = 0.75  # of a clause: where so much of it stands, its amounts do
ENOUGH = 2.0  # words of a clause that tell which one of the text it is

_NO = re.compile(
    r"\b(?:non(?=-)|not(?! only\b| (?:more|less|fewer|longer|later|earlier|larger|higher|lower)\b| (?:to )?(?:exceed|fall below))|no(?! (?:more|less|fewer|longer|later|earlier|larger|higher|lower|shorter)\b)|"
    r"never|none|nobody|nothing|neither|nor|cannot|without)\b|n['’]t\b",
    re.IGNORECASE,
)
_ALMOST_NO = re.compile(
    r"\b(?:refus|prohibit|forb[ia]d|bann|avoid|absen|lack|fail|rather than|instead|unless|only|invalid|exempt|free\b|inadequa|ineffect|violat|except|other than|"
    r"beyond|stop|refrain|differ|lost|missing|secret|disagree|disqualif|disallow|disregard|un(?:able|sure|known|true|qualif|paid|verif|authori|willing|train|fit\b|fair|law|less)|"
    r"in(?:cap|corr|compl|suff|elig)|superfluous|not (?:only|more|exceed))",
    re.IGNORECASE,
)
_ALMOST_NO_ZH = re.compile(r"[不未无非没别勿免缺拒禁防避误错替]|只|方可|才|宁|除名|除外|除了|以外")
_ANEW = re.compile(
    r"^\s*(?:[;:]|but\b|while\b|whereas\b|because\b|if\b|when\b|unless\b)|\b(?:should|must|may|can|will|shall|is|are|was|were|has|have|need|always)\b",
    re.IGNORECASE,
)  # no negation before it reaches further

_JOINED = re.compile(r"\s*(?:and|or)\b", re.IGNORECASE)
_MAY = re.compile(r"\b(?:may|can|could|might|allowed|permitted|optional)\b", re.IGNORECASE)
_MUST = re.compile(
    r"\b(?:must|shall|should|ha(?:ve|s) to|need(?:s|ed)? to|required|obliged|ought|compulsory)\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:need not|needn['’]t|(?:not|never|n['’]t) (?:have to|need|required|necessary|obliged)|no need)\b",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"\b(?:must not|may not|cannot|can['’]t|mustn['’]t|not (?:be )?allowed|forbidden|prohibited|should not|shall not)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:before|prior to|in advance)\b", re.IGNORECASE)
_AFTER = re.compile(r"(?<!look )(?<!looks )\b(?:after|following|afterwards)\b", re.IGNORECASE)
_BEFORE_ZH = re.compile(r"前(?![提沿进列景期往任辈途面者后])")
_AFTER_ZH = re.compile(r"(?<!前)后(?![备续代果勤台进者盾])")
_RIVALS = tuple(
    tuple((re.compile(rf"\b(?:{english})\b", re.IGNORECASE), re.compile(chinese)) for english, chinese in family)
    for family in (
        (("first|initial|opening", "第一|首|先|初|开头|开始"), ("the last|final|lastly", "最后|末|终")),
        (("spring", "春"), ("summer", "夏"), ("autumn", "秋"), ("winter", "冬")),
        (("higher|superior", "上级|上一级|高"), ("lower|subordinate", "下级|低")),
        (("jointly|together|joint", "共同|一起|一同|联合|联席|一并|合"), ("separate(?:ly)?|individually", "分[别开设]|单独|另|各自|逐")),
        (("full members?", "正式"), ("probationary members?", "预备")),
        (("older|elderly", "老|年长|年纪"), ("young(?:er)?", "青年|年轻")),
        (("public(?:ly)?|openly?", "公开|当众|公[布示告]"), ("secret(?:ly)?", "无记名|秘密|保密")),
        (("present", "到会|到场|出席|实到|在场"), ("absent", "缺席|缺会|不到|未到|没到|请假")),
        (("left side|left-hand", "左"), ("right side|right-hand", "右")),
        (("increase[sd]?", "增|加|提高"), ("decreases?d?|reduc(?:e|ed|ing|es)|lighten(?:s|ed|ing)?|cut", "减|降|少")),
        (("effective|valid", "有效"), ("ineffective|invalid", "无效|作废|失效")),
        (("free of charge|without charge", "免费|无偿|不收"), ("charged|for a fee", "收费|有偿")),
        (("agree", "同意|(?<!不)一致|赞成"), ("differ|disagree", "不一致|不同|分歧|反对")),
        (("orally|oral", "口头"), ("in writing|written", "书面|写")),
        (("urban", "城"), ("rural", "农村|乡")),
        (("transfer(?:s|red)? in|incoming", "转入|流入|接收"), ("transfer(?:s|red)? out|outgoing", "转出|流出")),
        (("quarterly|every quarter|once a quarter", "季"), ("weekly|every week", "每周")),
    )
)  # fmt: skip
_GENERAL = frozenset("委员会 党员 群众 干部 组织 部门 上级 负责人 同志".split())


def unsaid_amount(across: Across) -> str | None:
    """A number or a span of time that the stretch does not give; a date may stand above."""
    for amount in across.missing:
        if not any(amount.agrees(a) for a in across.above.amounts if not a.unit or len(a.value) == 4):
            return f"“{amount.value}”不在原文"
    return None


def misplaced_amount(across: Across) -> str | None:
    """A span of time of the stretch, but not of the clauses that say the rest of the clause, which give others."""
    for clause in range(len(across.spoken.clauses)):
        held = across.held(across.answering(across.rows(clause)))
        for amount in across.spoken.amounts_of(clause):
            same = [a for a in held if amount.unit and a.unit == amount.unit]
            if same and not any(map(amount.agrees, same)):
                return f"原文此处不是“{amount.value}”"
    return None


def bound_turned(across: Across) -> str | None:
    """At least for 至多, and the other way round."""
    for amount in across.spoken.amounts:
        same = [a for a in across.amounts if amount.agrees(a) and a.bounds]
        if same and all(amount.parts(a) for a in same):
            return "数目的上下限与原文相反"
    return None


def unnamed(across: Across) -> str | None:
    """An office or body that neither the text nor what stands above it names, not even by its first part."""
    text = across.ground.reading.text + across.above.reading.text
    for word, anywhere in zip(across.spoken.words, across.anywhere, strict=True):
        if anywhere < LEARNED and _is_body(word) and not any(_hinted(m, text) for m, _ in word.meant):
            return f"“{word.said}”不在原文"
    return None


def denied(across: Across) -> str | None:
    """A statement that denies, of which nothing stands where the text denies; or more of them than there are denials."""
    said = sum(bool(_NO.search(text)) for text in across.spoken.clauses)
    if said > sum(_denials(across, n) for n in range(across.first, across.last)):
        return "“否定”与原文不一致"
    for clauses in _statements(across.spoken.clauses):
        if any(_NO.search(across.spoken.clauses[clause]) for clause in clauses):
            rows = [i for clause in clauses for i in across.rows(clause)]
            told = sum(across.spoken.words[i].weight * (across.found[i] - MOST) for i in rows) >= 0
            there = {
                n
                for n in range(across.first, across.last)
                if rows and told and across.shares[rows, n].max() >= LEARNED
            }
            beside = {n + step for n in there for step in (-1, 0, 1)}.intersection(
                range(across.first, across.last)
            )
            if not any(_denials(across, n) for n in beside or range(len(across.ground.clauses))):
                return "“否定”与原文不一致"
    return None


def affirmed(across: Across) -> str | None:
    """What a clause says without a word that denies, and the text denies."""
    denying, carried = [], False
    for text in across.spoken.clauses:
        carried = bool(_NO.search(text)) or (carried and not _ANEW.search(text))
        denying.append(carried or bool(_ALMOST_NO.search(text)))
    answers = [across.answering(across.rows(clause)) for clause in range(len(denying))]
    excused = frozenset().union(*(there for there, no in zip(answers, denying, strict=True) if no))
    unplaced = sum(no and not there for there, no in zip(answers, denying, strict=True))
    turned: set[int] = set()
    for clauses in _statements(across.spoken.clauses):
        if not any(denying[clause] for clause in clauses):
            joined = ([clause] for clause in clauses if _JOINED.match(across.spoken.clauses[clause]))
            for part in (clauses, *joined):
                there = frozenset().union(*(answers[clause] for clause in part))
                weight = sum(_weight(across, clause) for clause in part if answers[clause])
                if weight >= ENOUGH and not there & excused and all(map(across.negative, there)):
                    turned |= there
    return "“否定”与原文不一致" if len(turned) > unplaced else None


def _operators(across: Across, clause: int) -> frozenset[str]:
    """The small words of the Chinese clauses that answer to an English one and give its spans of time; of all where none answers."""
    answering = across.answering(across.rows(clause)) or range(across.first, across.last)
    spans = [a for a in across.spoken.amounts_of(clause) if a.unit]
    timed = [n for n in answering if any(s.agrees(a) for s in spans for a in across.held((n,)))]
    return frozenset(o.kind for n in timed or answering for o in across.ground.reading.clauses[n].operators)


def _statements(clauses: Sequence[str]) -> Iterator[list[int]]:
    """Clauses with those behind them that go on with the same verb."""
    held: list[int] = []
    for clause, text in enumerate(clauses):
        if held and _ANEW.search(text):
            yield held
            held = []
        held.append(clause)
    yield held


def duty_turned(across: Across) -> str | None:
    """May for 必须, must for 可以, need not for 不得."""
    for clause, text in enumerate(across.spoken.clauses):
        there = _operators(across, clause)
        free, forbids = bool(_FREE.search(text)), bool(_FORBIDS.search(text))
        denies = bool(_NO.search(text))
        may, must = bool(_MAY.search(text)) and not denies, bool(_MUST.search(text)) and not denies
        if free and "free" not in there and there & {"forbid", "must"}:
            return "原文没有说“不必”"
        if forbids and "free" in there and not there & (NEGATIVE - {"free"}):
            return "原文说的是“不必”"
        if may and not must and "must" in there and not there & {"may", "forbid"}:
            return "原文说的是“必须”"
        if must and not may and "may" in there and not there & {"must", "forbid", "only"}:
            return "原文说的是“可以”"
    return None


def time_turned(across: Across) -> str | None:
    """Before for 之后, and the other way round."""
    for clause, text in enumerate(across.spoken.clauses):
        beside = range(max(clause - 1, 0), clause + 1)
        spans = [a for a in across.spoken.amounts_of(clause) if a.unit]
        answering = frozenset().union(*(across.answering(across.rows(n)) for n in beside))
        answering |= {
            n
            for n in range(across.first, across.last)
            if any(s.agrees(a) for s in spans for a in across.held((n,)))
        }
        there = "，".join(across.ground.clauses[n] for n in sorted(answering))
        before, after = bool(_BEFORE.search(text)), bool(_AFTER.search(text))
        before_there, after_there = bool(_BEFORE_ZH.search(there)), bool(_AFTER_ZH.search(there))
        if (before, after, before_there, after_there) in (
            (True, False, False, True),
            (False, True, True, False),
        ):
            return "先后与原文相反"
    return None


def opposite(across: Across) -> str | None:
    """A word whose rival the text has in its place: last for 第一, spring for 秋, full for 预备."""
    text_there = across.ground.reading.text
    for clause, text in enumerate(across.spoken.clauses):
        answering = across.answering(across.rows(clause)) or range(across.first, across.last)
        there = "，".join(across.ground.clauses[n] for n in sorted(answering))
        for family in _RIVALS:
            said = [i for i, (english, _) in enumerate(family) if english.search(text)]
            held = [i for i, (_, chinese) in enumerate(family) if chinese.search(there)]
            if held and said and not any(family[i][1].search(text_there) for i in said):
                return f"“{family[said[0]][0].search(text)[0]}”与原文相反"  # type: ignore[index]
    return None


def another_body(across: Across) -> str | None:
    """An office or body in the place of another one."""
    said = across.spoken.words
    for clause in range(len(across.spoken.clauses)):
        rows = across.rows(clause)
        there = across.answering(rows)
        held = {
            t.text for n in there for t in across.ground.reading.clauses[n].tokens
            if t.kind == "actor" and t.text not in _GENERAL and not any(m in t.text or t.text in m for w in said for m, share in w.meant if share == 1.0)
        }  # fmt: skip
        for i in rows:
            if held and _is_body(said[i]) and max(across.shares[i, n] for n in there) < LEARNED:
                return f"原文此处是“{min(held)}”，不是“{said[i].said}”"
    return None


def _hinted(name: str, text: str) -> bool:
    """Whether two characters of a name stand in a text that are not those it shares with others of its kind."""
    return any(name[i : i + 2] in text for i in range(max(1, len(name) - 2)))


def _is_body(word: Word) -> bool:
    written = [meant for meant, share in word.meant if share == 1.0 and len(meant) > 1]
    return bool(written) and all(ACTOR.search(m) and m not in _GENERAL for m in written)


def _weight(across: Across, clause: int) -> float:
    return sum(across.spoken.words[i].weight for i in across.rows(clause))


def _denials(across: Across, number: int) -> int:
    """How many words of a Chinese clause deny, or almost do; bounds (不超过) are none."""
    clause, text = across.ground.reading.clauses[number], across.ground.reading.text
    bounds = [(o.start, o.end) for o in clause.operators if o.kind in BOUNDS]
    rest = "".join(text[i] for i in range(clause.start, clause.end) if not any(a <= i < b for a, b in bounds))
    return len(_ALMOST_NO_ZH.findall(rest))


FACTS = (
    unsaid_amount,
    misplaced_amount,
    bound_turned,
    unnamed,
    denied,
    affirmed,
    duty_turned,
    time_turned,
    opposite,
    another_body,
)
