"""Reads Flux results through a local server with our clients and influxdb-client, in one run.

    python benchmarks/annotated_csv.py [--rows 100000] [--tables 100] [--rounds 3] [--memory N]

A server in a process of its own sends the same bytes to every client: tables of one measurement, as
InfluxDB 2 writes them. The clients end with what their users get: rows, of which the value, or the
value and the time, are looked at, or a frame of pandas. The table shows the best processor time of
the client's process in some rounds, and its ratio to influxdb-client's. With `--memory` a result of
so many rows is streamed, and the growth of the process is shown.
"""

from __future__ import annotations

import argparse
import gc
import http.server
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from multiprocessing.connection import Connection
from typing import Any, Self

from influx_core.annotated_csv import FluxColumn, FluxTable, encode
from influx_core.blocking import InfluxDBClient

START_NS = 1_600_000_000_000_000_000
SCHEMA = (
    FluxColumn("_start", "dateTime:RFC3339", in_group_key=True),
    FluxColumn("_stop", "dateTime:RFC3339", in_group_key=True),
    FluxColumn("_time", "dateTime:RFC3339"),
    FluxColumn("_value", "double"),
    FluxColumn("_field", "string", in_group_key=True),
    FluxColumn("_measurement", "string", in_group_key=True),
    FluxColumn("host", "string", in_group_key=True),
)
QUERY = 'from(bucket: "b") |> range(start: -1h)'


def tables(rows: int, count: int) -> Iterator[FluxTable]:
    """Return so many tables with so many rows in all."""
    for number in range(count):
        size = rows // count
        times = [START_NS + index * 1_000_000_007 for index in range(size)]
        values = [index * 0.37 + number for index in range(size)]
        key = {
            "_start": START_NS,
            "_stop": START_NS + 10**15,
            "_field": "usage",
            "_measurement": "cpu",
            "host": f"host-{number}",
        }
        yield FluxTable.of_values(SCHEMA, {"_time": times, "_value": values}, key)


def serve(door: Connection, rows: int, count: int) -> None:
    """Answer every request with the tables; tell the port first."""
    body = b"".join(encode(tables(rows, count)))

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "text/csv; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.send((server.server_port, len(body)))
    server.serve_forever()


class Server:
    """The server's process, as a context manager: its URL."""

    def __init__(self, rows: int, count: int) -> None:
        here, there = multiprocessing.Pipe()
        self._process = multiprocessing.Process(
            target=serve, args=(there, rows, count), daemon=True
        )
        self._process.start()
        port, self.size = here.recv()
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.join()


def ours(url: str) -> dict[str, Callable[[], object]]:
    from influx_dataframe import query_flux_frame

    def values() -> float:
        result = client.query_flux(QUERY)
        return sum(row["_value"] for row in result.rows())

    def times() -> float:
        result = client.query_flux(QUERY)
        return sum(row["_value"] for row in result.rows() if row.time)

    client = InfluxDBClient(url, api="v2", token="t", org="o")
    return {
        "values of rows": values,
        "values and times": times,
        "pandas": lambda: query_flux_frame(client, QUERY),
    }


def influxdb_client(url: str) -> dict[str, Callable[[], object]]:
    from influxdb_client import InfluxDBClient as Peer  # type: ignore[import-not-found]

    def records() -> Iterator[Any]:
        return chain.from_iterable(table.records for table in api.query(QUERY))

    def values() -> float:
        return sum(record.get_value() for record in records())

    def times() -> float:
        return sum(record.get_value() for record in records() if record.get_time())

    api = Peer(url, "t", org="o", timeout=600_000).query_api()
    return {
        "values of rows": values,
        "values and times": times,
        "pandas": lambda: api.query_data_frame(QUERY),
    }


def seconds(action: Callable[[], object]) -> float:
    """Return the processor time of one call."""
    gc.collect()
    start = time.process_time()
    action()
    return time.process_time() - start


def compare(rows: int, count: int, rounds: int) -> None:
    with Server(rows, count) as server:
        print(
            f"{rows} rows in {count} tables, {server.size / 1e6:.1f} MB; seconds, best of {rounds}"
        )
        contestants = {"influx-core": ours(server.url)}
        try:
            contestants["influxdb-client"] = influxdb_client(server.url)
        except ImportError:
            print("influxdb-client is not installed")
        best: dict[tuple[str, str], float] = {}
        for _ in repeat(None, rounds):
            for name, actions in contestants.items():
                for kind, action in actions.items():
                    took = seconds(action)
                    best[name, kind] = min(took, best.get((name, kind), took))
        for kind in contestants["influx-core"]:
            own = best["influx-core", kind]
            peer = best.get(("influxdb-client", kind))
            ratio = "" if peer is None else f"  influxdb-client {peer:8.3f}  {peer / own:6.1f}x"
            print(f"{kind:16} influx-core {own:8.3f}{ratio}")


def memory(rows: int) -> None:
    with Server(rows, 10) as server, InfluxDBClient(server.url, api="v2", org="o") as client:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        counted = sum(map(len, client.stream_flux(QUERY)))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"{counted} rows of {server.size / 1e6:.0f} MB streamed: {grown:.0f} MB more at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--tables", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, default=0)
    given = parser.parse_args()
    if given.memory:
        memory(given.memory)
    else:
        compare(given.rows, given.tables, given.rounds)


if __name__ == "__main__":
    main()
