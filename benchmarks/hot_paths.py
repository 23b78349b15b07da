"""The hot paths whose instructions `instructions.py` counts, and the program that runs one of them.

Under valgrind every import is slow, so a path imports only what it needs, when it is prepared.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

Run = Callable[[], object]
START_NS = 1_600_000_000_000_000_000
LAYOUT = "HOT_PATHS_LAYOUT"
"""An environment variable: how many objects of each kind are created before those of the path."""


def rows(count: int) -> list[tuple[Any, ...]]:
    """4 tags, 3 floats, an integer, a string, as tuples; 100 series."""
    return [
        (
            "cpu",
            {"host": f"host-{n % 100}", "region": "eu-west", "rack": f"r{n % 7}", "os": "linux"},
            {
                **{f"float_{k}": number(n + k) for k in range(3)},
                "integer": n * 7919 % 1_000_003,
                "string": f"state {n % 50}",
            },
            START_NS + n * 1_000_003,
        )
        for n in range(count)
    ]


def number(n: int) -> float:
    """Return a number with about as many digits as measured ones have."""
    return (n * 7919 % 1_000_003) / 10_007


def encode(count: int) -> Run:
    from influx_core.lineprotocol import encode

    points = rows(count)
    return lambda: encode(points)


def encode_compiled(count: int) -> Run:
    from influx_speedups.codec import encode

    points = rows(count)
    return lambda: encode(points)


def encode_backslashes(count: int) -> Run:
    """Encode points of as many series as there are points; 50 values of a tag need a check."""
    from influx_core.lineprotocol import encode

    points = [
        (measurement, {**tags, "path": rf"C:\{n % 50}\ x", "task": f"t{n}"}, fields, timestamp)
        for n, (measurement, tags, fields, timestamp) in enumerate(rows(count))
    ]
    return lambda: encode(points, rules="v2")


def encode_one(count: int) -> Run:
    from influx_core.lineprotocol import encode

    points = rows(count)
    return lambda: [encode([point]) for point in points]


def encode_one_compiled(count: int) -> Run:
    from influx_speedups.codec import encode

    points = rows(count)
    return lambda: [encode([point]) for point in points]


def encode_columns(count: int) -> Run:
    from influx_core.codec import encode_columns

    frame = columns(count)
    return lambda: encode_columns(*frame)


def encode_columns_compiled(count: int) -> Run:
    from influx_speedups.codec import encode_columns

    frame = columns(count)
    return lambda: encode_columns(*frame, threads=1)


def columns(count: int) -> tuple[Any, ...]:
    """A column of each kind: a tag of 100 texts as a dictionary, fields, times."""
    from array import array

    from influx_core.columns import Column

    every = range(count)
    hosts = Column.of([f"host-{n}" for n in range(100)], "string")
    positions = array("i", [n % 100 for n in every])
    fields = {
        "float": Column.of([number(n) for n in every], "float"),
        "integer": Column.of([n * 7919 % 1_000_003 for n in every], "integer"),
        "boolean": Column.of([n * 7919 % 1_003 % 2 == 0 for n in every], "boolean"),
        "string": Column.of([f"state {n * 7919 % 1_003}" for n in every], "string"),
    }
    tags = {"host": Column("string", count, positions, dictionary=hosts)}
    return "cpu", tags, fields, Column.of([START_NS + n * 1_000_003 for n in every], "time")


def decode(count: int) -> Run:
    from influx_core.lineprotocol import decode, encode

    body = encode(rows(count))
    return lambda: decode(body)


def decode_compiled(count: int) -> Run:
    from influx_core.lineprotocol import encode
    from influx_speedups.codec import decode

    body = encode(rows(count))
    return lambda: decode(body)


def summarize(count: int) -> Run:
    from influx_core.parts import LineProtocolSummarizer

    return summarizing(count, LineProtocolSummarizer)


def summarize_compiled(count: int) -> Run:
    from influx_speedups.codec import CompiledLineSummarizer

    return summarizing(count, CompiledLineSummarizer)


def summarizing(count: int, summarizer: Callable[[], Any]) -> Run:
    """Summarize lines as an import does."""
    from influx_core.lineprotocol import encode

    body = encode(rows(count))
    return lambda: summarizer().summarize(body)


def json_rows(count: int) -> Run:
    from influx_core.parts import JSONDeserializer

    return reading(count, JSONDeserializer)


def json_rows_compiled(count: int) -> Run:
    from influx_speedups.codec import CompiledJSONDeserializer

    return reading(count, CompiledJSONDeserializer)


def reading(count: int, deserializer: Callable[[], Any]) -> Run:
    """Read a result in JSON, and look at all values."""
    import json

    columns, values = result(count)
    series = {"name": "cpu", "columns": columns, "values": values}
    answer = json.dumps({"results": [{"statement_id": 0, "series": [series]}]}).encode()

    def read() -> list[list[tuple[Any, ...]]]:
        parser = deserializer().start()
        results = [*parser.feed(answer), *parser.finish()]
        return [[tuple(row) for row in found] for result in results for found in result.series]

    return read


def msgpack_rows(count: int) -> Run:
    """Read a result in MessagePack, and look at all values."""
    import msgspec

    from influx_core.parts import MessagePackDeserializer

    columns, values = result(count)
    series = {"name": "cpu", "columns": columns, "values": values}
    answer = msgspec.msgpack.encode({"results": [{"statement_id": 0, "series": [series]}]})

    def read() -> list[list[tuple[Any, ...]]]:
        parser = MessagePackDeserializer().start()
        results = [*parser.feed(answer), *parser.finish()]
        return [[tuple(row) for row in found] for result in results for found in result.series]

    return read


def result(count: int) -> tuple[list[str], list[list[Any]]]:
    """Return columns and rows: the time, a tag and 5 floats."""
    values = [
        [START_NS + n * 1_000_003, f"host-{n % 100}", *(number(n + k) for k in range(5))]
        for n in range(count)
    ]
    return ["time", "host", *(f"float_{k}" for k in range(5))], values


def csv_columns(count: int) -> Run:
    from influx_core.parts import CSVDeserializer

    return reading_csv(count, CSVDeserializer)


def csv_columns_compiled(count: int) -> Run:
    from influx_speedups.codec import CompiledCSVDeserializer

    return reading_csv(count, CompiledCSVDeserializer)


def reading_csv(count: int, deserializer: Callable[[], Any]) -> Run:
    """Read a result in CSV to columns."""
    columns, values = result(count)
    lines = [["name", "tags", *columns], *(["cpu", "", *row] for row in values)]
    answer = "".join(",".join(map(str, line)) + "\n" for line in lines).encode()

    def read() -> list[Any]:
        parser = deserializer().start_columns()
        return [*parser.feed(answer), *parser.finish()]

    return read


def put_nowait(count: int) -> Run:
    return writing(count, "line-protocol")


def put_nowait_compiled(count: int) -> Run:
    return writing(count, "compiled-line-protocol")


def put_compiled(count: int) -> Run:
    return writing(count, "compiled-line-protocol", waits=True)


def writing(count: int, serializer: str, *, waits: bool = False) -> Run:
    """Write points one at a time; the transport does nothing with them."""
    import asyncio

    from influx_core import DataPoint, InfluxDBClient
    from influx_core.interfaces import LocalResponse, Request

    class Sink:
        async def send(self, request: Request) -> LocalResponse:
            return LocalResponse(204)

        async def aclose(self) -> None: ...

    points = [DataPoint(*row) for row in rows(count)]

    async def write() -> None:
        async with (
            InfluxDBClient("memory://", db="db", serializer=serializer, transport=Sink()) as client,
            client.writer(batch_points=500, flush_interval=3600) as writer,
        ):
            for point in points:
                if waits:
                    await writer.put(point)
                else:
                    writer.put_nowait(point)

    return lambda: asyncio.run(write())


def influxql(count: int) -> Run:
    from influxql import queries

    from influx_query import parse

    texts = queries()[:count]
    return lambda: [parse(text) for text in texts]


def flux(count: int) -> Run:
    from flux import QUERY

    from influx_flux import parse

    texts = [QUERY.replace("cpu", f"cpu{number}") for number in range(count)]
    return lambda: [parse(text) for text in texts]


def fake_write(count: int) -> Run:
    from influx_core.interfaces import Request
    from influx_core.lineprotocol import encode
    from influx_testing import FakeInfluxDB

    request = Request("POST", "/write", (("db", "db"),), body=encode(rows(count)))

    def write() -> None:
        fake = FakeInfluxDB()
        fake.create_database("db")
        assert fake.handle(request).status == 204

    return write


def fake_write_one(count: int) -> Run:
    """Write points in requests of their own."""
    from influx_core.interfaces import Request
    from influx_core.lineprotocol import encode
    from influx_testing import FakeInfluxDB

    requests = [Request("POST", "/write", (("db", "db"),), body=encode([r])) for r in rows(count)]

    def write() -> None:
        fake = FakeInfluxDB()
        fake.create_database("db")
        for request in requests:
            assert fake.handle(request).status == 204

    return write


def fake_mean(count: int) -> Run:
    """Query the mean of each minute; a count is that of rows, with 60 points in each."""
    from influx_testing import FakeInfluxDB

    points = (b"m v=%d.5 %d000000000" % (number % 97, number) for number in range(60 * count))
    fake = FakeInfluxDB()
    fake.load(b"\n".join(points), "db")
    text = f"SELECT mean(v) FROM m WHERE time >= 0 AND time < {60 * count}s GROUP BY time(1m)"
    return lambda: fake.query(text, "db")


class HotPath(NamedTuple):
    """What to run, with how few and how many points or queries."""

    prepare: Callable[[int], Run]
    few: int
    many: int


PATHS = {
    "encode rows": HotPath(encode, 500, 1_500),
    "encode rows, compiled": HotPath(encode_compiled, 500, 2_500),
    "encode rows with backslashes": HotPath(encode_backslashes, 100, 300),
    "encode one point": HotPath(encode_one, 20, 120),
    "encode one point, compiled": HotPath(encode_one_compiled, 50, 450),
    "put_nowait": HotPath(put_nowait, 100, 300),
    "put_nowait, compiled": HotPath(put_nowait_compiled, 100, 500),
    "put, compiled": HotPath(put_compiled, 100, 500),
    "encode columns": HotPath(encode_columns, 1_000, 3_000),
    "encode columns, compiled": HotPath(encode_columns_compiled, 2_000, 12_000),
    "decode lines": HotPath(decode, 200, 600),
    "decode lines, compiled": HotPath(decode_compiled, 500, 1_500),
    "summarize lines": HotPath(summarize, 1_000, 5_000),
    "summarize lines, compiled": HotPath(summarize_compiled, 1_000, 5_000),
    "JSON to rows": HotPath(json_rows, 500, 1_500),
    "JSON to rows, compiled": HotPath(json_rows_compiled, 500, 2_500),
    "MessagePack to rows": HotPath(msgpack_rows, 500, 1_500),
    "CSV to columns": HotPath(csv_columns, 500, 1_500),
    "CSV to columns, compiled": HotPath(csv_columns_compiled, 500, 2_500),
    "parse InfluxQL": HotPath(influxql, 6, 18),
    "parse Flux": HotPath(flux, 1, 3),
    "write to the fake": HotPath(fake_write, 100, 300),
    "write one point to the fake": HotPath(fake_write_one, 50, 150),
    "query means of the fake": HotPath(fake_mean, 20, 60),
}


def count(path: HotPath, switch: str) -> None:
    """Run a path in two processes under callgrind; print their ids, that of few points first."""
    library = ctypes.CDLL(switch)
    kept = [({n: n}, [n], (n,), str(n)) for n in range(int(os.environ.get(LAYOUT, "0")))]
    runs = path.prepare(path.few), path.prepare(path.many)
    for run in runs:
        run()
    gc.collect()
    gc.freeze()
    gc.disable()
    print(*(counted(run, library) for run in runs))
    del kept


def counted(run: Run, library: ctypes.CDLL) -> int:
    """Count the instructions of a run in a fork, and return the process id."""
    child = os.fork()
    if not child:
        library.start_counting()
        run()
        library.stop_counting()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit("the path failed when it was counted")
    return child


if __name__ == "__main__":
    count(PATHS[sys.argv[1]], sys.argv[2])
