"""What other clients do to answers when they make frames of them, and ours does not."""

from __future__ import annotations

import pytest

from influx_core import InfluxDBClient, QueryError
from influx_dataframe import query_frame, stream_frames
from influx_testing import faults, serve

NS = 1577836800123456789


async def test_group_by_tags_are_in_the_frame(client, backend, rows):
    """influxdb, aioinflux: tags of GROUP BY are lost, or keys of a dict that only sometimes is."""
    await client.write_many(("m", {"h": h}, {"f": 0.5}, NS) for h in "ab")
    frame = await query_frame(client, "SELECT f FROM m GROUP BY h", backend=backend)
    assert rows(frame)["h"] == ["a", "b"]
    single = await query_frame(client, "SELECT f FROM m WHERE h = 'a' GROUP BY h", backend=backend)
    assert [*rows(single)] == [*rows(frame)]


async def test_no_nanosecond_is_dropped(client, backend, rows):
    """influxdb-client, influxdb: times end at microseconds, or pass through a float."""
    times = [-1, NS, NS + 1, 2**62 + 1]
    await client.write_many(("m", {}, {"f": 0.5}, time) for time in times)
    query = f"SELECT f FROM m WHERE time >= -1 AND time <= {2**62 + 1}"
    assert rows(await query_frame(client, query, backend=backend))["time"] == times


async def test_integers_beside_missing_values_stay_integers(client, backend, rows):
    """influxdb, aioinflux: an integer column with a gap becomes floats, and loses digits."""
    await client.write_many([("m", {}, {"n": 2**53 + 1}, 1), ("m", {}, {"other": 1}, 2)])
    frame = await query_frame(client, "SELECT n, other FROM m", backend=backend)
    assert rows(frame)["n"] == [2**53 + 1, None]


async def test_the_shape_does_not_depend_on_how_many_series_there_are(client, backend, types):
    """influxdb: a dict of frames or a frame; aioinflux: a frame, a dict, or a list of them."""
    await client.write_many(("m", {"h": h}, {"f": 0.5}, NS) for h in "ab")
    seen = [
        types(await query_frame(client, query, backend=backend, types="schema"))
        for query in (
            "SELECT f FROM m GROUP BY h",
            "SELECT f FROM m WHERE h = 'a' GROUP BY h",
            "SELECT f FROM m WHERE h = 'none' GROUP BY h",
        )
    ]
    assert seen[0] == seen[1] == seen[2]


async def test_errors_of_a_statement_in_the_midst_of_an_answer_are_raised(backend):
    """influxdb, aioinflux: errors inside of chunked answers are ignored."""
    with serve() as server:
        async with InfluxDBClient(server.url, db="errors") as client:
            await client.create_database("errors")
            await client.write_many(("m", {}, {"f": 0.5}, i) for i in range(10))
            server.fail(faults.error_mid_stream())
            with pytest.raises(QueryError, match="context canceled"):
                await query_frame(client, "SELECT f FROM m", backend=backend, chunk_size=3)
            server.fail(faults.error_mid_stream())
            with pytest.raises(QueryError, match="context canceled"):
                async for _ in stream_frames(
                    client, "SELECT f FROM m", backend=backend, chunk_size=3
                ):
                    pass


async def test_names_are_data_and_never_code(client, backend, rows):
    """aioinflux: names of columns are evaluated."""
    name = "__import__('os').abort()"
    await client.write("m", {"t,=": "x"}, {name: 0.5}, 1)
    frame = await query_frame(client, 'SELECT * FROM m GROUP BY "t,="', backend=backend)
    assert rows(frame) == {"time": [1], "t,=": ["x"], name: [0.5]}
