"""What is kept between visits: conversations, uploaded files, users, settings."""

from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.questions import question_from_json
from page.feedback import feedback_lines
from page.files import Shelf, stem_for
from page.suggest import question_from, subject_of
from rag import open_assistant
from rag.assistant import Assistant
from rag.config import load_settings
from rag.errors import LoadError, SettingError
from rag.history import Conversation, Exchange, History
from rag.saved import answer_from_json
from rag.settings_file import save_settings
from rag.users import Users
from rag.wire import answer_to_json

TEXT = """# 图书室管理

一、借阅

图书室每周二下午开放，借书要登记姓名和日期。

二、归还

借期三十天，逾期归还要说明原因。
"""


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    """Knows one document."""
    (tmp_path / "图书室.md").write_text(TEXT, "utf-8")
    with open_assistant(home=tmp_path / "home") as opened:
        opened.index([tmp_path / "图书室.md"])
        yield opened


@pytest.fixture
def history(assistant: Assistant, tmp_path: Path) -> History:
    """An empty history beside that assistant."""
    return History(tmp_path / "conversations.sqlite", assistant.store)


def test_an_answer_read_back_is_the_answer_that_was_kept(assistant: Assistant) -> None:
    answer = assistant.ask("图书室什么时候开放？")
    assert answer.citations
    kept = json.loads(json.dumps(answer_to_json(answer)))
    again = answer_from_json(kept, assistant.store)
    assert again.citations[0].document == answer.citations[0].document
    assert answer_to_json(again) == kept


def test_a_citation_of_a_removed_document_still_holds_its_quote(assistant: Assistant) -> None:
    answer = assistant.ask("图书室什么时候开放？")
    kept = answer_to_json(answer)
    assistant.remove(answer.citations[0].document.id)
    for citation, before in zip(
        answer_from_json(kept, assistant.store).citations, answer.citations, strict=True
    ):
        assert citation.quote == before.quote
        assert citation.document.text[citation.start : citation.end] == before.quote
        assert citation.document.title == before.document.title


def test_conversations_belong_to_their_owners(history: History, assistant: Assistant) -> None:
    answer = assistant.ask("借期多少天？")
    talk = Conversation("c1", exchanges=(Exchange("e1", "借期多少天？", answer),))
    history.save("甲", talk)
    history.save("乙", Conversation("c1", exchanges=(Exchange("e9", "占位"),)))
    kept = history.open("甲", "c1")
    assert kept is not None
    assert [e.question for e in kept.exchanges] == ["借期多少天？"]
    assert kept.turns()[0].answer == answer.answer
    assert history.open("乙", "c1") is None
    history.delete("乙", "c1")
    history.rename("乙", "c1", "别人的")
    assert [(e.id, e.title) for e in history.list("甲")] == [("c1", "借期多少天？")]
    assert history.list("乙") == ()


def test_a_search_for_a_percent_sign_finds_percent_signs(history: History) -> None:
    history.save("甲", Conversation("c1", exchanges=(Exchange("e1", "党费交 1% 吗"),)))
    history.save("甲", Conversation("c2", exchanges=(Exchange("e1", "开会"),)))
    assert [e.id for e in history.list("甲", "%")] == ["c1"]
    assert [e.id for e in history.list("甲", "党费")] == ["c1"]


def test_ratings_become_reference_questions(history: History, assistant: Assistant) -> None:
    good, bad = assistant.ask("借期多少天？"), assistant.ask("红烧肉怎么做？")
    exchanges = (
        Exchange("1", good.question, good, useful=True),
        Exchange("2", bad.question, bad, useful=False),
        Exchange("3", "没评过", good),
    )
    history.save("甲", Conversation("c", exchanges=exchanges))
    questions = [
        question_from_json(json.loads(line)) for line in feedback_lines(history.ratings()).splitlines()
    ]
    assert [(q.question, q.expect) for q in questions] == [
        ("借期多少天？", "answer"),
        ("红烧肉怎么做？", "answer"),
    ]
    assert questions[0].gold[0].file == "图书室.md"
    assert questions[0].gold[0].quote == good.citations[0].quote
    assert questions[1].gold == ()


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "..\\..\\x.txt",
        "/abs/x.md",
        "CON.txt",
        "a\x00b.txt",
        "…" * 300 + ".txt",
        ".txt.md",
    ],
)
def test_uploaded_names_stay_on_the_shelf(tmp_path: Path, name: str) -> None:
    kept = Shelf(tmp_path / "files").keep(io.BytesIO("正文".encode()), name)
    assert kept.is_relative_to((tmp_path / "files").resolve())
    assert kept.read_text("utf-8") == "正文"
    assert kept.stem.upper() != "CON"


def test_the_same_file_twice_is_one_file_and_another_kind_is_declined(tmp_path: Path) -> None:
    own = tmp_path / "自己的.txt"
    own.write_text("正文", "utf-8")
    shelf = Shelf(tmp_path / "files")
    first = shelf.keep(io.BytesIO(b"1"), "通知.txt")
    assert shelf.keep(io.BytesIO(b"1"), "别名.txt") == first
    with pytest.raises(LoadError, match=r"\.txt"):
        shelf.keep(io.BytesIO(b"1"), "程序.exe")
    shelf.forget(str(own))
    assert own.exists()
    other = shelf.keep(io.BytesIO(b"1"), "通知.md")
    shelf.forget(str(first))
    assert not first.exists()
    assert other.read_bytes() == b"1"
    shelf.forget(str(other))
    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("关于 加强“作风”建设的通知.txt", "关于 加强“作风”建设的通知"),
        ("县委发〔2024〕3号 附件1、2（2.0版）.docx", "县委发〔2024〕3号 附件1、2（2.0版）"),
        ("a<b>|c*.md", "a_b_c"),
        (" .隐藏. .txt", "隐藏"),
        ("con.2.txt", "_con.2"),
    ],
)
def test_an_uploaded_file_is_cited_by_the_name_it_had(name: str, stem: str) -> None:
    assert stem_for(name) == stem


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("一、党员名册有哪些内容", "党员名册有哪些内容？"),
        ("（二）值班员的职责", "值班员的职责有哪些？"),
        ("做好谈心谈话", "如何做好谈心谈话？"),
        ("组织生活会的准备", None),
        ("组织设置和任期先对一遍", None),
        ("组织委员：管队伍、管手续", None),
        ("培养联系人要选得准", None),
        ("警惕三种成长误区", None),
        ("第四种是“复印式”材料", None),
        ("问：一年要开几次会？", "一年要开几次会？"),
        ("选题：先问三个问题", None),
        ("How to keep minutes", "How to keep minutes?"),
        ("A view from the village", None),
        ("甲", None),
        ("这是一句完整的话，它不是标题", None),
    ],
)
def test_titles_become_questions_only_where_they_read_well(title: str, question: str | None) -> None:
    assert question_from(title) == question


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("民主评议党员的程序与结果运用", "民主评议党员"),
        ("党课怎么备、怎么讲：选题、备课", "党课"),
        ("信访与矛盾调解中的党员作用", "信访与矛盾调解"),
        ("非公企业和社会组织党建工作指引", ""),
    ],
)
def test_the_subject_of_a_title_goes_before_the_question_of_a_heading(title: str, subject: str) -> None:
    assert subject_of(title) == subject


def test_passwords_are_hashed_and_checked(tmp_path: Path) -> None:
    users = Users(tmp_path / "users.json")
    users.add("王芳", "correct horse", "admin")
    users.add("李明", "correct horse")
    text = (tmp_path / "users.json").read_text("utf-8")
    assert "correct" not in text
    assert len({row["hash"] for row in json.loads(text).values()}) == 2
    found = users.check("王芳", "correct horse")
    assert found is not None
    assert found.role == "admin"
    assert users.check("王芳", "wrong horse") is None
    assert users.check("nobody", "correct horse") is None
    with pytest.raises(SettingError, match="8"):
        users.add("赵四", "short")
    users.remove("王芳")
    assert users.check("王芳", "correct horse") is None
    assert [u.name for u in users.all()] == ["李明"]


@pytest.mark.skipif(
    sys.platform == "win32", reason="文件权限位在 Windows 上没有意义 / no permission bits on Windows"
)
def test_files_with_secrets_are_their_owners_alone(tmp_path: Path) -> None:
    Users(tmp_path / "users.json").add("王芳", "correct horse")
    save_settings(tmp_path, {"llm_api_key": "sk-1"})
    for name in ("users.json", "dangwu.toml"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_saved_settings_are_the_next_starts(tmp_path: Path) -> None:
    (tmp_path / "dangwu.toml").write_text('# 手写的说明\nembedder = "bundled"\nllm = "openai:old"\n', "utf-8")
    save_settings(tmp_path, {"llm": 'openai:新"的"', "llm_api_key": None, "llm_timeout_s": 30.0})
    settings = load_settings(tmp_path)
    assert (settings.llm, settings.llm_timeout_s) == ('openai:新"的"', 30.0)
    assert "# 手写的说明" in (tmp_path / "dangwu.toml").read_text("utf-8")
    with pytest.raises(SettingError, match="colour"):
        save_settings(tmp_path, {"colour": "red"})
