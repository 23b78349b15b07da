"""Aggregates reduce each table to its key and one value."""

from __future__ import annotations

import math

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

NULL_FLOAT = 'debug.null(type: "float")'
EMPTY = '|> filter(fn: (r) => r.n > 99, onEmpty: "keep")'


def value(rows):
    (row,) = rows
    return row["_value"]


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("count()", 4),
        ("sum()", 9),
        ("mean()", 2.25),
        ("spread()", 4),
        ("stddev()", 1.8930),
        ('stddev(mode: "population")', 1.6394),
        ("skew()", 0.9575),
    ],
)
def test_an_aggregate_of_integers(of_values, call, result):
    assert value(of_values([1, 2, 5, 1], f"|> {call}")) == pytest.approx(result, abs=1e-4)


def test_an_aggregate_keeps_the_columns_of_the_key_only(of_cpu):
    assert of_cpu("|> mean()") == [
        ({"host": "a", "_field": "usage"}, [{"host": "a", "_field": "usage", "_value": 4.0}]),
        ({"host": "b", "_field": "usage"}, [{"host": "b", "_field": "usage", "_value": 3.0}]),
    ]


@pytest.mark.parametrize(
    ("call", "result"),
    [("count()", 0), ("sum()", None), ("mean()", None), ("stddev()", None), ("median()", None)],
)
def test_an_aggregate_of_no_rows_is_null_and_its_count_zero(of_values, call, result):
    assert value(of_values(["1.0"], f"{EMPTY} |> {call}")) == result


def test_nulls_are_skipped_and_counted(of_values):
    literals = ["1.0", NULL_FLOAT, "3.0"]
    assert value(of_values(literals, "|> mean()")) == 2.0
    assert value(of_values(literals, "|> count()")) == 3


def test_a_sum_of_integers_wraps(of_values):
    assert value(of_values([2**63 - 1, 1], "|> sum()")) == -(2**63)


def test_a_sample_of_one_has_no_deviation(of_values):
    assert math.isnan(value(of_values(["1.0"], "|> stddev()")))


def test_a_mean_of_strings_is_refused(of_values):
    with pytest.raises(FluxError, match="unsupported input type for mean aggregate: string"):
        of_values(['"a"'], "|> mean()")


def test_a_missing_column_is_named(of_values):
    with pytest.raises(FluxError, match='mean: column "x" does not exist'):
        of_values([1], '|> mean(column: "x")')


def test_a_column_of_the_key_is_not_aggregated(of_values):
    with pytest.raises(FluxError, match="cannot aggregate columns that are part of the group key"):
        of_values([1], '|> group(columns: ["_value"]) |> sum()')


QUANTILES = ["1.0", "2.0", "3.0", "10.0"]


def test_a_quantile_is_estimated_unless_it_is_exact(of_values):
    assert value(of_values(QUANTILES, "|> quantile(q: 0.9)")) == pytest.approx(10.0)
    exact = '|> quantile(q: 0.9, method: "exact_mean")'
    assert value(of_values(QUANTILES, exact)) == pytest.approx(7.9)


def test_an_exact_selector_returns_a_row(of_values):
    (row,) = of_values(QUANTILES, '|> quantile(q: 0.5, method: "exact_selector")')
    assert (row["_value"], row["n"]) == (2.0, 1)


def test_a_median_is_the_half_quantile(of_values):
    assert value(of_values(QUANTILES, "|> median()")) == 2.5


def test_an_estimate_of_integers_is_refused(of_values):
    with pytest.raises(FluxError, match="unsupported input type for quantile aggregate: int"):
        of_values([1], "|> median()")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("q: 1.5", "quantile must be between 0 and 1"),
        ('q: 0.5, method: "best"', "unknown method best"),
        ("q: 0.5, compression: -1.0", "compression must not be negative"),
        ('q: 0.5, method: "exact_mean", compression: 10.0', "compression parameter is only valid"),
    ],
)
def test_a_wrong_quantile_is_refused(of_values, arguments, message):
    with pytest.raises(FluxError, match=message):
        of_values(QUANTILES, f"|> quantile({arguments})")


def test_covariance_of_two_columns(rows_of):
    rows = "[{x: 1.0, y: 2.0}, {x: 2.0, y: 4.0}, {x: 3.0, y: 6.0}]"
    script = f'import "array"\narray.from(rows: {rows}) |> covariance(columns: ["x", "y"]'
    assert rows_of(script + ")") == [{"_value": 2.0}]
    assert rows_of(script + ", pearsonr: true)")[0]["_value"] == pytest.approx(1.0)


def test_pearsonr_joins_two_streams(rows_of):
    rows = "array.from(rows: [{t: 1, _value: 1.0}, {t: 2, _value: 2.0}, {t: 3, _value: 4.0}])"
    (row,) = rows_of(f'import "array"\npearsonr(x: {rows}, y: {rows}, on: ["t"])')
    assert row["_value"] == pytest.approx(1.0)


def test_an_integral_is_the_area_for_a_unit(of_values):
    assert value(of_values(["1.0", "2.0", "4.0"], "|> integral(unit: 10s)")) == 4.5


def test_an_integral_is_continued_to_the_range(of_cpu):
    found = of_cpu('|> integral(unit: 1m, interpolate: "linear")', ranged=True)
    assert [rows[0]["_value"] for _, rows in found] == [pytest.approx(x) for x in (14.236111, 6.0)]


def test_an_integral_cannot_be_continued_without_a_range(of_values):
    with pytest.raises(FluxError, match="needs _start column to be part of group key"):
        of_values(["1.0"], '|> integral(interpolate: "linear")')


@pytest.mark.parametrize(
    ("pipe", "expected"), [("sum()", 0.9999999999999999), ("mean()", 0.09999999999999999)]
)
def test_each_addition_of_a_sum_is_rounded(of_values, pipe, expected):
    assert value(of_values(["0.1"] * 10, f"|> {pipe}")) == expected


def test_a_histogram_counts_values_up_to_each_bound(of_values):
    rows = of_values(["1.0", "2.0", "9.0"], "|> histogram(bins: [2.0, 1.0, 9.0])")
    assert [(row["le"], row["_value"]) for row in rows] == [(1.0, 1.0), (2.0, 2.0), (9.0, 3.0)]


@pytest.mark.parametrize(
    ("values", "pipe", "text"),
    [
        (["9.0"], "histogram(bins: [1.0, 3.0])", "than any bin, 2 2 9.000000 3.000000"),
        (["1"], "histogram(bins: [3.0])", 'column "_value" must be a float got int'),
        (["1.0"], 'histogram(bins: [3.0], column: "x")', 'column "x" is missing'),
        (["1"], "histogramQuantile(quantile: 0.5)", 'count column "_value" must be of type float'),
        (["1.0"], "histogramQuantile(quantile: 0.5)", 'table is missing upper bound column "le"'),
    ],
)
def test_histograms_tell_what_they_miss(of_values, values, pipe, text):
    with pytest.raises(FluxError, match=text):
        of_values(values, f"|> {pipe}")


def test_a_quantile_of_a_histogram(of_values):
    pipe = "|> histogram(bins: [1.0, 2.0, 3.0]) |> histogramQuantile(quantile: 0.5)"
    assert value(of_values(["0.5", "1.5", "2.5"], pipe)) == 1.5


FORECASTS = """
import "array"
import "internal/debug"
null = debug.null(type: "float")
array.from(rows: [
    {t: debug.null(type: "time"), v: 9.0},
    {t: 1970-01-01T00:00:00Z, v: null},
    {t: 1970-01-01T00:00:10Z, v: 1.0},
    {t: 1970-01-01T00:00:14Z, v: 7.0},
    {t: 1970-01-01T00:00:15Z, v: 2.0},
    {t: 1970-01-01T00:00:40Z, v: 4.0},
    {t: 1970-01-01T00:00:51Z, v: null},
    {t: 1970-01-01T00:00:52Z, v: 5.0},
]) |> holtWinters(n: 1, interval: 10s, column: "v", timeColumn: "t")
"""


def test_a_forecast_is_called_value_and_follows_the_row_of_the_last_interval(rows_of):
    (row,) = rows_of(FORECASTS)
    assert list(row) == ["_time", "_value"]
    assert row["_time"] == 61 * 10**9


def test_a_fit_begins_with_the_first_value(rows_of):
    rows = rows_of(FORECASTS.replace("n: 1", "n: 1, withFit: true"))
    assert [row["_time"] // 10**9 for row in rows] == [10, 20, 30, 40, 50, 60]
    assert rows[0]["_value"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('n: 1, column: "x"', "cannot find column x"),
        ('n: 1, timeColumn: "x"', "cannot find time column x"),
        ('n: 1, column: "_time"', "holtWinters can work only on numerical types, got time"),
        ("n: 1, withMinSSE: true", "withMinSSE is not implemented"),
    ],
)
def test_impossible_forecasts_are_refused(of_values, arguments, message):
    with pytest.raises(FluxError, match=message):
        of_values([1, 2], f"|> holtWinters(interval: 10s, {arguments})")


@pytest.mark.parametrize("arguments", ["n: 0", "n: 2, seasonality: 5"])
def test_a_forecast_of_too_few_values_is_empty(of_values, arguments):
    assert of_values([1, 2, 3, 4], f"|> holtWinters(interval: 10s, {arguments})") == []


def test_forecasts_follow_the_last_row(of_values):
    rows = of_values(
        ["1.0", "2.0", "3.0", "4.0"], "|> holtWinters(n: 2, interval: 10s) |> map(fn: (r) => r)"
    )
    assert [int(row["_time"]) for row in rows] == [40 * 10**9, 50 * 10**9]
    assert [row["_value"] for row in rows] == [pytest.approx(5, abs=0.5), pytest.approx(6, abs=1)]
