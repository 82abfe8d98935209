"""Text and Markdown files, and which loader reads what."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.datatypes import Metadata
from rag.errors import LoadError
from rag.load import LOADERS, SUPPORTED, PictureLoader, TextLoader, loader_for


def written(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_become_one_kind_and_lines_keep_their_numbers(tmp_path: Path, end: str) -> None:
    path = written(tmp_path, "a.txt", end.join(["学习日", "", "第三行", ""]))
    assert TextLoader().load(path).text == "学习日\n\n第三行\n"


def test_front_matter_is_metadata_and_its_lines_stay_empty(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "a.md",
        "---\ntitle: \"学习日制度：试行\"\nauthor: '镇党建办'\ndate: 2024-03-01  # 印发日\nstatus: 有效\nurl: https://example.org/a#b\n"
        "tags: [a]\n---\n\n第一段。\n",
    )
    raw = TextLoader().load(path)
    assert raw.given == Metadata(
        "学习日制度：试行", "https://example.org/a#b", "镇党建办", "2024-03-01", "有效"
    )
    assert raw.text.split("\n")[9] == "第一段。"
    assert raw.text[:9] == "\n" * 9


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    raw = TextLoader().load(written(tmp_path, "a.md", "---\n\n第一段。\n\n---\n"))
    assert raw.given == Metadata()
    assert "第一段。" in raw.text


def test_text_files_have_no_front_matter(tmp_path: Path) -> None:
    raw = TextLoader().load(written(tmp_path, "a.txt", "---\ntitle: 学习日\n---\n第一段。\n"))
    assert raw.given == Metadata()


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ('**加强学习**，写好[记录](http://a.b/c "题")。', "加强学习，写好记录。"),
        ("> 引文一句。", "引文一句。"),
        ("- 备好材料", "备好材料"),
        ("学习日\n======\n正文。", "# 学习日\n\n正文。"),
        ("## 会前\n正文。", "## 会前\n正文。"),
        ("前<!-- 隐\n去 -->后", "前\n后"),
        ("__init__ 与 a*b*c 照旧", "init 与 a*b*c 照旧"),
        ("1. 第一\n2. 第二", "1. 第一\n2. 第二"),
    ],
)
def test_markdown_is_kept_simple(tmp_path: Path, markdown: str, plain: str) -> None:
    assert TextLoader().load(written(tmp_path, "a.md", markdown)).text == plain


@pytest.mark.parametrize(
    "head", ["机密★1年\n报告\n", "秘密 ★ 长期\n", "密级：秘密\n报告\n", "报告\n  绝密  \n"]
)
def test_a_classification_mark_gives_a_warning(tmp_path: Path, head: str) -> None:
    raw = TextLoader().load(written(tmp_path, "a.txt", head + "正文一段。\n"))
    assert len(raw.warnings) == 1
    assert "密级" in raw.warnings[0]


@pytest.mark.parametrize("head", ["保守秘密是党员的义务。\n", "怎样学习保密法，守住机密\n"])
def test_words_about_secrets_give_none(tmp_path: Path, head: str) -> None:
    assert TextLoader().load(written(tmp_path, "a.txt", head)).warnings == ()


def test_errors_name_the_file_and_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"报告\.txt.*PDF"):
        TextLoader().load(written(tmp_path, "报告.txt", b"%PDF-1.4\n"))
    with pytest.raises(LoadError, match=r"没有\.txt"):
        TextLoader().load(tmp_path / "没有.txt")


def test_loaders_are_found_by_suffix_or_by_looking(tmp_path: Path) -> None:
    for name in ("a.TXT", "b.md", "c.markdown", "d.text", "README", "纪要.笔记"):
        assert loader_for(written(tmp_path, name, "每月五日是支部学习日。")) is LOADERS[0], name
    for name in ("a.py", "b.json", "c.mp3", "d.png"):
        assert loader_for(written(tmp_path, name, "每月五日是支部学习日。")) is None, name
    assert isinstance(loader_for(written(tmp_path, "扫描件", b"\x89PNG\r\n\x1a\n")), PictureLoader)
    assert loader_for(written(tmp_path, "空", b"")) is None
    assert loader_for(tmp_path / "不存在") is None


def test_every_suffix_has_a_dot_and_one_loader() -> None:
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in SUPPORTED)
    assert sum(len(loader.suffixes) for loader in LOADERS) == len(SUPPORTED - {".zip"})
