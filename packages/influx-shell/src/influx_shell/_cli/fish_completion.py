"""Completion for fish, which shtab does not write."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

__all__ = ["fish_script"]


def fish_script(parser: argparse.ArgumentParser) -> str:
    """Return a script with the commands and options of a parser."""
    return "\n".join(_lines(parser)) + "\n"


def _lines(parser: argparse.ArgumentParser) -> Iterator[str]:
    program = parser.prog
    commands = _commands(parser)
    names = " ".join(commands.choices)
    for choice in commands._choices_actions:  # noqa: SLF001
        yield (
            f"complete -c {program} -n 'not __fish_seen_subcommand_from {names}' -f "
            f"-a {choice.dest} -d {_quoted(choice.help or '')}"
        )
    for name, command in commands.choices.items():
        for action in _actions(command):
            yield from _option(
                f"complete -c {program} -n '__fish_seen_subcommand_from {name}'", action
            )


def _commands(parser: argparse.ArgumentParser) -> Any:
    """The action that holds the commands; argparse has no public list of its actions."""
    return next(action for action in _actions(parser) if hasattr(action, "_choices_actions"))


def _actions(parser: Any) -> list[Any]:
    return list(parser._actions)  # noqa: SLF001


def _option(head: str, action: argparse.Action) -> Iterator[str]:
    words = [
        f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
        for option in action.option_strings
    ]
    if words:
        values = f" -x -a {_quoted(' '.join(map(str, action.choices)))}" if action.choices else ""
        needs = " -r" if action.nargs != 0 and not values else ""
        yield f"{head} {' '.join(words)}{needs}{values} -d {_quoted(action.help or '')}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
