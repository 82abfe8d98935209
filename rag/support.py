"""Whether a passage says what a sentence says.

A sentence is taken clause by clause; each clause is laid over the sentence of evidence that holds most of its words
(``rag.alignment``, ``rag.placing``), and then has to stand four tests (``rag.contradiction``):

1. Hard facts: every number with its unit, 《title》, quoted word, name, office and body stands there, once for each time
   it is claimed, and beside the words it stands beside in the sentence when another of its kind stands there too.
2. Small words: negation, duty and permission, bounds, quantifiers, before and after, opposites (``rag.operators``).
3. Who does what to whom: the order of the parts around a predicate, and whose predicate it is.
4. Words: what stands in another word's place means the same (``rag.likeness``); nothing is put in; at least 70 % of the
   sentence, and half of each clause, is said there.

Text above a passage (document title, section path, date) is evidence for names and subjects and for points quoted from
headings. docs/checker.md gives the measurements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from embeddings import Encoder
from rag.across import supports_across
from rag.claims import Reading, read
from rag.conditions import NOTHING, Before, dropped
from rag.contradiction import Objection
from rag.placing import COVERED, SHORT, Ground, Placed, Placer, statements, whole
from rag.text import HAN, tight
from rag.translation import supports_in_chinese, supports_in_english

SUPPORTED = 0.5  # at and above, a sentence counts as supported

_HAN = re.compile(rf"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_ASIDE = re.compile(r"(?<!》)[（(]([^（）()]+)[)）](?![^《]*》)")  # the year behind a 《title》 is no aside


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

    ``score`` runs from 0 to 1, 1 for the very words; from ``SUPPORTED`` on it counts. ``reason`` says in Chinese what
    does not hold, ``soft`` when no fact is wrong: the evidence only has too few of the words. ``places`` are ``(index of the evidence, start, end)`` of the stretches that the clauses rest on.
    """

    score: float
    reason: str = ""
    places: tuple[tuple[int, int, int], ...] = ()
    soft: bool = False

    @property
    def holds(self) -> bool:
        """Whether the sentence counts as supported."""
        return self.score >= SUPPORTED


def support(
    sentence: str, evidence: Sequence[Evidence], encoder: Encoder | None = None, read_before: Before = NOTHING
) -> Support:
    """How far the passages, read together, support ``sentence`` (without markers).

    ``encoder`` is needed only where sentence and passages are in different languages. A condition of the evidence may be
    said in what the reader has ``read_before``.
    """
    if not evidence:
        return Support(0.0, "没有可对照的段落")
    english = _mostly_english(sentence)
    own = [i for i, e in enumerate(evidence) if _mostly_english(e.text) == english]
    if not own or english:
        used = own or range(len(evidence))
        texts, above = [evidence[i].text for i in used], [evidence[i].context for i in used]
        if own:
            found = supports_in_english(sentence, texts, above)
        else:
            across = supports_across if english else supports_in_chinese
            found = across(sentence, texts, above, encoder)
        places = () if found.place is None else ((used[found.place[0]], *found.place[1:]),)
        return Support(found.score, found.reason, places, found.soft)
    chinese = _in_chinese(sentence, [_ground(evidence[i]) for i in own], read_before)
    return replace(chinese, places=tuple((own[i], a, b) for i, a, b in chinese.places))


def _mostly_english(text: str) -> bool:
    """Whether Latin words outweigh Chinese characters."""
    return 2 * len(_LATIN_WORD.findall(text)) > len(_HAN.findall(text))


def _ground(evidence: Evidence) -> Ground:
    above = tuple(line for line in evidence.context.split("\n") if line)
    return Ground(read(evidence.text), read(f"{evidence.context}\n{evidence.about}"), above)


def _in_chinese(sentence: str, grounds: Sequence[Ground], before: Before) -> Support:
    """A Chinese sentence over Chinese passages; what it says in brackets may rest on another stretch than the rest."""
    claim = read(sentence)
    for index, ground in enumerate(grounds):
        if len(claim.tight) > 1 and (place := whole(claim.tight, ground.text)) is not None:
            condition = dropped([(index, *place)], grounds, claim.text, before)
            return Support(1.0, places=((index, *place),)) if condition is None else _lacks(condition)
    found = _weighed(claim, grounds, before)
    asides = [a for a in _ASIDE.findall(sentence) if len(tight(a)) >= SHORT]
    if found.holds or not asides:
        return found
    parts = [_weighed(read(text), grounds, before) for text in (_ASIDE.sub("", sentence), *asides)]
    worst = min(parts, key=lambda p: p.score)
    places = tuple(dict.fromkeys(place for part in parts for place in part.places))
    return Support(worst.score, worst.reason, places, all(p.soft for p in parts if not p.holds))


def _lacks(condition: str) -> Support:
    return Support(0.0, f"原文另有条件“{condition}”", soft=True)


def _weighed(claim: Reading, grounds: Sequence[Ground], before: Before) -> Support:
    """All statements placed, and how much of the whole they cover."""
    placer = Placer(claim, grounds)
    places: list[Placed] = []
    covered = total = 0.0
    for statement in statements(claim):
        found = placer.place(statement)
        if isinstance(found, Objection):
            worst = _hard(claim, placer) if found.soft else found
            return Support(0.0, (worst or found).reason, soft=worst is None)
        said = claim.text[statement[0].start : statement[-1].end]
        condition = dropped([(p.index, p.start, p.end) for p in found], grounds, said, before)
        if condition is not None:
            return _lacks(condition)
        covered += sum(
            placed.coverage * clause.weight for clause, placed in zip(statement, found, strict=True)
        )
        total += sum(clause.weight for clause in statement)
        places.extend(found)
    if not total:
        return Support(0.0, "没有内容")
    share = covered / total
    if share < COVERED:
        return Support(
            min(share, SUPPORTED - 0.01), f"原文只说到其中约 {share:.0%}", soft=_hard(claim, placer) is None
        )
    stretches = tuple(dict.fromkeys((p.index, p.start, p.end) for p in places if p.sentence >= 0))
    return Support(min(share, 0.99), places=stretches or tuple((p.index, 0, 0) for p in places[:1]))


def _hard(claim: Reading, placer: Placer) -> Objection | None:
    """A wrong fact in any clause: one that is merely said otherwise must not hide it."""
    placed = (placer.place([clause]) for statement in statements(claim) for clause in statement)
    return next((found for found in placed if isinstance(found, Objection) and not found.soft), None)
