"""Format InfluxQL (a clause a line) or Flux (the layout of InfluxDB), from files or stdin."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import influx_flux
import influx_query
from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.text_language import decoded, language_of_file, read_text

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("files", metavar="FILE", nargs="*", default=["-"], help="- is stdin")
    parser.add_argument("--language", "-l", choices=("influxql", "flux"))
    parser.add_argument("--write", "-w", action="store_true", help="change the files in place")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit with 1 if a file would change"
    )


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    changed = False
    for path in options.files:
        data = read_text(path, terminal)
        old = decoded(path, data)
        new = _formatted(old, language_of_file(path, data, options.language))
        if options.check:
            if new != old:
                terminal.say(f"{path} would change")
        elif options.write and path != "-":
            if new != old:
                Path(path).write_text(new, "utf-8")
        else:
            terminal.stdout.write(new)
        changed = changed or new != old
    return ExitCode.FAILED if options.check and changed else ExitCode.OK


def _formatted(text: str, language: str) -> str:
    if language == "flux":
        return influx_flux.format(text)
    if language == "influxql":
        return influx_query.format(text).rstrip("\n") + "\n"
    raise UsageError("line protocol has no layout to format")
