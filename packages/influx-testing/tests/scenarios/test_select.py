"""SELECT as a whole; the single steps have tests of their own."""

from __future__ import annotations

from typing import Any

import pytest

from influx_testing import FakeInfluxDB

DATA = b"""\
cpu,host=a v=1,n=1i,s="x" 0
cpu,host=b v=2,n=2i 1000000000
cpu,host=a v=3,n=3i,s="y" 2000000000
cpu,host=b v=4,n=4i 3000000000
mem,host=a used=10 0
"""


@pytest.fixture
def fake() -> FakeInfluxDB:
    made = FakeInfluxDB(clock=lambda: 10 * 10**9)
    made.load(DATA, "db")
    return made


def rows(fake: FakeInfluxDB, text: str) -> list[list[Any]]:
    """The rows of a query, all series one after another, times in seconds."""
    (result,) = fake.query(text, "db")
    assert not result.error, result.error
    return [[row[0] // 10**9, *row[1:]] for series in result.series for row in series.values]


def error(fake: FakeInfluxDB, text: str) -> str:
    (result,) = fake.query(text, "db")
    return result.error


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT v FROM cpu", [[0, 1.0], [1, 2.0], [2, 3.0], [3, 4.0]]),
        ("SELECT v FROM cpu ORDER BY time DESC LIMIT 1", [[3, 4.0]]),
        ("SELECT * FROM mem", [[0, "a", 10.0]]),
        ("SELECT v FROM cpu WHERE host = 'b' AND n > 2", [[3, 4.0]]),
        ("SELECT n / 2 AS half FROM cpu LIMIT 1", [[0, 0.5]]),
        ("SELECT s FROM cpu", [[0, "x"], [2, "y"]]),
        ("SELECT host FROM cpu", []),
        ("SELECT nosuch FROM cpu", []),
        ("SELECT mean(v) FROM cpu", [[0, 2.5]]),
        ("SELECT max(v), host FROM cpu", [[3, 4.0, "b"]]),
        ("SELECT sum(n) FROM cpu GROUP BY host", [[0, 4], [0, 6]]),
        ("SELECT count(v) FROM cpu WHERE time < 4s GROUP BY time(2s)", [[0, 2], [2, 2]]),
        ("SELECT difference(v) FROM cpu WHERE host = 'a'", [[2, 2.0]]),
        ("SELECT top(v, host, 2) FROM cpu", [[2, 3.0, "a"], [3, 4.0, "b"]]),
        ("SELECT mean(m) FROM (SELECT max(v) AS m FROM cpu GROUP BY host)", [[0, 3.5]]),
        ("SELECT v FROM cpu SLIMIT 1 SOFFSET 1", []),
    ],
)
def test_queries_give_rows(fake: FakeInfluxDB, text: str, expected: list[list[Any]]) -> None:
    assert rows(fake, text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT v FROM nosuch..cpu", "database not found: nosuch"),
        ("SELECT v FROM nosuch.cpu", "retention policy not found: nosuch"),
        (
            "SELECT mean(s) FROM cpu",
            "unsupported mean iterator type: *query.stringInterruptIterator",
        ),
        (
            "SELECT v + s FROM cpu",
            "type error: v::float + s::string: incompatible types: float and string",
        ),
        (
            "SELECT mean(v), n FROM cpu",
            "mixing aggregate and non-aggregate queries is not supported",
        ),
        (
            "SELECT v FROM cpu GROUP BY time(1s)",
            "GROUP BY requires at least one aggregate function",
        ),
        ("SELECT time FROM cpu", "at least 1 non-time field must be queried"),
    ],
)
def test_refused_queries_say_why(fake: FakeInfluxDB, text: str, message: str) -> None:
    assert error(fake, text) == message


def test_a_field_can_have_different_types_in_different_shards(fake: FakeInfluxDB) -> None:
    fake.load(b"m v=1.5 0\n", "db")
    fake.load(b"m v=2i 1000000000000000\n", "db")
    assert rows(fake, "SELECT v FROM m") == [[0, 1.5], [10**6, 2.0]]
    assert rows(fake, "SELECT v::integer FROM m") == [[0, 1], [10**6, 2]]


@pytest.mark.parametrize("source", ["w WHERE {}", "(SELECT * FROM w) WHERE {}"])
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("v > 0 AND v::integer < 1", []),
        ("v::integer < 1 AND v > 0", []),
        ("v::float > 0.1 AND v < 1", [[0, 0.125]]),
        ("n::float / 4 > 0.3 OR n::integer > 5", [[1, 3.5]]),
        ("v > 0 AND v::integer < 1 OR v::float = 3.5", []),
    ],
)
def test_one_cast_in_a_condition_counts_for_all(
    fake: FakeInfluxDB, source: str, condition: str, expected: list[list[Any]]
) -> None:
    fake.load(b"w v=0.125,n=2i 0\nw v=3.5,n=6i 1000000000\n", "db")
    assert rows(fake, f"SELECT v FROM {source.format(condition)}") == expected


def test_fill_previous_does_not_reach_over_to_the_next_group(fake: FakeInfluxDB) -> None:
    where = "time >= 0 AND time < 4s"
    text = f"SELECT last(v) FROM cpu WHERE {where} GROUP BY time(1s), host fill(previous)"
    assert rows(fake, text)[4:] == [[0, None], [1, 2.0], [2, 2.0], [3, 4.0]]


def test_a_point_does_not_bring_buckets_back_to_the_grid_after_a_change_of_clocks() -> None:
    made = FakeInfluxDB()
    made.load(b"days f=0 1604098000000000000", "db")
    found = rows(
        made,
        "SELECT non_negative_derivative(min(f)) FROM days WHERE time >= 1603500000s "
        "AND time < 1604106000s GROUP BY time(40m) fill(previous) tz('Europe/London')",
    )
    assert found == [[1604101200, 0.0], [1604103600, 0.0]]


def test_an_absurd_number_of_buckets_is_refused_at_once(fake: FakeInfluxDB) -> None:
    text = "SELECT mean(v) FROM cpu WHERE time >= 0 AND time < 365d GROUP BY time(1ns)"
    assert error(fake, text).startswith("max-select-buckets limit exceeded: (31536000000000000/")


def test_too_many_points_are_refused() -> None:
    fake = FakeInfluxDB(config={"coordinator.max-select-point": 3})
    fake.load(DATA, "db")
    assert error(fake, "SELECT v FROM cpu").startswith("max-select-point limit exceeed")
