"""What a big answer and a big write cost in memory, on the real server."""

from __future__ import annotations

import tracemalloc

from influx_core import InfluxDBClient

ROWS = 200_000
CHUNK = 10_000


async def test_a_stream_holds_one_chunk_and_a_write_one_batch(influxd_url: str):
    """Tracing makes this slow, so it is a fifth of a million; the bound does not grow with rows."""
    async with InfluxDBClient(influxd_url, db="streaming") as client:
        await client.create_database("streaming")
        lines = (b"m f=%d %d" % (i, i) for i in range(ROWS))
        await client.write_lines(b"\n".join(lines))
        tracemalloc.start()
        rows = 0
        async for piece in client.stream("SELECT f FROM m", chunk_size=CHUNK):
            rows += len(piece)
        _, reading = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        await client.write_many(("n", {}, {"f": i}, i) for i in range(20_000))
        _, writing = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await client.drop_database("streaming")
    assert rows == ROWS
    assert reading < 12_000_000
    assert writing < 25_000_000
