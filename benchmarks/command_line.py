"""How fast `iql` imports, exports and starts, beside the `influx` of InfluxDB 1.x.

Both programs import the same file into databases of one influxd, and export the same points as
CSV; rounds of both alternate, and the median of the ratios counts. On a machine that is busy, the
processor time of client and server together says more. The start of a process is measured as the
median of seven.

usage: python benchmarks/command_line.py [LINES] [ROUNDS]
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil

from influx_testing.influxd import influxd

START = 1_600_041_600_000_000_000
STARTS = 7
IQL = [sys.executable, "-m", "influx_shell"]
TARGETS = {"import": 1.5, "export": 2.5}
"""How many times faster than `influx`."""
SECONDS = {"iql --help": 0.15, "iql query": 0.3}
"""The longest time of a start."""


class Took(NamedTuple):
    """The seconds that a command took, and those of processors, in the client and in the server."""

    seconds: float
    client: float
    server: float


def line(n: int) -> str:
    """One point of four fields, in 100 series."""
    fields = f'load={n / 7:.6f},n={n}i,ok={"tf"[n % 2]},s="text {n % 1000}"'
    return f"m,host=h{n % 100},region=r{n % 7} {fields} {START + n * 1_000_000}"


def write_file(path: Path, db: str, lines: int) -> None:
    """Write lines with the comments that `influx -import` needs; `iql` obeys them too."""
    head = f"# DDL\nCREATE DATABASE {db}\n# DML\n# CONTEXT-DATABASE: {db}\n"
    with path.open("w") as file:
        file.write(head)
        file.writelines(f"{line(n)}\n" for n in range(lines))


def seconds(command: Sequence[str], out: Path | None = None) -> float:
    """Run a command; return how long it took."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with (out or Path(os.devnull)).open("wb") as file:
        begun = time.perf_counter()
        run = subprocess.run(
            command, stdout=file, stderr=subprocess.PIPE, check=False, env=environment
        )
        taken = time.perf_counter() - begun
    if run.returncode:
        sys.exit(f"{' '.join(command)} failed: {run.stderr.decode()[-2000:]}")
    return taken


def took(server: psutil.Process, command: Sequence[str], out: Path | None = None) -> Took:
    """Run a command that asks the server."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN), server.cpu_times()
    wall = seconds(command, out)
    after = resource.getrusage(resource.RUSAGE_CHILDREN), server.cpu_times()
    client = sum(after[0][:2]) - sum(before[0][:2])
    return Took(wall, client, sum(after[1][:2]) - sum(before[1][:2]))


def compare(name: str, lines: int, pairs: list[tuple[Took, Took]]) -> None:
    """Print the rates of both programs, and the median of the ratios beside its target."""
    ours, peer = (
        Took(*(statistics.median(column) for column in zip(*several, strict=True)))
        for several in zip(*pairs, strict=True)
    )
    ratio = statistics.median(theirs.seconds / mine.seconds for mine, theirs in pairs)
    print(
        f"{name}: iql {lines / ours.seconds:,.0f} lines/s, "
        f"influx {lines / peer.seconds:,.0f} lines/s, "
        f"relative to influx: {ratio:.2f}x (target {TARGETS[name]}x)"
    )
    for program, found in (("iql", ours), ("influx", peer)):
        print(f"  {program}: {found.client:.2f} s of processors, server: {found.server:.2f} s")
    relative = sum(peer[1:]) / sum(ours[1:])
    print(f"  by processor time, relative to influx: {relative:.2f}x", flush=True)


def transfers(url: str, lines: int, rounds: int, folder: Path) -> None:
    """Import and export with both programs."""
    influx = ["influx", "-host", "127.0.0.1", "-port", str(urlsplit(url).port)]
    (server,) = psutil.Process().children()
    imports: list[tuple[Took, Took]] = []
    for number in range(rounds):
        ours, theirs = folder / "ours.lp", folder / "theirs.lp"
        write_file(ours, f"ours{number}", lines)
        write_file(theirs, f"theirs{number}", lines)
        mine = took(server, [*IQL, "import", str(ours), "--url", url])
        imports.append((mine, took(server, [*influx, "-import", "-path", str(theirs)])))
    compare("import", lines, imports)
    exports: list[tuple[Took, Took]] = []
    for _ in range(rounds):
        ours, theirs = folder / "ours.csv", folder / "theirs.csv"
        chosen = ["--measurement", "m", "--format", "csv", "--epoch", "ns", "--output", str(ours)]
        mine = took(server, [*IQL, "export", "--url", url, "--db", "ours0", *chosen])
        query = ["-database", "ours0", "-format", "csv", "-execute", "SELECT * FROM m"]
        exports.append((mine, took(server, [*influx, *query], theirs)))
        counts = [sum(1 for _ in path.open()) for path in (ours, theirs)]
        assert counts == [lines + 1, lines + 1], counts
    compare("export", lines, exports)


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
        transfers(url, lines, rounds, Path(folder))


if __name__ == "__main__":
    main()
