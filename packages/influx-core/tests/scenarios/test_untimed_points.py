"""Points of one call without a time, on the servers: each of them is stored."""

from __future__ import annotations

from influx_core import DataPoint


async def test_points_that_would_replace_each_other_are_all_stored(client):
    await client.write_many(DataPoint("m", {"t": "a"}, {"f": n}) for n in range(5))
    await client.write_lines("n f=1\nn f=2\nn f=3 5")
    for name, expected in (("m", [0, 1, 2, 3, 4]), ("n", [3, 1, 2])):
        result = await client.execute(f"SELECT f FROM {name}")
        assert [row.f for row in result.rows()] == expected


async def test_fields_of_a_series_without_a_time_are_one_row(client):
    await client.write_many([("m", {}, {"f": 1}, None), ("m", {}, {"g": 2}, None)])
    (row,) = (await client.execute("SELECT f, g FROM m")).rows()
    assert (row.f, row.g) == (1, 2)


async def test_lines_that_are_said_to_have_times_are_sent_as_they_are(client):
    await client.write_lines("m f=1\nm f=2", timed=True)
    (row,) = (await client.execute("SELECT f FROM m")).rows()
    assert row.f == 2  # the server gives both the same time, and keeps the last


async def test_dicts_without_a_time_are_all_stored_by_a_writer(client):
    async with client.writer() as writer:
        for n in range(5):
            await writer.put({"measurement": "m", "tags": {"t": "a"}, "fields": {"f": n}})
    assert writer.counters.written == 5
    assert [row.f for row in (await client.execute("SELECT f FROM m")).rows()] == [0, 1, 2, 3, 4]
