"""How a client connects: whom it trusts, which proxy it uses, and what keeps a connection alive."""

from __future__ import annotations

import asyncio
import importlib.util

import pyarrow as pa
import pyarrow.flight as fl
import pytest

from influx_core import ConfigError, InfluxDBClient, ServerUnreachable
from influx_testing import FakeInfluxDB, serve

SQL = "SELECT load FROM cpu"
NOWHERE = "http://127.0.0.1:1"
BATCH = pa.record_batch({"n": [1, 2, 3]})

needs_fake = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("datafusion", "h2", "trustme")),
    reason="datafusion, h2 or trustme is not installed (influx-testing[flight,tls])",
)


def connect(url: str, **options) -> InfluxDBClient:
    return InfluxDBClient(
        url, **{"db": "db", "api": "v3", "transport": "flight", "timeout": 60, **options}
    )


def flight(**options) -> dict[str, object]:
    """The transport with options of its own."""
    return {"type": "flight", **options}


@pytest.fixture(scope="module")
def secure():
    fake = FakeInfluxDB("3.x")
    fake.load(b"cpu load=1 1", "db")
    with serve(fake=fake, tls=True) as served:
        yield served


@needs_fake
@pytest.mark.parametrize("option", ["ca_file", "verify"])
async def test_an_authority_of_a_file_is_trusted_by_flight_and_http(secure, option):
    async with connect(secure.url, transport=flight(**{option: secure.ca_file})) as client:
        assert (await client.query_sql(SQL)).rows == [[1.0]]
        assert (await client.ping()).startswith("3")


@needs_fake
async def test_without_verification_any_certificate_is_taken(secure):
    async with connect(secure.url, transport=flight(verify=False)) as client:
        assert (await client.query_sql(SQL)).rows == [[1.0]]


@needs_fake
async def test_an_unknown_authority_is_refused(secure):
    before = len(secure.requests)
    async with connect(secure.url) as client:
        with pytest.raises(ServerUnreachable, match=r"(?i)certificate|handshake|SSL"):
            await client.query_sql(SQL)
    assert len(secure.requests) == before


async def test_a_file_without_certificates_is_named(tmp_path):
    file = tmp_path / "roots.pem"
    file.write_text("nothing")
    with pytest.raises(ConfigError, match=r"roots\.pem"):
        connect("https://127.0.0.1:1", transport=flight(ca_file=file))


@pytest.fixture
def proxy_of_environment(monkeypatch):
    for name in ("http_proxy", "https_proxy", "grpc_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, NOWHERE)
    for name in ("no_proxy", "no_grpc_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("proxy_of_environment")
async def test_a_proxy_of_the_environment_is_ignored(flight_server):
    query = flight_server.answer("no proxy", lambda: pa.table([BATCH["n"]], ["n"]))
    async with connect(flight_server.url) as client:
        assert len(await client.query_sql(query)) == 3


@pytest.mark.usefixtures("proxy_of_environment")
async def test_a_proxy_of_the_environment_is_used_when_asked_for(flight_server):
    async with connect(flight_server.url, transport=flight(trust_env=True)) as client:
        with pytest.raises(ServerUnreachable, match=r"127\.0\.0\.1:1\b"):
            await client.query_sql("SELECT 1")


async def test_a_given_proxy_is_asked_to_connect(flight_server):
    asked = []

    async def refuse(reader, writer):
        asked.append((await reader.readline()).decode().split())
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with connect(flight_server.url, transport=flight(proxy=proxy)) as client:
            with pytest.raises(ServerUnreachable):
                await client.query_sql("SELECT 1")
    assert asked[0][:2] == ["CONNECT", f"127.0.0.1:{flight_server.port}"]


async def test_empty_messages_of_a_waiting_server_are_no_results(flight_server):
    empty = BATCH.slice(0, 0)
    pieces = [empty, BATCH, empty, empty, BATCH, empty]
    query = flight_server.answer(
        "keep alive", lambda: fl.GeneratorStream(BATCH.schema, iter(pieces))
    )
    async with connect(flight_server.url) as client:
        assert [row.n for row in await client.query_sql(query)] == [1, 2, 3, 1, 2, 3]
        found = [(len(s), s.partial) async for s in client.stream_sql(query)]
    assert [size for size, _ in found if size] == [3, 3]
    assert [partial for _, partial in found] == [True] * (len(found) - 1) + [False]
