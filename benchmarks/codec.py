"""Encodes and decodes line protocol with our codecs and other clients', in one interleaved run.

    python benchmarks/codec.py [--points 20000] [--rounds 5]

Contestants that are not installed are left out, which is said. Every encoder starts from the same
plain dicts and makes the objects it needs. Each round runs all contestants one after another;
the table shows the median of their rounds, as points a second and as a ratio to our Python codec.
Time is the processor's, which another program disturbs less than a clock: all contestants use one
thread, and none waits for anything.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import random
import statistics
import time
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from influx_core import DataPoint
from influx_core.lineprotocol import decode, encode

Record = dict[str, Any]
Run = Callable[[], object]

START_NS = 1_600_000_000_000_000_000


def rows(count: int) -> list[Record]:
    """4 tags, 3 floats, an integer, a string."""
    return records(count, tags=4, floats=3, integers=1, strings=1)


def frame(count: int) -> list[Record]:
    """2 tags, 5 floats, an integer."""
    return records(count, tags=2, floats=5, integers=1, strings=0)


def answer(count: int) -> list[Record]:
    """7 columns with the time: a tag, 5 floats."""
    return records(count, tags=1, floats=5, integers=0, strings=0)


def records(count: int, *, tags: int, floats: int, integers: int, strings: int) -> list[Record]:
    """Dicts with the same keys, which are the same objects too, as those of literals are."""
    source = random.Random(1)
    tag_keys, float_keys, integer_keys, string_keys = (
        [f"{kind}_{n}" for n in range(number)]
        for kind, number in (
            ("tag", tags),
            ("float", floats),
            ("integer", integers),
            ("string", strings),
        )
    )
    return [
        {
            "measurement": "cpu",
            "tags": {
                key: f"value-{series % 10 + n}" if n else f"host-{series}"
                for n, key in enumerate(tag_keys)
            },
            "fields": {key: source.random() * 100 for key in float_keys}
            | {key: source.randrange(10**6) for key in integer_keys}
            | dict.fromkeys(string_keys, f"state {index % 50}"),
            "time": START_NS + index * 1_000_003,
        }
        for index in range(count)
        for series in [index % 1000]
    ]


members = itemgetter("measurement", "tags", "fields", "time")


def ours(items: list[Record]) -> Run:
    return lambda: encode(map(members, items))


def ours_data_points(items: list[Record]) -> Run:
    return lambda: encode(itertools.starmap(DataPoint, map(members, items)))


def compiled(items: list[Record]) -> Run:
    from influx_speedups.codec import encode as compiled_encode

    return lambda: compiled_encode(map(members, items))


def compiled_data_points(items: list[Record]) -> Run:
    from influx_speedups.codec import encode as compiled_encode

    return lambda: compiled_encode(itertools.starmap(DataPoint, map(members, items)))


def sluicebox(items: list[Record]) -> Run:
    from sluicebox._lineprotocol import Dialect
    from sluicebox._serializer import Serializer
    from sluicebox.config import TagsConfig, ValidationConfig
    from sluicebox.tags import TagInjector

    serializer = Serializer(
        dialect=Dialect.for_version(2),
        validation=ValidationConfig(),
        schemas={},
        injector=TagInjector(TagsConfig()),
        auto_timestamp=False,
    )
    return lambda: serializer.serialize(items, database="db", precision="ns")


def influxdb(items: list[Record]) -> Run:
    from influxdb.line_protocol import make_lines

    return lambda: make_lines({"points": items}).encode()


def influxdb_client(items: list[Record]) -> Run:
    from influxdb_client import Point

    return lambda: "\n".join(Point.from_dict(item).to_line_protocol() for item in items).encode()


def influxdb3(items: list[Record]) -> Run:
    from influxdb_client_3 import Point

    return lambda: "\n".join(Point.from_dict(item).to_line_protocol() for item in items).encode()


def aioinflux(items: list[Record]) -> Run:
    from aioinflux.serialization import serialize

    return lambda: serialize(items)


def questdb(items: list[Record]) -> Run:
    from questdb.ingress import Buffer, TimestampNanos

    def run() -> bytes:
        buffer = Buffer(1)
        for item in items:
            at = TimestampNanos(item["time"])
            buffer.row(item["measurement"], symbols=item["tags"], columns=item["fields"], at=at)
        return bytes(buffer)

    return run


def ours_decoding(body: bytes) -> Run:
    return lambda: decode(body)


def compiled_decoding(body: bytes) -> Run:
    from influx_speedups.codec import decode as compiled_decode

    return lambda: compiled_decode(body)


def line_protocol_parser(body: bytes) -> Run:
    from line_protocol_parser import parse_line

    return lambda: [parse_line(line) for line in body.decode().split("\n") if line]


ENCODERS: dict[str, Callable[[list[Record]], Run]] = {
    "influx-core, tuples": ours,
    "influx-core, DataPoints": ours_data_points,
    "influx-speedups, tuples": compiled,
    "influx-speedups, DataPoints": compiled_data_points,
    "questdb (Rust)": questdb,
    "sluicebox": sluicebox,
    "aioinflux, dicts": aioinflux,
    "influxdb-client": influxdb_client,
    "influxdb": influxdb,
    "influxdb3-python": influxdb3,
}
DECODERS: dict[str, Callable[[bytes], Run]] = {
    "influx-core": ours_decoding,
    "influx-speedups": compiled_decoding,
    "line-protocol-parser (C)": line_protocol_parser,
}


def prepare(contestants: dict[str, Callable[[Any], Run]], data: Any) -> dict[str, Run]:
    """Make the contestants ready, and run each once to warm its caches."""
    runs: dict[str, Run] = {}
    for name, make in contestants.items():
        try:
            runs[name] = make(data)
        except ImportError as error:
            print(f"left out: {name}: {error}")
            continue
        runs[name]()
    return runs


def medians(runs: dict[str, Run], rounds: int) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            gc.collect()
            start = time.process_time()
            run()
            seconds[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def report(title: str, runs: dict[str, Run], points: int, rounds: int) -> None:
    found = medians(runs, rounds)
    best = next(iter(found.values()))
    print(f"\n| {title} | points/s | relative to influx-core |\n|---|---|---|")
    for name, seconds in sorted(found.items(), key=lambda item: item[1]):
        print(f"| {name} | {points / seconds / 1000:,.0f}k | {best / seconds:.2f}x |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for shape in (rows, frame, answer):
        items = shape(options.points)
        described = str(shape.__doc__).rstrip(".")
        runs = prepare(ENCODERS, items)
        report(f"encode: {described}", runs, options.points, options.rounds)
        runs = prepare(DECODERS, encode(map(members, items)))
        report(f"decode: {described}", runs, options.points, options.rounds)


if __name__ == "__main__":
    main()
