"""Reads and writes rows with the API of InfluxDB 3, on the fake server.

    python benchmarks/v3.py read --rows 1000000 --rounds 3
    python benchmarks/v3.py write --rows 100000

`read` asks for the same rows of SQL in each format, as rows, as columns and as pandas frames.
`write` writes points and a pandas frame. Every piece of work runs in a process of its own, the
contestants take turns, and CPU is that of the contestant's process. The seconds contain the work of
the fake server, which is written in Python and runs in a process of its own: compare the CPU.

The competitors are pandas alone, which reads the same JSON lines, and influxdb3-python. The latter
writes to the same fake server. It queries by Arrow Flight only, so its rows come from a Flight
server of this program, which holds them ready in memory: its server costs nothing, and its format
is Arrow, not Parquet. What is not installed is named and left out. Trust the ratios of one run, not
its seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import io
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from client import DB, FULL, WARM, WARM_ROWS, Measured, batches, installed, measured, rows
from frames import PURE, serve_flight

from influx_core import InfluxDBClient
from influx_dataframe import query_frame, write_frame

SQL = "SELECT time, host, region, load, temp, n FROM {} LIMIT {}"


class OurRows:
    """influx_core: `query_sql` of one format, as rows or as columns."""

    def __init__(self, deserializer: str, *, columnar: bool) -> None:
        self._deserializer = deserializer
        self._columnar = columnar

    def read(self, url: str, count: int, measurement: str) -> None:
        async def work() -> None:
            async with our_client(url, deserializer=self._deserializer) as client:
                query = SQL.format(measurement, count)
                series = await client.query_sql(query, columnar=self._columnar)
                assert len(series) == count

        asyncio.run(work())


class OurFrames:
    """influx_dataframe: `query_frame` of SQL, of one format."""

    def __init__(self, deserializer: str) -> None:
        self._deserializer = deserializer

    def read(self, url: str, count: int, measurement: str) -> None:
        async def work() -> None:
            async with our_client(url, deserializer=self._deserializer) as client:
                query = SQL.format(measurement, count)
                assert len(await query_frame(client, query, language="sql")) == count

        asyncio.run(work())


class PeerFrames:
    """influxdb3-python: a frame of Arrow over Flight."""

    def read(self, url: str, count: int, measurement: str) -> None:
        import influxdb_client_3

        with influxdb_client_3.InfluxDBClient3(host=url, token="t", database=DB) as client:
            assert len(client.query(str(count), mode="pandas")) == count


class PandasFrames:
    """pandas alone: `read_json` of the same JSON lines."""

    def read(self, url: str, count: int, measurement: str) -> None:
        import pandas as pd

        asked = {"db": DB, "q": SQL.format(measurement, count), "format": "jsonl"}
        request = urllib.request.Request(
            f"{url}/api/v3/query_sql",
            json.dumps(asked).encode(),
            {"content-type": "application/json", "accept": "*/*"},
        )
        with urllib.request.urlopen(request) as response:
            body = io.BytesIO(response.read())
        assert len(pd.read_json(body, lines=True)) == count


class OurPoints:
    """influx_core: `write_many`."""

    def write(self, url: str, count: int, measurement: str) -> None:
        async def work() -> None:
            async with our_client(url) as client:
                await client.write_many((measurement, *row) for row in rows(count))

        asyncio.run(work())


class OurFrame:
    """influx_dataframe: `write_frame`."""

    def write(self, url: str, count: int, measurement: str) -> None:
        table = frame(count)

        async def work() -> None:
            async with our_client(url) as client:
                await write_frame(client, table, measurement, tags=["host", "region"])

        asyncio.run(work())


class PeerPoints:
    """influxdb3-python: lists of points, as large as the requests of influx_core."""

    def write(self, url: str, count: int, measurement: str) -> None:
        with peer_client(url) as client:
            for batch in batches(count):
                client.write(
                    [
                        {"measurement": measurement, "tags": t, "fields": f, "time": when}
                        for t, f, when in batch
                    ]
                )


class PeerFrame:
    """influxdb3-python: a frame."""

    def write(self, url: str, count: int, measurement: str) -> None:
        table = frame(count)
        with peer_client(url) as client:
            client.write(
                table,
                data_frame_measurement_name=measurement,
                data_frame_tag_columns=["host", "region"],
            )


READERS: dict[str, Callable[[], Any]] = {
    "influx_core, rows of JSON lines": lambda: OurRows("jsonl", columnar=False),
    "influx_core, columns of JSON lines": lambda: OurRows("jsonl", columnar=True),
    "influx_core, columns of Parquet": lambda: OurRows("parquet", columnar=True),
    "influx_dataframe, pandas of JSON lines": lambda: OurFrames("jsonl"),
    "influx_dataframe, pandas of CSV": lambda: OurFrames("csv"),
    f"influx_dataframe, pandas of CSV, {PURE}": lambda: OurFrames("csv"),
    "influx_dataframe, pandas of Parquet": lambda: OurFrames("parquet"),
    "pandas.read_json of JSON lines": PandasFrames,
    "influxdb_client_3, pandas of Flight": PeerFrames,
}
WRITERS: dict[str, Callable[[], Any]] = {
    "influx_core, points": OurPoints,
    "influx_dataframe, a frame": OurFrame,
    "influxdb_client_3, points": PeerPoints,
    "influxdb_client_3, a frame": PeerFrame,
}
PEER = "influxdb_client_3"


def our_client(url: str, **options: Any) -> InfluxDBClient:
    """A client of the fake server."""
    return InfluxDBClient(url, db=DB, api="v3", timeout=600, **options)


def peer_client(url: str) -> Any:
    """A client of influxdb3-python that writes at once, and waits as long as it takes."""
    import influxdb_client_3

    options = influxdb_client_3.write_client_options(write_options=influxdb_client_3.SYNCHRONOUS)
    return influxdb_client_3.InfluxDBClient3(
        host=url, token="t", database=DB, write_client_options=options, write_timeout=600_000
    )


def frame(count: int) -> Any:
    """The rows as a frame of pandas, indexed by time."""
    import pandas as pd

    tags, fields, times = zip(*rows(count), strict=True)
    columns = {
        **{key: [each[key] for each in tags] for key in ("host", "region")},
        **{key: [each[key] for each in fields] for key in ("load", "temp", "n")},
    }
    return pd.DataFrame(columns, index=pd.to_datetime(list(times), utc=True))


@contextmanager
def fake_server() -> Iterator[str]:
    """The URL of a fake InfluxDB 3 in a process of its own."""
    command = [sys.executable, "-m", "influx_testing", "--port", "0", "--flavor", "3.x"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
    finally:
        server.terminate()
        server.wait()


def in_a_process(what: str, name: str, url: str, count: int) -> Measured:
    """Have one contestant work in a process of its own."""
    command = [sys.executable, __file__, what, "--do", name, url, str(count)]
    blocked = "speedups" if name.endswith(PURE) else ""
    environment = {**os.environ, "INFLUX_BLOCK_PLUGINS": blocked}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def do(what: str, name: str, url: str, count: int) -> None:
    """Work once, and print what it cost; a small piece before it pays for imports and the like."""
    contestant = {**READERS, **WRITERS}[name]()
    getattr(contestant, what)(url, WARM_ROWS, WARM)
    gc.collect()
    cost = measured(lambda: getattr(contestant, what)(url, count, FULL))
    print(json.dumps(cost))


def runs(name: str) -> bool:
    """Whether what a contestant needs is installed."""
    needed = [PEER] if name.startswith(PEER) else []
    needed += ["pandas"] if "pandas" in name or "frame" in name else []
    needed += ["pyarrow"] if "Parquet" in name else []
    return all(map(installed, needed))


def compare(what: str, names: list[str], urls: dict[str, str], count: int, rounds: int) -> None:
    """Let contestants work in turns; print the best of each, and ratios of CPU."""
    best: dict[str, Measured] = {}
    for _ in range(rounds):
        for name in names:
            cost = in_a_process(what, name, urls.get(name.split(",")[0], urls[""]), count)
            best[name] = min(cost, best.get(name, cost), key=lambda found: found.cpu)
    least = min(cost.cpu for cost in best.values())
    print(f"| {what} {count:,} rows | CPU seconds | seconds | relative to the least CPU |")
    print("|---|---|---|---|")
    for name, cost in best.items():
        print(f"| {name} | {cost.cpu:.2f} | {cost.seconds:.2f} | {cost.cpu / least:.1f}x |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["read", "write"])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3, help="how often each; the best counts")
    parser.add_argument("--do", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.do:
        name, url, count = options.do
        do(options.what, name, url, int(count))
        return
    contestants = READERS if options.what == "read" else WRITERS
    names = list(filter(runs, contestants))
    for name in contestants.keys() - names:
        print(f"{name}: left out, since not all that it needs is installed")
    with fake_server() as url:
        urllib.request.urlopen(f"{url}/ping").close()
        urls = {"": url}
        if options.what == "read":
            OurPoints().write(url, options.rows, FULL)
            OurPoints().write(url, WARM_ROWS, WARM)
            urls[PEER] = serve_flight(options.rows)
        compare(options.what, names, urls, options.rows, options.rounds)


if __name__ == "__main__":
    main()
