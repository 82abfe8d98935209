"""The rules by which an English follow-up question is known, and made to stand alone."""

from __future__ import annotations

import re

_SAYS_NOTHING = re.compile(
    r"\b(?:and|but|so|then|why|how|when|where|who|what|which|about|else|more|example|examples|give|an|a|the|is|are|was|were|do|does|did|it|that|this|to|for|in|of|be|can|could|should|must|may|tell|me|please|explain|detail|details|any|other|others|one|ones|not|same|mean|means|by|with|on|long|many|much|often|they|them|he|she|if|have|has|had|there|no|yes|need)\b",
    re.I,
)
_THING = r"(?:it|they|them|this|these|those|that|he|she|him)"
_REFERS = re.compile(
    rf"\b{_THING}\b|^(?:[^?]{{0,12}}\b)?(?:its|their|his|her)\b|\bthe (?:same|former|latter|second|third|first|last) (?:one|point|item|rule)\b|^(?:and|what about|how about|but|so)\b",
    re.I,
)
# Words that look like a pronoun and stand for nothing before: is it hard to, those who, that the branch held, this house.
_NO_PRONOUN = re.compile(
    r"\b(?:is|was|are|were)\s+it\s+(?:so\s+|too\s+|not\s+)?\w+\s+(?:to|that|for|if|when)\b|\bit\s+(?:is|was|takes?)\s+(?:\w+\s+)?(?:to|that)\b"
    r"|\bthose\s+(?:who|of|with|in)\b|\b(?:this|that|these|those)\s+(?!(?:is|are|was|were|be|mean|means|do|does|apply|applies|last|lasts|cost|costs|count|counts|happen|happens|work|works|for|to|in|on|by|with)\b)\w+",
    re.I,
)
_BARE = re.compile(
    r"^(?:and|but|so|what about|how about|and what about)\s+(?P<what>(?!\b(?:how|why|when|who|what|where|which|is|are|do|does|can|should|must|if)\b)[^?,]+)\??$",
    re.I,
)
_ASKING = re.compile(
    r"^(?:please\s+)?(?:tell me\s+)?(?:(?:from|in|on|at|by|to)\s+)?(?:what|how|why|when|where|who|which|can|could|do|does|did|is|are|should|must)\b"
    r"(?:\s+(?:is|are|was|were|does|did|do|many|much|long|often|old|can|should|must|to|day|year|happens)\b)*\s*",
    re.I,
)
_DONE = re.compile(r"\s+(?:held|called|made|done|given|counted|paid|set|needed|required)$", re.I)
_VERB = re.compile(
    r"\s+(?:must|should|can|may|could|will|be|run|needs?|have|has|lasts?|takes?|means?)\b.*$", re.I
)
_NAMED = re.compile(r"(?<=[a-z] )[\"“]?[A-Z][a-z]+")  # a pronoun behind a name refers to it
_MOST_WORDS = 4  # that a question may hold beside a pronoun and still be of what was spoken about


def needs_history(question: str) -> bool:
    """Whether an English question leans on what was said before."""
    plain = question.strip()
    said = [w for w in re.findall(r"[A-Za-z]+", _SAYS_NOTHING.sub(" ", plain)) if len(w) > 1]
    refers = _REFERS.search(_NO_PRONOUN.sub(" ", plain)) or _BARE.match(plain)
    return not said or (bool(refers) and len(said) <= _MOST_WORDS and not _NAMED.search(plain))


def topic_of(question: str) -> str:
    """What an English question is about: what stands behind the asking words, up to the verb where a subject comes before it."""
    behind = _ASKING.sub("", question.strip(" ?"))
    subject = _VERB.sub("", behind)
    return _DONE.sub("", subject if len(subject.split()) > 1 else behind)


def stand_alone(question: str, asked: str, topic: str) -> str:
    """The topic in the place of the pronoun, or behind the follow-up where there is none."""
    bare = _BARE.match(question.strip())
    if bare is not None and not re.search(rf"\b{_THING}\b", bare["what"], re.I):
        return f"{bare['what'].strip()}: {asked.strip()}"
    rest = re.sub(r"^(?:and|but|so)\s+", "", question.strip(), flags=re.I)
    found = re.search(rf"\b{_THING}\b", rest, re.I)
    if not topic:
        return question
    if found:
        return f"{rest[: found.start()]}{topic}{rest[found.end() :]}"
    return f"{rest.rstrip(' ?')} ({topic})?"
