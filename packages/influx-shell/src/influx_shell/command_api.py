"""What the module of a command needs that another distribution adds to `iql`.

Such a distribution declares an entry point of the group `influx_shell.commands`, whose name is
that of the command and whose value is a module with the functions of `CommandModule`.
"""

from influx_shell._cli.command_table import COMMAND_GROUP, CommandModule
from influx_shell._cli.exit_codes import CommandFailure, ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import (
    add_connection_arguments,
    connect,
    connection_settings,
    database_of,
)

__all__ = [
    "COMMAND_GROUP",
    "CommandFailure",
    "CommandModule",
    "ExitCode",
    "Terminal",
    "UsageError",
    "add_connection_arguments",
    "connect",
    "connection_settings",
    "database_of",
]
