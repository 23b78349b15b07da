"""Outside of asyncio, as under Trio, each way to a server says what to do, and sends nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any

import pytest

from influx_core import ConfigError, InfluxDBClient

CALLS = {
    "write": lambda client: client.write("m", {}, {"f": 1.0}, 1),
    "execute": lambda client: client.execute("SHOW DATABASES"),
    "stream": lambda client: anext(client.stream("SHOW DATABASES")),
    "ping": lambda client: client.ping(),
    "create_database": lambda client: client.create_database("db"),
    "writer": lambda client: client.writer().__aenter__(),
    "spooling writer": lambda client: client.writer(spool="./never.spool").__aenter__(),
}


def run(work: Awaitable[Any]) -> None:
    """Run to the first pause, without an event loop."""

    async def waits() -> None:
        await work

    task: Coroutine[Any, Any, None] = waits()
    task.send(None)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "memory://", "udp://127.0.0.1:1"])
def test_a_call_names_what_it_needs(url, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"needs asyncio.*influx_core\.blocking"):
        run(CALLS[call](InfluxDBClient(url, db="db")))
    assert not list(tmp_path.iterdir())
