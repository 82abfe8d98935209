"""The shape of the code: which way imports point, where each outside library lives, what start-up may load.

The layers are those of docs/architecture.md. A new module of ``rag`` needs a place in LAYERS.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
STDLIB = sys.stdlib_module_names
OURS = ("rag", "embeddings", "eval", "page", "ui")

# A module imports from its own row and the rows above it. A name stands for a package and all that is in it.
ROWS = """
embeddings
rag.datatypes rag.errors
rag.segment rag.protocols rag.config rag.users rag.settings_file rag.text rag.pinyin rag.terms rag.wire rag.hostile rag.markers rag.deadline rag.script
rag.numbers rag.operators rag.likeness rag.claims
rag.load rag.structure
rag.migrations rag.database rag.fulltext rag.catalogue rag.rows rag.store rag.index
rag.sound rag.respell rag.thesaurus rag.lexicon rag.glossary rag.english rag.gathering rag.question rag.concepts rag.lexical rag.rank_features rag.interaction rag.retrieve rag.rerank
rag.saved rag.history
rag.orders rag.topic rag.facets rag.faceted rag.points rag.english_follow_up rag.rewording rag.follow_up rag.condense rag.relevance rag.enumerations rag.evidence rag.unlisted rag.refuse rag.reading rag.doubt
rag.alignment rag.facts rag.exchanges rag.polarity rag.rivals rag.roles rag.contradiction rag.placing rag.conditions rag.translation rag.amounts rag.bilingual rag.across_facts rag.across
rag.support
rag.framing rag.quoting rag.suitability rag.asked_section rag.outlines rag.extract rag.prompt rag.failures rag.model_text rag.showable rag.llm rag.fake_llm
rag.entail rag.attribution rag.cite
rag.lesson
rag.ingest rag.assistant rag.export rag.adapters
rag.build rag
rag.doctor rag.batch rag.commands rag.cli rag.__main__ eval page ui
"""
LAYERS = {name: number for number, row in enumerate(ROWS.split("\n")) for name in row.split()}

HOMES = {
    "faiss": {"rag.index"},
    "sqlite3": {
        "rag.store",
        "rag.database",
        "rag.fulltext",
        "rag.catalogue",
        "rag.rows",
        "rag.migrations",
        "rag.history",
    },
    "gradio": {"ui", "page"},
    "langchain": {"rag.llm"},
    "langchain_core": {"rag.llm", "rag.adapters"},
    "rjieba": {"rag.segment", "embeddings"},
    "sentence_transformers": {"embeddings"},
    "torch": {"embeddings"},
    "pypdfium2": {"rag.load.pdf"},
    "rapidocr": {"rag.load.recognise"},
    "trafilatura": {"rag.load.web"},
    "openpyxl": {"rag.load.sheet"},
    "pptx": {"rag.load.slides", "rag.export.pptx"},
    "docx": {"rag.load.word", "rag.export.reference"},
}


def name_of(path: Path) -> str:
    """``rag/load/__init__.py`` is ``rag.load``."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    name_of(path): ast.parse(path.read_text("utf-8"))
    for top in OURS
    for path in sorted([*ROOT.glob(f"{top}.py"), *ROOT.glob(f"{top}/**/*.py")])
}


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a module imports, wherever it does; ``from rag import text`` is ``rag.text``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else str(node.module)


def layer_of(module: str) -> int:
    """The row that names the module, or the nearest package around it."""
    if module in LAYERS:
        return LAYERS[module]
    package = module.rpartition(".")[0]
    assert package not in ("", "rag"), f"{module} has no place in ROWS"
    return layer_of(package)


def test_every_row_names_modules_that_exist() -> None:
    assert LAYERS.keys() <= MODULES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module: str) -> None:
    ours = {name for name in imports(MODULES[module]) if name.split(".")[0] in OURS}
    upwards = {name for name in ours if layer_of(name) > layer_of(module)}
    assert module == "rag" or not upwards, f"{module} must not know {upwards}"


def test_no_two_modules_import_each_other() -> None:
    graph = {
        module: set(imports(tree)) & MODULES.keys() - {module, "rag"} for module, tree in MODULES.items()
    }
    graph["ui"] -= {"rag.cli"}  # `python ui.py` is the command `dangwu ui`
    order = tuple(TopologicalSorter(graph).static_order())
    assert len(order) == len(MODULES)


@pytest.mark.parametrize("library", HOMES)
def test_each_outside_library_has_one_home(library: str) -> None:
    users = {
        module
        for module, tree in MODULES.items()
        if library in {name.split(".")[0] for name in imports(tree)}
    }
    strangers = {user for user in users if not {user, user.split(".")[0]} & HOMES[library]}
    assert not strangers, f"{library} belongs to {HOMES[library]}"
    assert users, f"nothing uses {library}: drop it from HOMES and pyproject.toml"


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"))
    }
    assert readers <= {"rag.config", "embeddings.train"}  # the second is a program of its own


WORKSHOP = (
    "embeddings.train",
    "embeddings.make_fold_table",
    "eval.fit_refusal",
    "eval.fit_translations",
    "eval.tune_retrieval",
)


def declared(*extras: str) -> set[str]:
    """The distributions that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return {normal(re.split(r"[\s<>=!~;\[]", line)[0]) for group in groups for line in group}


def normal(name: str) -> str:
    """A distribution's name in the one spelling that comparisons need."""
    return re.sub(r"[-_.]+", "-", name).lower()


def foreign(trees: Iterable[ast.AST]) -> set[str]:
    """The libraries that are neither ours nor Python's."""
    return (
        {name.split(".")[0] for tree in trees for name in imports(tree)}
        - {*OURS, "tests", "conftest", "bench"}
        - STDLIB
    )


@pytest.mark.parametrize("part", ["product", "workshop", "tests"])
def test_every_library_that_is_imported_is_declared(part: str) -> None:
    product = [tree for module, tree in MODULES.items() if not module.startswith(WORKSHOP)]
    workshop = [tree for module, tree in MODULES.items() if module.startswith(WORKSHOP)]
    tests = [ast.parse(path.read_text("utf-8")) for path in ROOT.glob("tests/**/*.py")]
    trees, extras = {
        "product": (product, ("ocr",)),
        "workshop": (workshop, ("train",)),
        "tests": (tests, ("dev", "train")),
    }[part]
    homes, wanted = packages_distributions(), declared(*extras)
    for library in sorted(foreign(trees)):
        owners = {normal(owner) for owner in homes.get(library, ())}
        known = owners & wanted or (not owners and any(name.startswith(normal(library)) for name in wanted))
        assert known, f"{library} is imported and not in pyproject.toml"


def test_every_package_and_its_data_is_installed() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    with_code = {name_of(path) for top in OURS for path in ROOT.glob(f"{top}/**/__init__.py")}
    assert with_code <= set(tool["packages"])
    for package, patterns in tool["package-data"].items():
        folder = ROOT / package
        installed = {path for pattern in patterns for path in folder.glob(pattern)}
        data = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
        assert data <= installed, f"{package}: not installed"


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh Python holds after running ``code``."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('modules:', *sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert shown.returncode == 0, shown.stderr
    return set(shown.stdout.rpartition("modules:")[2].split())


FRAMEWORKS = {"torch", "sentence_transformers", "transformers", "gradio", "langchain", "langchain_core"}


@pytest.mark.parametrize("module", ["rag", "rag.cli", "embeddings", "eval", "ui"])
def test_heavy_libraries_wait_until_they_are_needed(module: str) -> None:
    assert not loaded_after(f"import {module}") & (FRAMEWORKS | {"faiss"})


def test_answering_without_a_language_model_loads_no_framework(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 支部台账\n\n党支部要建立党员名册，每月核对一次。\n", "utf-8")
    code = (
        "from rag import open_assistant\n"
        f"assistant = open_assistant(home={str(tmp_path / 'home')!r})\n"
        f"assistant.index([{str(tmp_path / 'a.md')!r}])\n"
        "assert assistant.ask('党员名册多久核对一次？').citations"
    )
    assert not loaded_after(code) & FRAMEWORKS
