"""The application: samples, writes, queries and shows."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from asphalt.core import CLIApplicationComponent, Context
from rich.console import Console
from rich.text import Text

from asphalt.influxdb.client import InfluxDBClient
from influx_core import ConfigError, InfluxDBError
from influx_query import SelectQuery

from .meter import RequestMeter
from .progress import SamplingProgress
from .queries import Run
from .report import VIEWS, Answer, show
from .sampling import HOST, samples

__all__ = ["SystemMetrics"]


class SystemMetrics(CLIApplicationComponent):
    """Samples this machine for a while, then shows queries about the samples with their results.

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
        self.meter = RequestMeter()
        self.add_component("influxdb", db=database, plugins=[self.meter])

    async def run(self, ctx: Context) -> int:
        """Do it once; the exit code is 1 if the server cannot be reached or refuses."""
        client = ctx.require_resource(InfluxDBClient)
        console = Console(highlight=False)
        console.print(self.title(client.base_urls[0]), no_wrap=True, overflow="ellipsis")
        try:
            await self.create_database(client)
            run = await self.write_samples(client, console)
            answers = [(view, await ask(client, view.query(run))) for view in VIEWS]
        except InfluxDBError as error:
            print(f"system_metrics: {error}", file=sys.stderr)
            return 1
        show(answers, console, used=2)
        return 0

    def title(self, url: str) -> Text:
        """Say what is sampled, and where the samples go."""
        user = (self.component_configs.get("influxdb") or {}).get("username")
        login = f" as {user}" if user else ""
        return Text.assemble("Sampling ", (HOST, "bold"), ", writing to ", (url, "bold"), login)

    async def create_database(self, client: InfluxDBClient) -> None:
        """Create the database where that is done with InfluxQL; elsewhere it has to exist."""
        try:
            await client.create_database(self.database)
        except ConfigError:
            return

    async def write_samples(self, client: InfluxDBClient, console: Console) -> Run:
        """Sample this machine, and write every sample as soon as it is taken."""
        self.meter.reset()
        first: datetime | None = None
        written, started = 0, perf_counter()
        with SamplingProgress(console, self.seconds, self.meter) as progress:
            async for time, points in samples(self.seconds, self.interval):
                await client.write_many(points)
                first = first or time
                written += len(points)
                progress.update(perf_counter() - started, written)
            progress.update(max(perf_counter() - started, self.seconds), written)
        assert first is not None
        bucket = timedelta(seconds=max(self.seconds / 10, 2 * self.interval))
        return Run(HOST, first, bucket)


async def ask(client: InfluxDBClient, query: SelectQuery) -> Answer:
    """Send a query, and measure the time until the whole result is there."""
    started = perf_counter()
    result = await client.execute(query)
    return Answer(query, result, perf_counter() - started)
