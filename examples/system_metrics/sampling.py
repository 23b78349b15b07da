"""Samples the machine with psutil and returns points; does not depend on a server."""

from __future__ import annotations

import asyncio
import platform
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import psutil

from influx_core import DataPoint

__all__ = ["HOST", "samples"]

HOST = platform.node() or "localhost"


async def samples(
    seconds: float, interval: float
) -> AsyncIterator[tuple[datetime, list[DataPoint]]]:
    """Sample this machine for a number of seconds, at least once.

    Yields:
        The time of a sample and its points.
    """
    clock = asyncio.get_running_loop().time
    await take_sample(current_time())  # psutil reports loads since the previous sample
    end = clock() + seconds
    while True:
        await asyncio.sleep(interval)
        now = current_time()
        yield now, await take_sample(now)
        if clock() + interval > end:
            return


def current_time() -> datetime:
    """The time in UTC, in whole milliseconds: a sample takes longer than one."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


async def take_sample(now: datetime) -> list[DataPoint]:
    """Return the points of one sample."""
    points = [*cpus(now), memory(now), *disks(now), *interfaces(now)]
    # Visiting every process takes a while; do not block the event loop.
    return points + await asyncio.to_thread(lambda: list(programs(now)))


def cpus(now: datetime) -> Iterator[DataPoint]:
    """The load of every CPU in percent."""
    loads = psutil.cpu_percent(percpu=True)
    digits = len(str(len(loads) - 1))  # so that cpu02 comes before cpu10
    for number, load in enumerate(loads):
        yield DataPoint("cpu", {"host": HOST, "cpu": f"cpu{number:0{digits}}"}, {"load": load}, now)


def memory(now: datetime) -> DataPoint:
    """The main memory, in bytes."""
    reading = psutil.virtual_memory()
    fields = {"total": reading.total, "used": reading.used, "available": reading.available}
    return DataPoint("memory", {"host": HOST}, fields, now)


def disks(now: datetime) -> Iterator[DataPoint]:
    """The bytes read and written since the machine started, for every disk."""
    for name, counters in (psutil.disk_io_counters(perdisk=True) or {}).items():
        fields = {"read": counters.read_bytes, "written": counters.write_bytes}
        yield DataPoint("disk", {"host": HOST, "device": name}, fields, now)


def interfaces(now: datetime) -> Iterator[DataPoint]:
    """The bytes received and sent since the machine started, for every network interface."""
    for name, counters in psutil.net_io_counters(pernic=True).items():
        fields = {"received": counters.bytes_recv, "sent": counters.bytes_sent}
        yield DataPoint("network", {"host": HOST, "device": name}, fields, now)


def programs(now: datetime) -> Iterator[DataPoint]:
    """The CPU (in percent of one) and the memory (in bytes) of every running program.

    Processes with the same name are added up. Points for each would replace one another, because a
    measurement has one point for the same tags and the same time.
    """
    loads, sizes = Counter[str](), Counter[str]()
    for process in psutil.process_iter(["name", "cpu_percent", "memory_info"]):
        if None not in process.info.values():  # None: this user may not read it
            loads[process.info["name"]] += process.info["cpu_percent"]
            sizes[process.info["name"]] += process.info["memory_info"].rss
    for name, size in sizes.items():
        tags = {"host": HOST, "program": name}
        yield DataPoint("process", tags, {"cpu": float(loads[name]), "memory": size}, now)
