"""How fast `iql` imports, exports and starts, beside the `influx` of InfluxDB 1.x.

Both programs import the same file into databases of one influxd, and export the same points as
CSV: points of five weeks, in a shard for each, and points of minutes, in one shard. Rounds of both
alternate, and the median of the ratios counts. What the server allows is measured, too: a program
that only sends prepared bodies, several at a time. Before each round the benchmark waits, for a
while, until other programs are idle, and prints the processor time that they took nevertheless; on
a machine that is busy, the processor time of client and server together says more. The start of a
process is measured as the median of seven.

usage: python benchmarks/command_line.py [LINES] [ROUNDS]
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import psutil

from influx_testing.influxd import influxd

START = 1_600_041_600_000_000_000
MINUTES = 1_000_000
WEEKS = 6_000_000_000
"""Nanoseconds from one line to the next."""
STARTS = 7
BODY_LINES = 10_000
FILES_SOON = {"data.cache-snapshot-write-cold-duration": "3s"}
"""The server that is exported has its points in files, as one that has run for a while."""
PATIENCE = 30.0
"""The seconds to wait for other programs before a round."""
IQL = [sys.executable, "-m", "influx_shell"]
TARGETS = {"import": 1.5, "export": 2.5}
"""How many times faster than `influx`."""
SECONDS = {"iql --help": 0.15, "iql query": 0.3}
"""The longest time of a start."""


class Took(NamedTuple):
    """The seconds that a command took, and those of processors: client, server, all others."""

    seconds: float
    client: float
    server: float
    others: float

    @property
    def processors(self) -> float:
        """The seconds of client and server."""
        return self.client + self.server


def line(n: int, step: int = MINUTES) -> str:
    """One point of four fields, in 700 series."""
    fields = f'load={n / 7:.6f},n={n}i,ok={"tf"[n % 2]},s="text {n % 1000}"'
    return f"m,host=h{n % 100},region=r{n % 7} {fields} {START + n * step}"


def write_file(path: Path, db: str, lines: int) -> None:
    """Write lines with the comments that `influx -import` needs; `iql` obeys them too."""
    head = f"# DDL\nCREATE DATABASE {db}\n# DML\n# CONTEXT-DATABASE: {db}\n"
    with path.open("w") as file:
        file.write(head)
        file.writelines(f"{line(n)}\n" for n in range(lines))


def seconds(command: Sequence[str], out: Path | None = None) -> float:
    """Run a command; return how long it took."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["INFLUX_BLOCK_PLUGINS"] = "parrot"  # a plugin of the tests, which loads aiohttp
    with (out or Path(os.devnull)).open("wb") as file:
        begun = time.perf_counter()
        run = subprocess.run(
            command, stdout=file, stderr=subprocess.PIPE, check=False, env=environment
        )
        taken = time.perf_counter() - begun
    if run.returncode:
        sys.exit(f"{' '.join(command)} failed: {run.stderr.decode()[-2000:]}")
    return taken


def took(server: psutil.Process, act: Callable[[], float]) -> Took:
    """Do something that asks the server."""
    own = psutil.Process()
    before = own.cpu_times(), server.cpu_times(), busy()
    wall = act()
    after = own.cpu_times(), server.cpu_times(), busy()
    client, served = (
        sum(times[1][:4]) - sum(times[0][:4]) for times in zip(before[:2], after[:2], strict=True)
    )
    return Took(wall, client, served, after[2] - before[2] - client - served)


def busy() -> float:
    """The seconds that all processors have worked."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0)


def wait_for_others() -> None:
    """Wait until other programs are idle, for some time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = busy()
        time.sleep(0.5)
        if busy() - before < 0.1:
            return


def medians(several: Sequence[Took]) -> Took:
    """The median of each figure."""
    return Took(*(statistics.median(column) for column in zip(*several, strict=True)))


def show(program: str, found: Took, lines: int) -> None:
    """Print the figures of a program."""
    print(
        f"  {program}: {found.seconds:.2f} s, {lines / found.seconds:,.0f} lines/s; processors: "
        f"{found.client:.2f} s, server {found.server:.2f} s, other programs {found.others:.2f} s"
    )


def compare(
    name: str, lines: int, pairs: list[tuple[Took, Took]], target: float | None = None
) -> None:
    """Print the rates of both programs, and the median of the ratios beside its target."""
    ours, peer = map(medians, zip(*pairs, strict=True))
    ratio = statistics.median(theirs.seconds / mine.seconds for mine, theirs in pairs)
    relative = statistics.median(theirs.processors / mine.processors for mine, theirs in pairs)
    aim = "" if target is None else f" (target {target}x)"
    print(f"{name}: relative to influx: {ratio:.2f}x{aim}, by processor time {relative:.2f}x")
    show("iql", ours, lines)
    show("influx", peer, lines)
    sys.stdout.flush()


def prepared(url: str, db: str, bodies: Sequence[bytes], parallel: int) -> float:
    """Send prepared bodies; return how long it took."""
    at_hand = local()
    path = f"/write?{urlencode({'db': db})}"

    def send(body: bytes) -> None:
        if not hasattr(at_hand, "connection"):
            at_hand.connection = HTTPConnection(urlsplit(url).netloc)
        at_hand.connection.request("POST", path, body)
        with at_hand.connection.getresponse() as response:
            if response.status != 204:
                sys.exit(f"{path}: {response.status} {response.read()!r}")

    begun = time.perf_counter()
    with ThreadPoolExecutor(parallel) as pool:
        list(pool.map(send, bodies))
    return time.perf_counter() - begun


def ask(url: str, text: str, db: str) -> str:
    """Run a query; return the body of the response."""
    connection = HTTPConnection(urlsplit(url).netloc)
    connection.request("POST", f"/query?{urlencode({'q': text, 'db': db})}")
    with connection.getresponse() as response:
        return response.read().decode()


def create(url: str, db: str) -> None:
    """Create a database."""
    ask(url, f"CREATE DATABASE {db}", db)


def imports(url: str, lines: int, rounds: int, folder: Path) -> None:
    """Import with both programs, and send the same lines as prepared bodies."""
    influx = ["influx", "-host", "127.0.0.1", "-port", str(urlsplit(url).port)]
    (server,) = psutil.Process().children()
    texts = [f"{line(n)}\n".encode() for n in range(lines)]
    bodies = [b"".join(texts[n : n + BODY_LINES]) for n in range(0, lines, BODY_LINES)]
    pairs: list[tuple[Took, Took]] = []
    bounds: dict[int, list[Took]] = {1: [], 2: [], 4: []}
    for number in range(rounds):
        ours, theirs = folder / "ours.lp", folder / "theirs.lp"
        write_file(ours, f"ours{number}", lines)
        write_file(theirs, f"theirs{number}", lines)
        mine, peer = (
            [*IQL, "import", str(ours), "--url", url],
            [*influx, "-import", "-path", str(theirs)],
        )
        wait_for_others()
        pairs.append(
            (
                took(server, lambda: seconds(mine)),  # noqa: B023 - called at once
                took(server, lambda: seconds(peer)),  # noqa: B023
            )
        )
        for parallel, found in bounds.items():
            db = f"prepared{number}x{parallel}"
            create(url, db)
            wait_for_others()
            found.append(took(server, lambda: prepared(url, db, bodies, parallel)))  # noqa: B023
    compare("import", lines, pairs, TARGETS["import"])
    for parallel, found in bounds.items():
        show(f"prepared bodies, {parallel} at a time", medians(found), lines)
    sys.stdout.flush()


def exports(url: str, db: str, name: str, lines: int, rounds: int, folder: Path) -> None:
    """Export with both programs."""
    influx = ["influx", "-host", "127.0.0.1", "-port", str(urlsplit(url).port)]
    (server,) = psutil.Process().children()
    ours, theirs = folder / "ours.csv", folder / "theirs.csv"
    chosen = ["--measurement", "m", "--format", "csv", "--epoch", "ns", "--output", str(ours)]
    mine = [*IQL, "export", "--url", url, "--db", db, *chosen]
    peer = [*influx, "-database", db, "-format", "csv", "-execute", "SELECT * FROM m"]
    pairs: list[tuple[Took, Took]] = []
    for _ in range(rounds):
        wait_for_others()
        first = took(server, lambda: seconds(mine))
        wait_for_others()
        pairs.append((first, took(server, lambda: seconds(peer, theirs))))
        counts = [sum(1 for _ in path.open()) for path in (ours, theirs)]
        assert counts == [lines + 1, lines + 1], counts
    compare(name, lines, pairs, TARGETS["export"])


def fill(url: str, db: str, lines: int, step: int) -> None:
    """Store points, and wait until the server has written them to its files."""
    create(url, db)
    for first in range(0, lines, BODY_LINES):
        numbers = range(first, min(first + BODY_LINES, lines))
        prepared(url, db, ["".join(f"{line(n, step)}\n" for n in numbers).encode()], 1)
    while "CACHED VALUES: 0" not in ask(url, "EXPLAIN SELECT * FROM m", db):
        time.sleep(1.0)


def starts(url: str) -> None:
    """Measure how long `iql` takes to do next to nothing."""
    commands = {
        "iql --help": [*IQL, "--help"],
        "iql query": [*IQL, "query", "SHOW DATABASES", "--url", url],
    }
    for name, command in commands.items():
        seconds(command)  # compiles the modules
        taken = statistics.median(seconds(command) for _ in range(STARTS))
        print(f"{name}: {taken * 1e3:.0f} ms (target {SECONDS[name] * 1e3:.0f} ms)", flush=True)
    empty = statistics.median(seconds([sys.executable, "-c", "import asyncio"]) for _ in range(7))
    print(f"python -c 'import asyncio', for comparison: {empty * 1e3:.0f} ms")


def main() -> None:
    """Print the rates, the ratios and the times of starts."""
    if shutil.which("influx") is None:
        sys.exit("there is no program influx: Debian has it in influxdb-client")
    numbers = [int(text) for text in sys.argv[1:]]
    lines, rounds = [*numbers, *(500_000, 3)[len(numbers) :]]
    with influxd() as url, TemporaryDirectory() as folder:
        starts(url)
        imports(url, lines, rounds, Path(folder))
    with influxd(FILES_SOON) as url, TemporaryDirectory() as folder:
        fill(url, "weeks", lines, WEEKS)
        fill(url, "minutes", lines, MINUTES)
        exports(url, "weeks", "export of five weeks", lines, rounds, Path(folder))
        exports(url, "minutes", "export of one shard", lines, rounds, Path(folder))


if __name__ == "__main__":
    main()
