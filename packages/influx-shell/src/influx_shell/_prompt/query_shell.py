"""QueryShell: what happens with each text that is typed at the prompt."""

from __future__ import annotations

import asyncio
import shlex
import shutil
from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import influx_flux
import influx_query
from influx_core import InfluxDBClient, InfluxDBError
from influx_shell._cli.error_reports import message
from influx_shell._cli.exit_codes import CommandFailure, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.languages import LANGUAGES, Language, language_of
from influx_shell._connection.result_streams import Query
from influx_shell._output.frame_files import FRAME_FORMATS
from influx_shell._output.print_result import draw, print_result
from influx_shell._output.result_writer import TEXT_FORMATS
from influx_shell._output.schema_listing import listed, policies_of, tree
from influx_shell._prompt.meta_commands import MetaCommand, meta_command, meta_help
from influx_shell._prompt.open_input import problem_of
from influx_shell._prompt.pager import Pager
from influx_shell._prompt.schema_names import SchemaNames

__all__ = ["QueryShell"]


_CLEAR = "\x1b[H\x1b[2J"
"""Goes to the first line of the screen, and clears it."""


class QueryShell:
    """Runs what is typed: queries, and the commands of the shell.

    Args:
        client: the client.
        api: the API of the server.
        schema: the names that the server knows.
        options: the arguments of the connection.
        terminal: where results go.
        pause: waits for some seconds.

    Attributes:
        done: whether the user wants to leave.
        format: the format of results.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        api: str,
        schema: SchemaNames,
        options: Namespace,
        terminal: Terminal,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._api = api
        self._schema = schema
        self._options = options
        self._terminal = terminal
        self._pause = pause
        self._language: Language | None = None
        self._last: str | None = None
        self._pager = Pager(terminal.environment)
        self.format = "table"
        self.done = False

    def language(self, text: str) -> Language:
        """Return the language in which a text would run."""
        return self._language or language_of(text, self._api)

    async def handle(self, text: str) -> None:
        """Run a text; errors become messages."""
        text = text.strip().removesuffix("\\").strip() if not text.startswith("\\") else text
        if not text:
            return
        try:
            command = meta_command(text)
            if command is None:
                await self._query(text)
            else:
                await self._command(command)
        except (CommandFailure, InfluxDBError, OSError) as error:
            self._terminal.say(message(error))

    async def _query(self, text: str) -> None:
        problem = problem_of(text, self.language(text))
        if problem is not None:
            self._terminal.say(problem)
            return
        self._last = text
        with self._pager.terminal(self._terminal) as terminal:
            await self._print(text, terminal)

    async def _print(
        self, text: str, terminal: Terminal, name: str | None = None, path: str | None = None
    ) -> None:
        changed = {"format": name or self.format, "output": path, "db": self._schema.db}
        options = Namespace(**{**vars(self._options), **changed})
        await print_result(self._client, self._query_of(text), options, terminal)

    def _query_of(self, text: str) -> Query:
        return Query(text, self.language(text), db=self._schema.db)

    async def _command(self, command: MetaCommand) -> None:
        await getattr(self, f"_do_{command.name}")(command.argument)

    async def _do_use(self, argument: str) -> None:
        self._schema.use(_needed(argument, "the name of a database"))

    async def _do_format(self, argument: str) -> None:
        self.format = _one_of(argument, tuple(TEXT_FORMATS))

    async def _do_language(self, argument: str) -> None:
        chosen = _one_of(argument, (*LANGUAGES, "auto"))
        self._language = None if chosen == "auto" else cast(Language, chosen)

    async def _do_watch(self, argument: str) -> None:
        text, seconds = self._last_query(), _seconds(argument)
        while True:
            if self._terminal.prints_to_terminal:
                self._terminal.stdout.write(_CLEAR)
            self._terminal.say(f"every {seconds:g} s; Ctrl-C ends it")
            await self._print(text, self._terminal)
            self._terminal.stdout.flush()
            await self._pause(seconds)

    async def _do_chart(self, argument: str) -> None:
        await draw(self._client, self._query_of(self._last_query()), self._terminal)

    async def _do_copy(self, argument: str) -> None:
        path = _needed(argument, "the name of a file")
        name = _one_of(Path(path).suffix.removeprefix("."), (*TEXT_FORMATS, *FRAME_FORMATS))
        await self._print(self._last_query(), self._terminal, name, path)
        self._terminal.say(f"written: {path}")

    async def _do_schema(self, argument: str) -> None:
        db = self._schema.db
        schema = self._client.schema
        names = [argument] if argument else await schema.measurements(db=db)
        policies = await policies_of(self._client, db, None)
        with self._pager.terminal(self._terminal) as terminal:
            for name in names:
                terminal.stdout.write(tree(await listed(self._client, name, db, policies)))

    async def _do_pager(self, argument: str) -> None:
        if argument == "off":
            self._pager.command = []
        elif argument:
            chosen = self._pager.default() if argument == "on" else shlex.split(argument)
            if not chosen or shutil.which(chosen[0]) is None:
                raise UsageError(f"there is no program {chosen[0] if chosen else 'less'!r}")
            self._pager.command = chosen
        used = shlex.join(self._pager.command) or "no pager"
        self._terminal.say(f"long results: {used}")

    async def _do_fmt(self, argument: str) -> None:
        text = self._last_query()
        language = self.language(text)
        if language == "sql":
            raise UsageError("SQL is not formatted, only InfluxQL and Flux")
        format_ = influx_flux.format if language == "flux" else influx_query.format
        self._terminal.stdout.write(format_(text).rstrip("\n") + "\n")

    async def _do_help(self, argument: str) -> None:
        self._terminal.stdout.write(meta_help() + "\n")

    async def _do_quit(self, argument: str) -> None:
        self.done = True

    def _last_query(self) -> str:
        if self._last is None:
            raise UsageError("there is no last query: run one first")
        return self._last


def _needed(argument: str, what: str) -> str:
    if not argument:
        raise UsageError(f"the command needs {what}")
    return argument


def _one_of(argument: str, known: tuple[str, ...]) -> str:
    if argument not in known:
        raise UsageError(f"{argument!r} is not one of {', '.join(known)}")
    return argument


def _seconds(argument: str) -> float:
    try:
        seconds = float(argument or "2")
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise UsageError(f"\\watch takes a number of seconds, not {argument!r}")
    return seconds
