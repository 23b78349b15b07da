"""Write points: line protocol from the arguments, or from standard input without arguments.

Nothing of a line is changed. `iql import` is the command for files: it keeps the lines that the
server refuses, and continues after an interruption.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from influx_core.codec import point_lines
from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import add_connection_arguments, connect

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("lines", metavar="LINE", nargs="*", help="a line: cpu,host=a load=0.5")
    parser.add_argument(
        "--precision", choices=("ns", "us", "ms", "s", "m", "h"), help="the unit of times"
    )
    parser.add_argument("--dry-run", action="store_true", help="check the lines, do not send them")
    add_connection_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    lines = "\n".join(options.lines).encode() if options.lines else terminal.binary_stdin.read()
    count = sum(1 for _ in point_lines(lines))
    if not count:
        raise UsageError("there are no lines to write")
    if options.dry_run:
        from influx_shell._commands.local.check_command import report_bad_lines

        return report_bad_lines(lines, "arguments" if options.lines else "stdin", terminal)
    asyncio.run(_write(lines, options, terminal))
    terminal.say(f"written: {count}")
    return ExitCode.OK


async def _write(lines: bytes, options: Namespace, terminal: Terminal) -> None:
    async with connect(options, terminal, brief=True, precision=options.precision) as client:
        await client.write_lines(lines)
