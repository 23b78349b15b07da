"""Streams to run the functions of universe on."""

from __future__ import annotations

import pytest

ARRAY = 'import "array"\n'

CPU = """
data = array.from(rows: [
    {_time: 1970-01-01T00:00:00Z, host: "a", _field: "usage", _value: 1.0},
    {_time: 1970-01-01T00:00:10Z, host: "a", _field: "usage", _value: 3.0},
    {_time: 1970-01-01T00:01:10Z, host: "a", _field: "usage", _value: 8.0},
    {_time: 1970-01-01T00:00:05Z, host: "b", _field: "usage", _value: 2.0},
    {_time: 1970-01-01T00:01:55Z, host: "b", _field: "usage", _value: 4.0},
]) |> group(columns: ["host", "_field"])
"""
"""Two series; in the range of two minutes each has a window of a minute with several points."""

RANGE = "|> range(start: 1970-01-01T00:00:00Z, stop: 1970-01-01T00:02:00Z)"


@pytest.fixture
def of_cpu(run_flux):
    """Return a function that runs `data |> ...`: a list of (group key, rows)."""

    def run(pipe, *, ranged=False):
        found = run_flux(f"{ARRAY}{CPU}data {RANGE if ranged else ''} {pipe}")
        return [(key, rows) for _, key, rows in found]

    return run


@pytest.fixture
def of_values(run_flux):
    """Return a function that runs a pipe over one column of literals, ten seconds apart."""

    def run(literals, pipe):
        rows = ", ".join(
            f"{{_time: time(v: {index * 10**10}), _value: {literal}, n: {index}}}"
            for index, literal in enumerate(literals)
        )
        script = f'import "array"\nimport "internal/debug"\narray.from(rows: [{rows}]) {pipe}'
        return [row for _, _, rows in run_flux(script) for row in rows]

    return run
