"""The pages about the fake say what there is, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from influx_query import nodes
from influx_testing import support
from influx_testing.web.faces import FACES

DOCS = Path(__file__).parents[3] / "docs" / "reference"
PAGE = (DOCS / "fake-server.md").read_text()


def test_the_page_of_what_is_supported_is_what_the_command_prints() -> None:
    command = [sys.executable, "-m", "influx_testing.support"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    committed = (DOCS / "fake-server-support.md").read_text()
    assert committed == printed, "run: python -m influx_testing.support > docs/reference/..."


def test_every_statement_of_the_language_is_supported() -> None:
    kinds = {
        kind
        for kind in vars(nodes).values()
        if isinstance(kind, type)
        and issubclass(kind, nodes.Statement)
        and kind.__name__ != "Statement"
    }
    assert support.statements() == kinds - {nodes.Cardinality}


@pytest.mark.parametrize("name", FACES)
def test_every_flavor_is_named(name: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    assert FACES[name].version in line


def test_every_path_of_a_flavor_is_one_it_has() -> None:
    for name, face in FACES.items():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert set(re.findall(r"`(/[^`]*)`", line)) <= face.routes.keys()
