"""Unsigned integers in 1.x: they come from casts and constants, and INTO stores them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Tell = Callable[[list[str], list[str]], tuple[list[Any], list[Any]]]

LINES = [
    "cpu,host=a f=1,n=1i 1577836800",
    "cpu,host=b f=2,n=2i 1577836810",
    "cpu,host=c f=3.5,n=-7i 1577836820",
]
BUCKETS = "WHERE time >= 1577836800000000000 AND time < 1577836850000000000 GROUP BY time(10s)"
LARGEST = 2**64 - 1
_AVERAGES = ("exponential_moving_average", "kaufmans_adaptive_moving_average")


def compare(told: Tell, *statements: str) -> None:
    real, fake = told(LINES, list(statements))
    for statement, expected, found in zip(statements, real[1:], fake[1:], strict=True):
        assert found == expected, statement


def test_numbers_become_floats_before_a_division(told: Tell) -> None:
    lines = ["m n=1000i,f=0.1 1577836800", "m n=5i,f=0.7 1578700801", "m n=7i,f=0.3 1609459203"]
    within = "FROM m WHERE time >= 1577836800s AND time < 1609459204s"
    asked = [
        *(
            f"SELECT mode(n::{cast}) {within} GROUP BY time(1d) fill(linear)"
            for cast in ("unsigned", "integer")
        ),
        *(
            f"SELECT {call} {within}"
            for unit in ("1s", "7s", "3u", "3ns", "11d")
            for call in (f"derivative(f, {unit})", f"derivative(n, {unit})", f"integral(f, {unit})")
        ),
    ]
    real, fake = told(lines, asked)
    for statement, expected, found in zip(asked, real[1:], fake[1:], strict=True):
        assert found == expected, statement


def test_arithmetic(told: Tell) -> None:
    name, others = "n::unsigned", ["1", "5", "0", "1.5", "n", "f", "f::unsigned", str(LARGEST)]
    operations = [f"{name} {op} {other}" for op in "+-*/%&|^" for other in others]
    operations += [f"{other} {op} {name}" for op in "+-/%" for other in others]
    operations += [f"-{name}", f"({name} - 5) / 2", f"({name} + n) * 2", f"n * {LARGEST}"]
    operations += [f"f + {LARGEST}", f"abs({name} - 5), pow({name}, 2), floor({name})"]
    operations += [f"ceil({name}) - 5, round({name}) - 5, abs({name} - 5) - 5"]
    operations += [f"max({name}) - min({name})", f"sum({name}) - 5", f"sum({name}) / count(n)"]
    compare(told, *(f"SELECT {each} FROM cpu" for each in operations))


def test_functions(told: Tell) -> None:
    calls = [
        f"{name}(n::unsigned)"
        for name in (
            *("mean", "sum", "median", "mode", "spread", "stddev", "integral", "count", "distinct"),
            *("first", "last", "min", "max", "cumulative_sum", "difference", "derivative"),
            *("non_negative_difference", "non_negative_derivative", "elapsed"),
        )
    ]
    calls += [f"{name}(n::unsigned, 2)" for name in ("top", "bottom", "moving_average")]
    orders = ("", " ORDER BY time DESC")  # in the second, values fall
    compare(told, *(f"SELECT {call} FROM cpu{order}" for call in calls for order in orders))


@pytest.mark.parametrize("type_", ["integer", "unsigned"])
def test_sums_beyond_64_bits(told: Tell, type_: str) -> None:
    large = f"(SELECT n::{type_} * {2**62} AS x FROM cpu)"
    calls = ["moving_average(x, 2)", "cumulative_sum(x)", "difference(x)", "sum(x)", "mean(x)"]
    calls += [f"{name}(x)" for name in ("median", "spread", "stddev", "mode", "integral")]
    calls += ["percentile(x, 50)", "derivative(x, 1s)", "exponential_moving_average(x, 2)"]
    calls += ["kaufmans_adaptive_moving_average(x, 2)", "kaufmans_efficiency_ratio(x, 2)"]
    even = "WHERE time < 1577836820000000000"
    compare(told, *(f"SELECT {call} FROM {large} {few}" for call in calls for few in ("", even)))


@pytest.mark.parametrize("values", [(-7, 1, 3, 9), (2**62, 2**62 + 1, -(2**63), 2**63 - 1)])
def test_means_of_several_series(told: Tell, values: tuple[int, ...]) -> None:
    lines = [
        f"cpu,h={'abc'[index % 3]} n={values[(index * index) % 4]}i {index + week * 86_400 * 7}"
        for week in (0, 3)
        for index in range(11)
    ]
    sources = ["cpu", "(SELECT n FROM cpu)", "(SELECT n::unsigned AS n FROM cpu)"]
    asked = [
        f"SELECT {call} FROM {source} {group}"
        for call in ("mean(n)", "mean(n::unsigned), sum(n::unsigned)", "mean(n), mean(n::float)")
        for source in sources
        for group in ("", "GROUP BY h", "WHERE time >= 0 AND time < 12s GROUP BY time(4s)")
    ]
    real, fake = told(lines, asked)
    for statement, expected, found in zip(asked, real[1:], fake[1:], strict=True):
        assert found == expected, statement


@pytest.mark.parametrize("type_", ["integer", "unsigned", "float"])
@pytest.mark.parametrize("values", [(-2, -7), (-7, -2), (-7, 5), (5, -7), (2**63 - 1, -(2**63))])
def test_values_between(told: Tell, type_: str, values: tuple[int, int]) -> None:
    first, last = values
    told_lines = [f"cpu n={first}i 1577836800", f"cpu n={last}i 1577836830"]
    calls = [f"{name}(n::{type_})" for name in ("sum", "max", "mean")]
    calls += [f"{name}(sum(n::{type_}), 2)" for name in ("moving_average", *_AVERAGES)]
    asked = [f"SELECT {call} FROM cpu {BUCKETS} fill(linear)" for call in calls]
    real, fake = told(told_lines, asked)
    for statement, expected, found in zip(asked, real[1:], fake[1:], strict=True):
        assert found == expected, statement


@pytest.mark.parametrize("fill", ["", "fill(0)", "fill(-1)", "fill(previous)", "fill(linear)"])
def test_buckets(told: Tell, fill: str) -> None:
    calls = ["max(n::unsigned)", "difference(max(n::unsigned))", "cumulative_sum(max(n::unsigned))"]
    calls += ["moving_average(max(n::unsigned), 2)"]
    calls += [f"holt_winters({name}(n::unsigned), 1, 0)" for name in ("max", "count", "mean")]
    compare(told, *(f"SELECT {call} FROM cpu {BUCKETS} {fill}" for call in calls))


def test_conditions(told: Tell) -> None:
    conditions = [
        *("n::unsigned > 5", "n::unsigned = -7", "n::unsigned + 1 > 2", "n::unsigned - 5 > 2"),
        *(f"n {op} 18446744073709551609" for op in ("=", "!=", "<", ">", "<=", ">=")),
        *("f < 18446744073709551608", "n > 18446744073709551615 - 18446744073709551614"),
        *(f"{LARGEST} {rest}" for rest in ("+ 1 = 0", "- 1 > 5", "> 5", "= -1", "/ 0 = 0")),
        *(f"{LARGEST} {rest}" for rest in ("* 2 = 18446744073709551614", "% 10 = 5", "& 15 = 15")),
        *(f"{LARGEST} + 1.5 > 5", f"1.5 + {LARGEST} > 5", f"5 - {LARGEST} = 6"),
        *(f"time < {LARGEST}", f"time < now() + {LARGEST}"),
    ]
    compare(told, *(f"SELECT n FROM cpu WHERE {condition}" for condition in conditions))


def test_subqueries(told: Tell) -> None:
    source = "(SELECT n::unsigned AS v FROM cpu)"
    fields = ["v", "v + 1", "mean(v), sum(v)", "difference(v)", "v::integer", "v::float", "v - 5"]
    compare(told, *(f"SELECT {field} FROM {source}" for field in fields))


def test_stored_by_into(told: Tell) -> None:
    compare(
        told,
        "SELECT n::unsigned INTO u FROM cpu",
        "SELECT n::unsigned - 100 AS d INTO u FROM cpu",
        "SELECT max(n::unsigned) AS n INTO u FROM cpu",
        "SELECT n INTO u FROM cpu",
        "SELECT sin(n::unsigned), abs(n::unsigned - 5) AS a INTO m FROM cpu",
        "SHOW FIELD KEYS",
        "SELECT * FROM u",
        "SELECT n + 1, n - 5, n * n, -n, n & 1, n % 4 FROM u",
        "SELECT n FROM u WHERE n - 5 > 5 OR n = -7",
        "SELECT mean(*), sum(*), max(*), count(*) FROM u",
        "SELECT n::integer, n::float, n::unsigned FROM u",
        "SELECT n::integer + n FROM u",
        "SELECT n FROM u, cpu",
        "SELECT n + 1 FROM u, cpu",
        "SELECT sum(n) FROM u, cpu",
        "EXPLAIN SELECT mean(n) FROM u",
        "SELECT n INTO v FROM u",
        "SHOW FIELD KEYS FROM v",
        "SELECT n FROM v ORDER BY time DESC",
    )
