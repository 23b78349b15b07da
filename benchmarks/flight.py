"""Reads rows of InfluxDB 3 over Arrow Flight, next to the official client and to JSON lines.

    python benchmarks/flight.py --rows 1000000 --rounds 3

It needs influx-flight, influx-dataframe and pandas; influxdb3-python is the competitor. All read
from one server of this program, in a process of its own, which has the rows ready in memory: over
Flight in batches of 8,192 rows, as InfluxDB 3 sends them, and over HTTP as JSON lines. So the
figures are those of the clients. Large reads run in processes of their own, in turns; the first
read of a process pays for imports and new memory, and of the next ones the fastest counts. CPU is
that of the client's process. Each figure is printed with its target. Trust the ratios of one run,
not its seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from client import Measured, measured, rows

from influx_core import InfluxDBClient, ResponseLost
from influx_dataframe import query_frame

BATCH_ROWS = 8_192
STREAM_ROWS = 5_000_000
SMALL_QUERIES = 200
SMALL_ROWS = 10
READS = 5
DEADLINE = 1.0

FLIGHT_FRAME = "influx-flight, pandas"
PEER_FRAME = "influxdb3-python, pandas"
FLIGHT_ROWS = "influx-flight, rows"
LINES_FRAME = "influx-core, pandas of JSON lines"
SLOW = (FLIGHT_ROWS, LINES_FRAME)
"""Readers that run once, after a small read."""


def flight_client(url: str, **options: Any) -> InfluxDBClient:
    """A client whose queries go over Flight."""
    return InfluxDBClient(url, db="d", api="v3", token="t", transport="flight", **options)


def peer_client(url: str) -> Any:
    """A client of influxdb3-python."""
    import influxdb_client_3

    return influxdb_client_3.InfluxDBClient3(host=url, token="t", database="d")


def read_frame(client: InfluxDBClient, count: int) -> None:
    """Read rows as a frame of pandas."""

    async def work() -> None:
        async with client:
            assert len(await query_frame(client, str(count), language="sql")) == count

    asyncio.run(work())


def read_series(client: InfluxDBClient, count: int, *, rows_too: bool) -> None:
    """Read rows as one series; with its rows, or only its columns."""

    async def work() -> None:
        async with client:
            series = await client.query_sql(str(count), columnar=True)
            assert len(series.rows if rows_too else series.data[0].values) >= count

    asyncio.run(work())


def read_peer(url: str, count: int) -> None:
    """Read rows with influxdb3-python as a frame of pandas."""
    with peer_client(url) as client:
        assert len(client.query(str(count), mode="pandas")) == count


READERS: dict[str, Callable[[str, str, int], None]] = {
    FLIGHT_FRAME: lambda flight, http, count: read_frame(flight_client(flight), count),
    PEER_FRAME: lambda flight, http, count: read_peer(flight, count),
    "influx-flight, columns": lambda flight, http, count: read_series(
        flight_client(flight), count, rows_too=False
    ),
    FLIGHT_ROWS: lambda flight, http, count: read_series(
        flight_client(flight), count, rows_too=True
    ),
    LINES_FRAME: lambda flight, http, count: read_frame(
        InfluxDBClient(http, db="d", api="v3", token="t", timeout=600), count
    ),
}


def read(flight: str, http: str, count: int, rounds: int) -> None:
    """Let the readers work in turns; print the best of each, and the ratios."""
    best: dict[str, Measured] = {}
    for number in range(rounds):
        for name in READERS:
            if number and name in SLOW:
                continue
            command = [sys.executable, __file__, "--do", name, flight, http, str(count)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            cost = Measured(*json.loads(done.stdout.splitlines()[-1]))
            best[name] = min(cost, best.get(name, cost))
    print(f"| read {count:,} rows | seconds | CPU seconds |")
    print("|---|---|---|")
    for name, cost in best.items():
        print(f"| {name} | {cost.seconds:.2f} | {cost.cpu:.2f} |")
    ours, peer, lines = best[FLIGHT_FRAME], best[PEER_FRAME], best[LINES_FRAME]
    told("time relative to influxdb3-python", ours.seconds / peer.seconds, "x", most=1.3)
    told("CPU of JSON lines relative to Flight", lines.cpu / ours.cpu, "x", least=15)


def do(name: str, flight: str, http: str, count: int) -> None:
    """Read in this process after a first read, which is small for slow readers; print the best."""
    READERS[name](flight, http, SMALL_ROWS if name in SLOW else count)
    print(json.dumps(min(read_once(name, flight, http, count) for _ in range(reads(name)))))


def read_once(name: str, flight: str, http: str, count: int) -> Measured:
    """Measure one read."""
    gc.collect()
    return measured(lambda: READERS[name](flight, http, count))


def reads(name: str) -> int:
    """How often a process reads; memory that was returned to the system is not all back at once."""
    return 1 if name in SLOW else READS


def stream(flight: str) -> None:
    """Measure how the memory grows while many rows are streamed, after the first tenth of them."""
    command = [sys.executable, __file__, "--stream", flight]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    told(f"growth while {STREAM_ROWS:,} rows are streamed", float(done.stdout), " MB", most=50)


async def streamed(flight: str) -> float:
    """The growth of the peak of memory in MB, beyond that of a tenth of the rows."""
    async with flight_client(flight) as client:
        for count in (STREAM_ROWS // 10, STREAM_ROWS):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            seen = 0
            async with aclosing(client.stream_sql(str(count))) as pieces:
                async for piece in pieces:
                    seen += len(piece)
            assert seen == count
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


async def small(flight: str, rounds: int) -> None:
    """Alternate rounds of small queries of both clients in this process; compare the medians."""
    ours: list[float] = []
    theirs: list[float] = []
    peer = peer_client(flight)
    async with flight_client(flight) as client:
        for number in range(rounds + 1):
            began = time.perf_counter()
            for _ in range(SMALL_QUERIES):
                assert len(await client.query_sql(str(SMALL_ROWS))) == SMALL_ROWS
            between = time.perf_counter()
            for _ in range(SMALL_QUERIES):
                assert peer.query(str(SMALL_ROWS)).num_rows == SMALL_ROWS
            if number:  # the first round opens the connections
                ours.append(between - began)
                theirs.append(time.perf_counter() - between)
    peer.close()
    ratio = statistics.median(ours) / statistics.median(theirs)
    seconds = f" ({statistics.median(ours):.2f} s)"
    told(
        f"{SMALL_QUERIES} small queries relative to influxdb3-python{seconds}", ratio, "x", most=1.5
    )


async def time_limits(flight: str) -> None:
    """Measure how long a cancelled query takes to end, and how exact deadlines are."""
    for place in ("nothing", "schema", "rows"):
        async with flight_client(flight, timeout=60) as client:
            task = asyncio.ensure_future(client.query_sql(f"silent after {place}"))
            await asyncio.sleep(0.3)
            began = time.perf_counter()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            took = time.perf_counter() - began
        told(f"end of a cancelled query, silent after {place}", took, " s", most=0.5)
    for place in ("nothing", "schema", "rows"):
        async with flight_client(flight, timeout=DEADLINE) as client:
            began = time.perf_counter()
            with suppress(ResponseLost):
                await client.query_sql(f"silent after {place}")
            late = abs(time.perf_counter() - began - DEADLINE)
        told(f"error of a deadline, silent after {place}", late, " s", most=0.2)


def told(what: str, value: float, unit: str, *, most: float = 0, least: float = 0) -> None:
    """Print a figure, its target, and whether it was reached."""
    reached = value >= least if least else value <= most
    target = f"at least {least:g}" if least else f"at most {most:g}"
    print(f"{what}: {value:.2f}{unit}, target {target}{unit}: {'ok' if reached else 'MISSED'}")


def serve(count: int) -> None:
    """Serve rows over Flight and as JSON lines; print both URLs. A query is a number of rows."""
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
    batches = table.to_batches(max_chunksize=BATCH_ROWS)
    empty = table.schema.empty_table().to_batches()
    lines = b"".join(map(json_line, found))
    del found

    def taken(wanted: int) -> Iterator[Any]:
        while wanted > 0:
            for batch in batches:
                part = batch if batch.num_rows <= wanted else batch.slice(0, wanted)
                yield part
                wanted -= part.num_rows
                if wanted <= 0:
                    return

    def silent(place: str) -> Iterator[Any]:
        if place == "rows":
            yield batches[0]
        time.sleep(3)
        yield from empty

    class Server(flight.FlightServerBase):
        def do_get(self, context: Any, ticket: Any) -> Any:
            query = json.loads(ticket.ticket)["sql_query"]
            if not query.isdecimal():
                place = query.rpartition(" ")[2]
                if place == "nothing":
                    time.sleep(3)
                return flight.GeneratorStream(table.schema, silent(place))
            if int(query) > count:
                return flight.GeneratorStream(table.schema, taken(int(query)))
            part = pa.Table.from_batches(list(taken(int(query))), table.schema)
            return flight.RecordBatchStream(part)

    class Lines(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            wanted = int(asked["q"])
            body = lines if wanted == count else b"".join(map(json_line, rows(wanted)))
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = Server("grpc://127.0.0.1:0")
    web = ThreadingHTTPServer(("127.0.0.1", 0), Lines)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.port} http://127.0.0.1:{web.server_port}", flush=True)
    server.serve()


def json_line(row: tuple[dict[str, str], dict[str, Any], int]) -> bytes:
    """A row as InfluxDB 3 writes it in JSON lines."""
    tags, fields, when = row
    seconds, rest = divmod(when, 10**9)
    shown = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    if rest:
        shown += f".{rest // 10**6:03}" if rest % 10**6 == 0 else f".{rest:09}"
    return json.dumps({"time": shown, **tags, **fields}).encode() + b"\n"


@contextmanager
def server(count: int) -> Iterator[tuple[str, str]]:
    """The URLs of the server in a process of its own."""
    command = [sys.executable, __file__, "--serve", str(count)]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert running.stdout is not None
        flight, http = running.stdout.readline().split()
        yield flight, http
    finally:
        running.kill()
        running.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="how often each; the best counts")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--do", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--stream", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
    elif options.do:
        name, flight, http, count = options.do
        do(name, flight, http, int(count))
    elif options.stream:
        print(asyncio.run(streamed(options.stream)))
    else:
        for needed in ("influx_flight", "pandas", "influxdb_client_3"):
            if importlib.util.find_spec(needed) is None:
                sys.exit(f"{needed} is not installed")
        with server(options.rows) as (flight, http):
            read(flight, http, options.rows, options.rounds)
            stream(flight)
            asyncio.run(small(flight, options.rounds))
            asyncio.run(time_limits(flight))


if __name__ == "__main__":
    main()
