"""Functions that want one end of each table of a bucket read no more of it."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.query_budget import QueryBudget

WEEK = 7 * 86_400
NOW = 1_700_000_000
READ = 'from(bucket: "my-bucket") |> range(start: -1y)'
READ_ALL = f"{READ} |> filter(fn: (r) => exists r._value)"
"""The same tables; the storage has to read all rows for the condition."""


@pytest.fixture
def filled(ask):
    """Several weeks with several types, so that tables are made of several shards."""
    lines: list[str] = []
    for n in range(1, 40):
        mixed = f",mixed={n}i" if n < 15 else f",mixed={n}" if n > 25 else ""
        time = NOW - (40 - n) * WEEK // 7
        lines.append(f'cpu,host=h{n % 3} f={n / 4},n={n}i,s="t{n}"{mixed} {time}000000000')
    ask.write("\n".join(lines))
    return ask


@pytest.mark.parametrize(
    "function",
    [
        "first()",
        "last()",
        'first(column: "_time")',
        'last(column: "host")',
        "limit(n: 1)",
        "limit(n: 3, offset: 2)",
        "limit(n: 0)",
        "limit(n: 1000)",
        "limit(n: 2) |> last()",
        'last() |> filter(fn: (r) => r._field == "n")',
    ],
)
def test_the_ends_of_tables_are_those_of_all_rows(filled, function):
    assert filled(f"{READ} |> {function}").lines == filled(f"{READ_ALL} |> {function}").lines


def test_one_stream_gives_both_ends(filled):
    text = 'x = {}\nx |> first() |> yield(name: "a")\nx |> last() |> yield(name: "b")'
    assert filled(text.format(READ)).lines == filled(text.format(READ_ALL)).lines


@pytest.mark.parametrize(
    "query",
    [
        f"{READ} |> first()",
        f"{READ} |> last()",
        f"{READ} |> limit(n: 1)",
        'import "influxdata/influxdb/schema"\nschema.measurements(bucket: "my-bucket", start: -1y)',
        'import "influxdata/influxdb/schema"\nschema.tagKeys(bucket: "my-bucket", start: -1y)',
    ],
)
def test_the_ends_of_tables_cost_the_same_with_more_rows(filled, query, monkeypatch):
    made: list[int] = []
    take = QueryBudget.take
    monkeypatch.setattr(
        QueryBudget, "take", lambda self, count: made.append(count) or take(self, count)
    )
    assert filled(query).status == 200
    before = list(made)
    filled.write("\n".join(f"cpu,host=h{n % 3} n={n}i {NOW - n}000000000" for n in range(1, 90)))
    made.clear()
    assert filled(query).status == 200
    assert made == before
