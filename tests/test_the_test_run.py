"""The rules of a test run: no empty run passes, CI skips nothing it could run, nobody's settings leak in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SKIPS_ITSELF = "import pytest\ndef test_a(): pytest.skip('no browser')\n"
SKIPS_ITS_MODULE = "import pytest\npytest.skip('no browser', allow_module_level=True)\n"
NEEDS_SHARED = "def test_a(shared_dir): assert shared_dir.is_dir()\n"
PASSES = "def test_b(): pass\n"
NO_TESTS = 5

Runner = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, repo_root: Path) -> Runner:
    """Runs a test file under the project's conftest, beside shared documents or not; the exit code."""
    tests = tmp_path / "repository/tests"
    shutil.copytree(repo_root / "tests/loopback_only", tests / "loopback_only")
    shutil.copy(repo_root / "tests/conftest.py", tests)

    def run_pytest(text: str, *, ci: bool = False, shared: bool = False, **variables: str) -> int:
        (tests / "test_it.py").write_text(text, "utf-8")
        if shared:
            (tmp_path / "shared/seeds").mkdir(parents=True)
        kept = {name: value for name, value in os.environ.items() if name not in ("CI", "DANGWU_SHARED")}
        return subprocess.call(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)],
            env={**kept, **variables, "CI": "true" if ci else "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            cwd=tests,
            stdout=subprocess.DEVNULL,
        )

    return run_pytest


def test_a_run_in_which_nothing_ran_is_no_success(run: Runner) -> None:
    assert run("") == NO_TESTS
    assert run(SKIPS_ITSELF) == NO_TESTS
    assert run(PASSES) == 0


def test_elsewhere_a_skip_is_a_skip(run: Runner) -> None:
    assert run(SKIPS_ITSELF + PASSES) == 0
    assert run(NEEDS_SHARED + PASSES) == 0


@pytest.mark.parametrize("text", [SKIPS_ITSELF, SKIPS_ITS_MODULE])
def test_ci_beside_the_shared_documents_skips_nothing(run: Runner, text: str) -> None:
    assert run(text, ci=True, shared=True) not in (0, NO_TESTS)


def test_ci_without_the_shared_documents_may_skip_what_needs_them(run: Runner) -> None:
    assert run(NEEDS_SHARED + PASSES, ci=True) == 0


def test_the_shared_documents_are_found_beside_the_repository_or_where_the_variable_says(
    run: Runner, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere/seeds").mkdir(parents=True)
    assert run(NEEDS_SHARED, ci=True, DANGWU_SHARED=str(tmp_path / "elsewhere")) == 0
    assert run(NEEDS_SHARED, ci=True, shared=True) == 0


def test_no_test_sees_the_settings_keys_or_network_of_its_user(run: Runner) -> None:
    looks = (
        "import os, socket, pytest\n"
        "def test_a():\n"
        "    assert not {'DANGWU_LLM', 'OPENAI_API_KEY'} & set(os.environ)\n"
        "    with pytest.raises(OSError, match='no network'):\n"
        "        socket.create_connection(('192.0.2.1', 443), timeout=1)\n"
    )
    assert run(looks, DANGWU_LLM="openai:live", OPENAI_API_KEY="secret") == 0
