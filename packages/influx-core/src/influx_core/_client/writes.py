"""Writes the points of a client: encodes them, splits them into requests, counts stored points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from dataclasses import asdict, replace
from functools import partial

from influx_core._api.request_options import WriteOptions, WriteParams
from influx_core._client.credentials import ClientCredentials
from influx_core._client.session import ServerSession
from influx_core._client.untimed_lines import kept_apart
from influx_core._lineprotocol.split import all_timed, count_lines, split_lines
from influx_core._points.batching import BATCH_BYTES, batches, timed
from influx_core._points.data_point import PointLike
from influx_core.errors import EncodeError, InfluxDBError
from influx_core.interfaces import Serializer, Target

__all__ = ["PointSender"]


class PointSender:
    """Sends points with the options and credentials of a client.

    Args:
        session: the session with the server.
        credentials: the credentials of the client, and of single calls.
        serializer: encodes points.
        options: the defaults of every write.
    """

    def __init__(
        self,
        session: ServerSession,
        credentials: ClientCredentials,
        serializer: Serializer,
        options: WriteOptions,
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._serializer = serializer
        self._options = options

    async def send_points(
        self, points: Iterable[PointLike], params: WriteParams, call: str = "write_many"
    ) -> None:
        """Send points in requests of bounded size; see `InfluxDBClient.write_many`."""
        options = self._options.merged_with(params, call)
        total = len(points) if isinstance(points, Sized) else None
        taken = 0
        for batch in batches(points):
            try:
                lines = self._serializer.dump(batch, options.unit)
                await self._send(lines, options, lambda: timed(batch))  # noqa: B023
            except InfluxDBError as error:
                if isinstance(error, EncodeError) and error.index is not None:
                    error.index += taken
                error.written = getattr(error, "written", 0) + taken
                error.not_sent = None if total is None else total - taken - len(batch)
                raise
            taken += len(batch)

    async def send_lines(self, lines: bytes, params: WriteParams, *, timed: bool = False) -> None:
        """Send line protocol in requests of bounded size; see `InfluxDBClient.write_lines`."""
        options = self._options.merged_with(params, "write_lines")
        if timed:
            await self._send_as_is(lines, options, lambda: True)
        else:
            await self._send(lines, options, lambda: all_timed(lines))

    async def send_batch(self, body: bytes, target: Target) -> None:
        """Send line protocol in one request, without retries."""
        options = replace(self._options, **asdict(target))
        auth = self._credentials.credentials_for(options)
        content_type = self._serializer.content_type
        await self._session.write(body, content_type, options, auth, lambda: False)

    async def _send(
        self, lines: bytes, options: WriteOptions, repeatable: Callable[[], bool]
    ) -> None:
        apart = kept_apart(lines, options.unit)
        if apart is not lines:
            repeatable = partial(all_timed, apart)
        await self._send_as_is(apart, options, repeatable)

    async def _send_as_is(
        self, lines: bytes, options: WriteOptions, repeatable: Callable[[], bool]
    ) -> None:
        auth = self._credentials.credentials_for(options)
        content_type = self._serializer.content_type
        sent = 0
        for body in split_lines(lines, BATCH_BYTES):
            try:
                await self._session.write(body, content_type, options, auth, repeatable)
            except InfluxDBError as error:
                error.written, error.not_sent = count_lines(lines[:sent]), None
                raise
            sent += len(body)
