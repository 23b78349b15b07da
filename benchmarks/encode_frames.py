"""Encodes a frame as line protocol with our packages and other clients, in one interleaved run.

    python benchmarks/frames.py encode --rows 1000000 --rounds 3 [--kinds] [--objects]

The frame has 2 tags, 5 floats, an integer, a time; with `--kinds`, a tag, a float, an integer, a
boolean, a string, a time. The tags are categoricals of pandas, or, with `--objects`, objects. Every
contestant has a process of its own, with the frame ready; each round asks one after another. The
table shows the least of all rounds: seconds, seconds of processor time, and by how much memory grew
at its peak, the lines included. Contestants that are not installed, or fail, are left out, which is
said.
"""

from __future__ import annotations

import gc
import importlib.util
import multiprocessing
import random
import tempfile
import time
import warnings
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from influx_core.columns import Column

Run = Callable[[], object]

START_NS = 1_600_000_000_000_000_000


class Shape(NamedTuple):
    """The frame that is encoded."""

    rows: int
    objects: bool = False
    kinds: bool = False

    @property
    def tags(self) -> list[str]:
        return ["host"] if self.kinds else ["host", "region"]


class Spent(NamedTuple):
    """What one run took."""

    seconds: float
    processor: float
    memory: int


def columns(shape: Shape) -> dict[str, list[Any]]:
    source = random.Random(1)
    every = range(shape.rows)
    found: dict[str, list[Any]] = {"host": [f"host-{row % 1000}" for row in every]}
    if not shape.kinds:
        found["region"] = [f"value-{row % 10}" for row in every]
    for n in range(1 if shape.kinds else 5):
        found[f"float_{n}"] = [source.random() * 100 for _ in every]
    found["integer"] = [source.randrange(10**6) for _ in every]
    if shape.kinds:
        found["boolean"] = [source.random() < 0.5 for _ in every]
        found["string"] = [f"state {source.randrange(10**6)}" for _ in every]
    return found | {"time": [START_NS + row * 1_000_003 for row in every]}


def pandas_frame(shape: Shape) -> Any:
    import pandas as pd

    frame = pd.DataFrame(columns(shape))
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame.astype(dict.fromkeys(shape.tags, "object" if shape.objects else "category"))


def ours(shape: Shape, frame: Any, **options: Any) -> Run:
    from influx_dataframe import encode_frame

    return lambda: encode_frame(frame, measurement="cpu", tags=shape.tags, **options)


def compiled(threads: int) -> Any:
    """The compiled serializer, with so many threads."""
    from influx_speedups.codec import CompiledLineProtocolSerializer, encode_columns

    class Compiled(CompiledLineProtocolSerializer):
        def dump_columns(self, *arguments: Any) -> bytes:
            return encode_columns(*arguments, threads=threads)

    return Compiled()


def compiled_one(shape: Shape) -> Run:
    return ours(shape, pandas_frame(shape), serializer=compiled(1))


def compiled_two(shape: Shape) -> Run:
    return ours(shape, pandas_frame(shape), serializer=compiled(2))


def polars_frame(shape: Shape) -> Any:
    import polars as pl

    frame = pl.from_dict(columns(shape)).with_columns(pl.col("time").cast(pl.Datetime("ns", "UTC")))
    tags = pl.String if shape.objects else pl.Categorical
    return frame.with_columns(pl.col(shape.tags).cast(tags))


def polars_one(shape: Shape) -> Run:
    return ours(shape, polars_frame(shape), serializer=compiled(1))


def polars_two(shape: Shape) -> Run:
    return ours(shape, polars_frame(shape), serializer=compiled(2))


def arrow_table(shape: Shape) -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(pandas_frame(shape), preserve_index=False)


def arrow_one(shape: Shape) -> Run:
    return ours(shape, arrow_table(shape), serializer=compiled(1))


def arrow_two(shape: Shape) -> Run:
    return ours(shape, arrow_table(shape), serializer=compiled(2))


def python(shape: Shape) -> Run:
    return ours(shape, pandas_frame(shape), serializer="line-protocol")


def compiled_columns(shape: Shape) -> Run:
    """Without a library of frames: the columns as they are."""
    found = columns(shape)

    def coded(texts: list[str]) -> Column:
        known = {text: position for position, text in enumerate(dict.fromkeys(texts))}
        positions = array("i", map(known.__getitem__, texts))
        return Column("string", len(texts), positions, dictionary=Column.of(known, "string"))

    tags = {name: coded(found.pop(name)) for name in shape.tags}
    times = Column.of(found.pop("time"), "time")
    kinds: dict[type, Any] = {float: "float", int: "integer", bool: "boolean", str: "string"}
    fields = {name: Column.of(values, kinds[type(values[0])]) for name, values in found.items()}
    serializer = compiled(1)
    return lambda: serializer.dump_columns("cpu", tags, fields, times, "ns")


def questdb(shape: Shape) -> Run:
    from questdb.ingress import Buffer

    frame = pandas_frame(shape)

    def run() -> bytes:
        buffer = Buffer(1)
        buffer.dataframe(frame, table_name="cpu", symbols=shape.tags, at="time")
        return bytes(buffer)

    return run


def sluicebox(shape: Shape) -> Run:
    from sluicebox import frames
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
    frame = pandas_frame(shape._replace(objects=True))
    options = {
        "serializer": serializer,
        "database": "db",
        "precision": "ns",
        "measurement": "cpu",
        "tag_columns": shape.tags,
        "field_columns": None,
        "time_column": "time",
        "chunk_size": 100_000,
    }
    return lambda: list(frames.to_line_chunks(frame, **options))


def influxdb_client(shape: Shape) -> Run:
    from influxdb_client.client.write.dataframe_serializer import DataframeSerializer
    from influxdb_client.client.write_api import PointSettings

    return official(DataframeSerializer, PointSettings, shape)


def influxdb3(shape: Shape) -> Run:
    from influxdb_client_3.write_client.client.write.dataframe_serializer import (
        DataframeSerializer,
    )
    from influxdb_client_3.write_client.client.write_api import PointSettings

    return official(DataframeSerializer, PointSettings, shape)


def official(serializer: Any, settings: Any, shape: Shape) -> Run:
    frame = pandas_frame(shape).set_index("time")
    options = {"data_frame_measurement_name": "cpu", "data_frame_tag_columns": shape.tags}
    return lambda: "\n".join(serializer(frame, settings(), "ns", **options).serialize()).encode()


def influxdb(shape: Shape) -> Run:
    from influxdb import DataFrameClient

    frame = pandas_frame(shape._replace(objects=True)).set_index("time")
    fields = [name for name in frame.columns if name not in shape.tags]
    convert = vars(DataFrameClient)["_convert_dataframe_to_lines"]
    client = DataFrameClient()
    return lambda: "\n".join(convert(client, frame, "cpu", fields, shape.tags)).encode()


def aioinflux(shape: Shape) -> Run:
    import numpy as np
    from aioinflux.serialization import dataframe

    np.float = float  # it names a type that NumPy 2 no longer has
    frame = pandas_frame(shape._replace(objects=True)).set_index("time")
    return lambda: dataframe.serialize(frame, "cpu", shape.tags)


CONTESTANTS: dict[str, tuple[str, Callable[[Shape], Run]]] = {
    "influx-dataframe, speedups, two threads": ("influx_speedups", compiled_two),
    "influx-dataframe, speedups, one thread": ("influx_speedups", compiled_one),
    "the same from polars, two threads": ("polars", polars_two),
    "the same from polars, one thread": ("polars", polars_one),
    "the same from pyarrow, two threads": ("pyarrow", arrow_two),
    "the same from pyarrow, one thread": ("pyarrow", arrow_one),
    "columns alone, speedups, one thread": ("influx_speedups", compiled_columns),
    "questdb (Rust)": ("questdb", questdb),
    "influx-dataframe, Python": ("influx_dataframe", python),
    "sluicebox (polars)": ("sluicebox", sluicebox),
    "aioinflux": ("aioinflux", aioinflux),
    "influxdb-client": ("influxdb_client", influxdb_client),
    "influxdb3-python": ("influxdb_client_3", influxdb3),
    "influxdb": ("influxdb", influxdb),
}


def memory(name: str) -> int:
    """Bytes of this process: `VmRSS`, or at their peak, `VmHWM`."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if name in line)


def measured(run: Run) -> Spent:
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # begins a new peak
    before = memory("VmRSS")
    seconds, processor = time.perf_counter(), time.process_time()
    result = run()
    spent = time.perf_counter() - seconds, time.process_time() - processor
    grown = memory("VmHWM") - before
    del result
    return Spent(*spent, grown)


def work(pipe: Any, name: str, shape: Shape) -> None:
    """One contestant: runs whenever it is asked to."""
    warnings.simplefilter("ignore")
    run = CONTESTANTS[name][1](shape)
    pipe.send(True)
    while pipe.recv():
        pipe.send(measured(run))


def encode(shape: Shape, rounds: int) -> None:
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Any] = {}
    for name, (module, _) in CONTESTANTS.items():
        if importlib.util.find_spec(module) is None:
            print(f"{name} is left out: {module} is not installed")
            continue
        pipes[name], end = context.Pipe()
        arguments = (end, name, shape)
        context.Process(target=work, args=arguments, daemon=True).start()
        end.close()
    for name in list(pipes):
        answer(pipes, name)
    found: dict[str, list[Spent]] = {name: [] for name in pipes}
    for _ in range(rounds):
        for name in list(pipes):
            pipes[name].send(True)
            found[name] += answer(pipes, name)
    for pipe in pipes.values():
        pipe.send(False)
    show({name: runs for name, runs in found.items() if name in pipes})


def answer(pipes: dict[str, Any], name: str) -> list[Spent]:
    try:
        return [pipes[name].recv()]
    except EOFError:
        print(f"{name} is left out: it failed")
        del pipes[name]
        return []


def store(rows: int) -> None:
    """Write a parquet file to a real influxd, batch by batch; print by how much memory grew."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from influx_core.blocking import InfluxDBClient
    from influx_dataframe import write_frame
    from influx_testing.influxd import influxd

    shape = Shape(100_000)
    with tempfile.TemporaryDirectory() as directory, influxd() as url:
        path = Path(directory, "rows.parquet")
        table = pa.Table.from_pandas(pandas_frame(shape), preserve_index=False)
        with pq.ParquetWriter(path, table.schema) as writer:
            for part in range(rows // 100_000):
                shift = pa.scalar(part * 10**12, pa.duration("ns"))
                times = pc.add(table["time"], shift)
                writer.write_table(table.set_column(8, "time", times), row_group_size=100_000)
        del table, times
        with InfluxDBClient(url, db="frames") as client:
            client.create_database("frames")
            file = pq.ParquetFile(path, pre_buffer=False)  # else pyarrow keeps all it has read
            batches = file.iter_batches(batch_size=50_000)
            spent = measured(
                lambda: write_frame(
                    client, batches, measurement="cpu", tags=shape.tags, progress=told
                )
            )
            (row,) = client.raw_query("SELECT count(integer) FROM cpu")
        size = path.stat().st_size
    print(
        f"{row['count']:,} points of {size / 1e6:,.0f} MB of parquet in {spent.seconds:.0f} s, "
        f"{spent.processor:.1f} s of CPU, memory grew by {spent.memory / 1e6:,.0f} MB"
    )


def told(rows: int) -> None:
    if rows % 1_000_000 == 0:
        print(f"{rows:,}", end=" ", flush=True)


def show(found: dict[str, list[Spent]]) -> None:
    best = {name: Spent(*map(min, zip(*runs, strict=True))) for name, runs in found.items()}
    base = best.get("questdb (Rust)") or next(iter(best.values()))
    print("\n| encode a frame | seconds | relative to questdb | CPU seconds | relative | memory |")
    print("|---|---|---|---|---|---|")
    for name, spent in sorted(best.items(), key=lambda item: item[1].seconds):
        ratios = base.seconds / spent.seconds, base.processor / spent.processor
        print(
            f"| {name} | {spent.seconds:.2f} | {ratios[0]:.2f}x | {spent.processor:.2f} "
            f"| {ratios[1]:.2f}x | {spent.memory / 1e6:,.0f} MB |"
        )
