"""`python -m influx_core.spool`: inspect the spool of a writer that is not running.

A damaged file is not changed; `verify` reports the damage.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from influx_core._client.client import InfluxDBClient
from influx_core._spool.sqlite_spool import SQLiteSpool
from influx_core.errors import InfluxDBError, SpoolError

__all__ = ["main"]


def main(
    arguments: Sequence[str] | None = None, program: str = "python -m influx_core.spool"
) -> int:
    """Execute the command; returns 1 if it failed or found damage.

    Args:
        arguments: those of the command line; by default those of the process.
        program: how the command is called, for the help.
    """
    options = _parser(program).parse_args(arguments)
    action: Callable[[SQLiteSpool, argparse.Namespace], int] = options.action
    try:
        if not options.path.exists():
            raise SpoolError(f"there is no spool {options.path}")
        with closing(SQLiteSpool(options.path)) as spool:
            return action(spool, options)
    except InfluxDBError as error:
        print(error, file=sys.stderr)
        return 1


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Inspect the spool of a batch writer that is not running. A damaged file is "
        "not changed; `verify` reports the damage.",
    )
    commands = parser.add_subparsers(required=True)
    for action, words in (
        (ls, "list the batches"),
        (show, "print the lines of a batch"),
        (replay, "send everything to a server, and forget what it took"),
        (verify, "look for damage"),
    ):
        command = commands.add_parser(action.__name__, help=words)
        command.set_defaults(action=action)
        command.add_argument("path", type=Path, help="the spool's file")
        if action is show:
            command.add_argument("number", type=int, help="of the batch, as ls prints it")
        if action is replay:
            command.add_argument("url", help="of the server: http://user:password@host:8086")
    return parser


def ls(spool: SQLiteSpool, options: argparse.Namespace) -> int:
    """List the batches, the oldest first."""
    print("number\tpoints\tdb\tretention_policy\tprecision")
    for batch in spool.open_as_it_is():
        target = batch.target
        policy = target.retention_policy or ""
        print(batch.number, batch.points, target.db, policy, target.precision, sep="\t")
    return 0


def show(spool: SQLiteSpool, options: argparse.Namespace) -> int:
    """Print the lines of a batch."""
    spool.open_as_it_is()
    sys.stdout.write(spool.read(options.number).lines.decode("utf-8", "replace"))
    return 0


def replay(spool: SQLiteSpool, options: argparse.Namespace) -> int:
    """Send all batches to a server, in order; stop at the first one that fails.

    Damaged batches are reported, and stay in the spool.
    """
    return asyncio.run(_replay(spool, options.url))


async def _replay(spool: SQLiteSpool, url: str) -> int:
    sent = damaged = 0
    async with InfluxDBClient.from_url(url) as client:
        for batch in spool.open_as_it_is():
            target = batch.target
            try:
                lines = spool.read(batch.number).lines
            except SpoolError as error:
                print(error, file=sys.stderr)
                damaged += 1
                continue
            await client.write_lines(
                lines,
                db=target.db,
                retention_policy=target.retention_policy,
                precision=target.precision,
                org=target.org,
            )
            spool.remove(batch.number)
            sent += batch.points
    print(f"{sent} points")
    return 1 if damaged else 0


def verify(spool: SQLiteSpool, options: argparse.Namespace) -> int:
    """Check every page and every batch, without changes."""
    problems = spool.problems()
    print("\n".join(problems) or "sound")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
