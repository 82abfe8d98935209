"""The command line keeps to the JSON contract and its exit codes."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main, make_parser
from rag.commands import position
from rag.datatypes import Passage
from rag.doctor import Check, examine
from rag.load import office, recognise

TEXT = "青石镇图书馆简介\n\n青石镇图书馆建于1987年，现有六个分馆。馆长是周文清。\n\n一、开放时间\n\n各分馆平日开到晚上八点，周末全天开放。\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one indexed document, ``library.txt``."""
    (tmp_path / "library.txt").write_text(TEXT, "utf-8")
    assert main(["index", str(tmp_path / "library.txt"), "--home", str(tmp_path / "home")]) == 0
    return tmp_path / "home"


def run_json(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    capsys.readouterr()
    assert main([*argv, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_index_reports_each_file_and_is_repeatable(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = run_json(capsys, "index", str(home.parent / "library.txt"), "--home", str(home))
    (file,) = report["files"]
    assert file["status"] == "unchanged"
    assert file["error"] is None
    assert (report["documents"], report["passages"]) == (1, 2)


def test_the_home_may_be_named_before_the_command(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["--home", str(home), "--json", "docs"]) == 0
    [document] = json.loads(capsys.readouterr().out)
    assert document["source"] == str(home.parent / "library.txt")


def test_a_bad_file_is_reported_and_the_rest_go_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home.parent / "more.txt").write_text("借阅规则\n\n每人每次可以借十册，借期一个月。\n", "utf-8")
    capsys.readouterr()
    code = main(
        [
            "index",
            str(home.parent / "absent.txt"),
            str(home.parent / "more.txt"),
            "--home",
            str(home),
            "--json",
        ]
    )
    report = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [f["status"] for f in report["files"]] == ["failed", "added"]
    assert "absent.txt" in report["files"][0]["error"]


def test_what_a_folder_holds_beside_documents_is_told_once(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.mp3", "b.mp3", "c.rar", "清单"):
        (tmp_path / name).write_bytes(b"\x00\x01\x02" * 9)
    (tmp_path / "home").rename(tmp_path / ".home")
    capsys.readouterr()
    assert main(["index", str(tmp_path), "--home", str(tmp_path / ".home"), "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["skipped"] == {".mp3": 2, ".rar": 1, "": 1}
    [line] = shown.err.splitlines()
    assert line.startswith("略过 4 个读不了的文件：.mp3 2 个、没有扩展名 1 个、.rar 1 个。")


def test_a_file_that_has_gone_is_told_of_and_its_document_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "资料"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(TEXT, "utf-8")
    home = str(tmp_path / "home")
    assert run_json(capsys, "index", str(folder), "--home", home)["gone"] == []
    (folder / "a.txt").unlink()
    assert main(["index", str(folder), "--home", home, "--json"]) == 0
    shown = capsys.readouterr()
    gone = str((folder / "a.txt").resolve())
    assert (json.loads(shown.out)["gone"], json.loads(shown.out)["documents"]) == ([gone], 2)
    assert f"{gone}。" in shown.err
    assert run_json(capsys, "docs", "rm", gone, "--home", home) == {"removed": 1}
    assert run_json(capsys, "index", str(folder), "--home", home)["gone"] == []


def test_a_file_is_removed_by_the_name_it_was_added_under(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "资料").mkdir()
    (tmp_path / "资料" / "图书馆.txt").write_text(TEXT, "utf-8")
    name = str(Path("资料", "图书馆.txt"))
    assert main(["index", name, "--home", "home"]) == 0
    assert run_json(capsys, "docs", "rm", name, "--home", "home") == {"removed": 1}
    assert main(["docs", "rm", name, "--home", "home"]) == 1
    assert f"没有“{name}”" in capsys.readouterr().err


def test_docs_lists_shows_and_removes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = run_json(capsys, "docs", "--home", str(home))
    assert set(row) >= {"document", "title", "source", "url", "date", "status", "passages"}
    shown = run_json(capsys, "docs", "show", row["document"], "--home", str(home))
    for passage in shown["passages"]:
        assert shown["text"][passage["start"] : passage["end"]] == passage["text"]
        assert set(passage) >= {"start", "end", "text", "section", "page", "line"}
    assert run_json(capsys, "docs", "rm", row["document"], "--home", str(home)) == {"removed": 1}
    assert run_json(capsys, "docs", "--home", str(home)) == []


def test_search_gives_hits_of_the_contract(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, "search", "周末开放吗", "-k", "1", "--mode", "lexical", "--home", str(home))
    (hit,) = found["hits"]
    assert set(hit) >= {
        "rank",
        "score",
        "document",
        "source",
        "title",
        "section",
        "page",
        "start",
        "end",
        "text",
        "url",
        "link",
        "found_by",
    }
    assert "周末全天开放" in hit["text"]
    assert found["milliseconds"] >= 0


def test_ask_gives_the_contract(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = run_json(capsys, "ask", "图书馆的馆长是谁？", "--home", str(home))
    assert set(answer) >= {
        "question",
        "standalone_question",
        "language",
        "mode",
        "model",
        "refused",
        "reason",
        "answer",
        "sentences",
        "citations",
        "unsupported",
        "hits",
        "milliseconds",
    }
    assert not answer["refused"]
    assert "周文清" in answer["answer"]
    (citation,) = answer["citations"]
    assert citation["quote"] in TEXT
    assert citation["link"].startswith(f"/view/{citation['document']}?")


def test_a_refusal_is_a_good_answer(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = run_json(capsys, "ask", "红烧肉怎么做？", "--home", str(home))
    assert answer["refused"]
    assert answer["reason"]
    assert (answer["sentences"], answer["citations"]) == ([], [])


def test_a_collection_limits_search_and_answer(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("--home", str(home))
    canteen = home.parent / "食堂.md"
    canteen.write_text("# 食堂开放时间\n\n食堂早餐七点开始供应，九点结束。\n", "utf-8")
    run_json(capsys, "index", str(canteen), "--collection", "后勤", *at)
    hits = run_json(capsys, "search", "几点开始", "--collection", "后勤", *at)["hits"]
    assert {hit["title"] for hit in hits} == {"食堂开放时间"}
    assert "七点" in run_json(capsys, "ask", "食堂早餐几点开始供应？", "--collection", "后勤", *at)["answer"]
    assert main(["ask", "食堂早餐几点开始供应？", "--collection", "党建", *at]) == 1
    assert "现有：后勤" in capsys.readouterr().err


def test_batch_answers_each_line_with_its_id(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text(
        '{"id": "a", "question": "馆长是谁？"}\n\nnot json\n{"id": "b", "question": "有几个分馆？"}\n',
        "utf-8",
    )
    capsys.readouterr()
    assert main(["ask", "--batch", str(batch), "--json", "--home", str(home)]) == 1
    printed = capsys.readouterr()
    assert [json.loads(line)["id"] for line in printed.out.splitlines()] == ["a", "b"]
    assert "第 3 行" in printed.err


def test_history_is_read_from_a_file(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = tmp_path / "history.json"
    history.write_text('[{"question": "青石镇图书馆建于哪一年？", "answer": "1987年。"}]', "utf-8")
    answer = run_json(capsys, "ask", "它有几个分馆？", "--history", str(history), "--home", str(home))
    assert "青石镇图书馆" in answer["standalone_question"]


@pytest.mark.parametrize(
    "argv",
    [
        ["ask"],
        ["ask", "问", "--batch", "x"],
        ["ask", "--batch", "x", "--export", "x.docx"],
        ["ask", "--batch", "x", "--history", "x.json"],
        ["ask", "问", "--form", "lecture"],
        ["index"],
        ["docs", "show"],
        ["search"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_2(argv: list[str], tmp_path: Path) -> None:
    assert main([*argv, *(["--home", str(tmp_path)] if argv[0] != "nonsense" else [])]) == 2


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["docs", "show", "nothing"], "nothing"),
        (["ask", "问", "--history", "absent.json"], "absent.json"),
        (["search", "问", "--embedder", "no/such-model"], "no/such-model"),
        (["ask", "问", "--export", "answer.xyz"], "xyz"),
    ],
)
def test_a_failure_is_1_and_says_what_to_do(
    argv: list[str], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main([*argv, "--home", str(home)]) == 1
    assert said in capsys.readouterr().err


def test_doctor_says_where_each_setting_came_from(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGWU_LLM_TIMEOUT_S", "5")
    monkeypatch.setenv("DANGWU_LLM_API_KEY", "sk-secret")
    (home / "dangwu.toml").write_text('unsupported = "drop"\n', "utf-8")
    report = run_json(capsys, "doctor", "--home", str(home))
    assert report["ok"]
    found = {c["name"]: c["found"] for c in report["checks"]}
    assert "DANGWU_LLM_TIMEOUT_S" in found["设置 llm_timeout_s"]
    assert "dangwu.toml" in found["设置 unsupported"]
    assert found["设置 llm_base_url"] == "未设置（默认）"
    assert "sk-secret" not in json.dumps(report)


def checks(home: Path, **settings: Any) -> dict[str, Check]:
    """What doctor found, by name."""
    return {check.name: check for check in examine(home, **settings)}


def test_doctor_says_what_could_be_installed_and_what_for(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "soffice", lambda: None)
    monkeypatch.setattr(recognise, "recogniser", lambda: None)
    capsys.readouterr()
    assert main(["doctor", "--home", str(home)]) == 0, "what is absent and not needed is no error"
    shown = capsys.readouterr().out
    assert "○ LibreOffice：未安装" in shown
    assert ".wps" in shown
    assert "○ 文字识别 OCR：未安装" in shown
    assert recognise.COMMAND in shown


def test_doctor_finds_what_is_installed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "soffice", lambda: "/opt/office/soffice")
    monkeypatch.setattr(recognise, "recogniser", object)
    found = checks(home)
    assert found["LibreOffice"].found.startswith("/opt/office/soffice")
    assert "RapidOCR" in found["文字识别 OCR"].found
    assert not found["LibreOffice"].remedy + found["文字识别 OCR"].remedy


def test_doctor_survives_a_broken_installation(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ImportError("libGL.so.1")

    monkeypatch.setattr(recognise, "recogniser", broken)
    check = checks(home)["文字识别 OCR"]
    assert (check.ok, "libGL" in check.found) == (False, True)
    assert recognise.COMMAND in check.remedy


@pytest.mark.parametrize("trouble", ["embedder", "store", "home"])
def test_doctor_tries_the_other_models_when_the_knowledge_base_cannot_be_opened(
    trouble: str, home: Path, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {
        "llm": "ollama:absent",
        "llm_base_url": "http://127.0.0.1:9",
        "reranker": "acme/absent",
        "nli": "acme/absent",
    }
    if trouble == "embedder":
        settings["embedder"] = "acme/absent"
    elif trouble == "store":
        (home / "knowledge.sqlite").write_bytes(b"no database" * 99)
    else:
        home = tmp_path / "library.txt"
    found = checks(home, **settings)
    for name in ("资料库与模型 store and model", "重排模型 reranker", "推断模型 NLI", "大模型 LLM"):
        assert not found[name].ok
        assert found[name].remedy


def test_a_bad_setting_names_its_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "dangwu.toml").write_text('colour = "red"\n', "utf-8")
    capsys.readouterr()
    assert main(["docs", "--home", str(home)]) == 1
    assert "colour" in capsys.readouterr().err


def test_prompt_shows_what_a_model_would_get(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    system, human = run_json(capsys, "prompt", "馆长是谁？", "--home", str(home))
    assert (system["role"], human["role"]) == ("system", "human")
    assert "[1]" in human["content"]
    assert "周文清" in human["content"]


def test_every_command_has_help_in_chinese_and_english() -> None:
    parser = make_parser()
    [commands] = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    assert set(commands.choices) >= {
        "index",
        "docs",
        "search",
        "ask",
        "prompt",
        "eval",
        "ui",
        "serve",
        "doctor",
    }
    for name, command in {"dangwu": parser, **commands.choices}.items():
        assert re.search(r"[一-鿿].* / .*[a-z]", command.description or ""), name
        for action in command._actions[1:]:  # behind --help
            told = action.help or ""
            assert action is commands or re.search(r"[一-鿿]", told), (name, action.dest)
            assert action is commands or " / " in told, (name, action.dest)


def test_a_source_is_named_with_its_page_or_its_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["ask", "图书馆的馆长是谁？", "--home", str(home)]) == 0
    assert "（library.txt，第 3 行）" in capsys.readouterr().out
    passage = Passage("d:0", "d", 0, 0, 2, "馆长", (), page=4, line=9)
    assert (position(passage, "zh"), position(passage, "en")) == ("，第 4 页", ", page 4")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str], repo_root: Path) -> None:
    assert main(["--version"]) == 0
    said = capsys.readouterr().out.split()
    assert said[0] == "dangwu"
    assert f'version = "{said[1]}"' in (repo_root / "pyproject.toml").read_text("utf-8")
