"""While the fake of 3.x makes a large answer, it answers other requests."""

from __future__ import annotations

import csv
import http.client
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from influx_core.interfaces import LocalResponse, Request
from influx_testing import FakeInfluxDB, ServedFake, faults, serve
from influx_testing._flavors import sql
from influx_testing._flavors.v3.influxql_rows import BATCH_ROWS

ROWS = 3 * BATCH_ROWS
ENDLESS = "SELECT count(*) FROM generate_series(1, 1000000000000)"


@pytest.fixture
def fake() -> FakeInfluxDB:
    fake = FakeInfluxDB("3.x")
    lines = (f'm,host=h{n % 3} v={n}i,s="{"x" * (n % 50)}" {n}' for n in range(ROWS))
    fake.load("\n".join(lines).encode(), "db")
    return fake


@pytest.fixture
def server(fake: FakeInfluxDB) -> Iterator[ServedFake]:
    with serve(fake=fake) as served:
        yield served


def ask(fake: FakeInfluxDB, path: str, query: str, **params: str) -> LocalResponse:
    return fake.handle(Request("GET", path, (("db", "db"), ("q", query), *params.items())))


def write(fake: FakeInfluxDB, line: bytes) -> int:
    params = (("db", "db"), ("precision", "ns"))
    return fake.handle(Request("POST", "/api/v3/write_lp", params, {}, line)).status


def json_rows(body: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(body)
    return rows


def line_rows(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]


def csv_rows(body: bytes) -> list[dict[str, Any]]:
    found = csv.DictReader(io.StringIO(body.decode()))
    return [{**row, "v": int(row["v"])} for row in found]


READERS = {"json": json_rows, "jsonl": line_rows, "csv": csv_rows}


@pytest.mark.parametrize("name", READERS)
def test_influxql_is_answered_in_pieces_with_writes_between_them(
    fake: FakeInfluxDB, name: str
) -> None:
    query = "SELECT host, v FROM m"
    response = ask(fake, "/api/v3/query_influxql", query, format=name)
    pieces = iter(response.pieces)
    body = next(pieces)
    assert write(fake, b"other v=1i 1") == 204
    more = list(pieces)
    assert len(more) >= 2
    rows = READERS[name](body + b"".join(more))
    assert [row["v"] for row in rows] == list(range(ROWS))
    assert {row["iox::measurement"] for row in rows} == {"m"}
    assert rows[5]["host"] == "h2"


def test_chunks_of_clients_of_1_come_one_by_one_with_writes_between_them(
    fake: FakeInfluxDB,
) -> None:
    response = ask(fake, "/query", "SELECT v FROM m", chunked="true", chunk_size="1000")
    pieces = iter(response.pieces)
    documents = [next(pieces)]
    assert write(fake, b"other v=1i 1") == 204
    documents += pieces
    values = [
        row[1]
        for document in documents
        for row in json.loads(document)["results"][0]["series"][0]["values"]
    ]
    assert len(documents) == ROWS // 1000
    assert values == list(range(ROWS))


def test_a_short_answer_is_sent_with_its_length(server: ServedFake) -> None:
    for path, query in (
        ("/api/v3/query_influxql", "SELECT v FROM m LIMIT 1"),
        ("/query", "SELECT v FROM m LIMIT 1"),
    ):
        _, headers, body = fetch(server, path, query)
        assert headers["content-length"] == str(len(body))


@pytest.mark.parametrize("name", READERS)
def test_large_sql_answers_come_in_pieces_and_are_the_same_as_small_ones(
    fake: FakeInfluxDB, name: str, needs_sql: None
) -> None:
    query = "SELECT host, v, repeat(s, 20) AS s FROM m ORDER BY v"
    response = ask(fake, "/api/v3/query_sql", query, format=name)
    pieces = list(response.pieces)
    assert len(pieces) > 1
    parts = [
        ask(fake, "/api/v3/query_sql", f"{query} LIMIT 1000 OFFSET {at}", format=name)
        for at in range(0, ROWS, 1000)
    ]
    small = [row for part in parts for row in READERS[name](b"".join(part.pieces))]
    assert READERS[name](b"".join(pieces)) == small


def test_large_parquet_answers_can_be_read(fake: FakeInfluxDB, needs_sql: None) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    query = "SELECT v, sha512(CAST(v AS VARCHAR)) AS a, sha512(s) AS b FROM m ORDER BY v"
    response = ask(fake, "/api/v3/query_sql", query, format="parquet")
    pieces = list(response.pieces)
    table = parquet.read_table(io.BytesIO(b"".join(pieces)))
    assert table.column("v").to_pylist() == list(range(ROWS))


def test_a_write_is_answered_while_sql_runs(
    server: ServedFake, endless: Callable[[], _Running]
) -> None:
    running = endless()
    assert post(server, b"other v=1i 1") == 204
    assert running.is_alive()


def test_sql_that_a_client_gave_up_makes_room_for_the_next(
    server: ServedFake, endless: Callable[[], _Running], needs_sql: None
) -> None:
    running = endless()
    running.give_up()
    status, _, body = fetch(server, "/api/v3/query_sql", "SELECT 1 AS one")
    assert (status, body) == (200, b'[{"one":1}]')


def test_a_server_is_closed_while_sql_runs(
    server: ServedFake, endless: Callable[[], _Running]
) -> None:
    running = endless()
    server.close()
    running.join()


@pytest.mark.parametrize("fault", [faults.slow_headers(0.0), faults.slow_body(0.0)])
def test_faults_work_on_large_sql_answers(
    server: ServedFake, needs_sql: None, fault: faults.Fault
) -> None:
    query = "SELECT v, repeat(s, 20) AS s FROM m ORDER BY v"
    whole = fetch(server, "/api/v3/query_sql", query)
    server.fail(fault)
    assert fetch(server, "/api/v3/query_sql", query)[2] == whole[2]


@pytest.mark.parametrize("path", ["/api/v3/query_sql", "/api/v3/query_influxql"])
@pytest.mark.parametrize("fault", [faults.truncate(), faults.error_mid_stream()])
def test_an_answer_ends_in_the_middle(
    server: ServedFake, needs_sql: None, fault: faults.Fault, path: str
) -> None:
    server.fail(fault)
    with pytest.raises(http.client.IncompleteRead) as caught:
        fetch(server, path, "SELECT v FROM m")
    assert b'"v":0' in caught.value.partial


@pytest.fixture
def needs_sql() -> None:
    pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[sql])")


@pytest.fixture
def endless(
    server: ServedFake, needs_sql: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], _Running]]:
    """Start a query that ends with its connection, and wait until the server has it."""
    monkeypatch.setattr(sql, "SECONDS", 600.0)
    running: list[_Running] = []

    def start() -> _Running:
        running.append(_Running(server))
        running[-1].start()
        while not server.requests:
            running[-1].join(0.01)
        return running[-1]

    yield start
    for thread in running:
        thread.give_up()
        thread.join(60)


class _Running(threading.Thread):
    """Asks a query that never ends."""

    def __init__(self, server: ServedFake) -> None:
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        self.connection.request("GET", f"/api/v3/query_sql?{urlencode({'db': 'db', 'q': ENDLESS})}")
        self._socket: socket.socket = self.connection.sock

    def run(self) -> None:
        """Wait for the response, which never comes."""
        with pytest.raises((OSError, http.client.HTTPException)):
            self.connection.getresponse()

    def give_up(self) -> None:
        """End the connection; closing alone would wait for the response."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


def fetch(server: ServedFake, path: str, query: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=120)
    try:
        connection.request("GET", f"{path}?{urlencode({'db': 'db', 'q': query})}")
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, response.read()
    finally:
        connection.close()


def post(server: ServedFake, line: bytes) -> int:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=120)
    try:
        connection.request("POST", "/api/v3/write_lp?db=db&precision=ns", line)
        return connection.getresponse().status
    finally:
        connection.close()
