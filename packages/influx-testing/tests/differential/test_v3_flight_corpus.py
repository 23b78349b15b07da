"""The real server's own cases through Arrow Flight: the same rows as over HTTP."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from influx_testing import FakeInfluxDB, ServedFake, serve

SHARED = Path(__file__).parents[5] / "shared"
CORPUS = SHARED / "corpus" / "v3"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CORPUS.is_dir(), reason="the cases of 3.x (../shared) are not beside this checkout"
    ),
]

PATHS = {"sql": "/api/v3/query_sql", "influxql": "/api/v3/query_influxql"}
OVER_HTTP_ONLY = re.compile(r"\s*show\s+databases\b", re.IGNORECASE)
Columns = list[tuple[str, list[str]]]
"""The names and the values of columns, as text, because NaN is not equal to itself."""


def cases(language: str) -> list[dict[str, Any]]:
    lines = map(json.loads, (CORPUS / "cases.jsonl").read_text().splitlines())
    return [
        case
        for case in lines
        if case.get("type") == "case"
        and case["language"] == language
        and case["expected"]["kind"] != "plan"
        and not case["id"].startswith("core/")
    ]


@pytest.fixture(scope="module")
def server() -> Iterator[ServedFake]:
    pytest.importorskip("h2", reason="h2 is not installed (influx-testing[flight])")
    pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[flight])")
    fake = FakeInfluxDB("3.x")
    with serve(fake=fake) as served:
        for setup in map(json.loads, (CORPUS / "setups.jsonl").read_text().splitlines()):
            database = name_of(setup["id"])
            fake.create_database(database)
            for body in setup.get("writes", []):
                path = f"{served.url}/api/v3/write_lp?db={database}&precision=nanosecond"
                urlopen(Request(path, body.encode(), method="POST")).close()
        yield served


def name_of(setup: str | None) -> str:
    return "s" + re.sub(r"\W", "_", setup or "none")


def over_http(server: ServedFake, case: dict[str, Any]) -> Columns | str:
    asked = {"db": name_of(case["setup"]), "q": case["query"], "format": "parquet"}
    url = server.url + PATHS[case["language"]]
    try:
        with urlopen(Request(url, json.dumps(asked).encode())) as response:
            return columns(import_module("pyarrow.parquet").read_table(io.BytesIO(response.read())))
    except HTTPError as error:
        return error.read().decode()


def through_flight(client: Any, flight: Any, case: dict[str, Any]) -> Columns | str:
    asked = {
        "database": name_of(case["setup"]),
        "sql_query": case["query"],
        "query_type": case["language"],
    }
    try:
        return columns(client.do_get(flight.Ticket(json.dumps(asked).encode())).read_all())
    except (import_module("pyarrow").ArrowException, flight.FlightError) as error:
        return str(error)


def columns(table: Any) -> Columns:
    return [
        (name, list(map(repr, column.to_pylist())))
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]


def sorted_rows(found: Columns) -> tuple[list[str], list[tuple[str, ...]]]:
    rows = zip(*(values for _, values in found), strict=True)
    return [name for name, _ in found], sorted(rows)


def is_same(language: str, http: Columns | str, flight: Columns | str) -> bool:
    """Whether two answers agree; SQL without ORDER BY has no order."""
    if isinstance(http, str) or isinstance(flight, str):
        return isinstance(http, str) and isinstance(flight, str)
    if language == "influxql":
        return {
            name: values for name, values in http if any(each != "None" for each in values)
        } == {name: values for name, values in flight if any(each != "None" for each in values)}
    return sorted_rows(http) == sorted_rows(flight)


@pytest.mark.parametrize("language", ["sql", "influxql"])
def test_flight_has_the_rows_of_http(server: ServedFake, language: str) -> None:
    flight = pytest.importorskip("pyarrow.flight", reason="pyarrow is not installed")
    differing: dict[str, Any] = {}
    compared = 0
    with flight.connect(server.url.replace("http", "grpc")) as client:
        for case in cases(language):
            http, found = over_http(server, case), through_flight(client, flight, case)
            if OVER_HTTP_ONLY.match(case["query"]):
                assert "This feature is not implemented: SHOW DATABASES" in found
                continue
            compared += isinstance(http, list)
            if not is_same(language, http, found):
                differing[case["id"]] = (case["query"], http, found)
    assert differing == {}
    assert compared >= 80
    server.may_fail = True
