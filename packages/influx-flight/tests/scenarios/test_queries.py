"""Queries of a client over Flight: SQL and InfluxQL, as rows, columns and frames."""

from __future__ import annotations

import threading
from contextlib import aclosing

import pyarrow as pa
import pyarrow.flight as fl
import pytest

from influx_core import (
    AuthenticationError,
    AuthorizationError,
    ConfigError,
    DatabaseNotFound,
    InfluxDBClient,
    QueryError,
    ServerBusy,
    ServerUnreachable,
    blocking,
)
from influx_flight import ArrowDeserializer

NS = pa.timestamp("ns")
TABLE = pa.table(
    {
        "time": pa.array([1, 2, 3]).cast(NS),
        "host": pa.array(["a", "b", None]),
        "n": pa.array([0, 2**64 - 1, None], pa.uint64()),
        "load": pa.array([0.5, None, 1.0]),
        "gone": pa.nulls(3, pa.float64()),
    }
)


def connect(server, **options) -> InfluxDBClient:
    return InfluxDBClient(
        server.url, **{"db": "d", "api": "v3", "token": "t0k", "transport": "flight", **options}
    )


@pytest.fixture
async def client(flight_server):
    async with connect(flight_server) as made:
        yield made


def raising(error: BaseException):
    def answer():
        raise error

    return answer


def streamed(*pieces, schema: pa.Schema = TABLE.schema):
    """A stream of batches; an exception among them ends it, an event is waited for."""

    def batches():
        for piece in pieces:
            if isinstance(piece, threading.Event):
                piece.wait(60)
            elif isinstance(piece, BaseException):
                raise piece
            else:
                yield piece

    return lambda: fl.GeneratorStream(schema, batches())


(BATCH,) = TABLE.to_batches()


async def test_sql_has_the_exact_types_of_the_server(client, flight_server):
    series = await client.query_sql(flight_server.answer("types", lambda: TABLE))
    assert series.columns == ("time", "host", "n", "load", "gone")
    assert series.rows == [
        [1, "a", 0, 0.5, None],
        [2, "b", 2**64 - 1, None, None],
        [3, None, None, 1.0, None],
    ]
    assert series[0].time_ns == 1
    assert [c.kind for c in series.data] == ["time", "string", "unsigned", "float", "float"]


async def test_a_query_has_its_database_language_and_parameters(client, flight_server):
    query = flight_server.answer("asked", lambda: TABLE)
    await client.query_sql(query, bind_params={"n": 1, "s": "x"}, db="other")
    asked, headers = flight_server.asked[-1]
    assert asked == {
        "database": "other",
        "sql_query": "asked",
        "query_type": "sql",
        "params": {"n": 1, "s": "x"},
    }
    assert headers["authorization"] == "Bearer t0k"


async def test_a_token_of_one_call_replaces_that_of_the_client(client, flight_server):
    query = flight_server.answer("token", lambda: TABLE)
    await client.query_sql(query, token="0ther")
    await client.query_sql(query, username="anyone", password="p4ss")
    sent = [headers["authorization"] for _, headers in flight_server.asked[-2:]]
    assert sent == ["Bearer 0ther", "Bearer p4ss"]


async def test_a_stream_has_a_series_for_each_batch(client, flight_server):
    query = flight_server.answer("batches", streamed(BATCH, BATCH.slice(0, 1), BATCH))
    found = [(len(s), s.partial) async for s in client.stream_sql(query)]
    assert found == [(3, True), (1, True), (3, False)]


async def test_a_batch_is_given_while_the_next_one_is_awaited(client, flight_server):
    go = threading.Event()
    query = flight_server.answer("slow", streamed(BATCH, go, BATCH))
    async with aclosing(client.stream_sql(query)) as pieces:
        assert len(await anext(pieces)) == 3
        go.set()
        assert [len(piece) async for piece in pieces] == [3]


async def test_a_response_without_rows_keeps_its_columns(client, flight_server):
    query = flight_server.answer("empty", lambda: TABLE.slice(0, 0))
    series = await client.query_sql(query)
    assert (series.columns, len(series)) == (("time", "host", "n", "load", "gone"), 0)
    assert [len(s) async for s in client.stream_sql(query)] == [0]


class BytesOnly:
    """A deserializer of other people, which takes the bytes of an Arrow stream."""

    accept = ArrowDeserializer.accept

    def start(self):
        return BytesParser()


class BytesParser:
    def __init__(self):
        self.arrow = ArrowDeserializer().start()

    def feed(self, data):
        assert isinstance(data, bytes)
        return self.arrow.feed(data)

    def finish(self):
        return self.arrow.finish()


@pytest.mark.parametrize("limit", [30, {"attempt": 30, "total": 30}], ids=["silence", "total"])
@pytest.mark.parametrize(
    "table",
    [
        TABLE,
        TABLE.slice(0, 0),
        pa.concat_tables([TABLE, TABLE.slice(1)]),
        pa.table({"host": pa.array(["b", "a", None, "b"]).dictionary_encode(), "n": range(4)}),
    ],
    ids=["one batch", "no rows", "two batches", "a dictionary"],
)
async def test_a_parser_of_bytes_reads_the_same_rows(flight_server, table, limit):
    query = flight_server.answer("bytes", lambda: table)
    async with connect(flight_server, timeout=limit) as client:
        expected = await client.query_sql(query)
        batches = [list(piece.rows) async for piece in client.stream_sql(query)]
    async with connect(flight_server, timeout=limit, deserializer=BytesOnly()) as client:
        assert await client.query_sql(query) == expected
        assert [list(piece.rows) async for piece in client.stream_sql(query)] == batches
    assert expected.columns == tuple(table.column_names)
    assert len(expected) == table.num_rows


async def test_influxql_has_series_with_the_tags_of_group_by(client, flight_server):
    table = pa.table(
        {
            "iox::measurement": ["cpu"] * 3 + ["mem"],
            "time": pa.array([1, 2, 1, 1]).cast(NS),
            "host": pa.array(["a", "a", "b", "b"]),
            "load": pa.array([0.5, 1.0, 2.0, None]),
        }
    )
    query = flight_server.answer("SELECT load FROM cpu, mem GROUP BY host", lambda: table)
    result = await client.execute(query)
    assert [(s.name, dict(s.tags), s.columns, s.rows, s.partial) for s in result.series] == [
        ("cpu", {"host": "a"}, ("time", "load"), [[1, 0.5], [2, 1.0]], False),
        ("cpu", {"host": "b"}, ("time", "load"), [[1, 2.0]], False),
        ("mem", {"host": "b"}, ("time", "load"), [[1, None]], False),
    ]
    assert flight_server.asked[-1][0]["query_type"] == "influxql"


@pytest.mark.parametrize(
    ("error", "expected", "status"),
    [
        (pa.ArrowInvalid("Error while planning query: no such column"), QueryError, 400),
        (pa.ArrowKeyError("Database 'd' not found"), DatabaseNotFound, 404),
        (fl.FlightUnauthenticatedError("Unauthenticated"), AuthenticationError, 401),
        (fl.FlightUnauthorizedError("Permission denied"), AuthorizationError, 403),
        (fl.FlightUnavailableError("starting"), ServerBusy, 503),
        (fl.FlightInternalError("a bug"), QueryError, 500),
        (pa.ArrowNotImplementedError("not here"), QueryError, 501),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
async def test_an_error_has_its_class_and_the_words_of_the_server(
    client, flight_server, error, expected, status
):
    query = flight_server.answer(f"fails {error}", raising(error))
    with pytest.raises(expected) as caught:
        await client.query_sql(query)
    assert type(caught.value) is expected
    assert str(caught.value) == str(error).strip("'\"") or str(error) in str(caught.value)
    assert "Detail" not in str(caught.value)
    assert "gRPC" not in str(caught.value)
    assert caught.value.status == status


async def test_rows_that_came_before_an_error_are_given(client, flight_server):
    error = pa.ArrowInvalid("divided by zero")
    query = flight_server.answer("late error", streamed(BATCH, error))
    found = []
    with pytest.raises(QueryError, match=r"^divided by zero$"):
        found.extend([len(s) async for s in client.stream_sql(query)])
    async with aclosing(client.stream_sql(query)) as pieces:
        found.append(len(await anext(pieces)))
        with pytest.raises(QueryError):
            await anext(pieces)
    assert found == [3]
    with pytest.raises(QueryError):
        await client.query_sql(query)


async def test_a_server_that_cannot_be_reached_is_not_sent_the_query():
    async with InfluxDBClient(
        "http://127.0.0.1:1", db="d", api="v3", transport="flight", timeout=60
    ) as client:
        with pytest.raises(ServerUnreachable, match=r"cannot connect: .*refused"):
            await client.query_sql("SELECT 1")


async def test_the_next_server_is_tried(flight_server):
    query = flight_server.answer("failover", lambda: TABLE)
    urls = ["http://127.0.0.1:1", flight_server.url]
    async with InfluxDBClient(urls, db="d", api="v3", transport="flight") as client:
        assert len(await client.query_sql(query)) == 3
        assert client.base_urls[0] == flight_server.url


async def test_a_policy_tries_again(flight_server):
    failures = [fl.FlightUnavailableError("starting")] * 2

    def answer():
        if failures:
            raise failures.pop()
        return TABLE

    query = flight_server.answer("retried", answer)
    retry = {"type": "backoff", "base": 0.001, "cap": 0.01}
    async with connect(flight_server, retry=retry) as client:
        assert len(await client.query_sql(query)) == 3


async def test_a_connection_is_shared_and_queries_do_not_mix(client, flight_server):
    import asyncio

    queries = [
        flight_server.answer(f"at once {i}", lambda i=i: TABLE.slice(0, i % 4)) for i in range(20)
    ]
    found = await asyncio.gather(*map(client.query_sql, queries))
    assert [len(series) for series in found] == [i % 4 for i in range(20)]


def test_a_blocking_client_queries_and_streams(flight_server):
    query = flight_server.answer("blocking", streamed(BATCH, BATCH))
    with blocking.InfluxDBClient(
        flight_server.url, db="d", api="v3", token="t0k", transport="flight"
    ) as client:
        assert len(client.query_sql(query)) == 6
        assert [len(series) for series in client.stream_sql(query)] == [3, 3]


async def test_arrow_needs_flight(flight_server):
    async with connect(flight_server, transport="auto", deserializer="arrow") as client:
        with pytest.raises(ConfigError, match="'arrow' needs transport='flight'"):
            await client.query_sql("SELECT 1")


async def test_a_closed_client_says_so(flight_server):
    client = connect(flight_server)
    await client.aclose()
    with pytest.raises(ConfigError, match="the client is closed"):
        await client.query_sql("SELECT 1")


async def test_a_path_is_refused(flight_server):
    async with InfluxDBClient(
        f"{flight_server.url}/prefix", db="d", api="v3", transport="flight"
    ) as client:
        with pytest.raises(ConfigError, match="Flight has no paths"):
            await client.query_sql("SELECT 1")


async def test_a_server_of_http_alone_is_told_from_one_that_is_away():
    import asyncio

    async def answer(reader, writer):
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with InfluxDBClient(
            f"http://127.0.0.1:{port}", db="d", api="v3", transport="flight", timeout=60
        ) as client:
            with pytest.raises(ServerUnreachable, match="does not speak HTTP/2"):
                await client.query_sql("SELECT 1")
