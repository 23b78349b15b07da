r"""The commands of the shell itself: a backslash, a name, an argument."""

from __future__ import annotations

from dataclasses import dataclass

from influx_shell._cli.exit_codes import UsageError

__all__ = ["META_COMMANDS", "MetaCommand", "MetaCommandHelp", "meta_command", "meta_help"]


@dataclass(frozen=True, slots=True)
class MetaCommandHelp:
    """How a command is typed, and what it does."""

    usage: str
    summary: str


META_COMMANDS = {
    "use": MetaCommandHelp("\\use DB", "go to another database or bucket"),
    "format": MetaCommandHelp(
        "\\format NAME", "print results as table, csv, json, jsonl or lp; table at the beginning"
    ),
    "language": MetaCommandHelp(
        "\\language NAME", "influxql, sql, flux, or auto to tell by the text"
    ),
    "watch": MetaCommandHelp(
        "\\watch [SECONDS]", "run the last query again and again, until Ctrl-C; 2 s by default"
    ),
    "chart": MetaCommandHelp("\\chart", "draw the result of the last query over time"),
    "copy": MetaCommandHelp(
        "\\copy FILE",
        "write the result of the last query to a file: .csv, .json, .jsonl, .lp, .parquet, .arrow",
    ),
    "pager": MetaCommandHelp(
        "\\pager [COMMAND]", "show long results with a program; on, off; alone: say which"
    ),
    "schema": MetaCommandHelp("\\schema [NAME]", "list measurements with tags and fields"),
    "fmt": MetaCommandHelp("\\fmt", "format the last query"),
    "help": MetaCommandHelp("\\help", "this list"),
    "quit": MetaCommandHelp("\\quit", "leave; Ctrl-D too"),
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
    width = max(len(each.usage) for each in META_COMMANDS.values())
    return "\n".join(f"{each.usage:<{width}}  {each.summary}" for each in META_COMMANDS.values())
