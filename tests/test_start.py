"""start.py: from a bare Python to the running program, with a clear word when a step fails."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.parse import quote

import pytest


def load_start(repo_root: Path) -> ModuleType:
    """A fresh copy of the script as a module; it stands on no import path."""
    spec = importlib.util.spec_from_file_location("start", repo_root / "start.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def start(repo_root: Path) -> ModuleType:
    """The script, for one test to bend as it likes."""
    return load_start(repo_root)


@pytest.fixture(scope="module")
def mended(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real environment, made where a broken one stood."""
    start = load_start(repo_root)
    venv = make_environment(tmp_path_factory.mktemp("党务 问答"), start)
    start.ensure_venv(venv)
    return venv


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that start.py takes for a checkout."""
    root = tmp_path / "党务 问答"
    root.mkdir()
    (root / "constraints.txt").write_text("numpy==2.4.6\n", "utf-8")
    (root / "pyproject.toml").write_text("[project]\nname = 'dangwu'\n", "utf-8")
    return root


def make_environment(root: Path, start: ModuleType, version: str = "3.11.7") -> Path:
    """An environment as the venv module leaves it, without the minutes."""
    venv = root / ".venv"
    start.python_of(venv).parent.mkdir(parents=True)
    start.python_of(venv).touch()
    (venv / "pyvenv.cfg").write_text(f"home = somewhere\nversion = {version}\n", "utf-8")
    return venv


@pytest.fixture
def pip(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Records what pip is asked for; ``fails`` holds the outputs of the calls that are to fail, in order."""
    record = SimpleNamespace(calls=[], fails=[])

    def install(python: Path, arguments: list[str]) -> None:
        record.calls.append(arguments)
        if record.fails:
            raise start.PipFailed(record.fails.pop(0))

    monkeypatch.setattr(start, "install", install)
    monkeypatch.setattr(start, "ensure_venv", start.python_of)
    monkeypatch.setattr(start, "check_disk", lambda venv: None)
    return record


class TestOnABareMachine:
    def test_needs_nothing_but_the_standard_library(self, repo_root: Path) -> None:
        tree = ast.parse((repo_root / "start.py").read_text("utf-8"))
        nodes = list(ast.walk(tree))
        imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names

    def test_old_pythons_can_read_it_far_enough_to_be_told(self, repo_root: Path) -> None:
        tree = ast.parse((repo_root / "start.py").read_text("utf-8"), feature_version=(3, 6))
        annotations = [
            part
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            for part in [node.returns, *(argument.annotation for argument in node.args.args)]
        ]
        assert not [part for part in annotations if isinstance(part, (ast.Subscript, ast.BinOp))]

    def test_names_the_python_that_is_too_old_and_the_one_that_is_needed(self, start: ModuleType) -> None:
        with pytest.raises(start.Trouble, match=r"(?s)3\.10.*当前是 3\.9\.18.*3\.10 or newer"):
            start.check_python((3, 9, 18))
        start.check_python((3, 10, 0))

    def test_says_which_package_brings_the_venv_module(
        self, start: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(start, "find_spec", lambda name: None if name == "ensurepip" else object())
        with pytest.raises(start.Trouble, match="python3-venv"):
            start.check_venv_module()

    def test_stops_before_the_disk_is_full(
        self, start: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(start.shutil, "disk_usage", lambda path: SimpleNamespace(free=1_240_000_000))
        with pytest.raises(start.Trouble, match=r"只剩 1\.2 GB"):
            start.check_disk(checkout / ".venv")

    def test_asks_for_no_space_when_the_largest_package_is_already_there(
        self, start: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(start.shutil, "disk_usage", lambda path: SimpleNamespace(free=1))
        (checkout / ".venv/lib/python3.11/site-packages/torch").mkdir(parents=True)
        start.check_disk(checkout / ".venv")

    def test_leaves_a_folder_alone_that_is_no_environment(self, start: ModuleType, checkout: Path) -> None:
        (checkout / ".venv").mkdir()
        (checkout / ".venv/letters.txt").write_text("mine", "utf-8")
        with pytest.raises(start.Trouble, match="不是 Python 虚拟环境"):
            start.ensure_venv(checkout / ".venv")
        assert (checkout / ".venv/letters.txt").exists()

    def test_makes_a_broken_environment_again(self, start: ModuleType, mended: Path) -> None:
        assert start.works([str(start.python_of(mended)), "-m", "pip", "--version"])
        assert start.version_of(mended) == f"{sys.version_info[0]}.{sys.version_info[1]}"

    def test_keeps_an_environment_that_works(self, start: ModuleType, mended: Path) -> None:
        (mended / "mine.txt").write_text("kept", "utf-8")
        start.ensure_venv(mended)
        assert (mended / "mine.txt").exists()


class TestInstalling:
    def test_installs_torch_first_then_the_project_with_the_pins(
        self, start: ModuleType, checkout: Path, pip: SimpleNamespace
    ) -> None:
        make_environment(checkout, start)
        start.ensure_installed(checkout, ("dev",))
        pins = ["-c", str(checkout / "constraints.txt")]
        assert pip.calls == [[*pins, "torch"], [*pins, "-e", f"{checkout}[dev]"]]

    def test_a_complete_installation_is_not_repeated(
        self, start: ModuleType, checkout: Path, pip: SimpleNamespace
    ) -> None:
        make_environment(checkout, start)
        python = start.ensure_installed(checkout, ("dev",))
        before = len(pip.calls)
        assert start.ensure_installed(checkout) == python
        assert start.ensure_installed(checkout, ("dev",)) == python
        assert len(pip.calls) == before

    def test_the_development_tools_are_added_when_tests_are_asked_for(
        self, start: ModuleType, checkout: Path, pip: SimpleNamespace
    ) -> None:
        make_environment(checkout, start)
        start.ensure_installed(checkout)
        start.ensure_installed(checkout, ("dev",))
        assert pip.calls[-1][-1] == f"{checkout}[dev]"

    @pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
    def test_a_changed_pin_is_installed(
        self, start: ModuleType, checkout: Path, pip: SimpleNamespace, name: str
    ) -> None:
        venv = make_environment(checkout, start)
        start.ensure_installed(checkout)
        with (checkout / name).open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        assert not start.is_installed(checkout, venv, ())

    def test_an_environment_of_another_python_or_another_folder_is_installed_again(
        self, start: ModuleType, checkout: Path, pip: SimpleNamespace
    ) -> None:
        venv = make_environment(checkout, start)
        start.ensure_installed(checkout)
        moved = checkout.rename(checkout.with_name("moved"))
        assert not start.is_installed(moved, moved / ".venv", ())
        checkout = moved.rename(checkout)
        assert start.is_installed(checkout, venv, ())
        (venv / "pyvenv.cfg").write_text("version = 3.12.1\n", "utf-8")
        assert not start.is_installed(checkout, venv, ())

    def test_an_interrupted_installation_leaves_no_stamp_and_resumes(
        self, start: ModuleType, checkout: Path, pip: SimpleNamespace
    ) -> None:
        venv = make_environment(checkout, start)
        pip.fails = ["Killed"]
        with pytest.raises(start.Trouble):
            start.ensure_installed(checkout)
        assert not (venv / start.STAMP).exists()
        start.ensure_installed(checkout)
        assert start.is_installed(checkout, venv, ())

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"fingerprint": 1}', json.dumps({"extras": []})])
    def test_a_damaged_stamp_counts_as_none(self, start: ModuleType, checkout: Path, text: str) -> None:
        venv = make_environment(checkout, start)
        (venv / start.STAMP).write_text(text, "utf-8")
        assert not start.is_installed(checkout, venv, ())


NO_CPU_TORCH = (
    "ERROR: Cannot install torch because these package versions have conflicting dependencies.\n"
    "The conflict is caused by:\n    The user requested torch\n"
    "    The user requested (constraint) torch==2.13.0+cpu\nERROR: ResolutionImpossible\n"
)
NO_NETWORK = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\n" + NO_CPU_TORCH
)


class TestWhereTorchComesFrom:
    @pytest.fixture(autouse=True)
    def on_linux(self, start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(start, "sys", SimpleNamespace(platform="linux", stderr=sys.stderr))

    def test_the_cpu_index_is_asked_when_the_configured_sources_have_no_cpu_build(
        self, start: ModuleType, pip: SimpleNamespace
    ) -> None:
        pip.fails = [NO_CPU_TORCH]
        start.install_torch(Path("python"), ["-c", "constraints.txt"])
        assert pip.calls[-1] == ["-c", "constraints.txt", "torch", "--extra-index-url", start.CPU_WHEELS]

    @pytest.mark.parametrize("output", [NO_NETWORK, "OSError: [Errno 28] No space left on device"])
    def test_another_source_is_not_the_remedy_for_other_failures(
        self, start: ModuleType, pip: SimpleNamespace, output: str
    ) -> None:
        pip.fails = [output]
        with pytest.raises(start.PipFailed):
            start.install_torch(Path("python"), [])
        assert len(pip.calls) == 1

    def test_on_linux_the_pins_name_the_cpu_build(self, repo_root: Path) -> None:
        lines = (repo_root / "constraints.txt").read_text("utf-8").splitlines()
        torch = [line for line in lines if line.startswith("torch==")]
        assert [line.partition(" ; ")[2] for line in torch if "+cpu" in line] == ['sys_platform == "linux"']
        assert not [line for line in lines if line.startswith(("nvidia", "cuda", "triton"))]


def write_index(folder: Path, version: str) -> str:
    """The address of a package index on disk that offers one empty torch of this version."""
    page = folder / "torch"
    page.mkdir(parents=True)
    name = f"torch-{version}-py3-none-any.whl"
    with zipfile.ZipFile(page / name, "w") as wheel:
        info = f"torch-{version}.dist-info"
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    (page / "index.html").write_text(f'<a href="{quote(name)}">{name}</a>', "utf-8")
    return folder.as_uri()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every torch is a CPU build")
def test_with_a_real_pip_the_plain_torch_is_never_taken(
    start: ModuleType, checkout: Path, mended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_USER", "1")  # a common setting that must not lead out of the environment
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_INDEX_URL", write_index(checkout / "usual", "2.13.0"))
    pins = checkout / "pins.txt"
    pins.write_text('torch==2.13.0+cpu ; sys_platform == "linux"\n', "utf-8")
    python = start.python_of(mended)

    monkeypatch.setattr(start, "CPU_WHEELS", (checkout / "absent").as_uri())
    with pytest.raises(start.PipFailed) as failure:
        start.install_torch(python, ["-c", str(pins)])
    assert start.cause_of(str(failure.value)) == "torch"

    monkeypatch.setattr(start, "CPU_WHEELS", write_index(checkout / "cpu", "2.13.0+cpu"))
    start.install_torch(python, ["-c", str(pins)])
    ask = "from importlib.metadata import version; print(version('torch'))"
    shown = subprocess.run([python, "-I", "-c", ask], capture_output=True, encoding="utf-8")
    assert shown.stdout.strip() == "2.13.0+cpu"


class TestWhatAFailureSays:
    @pytest.mark.parametrize(
        ("output", "advice"),
        [
            ("ERROR: Could not install: [Errno 28] No space left on device", "磁盘写满了"),
            (NO_NETWORK, "PIP_INDEX_URL"),
            ("ReadTimeoutError: Read timed out.", "连不上软件源"),
            (NO_CPU_TORCH, "PIP_EXTRA_INDEX_URL"),
            (
                "Looking in indexes: https://download.pytorch.org/whl/cpu\n" + NO_NETWORK,
                "PIP_EXTRA_INDEX_URL",
            ),
            ("PermissionError: [Errno 13] Permission denied: '.venv'", "没有写入权限"),
            ("ERROR: subprocess-exited-with-error", "删除 .venv"),
        ],
    )
    def test_each_cause_has_its_advice(self, start: ModuleType, output: str, advice: str) -> None:
        assert advice in str(start.explain(output))

    def test_the_last_lines_of_the_output_are_shown(self, start: ModuleType) -> None:
        assert "metadata-generation-failed" in str(start.explain("...\nerror: metadata-generation-failed\n"))

    def test_a_trouble_becomes_a_message_and_exit_code_1(
        self, start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(start, "run", lambda arguments: start.check_python((3, 8, 1)))
        monkeypatch.setattr(sys, "argv", ["start.py"])
        assert start.main() == 1
        assert "当前是 3.8.1" in capsys.readouterr().err


class TestCommands:
    @pytest.fixture
    def commands(self, start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
        """The commands that would be started, each one ending well."""
        started: list[list[str]] = []

        def begin(command: list[str], quiet: bool = False) -> int:
            started.append(command[1:])
            return 0

        monkeypatch.setattr(start, "ensure_installed", lambda root, extras=(): Path("python"))
        monkeypatch.setattr(start, "call", begin)
        monkeypatch.setattr(start, "hand_over", begin)
        monkeypatch.setattr(start.os, "chdir", lambda path: None)
        return started

    def test_without_a_word_it_indexes_answers_and_opens_the_page(
        self, start: ModuleType, commands: list[list[str]]
    ) -> None:
        assert start.run([]) == 0
        assert [command[3:] for command in commands] == [
            ["index", str(start.ROOT / "seeds")],
            ["ask", "如何做一名合格的基层党务工作者"],
            ["ui"],
        ]

    def test_options_without_a_word_are_those_of_the_page(
        self, start: ModuleType, commands: list[list[str]]
    ) -> None:
        start.run(["--port", "7861"])
        assert commands[-1][3:] == ["ui", "--port", "7861"]

    def test_a_step_that_fails_stops_the_line(
        self, start: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(start, "call", lambda command, quiet=False: 1)
        assert start.run([]) == 1
        assert commands == []

    def test_every_other_word_is_passed_on(self, start: ModuleType, commands: list[list[str]]) -> None:
        start.run(["ask", "三会一课是什么", "--json"])
        assert commands == [["-I", "-m", "rag", "ask", "三会一课是什么", "--json"]]

    def test_test_runs_lint_types_and_tests(self, start: ModuleType, commands: list[list[str]]) -> None:
        assert start.run(["test"]) == 0
        assert [command[1:] for command in commands] == [
            ["ruff", "check"],
            ["ruff", "format", "--check"],
            ["mypy"],
            ["pytest"],
        ]

    def test_test_with_arguments_is_pytest_with_them(
        self, start: ModuleType, commands: list[list[str]]
    ) -> None:
        start.run(["test", "tests/test_start.py", "-x"])
        assert commands == [["-m", "pytest", "tests/test_start.py", "-x"]]

    @pytest.mark.parametrize(("failing", "code"), [("ruff", 1), ("mypy", 1), ("pytest", 5)])
    def test_test_fails_when_any_check_does(
        self,
        start: ModuleType,
        commands: list[list[str]],
        monkeypatch: pytest.MonkeyPatch,
        failing: str,
        code: int,
    ) -> None:
        monkeypatch.setattr(start, "call", lambda command: code if command[2] == failing else 0)
        assert start.run(["test"]) == code

    def test_help_needs_no_installation(self, repo_root: Path) -> None:
        shown = subprocess.run(
            [sys.executable, "-S", str(repo_root / "start.py"), "--help"],
            capture_output=True,
            encoding="utf-8",
        )
        assert shown.returncode == 0
        assert "python3 start.py test" in shown.stdout


def test_ci_calls_the_same_word_as_a_developer(repo_root: Path) -> None:
    script = repo_root / ".ci/run"
    assert script.read_text("utf-8").rstrip().endswith("exec python3 start.py test")
    assert sys.platform == "win32" or script.stat().st_mode & 0o111
