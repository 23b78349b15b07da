"""Run a fake InfluxDB in memory, for tries and tests; the distribution influx-testing has it."""

from __future__ import annotations

from argparse import REMAINDER, ArgumentParser, Namespace
from importlib import import_module

from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("arguments", nargs=REMAINDER, help="see python -m influx_testing --help")


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    try:
        program = import_module("influx_testing.__main__")
    except ImportError:
        raise UsageError("the fake is not installed: pip install influx-testing") from None
    return ExitCode(program.main(options.arguments, "iql fake"))
