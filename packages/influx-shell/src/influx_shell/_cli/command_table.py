"""The commands of `iql` and the modules that hold them, each imported when it is needed.

Other distributions add commands with entry points of the group `influx_shell.commands`: the name
is that of the command, the value a module that fits `CommandModule`. They are looked up only when
they are needed, because the lookup takes as long as the help of the whole program.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["COMMANDS", "COMMAND_GROUP", "Command", "CommandModule", "added_commands"]

COMMAND_GROUP = "influx_shell.commands"
"""The group of the entry points with which other distributions add commands."""


class CommandModule(Protocol):
    """The module of a command; its docstring is the description in the help."""

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
        module: the name of its module in `_commands`; None for an entry point.
        summary: one line of help.
        forwards: whether another program parses its arguments.
        distribution: what has to be installed for it, beside influx-shell.
    """

    name: str
    module: str | None
    summary: str
    forwards: bool = False
    distribution: str = ""

    def load(self) -> CommandModule:
        """Import the module of the command.

        Raises:
            UsageError: the distribution that has the command is not installed.
        """
        if self.module is not None:
            return cast(CommandModule, import_module(f"influx_shell._commands.{self.module}"))
        found = _entry_points().get(self.name)
        if found is None:
            raise UsageError(f"iql {self.name} needs a package: pip install {self.distribution}")
        return cast(CommandModule, found.load())

    def is_installed(self) -> bool:
        """Return whether `load` finds the command."""
        return self.module is not None or self.name in _entry_points()


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
    Command("explore", None, "browse data in a web page", distribution="influx-explorer"),
    Command("profile", "local.profile_command", "keep the URLs and options of servers by name"),
    Command("completion", "local.completion_command", "print a completion script for a Unix shell"),
)
"""All commands of the project, in the order of the help."""


def added_commands() -> tuple[Command, ...]:
    """Return the commands that other distributions add, in the order of their names."""
    known = {command.name for command in COMMANDS}
    return tuple(
        Command(name, None, f"of {entry.dist.name if entry.dist else entry.module}")
        for name, entry in sorted(_entry_points().items())
        if name not in known
    )


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=COMMAND_GROUP)}
