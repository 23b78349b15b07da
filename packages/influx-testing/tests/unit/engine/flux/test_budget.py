"""A query that eats the machine ends with an error at once."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

ROW = 'import "array"\nx = array.from(rows: [{_time: 2023-11-14T00:00:00Z, _value: 1.0}])'
RANGE = f"{ROW} |> range(start: 2023-11-13T00:00:00Z, stop: 2023-11-15T00:00:00Z)"


@pytest.mark.parametrize(
    "query",
    [
        (
            'import "generate"\n'
            "generate.from(count: 1000000000, fn: (n) => n, start: -1h, stop: now())"
        ),
        f"{RANGE}\nx |> window(every: 1ns, createEmpty: true)",
        f"{RANGE}\nx |> aggregateWindow(every: 1ns, fn: mean)",
        f"{RANGE}\nx |> window(every: 1ns, period: 1h)",
        (
            'import "array"\nimport "strings"\n'
            'array.from(rows: [{x: strings.repeat(v: "a", i: 100000000000)}])'
        ),
        (
            'import "array"\n'
            "array.from(rows: [{x: linearBins(start: 0.0, width: 1.0, count: 1000000000)[0]}])"
        ),
    ],
)
def test_too_many_rows_are_refused_before_they_are_made(run_flux, query):
    with pytest.raises(FluxError, match="memory allocation limit reached"):
        run_flux(query)


def test_recursion_without_end_is_an_error(run_flux):
    query = 'import "array"\nf = (g) => g(g: g)\narray.from(rows: [{x: f(g: f)}])'
    with pytest.raises(FluxError, match="calls itself without end"):
        run_flux(query)
