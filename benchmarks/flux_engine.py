"""How fast the fake answers Flux: the first query, filters, windows, map, pivot; and its memory.

Run `python benchmarks/flux_engine.py`. Each line is one measurement with its target, over 100,000
points in ten series; a response is read to its end, as annotated CSV, without a socket. The best of
several runs counts, because the machine is shared.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB

BYTECODE = tempfile.TemporaryDirectory()
SERIES = 10
START = 1_700_000_000
HEADERS = {"authorization": "Token my-token", "content-type": "application/vnd.flux"}
READ = 'from(bucket: "my-bucket") |> range(start: 2023-11-14T00:00:00Z, stop: 2023-11-17T00:00:00Z)'
QUERIES = {
    "filter by tag and value": (
        'filter(fn: (r) => r._measurement == "cpu" and r.host =~ /^h/ and r._value > 45.0)',
        200,
    ),
    "aggregateWindow(every: 1m, fn: mean)": ("aggregateWindow(every: 1m, fn: mean)", 400),
    "map with arithmetic": ("map(fn: (r) => ({r with _value: r._value * 2.0 + 1.0}))", 800),
    "pivot": ('pivot(rowKey: ["_time"], columnKey: ["host"], valueColumn: "_value")', 400),
}
"""What is piped after `range`, and the target in milliseconds, by the name of the measurement."""


def best(measure: Callable[[], float], runs: int = 5) -> float:
    return min(measure() for _ in range(runs))


def filled(points: int = 100_000) -> FakeInfluxDB:
    """A server with points at every second of ten series."""
    fake = FakeInfluxDB("2.x")
    each = points // SERIES
    for series in range(SERIES):
        for start in range(0, each, 10_000):
            lines = "".join(
                f"cpu,host=h{series} usage={i % 97}.5 {START + i}000000000\n"
                for i in range(start, min(start + 10_000, each))
            )
            params = (("org", "my-org"), ("bucket", "my-bucket"))
            response = fake.handle(
                Request("POST", "/api/v2/write", params, HEADERS, lines.encode())
            )
            assert response.status == 204
    return fake


def seconds(fake: FakeInfluxDB, query: str) -> float:
    """The time of a response, from the request to the end of its body."""
    start = time.perf_counter()
    request = Request("POST", "/api/v2/query", (("org", "my-org"),), HEADERS, query.encode())
    response = fake.handle(request)
    size = sum(map(len, response.pieces))
    assert response.status == 200, (response.status, size)
    return time.perf_counter() - start


def first_answer() -> float:
    """The first query of a process that has imported the library, over two points.

    Modules are loaded from bytecode, as installed ones are; the first run writes it.
    """
    program = (
        "import time; from influx_core.interfaces import Request; "
        "from influx_testing import FakeInfluxDB; import influx_flux; fake = FakeInfluxDB('2.x'); "
        "org = ('org', 'my-org'); token = {'authorization': 'Token my-token'}; "
        "body = b'm v=1,w=2'; "
        "place = (org, ('bucket', 'my-bucket')); "
        "fake.handle(Request('POST', '/api/v2/write', place, token, body)); "
        "flux = {**token, 'content-type': 'application/vnd.flux'}; "
        "query = b'from(bucket: \"my-bucket\") |> range(start: -1h) |> last()'; "
        "request = Request('POST', '/api/v2/query', (org,), flux, query); "
        "start = time.perf_counter(); response = fake.handle(request); "
        "body = b''.join(response.pieces); end = time.perf_counter(); "
        "assert response.status == 200, body; print(end - start)"
    )
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": BYTECODE.name}
    return float(subprocess.check_output([sys.executable, "-c", program], env=environment))


def peak_memory(points: int) -> float:
    """Megabytes that a filtered response needs at most, beside the stored points."""
    fake = filled(points)
    tracemalloc.start()
    seconds(fake, f"{READ} |> filter(fn: (r) => r._value > 10.0)")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def show(name: str, value: float, unit: str, target: str) -> None:
    print(f"{name:44} {value:10,.1f} {unit:4} (target {target})", flush=True)


def main() -> None:
    show("first query of a process", best(first_answer, 5) * 1000, "ms", "< 10")
    fake = filled()
    small = f'{READ} |> filter(fn: (r) => r.host == "h1") |> last()'
    show("small query", best(lambda: seconds(fake, small)) * 1000, "ms", "< 10")
    for name, (query, target) in QUERIES.items():
        taken = best(lambda query=query: seconds(fake, f"{READ} |> {query}"))
        show(name, taken * 1000, "ms", f"< {target}")
    for points in (100_000, 1_000_000):
        show(
            f"memory to filter {points:,} points",
            peak_memory(points),
            "MB",
            "does not grow with all points",
        )


if __name__ == "__main__":
    main()
