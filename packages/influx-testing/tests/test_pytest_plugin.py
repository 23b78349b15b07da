from __future__ import annotations

import urllib.request

import pytest

from influx_core import InfluxDBClient


def ask(url: str, statement: str) -> str:
    body = urllib.request.urlopen(f"{url}/query", data=f"q={statement}".encode()).read()
    return body.decode()


@pytest.mark.parametrize("name", ["one", "two"])
def test_the_server_is_empty_for_each_test_and_takes_any_client(influx_server, name):
    assert '"values"' not in ask(influx_server.url, "SHOW DATABASES")
    ask(influx_server.url, f"CREATE DATABASE {name}")
    assert f'["{name}"]' in ask(influx_server.url, "SHOW DATABASES")


async def test_the_client_has_a_database_of_its_own(influx_client: InfluxDBClient):
    await influx_client.write("cpu", {"host": "a"}, {"load": 0.5}, 1)
    (row,) = await influx_client.raw_query("SELECT load FROM cpu")
    assert row.load == 0.5
    assert len(await influx_client.databases()) == 1
