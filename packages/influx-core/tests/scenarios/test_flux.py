"""Flux on a server that answers with annotated CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import aclosing

import pytest

from influx_core import ConfigError, FluxTable, InfluxDBClient, QueryError, blocking
from influx_core.annotated_csv import Dialect, FluxColumn, encode, encode_error
from influx_core.interfaces import LocalResponse, Request
from influx_flux import query

SCHEMA = (
    FluxColumn("_time", "dateTime:RFC3339"),
    FluxColumn("_value", "double"),
    FluxColumn("host", "string", in_group_key=True),
)
ONE_SECOND = 1_000_000_000


def table(host: str, rows: int, result: str = "_result") -> FluxTable:
    times = [i * ONE_SECOND for i in range(rows)]
    values = {"_time": times, "_value": [float(i) for i in range(rows)]}
    return FluxTable.of_values(SCHEMA, values, {"host": host}, result=result)


class Answering:
    """A transport that answers every request with the same bytes."""

    def __init__(self, *pieces: bytes, status: int = 200) -> None:
        self.requests: list[Request] = []
        self.pieces: Iterable[bytes] = pieces
        self.status = status

    async def send(self, request: Request) -> LocalResponse:
        self.requests.append(request)
        kind = "text/csv; charset=utf-8" if self.status == 200 else "application/json"
        return LocalResponse(self.status, {"content-type": kind}, self.pieces)

    async def aclose(self) -> None:
        pass

    @property
    def asked(self) -> dict:
        return json.loads(self.requests[-1].body)


def client_of(transport: Answering, **options) -> InfluxDBClient:
    return InfluxDBClient("http://x", transport=transport, **{"api": "v2", "org": "o", **options})


async def test_results_have_the_names_of_yields_and_tables_are_series():
    made = [table("a", 2), table("b", 1), table("a", 1, "mean")]
    transport = Answering(*encode(made))
    async with client_of(transport) as client:
        result = await client.query_flux('from(bucket: "b") |> range(start: -1h)')
    assert [one.name for one in result] == ["_result", "mean"]
    assert list(result.series) == made
    assert [row["_value"] for row in result.rows()] == [0.0, 1.0, 0.0, 0.0]
    assert result.series[0].tags == {"host": "a"}
    assert result.series[0].values[1][0] == "1970-01-01T00:00:01Z"
    assert dict(transport.requests[0].params) == {"org": "o"}


async def test_a_single_value_is_a_scalar():
    async with client_of(Answering(*encode([table("a", 1)]))) as client:
        assert (await client.query_flux("x")).scalar() == 0.0
        assert (await client.query_flux("x", epoch="s")).series[0].values == [[0, 0.0]]


async def test_a_query_of_the_builder_is_sent_as_text():
    transport = Answering(b"\r\n")
    async with client_of(transport) as client:
        result = await client.query_flux(query("it's").range("-1h"), params={"a": 1})
    assert (len(result), result.first()) == (0, None)
    assert transport.asked["query"] == str(query("it's").range("-1h"))
    assert transport.asked["extern"]["body"][0]["assignment"]["init"]["value"] == "1"


async def test_a_dialect_is_sent_and_used_to_read():
    dialect = Dialect(delimiter=";", annotations=("datatype",))
    transport = Answering(*encode([table("a", 1)], dialect))
    async with client_of(transport) as client:
        result = await client.query_flux(
            "x", dialect={"delimiter": ";", "annotations": ["datatype"]}
        )
    assert result.series[0].columns == ("_time", "_value", "host")
    assert transport.asked["dialect"]["annotations"] == ["datatype"]


async def test_streaming_yields_pieces_of_long_tables():
    text = b"".join(encode([table("a", 30_000), table("b", 1)]))
    pieces = [text[i : i + 100_000] for i in range(0, len(text), 100_000)]
    async with client_of(Answering(*pieces)) as client:
        found = [piece async for piece in client.stream_flux("x")]
    assert len(found) > 3
    assert [piece.partial for piece in found] == [True] * (len(found) - 2) + [False, False]
    assert sum(map(len, found)) == 30_001
    assert found[0].followed_by(found[1:-1]) == table("a", 30_000)


async def test_an_error_in_the_middle_comes_after_the_rows_before_it():
    text = b"".join(encode([table("a", 2)])) + encode_error("cannot divide by zero", 897)
    async with client_of(Answering(text)) as client:
        with pytest.raises(QueryError, match="cannot divide by zero") as caught:
            await client.query_flux("x")
        assert (caught.value.reference, caught.value.status) == (897, 200)
        found: list[FluxTable] = []
        async with aclosing(client.stream_flux("x")) as pieces:
            found.append(await anext(pieces))
            with pytest.raises(QueryError):
                await anext(pieces)
        assert found == [table("a", 2)]


async def test_a_refused_query_has_the_code_of_the_server():
    message = "compilation failed: error @1:1-1:5: undefined identifier rang"
    body = json.dumps({"code": "invalid", "message": message}).encode()
    async with client_of(Answering(body, status=400)) as client:
        with pytest.raises(QueryError, match="undefined identifier rang") as caught:
            await client.query_flux("rang()")
    assert (caught.value.code, caught.value.status) == ("invalid", 400)


@pytest.mark.parametrize("api", ["v3", "victoriametrics"])
async def test_a_server_without_flux_gets_no_request(api: str):
    transport = Answering(b"")
    async with client_of(transport, api=api, org=None) as client:
        with pytest.raises(ConfigError, match="does not run Flux"):
            await client.query_flux("x")
    assert transport.requests == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"dialect": {"header": False}}, "header=True"),
        ({"dialect": {"annotations": ["group"]}}, "'datatype'"),
        ({"profilers": ["x"]}, "there is no 'x'"),
        ({"params": {"x": None}}, "null"),
        ({"chunk_size": 3}, "chunk_size"),
        ({"bind_params": {}}, "params"),
    ],
)
async def test_wrong_options_are_refused_before_a_request(options, reason: str):
    transport = Answering(b"")
    async with client_of(transport) as client:
        with pytest.raises(ConfigError, match=reason):
            await client.query_flux("x", **options)
        with pytest.raises(ConfigError, match=reason):
            await anext(client.stream_flux("x", **options))
    assert transport.requests == []


@pytest.mark.parametrize("wrong", ["", " \n", 3, None])
async def test_what_is_no_query_is_refused(wrong):
    async with client_of(Answering(b"")) as client:
        with pytest.raises(ConfigError, match="query"):
            await client.query_flux(wrong)


def test_a_blocking_client_runs_flux():
    transport = Answering(*encode([table("a", 2)]))
    with blocking.InfluxDBClient("http://x", api="v2", org="o", transport=transport) as client:
        assert client.query_flux("x").rows()[1]["_value"] == 1.0
        assert list(client.stream_flux("x")) == [table("a", 2)]


async def test_a_server_of_1x_that_does_not_run_flux_says_what_to_do(server_url: str):
    async with InfluxDBClient(server_url) as client:
        with pytest.raises(QueryError, match=r"1\.8 with flux-enabled = true") as caught:
            await client.query_flux('from(bucket: "b") |> range(start: -1h)')
    assert caught.value.status == 404


async def test_a_response_that_was_cut_is_no_shorter_result():
    text = b"".join(encode([table("a", 2)]))
    async with client_of(Answering(text[:-8])) as client:
        with pytest.raises(Exception, match="incomplete"):
            await client.query_flux("x")
