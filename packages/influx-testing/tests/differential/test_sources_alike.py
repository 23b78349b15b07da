"""Several sources after FROM, some of them without values of a name, on both servers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Tell = Callable[[list[str], list[str]], tuple[list[Any], list[Any]]]

LINES = [
    "cpu,host=a f=1 1",
    "mem,host=b n=2 1",
    'disk,host=c s="x",b=t,n=3i 1',
    'zed,host=d s="y" 1',
]
LINES += ["flag,host=d s=t,n=4 1", "num,host=x s=1 1"]
WITHOUT = ["mem", "nosuch", "/m/", "/nosuch/", "(SELECT f FROM cpu)"]
FAILING = [
    "disk",
    "(SELECT s FROM disk)",
    "(SELECT sum(s) AS s FROM disk)",
    "(SELECT s FROM disk WHERE 5)",
]
SOURCES = [f"{one}, {other}" for one in WITHOUT for other in FAILING]
SOURCES += [f"{other}, {one}" for one in WITHOUT for other in FAILING]
SOURCES += [
    "/d|m/",
    "/d|z/",
    "/d|z/, mem",
    "/.*/",
    "flag, disk",
    "disk, flag",
    "mem, flag",
    "num, disk",
]
SOURCES += [
    "mem, (SELECT s FROM (SELECT sum(s) AS s FROM disk))",
    "mem, (SELECT mean(b) FROM disk)",
]
SOURCES += ["(SELECT f FROM cpu), mem, (SELECT sum(s) AS s FROM disk)", "/c|d/, mem, disk"]


@pytest.mark.parametrize("condition", ["", " WHERE host = 'c'", " WHERE time < 0"])
@pytest.mark.parametrize(
    "select",
    [
        *("sum(s)", "mean(b)", "top(s, host, 1)", "bottom(b, host, 1)", "difference(max(s))"),
        *("median(s)", "spread(s)", "count(distinct(s))", "max(n), sum(s)"),
        *("s", "n", "*"),
    ],
)
def test_a_type_that_a_function_refuses_in_one_of_several_sources(
    told: Tell, select: str, condition: str
) -> None:
    texts = [f"SELECT {select} FROM {source}{condition}" for source in SOURCES]
    real, fake = told(LINES, texts)
    for text, expected, found in zip(texts, real[1:], fake[1:], strict=True):
        assert found == expected, text


@pytest.mark.parametrize("call", ["first", "last", "max", "min", "sum", "count", "mean", "mode"])
def test_values_beside_a_subquery_without_the_name(told: Tell, call: str) -> None:
    texts = [
        f"SELECT {call}({name}) FROM {source}{group}"
        for name in "snb"
        for source in SOURCES
        for group in ("", " GROUP BY host", " WHERE time >= 0 AND time < 4s GROUP BY time(1s)")
    ]
    real, fake = told(LINES, texts)
    for text, expected, found in zip(texts, real[1:], fake[1:], strict=True):
        assert found == expected, text


@pytest.mark.parametrize("order", ["", " ORDER BY time DESC"])
@pytest.mark.parametrize("group", ["", " GROUP BY host"])
def test_the_order_of_points_at_one_time(told: Tell, group: str, order: str) -> None:
    sources = ["cpu, cpu", "cpu, (SELECT f AS n FROM cpu)", "(SELECT n FROM cpu), cpu, cpu"]
    sources += ["/c|d/, cpu, (SELECT s FROM cpu)", "(SELECT n FROM cpu), (SELECT f FROM cpu)"]
    selects = ["n", "f", "*", "difference(n)", "cumulative_sum(f)", "moving_average(n, 2)"]
    selects += ["first(n)", "mode(f)", "top(n, 3)", "elapsed(n)", "percentile(f, 50)"]
    lines = [f"cpu,host={'ab'[n % 2]} f={n % 3},n={n % 4}i {n // 2}" for n in range(20)]
    lines += [f"disk,host=a n={n}i {n}" for n in range(4)]
    texts = [
        f"SELECT {select} FROM {source}{group}{order}{limit}"
        for select in selects
        for source in sources
        for limit in ("", " LIMIT 3")
    ]
    real, fake = told(lines, texts)
    for text, expected, found in zip(texts, real[1:], fake[1:], strict=True):
        assert found == expected, text


@pytest.mark.parametrize("call", ["max(n)", "min(f)", "top(n, host, 2)", "first(n)", "sum(n)"])
def test_rows_of_a_subquery_without_the_value(told: Tell, call: str) -> None:
    lines = [
        f"cpu,host={'ab'[n % 2]} {'f' if n % 3 else 'n'}={n % 3},g={n} {n * 4}" for n in range(20)
    ]
    beside = "" if call == "sum(n)" else ", host"
    texts = [
        f"SELECT {call}{beside} FROM {source} WHERE time >= 0s AND time < 80s{group}"
        for source in ("(SELECT f, n, g FROM cpu), cpu", "cpu, (SELECT f, n, g FROM cpu)")
        for group in ("", " GROUP BY host", " GROUP BY time(8s)", " GROUP BY time(8s), host")
    ]
    real, fake = told(lines, texts)
    for text, expected, found in zip(texts, real[1:], fake[1:], strict=True):
        assert found == expected, text


@pytest.mark.parametrize("order", ["", " ORDER BY time DESC"])
@pytest.mark.parametrize("call", ["spread(v)", "median(v)", "max(v)", "difference(v)", "count(v)"])
def test_a_bucket_of_a_subquery_that_begins_before_the_query(
    told: Tell, call: str, order: str
) -> None:
    lines = [f"cpu,host={'ab'[n % 2]} n={n * n % 7} {n * 4}" for n in range(20)]
    bucketed = (
        "(SELECT count(n) AS v FROM cpu WHERE time >= 8s AND time < 61s GROUP BY time(10s){})"
    )
    buckets = [bucketed.format(fill) for fill in ("", " fill(0)", ", host")]
    sources = [f"{bucket}, (SELECT n AS v FROM cpu)" for bucket in buckets]
    sources += [f"(SELECT n AS v FROM cpu), {bucket}" for bucket in buckets]
    texts = [
        f"SELECT {call} FROM {source} WHERE time >= {start}s AND time < {end}s{group}{order}"
        for source in sources
        for start, end in ((5, 65), (12, 55), (13, 58))
        for group in ("", " GROUP BY host", " GROUP BY time(15s)", " GROUP BY time(15s), host")
        if not (call == "difference(v)" and "time(" in group)
    ]
    real, fake = told(lines, texts)
    for text, expected, found in zip(texts, real[1:], fake[1:], strict=True):
        assert found == expected, text
