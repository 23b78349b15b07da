"""Frames from answers, and lines from frames, beside other clients.

    python benchmarks/frames.py encode --rows 1000000
    python benchmarks/frames.py store --rows 10000000
    python benchmarks/frames.py decode --rows 100000
    python benchmarks/frames.py read --rows 1000000

`encode` makes line protocol of a frame, `store` writes a parquet file to a real influxd: see
encode_frames.py. `decode` makes frames of one body of JSON in memory, contestants in turns, in one
process; `csv` is the same answer as CSV. `read` asks a real influxd, each in a process of its own.
Two peers cannot ask InfluxDB 1.x for frames: influxdb-client is served the same rows as the
annotated CSV of InfluxDB 2.x, and influxdb3-python as Arrow over Flight, both ready in memory, so
that their servers cost nothing. What is not installed is named and left out. CPU is that of the
contestant's process. Trust the ratios of one run, not its seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import http.server
import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import encode_frames
from client import DB, FULL, START, WARM, WARM_ROWS, Measured, Ours, installed, rows

from influx_core import InfluxDBClient
from influx_dataframe import decode_frame, query_frame
from influx_testing.influxd import influxd

PURE = "without speedups"
QUERY = "SELECT * FROM {}"


class OurFrames:
    """influx_dataframe: `query_frame`, into one of the libraries, of one of the formats."""

    def __init__(self, backend: str, deserializer: str = "auto") -> None:
        self._backend: Any = backend
        self._deserializer = deserializer

    def read(self, url: str, count: int, measurement: str) -> None:
        async def work() -> None:
            async with InfluxDBClient(url, db=DB, deserializer=self._deserializer) as client:
                query = QUERY.format(measurement)
                assert len(await query_frame(client, query, backend=self._backend)) == count

        asyncio.run(work())


class Aioinflux:
    """aioinflux: a frame of the whole answer."""

    def read(self, url: str, count: int, measurement: str) -> None:
        import aioinflux

        async def work() -> None:
            parts = urllib.parse.urlsplit(url)
            async with aioinflux.InfluxDBClient(
                host=parts.hostname, port=parts.port, db=DB, output="dataframe"
            ) as client:
                assert len(await client.query(QUERY.format(measurement))) == count

        asyncio.run(work())


class Influxdb:
    """influxdb: its DataFrameClient."""

    def read(self, url: str, count: int, measurement: str) -> None:
        import influxdb

        parts = urllib.parse.urlsplit(url)
        client = influxdb.DataFrameClient(parts.hostname, parts.port, database=DB)
        frames = client.query(QUERY.format(measurement), epoch="ns")
        assert len(frames[measurement]) == count
        client.close()


class InfluxdbClient:
    """influxdb-client: a frame of annotated CSV."""

    def read(self, url: str, count: int, measurement: str) -> None:
        import influxdb_client

        with influxdb_client.InfluxDBClient(url, token="t", org="o") as client:
            assert len(client.query_api().query_data_frame(str(count))) == count


class Influxdb3:
    """influxdb3-python: a frame of Arrow over Flight."""

    def read(self, url: str, count: int, measurement: str) -> None:
        import influxdb_client_3

        with influxdb_client_3.InfluxDBClient3(host=url, token="t", database=DB) as client:
            assert len(client.query(str(count), mode="pandas")) == count


OURS: dict[str, Callable[[], Any]] = {
    "influx_dataframe, pandas": lambda: OurFrames("pandas"),
    "influx_dataframe, polars": lambda: OurFrames("polars"),
    "influx_dataframe, pyarrow": lambda: OurFrames("pyarrow"),
    "influx_dataframe, pandas of CSV": lambda: OurFrames("pandas", "csv"),
    f"influx_dataframe, pandas, {PURE}": lambda: OurFrames("pandas"),
    f"influx_dataframe, pandas of CSV, {PURE}": lambda: OurFrames("pandas", "csv"),
}
PEERS: dict[str, Callable[[], Any]] = {
    "aioinflux": Aioinflux,
    "influxdb": Influxdb,
    "influxdb_client": InfluxdbClient,
    "influxdb_client_3": Influxdb3,
}


def decoders(body: bytes, csv: bytes) -> dict[str, Callable[[], object]]:
    """What each does with an answer that is there already; the names of `OURS` and `PEERS`."""
    made: dict[str, Callable[[], object]] = {}
    for backend in filter(installed, ("pandas", "polars", "pyarrow", "numpy")):
        made[f"influx_dataframe, {backend}"] = lambda b=backend: decode_frame(body, backend=b)
    made["influx_dataframe, pandas of CSV"] = lambda: decode_frame(csv, format="csv")
    if installed("influx_speedups"):
        made[f"influx_dataframe, pandas, {PURE}"] = lambda: without_speedups(body, "json")
        made[f"influx_dataframe, pandas of CSV, {PURE}"] = lambda: without_speedups(csv, "csv")
    if installed("aioinflux"):
        from aioinflux import client as aioinflux
        from aioinflux.serialization import dataframe

        made["aioinflux"] = lambda: dataframe.parse(aioinflux.json.loads(body))
    if installed("influxdb"):
        import influxdb
        from influxdb.resultset import ResultSet

        client = influxdb.DataFrameClient()
        parse = client._to_dataframe
        made["influxdb"] = lambda: parse(ResultSet(json.loads(body)["results"][0]))
    return made


def without_speedups(body: bytes, form: Literal["json", "csv"]) -> object:
    """Decode as if influx-speedups were not installed."""
    os.environ["INFLUX_BLOCK_PLUGINS"] = "speedups"
    try:
        return decode_frame(body, format=form)
    finally:
        del os.environ["INFLUX_BLOCK_PLUGINS"]


def decode(count: int, rounds: int) -> None:
    """Let them decode one answer in turns, and print the best of each."""
    answer, csv = answers(count)
    best: dict[str, float] = {}
    for name, work in (pair for _ in range(rounds) for pair in decoders(answer, csv).items()):
        began = time.process_time()
        made = work()
        cost = time.process_time() - began
        del made
        best[name] = min(cost, best.get(name, cost))
    slowest = best.get("aioinflux", max(best.values()))
    print(f"| frame of {count:,} rows of 7 columns | ms of CPU | relative to aioinflux |")
    print("|---|---|---|")
    for name, cost in sorted(best.items(), key=lambda pair: pair[1]):
        print(f"| {name} | {1000 * cost:.1f} | {slowest / cost:.1f}x |")


def answers(count: int) -> tuple[bytes, bytes]:
    """The same rows as JSON and as CSV: times, a tag, four floats, an integer."""
    table = [
        [START + i * 10**6, f"server{i % 20}", i / 7, i % 90 + 0.25, i / 3, (i % 1000) / 10, i]
        for i in range(count)
    ]
    columns = ["time", "host", "load", "temp", "a", "b", "n"]
    series = {"name": "m", "columns": columns, "values": table}
    body = json.dumps({"results": [{"statement_id": 0, "series": [series]}]}) + "\n"
    lines = (f"m,,{','.join(map(str, row))}\n" for row in table)
    return body.encode(), f"name,tags,{','.join(columns)}\n{''.join(lines)}".encode()


def in_a_process(name: str, url: str, count: int) -> Measured:
    """Have one contestant read in a process of its own."""
    blocked = "speedups" if name.endswith(PURE) else ""
    command = [sys.executable, __file__, "read", "--do", name, url, str(count)]
    environment = {**os.environ, "INFLUX_BLOCK_PLUGINS": blocked}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def do(name: str, url: str, count: str) -> None:
    """Read once, and print what it cost; a small answer before it pays for imports and the like."""
    contestant = {**OURS, **PEERS}[name]()
    contestant.read(url, WARM_ROWS, WARM)
    peak, cpu, began = peak_mb(), time.process_time(), time.perf_counter()
    contestant.read(url, int(count), FULL)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps([seconds, cpu, peak_mb() - peak]))


def peak_mb() -> float:
    """The most memory this program has held; `ru_maxrss` begins with what its parent held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("this system does not tell the peak of a program's memory")


def read(count: int, rounds: int, peers: list[str]) -> None:
    """Let them read the same rows in turns, and print the best of each."""
    with influxd() as url:
        create = urllib.parse.urlencode({"q": f"CREATE DATABASE {DB}"}).encode()
        urllib.request.urlopen(f"{url}/query", create).close()
        Ours().write(url, count, FULL)
        Ours().write(url, WARM_ROWS, WARM)
        urls = {"influxdb_client": serve_flux(count), "influxdb_client_3": serve_flight(count)}
        best: dict[str, Measured] = {}
        grown: dict[str, float] = {}
        for _ in range(rounds):
            for name in [*filter(runs, OURS), *filter(installed, peers)]:
                cost = in_a_process(name, urls.get(name, url), count)
                best[name] = min(cost, best.get(name, cost), key=lambda found: found.cpu)
                grown[name] = max(cost.grown, grown.get(name, 0))
    print(f"| frame of {count:,} rows | CPU seconds | seconds | memory grows by |")
    print("|---|---|---|---|")
    for name, cost in best.items():
        print(f"| {name} | {cost.cpu:.2f} | {cost.seconds:.2f} | {grown[name]:.0f} MB |")


def runs(name: str) -> bool:
    """Whether one of ours can run here: its library is there, and what it goes without."""
    library = name.split(", ")[1].split(" ")[0]
    return installed(library) and (not name.endswith(PURE) or installed("influx_speedups"))


def serve_flux(count: int) -> str:
    """Serve the rows as InfluxDB 2.x does; a question is a number of rows. The URL."""
    header = (
        "#datatype,string,long,dateTime:RFC3339Nano,string,string,string,double,double,long\r\n"
        "#group,false,false,false,true,true,true,false,false,false\r\n"
        "#default,_result,,,,,,,,\r\n"
        ",result,table,_time,_measurement,host,region,load,temp,n\r\n"
    )
    lines = [
        f",,0,{timestamp(when)},m,{t['host']},{t['region']},{f['load']},{f['temp']},{f['n']}\r\n"
        for t, f, when in rows(count)
    ]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["query"]
            body = (header + "".join(lines[: int(asked)]) + "\r\n").encode()
            self.send_response(200)
            self.send_header("content-type", "text/csv")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def timestamp(ns: int) -> str:
    """RFC 3339, with nine decimals."""
    seconds, rest = divmod(ns, 10**9)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:09d}Z"


def serve_flight(count: int) -> str:
    """Serve the rows as InfluxDB 3 does; a question is a number of rows. The URL, or nothing."""
    if importlib.util.find_spec("pyarrow") is None:
        return ""
    import pyarrow as pa
    from pyarrow import flight

    found = list(rows(count))
    table = pa.table(
        {
            "time": pa.array([when for _, _, when in found], pa.timestamp("ns")),
            **{tag: [t[tag] for t, _, _ in found] for tag in ("host", "region")},
            **{field: [f[field] for _, f, _ in found] for field in ("load", "temp", "n")},
        }
    )

    class Server(flight.FlightServerBase):
        def do_get(self, context: Any, ticket: Any) -> Any:
            asked = int(json.loads(ticket.ticket)["sql_query"])
            return flight.RecordBatchStream(table.slice(0, asked))

    server = Server("grpc://127.0.0.1:0")
    threading.Thread(target=server.serve, daemon=True).start()
    return f"http://127.0.0.1:{server.port}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["encode", "store", "decode", "read"])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5, help="how often each; the best counts")
    parser.add_argument("--objects", action="store_true", help="tags that are objects of Python")
    parser.add_argument("--kinds", action="store_true", help="a column of each kind")
    parser.add_argument("--peers", nargs="*", default=list(PEERS))
    parser.add_argument("--do", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.do:
        do(*options.do)
        return
    if options.what == "encode":
        shape = encode_frames.Shape(options.rows, options.objects, options.kinds)
        encode_frames.encode(shape, options.rounds)
        return
    if options.what == "store":
        encode_frames.store(options.rows)
        return
    for name in options.peers:
        if not installed(name):
            print(f"{name} is not installed, and left out")
    if options.what == "decode":
        decode(options.rows, options.rounds)
    else:
        read(options.rows, options.rounds, options.peers)


if __name__ == "__main__":
    main()
