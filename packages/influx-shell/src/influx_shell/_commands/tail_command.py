"""Print new points of a measurement as they are stored, until it is interrupted.

Points that arrive late are printed if they are not older than `--late` before the newest one.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from influx_core import InfluxDBClient, Series
from influx_core.timestamps import UNIT_NS, to_rfc3339
from influx_query import SelectQuery, query, time
from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import add_connection_arguments, connect
from influx_shell._output.result_writer import text_writer

__all__ = ["add_arguments", "new_points", "run"]

_SECOND = UNIT_NS["s"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("measurement", help="the measurement")
    parser.add_argument(
        "--lines", "-n", type=int, default=10, metavar="N", help="begin with the last N points"
    )
    parser.add_argument(
        "--interval", type=float, default=1.0, metavar="SECONDS", help="ask this often"
    )
    parser.add_argument(
        "--late", type=float, default=10.0, metavar="SECONDS", help="how late points may arrive"
    )
    parser.add_argument("--format", "-f", choices=("table", "csv", "jsonl"), default="csv")
    add_connection_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    asyncio.run(_tail(options, terminal))
    return ExitCode.OK


async def _tail(options: Namespace, terminal: Terminal) -> None:
    writer = text_writer(options.format, terminal.stdout)

    async def pause() -> None:
        await asyncio.sleep(options.interval)

    async with connect(options, terminal) as client:
        late = round(options.late * _SECOND)
        found = new_points(client, options.measurement, options.lines, late, pause)
        async with aclosing(found):
            async for piece in found:
                writer.write(piece.with_epoch(None))
                terminal.stdout.flush()


async def new_points(
    client: InfluxDBClient,
    measurement: str,
    last: int,
    late: int,
    pause: Callable[[], Awaitable[None]],
) -> AsyncGenerator[Series, None]:
    """Yield the last points of a measurement, and then new ones, each once, without end.

    Args:
        client: the client.
        measurement: the measurement.
        last: the number of points to begin with.
        late: how much older than the newest point a new one may be, in nanoseconds.
        pause: is awaited between two queries.
    """
    newest: int | None = None
    seen: set[tuple[object, ...]] = set()
    while True:
        for series in (await client.execute(_query(measurement, last, newest, late))).series:
            rows = [tuple(row) for row in series.rows]
            fresh = sorted((row for row in rows if row not in seen), key=lambda row: row[0])
            seen = set(rows) if newest is not None or rows else seen
            if fresh:
                newest = max(fresh[-1][0], fresh[-1][0] if newest is None else newest)
                yield Series(series.name, series.columns, list(map(list, fresh)))
        await pause()


def _query(measurement: str, last: int, newest: int | None, late: int) -> SelectQuery:
    everything = query("*").from_(measurement)
    if newest is None:
        return everything.descending().limit(max(last, 1))
    return everything.where(time >= to_rfc3339(newest - late))
