"""LineWriter: writes the points of a range to a server, as line protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import ColumnarBatch, CopyRange, Target
from influx_core import EncodeError, InfluxDBClient, PartialWriteError, RequestTooLarge
from influx_core.codec import PointColumns, dump_columns_or_rows, split_lines
from influx_core.timestamps import Precision

__all__ = ["LineWriter"]

REQUEST_BYTES = 2_000_000
"""The bytes of a request: some 20,000 points, which a server stores in one step of its own."""

_ROWS = 20_000
"""The rows that are encoded at once, so that the event loop is not blocked for long."""

_IN_FLIGHT = 2
"""Requests at a time: one is stored while the next is read and encoded."""


class LineWriter:
    """Writes points in requests of limited size.

    Requests of a part of a file are sent one after another, because a later line may replace an
    earlier one; points of a server are distinct.

    Args:
        client: the client of the server; its retry policy repeats failed requests.
        range_: the range, for errors.
        target: the database and the policy.
        precision: the unit of the times that are sent.
        confirm: called when all points are sent; returns when they are stored durably.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        range_: CopyRange,
        target: Target,
        *,
        precision: Precision = "ns",
        confirm: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._client = client
        self._range = range_
        self._target = target
        self._precision: Precision = precision
        self._confirm = confirm
        self._held: list[bytes] = []
        self._size = 0
        self._request_bytes = REQUEST_BYTES
        self._sending: set[asyncio.Task[None]] = set()
        self._limit = 1 if range_.part else _IN_FLIGHT

    async def write(self, batch: ColumnarBatch) -> int:
        """Encode a batch, and send what fills a request."""
        columns = PointColumns(batch.measurement, batch.tags, batch.fields, batch.times)
        size = 0
        for start in range(0, columns.length, _ROWS):
            size += await self._add(columns.slice(start, min(start + _ROWS, columns.length)))
        return size

    async def commit(self) -> None:
        """Send the rest, and wait until the server has stored everything."""
        await self._send()
        await self._wait_for(0)
        if self._confirm is not None:
            await self._confirm()

    async def abort(self) -> None:
        """Cancel what is being sent; what is stored stays, and is replaced by equal points."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        self._sending.clear()

    async def _add(self, columns: PointColumns) -> int:
        try:
            lines = dump_columns_or_rows(self._client.serializer, columns, self._precision)
        except EncodeError as error:
            raise RangeIncomplete(
                f"{self._range} has a point that the server cannot store: {error}"
            ) from error
        self._held.append(lines)
        self._size += len(lines)
        if self._size >= self._request_bytes:
            await self._send()
        return len(lines)

    async def _send(self) -> None:
        body, self._held, self._size = b"".join(self._held), [], 0
        if body:
            await self._wait_for(self._limit - 1)
            self._sending.add(asyncio.create_task(self._deliver(body)))

    async def _wait_for(self, most: int) -> None:
        """Wait until at most this number of requests is being sent; raise what one raised."""
        while len(self._sending) > most:
            done, self._sending = await asyncio.wait(
                self._sending, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()

    async def _deliver(self, body: bytes) -> None:
        """Send a body; in parts if it is larger than the server takes."""
        try:
            await self._send_whole(body)
        except RequestTooLarge:
            self._request_bytes = min(self._request_bytes, max(len(body) // 2, 1))
            parts = list(split_lines(body, len(body) // 2))
            if len(parts) < 2:
                raise
            for part in parts:
                await self._deliver(part)

    async def _send_whole(self, body: bytes) -> None:
        try:
            await self._client.write_lines(
                body,
                timed=True,
                db=self._target.database,
                retention_policy=self._target.policy or None,
                precision=self._precision,
            )
        except PartialWriteError as error:
            raise RangeIncomplete(
                f"{self._range}: the server did not store all points: {error}"
            ) from error
