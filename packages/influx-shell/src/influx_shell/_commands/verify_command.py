"""Compare a source with its copy, range by range: count, sum, first, last, and a sample of values.

Each difference is a line on standard output; the exit code is 1 if there is one.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from pathlib import Path

from influx_copy import CopyOptions, Plan, Selection, verify
from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._copy.copy_ends import add_secret_arguments, complete_url
from influx_shell._copy.selection_arguments import (
    add_loss_argument,
    add_selection_arguments,
    copy_options,
    selection_of,
)

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("source", metavar="SOURCE", help="see iql copy --help")
    parser.add_argument("sink", metavar="SINK", help="the copy")
    parser.add_argument(
        "--plan",
        metavar="FILE",
        help="compare what this plan copied, with its selection and options",
    )
    parser.add_argument(
        "--one-in", type=int, default=64, metavar="N", help="compare one value in N; 1 is all"
    )
    parser.add_argument(
        "--ignore-extra",
        action="store_true",
        help="do not look for measurements and times that the copy alone has",
    )
    add_selection_arguments(parser)
    add_loss_argument(parser)
    add_secret_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    if options.one_in < 1:
        raise UsageError("--one-in takes a number from 1 on")
    if options.plan and not Path(options.plan).exists():
        raise UsageError(f"there is no plan {options.plan}")
    return asyncio.run(_verify(options, terminal))


async def _verify(options: Namespace, terminal: Terminal) -> ExitCode:
    selection, treatment = selection_of(options), copy_options(options)
    source = await complete_url(options.source, "source", options, terminal)
    sink = await complete_url(options.sink, "sink", options, terminal)
    with ExitStack() as stack:
        plan = stack.enter_context(Plan(options.plan)) if options.plan else None
        planned = plan is not None
        report = await verify(
            source,
            sink,
            plan=plan,
            selection=None if planned and selection == Selection() else selection,
            options=None if planned and treatment == CopyOptions() else treatment,
            one_in=options.one_in,
            extra=not options.ignore_extra,
        )
    for difference in report.differences:
        terminal.stdout.write(f"{difference}\n")
    result = "equal" if report.equal else f"{len(report.differences)} differences"
    terminal.say(
        f"{report.ranges} ranges, {report.values} values, {report.sampled} compared one by one: "
        f"{result}"
    )
    return ExitCode.OK if report.equal else ExitCode.FAILED
