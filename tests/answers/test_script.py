"""Who asks in Traditional characters is answered in them; the documents' own words stay as they are."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from embeddings import fold
from page.words_zh import ZH, traditional_words
from rag import open_assistant
from rag.script import traditional

NOTICE = "# 值班须知\n\n一、值班时间\n\n服务站每天上午八点到下午六点有人值班。\n"
SPEAKERS = ("refuse", "assistant", "cite", "llm", "failures")  # the modules whose sentences a reader sees
# Simplified forms that are Traditional characters as well, in the words these modules use.
SHARED = set(
    "一不了人令例修入全再出切力制包及口句只台合同向器回型复大子小己年度弄成户手才抱搜支敏教文料方日更最次止比"
    "沿注流浅理生用留略目直示系索者自色若落行表言起足都量非面鼠核面准月山谷干几价于查采范丑斗升"
)


def sentences(module: Path) -> list[str]:
    """Every string with Chinese in it."""
    tree = ast.parse(module.read_text("utf-8"))
    values = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [v for v in values if any("\u4e00" <= c <= "\u9fff" for c in v)]


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_no_simplified_character_is_left_in_what_the_assistant_says(repo_root: Path, speaker: str) -> None:
    told = "".join(traditional(s) for s in sentences(repo_root / "rag" / f"{speaker}.py"))
    assert simplified(told) == set()


def test_no_simplified_character_is_left_around_an_answer() -> None:
    told = "".join(
        v
        for name in ("refused", "flagged_why", "sources", "took", "copied", "refused_advice")
        if (v := getattr(traditional_words(), name))
    )
    assert simplified(told) == set()
    assert traditional_words().copy == "複製"
    assert traditional_words().language == ZH.language


def simplified(words: str) -> set[str]:
    """Characters that some Traditional character folds to and that are none themselves."""
    folded = {fold(chr(c)) for c in range(0x4E00, 0xA000) if fold(chr(c)) != chr(c)}
    return {c for c in words if c in folded} - SHARED


def test_titles_stay_and_the_words_of_the_question_are_spelt_as_asked() -> None:
    said = "资料中没有找到关于“红烧肉”的依据。请看《值班须知》。"
    assert traditional(said, "紅燒肉怎麼做？") == "資料中沒有找到關於“紅燒肉”的依據。請看《值班须知》。"


def test_a_refusal_in_traditional_characters(tmp_path: Path) -> None:
    (tmp_path / "值班.md").write_text(NOTICE, "utf-8")
    with open_assistant(home=tmp_path / "home") as assistant:
        assistant.index([tmp_path / "值班.md"])
        refused = assistant.ask("紅燒肉怎麼做才軟爛入味？")
        answered = assistant.ask("服務站幾點到幾點有人值班？")
    assert refused.refused
    assert "資料中沒有找到" in refused.answer
    assert refused.reason is not None
    assert refused.reason in refused.answer
    assert "抱歉，這個問題無法回答。" in refused.answer
    assert answered.language == "zh-Hant"
    assert "服务站每天上午八点到下午六点有人值班" in answered.answer
