"""Arithmetic and constants in the conditions of statements about the schema, on both servers.

Each server has the points that conftest.py gives it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Compare = Callable[[Callable[[Any], Any]], None]
Tell = Callable[[list[str], list[str]], tuple[list[Any], list[Any]]]

CONDITIONS = """
host =~ /x/ + 1|host !~ /x/ + 1|f =~ /x/ + 1|nosuch =~ /x/ + host|_name =~ /x/ + 1
_tagKey !~ /x/ + 1|'a' =~ /x/ + 1|host + 1 =~ /x/ + 1|host = 'zz' AND host !~ /x/ + 1
host = 'a' OR host !~ /x/ + 1
host > 'a' AND host =~ /x/ + 1|host =~ /x/ + 1 AND 1 + 1|1 + 1 AND host =~ /x/ + 1
host + 1 = 2|host = host + 1|host = (f + 1)|host > host + 1|host + 1|host = 'a' + 'b'|f * 2 > 1
1 + 1|2 * 1.5|1 / 3|'a' + 'b"'|5m - 10m|'2020-12-31T23:59:58.5Z' + 1s|(1 + 1)|1|1.5|'a'|5m|now()
host = 'a' AND (1 + 1)|host > 'a' AND (1 + 1)|(1 + 1) AND host > 'a'|_name = 'm' AND 1 + 1
true AND host = 'a'|false OR host = 'a'|true OR host = 'a'|false AND host = 'a'|true AND 1 + 1
true AND _name = 'm'|host > 'a' AND false|host > 'a' OR true|host::tag|host::float|host
"""
STATEMENTS = [
    "SHOW SERIES",
    "SHOW SERIES CARDINALITY",
    "SHOW MEASUREMENTS",
    "SHOW MEASUREMENT CARDINALITY",
    "SHOW TAG KEYS",
    "SHOW TAG KEY CARDINALITY",
    "SHOW TAG VALUES WITH KEY = host",
    "SHOW TAG VALUES CARDINALITY WITH KEY = host",
    "SHOW FIELD KEY CARDINALITY",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_arithmetic_and_constants(alike: Compare, statement: str) -> None:
    for line in CONDITIONS.split("\n"):
        for condition in filter(None, line.split("|")):
            text = f"{statement} WHERE {condition}"
            alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize(
    "sources", ["", "FROM m", "FROM autogen.m", "FROM nosuch.m", "FROM /m|k/", "ON nosuch"]
)
def test_a_panic_comes_before_missing_policies_and_after_missing_databases(
    alike: Compare, sources: str
) -> None:
    for subject in ("SERIES", "SERIES CARDINALITY", "TAG KEY EXACT CARDINALITY"):
        text = f"SHOW {subject} {sources} WHERE host =~ /x/ + 1"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize(
    "begun",
    [
        "SHOW SERIES FROM m; SHOW SERIES FROM m WHERE time > 0; SHOW SERIES WHERE time > 0",
        "SHOW RETENTION POLICIES; SHOW MEASUREMENTS; SHOW TAG KEYS FROM m; SHOW FIELD KEYS FROM k",
        "SHOW MEASUREMENTS WITH MEASUREMENT = m WHERE host = 'a'; SHOW MEASUREMENTS",
        "SHOW SERIES CARDINALITY; SHOW MEASUREMENT EXACT CARDINALITY; SHOW TAG KEY CARDINALITY",
        "SELECT count(f) FROM (SELECT f FROM m); EXPLAIN SELECT f FROM m; DELETE FROM nosuch",
    ],
)
def test_a_panic_tells_the_statements_as_the_server_rewrote_them(
    alike: Compare, begun: str
) -> None:
    alike(lambda server: server.query(f"{begun}; SHOW SERIES WHERE host =~ /x/ + 1; SHOW SERIES"))


def test_a_constant_selects_no_series_to_drop(told: Tell) -> None:
    lines = [f"cpu,host={host} f=1 1" for host in "abc"]
    steps = [
        "DROP SERIES FROM cpu WHERE 1 + 1",
        "DROP SERIES FROM cpu WHERE host = 'a' AND 'a' + 'b'",
        "SHOW SERIES",
        "DROP SERIES FROM cpu WHERE host = 'a' OR 1 + 1",
        "DROP SERIES FROM cpu WHERE false OR host = 'b'",
        "SHOW SERIES",
        "DELETE FROM cpu WHERE 1 + 1",
        "DELETE FROM cpu WHERE host = 'c' AND 2 * 1.5",
        "SHOW SERIES",
    ]
    real, fake = told(lines, steps)
    assert fake == real


def test_a_measurement_without_series_has_no_fields_to_explain(told: Tell) -> None:
    steps = ["DROP SERIES FROM cpu", "EXPLAIN SELECT f FROM cpu", "EXPLAIN SELECT mean(f) FROM cpu"]
    real, fake = told(["cpu f=1 1"], steps)
    assert fake == real


TIMES = """
time > 0|time < 0|time = 0|time <= 0|time < 1|time = 5d|time != 0|time > 'abc'|now() > time
time >= 0 AND time < 1w|time < 15d|time > 15d|time < 2w AND time > 3w|time < 1w OR host = 'h0'
time < '1970-01-15' AND host = 'h0'|time < '1970-01-15' AND host = 'h3'|time < 1w OR host = 'h3'
time < 2w AND host != 'h1'|time < 2w AND host = region|time < 1w AND host = 5|time > -1s
time < 3w AND f > 1|now() > time AND (host = 'h0' OR _tagKey = 'host')|time >= 0 AND nope = ''
time <= 1w AND true|time <= 2w AND false|time < 5w AND _tagKey = 'region'
"""


def test_values_of_tags_are_counted_at_time_0_in_the_shards_of_the_range(told: Tell) -> None:
    days = [5, 12, 19, 26]
    lines = [f"cpu,host=h{n},region=x f={n} {day * 86_400}" for n, day in enumerate(days)]
    lines.append("k,host=zz f=1 1296000")
    ends = ["", " GROUP BY region", " LIMIT 1", " OFFSET 1"]
    steps = [
        f"SHOW TAG VALUES CARDINALITY WITH KEY IN (host, region) WHERE {condition}{end}"
        for line in TIMES.split("\n")
        for condition in filter(None, line.split("|"))
        for end in ends
    ]
    real, fake = told(lines, steps)
    assert fake == real
    assert b"count" in b"".join(body for _, body in real)
