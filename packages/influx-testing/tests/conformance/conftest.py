"""Runs a conformance suite as pytest would, and says which of its tests fail."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Failing = Callable[[type], list[str]]


@pytest.fixture
def failing() -> Failing:
    """Gives the names of the tests that a class with a part of its own fails."""
    return failing_tests


def failing_tests(suite: type) -> list[str]:
    found = []
    for name in sorted(dir(suite)):
        if name.startswith("test_"):
            found += [
                name
                for arguments in _arguments(getattr(suite, name))
                if not _passes(suite, name, arguments)
            ]
    return found


def _arguments(test: Any) -> Iterator[dict[str, Any]]:
    """The arguments of each run of a parametrized test."""
    tables = []
    for mark in getattr(test, "pytestmark", []):
        if mark.name == "parametrize":
            names = mark.args[0]
            names = [each.strip() for each in names.split(",")] if isinstance(names, str) else names
            tables.append([_row(names, values) for values in mark.args[1]])
    for rows in itertools.product(*tables):
        yield {name: value for row in rows for name, value in row.items()}


def _row(names: list[str], values: Any) -> dict[str, Any]:
    values = (
        getattr(values, "values", values)
        if isinstance(values, pytest.param().__class__)
        else values
    )
    return dict(zip(names, values if len(names) > 1 else [values], strict=True))


def _passes(suite: type, name: str, arguments: dict[str, Any]) -> bool:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        fixtures = {"path": Path(folder) / "store", "tmp_path": Path(folder), "monkeypatch": patch}
        test = getattr(suite(), name)
        wanted = inspect.signature(test).parameters
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = test(**{each: (fixtures | arguments)[each] for each in wanted})
                if inspect.iscoroutine(result):
                    asyncio.run(result)
        except pytest.skip.Exception:
            return True
        except (Exception, pytest.fail.Exception):
            return False
    return True
