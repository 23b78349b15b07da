"""The page about the fake names everything there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from influx_testing.engine.select.mathematics import MATH_FUNCTIONS
from influx_testing.engine.select.reducers import SUPPORTED_TYPES
from influx_testing.settings import NAMES
from influx_testing.web.faces import FACES

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "fake-server.md").read_text()


REFUSED = {"/api/v3/query_sql"}
"""Paths that are there to say that they are not supported."""


def listed(after: str) -> set[str]:
    """The names in backticks of the paragraph that begins with some words."""
    paragraph = next(part for part in PAGE.split("\n\n") if part.startswith(after))
    return set(re.findall(r"`([^`]+)`", paragraph))


def test_all_functions_are_listed() -> None:
    assert listed("Functions:") == set(SUPPORTED_TYPES)


def test_all_mathematics_are_listed() -> None:
    assert listed("Mathematics:") == set(MATH_FUNCTIONS)


def test_all_settings_are_listed() -> None:
    assert listed("`coordinator.max-select-buckets`") == set(NAMES)


@pytest.mark.parametrize("name", FACES)
def test_every_flavor_has_its_paths_listed(name: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    assert FACES[name].version in line
    extra = set(FACES[name].routes) - (set(FACES["1.6"].routes) if name == "1.8" else set())
    assert extra - REFUSED <= set(re.findall(r"`(/[^`]*)`", line))
