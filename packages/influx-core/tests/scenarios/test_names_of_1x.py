"""Names that only InfluxDB 1.x stores, written by its rules."""

from __future__ import annotations

from influx_core import InfluxDBClient
from influx_core.lineprotocol import encode

POINT = ("c\tpu", {"h\tost": "a\tb\x01"}, {"l\toad": 1.5}, 1)


async def test_control_characters_in_names_are_stored_unchanged(client: InfluxDBClient):
    await client.write_lines(encode([POINT], rules="1.x"))
    result = await client.execute("SELECT * FROM /.*/")
    (series,) = result.series
    assert series.name == "c\tpu"
    assert series[0]._asdict() | {"time": None} == {
        "time": None,
        "h\tost": "a\tb\x01",
        "l\toad": 1.5,
    }


async def test_a_path_of_windows_is_a_tag_as_it_is(client: InfluxDBClient):
    await client.write("m", {"path": "C:\\temp\\x"}, {"f": 1.0}, 1)
    (series,) = (await client.execute("SELECT f FROM m GROUP BY path")).series
    assert dict(series.tags) == {"path": "C:\\temp\\x"}
