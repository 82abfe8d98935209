"""The documentation cannot drift: every command, option and setting is described, and every link leads somewhere."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from rag.cli import make_parser
from rag.config import NAMES

READMES = ("README.md", "README.en.md")


def commands() -> list[str]:
    """The names of all commands."""
    parser = make_parser()
    (sub,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return list(sub.choices)


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme: str, repo_root: Path) -> None:
    text = (repo_root / readme).read_text("utf-8")
    assert [n for n in ("HOME", *(name.upper() for name in NAMES)) if f"`DANGWU_{n}`" not in text] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_readme(readme: str, repo_root: Path) -> None:
    text = (repo_root / readme).read_text("utf-8")
    assert [c for c in commands() if f"dangwu {c}" not in text] == []


def test_every_link_leads_somewhere(repo_root: Path) -> None:
    pages = [repo_root / name for name in READMES] + sorted((repo_root / "docs").glob("*.md"))
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize(("package", "page"), [("rag", "architecture.md"), ("page", "page.md")])
def test_every_module_stands_on_the_map(package: str, page: str, repo_root: Path) -> None:
    text = (repo_root / "docs" / page).read_text("utf-8")
    modules = {path.stem for path in (repo_root / package).glob("[!_]*.py")}
    packages = {f"{path.parent.name}/" for path in (repo_root / package).glob("*/__init__.py")}
    assert [name for name in sorted(modules | packages) if f"`{name}`" not in text] == []


def test_no_placeholder_is_left(repo_root: Path) -> None:
    pages = [repo_root / name for name in READMES] + sorted((repo_root / "docs").glob("*.md"))
    marks = r"\b(?:TODO|FIXME|NUMBERS_[A-Z]+|SETS_TABLE|[A-Z]+_TABLE|[A-Z]+_ROWS|REFUSAL_NUMBERS|TOTAL_MB)\b"
    assert [p.name for p in pages if re.search(marks, p.read_text("utf-8"))] == []
