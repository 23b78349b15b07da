"""Memory that JSON answers of tiny rows need, with and without influx-speedups.

    python benchmarks/answer_memory.py [--megabytes 40] [--rounds 3] [--before OTHER_PYTHON]

Each reader has a process of its own, in turns. An answer comes from a file in pieces of 64 KiB, as
one document or in documents of 10,000 rows; it becomes one result, whose rows are then read once,
or whose columns are made. The memory is the growth of the peak that Linux tells (VmHWM), which
includes the bytes of the answer. The table has the largest peak and the shortest time of the
rounds, of the other checkout's interpreter first if there is one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import NamedTuple

CHUNK_ROWS = 10_000
ROWS = {
    "time in s, an integer": b"[1600000000,1]",
    "time in ns, a float": b"[1600000000000000000,1.5]",
    "time in s, a text": b'[1600000000,"ab"]',
    "an integer": b"[1]",
}
SHAPES = ("one document", "chunked")
READERS = ("influx-core, rows", "influx-core, columns", "influx-speedups, rows")
READ = """
import sys, time
from influx_core.columns import merge_results
from influx_core.parts import JSONDeserializer

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000

def read(path, deserializer, columnar):
    parser = deserializer.start_columns() if columnar else deserializer.start()
    with open(path, "rb") as file:
        results = [r for piece in iter(lambda: file.read(65536), b"") for r in parser.feed(piece)]
    (series,) = merge_results([*results, *parser.finish()]).series
    del results
    return len(series.data) if columnar else sum(1 for row in series)

name, columnar = sys.argv[1], sys.argv[1].endswith("columns")
deserializer = JSONDeserializer()
if name.startswith("influx-speedups"):
    from influx_speedups.codec import CompiledJSONDeserializer
    deserializer = CompiledJSONDeserializer()
read(sys.argv[2], deserializer, columnar)
before, start = peak(), time.process_time()
read(sys.argv[3], deserializer, columnar)
print(peak() - before, time.process_time() - start)
"""


class Cost(NamedTuple):
    """The megabytes by which the memory grew, and the seconds of processor time."""

    megabytes: float
    seconds: float


def documents(row: bytes, size: int, shape: str) -> Iterator[bytes]:
    """An answer of about so many bytes."""
    left = size // (len(row) + 1)
    while left:
        count = left if shape == "one document" else min(left, CHUNK_ROWS)
        left -= count
        partial = left > 0
        columns = ["time", "v"][-1 - row.count(b",") :]
        series = {"name": "m", "columns": columns, "values": [], "partial": partial}
        result = {"statement_id": 0, "series": [series], "partial": partial}
        empty = json.dumps({"results": [result]}, separators=(",", ":")).encode() + b"\n"
        yield empty.replace(b"[],", b"[%b]," % b",".join([row] * count), 1)


@contextmanager
def answer(row: bytes, size: int, shape: str) -> Iterator[str]:
    """The name of a file with an answer."""
    with tempfile.NamedTemporaryFile() as file:
        file.writelines(documents(row, size, shape))
        file.flush()
        yield file.name


def cost(python: str, reader: str, small: str, large: str) -> Cost:
    """Read an answer in a process that has read a small one before."""
    program = [python, "-c", READ, reader, small, large]
    told = subprocess.run(program, capture_output=True, check=True, text=True).stdout
    return Cost(*map(float, told.split()))


def told(costs: list[Cost], megabytes: int) -> str:
    """The cells of a table: the largest memory and the shortest time."""
    memory, seconds = max(cost.megabytes for cost in costs), min(cost.seconds for cost in costs)
    return f"{memory:.0f} MB | {memory / megabytes:.1f} | {seconds:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--before", help="the interpreter of another checkout")
    options = parser.parse_args()
    size = options.megabytes * 1_000_000
    pythons = [python for python in (options.before, sys.executable) if python]
    titles = ["memory grows by", "times the answer", "CPU seconds"] * len(pythons)
    print("| answer | reader |", " | ".join(titles), "|")
    print("|---|---|" + "---|" * len(titles))
    for (title, row), shape in product(ROWS.items(), SHAPES):
        with answer(row, 1_000, shape) as small, answer(row, size, shape) as large:
            for reader in READERS:
                rounds = [
                    [cost(python, reader, small, large) for python in pythons]
                    for _ in range(options.rounds)
                ]
                cells = [told(list(c), options.megabytes) for c in zip(*rounds, strict=True)]
                print(f"| {title}; {shape} | {reader} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
