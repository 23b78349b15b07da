"""The result of the option `profiler.enabledProfilers`."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

QUERY = """import "array"
import "profiler"
option profiler.enabledProfilers = [{}]
array.from(rows: [{{x: 1}}, {{x: 2}}]) |> filter(fn: (r) => r.x > 1)"""


def test_a_query_is_profiled(run_flux):
    _, (name, key, (row,)) = run_flux(QUERY.format('"query"'))
    assert (name, key) == ("_profiler", {"_measurement": "profiler/query"})
    assert row["TotalDuration"] >= row["CompileDuration"] + row["ExecuteDuration"] > 0


def test_functions_are_profiled(run_flux):
    _, (name, key, rows) = run_flux(QUERY.format('"operator"'))
    assert (name, key) == ("_profiler", {"_measurement": "profiler/operator"})
    assert [(row["Label"], row["Count"]) for row in rows] == [("from", 1), ("filter", 1)]
    assert all(row["MinDuration"] <= row["MeanDuration"] <= row["MaxDuration"] for row in rows)


def test_without_a_profiler_there_is_no_profile(run_flux):
    assert [name for name, _, _ in run_flux(QUERY.format(""))] == ["_result"]


def test_an_unknown_profiler_is_an_error(run_flux):
    with pytest.raises(FluxError, match="profiler memory does not exist"):
        run_flux(QUERY.format('"memory"'))
