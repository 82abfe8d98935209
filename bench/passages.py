"""Any number of passages and questions of the register that counts, made of the project's own documents."""

from __future__ import annotations

import random
import tempfile
from functools import lru_cache

from eval.questions import QUESTIONS_FOLDER, SEEDS_FOLDER, read_questions
from rag import open_assistant
from rag.text import sentence_spans

SEED = 7


@lru_cache(maxsize=1)
def own_passages() -> tuple[str, ...]:
    """The paragraphs of the starter documents, in order."""
    with tempfile.TemporaryDirectory() as home, open_assistant(home) as assistant:
        assistant.index([SEEDS_FOLDER])
        return tuple(p.text for d in assistant.documents() for p in assistant.passages(d.id))


def passages(count: int) -> tuple[str, ...]:
    """The project's own paragraphs, then ever new ones that mix the sentences of two and change a figure."""
    own = own_passages()
    chance = random.Random(SEED)
    made = list(own[:count])
    while len(made) < count:
        left, right = chance.sample(own, 2)
        sentences = [text[a:b] for text in (left, right) for a, b in sentence_spans(text)]
        kept = chance.sample(sentences, max(1, len(sentences) // 2))
        made.append("".join(kept).replace(str(chance.randrange(10)), str(chance.randrange(10))))
    return tuple(made)


def questions(count: int) -> tuple[str, ...]:
    """The project's reference questions that stand alone, over again when more are wanted."""
    found = [q.question for q in read_questions(sorted(QUESTIONS_FOLDER.glob("*.jsonl"))) if not q.history]
    return tuple(found[i % len(found)] for i in range(count))
