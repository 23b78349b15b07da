"""The application: samples, writes, asks and shows."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

from asphalt.core import CLIApplicationComponent, Context
from rich.console import Console

from asphalt.influxdb.client import InfluxDBClient
from influx_core import InfluxDBError, Series
from influx_query import SelectQuery

from . import questions
from .questions import Run
from .report import Answers, show
from .sampling import HOST, samples

__all__ = ["SystemMetrics"]


class SystemMetrics(CLIApplicationComponent):
    """Samples this machine for a while, then shows what the server has to say about it.

    Args:
        database: where the samples go; created if it is missing.
        seconds: how long to sample.
        interval: seconds between two samples.
        components: options of the `influxdb` component.
    """

    def __init__(
        self,
        database: str = "system_metrics",
        seconds: float = 5,
        interval: float = 0.25,
        components: dict[str, dict[str, Any] | None] | None = None,
    ) -> None:
        super().__init__(components)
        self.database = database
        self.seconds = seconds
        self.interval = interval
        self.add_component("influxdb", db=database)

    async def run(self, ctx: Context) -> int:
        """Do it once; the exit code is 1 if the server is not there or refuses."""
        client = ctx.require_resource(InfluxDBClient)
        console = Console(highlight=False)
        console.print(f"Sampling {HOST} for {self.seconds:g} s, into {client.base_urls[0]}")
        try:
            await client.create_database(self.database)
            run = await self.write_samples(client)
            answers = await ask(client, run)
        except InfluxDBError as error:
            print(f"system_metrics: {error}", file=sys.stderr)
            return 1
        show(run, answers, console)
        return 0

    async def write_samples(self, client: InfluxDBClient) -> Run:
        """Sample this machine and write every sample while it is fresh."""
        times = []
        async for time, points in samples(self.seconds, self.interval):
            await client.write_many(points)
            times.append(time)
        bucket = timedelta(seconds=max(self.seconds / 10, 2 * self.interval))
        return Run(HOST, times[0], times[-1], bucket)


async def ask(client: InfluxDBClient, run: Run) -> Answers:
    """Ask all the questions about a run."""

    async def series(select: SelectQuery) -> tuple[Series, ...]:
        return (await client.execute(select)).series

    return Answers(
        cpus=await series(questions.cpus(run)),
        cpus_over_time=await series(questions.cpus_over_time(run)),
        host_over_time=await series(questions.host_over_time(run)),
        memory=await series(questions.memory(run)),
        disks=await series(questions.devices(run, "disk", "read", "written")),
        interfaces=await series(questions.devices(run, "network", "received", "sent")),
        programs=await series(questions.programs(run)),
    )
