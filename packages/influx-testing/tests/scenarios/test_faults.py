"""Every fault, as a client meets it in memory and behind a socket."""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from influx_core import InfluxDBClient
from influx_core.errors import (
    AuthenticationError,
    DecodeError,
    PartialWriteError,
    QueryError,
    RequestTooLarge,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
    WriteError,
)
from influx_testing import FakeInfluxDB, Fault, InfluxServer, faults, serve


@pytest.fixture(params=["influx_server", "influx_memory"])
def server(request: pytest.FixtureRequest) -> InfluxServer:
    found: InfluxServer = request.getfixturevalue(request.param)
    found.load("cpu v=1 1\ncpu v=2 2")
    return found


@pytest.fixture
async def client(server: InfluxServer) -> AsyncIterator[InfluxDBClient]:
    async with InfluxDBClient(server.url, db=server.database, timeout=60) as made:
        yield made


async def ask(client: InfluxDBClient) -> Any:
    return await client.raw_query("SELECT v FROM cpu", http_verb="POST")


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (faults.status(503, "no room", retry_after=2), ServerBusy, "no room"),
        (faults.expired_token(), AuthenticationError, "Token is expired"),
        (faults.drop(), ResponseLost, "may have been applied"),
        (faults.reset(), ResponseLost, "may have been applied"),
        (faults.truncate(), ResponseLost, "was cut"),
        (faults.error_mid_stream("killed"), QueryError, "killed"),
        (faults.garbage(), DecodeError, "not a JSON response"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else None,
)
async def test_a_query_meets_a_fault_and_the_next_one_none(
    server: InfluxServer,
    client: InfluxDBClient,
    fault: Fault,
    error: type[Exception],
    words: str,
) -> None:
    server.fail(fault)
    with pytest.raises(error, match=words):
        await ask(client)
    assert len(await ask(client)) == 2
    assert [entry.fault for entry in server.requests] == [fault.name, None]


async def test_a_status_tells_when_to_come_back(
    server: InfluxServer, client: InfluxDBClient
) -> None:
    server.fail(status=429, retry_after=1.5)
    with pytest.raises(ServerBusy) as caught:
        await ask(client)
    assert (caught.value.status, caught.value.retry_after) == (429, 1.5)


@pytest.mark.parametrize("fault", [faults.slow_headers(0.2), faults.slow_body(0.2)])
async def test_a_slow_answer_comes_or_is_too_late(
    server: InfluxServer, client: InfluxDBClient, fault: Fault
) -> None:
    server.fail(fault).always()  # the hasty client may be too late to ask at all
    assert len(await ask(client)) == 2
    async with InfluxDBClient(server.url, db=server.database, timeout=0.05) as hasty:
        with pytest.raises(ResponseLost):
            await ask(hasty)


@pytest.mark.parametrize("make", [faults.drop, faults.reset])
@pytest.mark.parametrize("stored", [False, True])
async def test_an_answer_can_be_lost_before_and_after_storing(
    server: InfluxServer, client: InfluxDBClient, make: Any, stored: bool
) -> None:
    server.fail(make(stored=stored))
    with pytest.raises(ResponseLost):
        await client.write("mem", {}, {"used": 1}, 5)
    server.assert_written("mem used=1i 5", times=int(stored))


async def test_bodies_over_a_size_are_refused(server: InfluxServer, client: InfluxDBClient) -> None:
    server.fail(faults.too_large(20)).always()
    await client.write("m", {}, {"v": 1}, 5)
    with pytest.raises(RequestTooLarge):
        await client.write("a_long_measurement", {}, {"v": 1}, 5)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.partial_write("host=a", "it is old"), "it is old dropped=1"),
        (faults.type_conflict("host=a"), 'field "v" on measurement "m" is type integer'),
    ],
)
async def test_some_lines_are_dropped_and_others_stored(
    server: InfluxServer, client: InfluxDBClient, fault: Fault, words: str
) -> None:
    server.fail(fault)
    with pytest.raises(PartialWriteError, match=words) as caught:
        await client.write_lines(b"m,host=a v=1i 5\nm,host=b v=1i 5\n")
    assert caught.value.dropped == 1
    server.assert_written("m,host=b v=1i 5")
    server.assert_written("m,host=a v=1i 5", times=0)


async def test_a_type_conflict_names_the_type_of_an_unsigned_field(
    influx_factory: Callable[..., InfluxServer],
) -> None:
    server = influx_factory(flavor="2.x")
    server.fail(faults.type_conflict())
    with pytest.raises(WriteError, match="is type unsigned, already exists as type string"):
        await server.client().write_lines(b"m v=1u 5\n")


def test_a_block_without_a_server_may_contain_another_one(
    influx_factory: Callable[..., InfluxServer],
) -> None:
    server = influx_factory()
    with server.unreachable():
        with server.unreachable():
            pass
        with pytest.raises(OSError, match="refused"):
            urlopen(f"{server.url}/ping")
    assert urlopen(f"{server.url}/ping").status == 204


async def test_a_fault_of_ones_own_is_a_function(
    server: InfluxServer, client: InfluxDBClient
) -> None:
    server.fail(Fault("twice", lambda request, ask: (ask(request), ask(request))[1]))
    await client.write("m", {}, {"v": 1}, 5)
    server.assert_written("m v=1i 5", times=2)


@pytest.mark.parametrize(("flavor", "key"), [("2.x", "code"), ("1.8", "error")])
def test_errors_have_the_form_of_the_api_that_was_asked(
    influx_factory: Any, flavor: str, key: str
) -> None:
    import json
    import urllib.error
    import urllib.request

    server = influx_factory(flavor=flavor)
    server.fail(status=500)
    path = "/api/v2/write" if flavor == "2.x" else "/write"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(server.url + path, b"m v=1")
    assert key in json.load(caught.value)


def test_a_status_that_is_no_error_is_refused() -> None:
    with pytest.raises(ValueError, match="status 204 is not an error"):
        faults.status(204)


@pytest.mark.parametrize("options", [{}, {"memory": True}, {"tls": True}], ids=str)
async def test_nothing_listens_at_an_unreachable_server(
    influx_factory: Callable[..., InfluxServer], options: dict[str, Any]
) -> None:
    if "tls" in options:
        pytest.importorskip("trustme", reason="trustme is not installed (influx-testing[tls])")
    server = influx_factory(**options)
    ca_file = {"type": "https", "ca_file": str(server.ca_file)} if server.ca_file else "auto"
    async with InfluxDBClient(server.url, db=server.database, transport=ca_file) as client:
        await client.ping()
        with server.unreachable():
            await asyncio.sleep(0.1)  # let the client see that its open connection is closed
            for _ in range(3):
                with pytest.raises(ServerUnreachable):
                    await client.write("m", {}, {"v": 1}, 1)
        await client.write("m", {}, {"v": 2}, 1)
    server.assert_written("m v=2i 1")
    assert [request.path for request in server.requests] == ["/ping", "/write"]


def test_a_server_is_closed_while_a_response_pauses() -> None:
    with serve() as server:
        server.fail(faults.slow_headers(600))
        address = urlsplit(server.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        connection.request("GET", "/ping")
        while not server.requests:
            time.sleep(0.001)
        server.close()
        with pytest.raises(ConnectionError):
            connection.getresponse()
        connection.close()


async def test_an_error_in_mid_stream_of_flux_is_its_last_table() -> None:
    with serve(fake=FakeInfluxDB("2.x")) as server:
        server.load("cpu v=1 1")
        server.fail(faults.error_mid_stream("killed"))
        async with server.client() as client:
            query = 'from(bucket: "my-bucket") |> range(start: 0)'
            with pytest.raises(QueryError, match="killed"):
                await client.query_flux(query)
