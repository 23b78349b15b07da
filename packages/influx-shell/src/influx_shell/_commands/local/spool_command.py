"""Inspect and send the spool of a batch writer: iql spool ls FILE, show, replay, verify."""

from __future__ import annotations

from argparse import REMAINDER, ArgumentParser, Namespace

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("arguments", nargs=REMAINDER, help="see python -m influx_core.spool --help")


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    from influx_core.spool import main

    return ExitCode(main(options.arguments, "iql spool"))
