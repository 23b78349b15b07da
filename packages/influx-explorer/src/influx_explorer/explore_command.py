"""Look at a server in the browser; the page is served until Ctrl-C.

Credentials stay in this process: they come from INFLUX_TOKEN or INFLUX_PASSWORD, or from files.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from influx_explorer import __main__ as program
from influx_shell.command_api import CommandFailure, ExitCode, Terminal, UsageError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `iql explore`."""
    parser.add_argument(
        "url",
        nargs="?",
        metavar="URL",
        help="the server; INFLUX_URL or http://localhost:8086 by default",
    )
    program.add_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Serve the page until interrupted.

    Raises:
        CommandFailure: the address cannot be used.
        UsageError: the URL cannot be used, or a file of secrets cannot be read.
    """
    try:
        program.serve_page(options)
    except ValueError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        failure = CommandFailure if error.filename is None else UsageError
        raise failure(str(error)) from error
    return ExitCode.OK
