"""Has compiled code pass the tests of influx_core, and reads responses with both parsers."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from influx_core import ColumnSeries, Series, StatementResult
from influx_core.interfaces import ResponseParser

__all__ = ["borrowed", "cut", "named_tests", "outcome"]

CORE = Path(__file__).parents[2] / "influx-core" / "tests"


def borrowed(name: str, **compiled: Any) -> ModuleType:
    """A module of influx_core's tests, made to call compiled code where it has these names."""
    path = CORE / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"compiled_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    known = {key: item for key, item in compiled.items() if hasattr(module, key)}
    assert known, f"{name} has none of {', '.join(compiled)}"
    vars(module).update(known)
    return module


def named_tests(module: ModuleType) -> dict[str, Any]:
    """The tests of a module, by name."""
    return {name: item for name, item in vars(module).items() if name.startswith("test_")}


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """Cut bytes into pieces at places, which are taken modulo their length."""
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def outcome(parser: ResponseParser, pieces: Sequence[bytes]) -> list[Any]:
    """What each piece gave, and how it ended."""
    found: list[Any] = []
    try:
        for piece in pieces:
            results = parser.feed(piece)
            found.append(list(map(_described, results)))
        found.append(list(map(_described, parser.finish())))
    except Exception as error:
        found.append((type(error), str(error), type(error.__cause__)))
    return found


def _described(result: StatementResult) -> tuple[Any, ...]:
    """All there is in a result, down to the types of its values."""
    series = [
        (s.name, s.columns, list(s.tags.items()), s.partial, repr(s.rows), _data(s))
        for s in result.series
    ]
    return result.statement_id, series, result.messages, result.error, result.partial


def _data(series: Series) -> list[tuple[Any, ...]]:
    if not isinstance(series, ColumnSeries):
        return []
    return [(column.kind, column.length, repr(column.to_list())) for column in series.data]
