r"""Type queries at a prompt: completion by grammar and schema, history, errors before sending.

Enter runs a complete text. \help lists the commands of the shell: \use, \format, \watch...
Texts can also be piped in, one a line.
"""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import (
    add_connection_arguments,
    connect,
    database_of,
)

__all__ = ["add_arguments", "run"]

_HISTORY_VARIABLE = "IQL_HISTORY"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_connection_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    asyncio.run(_shell(options, terminal))
    return ExitCode.OK


async def _shell(options: Namespace, terminal: Terminal) -> None:
    from influx_shell._prompt.query_shell import QueryShell
    from influx_shell._prompt.schema_names import SchemaNames

    async with connect(options, terminal) as client:
        schema = SchemaNames(client, database_of(options, terminal), time.monotonic)
        shell = QueryShell(client, await client.api_name(), schema, options, terminal)
        if not terminal.can_ask:
            for line in terminal.stdin:
                await shell.handle(line)
                if shell.done:
                    return
            return
        from influx_shell._prompt.prompt_loop import prompt_loop

        version = await client.ping()
        terminal.say(f"InfluxDB {version} at {client.base_urls[0]}; \\help for help")
        await prompt_loop(shell, schema, _history_path(terminal))


def _history_path(terminal: Terminal) -> Path:
    if path := terminal.environment.get(_HISTORY_VARIABLE):
        return Path(path)
    from platformdirs import user_state_path

    return user_state_path("iql") / "history"
