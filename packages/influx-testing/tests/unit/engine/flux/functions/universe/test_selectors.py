"""Selectors keep whole rows."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

NULL_INT = 'debug.null(type: "int")'
EMPTY = '|> filter(fn: (r) => r.n > 99, onEmpty: "keep")'


def numbers(rows):
    return [row["n"] for row in rows]


@pytest.mark.parametrize(
    ("call", "row"), [("first()", 0), ("last()", 3), ("min()", 0), ("max()", 1)]
)
def test_a_selector_chooses_a_row(of_values, call, row):
    assert numbers(of_values([1, 5, 5, 1], f"|> {call}")) == [row]


def test_selectors_skip_nulls(of_values):
    assert numbers(of_values([NULL_INT, 2, 3, NULL_INT], "|> first()")) == [1]
    assert numbers(of_values([NULL_INT, 2, 3, NULL_INT], "|> last()")) == [2]


@pytest.mark.parametrize("call", ["first()", "last()", "min()", "max()"])
def test_a_selector_leaves_an_empty_table_empty(run_flux, call):
    script = f'import "array"\narray.from(rows: [{{n: 1, _value: 1}}]) {EMPTY} |> {call}'
    assert run_flux(script) == [("_result", {}, [])]


def test_a_maximum_of_strings_has_no_implementation(of_values):
    message = "max: invalid use of function: .universe.MaxSelector has no implementation for type"
    with pytest.raises(FluxError, match=message):
        of_values(['"a"'], "|> max()")


def test_a_missing_column_is_named(of_values):
    with pytest.raises(FluxError, match='no column "x" exists'):
        of_values([1], '|> first(column: "x")')


def test_unique_keeps_the_first_row_of_each_value(of_values):
    assert numbers(of_values([1, 2, 1, NULL_INT, NULL_INT], "|> unique()")) == [0, 1, 3]


def test_distinct_returns_values(of_values):
    rows = of_values([1, 2, 1, NULL_INT], "|> distinct()")
    assert rows == [{"_value": 1}, {"_value": 2}, {"_value": None}]


def test_distinct_of_the_key_returns_its_value(of_cpu):
    found = of_cpu('|> distinct(column: "host")')
    assert [row["_value"] for _, rows in found for row in rows] == ["a", "b"]


@pytest.mark.parametrize(
    ("values", "modes"),
    [
        ([1, 2, 2], [2]),
        ([3, 1, 1, 3, 2], [1, 3]),
        ([1, 2], [None]),
        ([3, 1, 1, 3], [None]),
        ([5], [None]),
    ],
)
def test_mode_returns_the_most_frequent_values(of_values, values, modes):
    assert [row["_value"] for row in of_values(values, "|> mode()")] == modes


def test_mode_drops_an_empty_table_and_takes_a_missing_column_for_an_empty_text(
    run_flux, of_values
):
    script = f'import "array"\narray.from(rows: [{{n: 1, _value: 1}}]) {EMPTY} |> mode()'
    assert run_flux(script) == [("_result", {}, [])]
    assert of_values([1], '|> mode(column: "x")') == [{"_value": ""}]


def test_an_exact_quantile_of_nothing_is_a_row_of_nulls(run_flux):
    pipe = f'{EMPTY} |> quantile(q: 0.5, method: "exact_selector")'
    found = run_flux(f'import "array"\narray.from(rows: [{{n: 1, _value: 1}}]) {pipe}')
    assert found == [("_result", {}, [{"n": None, "_value": None}])]


def test_a_sample_is_each_nth_row(of_values):
    assert numbers(of_values([1, 2, 3, 4, 5], "|> sample(n: 2, pos: 1)")) == [1, 3]


def test_a_sample_counts_nulls_too(of_values):
    null = 'debug.null(type: "int")'
    assert numbers(of_values([null, 2, null, 4], "|> sample(n: 2, pos: 0)")) == [0, 2]


@pytest.mark.parametrize("arguments", ["n: 0", "n: 2, pos: 2"])
def test_an_impossible_sample_is_refused(of_values, arguments):
    with pytest.raises(FluxError):
        of_values([1], f"|> sample({arguments})")


@pytest.mark.parametrize(
    ("call", "values"),
    [
        ('highestMax(n: 1, groupColumns: ["host"])', [8.0]),
        ('highestAverage(n: 2, groupColumns: ["host"])', [4.0, 3.0]),
        ('highestCurrent(n: 1, groupColumns: ["host"])', [8.0]),
        ('lowestMin(n: 1, groupColumns: ["host"])', [1.0]),
        ('lowestAverage(n: 1, groupColumns: ["host"])', [3.0]),
        ('lowestCurrent(n: 1, groupColumns: ["host"])', [4.0]),
    ],
)
def test_the_best_rows_of_all_groups(of_cpu, call, values):
    ((_, rows),) = of_cpu(f"|> {call}")
    assert [row["_value"] for row in rows] == values
