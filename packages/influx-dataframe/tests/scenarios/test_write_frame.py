"""Frames on their way: the fake, in memory, and the real server store the same."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import pytest

from influx_core import ConfigError, EncodeError, InfluxDBClient, WriteError, blocking
from influx_core.errors import PointsUndelivered
from influx_dataframe import query_frame, write_frame
from influx_testing import faults

START = 1_600_000_000_000_000_001


def frame(count: int, tag: str = "a b") -> Any:
    made = np.zeros(count, [("time", "M8[ns]"), ("host", "U9"), ("f", "f8"), ("n", "i8")])
    made["time"] = START + np.arange(count)
    made["host"] = tag
    made["f"] = np.arange(count) / 8
    made["n"] = 2**62 + np.arange(count)
    return made


async def stored(client: InfluxDBClient) -> list[list[Any]]:
    series = await client.raw_query("SELECT f, n, host FROM m", epoch="ns")
    return [] if series is None else series.values


def rows(count: int, first: int = 0) -> list[list[Any]]:
    return [[START + row, row / 8, 2**62 + row, "a b"] for row in range(first, count)]


async def test_a_frame_is_written_and_its_progress_told(client):
    done: list[int] = []
    written = await write_frame(
        client, frame(11_000), measurement="m", tags=["host"], progress=done.append
    )
    assert written == 11_000
    assert done == [5000, 10_000, 11_000]
    assert await stored(client) == rows(11_000)


async def test_pieces_of_a_frame_are_written_as_they_come(client):
    whole, made = frame(5000), []

    def pieces() -> Any:
        for start in range(0, 5000, 1000):
            made.append(start)
            yield whole[start : start + 1000]

    done: list[int] = []

    def progress(count: int) -> None:
        done.append(count)
        assert made[-1] == count - 1000, "the next piece was asked for too early"

    await write_frame(client, pieces(), measurement="m", tags=["host"], progress=progress)
    assert done == [1000, 2000, 3000, 4000, 5000]
    assert await stored(client) == rows(5000)


async def test_a_parquet_file_needs_the_memory_of_a_batch(client, tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    columns = {name: frame(20_000)[name] for name in ("time", "host", "f", "n")}
    table = pa.table({name: pa.array(values.tolist()) for name, values in columns.items()})
    pq.write_table(table, tmp_path / "rows.parquet", row_group_size=1000)
    del table
    held: list[int] = []
    with pq.ParquetFile(tmp_path / "rows.parquet", pre_buffer=False) as file:
        before = pa.total_allocated_bytes()
        written = await write_frame(
            client,
            file.iter_batches(batch_size=1000),
            measurement="m",
            tags=["host"],
            progress=lambda rows: held.append(pa.total_allocated_bytes() - before),
        )
    assert written == 20_000
    assert max(held[10:]) <= max(held[:10]) < 500_000
    assert await stored(client) == rows(20_000)


async def test_a_batch_writer_gives_a_receipt_for_the_frame(client):
    async with client.writer(batch_points=3000, flush_interval=0.01) as writer:
        receipt = await write_frame(writer, frame(7000), measurement="m", tags=["host"])
        assert receipt.points == 7000
        await receipt
        assert await stored(client) == rows(7000)


async def test_a_receipt_tells_which_rows_the_server_rejected(client):
    await client.write("m", {"host": "a b"}, {"f": "text"}, START)
    async with client.writer(flush_interval=0.01) as writer:
        receipt = await write_frame(writer, frame(3), measurement="m", tags=["host"])
        with pytest.raises(PointsUndelivered, match="field type conflict"):
            await receipt


def test_the_blocking_client_and_its_writer_write_frames_too(server_url):
    name = f"test_{uuid.uuid4().hex}"
    with blocking.InfluxDBClient(server_url, db=name) as client:
        client.create_database(name)
        assert write_frame(client, frame(3), measurement="m", tags=["host"]) == 3
        with client.writer(flush_interval=0.01) as writer:
            receipt = write_frame(writer, frame(6)[3:], measurement="m", tags=["host"])
            receipt.result(10)
            assert receipt.points == 3
        values = client.raw_query("SELECT f, n, host FROM m", epoch="ns").values
        client.drop_database(name)
    assert values == rows(6)


async def test_the_precision_of_the_call_is_that_of_the_times(client):
    await write_frame(client, frame(1), measurement="m", tags=["host"], precision="s")
    ((time, *_),) = await stored(client)
    assert time == START // 10**9 * 10**9


async def test_an_error_of_the_server_says_what_was_written_and_what_not(influx_server):
    async with InfluxDBClient(influx_server.url, db="x") as client:
        await client.create_database("x")
        influx_server.fail(faults.status(400, "no"), path="/write", nth=2)
        with pytest.raises(WriteError) as caught:
            await write_frame(client, frame(12_000), measurement="m", tags=["host"])
    assert (caught.value.written, caught.value.not_sent) == (5000, 2000)


async def test_a_row_that_cannot_be_written_says_so_with_its_place_in_the_frame(client):
    broken = frame(7000)
    broken["f"][6001] = np.inf
    with pytest.raises(EncodeError) as caught:
        await write_frame(client, broken, measurement="m", tags=["host"])
    assert (caught.value.index, caught.value.written, caught.value.not_sent) == (6001, 5000, 0)
    told: list[int] = []
    written = await write_frame(
        client,
        broken,
        measurement="m",
        tags=["host"],
        on_invalid=lambda row, error: told.append(row),
    )
    assert (written, told) == (6999, [6001])


async def test_a_writer_takes_no_rows_without_a_time(client):
    async with client.writer() as writer:
        with pytest.raises(ConfigError, match="they need a timestamp"):
            write_frame(writer, frame(1), measurement="m", timestamp=None)


async def test_a_wrong_call_fails_before_it_is_awaited(client):
    with pytest.raises(ConfigError, match="either measurement="):
        write_frame(client, frame(1))


async def test_what_was_read_can_be_written_again(client, backend, rows):
    await write_frame(client, frame(50), measurement="m", tags=["host"])
    statement = "SELECT f, n FROM m GROUP BY host"
    first = await query_frame(client, statement, backend=backend)
    await write_frame(client, first, measurement="copy", tags=["host"])
    again = await query_frame(
        client, "SELECT f, n FROM copy GROUP BY host", backend=backend, types={"f": "float"}
    )
    typed = await query_frame(client, statement, backend=backend, types={"f": "float"})
    assert rows(again) == rows(typed)
    assert rows(again)["time"] == [START + row for row in range(50)]
