from __future__ import annotations

import json
import socket
import threading
import urllib.request
from pathlib import Path

import aiohttp
import pytest

from influx_testing import FakeInfluxDB, serve


def get(url: str) -> bytes:
    with urllib.request.urlopen(url) as response:
        return bytes(response.read())


def test_a_served_fake_answers_at_its_url() -> None:
    with serve() as served:
        served.fake.create_database("db")
        answer = json.loads(get(f"{served.url}/query?q=SHOW+DATABASES"))
    assert answer["results"][0]["series"][0]["values"] == [["db"]]


def test_what_is_served_can_be_given() -> None:
    fake = FakeInfluxDB("1.8")
    with serve(fake=fake) as served:
        assert served.fake is fake
        assert json.loads(get(f"{served.url}/health"))["version"] == "1.8.10"


def test_chunks_arrive_one_by_one() -> None:
    fake = FakeInfluxDB()
    fake.load(b"m v=1 1\nm v=2 2\n", "db")
    with serve(fake=fake) as served:
        body = get(f"{served.url}/query?db=db&q=SELECT+v+FROM+m&chunked=true&chunk_size=1")
    assert len(body.splitlines()) == 2


async def test_it_listens_on_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with serve(unix_socket=path) as served:
        assert served.url.startswith("http+unix://")
        connector = aiohttp.UnixConnector(str(path))
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get("http://fake/ping") as response,
        ):
            assert response.status == 204


def test_closing_ends_thread_and_socket() -> None:
    before = set(threading.enumerate())
    served = serve()
    port = int(served.url.rpartition(":")[2])
    served.close()
    served.close()
    assert set(threading.enumerate()) <= before
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))


def test_a_port_that_is_taken_is_an_error() -> None:
    with serve() as served, pytest.raises(OSError, match="in use"):
        serve(port=int(served.url.rpartition(":")[2]))


def test_names_of_headers_are_written_as_the_real_server_does() -> None:
    with serve() as served, urllib.request.urlopen(f"{served.url}/ping") as answer:
        names = {name for name, _ in answer.getheaders()}
    assert {"Content-Type", "Request-Id", "X-Influxdb-Build", "X-Influxdb-Version"} <= names
