"""Sends bodies of lines; finds the lines that a server refuses, and stores all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from influx_core import (
    DatabaseNotFound,
    InfluxDBClient,
    PartialWriteError,
    RequestTooLarge,
    WriteError,
)
from influx_core.interfaces import LineSummarizer
from influx_core.lineprotocol import BadLine, Rules, scan
from influx_shell._import.line_bodies import LineBody, numbered_lines
from influx_shell._import.missing_times import MissingTimes, NumberedLine
from influx_shell._import.point_order import BodyPoints
from influx_shell._import.rejects_file import RejectedPoint

__all__ = ["BodySender", "SentBody", "TimedBody"]


@dataclass(frozen=True, slots=True)
class TimedBody:
    """A body whose lines all have times.

    Attributes:
        body: the lines as they stand in the file.
        points: the lines as they are sent.
    """

    body: LineBody
    points: BodyPoints


@dataclass(frozen=True, slots=True)
class SentBody:
    """What became of a body."""

    written: int
    rejected: tuple[RejectedPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class BodySender:
    """Sends the bodies of one file.

    A body is sent as it is. If the server refuses it, its lines are checked by the rules of line
    protocol, and what is left is halved until the refused lines stand alone. Lines are sent more
    than once then, which changes nothing: each has a time.

    Args:
        client: the client.
        summarizer: tells what bodies hold.
        file: the name of the file in messages.
        times: the times of lines that have none.
        params: further parameters of writes.
        rules: the rules of the server for line protocol.
    """

    client: InfluxDBClient
    summarizer: LineSummarizer
    file: str
    times: MissingTimes
    params: dict[str, Any]
    rules: Rules

    def timed(self, body: LineBody) -> TimedBody:
        """Add the times that are missing in a body."""
        data, summary, precision = body.data, body.summary, self.times.precision
        if not summary.timed:
            data, precision = self.times.added(numbered_lines(data, body.place.line)), "ns"
            summary = self.summarizer.summarize(data, final=True)
        return TimedBody(body, BodyPoints(self.summarizer, data, summary, precision))

    async def send(self, timed: TimedBody) -> SentBody:
        """Store all lines of a body that can be stored.

        Raises:
            InfluxDBError: the server cannot be reached, or refuses everything.
        """
        count = timed.points.summary.points
        if not count:
            return SentBody(0)
        place = timed.body.place
        target = {"db": place.db, "retention_policy": place.retention_policy}
        params = {**self.params, **{k: v for k, v in target.items() if v is not None}}
        params["precision"] = timed.points.precision
        error = await self._refusal(timed.points.data, params)
        if error is None:
            return SentBody(count)
        rejected: list[RejectedPoint] = []
        lines = numbered_lines(timed.body.data, place.line)
        if not self._settled(error, lines, rejected):
            await self._isolate(self._valid(lines, rejected), params, rejected)
        ordered = sorted(rejected, key=lambda each: each.line)
        return SentBody(count - len(rejected), tuple(ordered))

    def _data(self, lines: Sequence[NumberedLine], params: dict[str, Any]) -> bytes:
        """Return the lines for a request with these parameters."""
        if params["precision"] == "ns":
            return self.times.added(lines)
        return b"".join(line + b"\n" for _, line in lines)  # all of the body have times

    def _valid(
        self, lines: Sequence[NumberedLine], rejected: list[RejectedPoint]
    ) -> list[NumberedLine]:
        """Return the valid lines; the others are rejected with column and reason."""
        good: list[NumberedLine] = []
        for number, line in lines:
            bad = next((x for x in scan(line, rules=self.rules) if isinstance(x, BadLine)), None)
            if bad is None:
                good.append((number, line))
            else:
                rejected.append(RejectedPoint(self.file, number, bad.column, bad.reason, line))
        return good

    async def _isolate(
        self,
        lines: Sequence[NumberedLine],
        params: dict[str, Any],
        rejected: list[RejectedPoint],
    ) -> None:
        """Store lines; halve them if they are refused."""
        waiting = [lines] if lines else []
        while waiting:
            part = waiting.pop()
            error = await self._refusal(self._data(part, params), params)
            if error is not None and not self._settled(error, part, rejected):
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]

    async def _refusal(
        self, data: bytes, params: dict[str, Any]
    ) -> WriteError | RequestTooLarge | None:
        """Send lines; return why the server refused some of them."""
        try:
            await self.client.write_lines(data, timed=True, **params)
        except DatabaseNotFound:
            raise
        except (WriteError, RequestTooLarge) as error:
            if error.status == HTTPStatus.NOT_FOUND:  # what is missing is none of the lines
                raise
            return error
        return None

    def _settled(
        self,
        error: WriteError | RequestTooLarge,
        lines: Sequence[NumberedLine],
        rejected: list[RejectedPoint],
    ) -> bool:
        """Reject the lines that an error names; return False if it does not tell which they are."""
        refused = _refused(error, lines)
        for number, line, reason in refused or ():
            rejected.append(RejectedPoint(self.file, number, None, reason, line))
        return refused is not None


def _refused(
    error: WriteError | RequestTooLarge, lines: Sequence[NumberedLine]
) -> list[tuple[int, bytes, str]] | None:
    """Return the refused lines with their reasons, if the error tells which they are."""
    named = error.rejected if isinstance(error, WriteError) else ()
    if named and isinstance(error, PartialWriteError) and all(x.number for x in named):
        return [(*lines[(each.number or 1) - 1], each.reason) for each in named]
    everything = isinstance(error, PartialWriteError) and error.dropped == len(lines)
    if len(lines) == 1 or everything:
        return [(number, line, error.message) for number, line in lines]
    return None
