"""Decodes answers to queries with our deserializers and other clients', in one interleaved run.

    python benchmarks/answers.py [--rows 100000] [--rounds 5] [--cut]

Every contestant starts from the bytes of the same answer and ends with what its users get: rows, of
which they look at the time or at everything, or a frame of pandas. With `--cut` the answer comes as
our client asks for it: in documents of 25,000 rows and pieces of 64 KiB. Contestants that are not
installed are left out, which is said. Each round runs all contestants one after another; the table
shows the median of the processor time of their rounds, and its ratio to aioinflux's.
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import json
import random
import statistics
import time
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

from influx_core import ColumnSeries, Series
from influx_core.columns import Column, merge_results
from influx_core.interfaces import ResponseParser
from influx_core.parts import JSONDeserializer
from influx_core.timestamps import to_rfc3339

Run = Callable[[], object]
Row = list[Any]

START_NS = 1_600_000_000_000_000_000
COLUMNS = ["time", "host", *(f"float_{n}" for n in range(5))]
CHUNK_ROWS = 25_000
PIECE_BYTES = 1 << 16


def rows(count: int) -> list[Row]:
    """The time, a tag, 5 floats."""
    source = random.Random(1)
    return [
        [
            START_NS + index * 1_000_003,
            f"host-{index % 1000}",
            *(source.random() * 100 for _ in range(5)),
        ]
        for index in range(count)
    ]


class Answer:
    """An answer as servers give it: as a whole, in chunks, and in the format of Flux."""

    def __init__(self, count: int, *, cut: bool) -> None:
        found = rows(count)
        self.whole = _document(found, partial=False)
        documents = [
            _document(found[start : start + CHUNK_ROWS], partial=start + CHUNK_ROWS < count)
            for start in range(0, count, CHUNK_ROWS)
        ]
        chunked = b"".join(documents)
        ends = accumulate([PIECE_BYTES] * (len(chunked) // PIECE_BYTES + 1))
        cuts = [chunked[end - PIECE_BYTES : end] for end in ends]
        self.pieces = cuts if cut else [self.whole]
        self._rows = found

    def flux(self) -> bytes:
        """The same rows as annotated CSV, which is what influxdb-client asks for."""
        types = ["dateTime:RFC3339Nano", "string", *["double"] * 5]
        text = io.StringIO(newline="")
        lines = csv.writer(text)
        lines.writerow(["#datatype", "string", "long", *types])
        lines.writerow(["#group", "false", "false", *["false"] * 7])
        lines.writerow(["#default", "_result", "", *[""] * 7])
        lines.writerow(["", "result", "table", "_time", *COLUMNS[1:]])
        lines.writerows(["", "", 0, to_rfc3339(row[0]), *row[1:]] for row in self._rows)
        return text.getvalue().encode()


def _document(found: list[Row], *, partial: bool) -> bytes:
    series = {"name": "cpu", "columns": COLUMNS, "values": found, "partial": partial}
    results = [{"statement_id": 0, "series": [series], "partial": partial}]
    return json.dumps({"results": results}, separators=(",", ":")).encode() + b"\n"


def read(feed: ResponseParser, pieces: Iterable[bytes]) -> Series:
    """The one series of an answer."""
    found = [result for piece in pieces for result in feed.feed(piece)]
    (series,) = merge_results([*found, *feed.finish()]).series
    return series


def looking(series: Series) -> None:
    for row in series:
        _ = row.time


def emptying(series: Series) -> None:
    for row in series:
        tuple(row)


def texts(series: Series) -> object:
    return series.with_epoch(None).values


def ours(look: Callable[[Series], object]) -> Callable[[Answer], Run]:
    return lambda answer: lambda: look(read(JSONDeserializer().start(), answer.pieces))


def compiled(look: Callable[[Series], object]) -> Callable[[Answer], Run]:
    def prepare(answer: Answer) -> Run:
        from influx_speedups.codec import CompiledJSONDeserializer

        return lambda: look(read(CompiledJSONDeserializer().start(), answer.pieces))

    return prepare


def aioinflux(answer: Answer) -> Run:
    from aioinflux import iterpoints

    return lambda: list(iterpoints(json.loads(answer.whole)))


def influxdb(answer: Answer) -> Run:
    from influxdb.resultset import ResultSet

    return lambda: list(ResultSet(json.loads(answer.whole)["results"][0]).get_points())


class _Response:
    """What influxdb-client reads a body from that has come as a whole."""

    closed = True

    def __init__(self, data: bytes) -> None:
        self.data = data

    def close(self) -> None:
        """Do nothing: there is no connection."""


def influxdb_client(answer: Answer) -> Run:
    from influxdb_client.client.flux_csv_parser import FluxCsvParser, FluxSerializationMode

    response = _Response(answer.flux())
    mode = FluxSerializationMode.tables
    return lambda: list(FluxCsvParser(response, mode).generator())


def frame_of(series: Series) -> Any:
    """A frame of pandas that shares the memory of the columns."""
    import pandas as pd

    assert isinstance(series, ColumnSeries)
    columns = zip(series.columns, series.data, strict=True)
    return pd.DataFrame({name: _values(column) for name, column in columns}, copy=False)


def _values(column: Column) -> Any:
    import numpy as np
    import pandas as pd

    if column.dictionary is not None:
        positions = np.frombuffer(column.values, "i4")  # type: ignore[arg-type]
        return pd.Categorical.from_codes(positions, column.dictionary.to_list())
    if column.kind == "time":
        return pd.DatetimeIndex(np.frombuffer(column.values, "M8[ns]"), tz="UTC")  # type: ignore[arg-type]
    if column.kind == "float":
        return np.frombuffer(column.values, "f8")  # type: ignore[arg-type]
    return column.to_list()


def our_frame(answer: Answer) -> Run:
    return lambda: frame_of(read(JSONDeserializer().start_columns(), answer.pieces))


def compiled_frame(answer: Answer) -> Run:
    from influx_speedups.codec import CompiledJSONDeserializer

    return lambda: frame_of(read(CompiledJSONDeserializer().start_columns(), answer.pieces))


def aioinflux_frame(answer: Answer) -> Run:
    from aioinflux.serialization.dataframe import parse

    return lambda: parse(json.loads(answer.whole))


def influxdb_frame(answer: Answer) -> Run:
    """The steps of its DataFrameClient, which does them only behind a request."""
    import pandas as pd
    from influxdb.resultset import ResultSet

    def run() -> object:
        found = ResultSet(json.loads(answer.whole)["results"][0])
        frame = pd.DataFrame(list(found.get_points()))
        frame.index = pd.to_datetime(frame.pop("time"))
        return frame.tz_localize("UTC")

    return run


def influxdb_client_frame(answer: Answer) -> Run:
    from influxdb_client.client.flux_csv_parser import FluxCsvParser, FluxSerializationMode

    response = _Response(answer.flux())
    mode = FluxSerializationMode.dataFrame
    return lambda: list(FluxCsvParser(response, mode).generator())


ROWS: dict[str, Callable[[Answer], Run]] = {
    "aioinflux, time as it came": aioinflux,
    "influx-core, each row's time a datetime": ours(looking),
    "influx-core, all values, times datetimes": ours(emptying),
    "influx-core, lists, times RFC 3339": ours(texts),
    "influx-core, lists as they came": ours(lambda series: series.rows),
    "influx-speedups, each row's time a datetime": compiled(looking),
    "influx-speedups, all values, times datetimes": compiled(emptying),
    "influx-speedups, lists, times RFC 3339": compiled(texts),
    "influx-speedups, lists as they came": compiled(lambda series: series.rows),
    "influxdb, dicts, time as it came": influxdb,
    "influxdb-client, annotated CSV": influxdb_client,
}
FRAMES: dict[str, Callable[[Answer], Run]] = {
    "aioinflux": aioinflux_frame,
    "influx-core, columns": our_frame,
    "influx-speedups, columns": compiled_frame,
    "influxdb": influxdb_frame,
    "influxdb-client, annotated CSV": influxdb_client_frame,
}


def prepare(contestants: dict[str, Callable[[Answer], Run]], answer: Answer) -> dict[str, Run]:
    """Make the contestants ready, and run each once to warm its caches."""
    runs: dict[str, Run] = {}
    for name, make in contestants.items():
        try:
            run = make(answer)
            run()
        except ImportError as error:
            print(f"left out: {name}: {error}")
            continue
        runs[name] = run
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


def report(title: str, found: dict[str, float]) -> None:
    unit = next(iter(found.values()))
    print(f"\n| {title} | ms | relative to aioinflux |\n|---|---|---|")
    for name, seconds in sorted(found.items(), key=lambda item: item[1]):
        print(f"| {name} | {seconds * 1000:,.0f} | {unit / seconds:.2f}x |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cut", action="store_true")
    options = parser.parse_args()
    answer = Answer(options.rows, cut=options.cut)
    for title, contestants in (("rows", ROWS), ("frame of pandas", FRAMES)):
        runs = prepare(contestants, answer)
        report(f"{title}: {options.rows:,} x 7", medians(runs, options.rounds))


if __name__ == "__main__":
    main()
