"""Points for the tests of influx_dask."""

from __future__ import annotations

from influx_core import blocking

WEEK = 604_800_000_000_000
START = 1_600_041_600_000_000_000
"""The beginning of a shard of a week."""

POINTS = 1_200
WEEKS = 3


def line(n: int) -> str:
    """A point: `rare` is in few of them, `host` of every sixth is missing."""
    host = "" if n % 6 == 5 else f",host=h{n % 4}"
    rare = f",rare={n}i" if n % 100 == 0 else ""
    fields = f'load={n / 8},big={9007199254740993 + n}i,ok={"tf"[n % 2]},text="t {n % 9}"{rare}'
    return f"cpu{host},region=r{n % 2} {fields} {START + n * WEEKS * WEEK // POINTS}"


def fill(client: blocking.InfluxDBClient) -> None:
    """Points of three shards, and another measurement."""
    client.write_lines("\n".join(map(line, range(POINTS))))
    client.write_lines(f"other,host=z load=1 {START}")


COPIED_POINTS = 12_000
COPIED_RANGES = 24


def fill_to_copy(url: str) -> None:
    """Points of three measurements in eight shards: enough for a copy of some seconds."""
    lines = (
        f'm{n % 3},host=h{n % 50} f={n / 7},i={n}i,s="t{n}" {START + (n % 8) * WEEK + n}'
        for n in range(COPIED_POINTS)
    )
    with blocking.InfluxDBClient(url, db="db") as client:
        client.create_database("db")
        client.write_lines("\n".join(lines))
