"""Run a query and print its result.

The language is told by the text: Flux by its first words; on InfluxDB 3 everything else is SQL,
unless it is only InfluxQL (SHOW MEASUREMENTS, GROUP BY time(), regular expressions...); on other
servers it is InfluxQL. Rows are printed as they arrive.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import add_connection_arguments, connect
from influx_shell._connection.languages import LANGUAGES
from influx_shell._connection.result_streams import Query
from influx_shell._output.frame_files import FRAME_FORMATS
from influx_shell._output.print_result import draw, print_result
from influx_shell._output.query_values import bind_value
from influx_shell._output.result_writer import TEXT_FORMATS

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("text", metavar="TEXT", help="the query; - reads it from standard input")
    _add_result_arguments(parser)
    parser.add_argument("--chart", action="store_true", help="draw the result over time")
    add_connection_arguments(parser)


def _add_result_arguments(parser: ArgumentParser) -> None:
    """Add the arguments that say how a query runs and how its result is printed."""
    parser.add_argument(
        "--format",
        "-f",
        choices=(*TEXT_FORMATS, *FRAME_FORMATS),
        help="table on a terminal, csv elsewhere by default",
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="a file instead of standard output")
    parser.add_argument("--language", "-l", choices=LANGUAGES, help="the language of the query")
    parser.add_argument(
        "--epoch",
        choices=("ns", "us", "ms", "s"),
        help="print times as integers in this unit; RFC 3339 by default",
    )
    parser.add_argument(
        "--param",
        "-p",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a value for the placeholder $NAME; numbers and true and false are not text",
    )


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    text = terminal.stdin.read() if options.text == "-" else options.text
    return asyncio.run(_run(_query_of(text, options), options, terminal))


def _query_of(text: str, options: Namespace) -> Query:
    """Return the query of the arguments.

    Raises:
        UsageError: there is no text, or a parameter is not `NAME=VALUE`.
    """
    if not text.strip():
        raise UsageError("the query is empty")
    params = dict(map(bind_value, options.param))
    return Query(text, options.language, params, options.epoch)


async def _run(query: Query, options: Namespace, terminal: Terminal) -> ExitCode:
    async with connect(options, terminal, brief=True) as client:
        if options.chart:
            return await draw(client, query, terminal)
        return await print_result(client, query, options, terminal)
