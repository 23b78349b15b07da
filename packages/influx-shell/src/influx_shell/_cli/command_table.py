"""The commands of `iql` and the modules that hold them, each imported when it is needed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal

__all__ = ["COMMANDS", "Command", "CommandModule"]


class CommandModule(Protocol):
    """A module in `_commands`."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments of the command to its parser."""
        ...

    def run(self, options: Namespace, terminal: Terminal) -> ExitCode:
        """Execute the command."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """A command of `iql`.

    Attributes:
        name: its name on the command line.
        module: the name of its module in `_commands`.
        summary: one line of help.
        forwards: whether another program parses its arguments.
    """

    name: str
    module: str
    summary: str
    forwards: bool = False

    def load(self) -> CommandModule:
        """Import the module of the command."""
        return cast(CommandModule, import_module(f"influx_shell._commands.{self.module}"))


COMMANDS = (
    Command("shell", "shell_command", "type queries at a prompt with completion"),
    Command("query", "query_command", "run InfluxQL, SQL or Flux and print the result"),
    Command("write", "write_command", "write points from the command line or standard input"),
    Command("import", "import_command", "write files of line protocol; keep the lines refused"),
    Command("export", "export_command", "export a database or measurements to a file"),
    Command("copy", "copy_command", "copy data between servers and files, exact and resumable"),
    Command("verify", "verify_command", "compare a source with its copy"),
    Command("schema", "schema_command", "list databases, measurements, tags and fields"),
    Command("tail", "tail_command", "print new points as they are stored"),
    Command("ping", "ping_command", "check that a server responds, and print its version"),
    Command("fmt", "local.fmt_command", "format InfluxQL or Flux"),
    Command("check", "local.check_command", "look for errors in InfluxQL, Flux or line protocol"),
    Command("spool", "local.spool_command", "inspect and send the spool of a batch writer", True),
    Command("fake", "local.fake_command", "run a fake InfluxDB server in memory", True),
    Command("profile", "local.profile_command", "keep the URLs and options of servers by name"),
    Command("completion", "local.completion_command", "print a completion script for a Unix shell"),
)
"""All commands, in the order of the help."""
