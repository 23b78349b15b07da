"""Check that a server responds; print its version and its API."""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser, Namespace

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import add_connection_arguments, connect

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_connection_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    version, api, seconds = asyncio.run(_ping(options, terminal))
    terminal.stdout.write(f"{version or 'unknown version'}  api {api}  {seconds * 1e3:.1f} ms\n")
    return ExitCode.OK


async def _ping(options: Namespace, terminal: Terminal) -> tuple[str, str, float]:
    async with connect(options, terminal, brief=True) as client:
        api = await client.api_name()
        begun = time.perf_counter()
        version = await client.ping()
        return version, api, time.perf_counter() - begun
