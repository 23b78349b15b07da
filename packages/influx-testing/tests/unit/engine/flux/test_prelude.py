"""The packages that are written in Flux."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

import influx_flux
from influx_flux.stdlib import packages
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.language.standard_library import prelude_names

FOLDER = Path(str(files("influx_testing._engine.flux").joinpath("prelude")))
PATHS = sorted(
    path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.flux")
)


def text_of(path: str) -> str:
    return FOLDER.joinpath(f"{path}.flux").read_text("utf-8")


@pytest.mark.parametrize("path", PATHS)
def test_a_package_is_formatted(path):
    text = text_of(path)
    assert influx_flux.format(text) == text


@pytest.mark.parametrize("path", PATHS)
def test_a_package_has_the_name_of_its_path_and_no_issues(path):
    file = influx_flux.parse(text_of(path))
    assert file.package is not None
    assert file.package.name.name == path.rpartition("/")[2]
    assert influx_flux.check(file) == ()


@pytest.mark.parametrize("path", PATHS)
def test_a_package_defines_what_the_standard_library_has(path):
    known = packages()["" if path == "universe" else path]
    names = prelude_names("" if path == "universe" else path)
    assert {name for name in names if not name.startswith("_")} <= set(known)


DATA = 'import "array"\ndata = array.from(rows: [{_time: 2021-01-01T00:00:00Z, _value: "x"}])\n'


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("data |> increase()", "runtime error @3:9-3:19: increase: "),
        (
            "f = (tables=<-) => tables |> increase()\ndata |> f()",
            "runtime error @3:30-3:40: increase: ",
        ),
        (
            "data |> timedMovingAverage(every: 1m, period: 1m)",
            'error calling function "timedMovingAverage" @3:9-3:50: nil bounds passed to window',
        ),
        (
            'data |> highestMax(n: 1, column: "a", groupColumns: ["b"])',
            "runtime error @3:9-3:59: highestMax: ",
        ),
        (
            "data |> map(fn: (r) => ({a: 1 / 0}))",
            "runtime error @3:9-3:37: map: failed to evaluate map function: cannot divide by zero",
        ),
        (
            "data |> filter(fn: (r) => 1 / (int(v: r._time) * 0) > 0)",
            "runtime error @3:9-3:57: filter: failed to evaluate filter function: cannot divide",
        ),
    ],
)
def test_an_error_in_a_package_points_to_the_call_in_the_query(run_flux, query, message):
    with pytest.raises(FluxError) as caught:
        run_flux(DATA + query)
    assert caught.value.message.startswith(message)
