"""The shared documents against a careful reader's count: 11 articles and 140 paragraphs."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from rag.datatypes import Article
from rag.load import TextLoader
from rag.structure import structure

Reference = dict[str, str]


def bare(text: str) -> str:
    """A text without blanks: the reader copied the words, not the spacing."""
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def pairs(shared_dir: Path) -> list[tuple[Article, list[Reference]]]:
    """Each article found with the reader's paragraphs of it."""
    expected: defaultdict[str, defaultdict[str, list[Reference]]] = defaultdict(lambda: defaultdict(list))
    corpus = shared_dir / "eval/sets/seeds_ref_public/corpus.jsonl"
    for line in corpus.read_text("utf-8").splitlines():
        paragraph = json.loads(line)
        file, article, _ = paragraph["_id"].split(".")
        expected[file][article].append(paragraph)
    found = []
    for path in sorted((shared_dir / "seeds").glob("*.txt")):
        articles = structure(TextLoader().load(path)).articles
        wanted = list(expected[path.name[:3]].values())
        assert len(articles) == len(wanted), f"{path.name}: {[a.document.title for a in articles]}"
        found += list(zip(articles, wanted, strict=True))
    return found


def test_at_least_98_percent_of_the_paragraphs_are_exactly_the_authors(
    pairs: list[tuple[Article, list[Reference]]],
) -> None:
    missing = []
    for article, wanted in pairs:
        passages = {bare(passage.text) for passage in article.passages}
        missing += [paragraph["_id"] for paragraph in wanted if bare(paragraph["text"]) not in passages]
    assert len(missing) <= 0.02 * sum(len(wanted) for _, wanted in pairs), missing


def test_nothing_but_the_authors_text_is_a_passage(pairs: list[tuple[Article, list[Reference]]]) -> None:
    for article, wanted in pairs:
        authors = "".join(bare(paragraph["text"]) for paragraph in wanted)
        strangers = [passage.text for passage in article.passages if bare(passage.text) not in authors]
        assert not strangers


def test_titles_are_those_of_the_articles(pairs: list[tuple[Article, list[Reference]]]) -> None:
    for article, wanted in pairs:
        title = wanted[0]["title"]
        assert article.document.title == title or not title


def test_section_paths_are_those_of_the_articles(pairs: list[tuple[Article, list[Reference]]]) -> None:
    wrong, total = [], 0
    for article, wanted in pairs:
        sections = {bare(passage.text): bare("/".join(passage.section)) for passage in article.passages}
        for paragraph in wanted:
            total += 1
            if sections.get(bare(paragraph["text"])) != bare(paragraph["section"]):
                wrong.append(paragraph["_id"])
    assert len(wrong) <= 0.03 * total, wrong
