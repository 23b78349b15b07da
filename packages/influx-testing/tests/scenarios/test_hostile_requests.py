"""Input nobody sane sends gets an answer, and soon."""

from __future__ import annotations

import time
from typing import Any

import pytest

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB

DEEP = "[" * 100_000


@pytest.fixture(scope="module")
def fake() -> FakeInfluxDB:
    made = FakeInfluxDB()
    made.load(b"m,h=a v=1,n=1i 0\nm,h=b v=2,n=2i 9000000000000000000\n", "db")
    return made


def status(fake: FakeInfluxDB, path: str = "/query", body: bytes = b"", **params: Any) -> int:
    """Ask, and read the whole answer; what grows without limit takes more than five seconds."""
    start = time.process_time()
    response = fake.handle(Request("POST", path, tuple(params.items()), {}, body))
    for _ in response.pieces:
        pass
    assert time.process_time() - start < 5
    return response.status


@pytest.mark.parametrize(
    "text",
    [
        "SELECT mean(v) FROM m WHERE time >= 0 GROUP BY time(1ns)",
        "SELECT mean(v) FROM m GROUP BY time(1ms) fill(0)",
        "SELECT mean(v) FROM m WHERE time >= 0 AND time < 9000000000s GROUP BY time(1s), h",
        "SELECT derivative(mean(v), 1ns) FROM m WHERE time > 0 GROUP BY time(1u)",
        "SELECT count(x) FROM (SELECT v AS x FROM m) GROUP BY time(1ns)",
        "SELECT moving_average(mean(v), 9223372036854775807) FROM m GROUP BY time(1h)",
        "SELECT holt_winters(mean(v), 2, 2) FROM m WHERE time < 1 GROUP BY time(1ns)",
    ],
)
def test_absurd_buckets_are_answered_at_once(fake: FakeInfluxDB, text: str) -> None:
    assert status(fake, q=text, db="db") == 200


@pytest.mark.parametrize(
    "params",
    [
        {"q": "SELECT v FROM m WHERE " + " OR ".join(["n = 1"] * 2_000)},
        {"q": "SELECT " + "+".join(["v"] * 2_000) + " FROM m"},
        {"q": "SELECT " + ",".join(["v"] * 2_000) + " FROM m"},
        {"q": "SELECT v FROM m LIMIT 9223372036854775807 OFFSET 9223372036854775807"},
        {"q": "SELECT v FROM m", "chunked": "true", "chunk_size": "9" * 5_000},
        {"q": "SELECT v FROM m WHERE time > 9223372036854775807 AND time < -9223372036854775808"},
    ],
    ids=lambda params: params["q"][:40],
)
def test_long_statements_are_answered(fake: FakeInfluxDB, params: dict[str, str]) -> None:
    assert status(fake, db="db", epoch="ns", **params) == 200


@pytest.mark.parametrize(
    "params",
    [
        {"q": "SELECT v FROM m WHERE n = $x", "params": DEEP},
        {"q": "SELECT v FROM m WHERE n = $x", "params": '{"x": 1e999999}'},
        {"q": "(" * 50_000},
    ],
    ids=["deep parameters", "huge number", "parentheses"],
)
def test_nonsense_is_a_bad_request(fake: FakeInfluxDB, params: dict[str, str]) -> None:
    assert status(fake, db="db", **params) == 400


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\0", b"m" * 100_000, b'm v="' + b"\\" * 50_000, b"=,= =\n" * 5_000]
)
def test_bodies_that_are_no_lines_are_bad_requests(fake: FakeInfluxDB, body: bytes) -> None:
    assert status(fake, "/write", body, db="db") == 400


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(a|aa)+$", "a?" * 30 + "a" * 30 + "$", "a*" * 30 + "$", "a+$"]
)
def test_patterns_that_backtrack_forever_elsewhere_are_matched(
    fake: FakeInfluxDB, pattern: str
) -> None:
    fake.load(b'r text="%b"\n' % (b"a" * 50_000 + b"!"), "db")
    assert status(fake, q=f"SELECT text FROM r WHERE text =~ /{pattern}/", db="db") == 200


@pytest.mark.parametrize("pattern", ["((a{1000}){1000}){1000}", "(((){1000}){1000}){1000}b"])
def test_patterns_that_unfold_without_end_are_answered(fake: FakeInfluxDB, pattern: str) -> None:
    assert status(fake, q=f"SELECT v FROM m WHERE h =~ /{pattern}/", db="db") in (200, 501)


def test_version_3_takes_no_nonsense_either() -> None:
    fake = FakeInfluxDB("3.x")
    assert status(fake, "/api/v3/query_influxql", DEEP.encode()) == 400
    assert status(fake, "/api/v3/query_influxql", b"[]") == 400
