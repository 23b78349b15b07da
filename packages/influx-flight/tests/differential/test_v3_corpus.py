"""The real server's own cases: a client gets over Flight what it gets over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from influx_core import InfluxDBError, blocking
from influx_core.columns import Column
from influx_testing import FakeInfluxDB, serve

CORPUS = Path(__file__).parents[5] / "shared" / "corpus" / "v3"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CORPUS.is_dir(), reason="the cases of 3.x (../shared) are not beside this checkout"
    ),
]

NOT_COMPARED = re.compile(r"\s*(?:show\s+databases|explain\s+analyze)\b", re.IGNORECASE)
"""What InfluxDB 3 does not run over Flight, and what has the times that it took."""


def lines(name: str) -> Iterator[dict[str, Any]]:
    return map(json.loads, (CORPUS / name).read_text().splitlines())


def database(setup: str | None) -> str:
    return "s" + re.sub(r"\W", "_", setup or "none")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    pytest.importorskip("datafusion", reason="the fake runs SQL with DataFusion")
    pytest.importorskip("h2", reason="the fake serves Flight with h2")
    fake = FakeInfluxDB("3.x")
    with serve(fake=fake) as served, blocking.InfluxDBClient(served.url, api="v3") as client:
        for setup in lines("setups.jsonl"):
            fake.create_database(database(setup["id"]))
            for body in setup.get("writes", []):
                client.write_lines(body, db=database(setup["id"]))
        yield served.url


def asked(client: blocking.InfluxDBClient, case: dict[str, Any], *, columnar: bool) -> object:
    """The series of a case, with the kinds of their columns; for an error, its class."""
    db, query = database(case["setup"]), case["query"]
    try:
        if case["language"] == "sql":
            found = (client.query_sql(query, db=db, columnar=columnar),)
        else:
            found = client.execute(query, db=db, columnar=columnar).series
    except InfluxDBError as error:
        return type(error)
    return [
        (
            *(series.name, dict(series.tags), series.columns, series.partial),
            repr([list(row) for row in series.rows]),  # because NaN is not equal to itself
            [kind_of(column) for column in series.data],
        )
        for series in found
    ]


def kind_of(column: Column) -> str:
    """The kind of a column; of one without any value, only Flight knows it."""
    return "null" if column.nulls == column.length else column.kind


@pytest.mark.parametrize("language", ["sql", "influxql"])
@pytest.mark.parametrize("columnar", [False, True])
def test_rows_types_and_errors_are_those_of_http(url, language, columnar):
    options = {"api": "v3", "timeout": 60}
    differing = {}
    count = 0
    with (
        blocking.InfluxDBClient(url, deserializer="parquet", **options) as http,
        blocking.InfluxDBClient(url, transport="flight", **options) as flight,
    ):
        for case in lines("cases.jsonl"):
            if case["language"] != language or NOT_COMPARED.match(case["query"]):
                continue
            expected = asked(http, case, columnar=columnar)
            found = asked(flight, case, columnar=columnar)
            count += 1
            if found != expected:
                differing[case["id"]] = expected, found
    assert differing == {}
    assert count > 100
