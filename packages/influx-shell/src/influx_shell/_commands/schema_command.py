"""List what a server holds: databases; or, of one database, measurements with tags and fields."""

from __future__ import annotations

import asyncio
import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from influx_core import InfluxDBClient
from influx_shell._cli.exit_codes import CommandFailure, ExitCode
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import (
    add_connection_arguments,
    connect,
    database_of,
)
from influx_shell._output.schema_listing import listed, policies_of, tree

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("measurement", nargs="?", help="one measurement instead of all")
    parser.add_argument("--format", "-f", choices=("tree", "json"), default="tree")
    add_connection_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    terminal.stdout.write(asyncio.run(_listing(options, terminal)))
    return ExitCode.OK


async def _listing(options: Namespace, terminal: Terminal) -> str:
    async with connect(options, terminal, brief=True) as client:
        db = database_of(options, terminal)
        if db is None:
            names = await client.databases()
            return _json(names) if options.format == "json" else _lines(names)
        names = await _names(client, options, db)
        policies = await policies_of(client, db, options.retention_policy)
        found = [await listed(client, name, db, policies) for name in names]
    if options.format == "json":
        return _json([asdict(each) for each in found])
    return "".join(map(tree, found))


async def _names(client: InfluxDBClient, options: Namespace, db: str) -> list[str]:
    """The measurements to list.

    Raises:
        CommandFailure: the database, or the measurement that is named, does not exist.
    """
    known = await client.measurements()
    if not known and await client.api_name() == "v1" and db not in await client.databases():
        raise CommandFailure(f"there is no database {db!r}")
    if not options.measurement:
        return known
    if options.measurement not in known:
        raise CommandFailure(f"the database {db!r} has no measurement {options.measurement!r}")
    return [options.measurement]


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
