"""Dask on the real InfluxDB 1.x: frames of millions of points, memory, two workers, and rates.

usage: python benchmarks/cluster.py [frames|memory|workers|rate]... [--points N]
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
from distributed import Client, LocalCluster

import influx_dask
from influx_copy import CopyEvent, RangeStarted, RunSettings
from influx_core import blocking
from influx_dataframe import query_frame, write_frame
from influx_testing.influxd import influxd

START = 1_600_041_600_000_000_000
DAY = 86_400_000_000_000
BLOCK = 500_000
HOSTS = 50
MEMORY_LIMIT = 400_000_000
WORKERS_BYTES_PER_SECOND = 100_000
WORKERS_TURNS = 3
RATE_SECONDS = 40
RATE_WINDOW = 20
RATE_BURST = 1.5
"""Seconds of the limit that may come at once: half a second, and a batch of each worker."""


def rows(first: int, last: int, step: int) -> pd.DataFrame:
    """Points of 50 series, one each `step` nanoseconds."""
    n = np.arange(first, last)
    return pd.DataFrame(
        {
            "host": pd.Categorical.from_codes(n % HOSTS, [f"h{host}" for host in range(HOSTS)]),
            "load": np.round(np.sin(n / 1000) * 100, 3),
            "requests": n % 5000,
        },
        index=pd.DatetimeIndex(START + n * step, tz="UTC", name="time"),
    )


def fill(url: str, points: int, days: int, shard: str) -> None:
    """A database `db` with points over some days."""
    with blocking.InfluxDBClient(url, db="db", timeout=600) as client:
        client.execute(f"CREATE DATABASE db WITH SHARD DURATION {shard}")
        begun = time.perf_counter()
        step = days * DAY // points
        for first in range(0, points, BLOCK):
            frame = rows(first, min(first + BLOCK, points), step)
            write_frame(client, frame, "cpu", tags=["host"])
        seconds = time.perf_counter() - begun
    print(f"{points:,} points written in {seconds:.0f} s, {points / seconds:,.0f}/s", flush=True)


@contextmanager
def cluster(workers: int) -> Iterator[Client]:
    """Workers of one thread."""
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as made,
        Client(made) as client,
    ):
        yield client


def peak(dask_worker: Any = None) -> int:
    """The most bytes of memory that this process had."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def queries(server: blocking.InfluxDBClient) -> int:
    """The number of queries that a server was asked since its start."""
    counted: int = server.execute("SHOW STATS FOR 'httpd'").rows()[0]["queryReq"]
    return counted


def frames(points: int) -> None:
    """Means by host and hour, Parquet and back, and one day, of ten million points."""
    with influxd() as url, cluster(2) as client, TemporaryDirectory() as folder:
        fill(url, points, 20, "1d")
        frame = influx_dask.read_influx(f"{url}/db", "cpu")
        print(f"{frame.npartitions} partitions", flush=True)
        begun = time.perf_counter()
        hour = frame.index.to_series().dt.floor("h").rename("hour")
        by = frame.assign(hour=hour).groupby(["host", "hour"], observed=True)["load"].mean()
        means = by.compute().sort_index()
        seconds = time.perf_counter() - begun
        print(f"means: {seconds:.0f} s, {points / seconds:,.0f} points/s", flush=True)
        with blocking.InfluxDBClient(url, db="db", timeout=600) as server:
            text = "SELECT mean(load) FROM cpu WHERE time >= 0 GROUP BY time(1h), host fill(none)"
            own = query_frame(server, text)
        own.index.name = "hour"
        own = own.set_index("host", append=True)["mean"].swaplevel()
        own.index = own.index.set_levels(own.index.levels[0].astype(str), level=0)
        means.index = means.index.set_levels(means.index.levels[0].astype(str), level=0)
        own = own.sort_index()
        means = means.sort_index()  # categories have an order of their own, names that of letters
        assert len(own) == len(means)
        assert list(own.index) == list(means.index.set_names(own.index.names))
        # A mean is a sum of floats in another order: at most the last digits differ.
        assert np.allclose(own.to_numpy(), means.to_numpy(), rtol=1e-9, atol=1e-9)
        print(f"equal to the means of the server: {len(own):,}", flush=True)
        begun = time.perf_counter()
        frame.to_parquet(folder)
        seconds = time.perf_counter() - begun
        print(f"to Parquet: {seconds:.0f} s, {points / seconds:,.0f} points/s", flush=True)
        with dask.config.set({"dataframe.convert-string": False}):
            back = dd.read_parquet(folder, calculate_divisions=True)
        checked = 0
        for at in range(frame.npartitions):
            before, after = frame.partitions[at].compute(), back.partitions[at].compute()
            pd.testing.assert_frame_equal(before, after, check_categorical=False)
            checked += len(before)
        assert checked == points
        print(f"equal after Parquet: {checked:,}", flush=True)
        day = frame.loc["2020-09-20"]
        with blocking.InfluxDBClient(url) as server:
            before = queries(server)
            found = len(day.compute())
            asked = queries(server) - before - 1  # the second count is a query itself
        print(f"one day: {day.npartitions} partition, {asked} query, {found:,} points", flush=True)
        assert (day.npartitions, asked, found) == (1, 1, points // 20)
        peaks = [f"{size / 1e6:.0f} MB" for size in client.run(peak).values()]
        print(f"peaks of the workers: {', '.join(peaks)}", flush=True)


def memory(points: int) -> None:
    """The memory of a worker that reads a shard of five million points."""
    with influxd() as url, cluster(1) as client:
        fill(url, points, 6, "7d")
        before = max(client.run(peak).values())
        frame = influx_dask.read_influx(f"{url}/db", "cpu")
        assert frame.npartitions == 1
        begun = time.perf_counter()
        counted = frame.map_partitions(len).compute().sum()
        seconds = time.perf_counter() - begun
        most = max(client.run(peak).values())
        assert counted == points
        print(
            f"a partition of {points:,} points, {len(frame.columns)} columns: {seconds:.0f} s, "
            f"{points / seconds:,.0f} points/s; worker {before / 1e6:.0f} MB before, "
            f"peak {most / 1e6:.0f} MB",
            flush=True,
        )
        assert most < MEMORY_LIMIT


@asynccontextmanager
async def throttled(url: str, bytes_per_second: float) -> AsyncIterator[str]:
    """A proxy, each connection of which is slow; yields its URL."""
    parts = urlsplit(url)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(16_384):
                await asyncio.sleep(len(data) / bytes_per_second)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await asyncio.open_connection(parts.hostname, parts.port)
        await asyncio.gather(pump(reader, behind[1]), pump(behind[0], writer))

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        yield "http://{}:{}".format(*server.sockets[0].getsockname())


@contextmanager
def proxies(urls: list[str], bytes_per_second: float) -> Iterator[list[str]]:
    """Throttled proxies of servers, in a thread of their own."""
    found: list[str] = []
    ready, over = Event(), Event()

    async def run() -> None:
        async with AsyncExitStack() as stack:
            opened = (throttled(url, bytes_per_second) for url in urls)
            found.extend([await stack.enter_async_context(proxy) for proxy in opened])
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def workers(points: int) -> None:
    """Copies between two throttled servers, by one worker and by two, in turns.

    Each connection to the servers is slow, so that workers wait most of the time: the ratio shows
    whether they wait at the same time, also on a machine that is busy. Both clusters copy once
    before they are measured, so that imports are not.
    """
    took: dict[int, float] = {1: 0.0, 2: 0.0}
    with (
        influxd() as source,
        influxd() as sink,
        TemporaryDirectory() as folder,
        proxies([source, sink], WORKERS_BYTES_PER_SECOND) as (slow_source, slow_sink),
        cluster(1) as one,
        cluster(2) as two,
    ):
        fill(source, points, 8, "1d")

        def copy(client: Client, name: str, source: str, sink: str) -> float:
            plan = Path(folder) / name
            begun = time.perf_counter()
            summary = influx_dask.copy(plan, client, source, f"{sink}/{name}")
            assert summary.complete
            assert summary.progress.rows == points
            return time.perf_counter() - begun

        for count, client in ((1, one), (2, two)):
            copy(client, f"warm_{count}", f"{source}/db", sink)
        for turn in range(WORKERS_TURNS):
            for count, client in ((1, one), (2, two)):
                seconds = copy(client, f"copy_{count}_{turn}", f"{slow_source}/db", slow_sink)
                took[count] += seconds
                print(f"{count} workers: {points / seconds:,.0f} points/s", flush=True)
    ratio = took[1] / took[2]
    print(f"two workers are {ratio:.2f} times as fast as one", flush=True)
    assert ratio >= 1.7


class WrittenPoints(Thread):
    """Notes each second how many points a server has stored."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._over = Event()
        self._seen: list[tuple[float, int]] = []

    def run(self) -> None:
        with blocking.InfluxDBClient(self._url) as server:
            while True:
                written = server.execute("SHOW STATS FOR 'httpd'").rows()[0]["pointsWrittenOK"]
                self._seen.append((time.perf_counter(), written))
                if self._over.wait(1.0):
                    return

    def stop(self) -> None:
        self._over.set()
        self.join()

    def rates(self, seconds: float) -> list[float]:
        """The points per second in each stretch of so many seconds."""
        found = []
        for begin, before in self._seen:
            later = [(at, points) for at, points in self._seen if at >= begin + seconds]
            if later:
                found.append((later[0][1] - before) / (later[0][0] - begin))
        return found


def rate(points: int) -> None:
    """A copy with a limit for all workers together, as its caller sees it and as the server.

    The workers copy once before, so that their imports are not measured.
    """
    limit = points / RATE_SECONDS
    with (
        influxd() as source,
        influxd() as sink,
        TemporaryDirectory() as folder,
        cluster(2) as client,
    ):
        fill(source, points, 20, "1d")

        def copy(name: str, settings: RunSettings) -> float:
            """Returns the points per second from the start of the first range."""
            started: list[float] = []

            def note(event: CopyEvent) -> None:
                if isinstance(event, RangeStarted):
                    started.append(time.perf_counter())

            plan, database = Path(folder) / name, f"{sink}/{name}"
            summary = influx_dask.copy(
                plan, client, f"{source}/db", database, settings=settings, on_event=note
            )
            assert summary.progress.rows == points
            return points / (time.perf_counter() - started[0])

        copy("warm", RunSettings())
        written = WrittenPoints(sink)
        written.start()
        reached = copy("limited", RunSettings(points_per_second=limit)) / limit
        written.stop()
        most = max(written.rates(RATE_WINDOW)) / limit
    print(
        f"limit {limit:,.0f} points/s, reached {reached * limit:,.0f}: {reached:.3f}; "
        f"at most {most:.3f} in {RATE_WINDOW} s",
        flush=True,
    )
    assert 0.95 <= reached <= 1.0
    assert most <= 1.05 + RATE_BURST / RATE_WINDOW


CASES = {
    "frames": (frames, 10_000_000),
    "memory": (memory, 5_000_000),
    "workers": (workers, 20_000),
    "rate": (rate, 400_000),
}


def main() -> None:
    """Run the cases that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", choices=[*CASES, []], default=[])
    parser.add_argument("--points", type=int)
    options = parser.parse_args()
    for name in options.cases or CASES:
        run, points = CASES[name]
        print(f"-- {name}", flush=True)
        run(options.points or points)


if __name__ == "__main__":
    main()
