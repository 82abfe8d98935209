"""Measures the checker across languages: ``python -m eval.checker_across``.

``across/claims.jsonl`` holds true English sentences about the bundled Chinese documents, each with the words it rests on.
Each is checked as it is, and altered in every way below that fits it. Those that are marked as kept (``--part kept``) were
written after the rules of ``rag.across`` were made, and only tell how well they do.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from embeddings import load_encoder
from embeddings.cached import CachedEncoder
from embeddings.protocol import Encoder
from eval.checker_set import Placed, among, articles_of
from eval.estimate import mean
from eval.questions import SEEDS_FOLDER
from rag import cite
from rag.datatypes import Article, Document, Draft, DraftSentence, Hit, Passage
from rag.text import tight

CLAIMS = Path(__file__).parent / "across" / "claims.jsonl"
SEED = 20
TRUE, MISCITED = "真句", "引错段落"

NEGATED = "should:should not|must:must not|may:may not|can:cannot|is:is not|are:are not|does:does not|has:has not|have:do not have"
AFFIRMED = (
    "should not:should|must not:must|may not:may|cannot:can|is not:is|are not:are|need not:must|does not mean:means|does not:should|do not:always|"
    "never:always|Nobody:Everybody|Neither:Either|neither:both|nor:and|without:with|not allowed:allowed|invalid:valid|no two:two"
)
DUTY, PERMISSION = "must:may|should:may|requires:allows|needed:optional", "may:must|can:must|may:need not"
BOUNDS = (
    "at least:at most|at the most:at the least|no more than:no fewer than|no longer than:no shorter than|no less than:no more than|not exceed:not fall below|"
    "within:only after|two thirds:one third|or more:or fewer|up to:over|two at the most:two at the least"
)
UNITS = (
    "days:weeks|days:months|weeks:months|week:month|month:year|months:years|months:weeks|minutes:hours|hour:day|quarter:year|year:quarter|year:month|years:months|"
    "half year:quarter|characters:pages|seventy per cent:seventeen per cent|per cent:people|pages:lines|working days:months"
)
TURNED = (
    "before:after|after:before|first:last|jointly:separately|absent:present|secret:open|lighten:increase|excellent:unqualified|older:younger|Elderly:Young|"
    "separate:shared|separately:together|full members:probationary members|Probationary members:Full members|higher:lower|inadequate:thorough|differ:agree|"
    "quarterly:weekly|exceed:fall below|outnumber:equal|low rankings:high rankings|left side:right side|autumn:spring|fourth:second|January:June|August:October|"
    "free of charge:charged at cost|effective:ineffective|continuously:anew|old and new:old|both:only one of"
)
BODIES = (
    "branch secretary:organisation member|secretary:discipline inspection member|organisation member:publicity member|deputy secretary:note-taker|"
    "branch committee:general meeting|general meeting:branch committee|Party group leader:branch secretary|Party group:trade union|primary Party committee:village committee|"
    "higher Party organisation:people's court|people's court:supervision committee|Party organisation:trade union|board:trade union|police:village committee|"
    "branch:county government|members:non-members|Members:Villagers|cadres:villagers|visitor:county magistrate|contact person:branch secretary|sponsors:witnesses|"
    "The parties:The mediators|committee members:outside auditors|village Party secretary:village accountant|branches:companies|Branches:Companies|activists:veterans"
)
WORDS = (
    "dues:donations|oath:anthem|lecture:film|talk:examination|vote:petition|voting:speaking|ballots:letters|records:photographs|Minutes:Photographs|photographs:interviews|"
    "pencil or ballpoint pen:red ink or brush|training:holiday|study:travel|register:building|report:banner|plan:budget|criticism:compliments|private:financial|privacy:income|"
    "wages:pensions|income:health|surnames:villages|membership:contract|activists:tourists|candidates:prizes|problems:expenses|expense reimbursements:recruitment|"
    "personnel file:passport|badge:medal|internet:notice board|WeChat groups:newspapers|households:factories|water:office|handover:banquet|households:shops|"
    "cabinets:vehicles|documents:weapons|receipts:flags|time:money|draft:song|study session:sports day|speeches:invoices|tobacco and alcohol:computers|inquiry:invitation|"
    "compulsory:optional|accident:strike|interaction:advertising|film:parade|allowances:licences|Allowances:Licences|Funds:Offices|payroll:turnover|applicant:teacher"
)
ADDED = (
    "and the result is reported to the provincial committee", "and those who fail to do so are fined", "and a notary has to be present", "and the county pays for it",
    "with the written consent of the trade union", "and a video recording is kept for ten years", "except in mountainous areas", "and the local newspaper prints a notice",
    "and retired officials are exempt", "as long as the weather permits", "and foreign experts are invited to take part", "which saves about a third of the cost",
)  # fmt: skip
MAKERS = (
    "According to the Ministry of Finance, ", "As Professor Chen Guangming of Peking University points out, ", "Under the Law on County Libraries, ",
    "The Shandong provincial committee announced in 1998 that ", "As the People's Daily reported, ",
)  # fmt: skip
_NUMBERS = "two three four five six seven eight nine ten fifteen twenty twenty-four thirty forty fifty sixty seventy eighty".split()
_NUMBER = re.compile(rf"\b(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b|\d[\d,]*(?:\.\d+)?")

Edit = Callable[[str, "Claim", "Sequence[Claim]", random.Random], "str | None"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A true English sentence, the words of the document that it rests on, and the passage that holds them."""

    file: str
    quote: str
    text: str
    document: Document
    passage: Passage
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with the hits it may rest on; it cites ``marker``."""

    kind: str
    claim: Claim
    sentence: str
    hits: tuple[Hit, ...]
    marker: int

    @property
    def true(self) -> bool:
        """Whether the sentence stands as it is and cites its passage."""
        return self.kind == TRUE


@dataclass(frozen=True, slots=True)
class Result:
    """Whether a reader of the case was not misled, and why the checker flagged it, if it did."""

    case: Case
    right: bool
    reason: str


def claims_of(path: Path, articles: Sequence[Article]) -> tuple[Claim, ...]:
    """The sentences of a file, each with its passage."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        document, passage = next(
            (a.document, p)
            for a in articles
            for p in a.passages
            if Path(a.document.source).name == row["file"] and tight(row["quote"]) in tight(p.text)
        )
        found.append(
            Claim(row["file"], row["quote"], row["claim"], document, passage, row.get("kept", False))
        )
    return tuple(found)


def exchange(rows: str, where: str = "") -> Edit:
    """Puts the second of a pair in the place of the first; only where the words that the claim rests on match ``where``."""
    table = [tuple(row.split(":")) for row in rows.split("|")]

    def edit(text: str, claim: Claim, others: Sequence[Claim], chance: random.Random) -> str | None:
        if where and not re.search(where, claim.quote):
            return None
        found = [
            (m.start(), m.end(), b)
            for a, b in table
            for m in re.finditer(rf"\b{re.escape(a)}\b(?! not\b)", text)
            if not (
                b.startswith(a)
                and text[m.end() :].startswith((" not", " no ", " only", " neither", " never"))
            )
        ]
        longest = [
            f for f in found if not any(g[0] <= f[0] and f[1] <= g[1] and g[:2] != f[:2] for g in found)
        ]
        if not longest:
            return None
        start, end, new = chance.choice(longest)
        return text[:start] + new + text[end:]

    return edit


def other_number(text: str, claim: Claim, others: Sequence[Claim], chance: random.Random) -> str | None:
    """A number with another in its place."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    word = match.group()
    if word in _NUMBERS:
        new = chance.choice([n for n in _NUMBERS[:12] if n != word])
    else:
        value = int(word.replace(",", "").split(".")[0])
        new = str(value + chance.choice([1, 2, 5, 10]))
    return text[: match.start()] + new + text[match.end() :]


def clause_added(text: str, claim: Claim, others: Sequence[Claim], chance: random.Random) -> str | None:
    """An invented clause at the end."""
    return f"{text.rstrip('.')}, {chance.choice(ADDED)}."


def half_added(text: str, claim: Claim, others: Sequence[Claim], chance: random.Random) -> str | None:
    """Another document's claim at the end."""
    if not others:
        return None
    other = chance.choice(others).text
    return f"{text.rstrip('.')}, and {other[0].lower()}{other[1:]}"


def maker_added(text: str, claim: Claim, others: Sequence[Claim], chance: random.Random) -> str | None:
    """Somebody who did not say it."""
    return f"{chance.choice(MAKERS)}{text[0].lower()}{text[1:]}"


_MUST = r"必须|应当|务必|须|应|要|都得|限"
_MAY = r"可以|允许|可(?!能)|能"
EDITS: tuple[tuple[str, Edit], ...] = (
    ("添否定", exchange(NEGATED)),
    ("删否定", exchange(AFFIRMED)),
    ("必须变可以", exchange(DUTY, _MUST)),
    ("可以变必须", exchange(PERMISSION, rf"^(?!.*(?:不可|不能|{_MUST})).*(?:{_MAY})")),
    ("改上下限", exchange(BOUNDS)),
    ("改数字", other_number),
    ("改单位", exchange(UNITS)),
    ("改反义", exchange(TURNED)),
    ("改职务机构", exchange(BODIES)),
    ("换一个词", exchange(WORDS)),
    ("加一个分句", clause_added),
    ("接别处的话", half_added),
    ("加错出处", maker_added),
)


def cases_of(claims: Sequence[Claim], articles: Sequence[Article], seed: int = SEED) -> Iterator[Case]:
    """Every claim as it is, cited to the wrong passage, and altered in each way that fits it."""
    everything = [(a.document, p) for a in articles for p in a.passages]
    for claim in claims:
        chance = random.Random(f"{seed} {claim.text}")
        others = [c for c in claims if c.file != claim.file]
        hits, marker = _hits(claim, everything, chance)
        yield Case(TRUE, claim, claim.text, hits, marker)
        wrong = chance.choice([n for n in range(1, len(hits) + 1) if n != marker])
        yield Case(MISCITED, claim, claim.text, hits, wrong)
        rest = tuple(h for h in hits if h.rank != marker)
        yield Case("引错且无出处", claim, claim.text, rest, min(wrong, len(rest)))
        for name, edit in EDITS:
            altered = edit(claim.text, claim, others, chance)
            if altered is not None:
                yield Case(name, claim, altered, hits, marker)


def _hits(claim: Claim, everything: Sequence[Placed], chance: random.Random) -> tuple[tuple[Hit, ...], int]:
    """The claim's passage among others, none of which says the same."""
    others = [p for p in everything if tight(claim.quote) not in tight(p[1].text)]
    near = [p for p in others if p[0].id == claim.document.id]
    far = [p for p in others if p[0].id != claim.document.id]
    return among((claim.document, claim.passage), near, far, chance)


def judge(case: Case, encoder: Encoder) -> Result:
    """The case through the checker that answers go through."""
    draft = Draft("llm", (DraftSentence(case.sentence, markers=(case.marker,)),))
    checked = cite.check(draft, case.hits, encoder)
    cited = {c.passage.id for c in checked.citations}
    reason = next(iter(checked.reasons.values()), "")
    if case.true:
        right = bool(cited)
    else:
        right = not cited or (case.kind == MISCITED and cited == {case.claim.passage.id})
    return Result(case, right, reason)


def table(results: Sequence[Result]) -> str:
    """The measurement as a Markdown table. A checker that flags everything flags every false sentence: the last column says of
    how many false ones the sentence they were made from is let through as well.
    """
    let_through = {r.case.claim.text for r in results if r.case.true and r.right}
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for result in results:
        both = float(result.right and result.case.claim.text in let_through)
        for name in (result.case.kind, "全部真句" if result.case.true else "全部假句"):
            groups[name].append((float(result.right), both))
    groups.pop(TRUE, None)
    lines = ["| 种类 | 例数 | 判对 | 95% 区间 | 真假都判对 |", "|---|---|---|---|---|"]
    for name, pairs in groups.items():
        found, passed = mean([right for right, _ in pairs]), mean([right for _, right in pairs])
        lines.append(
            f"| {name} | {found.n} | {found.value:.3f} | {found.low:.3f}–{found.high:.3f} | {passed.value:.3f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when at most 5 % of the true sentences are flagged."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.checker_across", description="英文句子对中文段落的核查 / English over Chinese"
    )
    parser.add_argument(
        "--part", choices=("tried", "kept", "all"), default="all", help="试过的 / 留作检验的 / 全部"
    )
    parser.add_argument("--embedder", default="bundled")
    parser.add_argument("--wrong", action="store_true", help="逐条列出判错的句子")
    chosen = parser.parse_args(arguments)
    articles = articles_of(SEEDS_FOLDER)
    claims = [c for c in claims_of(CLAIMS, articles) if chosen.part in ("all", "kept" if c.kept else "tried")]
    encoder = CachedEncoder(load_encoder(chosen.embedder))
    results = [judge(case, encoder) for case in cases_of(claims, articles)]
    print(table(results))
    if chosen.wrong:
        for result in results:
            if not result.right:
                print(
                    f"\n[{result.case.kind}] {result.reason}\n  原：{result.case.claim.quote}\n  句：{result.case.sentence}"
                )
    true = [r for r in results if r.case.true]
    return int(sum(not r.right for r in true) > 0.05 * len(true))


if __name__ == "__main__":
    sys.exit(main())
