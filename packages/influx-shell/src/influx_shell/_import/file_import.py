"""Imports files: several bodies in flight, results taken in order, progress kept after each.

Of points with the same series and time the server keeps the one that it stores last. So a body
waits for those in flight that hold such points.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from influx_core import InfluxDBClient
from influx_core.interfaces import LineSummarizer
from influx_core.lineprotocol import Rules
from influx_core.timestamps import Precision
from influx_shell._cli.terminal import Terminal
from influx_shell._import.body_sender import BodySender, SentBody, TimedBody
from influx_shell._import.checkpoint import Checkpoint, save
from influx_shell._import.line_bodies import BodyDivider, DumpStatement, LineBody, Place
from influx_shell._import.line_files import LineFile, blocks_of, opened
from influx_shell._import.missing_times import MissingTimes
from influx_shell._import.rejects_file import RejectsFile

__all__ = ["FileImport", "ImportSettings"]

Progress = Callable[[Checkpoint, LineFile], None]
Execute = Callable[[DumpStatement], Any]


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """How lines are sent.

    Attributes:
        precision: the unit of times in the files.
        parallel: the number of requests at a time.
        body_bytes: the most bytes of a request.
        body_lines: the most lines of a request; None for no limit.
        params: further parameters of writes.
        statements: whether statements of the section DDL are executed.
    """

    precision: Precision = "ns"
    parallel: int = 4
    body_bytes: int = 2_000_000
    body_lines: int | None = None
    params: dict[str, Any] | None = None
    statements: bool = True


class FileImport:
    """The import of some files to one server.

    Args:
        client: the client.
        summarizer: tells what lines hold.
        settings: how lines are sent.
        rejects: takes the refused lines.
        checkpoint: where the import begins.
        path: the file for the progress; None to keep none.
        progress: is told of each body that is done.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        summarizer: LineSummarizer,
        settings: ImportSettings,
        rejects: RejectsFile,
        checkpoint: Checkpoint,
        path: Path | None,
        progress: Progress,
    ) -> None:
        self._client = client
        self._summarizer = summarizer
        self._settings = settings
        self._rejects = rejects
        self.checkpoint = checkpoint
        self._path = path
        self._progress = progress

    async def run(self, terminal: Terminal) -> Checkpoint:
        """Import all files; return the final state.

        Raises:
            UsageError: a file cannot be read.
            InfluxDBError: the server cannot be reached, or refuses everything.
        """
        api = await self._client.api_name()
        for name in self.checkpoint.files[self.checkpoint.index :]:
            with opened(name, terminal) as file:
                file.skip(self.checkpoint.place.offset)
                await self._import(file, "1.x" if api == "v1" else "v2")
            self._advance(
                index=self.checkpoint.index + 1,
                place=Place(),
                lines=self.checkpoint.lines + self.checkpoint.place.line,
            )
        return self.checkpoint

    async def _import(self, file: LineFile, rules: Rules) -> None:
        times = MissingTimes(self.checkpoint.now + self.checkpoint.lines, self._settings.precision)
        params = self._settings.params or {}
        sender = BodySender(self._client, self._summarizer, file.name, times, params, rules)
        limits = self._settings.body_bytes, self._settings.body_lines
        parts = BodyDivider(self._summarizer, *limits).divided(
            blocks_of(file), self.checkpoint.place
        )
        async with aclosing(self._sent(sender, parts)) as results:
            async for body, sent in results:
                self._record(body, sent)
                self._progress(self.checkpoint, file)

    async def _sent(
        self, sender: BodySender, parts: Iterable[LineBody | DumpStatement]
    ) -> AsyncGenerator[tuple[LineBody, SentBody], None]:
        """Send bodies, several at a time; yield the results in the order of the file.

        The next body is read while the server is busy with those before it.
        """
        sending: deque[_Sending] = deque()
        try:
            for part in parts:
                if isinstance(part, DumpStatement):
                    while sending:
                        yield await _first_of(sending)
                    if self._settings.statements:
                        await self._client.execute(part.text)
                    continue
                body = sender.timed(part)
                while True:
                    while sending and sending[0].task.done():
                        yield await _first_of(sending)
                    if not self._must_wait(sending, body):
                        break
                    await _any_of(sending)
                sending.append(_Sending(body, asyncio.create_task(sender.send(body))))
                await asyncio.sleep(0)  # it is sent before the next one is read
            while sending:
                yield await _first_of(sending)
        finally:
            for each in sending:
                each.task.cancel()
            await asyncio.gather(*(each.task for each in sending), return_exceptions=True)

    def _must_wait(self, sending: deque[_Sending], body: TimedBody) -> bool:
        """Whether there are enough requests or results, or one that the body must not overtake."""
        parallel = self._settings.parallel
        in_flight = [each.body.points for each in sending if not each.task.done()]
        if len(in_flight) >= parallel or len(sending) >= parallel * 2:
            return True
        return any(map(body.points.may_replace, in_flight))

    def _record(self, body: LineBody, sent: SentBody) -> None:
        self._rejects.append(sent.rejected, body.place.db, body.place.retention_policy)
        self._advance(
            place=body.end,
            written=self.checkpoint.written + sent.written,
            rejected=self.checkpoint.rejected + len(sent.rejected),
            rejects_size=self._rejects.size,
        )

    def _advance(self, **changes: Any) -> None:
        self.checkpoint = replace(self.checkpoint, **changes)
        if self._path is not None:
            save(self._path, self.checkpoint)


@dataclass(frozen=True, slots=True)
class _Sending:
    """A body on its way to the server."""

    body: TimedBody
    task: asyncio.Task[SentBody]


async def _first_of(sending: deque[_Sending]) -> tuple[LineBody, SentBody]:
    """Return the first body with its result, and remove it."""
    sent = await sending[0].task
    return sending.popleft().body.body, sent


async def _any_of(sending: deque[_Sending]) -> None:
    """Wait for the next result."""
    tasks = [each.task for each in sending if not each.task.done()]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
