"""Runs a query and prints its result, as rows or as a chart."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import aclosing

from influx_core import InfluxDBClient, Series
from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.result_streams import Query, stream
from influx_shell._output.complete_file import complete_text_file
from influx_shell._output.exact_types import exact_client
from influx_shell._output.frame_files import FRAME_FORMATS, write_frames
from influx_shell._output.result_writer import ResultWriter, text_writer
from influx_shell._output.truncation import TruncationWatch

__all__ = ["draw", "one_result", "print_result", "print_streams"]


async def print_result(
    client: InfluxDBClient, query: Query, options: Namespace, terminal: Terminal
) -> ExitCode:
    """Run a query and print its result in the format of the arguments."""
    name = options.format or (
        "table" if terminal.prints_to_terminal and not options.output else "csv"
    )
    async with exact_client(client, query.text, name, options, terminal) as asked:
        if name in FRAME_FORMATS:
            await write_frames(asked, query, name, options.output, terminal)
            return ExitCode.OK
        return await print_streams(one_result(stream(asked, query)), name, options.output, terminal)


async def one_result(
    pieces: AsyncGenerator[Series, None],
) -> AsyncGenerator[AsyncGenerator[Series]]:
    """Yield the only result."""
    yield pieces


async def print_streams(
    streams: AsyncGenerator[AsyncGenerator[Series]],
    name: str,
    path: str | None,
    terminal: Terminal,
) -> ExitCode:
    """Print results one after another, as one.

    Args:
        streams: the pieces of each result.
        name: a format of text.
        path: the file, which appears when it is complete; None for standard output.
        terminal: has standard output.
    """
    async with aclosing(streams):
        if path is None:
            return await _print(streams, text_writer(name, terminal.printable_stdout), terminal)
        with complete_text_file(path) as out:
            return await _print(streams, text_writer(name, out), terminal)


async def _print(
    streams: AsyncGenerator[AsyncGenerator[Series]], writer: ResultWriter, terminal: Terminal
) -> ExitCode:
    watch = TruncationWatch()
    async for pieces in streams:
        async with aclosing(pieces):
            async for piece in pieces:
                writer.write(piece)
                watch.see(piece)
        watch.finish()
    writer.finish()
    for series in watch.cut:
        terminal.say(f"iql: the server cut the series {series} off at a limit of its own")
    return ExitCode.FAILED if watch.cut else ExitCode.OK


async def draw(client: InfluxDBClient, query: Query, terminal: Terminal) -> ExitCode:
    """Run a query and draw its result over time."""
    try:
        from influx_dataframe import chart
    except ImportError:
        raise UsageError("charts need a library: pip install influx-shell[frames]") from None
    pieces: list[Series] = [piece async for piece in stream(client, query)]
    terminal.stdout.write(chart(pieces) + "\n")
    return ExitCode.OK
