"""The shared documents against a careful reader's count: 11 articles and 140 paragraphs."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.datatypes import Article, RawText
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


# The same articles in other dress: what a mail program, a PDF, an editor or a web page makes of them.


def on_lines(title: str, lines: list[str]) -> Iterator[str]:
    yield from (title, *lines)


def parted_by_empty_lines(title: str, lines: list[str]) -> Iterator[str]:
    for line in (title, *lines):
        yield from (line, "")


def wrapped_and_indented(title: str, lines: list[str]) -> Iterator[str]:
    yield from ("", " " * 10 + title, "")
    for line in lines:
        line = "\u3000\u3000" + line
        yield from (line[i : i + 38] for i in range(0, len(line), 38))


def on_a_web_page(title: str, lines: list[str]) -> Iterator[str]:
    yield from ("首页 > 党建 > 正文", title, "发布时间：2023-01-02 来源：某某网 【字体：大 中 小】")
    yield from ("\u3000\u3000" + line for line in lines)
    yield from (
        "（责任编辑：某某）",
        "上一篇：没有了",
        "下一篇：关于某某",
        "相关阅读",
        "某某镇开展活动",
        "版权所有 某某网",
        "",
    )


@pytest.mark.parametrize("dress", [on_lines, parted_by_empty_lines, wrapped_and_indented, on_a_web_page])
def test_the_same_articles_in_other_dress(
    pairs: list[tuple[Article, list[Reference]]], dress: Callable[[str, list[str]], Iterator[str]]
) -> None:
    titled = [(article, wanted) for article, wanted in pairs if wanted[0]["_id"].startswith("003")]
    text = "\n".join(
        line
        for article, _ in titled
        for line in dress(article.document.title, article.document.text.split("\n"))
    )
    articles = structure(RawText("7f3a.txt", text)).articles
    assert [article.document.title for article in articles] == [wanted[0]["title"] for _, wanted in titled]
    found = [bare(passage.text) for article in articles for passage in article.passages]
    expected = [bare(paragraph["text"]) for _, wanted in titled for paragraph in wanted]
    missing = [text for text in expected if text not in found]
    assert len(missing) <= 0.02 * len(expected), missing
    assert all(text in "".join(expected) for text in found)
