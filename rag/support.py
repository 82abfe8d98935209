"""Whether a passage says what a sentence says.

A sentence is taken clause by clause; each clause is laid over the sentence of evidence that holds most of its words
(``rag.alignment``), and then has to stand four tests (``rag.contradiction``):

1. Hard facts: every number with its unit, 《title》, quoted word, name, office and body stands there, once for each time it is
   claimed, and beside the words it stands beside in the sentence when another of its kind stands there too.
2. Small words: negation, duty and permission, bounds, quantifiers, before and after, opposites (``rag.operators``).
3. Who does what to whom: the order of the parts around a predicate, and whose predicate it is.
4. Words: what stands in another word's place means the same (``rag.likeness``); nothing is put in; at least 70 % of the
   sentence, and half of each clause, is said there.

Clauses that lean on the one before them must rest on the same stretch: two true halves can make a false whole.
Text above a passage (document title, section path, date) is evidence for names and subjects and for points quoted from headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings import Encoder
from rag.alignment import Laid, lay, windows
from rag.claims import Clause, Reading, read
from rag.contradiction import announces, contradiction
from rag.text import HAN, tight
from rag.translation import supports_across, supports_in_english

SUPPORTED = 0.5  # at and above, a sentence counts as supported
COVERED = 0.70  # share of the sentence that supports; the entailment rule of the project's own measures
CLAUSE_COVERED = 0.50  # and of every clause in it: an invented clause must not hide behind a true one
NEAR_TIE = 0.15  # a stretch that covers so much less than the best one is not where the words come from
TRIED_WINDOWS = 4
MOST_OPTIONS = 3
SHORT = 4  # a clause of fewer characters that say something is read with the one behind it

_HAN = re.compile(rf"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_NEW_STATEMENT = re.compile(r"^[\s“‘（(]*(?:同时|此外|另外|而(?!是)|并且|还|以及|其中|其[一二三四五六]|[一二三四五六七八九]是|首先|其次|再次|最后)")
_ASIDE = re.compile(r"[（(]([^（）()]+)[)）](?![^《]*》)")
_CONDITION = re.compile(r"(?:的|时|后|前|者|的话|情况下)$|^(?:如果|如|若|凡|对|对于|经|按|按照|因|由于|除|只要|只有|一旦|为)")
_ENUMERATOR = re.compile(r"^(?:[（(]?\d{1,2}[.．、)）]\s*|其?[一二三四五六七八九十]+(?:是|要|看|有|、)|其[一二三四五六七八九十]+是?|第[一二三四五六七八九十]+(?:是|类|种|步|条|项)?是?)")
_LIST_ITEM = re.compile(r"[^、]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage and what stands above it: title, section path, date, one a line.

    ``about`` says whom or what the whole document is about (author, first words): a sentence may take its subject from it.
    """

    text: str
    context: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """How well evidence supports a sentence.

    ``score`` runs from 0 to 1, 1 for the very words; from ``SUPPORTED`` on it counts. ``reason`` says in Chinese what does
    not hold. ``places`` are ``(index of the evidence, start, end)`` of the stretches that the clauses rest on.
    """

    score: float
    reason: str = ""
    places: tuple[tuple[int, int, int], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the sentence counts as supported."""
        return self.score >= SUPPORTED


@dataclass(frozen=True, slots=True)
class _Ground:
    """One piece of evidence, read."""

    text: Reading
    context: Reading

    above: tuple[str, ...]

    @classmethod
    def of(cls, evidence: Evidence) -> _Ground:
        above = tuple(line for line in evidence.context.split("\n") if line)
        return cls(read(evidence.text), read(f"{evidence.context}\n{evidence.about}"), above)


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where a clause rests: evidence, index of its sentence there (-1: above the passage), stretch, coverage."""

    index: int
    sentence: int
    start: int
    end: int
    coverage: float


def support(sentence: str, evidence: Sequence[Evidence], encoder: Encoder | None = None) -> Support:
    """How far the passages, read together, support ``sentence`` (without markers)."""
    if not evidence:
        return Support(0.0, "没有可对照的段落")
    english = _is_english(sentence)
    own = [i for i, e in enumerate(evidence) if _is_english(e.text) == english]
    if not own:
        score, reason = supports_across(sentence, [e.text for e in evidence], [e.context for e in evidence], encoder)
        return Support(score, reason, tuple((i, 0, len(e.text)) for i, e in enumerate(evidence) if score >= SUPPORTED))
    if english:
        score, reason = supports_in_english(sentence, [evidence[i].text for i in own], [evidence[i].context for i in own])
        return Support(score, reason, tuple((i, 0, len(evidence[i].text)) for i in own if score >= SUPPORTED))
    found = _in_chinese(sentence, [_Ground.of(evidence[i]) for i in own])
    return Support(found.score, found.reason, tuple((own[i], a, b) for i, a, b in found.places))


def _in_chinese(sentence: str, grounds: Sequence[_Ground]) -> Support:
    """A Chinese sentence over Chinese passages; what it says in brackets has to hold by itself."""
    claim = read(sentence)
    for index, ground in enumerate(grounds):
        if len(claim.tight) > 1 and (whole := _whole(claim.tight, ground.text)) is not None:
            return Support(1.0, places=((index, *whole),))
    found = _weighed(claim, grounds)
    asides = [a for a in _ASIDE.findall(sentence) if len(tight(a)) >= SHORT]
    if found.holds or not asides:
        return found
    parts = [_weighed(read(text), grounds) for text in (_ASIDE.sub("", sentence), *asides)]
    worst = min(parts, key=lambda p: p.score)
    return Support(worst.score, worst.reason, tuple(dict.fromkeys(place for part in parts for place in part.places)))


def _is_english(text: str) -> bool:
    """Whether Latin words outweigh Chinese characters."""
    return 2 * len(_LATIN_WORD.findall(text)) > len(_HAN.findall(text))


def _whole(words: str, reading: Reading) -> tuple[int, int] | None:
    """Where clauses in a row say exactly ``words``: no operator can have been cut off at either end."""
    if words not in reading.tight:
        return None
    pieces = [tight(reading.text[c.start : c.end]) for c in reading.clauses]
    for first in range(len(pieces)):
        joined = ""
        for last in range(first, len(pieces)):
            joined += pieces[last]
            if joined == words:
                return reading.clauses[first].start, reading.clauses[last].end
            if len(joined) > len(words):
                break
    return None


def _weighed(claim: Reading, grounds: Sequence[_Ground]) -> Support:
    """All statements placed, and how much of the whole they cover."""
    places: list[_Placed] = []
    covered = total = 0.0
    for statement in _statements(claim):
        found = _place(claim, statement, grounds)
        if isinstance(found, str):
            return Support(0.0, found)
        for clause, placed in zip(statement, found, strict=True):
            covered += placed.coverage * clause.weight
            total += clause.weight
        places.extend(found)
    if not total:
        return Support(0.0, "没有内容")
    share = covered / total
    stretches = tuple(dict.fromkeys((p.index, p.start, p.end) for p in places if p.sentence >= 0))
    if share < COVERED:
        return Support(min(share, SUPPORTED - 0.01), f"原文只说到其中约 {share:.0%}")
    return Support(min(share, 0.99), places=stretches or tuple((p.index, 0, 0) for p in places[:1]))


def _statements(claim: Reading) -> Iterator[list[Clause]]:
    """Clauses that may rest on different sentences of the evidence apart from one another, in groups that may not."""
    for first, last in claim.sentences:
        group: list[Clause] = []
        for clause in _merged(claim.text, [c for c in claim.clauses[first:last] if not announces(claim, c)]):
            if group and (_NEW_STATEMENT.match(claim.text[clause.start : clause.end]) or _self_contained(clause)):
                yield group
                group = []
            group.append(clause)
        if group:
            yield group


def _merged(text: str, clauses: Sequence[Clause]) -> list[Clause]:
    """Clauses long enough to be looked up; a scrap (其中, 第12步) is read with the clause behind it, the last with the one before."""
    found: list[Clause] = []
    scrap: Clause | None = None
    for clause in clauses:
        if scrap is not None and found and _NEW_STATEMENT.match(text[clause.start : clause.end]):
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


def _self_contained(clause: Clause) -> bool:
    """Whether a clause brings its own subject: it begins with an office, body or name."""
    opening = clause.tokens[0]
    return opening.kind in ("actor", "title") or (opening.kind == "name" and len(opening.text) > 2)


def _place(claim: Reading, statement: Sequence[Clause], grounds: Sequence[_Ground]) -> list[_Placed] | str:
    """Places for all clauses of a statement in one sentence of evidence (or the one behind it), or what stands against it."""
    return _place_behind(claim, statement, grounds, None, None)


def _place_behind(
    claim: Reading, clauses: Sequence[Clause], grounds: Sequence[_Ground], beside: _Placed | None, before: Clause | None
) -> list[_Placed] | str:
    """Places for ``clauses`` one behind the other; where a later one finds none, the earlier ones try their next best."""
    if not clauses:
        return []
    options = _options(claim, clauses[0], grounds, beside, before)
    if isinstance(options, str):
        return options
    first = ""
    for option in options:
        rest = _place_behind(claim, clauses[1:], grounds, option, clauses[0])
        if not isinstance(rest, str):
            return [option, *rest]
        first = first or rest
    return first


def _options(
    claim: Reading, clause: Clause, grounds: Sequence[_Ground], beside: _Placed | None, before: Clause | None
) -> list[_Placed] | str:
    """The stretches that carry the clause, best first, or the reason why none does.

    ``beside`` is where the clause ``before`` rests: only what goes on with that counts.
    """
    above = _stands_above(claim, clause, grounds)
    if above is not None:
        return [above if beside is None else _Placed(beside.index, beside.sentence, beside.start, beside.end, 1.0)]
    found: list[_Placed] = []
    reason = ""
    tried = _laid(claim, clause, grounds, beside)
    best = tried[0][0].coverage if tried else 0.0
    if tried and best < CLAUSE_COVERED:
        reason = contradiction(tried[0][0], grounds[tried[0][1]].text, grounds[tried[0][1]].context) or ""
    for laid, index, sentence in tried:
        if laid.coverage < max(CLAUSE_COVERED, best - NEAR_TIE):
            continue
        if beside is not None and before is not None and not _follows(laid, index, sentence, beside, claim, before):
            reason = reason or "由原文不同的句子拼成"
            continue
        wrong = contradiction(laid, grounds[index].text, grounds[index].context)
        if wrong is None and laid.window is not None:
            found.append(_Placed(index, sentence, *laid.window, laid.coverage))
            continue
        reason = reason or wrong or ""
        if beside is not None and (index, sentence) == (beside.index, beside.sentence):
            break
    if found and found[0].coverage >= COVERED:
        return found[:MOST_OPTIONS]
    listed = _listed(claim, clause, grounds, whole_only=best >= COVERED)
    if listed is not None:
        return [listed]
    return found[:MOST_OPTIONS] or reason or "原文没有说到"


def _follows(laid: Laid, index: int, sentence: int, beside: _Placed, claim: Reading, before: Clause) -> bool:
    """Whether a stretch goes on with what the clause before rests on.

    The same sentence does; the next one from its beginning; and another of the same passage where no condition is cut off on
    either side and the clause brings its own subject.
    """
    if beside.sentence < 0 or (index, sentence) == (beside.index, beside.sentence):
        return True
    if index != beside.index:
        return False
    if sentence == beside.sentence + 1 and laid.touched[:1] == laid.there[:1]:
        return True
    opening = laid.clause.tokens[0]
    first = laid.there.index(laid.touched[0])
    cut = first and _CONDITION.search(laid.reading.text[laid.there[first - 1].start : laid.there[first - 1].end])
    return opening.says_something and not opening.tag.startswith(("v", "a", "d")) and not cut and not _is_condition(claim, before)


def _is_condition(claim: Reading, clause: Clause) -> bool:
    return _CONDITION.search(claim.text[clause.start : clause.end].strip()) is not None


def _laid(
    claim: Reading, clause: Clause, grounds: Sequence[_Ground], beside: _Placed | None = None
) -> list[tuple[Laid, int, int]]:
    """The clause over every stretch worth trying, best covered first; of equals, the one beside the clause before."""
    home = (beside.index, beside.sentence) if beside is not None and beside.sentence >= 0 else None
    places = {
        (index, ground.text.sentences.index(window))
        for index, ground in enumerate(grounds)
        for window in windows(clause, ground.text, TRIED_WINDOWS)
    }
    if home is not None:
        places.add(home)
    tried = [(lay(claim, clause, grounds[i].text, grounds[i].text.sentences[n]), i, n) for i, n in places]
    return sorted(tried, key=lambda t: (-round(t[0].coverage, 1), t[1:] != home, -t[0].coverage, t[1], t[2]))


def _stands_above(claim: Reading, clause: Clause, grounds: Sequence[_Ground]) -> _Placed | None:
    """The title or heading that holds all that the clause says in one piece: it tells where the rest stands, or quotes a point."""
    said = [t for t in clause.tokens if t.says_something]
    if clause.operators or not said:
        return None
    words = tight(claim.text[said[0].start : said[-1].end])
    for index, ground in enumerate(grounds):
        if any(words in tight(line) for line in ground.above):
            return _Placed(index, -1, 0, 0, 1.0)
    return None


def _listed(claim: Reading, clause: Clause, grounds: Sequence[_Ground], whole_only: bool) -> _Placed | None:
    """An enumeration whose members stand, word for word, in the evidence or the headings above it.

    Members that are whole clauses or headings always count; with ``whole_only`` only they do, and so with operators.
    """
    items = [m.group() for m in _LIST_ITEM.finditer(claim.text[clause.start : clause.end])]
    if len(items) < 3 or any(not 1 < len(tight(item)) <= 24 for item in items):
        return None
    whole_only = whole_only or bool(clause.operators)
    if all(any(_holds_item(tight(item), ground, whole_only) for ground in grounds) for item in items):
        return _Placed(0, -1, 0, 0, 1.0)
    return None


def _holds_item(words: str, ground: _Ground, whole_only: bool) -> bool:
    if not whole_only and (words in ground.text.tight or any(words in tight(line) for line in ground.above)):
        return True
    lines = [tight(_ENUMERATOR.sub("", line.strip())) for line in ground.above]
    clauses = (tight(_ENUMERATOR.sub("", ground.text.text[c.start : c.end].strip())) for c in ground.text.clauses)
    return words in lines or words in clauses or _whole(words, ground.text) is not None


__all__: Sequence[str] = ("SUPPORTED", "Evidence", "Support", "support")
