"""The parsers of the command line: the one of a single command, and the one of all."""

from __future__ import annotations

import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import suppress
from inspect import cleandoc
from typing import NoReturn

from influx_shell._cli.command_table import COMMANDS, Command, added_commands
from influx_shell._cli.exit_codes import UsageError

__all__ = ["command_named", "command_parser", "overview", "whole_parser"]

_DESCRIPTION = """\
iql talks to InfluxDB 1.x, 2.x, 3.x and VictoriaMetrics.

commands:
{commands}

iql COMMAND --help explains a command. The server is taken from --url, from a profile, or from the
variables INFLUX_URL, INFLUX_DB, INFLUX_TOKEN, INFLUX_USERNAME, INFLUX_PASSWORD...
Data goes to standard output, everything else to standard error. Exit codes: 0 done; 1 the query
or some lines failed; 2 wrong usage; 3 the server does not respond; 70 a fault of iql; 130
interrupted."""


_USUAL_COLUMNS = 80


class CommandFormatter(RawDescriptionHelpFormatter):
    """Formats the help of a command; its width is given, because argparse looks it up with shutil.

    Even a parser that prints nothing makes formatters, and the import takes as long as argparse's.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """Return the width of the terminal, as `shutil.get_terminal_size` does."""
    with suppress(ValueError):
        if (columns := int(os.environ.get("COLUMNS", "0"))) > 0:
            return columns
    with suppress(OSError):
        return os.get_terminal_size().columns or _USUAL_COLUMNS
    return _USUAL_COLUMNS


class CommandParser(ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{message}; {self.prog} --help explains the arguments")


def overview() -> str:
    """Return the help of the whole program."""
    width = max(len(command.name) for command in COMMANDS)
    lines = (f"  {command.name:<{width}}  {command.summary}" for command in COMMANDS)
    usage = "usage: iql [--help] [--version] COMMAND ...\n\n"
    return usage + _DESCRIPTION.format(commands="\n".join(lines)) + "\n"


def command_named(name: str) -> Command:
    """Return a command.

    Raises:
        UsageError: there is no such command.
    """
    commands = {command.name: command for command in COMMANDS}
    if name not in commands:
        commands |= {command.name: command for command in added_commands()}
    if name in commands:
        return commands[name]
    from difflib import get_close_matches  # takes long, and is seldom needed

    names = list(commands)
    near = get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"
    raise UsageError(f"there is no command {name!r}{hint}")


def command_parser(command: Command) -> ArgumentParser:
    """Return the parser of a command's arguments."""
    parser = CommandParser(f"iql {command.name}", formatter_class=CommandFormatter)
    return _filled(parser, command)


def whole_parser() -> ArgumentParser:
    """Return a parser with all commands that are installed, from which completion is made."""
    parser = ArgumentParser("iql", description="InfluxDB at the command line.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command in (*COMMANDS, *added_commands()):
        if command.is_installed():
            _filled(commands.add_parser(command.name, help=command.summary), command)
    return parser


def _filled(parser: ArgumentParser, command: Command) -> ArgumentParser:
    module = command.load()
    parser.description = cleandoc(module.__doc__ or command.summary)
    parser.allow_abbrev = False
    module.add_arguments(parser)
    return parser
