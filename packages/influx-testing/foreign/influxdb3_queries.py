"""influxdb3-python 0.21 with the fake of 3.x: all query modes, parameters, errors, timeouts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
from influxdb_client_3 import SYNCHRONOUS, InfluxDBClient3, WriteOptions, write_client_options
from influxdb_client_3.exceptions import InfluxDB3ClientQueryError

url = sys.argv[1]
LANGUAGES = ("sql", "influxql")
ROWS = [("a", 1.5, 1), ("b", 2.5, 2), ("b", None, 3)]


def connected(**options: Any) -> InfluxDBClient3:
    settings = WriteOptions(write_type=SYNCHRONOUS.write_type)
    return InfluxDBClient3(
        host=url,
        token="t",
        database="flight",
        write_client_options=write_client_options(write_options=settings),
        **options,
    )


def refused(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Exception as error:  # the client wraps some errors, others are of pyarrow
        return f"{type(error).__name__}: {error}"
    raise AssertionError("the server must refuse this")


def check_modes(client: InfluxDBClient3, language: str) -> None:
    def ask(mode: str, query: str = "SELECT host, v, n FROM cpu ORDER BY time") -> Any:
        return client.query(query, language=language, mode=mode)

    def rows(table: Any) -> list[tuple[Any, ...]]:
        found = table.select(["host", "v", "n"]).to_pylist()
        return [tuple(row.values()) for row in found]

    table = ask("all")
    assert rows(table) == ROWS, table
    frame = ask("pandas")
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["n"]) == [1, 2, 3]
    polars = ask("polars")
    assert isinstance(polars, pl.DataFrame)
    assert polars["host"].to_list() == ["a", "b", "b"]
    chunks = [chunk.data for chunk in ask("chunk")]
    assert rows(pa.Table.from_batches(chunks)) == ROWS
    reader = ask("reader")
    assert isinstance(reader, pa.RecordBatchReader)
    assert rows(reader.read_all()) == ROWS
    schema = ask("schema")
    assert schema.field("host").metadata == {b"iox::column::type": b"iox::column_type::tag"}
    nothing = ask("all", "SELECT host, v, n FROM cpu WHERE time < '1960-01-01T00:00:00Z'")
    assert len(nothing) == 0
    assert {"host", "v", "n"} <= set(nothing.column_names)


with connected() as client:
    client.write(["cpu,host=a v=1.5,n=1i 1", "cpu,host=b v=2.5,n=2i 2", "cpu,host=b n=3i 3"])
    assert client.get_server_version().startswith("3.")
    for language in LANGUAGES:
        check_modes(client, language)
        found = client.query(
            "SELECT n FROM cpu WHERE host = $host AND v > $low",
            language=language,
            query_parameters={"host": "b", "low": 1.0},
        )
        assert found.column("n").to_pylist() == [2], found

    error = refused(lambda: client.query("SELECT nothing FROM cpu"))
    assert "No field named nothing" in error, error
    error = refused(lambda: client.query("SELECT 1", database="missing"))
    assert "Database 'missing' not found" in error, error
    error = refused(lambda: client.query("SELECT", language="influxql"))
    assert "parsing error" in error, error
    error = refused(lambda: client.query("SHOW DATABASES", language="influxql"))
    assert "not implemented" in error, error
    assert InfluxDB3ClientQueryError.__name__ in error, error

    started = time.monotonic()
    endless = "SELECT count(*) FROM generate_series(1, 100000000000)"
    error = refused(lambda: client.query(endless, timeout=0.5))
    assert "eadline" in error, error
    assert time.monotonic() - started < 5
    assert client.query("SELECT 1 AS one").to_pylist() == [{"one": 1}]

with connected(query_timeout=300) as client:
    error = refused(lambda: client.query(endless))
    assert "eadline" in error, error
