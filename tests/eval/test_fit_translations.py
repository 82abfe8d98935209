"""The table of learned translations: learned from pairs of texts, written to a file, looked up by stem."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from embeddings.load import BUNDLED_FOLDER
from eval.fit_translations import BEST, learn, main
from rag import lexicon
from rag.glossary import stem

# Only by comparing pairs can one tell which word is which: no pair holds one word alone.
PAIRS = [
    ("The gardener waters the lettuce", "园丁浇灌生菜"),
    ("The gardener sells the lettuce", "园丁出售生菜"),
    ("The gardener sells the ladders", "园丁出售梯子"),
    ("The painter sells the ladder", "画家出售梯子"),
    ("The painter waters lettuce", "画家浇灌生菜"),
    ("Painters water the roses", "画家浇灌玫瑰"),
    ("A gardener sold roses", "园丁出售玫瑰"),
] * 4


def test_words_that_come_and_go_together_translate_each_other() -> None:
    table = learn(PAIRS)
    closest = {said: found[0][0] for said, found in table.items()}
    expected = {
        "gardener": "园丁",
        "painter": "画家",
        "lettuce": "生菜",
        "ladder": "梯子",
        "rose": "玫瑰",
        "water": "浇灌",
    }
    assert {said: closest[stem(said)] for said in expected} == expected
    assert all(0 < sure <= 1 for found in table.values() for _, sure in found)
    assert learn(PAIRS) == table


def test_words_that_stand_in_few_pairs_are_not_learned() -> None:
    assert "gardener" not in learn(PAIRS[:2])


def test_of_two_translations_one_inside_the_other_the_shorter_says_it_all() -> None:
    pairs = [("the grid", "电网"), ("grid", "电网"), ("a grid", "国家电网")] * 9
    assert [word for word, _ in learn(pairs)["grid"]] == ["电网"]


def test_the_table_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"grid": (("电网", 0.62), ("网格", 0.2)), "gri": (("铁", 0.97),)}
    monkeypatch.setattr(lexicon, "FILE", tmp_path / "table.gz")
    lexicon.FILE.write_bytes(lexicon.written(table))
    lexicon._table.cache_clear()
    found = [lexicon.translations(stem) for stem in ("grid", "gri", "gr", "电网6")]
    lexicon._table.cache_clear()
    assert found == [(("电网", 0.6), ("网格", 0.2)), (("铁", 0.9),), (), ()]


def test_one_command_learns_the_table_and_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lexicon, "FILE", tmp_path / "table.gz")
    with gzip.open(tmp_path / "par__tatoeba.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(pair) + "\n" for pair in PAIRS)
    assert main(["--data", str(tmp_path)]) == 0
    assert not lexicon.FILE.exists()
    assert main(["--data", str(tmp_path), "--write"]) == 0
    assert "园丁" in gzip.decompress(lexicon.FILE.read_bytes()).decode()
    assert "words" in capsys.readouterr().out


def test_without_training_data_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert "training data missing" in capsys.readouterr().err


def test_the_table_that_ships_knows_everyday_words_and_is_small() -> None:
    assert lexicon.translations(stem("risks"))[0][0] == "风险"
    assert lexicon.translations(stem("complaints"))[0][0] == "投诉"
    lines = lexicon._table().strip().split("\n")
    assert len(lines) > 10_000
    assert max(len(line.split(" ")) for line in lines) <= 1 + BEST
    model = sum(path.stat().st_size for path in BUNDLED_FOLDER.rglob("*") if path.is_file())
    assert model + lexicon.FILE.stat().st_size <= 30_000_000
