"""Rules that no single distribution can check: imports, names, sizes, pins, hooks, metadata."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from import_graph import (
    ROOT,
    Distribution,
    circles,
    distributions,
    imported_names,
    python_files,
    syntax_tree,
)

from influx_core import hookspecs

MEMBERS = distributions()
CORE = next(member for member in MEMBERS if member.name == "influx-core")

LAYERS = [
    {"__init__"},
    {"blocking", "spool", "columns"},
    {"_client"},
    {"plugins", "_batch", "parts", "integrations"},
    {"_plugins"},
    {"_http", "_api", "_spool", "codec", "lineprotocol", "annotated_csv"},
    {"_annotated_csv"},
    {"hookspecs", "_parsers", "_lineprotocol"},
    {"interfaces"},
    {"_results", "_points"},
    {"_columns"},
    {"options"},
    {"_options"},
    {"timestamps", "_runtime"},
    {"_known_words"},
    {"errors"},
    {"_short_text"},
]
"""The parts of influx_core from top to bottom; each imports only from layers below its own."""

LARGEST_FOLDER = 15

SHARED_CLASS_NAMES = {
    "InfluxDBClient": "the blocking client and the one for Asphalt stand in for the asyncio one",
    "DataPoint": "the one for Asphalt has a method more",
    "SelectQuery": "the one of the blocking client waits",
    **dict.fromkeys(
        ("BooleanLiteral", "DurationLiteral", "IntegerLiteral", "Node", "StringLiteral"),
        "nodes of Flux have the names of its syntax tree in the HTTP API",
    ),
    "Field": "a field of a point, and the node of a SELECT that InfluxQL calls so",
    "Target": "where a batch goes, and the node of INTO that InfluxQL calls so",
}
"""Class names that two modules share, and why."""

DISTRIBUTIONS_OF_PACKAGES = {
    "jwt": "pyjwt",
    "opentelemetry": "opentelemetry-api",
    "re2": "google-re2",
}
"""The distributions of packages that are imported by another name."""

BROUGHT_ALONG = {"hpack": "h2", "yarl": "aiohttp"}
"""Packages that belong to the interface of a declared distribution, which requires theirs."""

BESIDE = {"influx-explorer": {"influx-testing"}}
"""Members that a distribution imports only where both are installed."""

READS_PRIVATE_MODULES = {
    "docs/_generate/command_line.py": "its page lists the arguments that the parsers take",
    "docs/_generate/fake_flux_support.py": "its page lists the functions that the fake registers",
    "docs/_generate/fake_server_support.py": "its page lists what the tables of the fake hold",
}
"""Files outside a distribution that import private modules of it, and why."""


def test_every_part_of_influx_core_is_in_one_layer():
    parts = set(CORE.part_graph())
    listed = Counter(part for layer in LAYERS for part in layer)
    assert parts == set(listed)
    assert max(listed.values()) == 1


def layer(part: str) -> int:
    return next(i for i, parts in enumerate(LAYERS) if part in parts)


def test_parts_of_influx_core_import_from_layers_below_their_own():
    wrong = [
        f"{part} imports {imported}"
        for part, others in CORE.part_graph().items()
        for imported in sorted(others)
        if layer(imported) <= layer(part)
    ]
    assert wrong == []


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_no_modules_import_each_other_in_a_circle(member: Distribution):
    assert circles(member.module_graph) == []


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_no_packages_import_each_other_in_a_circle(member: Distribution):
    graph = dict(member.part_graph())
    graph.pop("__init__", None)  # re-exports what the others hold
    assert circles({part: others - {"__init__"} for part, others in graph.items()}) == []


def test_a_circle_is_found():
    graph = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    assert circles(graph) == [["a", "b", "c"]]


def owner(path: Path) -> str | None:
    """The distribution that a file belongs to."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "packages" else None


def private_imports(path: Path, names: Mapping[str, str]) -> list[str]:
    """The names with a leading underscore that a file imports from other distributions."""
    own = owner(path)
    return [
        name
        for name in imported_names(path)
        for package, distribution in names.items()
        if f"{name}.".startswith(f"{package}.") and distribution != own
        if any(part.startswith("_") for part in name.removeprefix(package).split("."))
        if "__version__" not in name
    ]


def test_nothing_private_is_imported_from_another_distribution():
    names = {member.package: member.name for member in MEMBERS}
    files = python_files("packages", "benchmarks", "examples", "docs", "tests")
    found = {
        str(path.relative_to(ROOT)): private
        for path in files
        if (private := private_imports(path, names))
    }
    assert set(found) == set(READS_PRIVATE_MODULES), found


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_a_module_name_stands_for_one_module_of_a_distribution(member: Distribution):
    leaves = Counter(
        name.rpartition(".")[2]
        for name, path in member.modules.items()
        if not path.name.startswith("__")
    )
    assert repeated(leaves) == set()


def test_a_class_name_stands_for_one_class_of_the_project():
    found: dict[str, set[str]] = defaultdict(set)
    for member in MEMBERS:
        for module, path in member.modules.items():
            for node in ast.walk(syntax_tree(path)):
                if isinstance(node, ast.ClassDef):
                    found[node.name].add(module)
    shared = {name for name, modules in found.items() if len(modules) > 1}
    assert shared == set(SHARED_CLASS_NAMES)


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_a_folder_holds_few_modules(member: Distribution):
    sizes = Counter(
        path.parent.relative_to(member.source).as_posix()
        for path in member.modules.values()
        if not path.name.startswith("__")
    )
    large = {folder for folder, size in sizes.items() if size > LARGEST_FOLDER}
    assert large == set()


def repeated(counts: Counter[str]) -> set[str]:
    return {name for name, count in counts.items() if count > 1}


def loaded_by(statement: str) -> set[str]:
    """The names of the modules that a fresh interpreter has after a statement, and not before."""
    script = f"import sys; old = set(sys.modules); {statement}; print(*set(sys.modules) - old)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("from influx_core import InfluxDBClient", {"aiohttp", "jwt", "pytest", "sqlite3"}),
        ("import influx_query", {"influx_core", "msgspec", "pluggy"}),
        ("import influx_flux", {"influx_core", "influx_query", "msgspec", "pluggy"}),
        ("import influx_dataframe", {"aiohttp", "numpy", "pandas", "polars", "pyarrow"}),
        ("from influx_core import Plugins; Plugins()", {"pandas", "pyarrow"}),
    ],
)
def test_an_import_loads_nothing_it_does_not_need(statement: str, unwanted: set[str]):
    assert not unwanted & loaded_by(statement)


def test_importing_influx_core_loads_one_module_and_no_large_one_of_python():
    loaded = loaded_by("import influx_core")
    assert {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names} == {
        "influx_core"
    }
    assert not loaded & {"asyncio", "dataclasses", "email", "inspect", "logging", "socket", "ssl"}


IMPORTED_ON_FIRST_USE = [
    "influx_core",
    "influx_core.codec",
    "influx_core.columns",
    "influx_core.interfaces",
]
"""The modules that import each of their names when it is first used."""


@pytest.mark.parametrize("module", IMPORTED_ON_FIRST_USE)
def test_each_name_is_there_for_checkers_and_when_it_is_first_used(module: str):
    tree = syntax_tree(CORE.modules[module])
    checked = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    script = (
        f"import {module} as module\n"
        "home = {name: home for home, names in module._NAMES.items() for name in names}\n"
        "for name in module.__all__: print(name, home[name], getattr(module, name) and 1)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert dict(line.split()[:2] for line in run.stdout.splitlines()) == checked


def test_every_hook_has_a_section_in_the_documentation_and_a_test():
    hooks = {name for name in vars(hookspecs) if name.startswith("influx_")}
    page = (ROOT / "docs/reference/hooks.md").read_text()
    sections = set(re.findall(r"^## (influx_\w+)$", page, re.MULTILINE))
    tests = "".join(path.read_text() for path in python_files("packages/influx-core/tests"))
    assert hooks == sections
    assert [hook for hook in hooks if hook not in tests] == []


def project_table(member: Distribution) -> dict:
    return tomllib.loads((member.folder / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_a_member_is_a_complete_distribution(member: Distribution):
    project = project_table(member)
    assert project["name"] == member.name
    assert project["license"] == "Apache-2.0"
    assert not (member.folder / "LICENSE").is_symlink()
    assert (member.folder / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert len((member.folder / "README.md").read_text().splitlines()) > 10
    assert list(member.folder.glob("src/**/py.typed"))
    assert list(member.folder.glob("tests/**/test_*.py"))


def version() -> str:
    found = re.search(r'__version__ = "(.+)"', (ROOT / "VERSION.py").read_text())
    assert found
    return found[1]


def requirements(member: Distribution) -> Iterable[str]:
    project = project_table(member)
    yield from project.get("dependencies", ())
    for extra in project.get("optional-dependencies", {}).values():
        yield from extra


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=, ]", requirement)[0].lower()


def declared(member: Distribution) -> set[str]:
    """The names of all distributions that a member requires, for itself or for an extra."""
    return {name_of(line) for line in requirements(member)}


def imported_distributions(member: Distribution) -> set[str]:
    """The distributions whose packages a member imports with a statement, its own left out."""
    packages = {
        name.partition(".")[0]
        for path in member.modules.values()
        for name in imported_names(path)
        if not f"{name}.".startswith(f"{member.package}.")
    }
    others = {name for name in packages - set(sys.stdlib_module_names) if name[0] != "_"}
    return {DISTRIBUTIONS_OF_PACKAGES.get(name, name.replace("_", "-")) for name in others}


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_a_member_declares_the_distributions_that_it_imports(member: Distribution):
    wanted = {BROUGHT_ALONG.get(name, name) for name in imported_distributions(member)}
    assert wanted - declared(member) - BESIDE.get(member.name, set()) == set()


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_a_member_declares_no_distribution_that_its_code_does_not_name(member: Distribution):
    text = "\n".join(path.read_text() for path in member.modules.values())
    words = set(re.findall(r"\w+", text))
    packages = {name: package for package, name in DISTRIBUTIONS_OF_PACKAGES.items()}
    needed = {name: packages.get(name, name.replace("-", "_")) for name in declared(member)}
    assert {name for name, package in needed.items() if package not in words} == set()


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_our_distributions_need_exactly_this_version_of_each_other(member: Distribution):
    ours = {other.name for other in MEMBERS}
    pins = [line for line in requirements(member) if name_of(line) in ours]
    assert [pin for pin in pins if not pin.endswith(f"=={version()}")] == []
