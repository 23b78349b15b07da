"""Copy data whole: from servers or files to servers or files, exact and resumable.

SOURCE and SINK are URLs without secrets (http://host:8086/db, questdb://host:9000), paths
(points.lp.gz, points.jsonl), parquet:DIRECTORY, or profile:NAME. The plan is a file with a row for
each range; the same command again continues it. Exit code 0 means that every range is complete.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from functools import partial
from typing import Any

from influx_copy import CopySummary, Plan, RunSettings, copy
from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal
from influx_shell._copy.cluster_copies import copy_on_cluster
from influx_shell._copy.copy_ends import add_secret_arguments, complete_url
from influx_shell._copy.copy_progress import CopyProgress
from influx_shell._copy.selection_arguments import (
    add_loss_argument,
    add_selection_arguments,
    copy_options,
    selection_of,
)

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("source", metavar="SOURCE")
    parser.add_argument("sink", metavar="SINK")
    parser.add_argument("--plan", required=True, metavar="FILE", help="the file of the ranges")
    parser.add_argument(
        "--parallel", type=int, metavar="N", help="ranges at a time; 2, or all workers of --dask"
    )
    parser.add_argument(
        "--dask",
        metavar="CLUSTER",
        help="copy on a Dask cluster: tcp://scheduler:8786, or local:N for N processes",
    )
    parser.add_argument("--newest-first", action="store_true", help="copy later times first")
    parser.add_argument("--points-per-second", type=float, metavar="N", help="a limit")
    parser.add_argument("--bytes-per-second", type=float, metavar="N", help="a limit")
    parser.add_argument("--dry-run", action="store_true", help="list the ranges, copy nothing")
    add_selection_arguments(parser)
    add_loss_argument(parser)
    add_secret_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    settings = RunSettings(
        parallel=2 if options.parallel is None else options.parallel,
        newest_first=options.newest_first,
        points_per_second=options.points_per_second,
        bytes_per_second=options.bytes_per_second,
    )
    return asyncio.run(_copy(settings, options, terminal))


async def _copy(settings: RunSettings, options: Namespace, terminal: Terminal) -> ExitCode:
    selection, treatment = selection_of(options), copy_options(options)
    source = await complete_url(options.source, "source", options, terminal)
    if options.dry_run:
        return await _list_ranges(source, selection, terminal)
    sink = await complete_url(options.sink, "sink", options, terminal)
    shown = CopyProgress(terminal)
    with Plan(options.plan) as plan:
        shown.start()
        try:
            arguments: dict[str, Any] = {
                "selection": selection,
                "options": treatment,
                "settings": settings,
                "on_event": shown.see,
            }
            if options.dask:
                parallel = options.parallel
                run = partial(copy_on_cluster, options.dask, plan, source, sink, parallel=parallel)
                summary = await asyncio.to_thread(run, **arguments)
            else:
                summary = await copy(source, sink, plan, **arguments)
        finally:
            shown.stop()
        for found in plan.objects:
            name = f"{found.database}.{found.name}" if found.database else found.name
            terminal.say(f"{found.kind} {name}: {found.outcome}")
    return _report(summary, shown, terminal)


async def _list_ranges(source: str, selection: object, terminal: Terminal) -> ExitCode:
    from influx_copy import Selection, open_source, require_selected

    assert isinstance(selection, Selection)
    opened = open_source(source)
    try:
        await require_selected(opened, selection)
        for found in await opened.ranges(selection):
            terminal.stdout.write(f"{found}\n")
    finally:
        await opened.aclose()
    return ExitCode.OK


def _report(summary: CopySummary, shown: CopyProgress, terminal: Terminal) -> ExitCode:
    state = summary.progress
    terminal.say(
        f"{state.done} of {state.total} ranges complete, {state.rows} points; "
        f"{shown.rows} of them in this run"
    )
    if summary.complete:
        return ExitCode.OK
    for planned in summary.failed:
        terminal.say(f"not complete: {planned.range}: {planned.error}")
    terminal.say("the same command again continues the copy")
    return ExitCode.FAILED
