"""The pages about the fake say what there is, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from influx_query import nodes
from influx_testing._flavors.registry import FLAVORS

ROOT = Path(__file__).parents[4]
DOCS = ROOT / "docs" / "reference"
FLUX_GENERATOR = ROOT / "docs" / "_generate" / "fake_flux_support.py"
GENERATOR = ROOT / "docs" / "_generate" / "fake_server_support.py"
PAGE = (DOCS / "fake-server.md").read_text()


def generator() -> ModuleType:
    """The program that writes the page, as a module."""
    spec = spec_from_file_location(GENERATOR.stem, GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("program", "name"),
    [(GENERATOR, "fake-server-support.md"), (FLUX_GENERATOR, "fake-server-flux.md")],
)
def test_the_page_of_what_is_supported_is_what_the_command_prints(program: Path, name: str) -> None:
    command = [sys.executable, str(program)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    committed = (DOCS / name).read_text()
    assert committed == printed, f"run: python {program.relative_to(ROOT)} > docs/reference/{name}"


def test_every_statement_of_the_language_is_supported() -> None:
    kinds = {
        kind
        for kind in vars(nodes).values()
        if isinstance(kind, type)
        and issubclass(kind, nodes.Statement)
        and kind.__name__ != "Statement"
    }
    assert generator().statements() == kinds - {nodes.Cardinality}


@pytest.mark.parametrize("name", FLAVORS)
def test_every_flavor_is_named(name: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    assert FLAVORS[name].version in line


def test_every_path_of_a_flavor_is_one_it_has() -> None:
    for name, flavor in FLAVORS.items():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert set(re.findall(r"`(/[^`]*)`", line)) <= flavor.routes.keys()
