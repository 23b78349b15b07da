"""A stranger's distribution adds a transport, a serializer and an auth scheme by entry point."""

from __future__ import annotations

import influx_parrot
import pytest

from influx_core import InfluxDBClient


@pytest.mark.parametrize("server", ["fake_url", "influxd_url"])
async def test_a_client_uses_a_strangers_parts_by_their_names(server, request):
    url = request.getfixturevalue(server)
    passed: list = []
    async with InfluxDBClient(
        url.replace("http://", "parrot://"),
        db="parrot",
        transport={"type": "parrot", "memory": passed},
        serializer={"type": "parrot", "comment": "hello"},
        auth={"type": "parrot", "word": "polly"},
    ) as client:
        await client.create_database("parrot")
        await client.write("m", {}, {"f": 1}, 1)
        (row,) = await client.raw_query("SELECT f FROM m")
        await client.drop_database("parrot")
    assert row.f == 1
    assert {request.headers["x-parrot"] for request in passed} == {"polly"}
    assert passed[1].body == b"# hello\nm f=1i 1\n"
    assert passed[1].headers["content-type"] == "text/x-parrot"


async def test_a_scheme_chooses_a_strangers_transport(fake_url: str):
    influx_parrot.finished.clear()
    async with InfluxDBClient(fake_url.replace("http://", "parrot://")) as client:
        assert await client.ping()
    assert influx_parrot.finished == [("/ping", 1)]
