"""What every test stands on: no network, no settings of the person who runs it, no silent skip in CI."""

from __future__ import annotations

import os
import runpy
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


def find_shared() -> Path | None:
    """The folder of shared documents, if there is one: DANGWU_SHARED, or ``shared`` beside the repository."""
    folder = Path(os.environ.get("DANGWU_SHARED") or ROOT.parent / "shared").resolve()
    return folder if (folder / "seeds").is_dir() else None


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of shared documents; a test that needs it is skipped where it is absent."""
    found = find_shared()
    if found is None:
        pytest.skip("没有共享文档，请用环境变量 DANGWU_SHARED 指出它的位置 / set DANGWU_SHARED to its folder")
    return found


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The repository's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def cross_encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real cross-encoder: the larger the share of 停 in a pair, the higher its score."""
    from tests.pair_models import save_pair_model

    folder = tmp_path_factory.mktemp("models") / "tiny-reranker"
    return save_pair_model(folder, {"停": 0}, [[20.0, 0, 0, 0]], [0.0])


@pytest.fixture(scope="session")
def nli_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real NLI model that goes by single words; see ``save_nli_model``."""
    from tests.pair_models import save_nli_model

    folder = tmp_path_factory.mktemp("models") / "tiny-nli"
    return save_nli_model(folder, ["contradiction", "entailment", "neutral"])


def pytest_configure() -> None:
    """Forgets the settings and keys of whoever runs the tests, and gives them a temporary home."""
    for name in list(os.environ):
        if (name.startswith("DANGWU_") and name != "DANGWU_SHARED") or name.endswith("_API_KEY"):
            del os.environ[name]
    os.environ["DANGWU_HOME"] = tempfile.mkdtemp(prefix="dangwu-tests-")
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    runpy.run_path(str(ROOT / "tests/loopback_only/sitecustomize.py"))


def pytest_unconfigure() -> None:
    """Removes the temporary home."""
    shutil.rmtree(os.environ["DANGWU_HOME"], ignore_errors=True)


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Makes a skip a failure where all that tests need should be there: in CI, with the shared documents."""
    if IN_CI and find_shared() and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI 不应跳过这项测试 / CI should not skip this: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Applies ``refuse_skip`` to tests."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Applies ``refuse_skip`` to modules that skip themselves."""
    report = yield
    refuse_skip(report)
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Exits with pytest's "no tests" code when all that was collected was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    ran = reporter and any(reporter.stats.get(outcome) for outcome in ("passed", "failed", "error"))
    if exitstatus == pytest.ExitCode.OK and not ran and not session.config.option.collectonly:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
