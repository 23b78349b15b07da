"""Write files of line protocol (.lp, .gz, .zst, or - for standard input).

Lines that the server refuses go to a file of rejects, each after a comment with file, line, column
and reason: mend them there, and import that file. All other lines are stored, so that
`read = written + rejected`. With --resume, a killed import continues where it was. Lines without a
time get one each, from the start of the import on. The comments of `influx_inspect export` are
obeyed.
"""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser, Namespace
from codecs import BOM_UTF8
from dataclasses import replace
from pathlib import Path

from influx_core.plugins import Plugins
from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import add_connection_arguments, connect
from influx_shell._import import checkpoint as progress_file
from influx_shell._import.checkpoint import Checkpoint
from influx_shell._import.file_import import FileImport, ImportSettings
from influx_shell._import.line_files import blocks_of, opened
from influx_shell._import.rejects_file import RejectsFile
from influx_shell._output.progress import ImportProgress

__all__ = ["add_arguments", "run"]

_RETRIES = {"type": "backoff", "attempts": 8, "base": 0.5, "cap": 30.0, "budget": None}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="- is standard input")
    parser.add_argument(
        "--precision", choices=("ns", "us", "ms", "s", "m", "h"), default="ns", help="of the times"
    )
    parser.add_argument(
        "--rejects", metavar="FILE", help="FILE.rejects of the first file unless given"
    )
    parser.add_argument(
        "--resume", metavar="FILE", help="keep the progress here, and continue from it"
    )
    parser.add_argument("--parallel", type=int, default=4, metavar="N", help="requests at a time")
    parser.add_argument("--batch", type=int, metavar="LINES", help="the most lines of a request")
    parser.add_argument("--consistency", choices=("all", "any", "one", "quorum"))
    parser.add_argument("--no-ddl", action="store_true", help="skip the statements of a dump")
    parser.add_argument("--dry-run", action="store_true", help="check the lines, send nothing")
    add_connection_arguments(parser)


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    if options.parallel < 1 or (options.batch is not None and options.batch < 1):
        raise UsageError("--parallel and --batch take numbers from 1 on")
    for path in options.files:
        with opened(path, terminal):
            pass  # a name that is wrong is known before anything is sent
    if options.dry_run:
        return _check(options.files, terminal)
    return asyncio.run(_import(options, terminal))


def _check(files: list[str], terminal: Terminal) -> ExitCode:
    from influx_core.codec import LineSplitter
    from influx_core.lineprotocol import BadLine, scan

    bad = 0
    for path in files:
        with opened(path, terminal) as file:
            splitter, first = LineSplitter(1 << 20), 1
            for data in (
                *(x for b in blocks_of(file) for x in splitter.feed(b)),
                *splitter.finish(),
            ):
                text = data.removeprefix(BOM_UTF8) if first == 1 else data
                for found in scan(text):
                    if isinstance(found, BadLine):
                        line, column = found.line + first - 1, found.column or 1
                        terminal.stdout.write(f"{file.name}:{line}:{column}: {found.reason}\n")
                        bad += 1
                first += data.count(b"\n")
    return ExitCode.FAILED if bad else ExitCode.OK


async def _import(options: Namespace, terminal: Terminal) -> ExitCode:
    files = tuple(options.files)
    path = Path(options.resume) if options.resume else None
    begun = (progress_file.load(path, files) if path else None) or Checkpoint(files, time.time_ns())
    rejects_path = _rejects_path(options)
    own = begun.rejects == str(rejects_path)
    rejects = RejectsFile(rejects_path, begun.rejects_size if own else 0, own=own)
    begun = replace(begun, rejects=str(rejects_path), rejects_size=rejects.size)
    if path:  # before the first rejected line, so that the file is known as its own
        progress_file.save(path, begun)
    settings = ImportSettings(
        precision=options.precision,
        parallel=options.parallel,
        body_lines=options.batch,
        params={"consistency": options.consistency} if options.consistency else None,
        statements=not options.no_ddl,
    )
    plugins = Plugins()
    async with connect(options, terminal, brief=True, retry=_RETRIES, plugins=plugins) as client:
        with ImportProgress(terminal) as shown:
            summarizer = plugins.line_summarizer()
            work = FileImport(client, summarizer, settings, rejects, begun, path, shown.update)
            try:
                done = await work.run(terminal)
            finally:
                rejects.close()
                shown.close()
                _report(work.checkpoint, rejects, terminal)
    return ExitCode.FAILED if done.rejected else ExitCode.OK


def _report(state: Checkpoint, rejects: RejectsFile, terminal: Terminal) -> None:
    terminal.say(f"read {state.read} = written {state.written} + rejected {state.rejected}")
    if state.rejected:
        terminal.say(f"the rejected lines are in {rejects.path}: mend them and import that file")


def _rejects_path(options: Namespace) -> Path:
    if options.rejects:
        return Path(options.rejects)
    first = options.files[0]
    return Path("stdin.rejects" if first == "-" else f"{first}.rejects")
