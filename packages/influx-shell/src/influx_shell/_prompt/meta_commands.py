r"""The commands of the shell itself: a backslash, a name, an argument."""

from __future__ import annotations

from dataclasses import dataclass

from influx_shell._cli.exit_codes import UsageError

__all__ = ["META_COMMANDS", "MetaCommand", "meta_command", "meta_help"]

META_COMMANDS = {
    "use": "\\use DB           go to another database or bucket",
    "format": "\\format NAME      print results as table, csv, json, jsonl or lp",
    "language": "\\language NAME    influxql, sql, flux, or auto to tell by the text",
    "watch": "\\watch SECONDS    run the last query again and again, until Ctrl-C",
    "chart": "\\chart            draw the result of the last query",
    "copy": "\\copy FILE        write the result of the last query to a file: .csv, .json...",
    "schema": "\\schema [NAME]    list measurements with tags and fields",
    "fmt": "\\fmt              format the last query",
    "help": "\\help             this list",
    "quit": "\\quit             leave; Ctrl-D too",
}
"""The help of each command."""


@dataclass(frozen=True, slots=True)
class MetaCommand:
    """A command and its argument, which may be empty."""

    name: str
    argument: str


def meta_command(text: str) -> MetaCommand | None:
    r"""Return the command of a line; None if the line is a query.

    A command may be shortened: `\q` is `\quit`.

    Raises:
        UsageError: there is no such command, or several begin so.
    """
    text = text.strip()
    if not text.startswith("\\"):
        return None
    word, _, argument = text[1:].partition(" ")
    found = [name for name in META_COMMANDS if name == word] or [
        name for name in META_COMMANDS if word and name.startswith(word)
    ]
    if len(found) != 1:
        known = ", ".join(f"\\{name}" for name in found or META_COMMANDS)
        raise UsageError(f"there is no command \\{word}; there are {known}")
    return MetaCommand(found[0], argument.strip())


def meta_help() -> str:
    """Return the list of commands."""
    return "\n".join(META_COMMANDS.values())
