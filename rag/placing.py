"""Finds the stretches of evidence that the clauses of a sentence rest on.

Clauses that lean on the one before them must rest on the same stretch, or one that goes on with it: two true halves can
make a false whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.alignment import Laid, lay, windows
from rag.claims import HARD, Clause, Reading
from rag.contradiction import CLAUSE_COVERED, Objection, contradiction
from rag.facts import announces
from rag.text import tight

COVERED = 0.70  # share of a sentence that supports it; the entailment rule of the project's own measures
NEAR_TIE = 0.15  # a stretch that covers so much less than the best one is not where the words come from
TRIED_WINDOWS, MOST_OPTIONS = 4, 3  # stretches of a text laid out for a clause; kept, of all texts
SHORT = 4  # a clause of fewer characters that say something is read with the one behind it

UNSAID = Objection("原文没有说到", soft=True)
STITCHED = Objection("由原文不同的句子拼成")

_NEW_STATEMENT = re.compile(
    r"^[\s“‘（(]*(?:同时|此外|另外|而(?!是)|并且|还|以及|其中|其[一二三四五六]|[一二三四五六七八九]是|首先|其次|再次|最后)"
)

_CONDITION = re.compile(
    r"(?:的|时|后|前|者|的话|情况下)$|^(?:如果|如|若|凡|对|对于|经|按|按照|因|由于|除|只要|只有|一旦|为)"
)

_ENUMERATOR = re.compile(
    r"^(?:[（(]?\d{1,2}[.．、)）]\s*|其?[一二三四五六七八九十]+(?:是|要|看|有|、)|其[一二三四五六七八九十]+是?|第[一二三四五六七八九十]+(?:是|类|种|步|条|项)?是?)"
)

_LONGEST_TOPIC = 14  # characters that say something
_PLACED = re.compile(r"(?:上|中|里|内|层面|方面|期间|之间|当中)$")
_PREDICATE = re.compile(r"[是有要应须可能会不没无已由把被]|包括|称为|叫做|成为|作为|属于")
_REPORT = re.compile(r"(?:规定|指出|提出|要求|明确|强调|认为|表示|写道|提到)$")
_NAMING = re.compile(
    r"^(?:根据|按照|依据|依照|对照|在|据|从|关于)|(?:一文|一节|这篇文章|文件|中|里|内)?(?:的)?(?:指出|规定|提到|提出|要求|明确|认为|强调|显示|写道|说|介绍|中|里)$"
)
_LIST_ITEM = re.compile(r"[^、]+")


@dataclass(frozen=True, slots=True)
class Ground:
    """One piece of evidence, read: the passage, what stands above it, and the lines of that as they are."""

    text: Reading
    context: Reading
    above: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a clause rests: evidence, index of its sentence there (-1: above the passage), stretch, coverage."""

    index: int
    sentence: int
    start: int
    end: int
    coverage: float


def statements(claim: Reading) -> Iterator[list[Clause]]:
    """The clauses of a sentence in groups: clauses of one group lean on one another, groups may rest on different passages."""
    for first, last in claim.sentences:
        group: list[Clause] = []
        for clause in _merged(claim, [c for c in claim.clauses[first:last] if not announces(claim, c)]):
            begins = _NEW_STATEMENT.match(claim.words(clause)) or _self_contained(clause)
            opens = group and (all(_is_topic(claim, c) for c in group) or _is_condition(claim, group[-1]))
            if group and begins and not opens and not _reports(claim, group[-1]):
                yield group
                group = []
            group.append(clause)
        if group:
            yield group


def _merged(claim: Reading, clauses: Sequence[Clause]) -> list[Clause]:
    """Clauses long enough to be looked up; a scrap (其中, 第12步) is read with the clause behind it, the last with the one before."""
    found: list[Clause] = []
    scrap: Clause | None = None
    for clause in clauses:
        if scrap is not None and found and _NEW_STATEMENT.match(claim.words(clause)):
            found[-1], scrap = _joined(found[-1], scrap), None
        whole = clause if scrap is None else _joined(scrap, clause)
        said = [t for t in whole.tokens if t.says_something]
        if whole.weight < SHORT or all(t.kind == "number" for t in said):
            scrap = whole
        else:
            found.append(whole)
            scrap = None
    if scrap is not None and found:
        found[-1] = _joined(found[-1], scrap)
    elif scrap is not None and scrap.weight:
        found.append(scrap)
    return found


def _joined(first: Clause, second: Clause) -> Clause:
    return Clause(first.start, second.end, first.tokens + second.tokens, first.operators + second.operators)


def _reports(claim: Reading, clause: Clause) -> bool:
    """Whether a clause only says who said what follows: 《条例》规定，…"""
    return _REPORT.search(claim.words(clause).strip()) is not None


def _self_contained(clause: Clause) -> bool:
    """Whether a clause brings its own subject: it begins with an office, body or name."""
    opening = clause.tokens[0]
    return opening.kind in ("actor", "title") or (opening.kind == "name" and len(opening.text) > 2)


_Tried = tuple[Laid, int, int]
"""A clause over a stretch, the index of the evidence, and that of its sentence there."""


class Placer:
    """Places the clauses of one sentence on the pieces of evidence."""

    def __init__(self, claim: Reading, grounds: Sequence[Ground]) -> None:
        self._claim = claim
        self._grounds = grounds

    def place(self, clauses: Sequence[Clause]) -> list[Placed] | Objection:
        """A place for each clause of a statement, one going on with the other, or what stands against it."""
        return self._behind(clauses, None, None)

    def _behind(
        self, clauses: Sequence[Clause], beside: Placed | None, before: Clause | None
    ) -> list[Placed] | Objection:
        """Places for ``clauses``; where a later one finds none, the earlier ones try their next best.

        ``beside`` is where the clause ``before`` rests.
        """
        if not clauses:
            return []
        options = self._options(clauses[0], beside, before)
        if isinstance(options, Objection):
            return options
        first: Objection | None = None
        for option in options:
            rest = self._behind(clauses[1:], option, clauses[0])
            if not isinstance(rest, Objection):
                return [option, *rest]
            first = first or rest
        return first or UNSAID

    def _options(
        self, clause: Clause, beside: Placed | None, before: Clause | None
    ) -> list[Placed] | Objection:
        """The stretches that carry the clause, best first, or the reason why none does."""
        above = self._above(clause)
        if above is not None:
            return [above if beside is None else replace(beside, coverage=1.0)]
        tried = self._tried(clause, beside)
        best = tried[0][0].coverage if tried else 0.0
        found, reason = self._carrying(tried, best, beside, before)
        if found and found[0].coverage >= COVERED:
            return found
        if self._is_listed(clause, whole_only=best >= COVERED):
            return [Placed(0, -1, 0, 0, 1.0)]
        return found or reason or (UNSAID if tried else _unsaid(clause))

    def _carrying(
        self, tried: Sequence[_Tried], best: float, beside: Placed | None, before: Clause | None
    ) -> tuple[list[Placed], Objection | None]:
        """The stretches without a contradiction, and the first reason against another."""
        found: list[Placed] = []
        reason = contradiction(tried[0][0]) if tried and best < CLAUSE_COVERED else None
        for laid, index, sentence in tried:
            if laid.coverage < max(CLAUSE_COVERED, best - NEAR_TIE):
                continue
            if (
                beside is not None
                and before is not None
                and not self._goes_on(laid, (index, sentence), beside, before)
            ):
                reason = reason or STITCHED
                continue
            wrong = contradiction(laid)
            if wrong is None and laid.window is not None:
                found.append(Placed(index, sentence, *laid.window, laid.coverage))
                continue
            reason = reason or wrong
            if beside is not None and (index, sentence) == (beside.index, beside.sentence):
                break
        return found[:MOST_OPTIONS], reason

    def _goes_on(self, laid: Laid, place: tuple[int, int], beside: Placed, before: Clause) -> bool:
        """Whether a stretch goes on with what the clause before rests on.

        The same sentence does; the next one from its beginning; and another of the same passage where no condition or topic
        is cut off on either side and the clause brings its own subject.
        """
        if beside.sentence < 0 or place == (beside.index, beside.sentence):
            return True
        if place[0] != beside.index:
            return False
        hangs = _is_condition(self._claim, before) or _is_topic(self._claim, before)
        if place[1] == beside.sentence + 1 and laid.touched[:1] == laid.there[:1]:
            return not (hangs and self._goes_on_there(beside))
        if hangs:
            return False
        first = laid.there.index(laid.touched[0])
        if first == 0:
            opening = laid.clause.tokens[0]
            return opening.says_something and not opening.tag.startswith(("v", "a", "d"))
        ahead = laid.there[first - 1]
        return (
            _self_contained(laid.clause)
            and not _is_condition(laid.reading, ahead)
            and not _is_topic(laid.reading, ahead)
        )

    def _goes_on_there(self, placed: Placed) -> bool:
        """Whether the sentence in which a clause rests goes on behind it: what is said of a condition there is its own."""
        reading = self._grounds[placed.index].text
        return placed.end < reading.clauses[reading.sentences[placed.sentence][1] - 1].end

    def _tried(self, clause: Clause, beside: Placed | None) -> list[_Tried]:
        """The clause over every stretch worth trying, best covered first; of equals, the one beside the clause before."""
        home = (beside.index, beside.sentence) if beside is not None and beside.sentence >= 0 else None
        places = {
            (index, ground.text.sentences.index(window))
            for index, ground in enumerate(self._grounds)
            for window in windows(clause, ground.text, TRIED_WINDOWS)
        }
        if home is not None:
            places.add(home)
        tried = []
        for index, number in places:
            ground = self._grounds[index]
            laid = lay(self._claim, clause, ground.text, ground.context, ground.text.sentences[number])
            tried.append((laid, index, number))
        return sorted(tried, key=lambda t: (-round(t[0].coverage, 1), t[1:] != home, -t[0].coverage, t[1:]))

    def _above(self, clause: Clause) -> Placed | None:
        """The title or heading that holds all that the clause says in one piece: it names the source, or quotes a point."""
        words = tight(_NAMING.sub("", self._claim.words(clause).strip()))
        if clause.operators or len(words) < 2:
            return None
        for index, ground in enumerate(self._grounds):
            if any(words in tight(line) for line in ground.above):
                return Placed(index, -1, 0, 0, 1.0)
        return None

    def _is_listed(self, clause: Clause, whole_only: bool) -> bool:
        """Whether the clause enumerates what stands, word for word, in the evidence or the headings above it.

        Members that are whole clauses or headings always count; with ``whole_only`` only they do, and so with operators.
        """
        items = [m.group() for m in _LIST_ITEM.finditer(self._claim.words(clause))]
        if len(items) < 3 or any(not 1 < len(tight(item)) <= 24 for item in items):
            return False
        whole_only = whole_only or bool(clause.operators)
        return all(any(_holds_item(tight(item), g, whole_only) for g in self._grounds) for item in items)


def whole(words: str, reading: Reading) -> tuple[int, int] | None:
    """``(start, end)`` of clauses in a row that say exactly ``words``: no operator can have been cut off at either end."""
    if words not in reading.tight:
        return None
    pieces = [tight(reading.words(c)) for c in reading.clauses]
    for first in range(len(pieces)):
        joined = ""
        for last in range(first, len(pieces)):
            joined += pieces[last]
            if joined == words:
                return reading.clauses[first].start, reading.clauses[last].end
            if len(joined) > len(words):
                break
    return None


def _unsaid(clause: Clause) -> Objection:
    """What to say of a clause that shares no word with the evidence: its facts, if it has any, stand nowhere."""
    return replace(UNSAID, soft=not any(t.kind in HARD for t in clause.tokens))


def _is_condition(reading: Reading, clause: Clause) -> bool:
    return _CONDITION.search(reading.words(clause).strip()) is not None


def _is_topic(reading: Reading, clause: Clause) -> bool:
    """Whether a clause only says what the next one is about: 年老体弱的党员，… / 支部层面，…"""
    said = [t for t in clause.tokens if t.says_something]
    if not said or clause.operators or clause.weight > _LONGEST_TOPIC:
        return False
    words = reading.words(clause).strip("，,：: ")
    last = said[-1]
    named = last.kind in ("actor", "name", "title", "quoted") or last.tag.startswith(
        ("n", "j", "l", "t", "s")
    )
    return (named or _PLACED.search(words) is not None) and not _PREDICATE.search(words)


def _holds_item(words: str, ground: Ground, whole_only: bool) -> bool:
    if not whole_only and (words in ground.text.tight or any(words in tight(line) for line in ground.above)):
        return True
    clauses = (ground.text.words(c) for c in ground.text.clauses)
    pieces = (tight(_ENUMERATOR.sub("", piece.strip())) for piece in (*ground.above, *clauses))
    return words in pieces or whole(words, ground.text) is not None
