from __future__ import annotations

from typing import Any

import pytest

from influx_testing import FakeInfluxDB, TravelClock


@pytest.fixture
def fake() -> FakeInfluxDB:
    made = FakeInfluxDB()
    made.load(b"cpu,host=a,dc=x v=1,n=1i 0\ncpu,host=b v=2 1\nmem,host=a used=1 2\n", "db")
    return made


def values(fake: FakeInfluxDB, text: str) -> list[Any]:
    (result,) = fake.query(text, "db")
    assert not result.error, result.error
    return [row for series in result.series for row in series.values]


def error(fake: FakeInfluxDB, text: str) -> str:
    (result,) = fake.query(text, "db")
    return result.error


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SHOW DATABASES", [["db"]]),
        ("SHOW MEASUREMENTS", [["cpu"], ["mem"]]),
        ("SHOW MEASUREMENTS WHERE dc = 'x'", [["cpu"]]),
        ("SHOW SERIES", [["cpu,dc=x,host=a"], ["cpu,host=b"], ["mem,host=a"]]),
        ("SHOW SERIES FROM cpu WHERE host = 'b'", [["cpu,host=b"]]),
        ("SHOW TAG KEYS FROM cpu", [["dc"], ["host"]]),
        ("SHOW TAG VALUES FROM cpu WITH KEY = host", [["host", "a"], ["host", "b"]]),
        ("SHOW FIELD KEYS FROM cpu", [["n", "integer"], ["v", "float"]]),
        ("SHOW SERIES CARDINALITY", [[3]]),
        ("SHOW SERIES EXACT CARDINALITY FROM cpu", [[2]]),
        ("SHOW TAG VALUES CARDINALITY WITH KEY = host", [[2], [1]]),
        ("SHOW RETENTION POLICIES", [["autogen", "0s", "168h0m0s", 1, True]]),
        ("SHOW CONTINUOUS QUERIES", []),
        ("SHOW SUBSCRIPTIONS", []),
        ("SHOW USERS", []),
        ("SHOW GRANTS FOR nobody", None),
        ("SHOW MEASUREMENTS ON nosuch", []),
    ],
)
def test_show_statements_list(fake: FakeInfluxDB, text: str, expected: list[Any] | None) -> None:
    if expected is None:
        assert error(fake, text) == "user not found"
    else:
        assert values(fake, text) == expected


def test_deleting_takes_a_span_of_time(fake: FakeInfluxDB) -> None:
    fake.query("DELETE FROM cpu WHERE time < 1", "db")
    assert values(fake, "SHOW SERIES FROM cpu") == [["cpu,host=b"]]


def test_dropped_series_are_gone(fake: FakeInfluxDB) -> None:
    fake.query("DROP SERIES FROM cpu WHERE host = 'a'", "db")
    assert values(fake, "SELECT v FROM cpu") == [[1, 2.0]]


def test_a_dropped_measurement_is_gone(fake: FakeInfluxDB) -> None:
    fake.query("DROP MEASUREMENT cpu", "db")
    assert values(fake, "SHOW MEASUREMENTS") == [["mem"]]


def test_fields_cannot_choose_what_is_deleted(fake: FakeInfluxDB) -> None:
    assert "fields not supported in WHERE clause" in error(fake, "DELETE FROM cpu WHERE v > 1")


def test_a_dropped_shard_takes_its_points_along(fake: FakeInfluxDB) -> None:
    fake.load(b"cpu,host=a v=5 1000000000000000\n", "db")
    first = values(fake, "SHOW SHARDS")[0][0]
    fake.query(f"DROP SHARD {first}", "db")
    assert values(fake, "SELECT v FROM cpu") == [[10**15, 5.0]]


def test_a_tag_value_of_a_dropped_shard_stays_until_a_measurement_that_exists_is_deleted(
    fake: FakeInfluxDB,
) -> None:
    fake.load(b"m,h=a v=1 1\nm,h=b v=1 1000000000000000\nm,h=c v=1 1\n", "new")
    (shards,) = fake.query("SHOW SHARDS", "new")
    first = next(row for each in shards.series if each.name == "new" for row in each.values)[0]
    fake.query(f"DROP SHARD {first}; DROP MEASUREMENT nosuch", "new")
    asked = "SHOW TAG VALUES FROM m WITH KEY = h"
    assert [value for _, value in fake.query(asked, "new")[0].series[0].values] == ["a", "b", "c"]
    fake.query("DELETE FROM m WHERE h = 'x'", "new")
    assert [value for _, value in fake.query(asked, "new")[0].series[0].values] == ["b"]


def test_into_writes_points_and_counts_them(fake: FakeInfluxDB) -> None:
    assert values(fake, "SELECT v INTO copy FROM cpu GROUP BY *") == [[0, 2]]
    assert values(fake, "SHOW SERIES FROM copy") == [["copy,dc=x,host=a"], ["copy,host=b"]]


def test_into_its_own_measurement_writes_what_was_there_before(fake: FakeInfluxDB) -> None:
    fake.load(b"\n".join(b"big f=%d %d" % (number, number) for number in range(10_001)), "db")
    query = "SELECT f, f AS g INTO big FROM big WHERE time >= 0; SELECT count(g) FROM big"
    written, counted = fake.query(query, "db")
    assert written.series[0].values == [[0, 10_001]]
    assert counted.series[0].values == [[0, 10_001]]


def test_privileges_go_with_their_database(fake: FakeInfluxDB) -> None:
    fake.query("CREATE USER u WITH PASSWORD 'u'; GRANT READ ON db TO u; DROP DATABASE db")
    (shown,) = fake.query("CREATE DATABASE db; SHOW GRANTS FOR u")[1:]
    assert shown.series[0].values == []


def test_a_continuous_query_without_buckets_keeps_no_other_from_running() -> None:
    clock = TravelClock(1_577_836_800_000_000_000)
    fake = FakeInfluxDB(clock=clock)
    fake.load(b"m f=1 1577836799000000000", "db")
    for name, select in (("a", "f INTO out_a FROM m"), ("b", "mean(f) INTO out_b FROM m ")):
        group = "GROUP BY time(1m) " if name == "b" else " "
        fake.query(f"CREATE CONTINUOUS QUERY {name} ON db BEGIN SELECT {select}{group}END")
    assert fake.run_continuous_queries() == 1
    (shown,) = fake.query("SHOW MEASUREMENTS", "db")
    assert shown.series[0].values == [["m"], ["out_b"]]


def test_explain_tells_what_would_be_read(fake: FakeInfluxDB) -> None:
    lines = [line for (line,) in values(fake, "EXPLAIN SELECT mean(v) FROM cpu")]
    assert lines[:4] == [
        "EXPRESSION: mean(v::float)",
        "NUMBER OF SHARDS: 1",
        "NUMBER OF SERIES: 2",
        "CACHED VALUES: 2",
    ]


def test_after_a_failure_the_rest_is_not_executed(fake: FakeInfluxDB) -> None:
    results = fake.query("SHOW MEASUREMENTS; SELECT v FROM x..y; DROP DATABASE db", "db")
    assert [result.error for result in results] == ["", "not executed"]
    assert values(fake, "SHOW DATABASES") == [["db"]]


def test_policies_expire_on_the_clock_of_the_test() -> None:
    clock = TravelClock(0)
    fake = FakeInfluxDB(clock=clock)
    fake.query("CREATE DATABASE d WITH DURATION 1h NAME short")
    fake.load(b"m v=1 0\n", "d")
    clock.advance(3 * 3600)
    (result,) = fake.query("SELECT v FROM m", "d")
    assert result.series == []


def test_continuous_queries_run_once_an_interval() -> None:
    fake = FakeInfluxDB()
    fake.load(b"m v=1 1000000000\nm v=2 9000000000\nm v=5 11000000000\n", "db")
    select = "SELECT sum(v) INTO s FROM m GROUP BY time(10s)"
    fake.query(f"CREATE CONTINUOUS QUERY q ON db BEGIN {select} END", "db")
    assert [fake.run_continuous_queries(second * 10**9) for second in (12, 15, 21)] == [1, 0, 1]
    assert values(fake, "SELECT sum FROM s") == [[0, 3.0], [10 * 10**9, 5.0]]


def test_what_is_dumped_can_be_loaded(fake: FakeInfluxDB) -> None:
    other = FakeInfluxDB()
    other.load(fake.dump())
    assert other.dump() == fake.dump()
    assert values(other, "SELECT * FROM cpu") == values(fake, "SELECT * FROM cpu")
