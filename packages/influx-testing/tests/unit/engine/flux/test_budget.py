"""A query that eats the machine ends with an error at once."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.run.query_run import run_query

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


THOUSAND = (
    'import "generate"\nx = generate.from(count: 1000, fn: (n) => n, start: -1h, stop: now())'
)


def _doubled(first: str, step: str, result: str = "array.from(rows: [{a: x40}])") -> str:
    """A query whose value doubles forty times."""
    steps = [step.format(number, number - 1) for number in range(1, 41)]
    return "\n".join(['import "array"', first, *steps, result])


@pytest.mark.parametrize(
    "query",
    [
        _doubled('x0 = "0123456789"', "x{0} = x{1} + x{1}"),
        _doubled('x0 = "0123456789"', 'x{0} = "${{x{1}}}${{x{1}}}"'),
        _doubled("x0 = [1, 2]", "x{0} = array.concat(arr: x{1}, v: x{1})"),
        _doubled("x0 = array.from(rows: [{a: 1}])", "x{0} = union(tables: [x{1}, x{1}])", "x40"),
        f"{THOUSAND}\nx |> chandeMomentumOscillator(n: 900)",
        f"{THOUSAND}\nx |> kaufmansAMA(n: 900)",
        f'{THOUSAND}\nx |> group(columns: ["_value"])',
    ],
)
def test_what_grows_faster_than_its_rows_counts_more(query):
    context = QueryContext(start=0, budget=QueryBudget(rows=90_000))
    with pytest.raises(FluxError, match="memory allocation limit reached"):
        [list(result.tables) for result in run_query(query, context)]
