"""aioinflux 0.9.0: requests 10 to 13. It asks by forms, and reads errors from a header."""

from __future__ import annotations

import asyncio
import sys

import numpy as np

np.float = float  # it was taken out of numpy after this client's last release

from aioinflux import InfluxDBClient, InfluxDBWriteError  # noqa: E402

host, port = sys.argv[1].removeprefix("http://").split(":")
POINT = {"measurement": "cpu", "tags": {"host": "a"}, "fields": {"v": 1.5}, "time": 1}


async def main() -> None:
    async with InfluxDBClient(host=host, port=int(port), db="aio") as client:
        assert (await client.ping())["X-Influxdb-Version"] == "1.6.7"
        await client.create_database(db="aio")
        assert await client.write([POINT, {**POINT, "time": 2}])
        for epoch in ("ns", "µ"):
            answer = await client.query("SELECT v FROM cpu", epoch=epoch)
            assert answer["results"][0]["series"][0]["values"] == [[1, 1.5], [2, 1.5]], answer
        chunks = await client.query("SELECT v FROM cpu", chunked=True, chunk_size=1)
        assert len([chunk async for chunk in chunks]) == 2
        try:
            await client.write({**POINT, "fields": {"v": "text"}})
        except InfluxDBWriteError as error:
            assert "field type conflict" in str(error), error
        else:
            raise AssertionError("a conflict was not told")
    async with InfluxDBClient(host=host, port=int(port), path="/prefix") as client:
        assert "X-Influxdb-Version" in await client.ping()  # GET /prefixping, with no slash


asyncio.run(main())
