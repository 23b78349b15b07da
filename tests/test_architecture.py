"""Promises of the house that no single package can keep: imports, pins, hooks, metadata."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from influx_core import hookspecs

ROOT = Path(__file__).parents[1]
MEMBERS = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))
CORE = ROOT / "packages/influx-core/src/influx_core"

# From the top of influx_core to its ground: a module imports from the floors below its own.
FLOORS = [
    {"__init__"},
    {"blocking"},
    {"__main__"},
    {"client"},
    {"writer"},
    {"writing"},
    {"administration"},
    {"schema"},
    {"asking"},
    {"service", "signing"},
    {"exchange", "plugins"},
    {"builtin", "opentelemetry"},
    {"logs"},
    {"hookspecs"},
    {"mapping", "guard", "auth", "retry", "spool", "transports", "deserializers", "api"},
    {"lineprotocol"},
    {
        "columnar",
        "interfaces",
        "endpoints",
        "options",
        "batching",
        "location",
        "portal",
        "timeouts",
    },
    {"kinds", "points", "results"},
    {"framing"},
    {"columns", "garbage", "tables", "timestamps"},
    {"errors"},
]


def version() -> str:
    found = re.search(r'__version__ = "(.+)"', (ROOT / "VERSION.py").read_text())
    assert found
    return found[1]


def metadata(member: Path) -> dict:
    return tomllib.loads((member / "pyproject.toml").read_text())


def imports(module: Path) -> Iterator[str]:
    """The modules of influx_core that one imports when it runs, not only when it is checked."""
    tree = ast.parse(module.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body.clear()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "influx_core":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("influx_core."):
            yield str(node.module).split(".")[1]


def floor(name: str) -> int:
    return next(i for i, names in enumerate(FLOORS) if name in names)


@pytest.mark.parametrize(
    "module", sorted(CORE.rglob("*.py")), ids=lambda p: str(p.relative_to(CORE))
)
def test_imports_of_influx_core_run_downwards(module):
    path = module.relative_to(CORE)
    room = "__main__" if path.name == "__main__.py" else path.parts[0].removesuffix(".py")
    for imported in imports(module):
        assert imported == room or floor(imported) > floor(room), f"{room} imports {imported}"


@pytest.mark.parametrize(
    ("package", "unwanted"),
    [
        ("influx_core", {"aiohttp", "pytest"}),
        ("influx_query", {"influx_core", "msgspec", "pluggy"}),
        ("influx_dataframe", {"aiohttp", "numpy", "pandas", "polars", "pyarrow"}),
    ],
)
def test_importing_a_package_loads_nothing_it_does_not_need(package, unwanted):
    script = f"import sys, {package}; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    assert not unwanted & set(printed.decode().split())


def test_every_hook_has_a_section_in_the_documentation_and_a_test():
    hooks = {name for name in vars(hookspecs) if name.startswith("influx_")}
    page = (ROOT / "docs/reference/hooks.md").read_text()
    sections = set(re.findall(r"^## (influx_\w+)$", page, re.MULTILINE))
    tests = "".join(path.read_text() for path in ROOT.glob("packages/influx-core/tests/**/*.py"))
    assert hooks == sections
    assert [hook for hook in hooks if hook not in tests] == []


@pytest.mark.parametrize("member", MEMBERS, ids=lambda p: p.name)
def test_a_member_is_a_complete_distribution(member):
    project = metadata(member)["project"]
    assert project["name"] == member.name
    assert project["license"] == "Apache-2.0"
    assert not (member / "LICENSE").is_symlink()
    assert (member / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert len((member / "README.md").read_text().splitlines()) > 10
    assert list(member.glob("src/**/py.typed"))
    assert list(member.glob("tests/test_*.py"))


@pytest.mark.parametrize("member", MEMBERS, ids=lambda p: p.name)
def test_the_bounds_between_our_distributions_hold_the_version(member):
    major, minor, _ = version().split(".")
    ours = {path.name for path in MEMBERS}
    project = metadata(member)["project"]
    extras = project.get("optional-dependencies", {}).values()
    for wanted in [*project["dependencies"], *(line for extra in extras for line in extra)]:
        name = re.split(r"[\[<>= ]", wanted)[0]
        if name in ours:
            assert wanted.endswith(f">={major}.{minor},<{major}.{int(minor) + 1}"), wanted
