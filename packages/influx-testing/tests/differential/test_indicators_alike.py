"""The functions of technical analysis, on both servers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from influx_query.functions import FUNCTIONS, Kind

pytestmark = pytest.mark.slow

Tell = Callable[[list[str], list[str]], tuple[list[Any], list[Any]]]

VALUES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
FLAT = [0, 0, 0, 1, 1, 0, 0, 0, 2, 2, 0, 0]
LINES = [
    f'cpu,h={"ab"[n % 2]} f={value},n={value * 7 % 11 - 3}i,z={flat},s="x",b=t {n}'
    for n, (value, flat) in enumerate(zip(VALUES, FLAT, strict=True))
]
NAMES = [each.name for each in FUNCTIONS.values() if each.kind is Kind.ANALYSIS]

ARGUMENTS = """
f, 3|f, 3, 0|f, 3, 1|f, 3, 0, 'simple'|f, 3, 1, 'simple'|f, 3, -1, 'exponential'|f, 3, -1, 'none'
f, 3, -1, 'x'|f, 3, -1, 5|f, 3, -2|f, 3, 1.5|f, 0|f, 1|f, 2|f, 50|f, 2.5|f, 'a'|f
f, 3, 1, 'simple', 1|n, 3|n::unsigned, 3|z, 2, 1|z, 2|s, 3|b, 3|h, 3|nosuch, 3|*, 3|/f|n/, 3
mean(f), 3|top(f, 3), 2|f + 1, 2|derivative(f), 2
"""
BUCKETS = "WHERE time >= 4s AND time < 20s GROUP BY time(2s)"
STATEMENTS = f"""
SELECT NAME(f, 3) FROM cpu GROUP BY h
SELECT NAME(f, 3) FROM cpu ORDER BY time DESC
SELECT NAME(f, 2) FROM cpu LIMIT 2 OFFSET 1
SELECT NAME(f, 3), n FROM cpu
SELECT NAME(f, 3), mean(f) FROM cpu
SELECT NAME(f, 3) + 1 FROM cpu
SELECT NAME(f, 3) AS a, NAME(n, 3) FROM cpu
SELECT NAME(mean(f), 3) FROM cpu {BUCKETS}
SELECT NAME(mean(f), 2, 1) FROM cpu {BUCKETS} fill(0)
SELECT NAME(max(n), 2, 1) FROM cpu {BUCKETS}, h fill(none)
SELECT NAME(max(n), 2, 1) FROM cpu WHERE time < 20s GROUP BY time(2s) ORDER BY time DESC
SELECT NAME(max(s), 2, 1) FROM cpu {BUCKETS}
SELECT NAME(f, 3) FROM cpu {BUCKETS}
SELECT NAME(f, 2) FROM (SELECT f FROM cpu)
SELECT NAME(m, 2) FROM (SELECT mean(f) AS m FROM cpu GROUP BY h)
SELECT mean(e) FROM (SELECT NAME(f, 2) AS e FROM cpu)
SELECT NAME(f, 2) INTO copy FROM cpu
SELECT * FROM copy
EXPLAIN SELECT NAME(f, 2) FROM cpu
SELECT NAME(f, 2) FROM cpu WHERE n > 2
"""


@pytest.mark.parametrize("name", NAMES)
def test_values_and_errors(told: Tell, name: str) -> None:
    asked = ARGUMENTS.replace("/f|n/", "/f_n/").replace("\n", "|").strip("|").split("|")
    texts = [f"SELECT {name}({each.replace('f_n', 'f|n')}) FROM cpu" for each in asked]
    texts += STATEMENTS.strip().replace("NAME", name).splitlines()
    real, fake = told(LINES, texts)
    for text, expected, found in zip(texts, real[1:], fake[1:], strict=True):
        assert found == expected, text


@pytest.mark.parametrize("function", ["derivative", "cumulative_sum", "difference"])
def test_buckets_without_a_first_one(told: Tell, function: str) -> None:
    condition = "WHERE time < 20s GROUP BY time(2s)"
    calls = [f"{function}(max(n))", "max(n)", "count(n)"]
    fills = ["", "fill(0)", "fill(previous)"]
    texts = [
        f"SELECT {call} FROM cpu {condition}, h {fill} ORDER BY time DESC"
        for call in calls
        for fill in fills
    ]
    real, fake = told(LINES, texts)
    assert fake == real


@pytest.mark.parametrize("order", ["", " ORDER BY time DESC"])
@pytest.mark.parametrize("name", NAMES)
def test_values_that_are_no_numbers_or_infinite(told: Tell, name: str, order: str) -> None:
    lines = [f"cpu f={value} {n}" for n, value in enumerate([1, 0, 2, -1, 3, 3, 0, 0, 5, 2, 2, -1])]
    lines += [f"two f={value} {n}" for n, value in enumerate([1, 4, 7, 7, 3, 0, 0, 2, 5, 9])]
    below = [f"(SELECT {call} AS x FROM cpu)" for call in ("sqrt(f)", "ln(f)", "-1 * ln(f)", "f")]
    arguments = ["x, 1", "x, 2", "x, 3", "x, 2, 0"]
    texts = [f"SELECT {name}({args}) FROM {each}{order}" for args in arguments for each in below]
    texts += [  # stddev() of one point is NaN
        f"SELECT {name}(stddev(f), {size}) FROM {source} WHERE time >= 0s AND time < 14s "
        f"GROUP BY time({span}) {fill}{order}"
        for size in (2, 4)
        for source in ("cpu", "two")
        for span in ("1s", "3s", "4s, 1s")
        for fill in ("fill(none)", "fill(0)", "fill(3)", "fill(previous)")
    ]
    real, fake = told(lines, texts)
    for text, expected, found in zip(texts, real[1:], fake[1:], strict=True):
        assert found == expected, text


DAY = 86_400


@pytest.mark.parametrize("order", ["", " ORDER BY time DESC"])
@pytest.mark.parametrize(
    ("days", "interval", "zone"),
    [
        (100, "100d, -270m", ""),
        (90, "90d, 12h", ""),
        (50, "50d, -35d", " tz('America/New_York')"),
        (60, "60d, -210m", " tz('America/Santiago')"),  # three starts within a bucket of 1970
    ],
)
def test_buckets_around_1970(told: Tell, days: int, interval: str, zone: str, order: str) -> None:
    places = [-299, -199, -61, -59, 61, 100, 299]
    lines = [f"cpu f={n * n % 7},n={n * n % 7}i {day * DAY}" for n, day in enumerate(places)]
    calls = ["first(f)", "max(n)", "mean(n)", "sum(n::unsigned)", "difference(mean(n))"]
    calls += ["holt_winters(first(f), 2, 0)", "holt_winters_with_fit(first(f), 2, 0)"]
    texts = [
        f"SELECT {call} FROM cpu WHERE time > {-300 * DAY}s AND time < {5 * days * DAY}s "
        f"GROUP BY time({interval}) fill({fill}){order}{zone}"
        for call in calls
        for fill in ("linear", "none", "previous")
    ]
    real, fake = told(lines, texts)
    for text, expected, found in zip(texts, real[1:], fake[1:], strict=True):
        assert found == expected, text
