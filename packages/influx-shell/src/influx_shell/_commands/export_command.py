"""Export a database or measurements, whole.

lp, jsonl and parquet hold exact types, tags and times, and can be imported or copied back; csv and
json are made of SELECT * of each measurement in one retention policy, and refused if points or
values are not among its rows. With --output the file appears when it is complete. What a killed
export leaves, FILE.export or FILE.unfinished, is replaced by the next export to FILE, which starts
from the beginning; iql copy to a file continues.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from influx_copy import Selection
from influx_shell._cli.exit_codes import CommandFailure, ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import (
    add_connection_arguments,
    connect,
    database_of,
    policy_of,
)
from influx_shell._copy.copy_ends import connection_url
from influx_shell._copy.selection_arguments import (
    add_loss_argument,
    add_point_arguments,
    copy_options,
    selection_of,
)
from influx_shell._output.exact_types import exact_client
from influx_shell._output.print_result import one_result, print_streams

__all__ = ["add_arguments", "run"]

_COPIED = ("lp", "jsonl", "parquet")
_PRINTED = ("csv", "json")
_PLAN = "plan"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--format", "-f", choices=(*_COPIED, *_PRINTED), default="lp")
    parser.add_argument(
        "--output", "-o", metavar="FILE", help="a directory for parquet; standard output by default"
    )
    parser.add_argument("--epoch", choices=("ns", "us", "ms", "s"), help="times of csv and json")
    parser.add_argument("--parallel", type=int, default=2, metavar="N", help="queries at a time")
    add_point_arguments(parser)
    add_loss_argument(parser)
    add_connection_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    db = database_of(options, terminal)
    if db is None:
        raise UsageError("name the database with --db")
    if options.format == "parquet" and options.output is None:
        raise UsageError("parquet is a directory of files: name it with --output")
    if options.parallel < 1:
        raise UsageError("--parallel takes a number from 1 on")
    if options.format in _PRINTED:
        return asyncio.run(_print(selection_of(options), db, options, terminal))
    if options.output and Path(options.output).exists():
        raise UsageError(f"{options.output} exists: remove it, or name another file")
    return _export(selection_of(options), options, terminal)


def _export(selection: Selection, options: Namespace, terminal: Terminal) -> ExitCode:
    """Copy to a new file in a new directory, and move it to its place when it is complete."""
    with _new_folder(options.output) as folder:
        made = folder / _file_name(options)
        sink = f"parquet:{made}" if options.format == "parquet" else str(made)
        asyncio.run(_copy_all(sink, folder / _PLAN, selection, options, terminal))
        if options.output:
            made.replace(options.output)
        elif made.exists():
            with made.open("rb") as file:
                shutil.copyfileobj(file, terminal.binary_stdout)
    return ExitCode.OK


@contextmanager
def _new_folder(output: str | None) -> Generator[Path]:
    """Yield a new directory beside the output, which is removed at the end.

    Raises:
        UsageError: there is a directory of that name that no export has made.
        CommandFailure: another export to the same file is running.
    """
    if output is None:
        with tempfile.TemporaryDirectory(prefix="iql-export-") as made:
            yield Path(made)
        return
    folder = Path(f"{output}.export")
    _remove_left(folder)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left(folder: Path) -> None:
    """Remove the directory of an export that was killed."""
    from influx_copy import Plan, PlanInUse, PlanMismatch

    if not folder.exists():
        return
    plan = folder / _PLAN
    try:
        if plan.exists():
            Plan(plan).close()
        elif not folder.is_dir() or any(folder.iterdir()):
            raise PlanMismatch("there is no plan")
    except PlanInUse:
        raise CommandFailure(f"another export is running, which writes to {folder}") from None
    except PlanMismatch:
        raise UsageError(f"{folder} exists, and is not of an export: remove it") from None
    shutil.rmtree(folder)


def _file_name(options: Namespace) -> str:
    """A name whose end says format and compression."""
    end = "".join(Path(options.output or "").suffixes[-2:])
    return f"export{end}" if f".{options.format}" in end else f"export.{options.format}"


async def _copy_all(
    sink: str, plan: Path, selection: Selection, options: Namespace, terminal: Terminal
) -> None:
    from influx_copy import RunSettings, copy
    from influx_shell._copy.copy_progress import CopyProgress

    async with connect(options, terminal) as client:
        source = connection_url(options, terminal, await client.api_name())
    shown = CopyProgress(terminal)
    shown.start()
    try:
        summary = await copy(
            source,
            sink,
            plan,
            selection=selection,
            options=copy_options(options),
            settings=RunSettings(parallel=options.parallel),
            on_event=shown.see,
        )
    finally:
        shown.stop()
    if not summary.complete:
        failed = "; ".join(f"{each.range}: {each.error}" for each in summary.failed)
        raise CommandFailure(f"not exported: {failed}")
    terminal.say(f"exported: {summary.progress.rows} points")


async def _print(selection: Selection, db: str, options: Namespace, terminal: Terminal) -> ExitCode:
    from influx_shell._export.divided_stream import divided_stream
    from influx_shell._export.missing_rows import require_all_rows
    from influx_shell._export.ordered_streams import ordered_streams
    from influx_shell._export.select_all import SelectAll
    from influx_shell._export.shard_times import UNDIVIDED, shard_times

    ahead = options.parallel > 1
    async with connect(options, terminal, brief=True, ahead=ahead) as client:
        known = await client.measurements()
        if not known:
            raise CommandFailure(f"the database {db!r} has no measurements, or does not exist")
        names = selection.measurements or known
        if missing := [name for name in names if name not in known]:
            raise CommandFailure(f"the database has no measurement {missing[0]!r}")
        times = UNDIVIDED
        policy = policy_of(options, terminal)
        if ahead:
            times = await shard_times(client, db, policy, selection)
        await require_all_rows(
            client,
            db,
            policy,
            names,
            casts=options.types == "cast",
            all_series="unreadable" not in options.accept,
            one_shard=times.starts == (),
        )
        chosen = SelectAll(client, names, selection, options.epoch, times)
        exact = exact_client(client, "SELECT", options.format, options, terminal, ahead=ahead)
        async with exact as asked:
            whole = chosen.of_one_shard
            if whole is None:
                streams = ordered_streams(asked, chosen.queries(), options.parallel)
            else:
                rows = divided_stream(asked, whole, chosen.later_rows, options.parallel)
                streams = one_result(rows)
            return await print_streams(streams, options.format, options.output, terminal)
