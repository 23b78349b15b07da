"""Runs `iql`: finds the command, executes it, and turns errors into messages and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress

from influx_shell._cli.argument_parsers import command_named, command_parser, overview
from influx_shell._cli.exit_codes import CommandFailure, ExitCode, UsageError
from influx_shell._cli.terminal import Terminal

__all__ = ["execute", "main"]

_OBJECTS_BEFORE_COLLECTION = 50_000
"""Imports make many objects and no garbage; at the default of 700, a query starts a tenth later."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute a command line; return its exit code.

    Args:
        arguments: the words after the name of the program; those of the process by default.
    """
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    try:
        terminal = Terminal.of_process()
    except UsageError as error:
        sys.stderr.write(f"iql: {error}\n")
        return ExitCode.USAGE
    try:
        return execute(sys.argv[1:] if arguments is None else arguments, terminal)
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has enough
        _discard_output(terminal)
        return ExitCode.OK
    finally:
        gc.freeze()  # or Python would look for garbage before it ends, for 30 ms


def execute(arguments: Sequence[str], terminal: Terminal) -> ExitCode:
    """Execute a command line on a terminal; errors become messages and exit codes.

    Raises:
        BrokenPipeError: the reader of standard output is gone.
    """
    try:
        code = _dispatched(arguments, terminal)
        terminal.stdout.flush()
        return code
    except SystemExit as stop:  # by argparse, which has printed the reason
        return ExitCode.OK if not stop.code else ExitCode.USAGE
    except KeyboardInterrupt:
        terminal.say("iql: interrupted")
        return ExitCode.INTERRUPTED
    except CommandFailure as failure:
        terminal.say(f"iql: {failure}")
        return failure.code
    except BrokenPipeError:
        raise
    except Exception as error:
        from influx_shell._cli.error_reports import report

        code = report(error, terminal)
        with suppress(OSError, ValueError):
            terminal.stdout.flush()
            return code
        _discard_output(terminal)  # or Python would complain at its end
        return code


def _discard_output(terminal: Terminal) -> None:
    """Let what is still held for standard output go nowhere."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), terminal.stdout.fileno())


def _dispatched(arguments: Sequence[str], terminal: Terminal) -> ExitCode:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        terminal.stdout.write(overview())
        return ExitCode.OK if arguments else ExitCode.USAGE
    if arguments[0] == "--version":
        from importlib.metadata import version

        terminal.stdout.write(f"iql {version('influx-shell')}\n")
        return ExitCode.OK
    if arguments[0].startswith("-"):
        raise UsageError(
            f"{arguments[0]} stands before a command: write iql COMMAND {arguments[0]}"
        )
    command = command_named(arguments[0])
    if command.forwards:
        options = Namespace(arguments=list(arguments[1:]))
    else:
        options = command_parser(command).parse_args(arguments[1:])
    return command.load().run(options, terminal)
