"""SQL on the flavor of 3.x, where DataFusion is installed; what is said where it is not."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_core import InfluxDBClient, QueryError
from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB
from influx_testing._flavors import sql
from influx_testing._flavors.cancellation import Cancellation
from influx_testing._flavors.sql import tables
from influx_testing._flavors.sql.process import (
    QueryCancelled,
    SQLProcess,
    SQLQuery,
    sql_process,
)
from influx_testing.memory import MemoryTransport

LINES = b"""cpu,host=a f=1.5,n=2i 1000000000
cpu,host=b f=2,s="x,y" 2500000000
cpu b=t,n=-1i 3000000001
mem,host=a f=1 1
"""

FORMATS = {"json", "jsonl", "csv", "pretty", "parquet"}

PRETTY = """+------+-----+
| host | s   |
+------+-----+
| b    | x,y |
|      |     |
+------+-----+"""


@pytest.fixture
def fake() -> FakeInfluxDB:
    pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[sql])")
    made = FakeInfluxDB("3.x")
    made.load(LINES, "db")
    return made


def ask(fake: FakeInfluxDB, text: str, format_: str = "", **more: Any) -> tuple[int, bytes]:
    chosen = {"format": format_} if format_ else {}
    asked = json.dumps({"db": "db", "q": text, **chosen, **more}).encode()
    response = fake.handle(Request("POST", "/api/v3/query_sql", (), {}, asked))
    return response.status, b"".join(response.pieces)


def rows(fake: FakeInfluxDB, text: str, **more: Any) -> Any:
    status, body = ask(fake, text, **more)
    assert status == 200, body
    return json.loads(body)


def test_a_measurement_is_a_table_with_sorted_columns(fake: FakeInfluxDB) -> None:
    found = rows(fake, "SELECT * FROM cpu ORDER BY time")
    assert found == [
        {"f": 1.5, "host": "a", "n": 2, "time": "1970-01-01T00:00:01"},
        {"f": 2.0, "host": "b", "s": "x,y", "time": "1970-01-01T00:00:02.500"},
        {"b": True, "n": -1, "time": "1970-01-01T00:00:03.000000001"},
    ]


def test_columns_have_the_types_of_version_3(fake: FakeInfluxDB) -> None:
    text = "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
    found = rows(fake, f"{text} WHERE table_name = 'cpu' ORDER BY 1")
    assert [tuple(row.values()) for row in found] == [
        ("b", "Boolean", "YES"),
        ("f", "Float64", "YES"),
        ("host", "Dictionary(Int32, Utf8)", "YES"),
        ("n", "Int64", "YES"),
        ("s", "Utf8", "YES"),
        ("time", "Timestamp(Nanosecond, None)", "NO"),
    ]


def test_aggregates_and_parameters(fake: FakeInfluxDB) -> None:
    text = "SELECT date_bin(INTERVAL '2 seconds', time) AS t, sum(n) AS n FROM cpu WHERE n > $low"
    found = rows(fake, f"{text} GROUP BY 1 ORDER BY 1", params={"low": -5})
    assert found == [
        {"t": "1970-01-01T00:00:00", "n": 2},
        {"t": "1970-01-01T00:00:02", "n": -1},
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jsonl", '{"host":"b","s":"x,y"}\n{}\n'),
        ("csv", 'host,s\nb,"x,y"\n,\n'),
        (
            "pretty",
            PRETTY,
        ),
    ],
)
def test_rows_come_in_every_format(fake: FakeInfluxDB, name: str, expected: str) -> None:
    text = "SELECT host, s FROM cpu WHERE time > to_timestamp(2000000000) ORDER BY time"
    assert ask(fake, text, name) == (200, expected.encode())


def test_parquet_can_be_read_back(fake: FakeInfluxDB) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(ask(fake, "SELECT f FROM mem", "parquet")[1]))
    assert table.to_pydict() == {"f": [1.0]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * FROM nosuch", b"nosuch"),
        ("DROP TABLE cpu", b"DDL not supported"),
        ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", b"DDL not supported"),
        ("SET datafusion.execution.batch_size = 1", b"Statement not supported"),
        ("SELECT", b"error"),
        ("", b"No SQL statements"),
        (
            "SELECT f FROM cpu WHERE host = $host",
            b"Error during planning: No value found for placeholder with name $host",
        ),
        ("SELECT f FROM cpu WHERE time > 17", b"type_coercion\ncaused by\nError during planning: "),
        ("SELECT locf(f) FROM cpu", b"locf can only be used in a query that is grouped by"),
        (
            "SELECT date_bin_wallclock('1 month', time) FROM cpu",
            b"Error during planning: date_bin_wallclock does not support intervals of months",
        ),
        (
            "SELECT date_bin_wallclock('1 day', tz(time, 'No/Where')) FROM cpu",
            b"Error during planning: Cannot locate or parse timezone 'No/Where'",
        ),
    ],
)
def test_what_will_not_do_is_a_400(fake: FakeInfluxDB, text: str, said: bytes) -> None:
    status, body = ask(fake, text)
    assert status == 400
    assert said in body
    assert not body.startswith(b"DataFusion error")


def test_a_column_that_does_not_exist_is_a_500(fake: FakeInfluxDB) -> None:
    status, body = ask(fake, "SELECT nosuch FROM cpu")
    assert status == 500
    assert body.startswith(b"Schema error: No field named nosuch. Valid fields are cpu.b, ")


def test_system_tables_tell_of_queries_and_tables(fake: FakeInfluxDB) -> None:
    assert ask(fake, "SELECT nosuch FROM cpu")[0] == 500
    text = "SELECT query_type, phase FROM system.queries ORDER BY issue_time"
    assert [tuple(row.values()) for row in rows(fake, text)] == [
        ("sql", "fail"),
        ("sql", "planned"),
    ]
    text = "SELECT * FROM system.tables ORDER BY table_name"
    assert [tuple(row.values()) for row in rows(fake, text)] == [
        ("db", "cpu", 6, "host", 0, 0, False),
        ("db", "mem", 3, "host", 0, 0, False),
    ]
    text = "SELECT key, data_type FROM system.influxdb_schema WHERE measurement = 'mem'"
    assert {tuple(row.values()) for row in rows(fake, text)} >= {("host", "tag"), ("time", "time")}


@pytest.mark.parametrize(
    "table",
    [
        "distinct_caches",
        "last_caches",
        "parquet_files",
        "processing_engine_trigger_arguments",
        "processing_engine_triggers",
    ],
)
def test_system_tables_of_what_the_fake_has_not_are_empty(fake: FakeInfluxDB, table: str) -> None:
    assert rows(fake, f"SELECT * FROM system.{table}") == []


def test_system_tables_of_the_server_are_in_its_own_database() -> None:
    pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[sql])")
    server = FakeInfluxDB("3.x", token="secret", clock=lambda: 1_700_000_000_000_000_000)
    server.load(b"m v=1 1", "one")
    server.load(b"n,t=a v=1 1", "two")

    def answer(query: str, db: str) -> bytes:
        headers = {"authorization": "Bearer secret"}
        params = (("q", query), ("db", db))
        reply = server.handle(Request("GET", "/api/v3/query_sql", params, headers))
        return b"".join(reply.pieces)

    def asked(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in json.loads(answer(query, "_internal"))]

    databases = "SELECT database_name, deleted FROM system.databases ORDER BY 1"
    assert asked(databases) == [("_internal", False), ("one", False), ("two", False)]
    tables = "SELECT database_name, table_name, series_key_columns FROM system.tables ORDER BY 1"
    assert asked(tables) == [("one", "m", ""), ("two", "n", "t")]
    hashed = hashlib.sha512(b"secret").hexdigest()[:9]
    tokens = "SELECT token_id, name, hash, created_at, permissions FROM system.tokens"
    assert asked(tokens) == [(0, "_admin", hashed, "2023-11-14T22:13:20", "*:*:*")]
    assert b"table 'public.system.tokens' not found" in answer(tokens, "one")


def test_a_database_that_is_not_there_is_a_404(fake: FakeInfluxDB) -> None:
    assert ask(fake, "SELECT 1", db="nosuch")[0] == 404


async def test_the_client_asks_in_sql(fake: FakeInfluxDB) -> None:
    transport = MemoryTransport(fake)
    async with InfluxDBClient("memory://", db="db", api="v3", transport=transport) as client:
        text = "SELECT host, f FROM cpu WHERE f > $low ORDER BY f"
        found = await client.query_sql(text, bind_params={"low": 1.0})
        assert [tuple(row) for row in found] == [("a", 1.5), ("b", 2.0)]
        with pytest.raises(QueryError, match="nosuch"):
            await client.query_sql("SELECT nosuch FROM cpu")


async def test_the_client_binds_null_and_unsigned_integers(fake: FakeInfluxDB) -> None:
    fake.load(b"big n=18446744073709551615u 1", "db")
    transport = MemoryTransport(fake)
    async with InfluxDBClient("memory://", db="db", api="v3", transport=transport) as client:
        text = "SELECT n FROM big WHERE n = $n AND $none IS NULL"
        found = await client.query_sql(text, bind_params={"n": 2**64 - 1, "none": None})
        assert found.rows == [[2**64 - 1]]


def test_without_datafusion_the_answer_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "datafusion", None)
    tables.check_engine.cache_clear()
    made = FakeInfluxDB("3.x")
    made.create_database("db")
    status, body = ask(made, "SELECT 1")
    assert status == 501
    assert b"pip install 'influx-testing[sql]'" in body


ENDLESS = "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) "


@pytest.mark.parametrize(
    "query",
    [
        f"{ENDLESS}SELECT count(*) FROM t",
        f"{ENDLESS}SELECT n FROM t",
        f"{ENDLESS}SELECT n FROM t ORDER BY n",
        "SELECT count(*) FROM generate_series(1, 10000000000000)",
    ],
)
def test_a_query_without_end_ends(
    fake: FakeInfluxDB, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "SECONDS", 1.0)
    status, body = ask(fake, query)
    assert status == 501
    assert b"takes over 1 s" in body or b"takes so much memory" in body
    monkeypatch.undo()
    assert ask(fake, "SELECT 1 AS one") == (200, b'[{"one":1}]')


PIECES = st.sampled_from(
    [
        *[
            "SELECT",
            "FROM cpu",
            "GROUP BY 1",
            "ORDER BY 1 DESC",
            "LIMIT 3",
            "*",
            ",",
            "(",
            ")",
            "'",
        ],
        *["count(*)", "host", "f", "tz(time)", "selector_last(f, time)", "locf(avg(f))", "AS x"],
        *["date_bin_gapfill('1 minute', time)", "difference(f) OVER (ORDER BY time)", "UNION ALL"],
        *[
            "WHERE time >= to_timestamp(0) AND time < to_timestamp(60000000000)",
            "WITH x AS (",
            "$p",
        ],
        *["date_bin_wallclock('1 day', time)", "\x00", "\ud800", "INTERVAL '1 month'", "[1, NULL]"],
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces=st.lists(PIECES, max_size=9), name=st.sampled_from(sorted(FORMATS)))
def test_no_query_makes_the_fake_fail(fake: FakeInfluxDB, pieces: list[str], name: str) -> None:
    status, body = ask(fake, " ".join(["SELECT", *pieces]), name)
    assert status in {200, 400, 405} or body.startswith(b"Schema error"), body


def test_the_process_can_be_ended_and_starts_again(fake: FakeInfluxDB) -> None:
    assert ask(fake, "SELECT 1 AS one")[0] == 200
    sql_process().close()
    assert ask(fake, "SELECT 2 AS two") == (200, b'[{"two":2}]')


class CancelledWithItsAnswer(Cancellation):
    """A cancellation that is set when the answer is there, but not handed on yet."""

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Generator[None]:
        with super().stopping(stop):
            yield
            self.set()


@pytest.mark.slow
def test_a_query_after_a_cancelled_one_runs_in_a_new_process() -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[sql])")
    cancelled = SQLQuery("SELECT 1 AS one", {}, "json", 60.0, CancelledWithItsAnswer())
    with closing(SQLProcess()) as process:
        with pytest.raises(QueryCancelled):
            process.run({}, cancelled)
        assert process.run({}, SQLQuery("SELECT 2 AS two", {}, "json", 60.0)) == b'[{"two":2}]'
