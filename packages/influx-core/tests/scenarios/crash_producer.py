"""A program that is killed: writes numbered points, and notes in a file how many are acknowledged.

    python crash_producer.py URL SPOOL NOTES POINTS SECONDS

It goes on after the last number that was noted, and ends when all are, and the spool is empty.
All points would take so many seconds, if it were left alone.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from influx_core import InfluxDBClient
from influx_core._batch.receipts import Receipt

CHUNK = 500


def noted(path: Path) -> int:
    """The number in the last whole line."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return int(lines[-1]) if lines else 0


async def note(receipts: asyncio.Queue[tuple[int, Receipt]], path: Path, last: int) -> None:
    """Note, in order, up to which number all points are acknowledged."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    number = noted(path)
    while number < last:
        number, receipt = await receipts.get()
        await receipt
        os.write(file, b"%d\n" % number)


async def produce(url: str, spool: str, path: Path, last: int, seconds: float) -> None:
    pause = seconds / (last / CHUNK)
    receipts: asyncio.Queue[tuple[int, Receipt]] = asyncio.Queue()
    settings = {
        "flush_interval": 0.05,
        "batch_points": 2000,
        "backoff": 0.05,
        "max_retry_delay": 0.5,
    }
    async with (
        InfluxDBClient(url, db="crash", timeout=1) as client,
        client.writer(spool={"type": "sqlite", "path": spool}, **settings) as writer,
    ):
        noting = asyncio.create_task(note(receipts, path, last))
        for first in range(noted(path) + 1, last + 1, CHUNK):
            numbers = range(first, min(first + CHUNK, last + 1))
            points = [("m", {"t": str(n % 10)}, {"f": n}, n) for n in numbers]
            receipts.put_nowait((numbers[-1], await writer.put_many(points)))
            await asyncio.sleep(pause)
        await noting
        while writer.backlog:  # noqa: ASYNC110 - a program may just look from time to time
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    address, spool_path, notes, count, duration = sys.argv[1:]
    asyncio.run(produce(address, spool_path, Path(notes), int(count), float(duration)))
