"""Prints docs/reference/command-line.md, from the parsers of the commands of `iql`.

Run: python docs/_generate/command_line.py > docs/reference/command-line.md
"""

from __future__ import annotations

import sys
from argparse import REMAINDER, Action, ArgumentParser
from collections.abc import Iterator
from typing import Any

from influx_shell._cli.argument_parsers import command_named, command_parser
from influx_shell._cli.command_table import COMMANDS, Command
from influx_shell._cli.exit_codes import ExitCode
from influx_shell._prompt.meta_commands import META_COMMANDS

__all__ = ["page"]

_SERVER = "server"
"""The title of the group of arguments that name a server."""

_CODES = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "the query failed, or the server refused some lines",
    ExitCode.USAGE: "wrong usage: an argument, a profile or the name of a file",
    ExitCode.UNREACHABLE: "the server does not respond",
    ExitCode.FAULT: "a fault of `iql`; `IQL_TRACEBACK=1` shows where",
    ExitCode.INTERRUPTED: "interrupted",
}


def page() -> str:
    """Return the page as Markdown."""
    return "\n\n".join(_parts()) + "\n"


def _parts() -> Iterator[str]:
    yield "# iql: commands"
    yield (
        "`docs/_generate/command_line.py` prints this page from the parsers of the commands.\n"
        "[Use InfluxDB at the command line](../how-to/use-the-command-line.md) explains them by "
        "what is to be done."
    )
    yield _table("command", [(f"[`{c.name}`](#iql-{c.name})", c.summary) for c in COMMANDS])
    yield "Exit codes:"
    yield _table("code", [(str(code.value), _CODES[code]) for code in ExitCode])
    yield from _server()
    for command in COMMANDS:
        yield from _command(command)
    yield "## Commands of the shell"
    yield "A command may be shortened as long as one begins so: `\\q` is `\\quit`."
    yield _table("typed", [(f"`{each.usage}`", each.summary) for each in META_COMMANDS.values()])


def _command(command: Command) -> Iterator[str]:
    yield f"## iql {command.name}"
    if command.module is None:
        yield f"{_sentence(command.summary)} `pip install {command.distribution}` adds it."
        return
    parser = command_parser(command)
    yield f"```text\n{_usage(parser)}\n```"
    yield parser.description or ""
    for title, actions in _groups(parser):
        if title == _SERVER:
            yield "The server is named by the [options of a server](#options-of-a-server)."
        else:
            yield _arguments(title, actions)


def _server() -> Iterator[str]:
    """The options that most commands share, once."""
    yield "## Options of a server"
    yield "The commands that talk to one server take these options."
    groups = dict(_groups(command_parser(command_named("ping"))))
    yield _arguments("option", groups[_SERVER])


def _arguments(title: str, actions: list[Action]) -> str:
    return _table(title, [(f"`{_names(each)}`", _explanation(each)) for each in actions])


def _usage(parser: ArgumentParser) -> str:
    actions = [action for _, group in _groups(parser) for action in group]
    words = [_positional(action) for action in actions if not action.option_strings]
    options = ["[OPTIONS]"] if any(action.option_strings for action in actions) else []
    return " ".join([parser.prog, *options, *words])


def _groups(parser: Any) -> Iterator[tuple[str, list[Action]]]:
    """The titles and the arguments of each group; argparse has no public list of them."""
    for group in parser._action_groups:  # noqa: SLF001
        actions = [action for action in group._group_actions if action.dest != "help"]  # noqa: SLF001
        if actions:
            yield group.title.removeprefix("positional "), actions


def _positional(action: Action) -> str:
    name = _value_name(action)
    if action.nargs == REMAINDER:
        return "..."
    optional = f"[{name}]" if action.nargs in {"?", "*"} else name
    return f"{optional}..." if action.nargs in {"*", "+"} else optional


def _names(action: Action) -> str:
    if not action.option_strings:
        return _positional(action)
    names = ", ".join(sorted(action.option_strings, key=len))
    return names if action.nargs == 0 else f"{names} {_value_name(action)}"


def _value_name(action: Action) -> str:
    if action.metavar is not None:
        return str(action.metavar)
    return action.dest.upper().replace("_", "-")


def _explanation(action: Action) -> str:
    parts = [action.help or ""]
    if action.choices:
        parts.append("one of " + ", ".join(f"`{choice}`" for choice in action.choices))
    if action.default not in (None, False, []) and str(action.default) not in parts[0]:
        default = action.default[0] if isinstance(action.default, list) else action.default
        parts.append(f"`{default}` by default")
    return "; ".join(filter(None, parts))


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"| {title} | |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {_escaped(text)} |" for name, text in rows)])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


if __name__ == "__main__":
    sys.stdout.write(page())
