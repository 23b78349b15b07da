"""Dead letters in a file: a disk that is slow or full costs neither memory nor the truth."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing

import pytest

from influx_core._batch.failure_handling.dead_letter_file import DeadLetterFile
from influx_core._spool.sqlite_spool import SQLiteSpool
from influx_core.errors import ConfigError, WriteError

LINE = b"m,t=a f=1000.0 1000\n"


class SlowDisk:
    """Lets nobody write before it is told to."""

    def __init__(self, monkeypatch) -> None:
        self.ready = threading.Event()
        original = DeadLetterFile.append

        def append(file: DeadLetterFile, heading: bytes, lines: bytes) -> None:
            self.ready.wait(60)
            self.ready.set()  # for tests that fail: they end
            original(file, heading, lines)

        monkeypatch.setattr(DeadLetterFile, "append", append)


@pytest.fixture
def slow_disk(monkeypatch):
    return SlowDisk(monkeypatch)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "dead.lp"


def lines(path) -> list[bytes]:
    return [line for line in path.read_bytes().splitlines(keepends=True) if line[:1] != b"#"]


async def test_letters_that_wait_for_the_disk_take_room_in_the_queue(bench, point, path, slow_disk):
    bench.server.always = WriteError("no", status=400)
    settings = {"batch_points": 1, "batch_bytes": 100, "queue_bytes": 200, "in_flight": 1}
    async with bench.writer(dead_letter=path, **settings) as writer:
        putting = asyncio.create_task(writer.put_many([point(1000)] * 20))
        await bench.clock.settle()
        assert not putting.done()
        assert writer.pending == 0
        assert writer.counters.accepted == 10
        slow_disk.ready.set()
        await putting
    assert lines(path) == [LINE] * 20
    assert (writer.counters.rejected, writer.counters.dead_letters_dropped) == (20, 0)


async def test_what_is_dropped_faster_than_the_disk_writes_is_counted_and_told(
    bench, point, path, slow_disk, caplog
):
    bench.server.gate = asyncio.Event()
    settings = {"batch_points": 1, "batch_bytes": 100, "queue_bytes": 300, "in_flight": 1}
    async with bench.writer(dead_letter=path, on_full="drop_new", **settings) as writer:
        receipt = await writer.put_many([point(1000)] * 100)
        await bench.clock.settle()
        missing = writer.counters.dead_letters_dropped
        assert (writer.counters.dropped, missing) == (85, 70)
        bench.server.gate.set()
        slow_disk.ready.set()
    assert len(lines(path)) == writer.counters.dropped - missing
    assert len(receipt._letters or ()) == writer.counters.dropped
    told = [record.message for record in caplog.records if "disk" in record.message]
    assert told == [
        f"the disk is too slow for the dead letters: what does not fit is not written to {path}"
    ]
    assert f"{missing} given up points are not in {path}" in caplog.text


async def test_what_is_left_at_the_end_is_written_however_slow_the_disk_is(
    bench, point, path, slow_disk
):
    bench.server.gate = asyncio.Event()
    settings = {"batch_points": 1, "batch_bytes": 100, "queue_bytes": 300, "close_timeout": 0.0}
    async with bench.writer(dead_letter=path, **settings) as writer:
        for _ in range(10):
            await writer.put(point(1000))
        threading.Timer(0.01, slow_disk.ready.set).start()
    assert lines(path) == [LINE] * 10
    assert writer.counters.dead_letters_dropped == 0


async def test_a_disk_that_cannot_be_written_leaves_the_lines_in_the_log(
    bench, point, tmp_path, caplog
):
    bench.server.always = WriteError("no", status=400)
    folder = tmp_path / "folder"
    folder.mkdir()
    async with bench.writer(dead_letter=folder / "dead.lp") as writer:
        folder.rmdir()
        await writer.put(point(1000))
    assert LINE.decode() in caplog.text
    assert (writer.counters.rejected, writer.counters.dead_letters_dropped) == (1, 1)


async def test_a_file_that_cannot_be_written_is_told_when_the_writer_is_entered(bench, tmp_path):
    writer = bench.writer(dead_letter=tmp_path / "no" / "letters.lp", spool=bench.spool)
    with pytest.raises(ConfigError, match="its folder does not exist"):
        await writer.__aenter__()
    assert not bench.spool.is_open


async def test_the_file_of_the_spool_takes_no_letters(bench, tmp_path):
    path = tmp_path / "points.spool"
    with pytest.raises(ConfigError, match="is an SQLite file, such as a spool"):
        async with bench.writer(dead_letter=path, spool=SQLiteSpool(path)):
            pass
    with closing(SQLiteSpool(path)) as spool:
        assert spool.problems() == []
