"""Look for errors in InfluxQL, Flux or line protocol, without a server.

Each error is a line `FILE:LINE:COLUMN: reason` on standard output, which editors understand.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

import influx_flux
from influx_core.lineprotocol import BadLine, scan
from influx_query import InfluxQLSyntaxError, explain_error, parse
from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.text_language import decoded, language_of_file, read_text

__all__ = ["add_arguments", "report_bad_lines", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("files", metavar="FILE", nargs="*", default=["-"], help="- is stdin")
    parser.add_argument("--language", "-l", choices=("influxql", "flux", "lp"))


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    code = ExitCode.OK
    for path in options.files:
        data = read_text(path, terminal)
        for line in _problems(path, data, language_of_file(path, data, options.language)):
            terminal.stdout.write(f"{line}\n")
            code = ExitCode.FAILED
    return code


def report_bad_lines(lines: bytes, name: str, terminal: Terminal) -> ExitCode:
    """Print the lines of line protocol that are invalid."""
    problems = list(_problems(name, lines, "lp"))
    terminal.stdout.writelines(f"{line}\n" for line in problems)
    return ExitCode.FAILED if problems else ExitCode.OK


def _problems(path: str, data: bytes, language: str) -> Iterator[str]:
    name = "stdin" if path == "-" else path
    if language == "lp":
        for found in scan(data):
            if isinstance(found, BadLine):
                yield f"{name}:{found.line}:{found.column or 1}: {found.reason}"
    elif language == "flux":
        text = decoded(path, data)
        try:
            issues = influx_flux.check(text)
        except influx_flux.FluxSyntaxError as error:
            issues = error.issues
        for issue in issues:
            yield f"{name}:{issue.line}:{issue.column}: {issue.message}"
    else:
        yield from _influxql_problem(name, decoded(path, data))


def _influxql_problem(name: str, text: str) -> Iterator[str]:
    try:
        parse(text)
    except InfluxQLSyntaxError as error:
        before = text[: error.offset]
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        yield f"{name}:{line}:{column}: " + _reason(error)


def _reason(error: InfluxQLSyntaxError) -> str:
    """The message and the hint, without the picture of the place."""
    message, _, rest = explain_error(error).partition("\n")
    hint = rest.rpartition("^")[2].strip()
    return f"{message}; {hint}" if hint else message
