"""The blocking client: the same surface as the asyncio one, and the same answers."""

from __future__ import annotations

import asyncio
import inspect
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from influx_core import ConfigError, InfluxDBClient, QueryError, ServerUnreachable, blocking

RENAMED = {"aclose": "close"}
REFERENCE = Path(__file__).parents[4] / "docs/reference/client.md"


def surface(cls: type) -> dict[str, object]:
    return {name: member for name, member in inspect.getmembers(cls) if not name.startswith("_")}


def test_both_clients_have_the_same_surface():
    asynchronous = {RENAMED.get(name, name) for name in surface(InfluxDBClient)}
    assert set(surface(blocking.InfluxDBClient)) == asynchronous


@pytest.mark.parametrize("name", ["__init__", *surface(InfluxDBClient)])
def test_every_method_takes_what_the_original_takes_and_none_is_a_coroutine(name):
    original = getattr(InfluxDBClient, name)
    waiting = getattr(blocking.InfluxDBClient, RENAMED.get(name, name))
    if callable(original):
        assert list(inspect.signature(waiting).parameters) == list(
            inspect.signature(original).parameters
        )
        assert (name == "__init__") or waiting.__doc__
    assert not inspect.iscoroutinefunction(waiting)
    assert not inspect.isasyncgenfunction(waiting)


def test_the_reference_lists_the_whole_surface():
    listed = set(re.findall(r"`(?:\w+\.)*(\w+)[(`]", REFERENCE.read_text()))
    assert set(surface(InfluxDBClient)) - listed == set()


def test_a_script_writes_and_reads(server_url):
    with blocking.InfluxDBClient(server_url, db="blocking") as client:
        client.create_database("blocking")
        client.write_many([("m", {}, {"f": i}, i) for i in range(25)])
        assert client.raw_query("SELECT count(f) FROM m").values[0][1] == 25
        assert [len(piece) for piece in client.stream("SELECT f FROM m", chunk_size=10)] == [
            10,
            10,
            5,
        ]
        assert [row.f for row in client.query("f", "m").where("f > 22").execute().rows()] == [
            23,
            24,
        ]
        client.drop_database("blocking")


def test_a_stream_can_be_left_early(server_url):
    with blocking.InfluxDBClient(server_url, db="left") as client:
        client.create_database("left")
        client.write_many([("m", {}, {"f": i}, i) for i in range(25)])
        stream = client.stream("SELECT f FROM m", chunk_size=10)
        assert len(next(stream)) == 10
        stream.close()
        client.drop_database("left")


def test_errors_are_those_of_the_original(fake_url):
    with blocking.InfluxDBClient(fake_url) as client, pytest.raises(QueryError, match="FORM"):
        client.execute("SELECT f FORM m")


def test_threads_share_a_client_and_its_one_thread(fake_url):
    with blocking.InfluxDBClient(fake_url) as client, ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(lambda _: client.ping(), range(20)))) == 20
        assert sum(thread.name == "influx" for thread in threading.enumerate()) == 1
    assert not any(thread.name == "influx" for thread in threading.enumerate())


def test_a_closed_client_says_so(fake_url):
    client = blocking.InfluxDBClient(fake_url)
    client.ping()
    client.close()
    client.close()
    with pytest.raises(ConfigError, match="closed"):
        client.ping()


def test_a_client_that_was_never_used_starts_no_thread():
    client = blocking.InfluxDBClient.from_url("http://localhost:1/x")
    assert client.base_urls == ["http://localhost:1"]
    client.close()


async def test_it_can_be_used_where_a_loop_runs(fake_url):
    with blocking.InfluxDBClient.from_env({"INFLUX_URL": fake_url}) as client:
        assert client.ping()
        assert await asyncio.to_thread(client.ping)


def test_nobody_there_is_told_at_once():
    client = blocking.InfluxDBClient("http://127.0.0.1:1")
    with client, pytest.raises(ServerUnreachable):
        client.ping()
