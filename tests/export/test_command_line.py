"""``dangwu ask --export``: the files hold what the command printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.cli import main
from rag.export import FORMATS, FORMS

ARTICLE = """---
date: 2025-03-04
status: 有效
---
# 党员活动室怎样管理

一、钥匙和台账

活动室的钥匙由组织委员保管，借用要登记，当天归还。

二、开放时间

活动室每周二、周四下午开放，节假日由值班党员负责。
"""

QUESTION = "活动室的钥匙由谁保管？"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds one article."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "room.md").write_text(ARTICLE, "utf-8")
    assert main(["index", str(folder / "room.md"), "--home", str(folder / "home")]) == 0
    return folder / "home"


def test_every_format_holds_the_quotes_that_were_printed(
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    notes_in: Callable[[str, bytes], dict[int, str]],
    squeezed: Callable[[str], str],
) -> None:
    targets = [tmp_path / f"answer{suffix}" for suffix in FORMATS]
    options = [part for target in targets for part in ("--export", str(target))]
    assert main(["ask", QUESTION, "--home", str(home), "--json", *options]) == 0
    citations = json.loads(capsys.readouterr().out)["citations"]
    assert citations
    for target in targets:
        notes = notes_in(target.suffix, target.read_bytes())
        assert {n: squeezed(citations[n - 1]["quote"]) in squeezed(notes[n]) for n in notes} == {
            c["number"]: True for c in citations
        }


def test_the_form_is_chosen_on_the_command_line(home: Path, tmp_path: Path) -> None:
    for form, sign in zip(FORMS, ("活动室的钥匙", "（党课讲稿）", "教学目标"), strict=True):
        target = tmp_path / f"{form}.txt"
        assert main(["ask", QUESTION, "--home", str(home), "--export", str(target), "--form", form]) == 0
        assert sign in target.read_text("utf-8")


def test_an_unknown_form_is_wrong_usage(home: Path, tmp_path: Path) -> None:
    assert (
        main(["ask", QUESTION, "--home", str(home), "--export", str(tmp_path / "a.md"), "--form", "poem"])
        == 2
    )


def test_a_bad_target_stops_the_command_before_the_question_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["ask", QUESTION, "--home", str(tmp_path / "new"), "--export", str(tmp_path / "no/a.docx")]) == 1
    )
    shown = capsys.readouterr()
    assert "不存在" in shown.err
    assert "does not exist" in shown.err
    assert not (tmp_path / "new").exists()
