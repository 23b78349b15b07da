"""How fast the fake server is: start, writes, a grouped query, memory.

Run `python benchmarks/fake.py`. Each line is one measurement with its target; the best of several
runs counts, because the machine is shared.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
import tracemalloc
import urllib.parse
from collections.abc import Callable

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, serve

POINTS = 100_000
BATCH = 5_000
BUCKETED = "SELECT mean(v) FROM m WHERE time >= 0 AND time < 100000s GROUP BY time(1m)"


def best(measure: Callable[[], float], runs: int = 3) -> float:
    return min(measure() for _ in range(runs))


def batches(points: int = POINTS) -> list[bytes]:
    return [
        b"".join(
            b"m,host=h%d v=%d.5,n=%di %d000000000\n" % (i % 10, i % 97, i, i)
            for i in range(start, start + BATCH)
        )
        for start in range(0, points, BATCH)
    ]


def filled() -> FakeInfluxDB:
    fake = FakeInfluxDB()
    for batch in batches():
        fake.load(batch, "db")
    return fake


def first_answer() -> float:
    start = time.perf_counter()
    FakeInfluxDB().handle(Request("GET", "/query", (("q", "SHOW DATABASES"),)))
    return time.perf_counter() - start


def process_start() -> float:
    """From the end of the imports to the first answer of a process."""
    program = (
        "import time, urllib.request; from influx_testing import serve; "
        "start = time.perf_counter(); served = serve(); "
        "urllib.request.urlopen(served.url + '/ping').read(); "
        "print(time.perf_counter() - start); served.close()"
    )
    return float(subprocess.check_output([sys.executable, "-c", program]))


def write_rate() -> float:
    bodies = batches()
    with serve() as served:
        served.fake.create_database("db")
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(served.url).netloc)
        start = time.perf_counter()
        for body in bodies:
            connection.request("POST", "/write?db=db", body)
            response = connection.getresponse()
            assert response.status == 204, response.read()
            response.read()
        seconds = time.perf_counter() - start
        connection.close()
    return POINTS / seconds


def grouped_query(fake: FakeInfluxDB) -> float:
    start = time.perf_counter()
    (result,) = fake.query(BUCKETED, "db")
    assert len(result.series[0].values) == 1667
    return time.perf_counter() - start


def memory() -> float:
    """Megabytes for a million points of one field in ten series."""
    tracemalloc.start()
    fake = FakeInfluxDB()
    for start in range(0, 1_000_000, BATCH):
        batch = b"".join(
            b"m,host=h%d v=%d.5 %d000000000\n" % (i % 10, i % 97, i)
            for i in range(start, start + BATCH)
        )
        fake.load(batch, "db")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e6


def show(name: str, value: float, unit: str, target: str) -> None:
    print(f"{name:44} {value:12,.1f} {unit:9} (target {target})", flush=True)


def main() -> None:
    show("start to first answer, in process", best(first_answer) * 1000, "ms", "< 50")
    show("start to first answer, process after import", best(process_start) * 1000, "ms", "< 150")
    rate = max(write_rate() for _ in range(3))
    show("writes through HTTP", rate, "points/s", ">= 100,000")
    fake = filled()
    seconds = best(lambda: grouped_query(fake))
    show("mean() GROUP BY time(1m) over 100k points", seconds * 1000, "ms", "< 300")
    show("a million points in memory", memory(), "MB", "<= 300")


if __name__ == "__main__":
    main()
