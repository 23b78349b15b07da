"""InfluxDBClient: wires the parts together, and writes.

What it asks stands in its bases: `Asking`, `Schema`, `Administration`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import asdict, replace
from typing import Any, Literal, Self, Unpack

from influx_core._api.base import Health
from influx_core._api.options import Consistency, QueryOptions, WriteOptions, WriteParams
from influx_core._api.registry import key_auth
from influx_core._batch.settings import WriterParams, WriterSettings
from influx_core._batch.writer import BatchWriter, Sink
from influx_core._client import config
from influx_core._client.admin import Administration
from influx_core._client.credentials import Signing
from influx_core._client.session import Service
from influx_core._http.endpoints import Endpoints
from influx_core._http.executor import Exchange
from influx_core._http.timeouts import Timeout, Timeouts
from influx_core._lineprotocol.split import all_timed, count_lines, split_lines
from influx_core._points.batching import BATCH_BYTES, batches, timed
from influx_core._points.data_point import DataPoint, PointLike
from influx_core.errors import ConfigError, EncodeError, InfluxDBError
from influx_core.interfaces import BatchSummary, Serializer, Target
from influx_core.plugins import PartSpec, Plugins
from influx_core.timestamps import Naive, Timestamp

__all__ = ["InfluxDBClient"]

APIName = Literal["v1", "v2", "v3", "victoriametrics", "auto"]


class InfluxDBClient(Administration):
    """An asyncio client for InfluxDB.

    It can be made while no event loop runs; connections are made at the first request and belong
    to the loop of that moment. Close it with `async with` or `aclose()`.

    Args:
        base_urls: one URL, or several of one cluster: the one that answered last is tried first.
        db: the database of writes and queries.
        username: signs every request, with `password`.
        password: see `username`.
        consistency: how many nodes of a cluster must store a point.
        retention_policy: of writes and queries; the database's default without it.
        precision: the unit of integer timestamps: `ns`, `us`, `ms`, `s`, `m` or `h`.
        chunked: whether, or in pieces of how many rows, queries are answered; 50,000 by default.
        epoch: the unit in which `Series.values` shows times; RFC 3339 text without it.
        timeout: seconds until the whole answer to one try of a request must be there; None waits
            for ever. `{"attempt": 10, "total": 60}` also bounds all tries together.
        api: which server it is. `v1` is InfluxDB 1.x, and what others serve for its clients;
            `auto` asks the server once, with a ping before the first request.
        token: signs every request, instead of a user name and a password.
        org: the organization of an InfluxDB 2.x.
        naive: what datetimes without a zone mean: `utc`, `local`, or an error (`raise`).
        transport: the part that carries requests; `auto` goes by the scheme of the URLs.
        serializer: the part that encodes points.
        deserializer: the part that decodes answers.
        auth: the part that signs requests; `auto` goes by what was given.
        retry: the policy for failed requests.
        plugins: plugins for this client alone, or a ready `Plugins`.

    Raises:
        ConfigError: something in this cannot work; the text says what.
    """

    def __init__(
        self,
        base_urls: str | Iterable[str] = "http://localhost:8086",
        db: str | None = None,
        username: str | None = None,
        password: str | None = None,
        consistency: Consistency | None = None,
        retention_policy: str | None = None,
        precision: str | None = None,
        chunked: bool | int | None = None,
        epoch: str | None = None,
        timeout: Timeout = 60,
        *,
        api: APIName = "v1",
        token: str | None = None,
        org: str | None = None,
        naive: Naive = "raise",
        transport: PartSpec = "auto",
        serializer: PartSpec = "auto",
        deserializer: PartSpec = "auto",
        auth: PartSpec = "auto",
        retry: PartSpec = "never",
        plugins: Iterable[object] | Plugins = (),
    ) -> None:
        place: dict[str, Any] = {"db": db, "retention_policy": retention_policy, "org": org}
        self._write_options = WriteOptions(**place, precision=precision, consistency=consistency)
        query_options = QueryOptions(**place, epoch=epoch, chunked=chunked)
        self._plugins = plugins if isinstance(plugins, Plugins) else Plugins(plugins)
        self._serializer = self._plugins.serializer(
            serializer, **({} if naive == "raise" else {"naive": naive})
        )
        signing = Signing(self._plugins, auth, key_auth(api), username, password, token)
        self._endpoints = Endpoints(base_urls)
        self._transport = self._plugins.transport(transport, self._endpoints.scheme())
        exchange = Exchange(
            self._endpoints,
            self._transport,
            self._plugins.retry_policy(retry),
            self._notify,
            Timeouts.of(timeout),
        )
        service = Service(api, deserializer, self._plugins, exchange, signing.usual())
        super().__init__(service, signing, query_options)

    @classmethod
    def from_url(cls, url: str, **options: Any) -> Self:
        """Make a client of one URL: `http://user:password@host:8086/db?precision=s&api=v2`.

        Args:
            url: several hosts are separated by commas. The last segment of the path is the
                database, unless `db` is among the parameters.
            options: lie over what the URL says.

        Raises:
            ConfigError: the URL says what no client understands.
        """
        return cls(**{**config.options_from_url(url), **options})

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **options: Any) -> Self:
        """Make a client of environment variables: `INFLUX_URL`, `INFLUX_DB`, `INFLUX_TOKEN`...

        Args:
            environ: the variables; those of the process unless given.
            options: lie over what the variables say.

        Raises:
            ConfigError: names the variable that cannot be read.
        """
        found = config.options_from_env(os.environ if environ is None else environ)
        return cls(**{**found, **options})

    @property
    def base_urls(self) -> list[str]:
        """The base URLs, the one that answered last in front."""
        return self._endpoints.urls

    @property
    def serializer(self) -> Serializer:
        """The part that encodes points."""
        return self._serializer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection; the client cannot be used any more."""
        await self._transport.aclose()

    async def ping(self) -> str:
        """Ask whether the server is there; one request.

        Returns:
            The server's version; an empty text where it tells none.

        Raises:
            ServerUnreachable: no server took the request.
        """
        return await self._service.ping()

    async def health(self) -> Health:
        """Ask how the server is; one request.

        Raises:
            ServerBusy: it says that it is not well.
            ServerUnreachable: no server took the request.
        """
        return await self._service.health()

    async def write(
        self,
        measurement: str,
        tags: Mapping[str, Any] | None,
        fields: Mapping[str, Any],
        timestamp: Timestamp | None = None,
        **params: Unpack[WriteParams],
    ) -> None:
        """Write one point.

        Args:
            measurement: its measurement.
            tags: its tags; None for none.
            fields: its fields, at least one.
            timestamp: an aware datetime, RFC 3339 text, or an integer in the precision of the
                call; without it the server takes its own time.
            params: see `WriteParams`.

        Raises:
            EncodeError: the point cannot be written without changing it; nothing was sent.
            WriteError: the server refused it.
            ServerUnreachable: no server took the request.
            ResponseLost: the point may have been stored or not.
        """
        await self.write_many((DataPoint(measurement, tags or {}, fields, timestamp),), **params)

    async def write_many(self, points: Iterable[PointLike], **params: Unpack[WriteParams]) -> None:
        """Write points, in requests of at most 5,000 points and 10 MB, one after another.

        The iterable is consumed as it is sent. What is raised carries `written`, the points of
        earlier requests, which are stored, and `not_sent`.

        Args:
            points: DataPoints, or tuples `(measurement, tags, fields, timestamp)`.
            params: see `WriteParams`.

        Raises:
            EncodeError: a point cannot be written; its `index` counts from the first point of the
                call. Nothing of its request was sent.
            PartialWriteError: points of one request were rejected, the others of it stored.
            WriteError: the server refused a request.
            ServerUnreachable: no server took a request.
            ResponseLost: points of one request may have been stored or not.
        """
        options = self._write_options.given(params)
        total = len(points) if isinstance(points, Sized) else None
        taken = 0
        for batch in batches(points):
            try:
                lines = self._serializer.dump(batch, options.unit)
                await self._write_bodies(lines, options, lambda: timed(batch))  # noqa: B023
            except InfluxDBError as error:
                if isinstance(error, EncodeError) and error.index is not None:
                    error.index += taken
                error.written += taken
                error.not_sent = None if total is None else total - taken - len(batch)
                raise
            taken += len(batch)

    async def write_lines(self, lines: bytes, **params: Unpack[WriteParams]) -> None:
        """Write ready line protocol, in requests of at most 10 MB, cut at line ends.

        Args:
            lines: line protocol in UTF-8, timestamps in the precision of the call.
            params: see `WriteParams`.

        Raises:
            ConfigError: these are no bytes.
            WriteError: as `write_many`; `written` counts lines.
        """
        if not _is_binary(lines):
            raise ConfigError(
                "write_lines takes bytes: give lines.encode() or the content of a file"
            )
        options = self._write_options.given(params)
        await self._write_bodies(lines, options, lambda: all_timed(lines))

    def writer(
        self, *, spool: PartSpec | None = None, **settings: Unpack[WriterParams]
    ) -> BatchWriter:
        """Make a writer that sends points together, in the background; enter it to use it.

        Args:
            spool: the part that keeps what cannot be delivered now, as
                `{"type": "sqlite", "path": "/var/lib/app/points.spool"}`; without it that is kept
                in memory.
            settings: see `influx_core.WriterSettings`.

        Raises:
            ConfigError: a setting that cannot work, or no such spool.
        """
        sink = Sink(self._send_batch, self._serializer, self._write_options, self._batch_finished)
        part = None if spool is None else self._plugins.spool(spool)
        return BatchWriter(sink, WriterSettings.of(settings), part)

    async def _write_bodies(
        self, lines: bytes, options: WriteOptions, repeatable: Callable[[], bool]
    ) -> None:
        auth = self._signing.of(options)
        content_type = self._serializer.content_type
        sent: list[bytes] = []
        for body in split_lines(lines, BATCH_BYTES):
            try:
                await self._service.write(body, content_type, options, auth, repeatable)
            except InfluxDBError as error:
                error.written = sum(map(count_lines, sent))
                raise
            sent.append(body)

    async def _send_batch(self, body: bytes, target: Target) -> None:
        options = replace(self._write_options, **asdict(target))
        content_type, auth = self._serializer.content_type, self._signing.of(options)
        await self._service.write(body, content_type, options, auth, lambda: False)

    def _batch_finished(self, batch: BatchSummary, outcome: object) -> None:
        self._plugins.notify("influx_batch_finished", client=self, batch=batch, outcome=outcome)

    def _notify(self, request: Any, outcome: Any, attempt: int, seconds: float) -> None:
        self._plugins.notify(
            "influx_request_finished",
            client=self,
            request=request,
            outcome=outcome,
            attempt=attempt,
            seconds=seconds,
        )


def _is_binary(lines: object) -> bool:
    return isinstance(lines, bytes)
