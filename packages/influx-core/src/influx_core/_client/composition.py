"""ClientParts: the objects of which a client is composed, built from its options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, cast

from influx_core._api.registry import auth_scheme, may_have_unsigned
from influx_core._api.request_options import QueryOptions, WriteOptions
from influx_core._client.config import CLIENT_OPTIONS
from influx_core._client.credentials import ClientCredentials
from influx_core._client.querying.flux_queries import FluxRunner
from influx_core._client.querying.queries import QueryRunner
from influx_core._client.querying.response_bytes import ResponseBytes
from influx_core._client.session import ServerSession
from influx_core._http.endpoints import Endpoints
from influx_core._http.executor import RequestExecutor
from influx_core._http.timeouts import Timeout, Timeouts
from influx_core._options.validator import check_options
from influx_core.errors import ConfigError
from influx_core.plugins import PartSpec, Plugins

if TYPE_CHECKING:
    from influx_core._batch.settings import WriterParams
    from influx_core._batch.writer import BatchWriter
    from influx_core._client.writes import PointSender
    from influx_core.interfaces import (
        BatchSummary,
        ClientInfo,
        Request,
        Response,
        Serializer,
        Transport,
    )

__all__ = ["ClientParts", "PartChoices"]

_PATH = re.compile(r"[/\\.]")
"""Characters that occur in paths, but not in the names of parts."""


@dataclass(frozen=True, slots=True)
class PartChoices:
    """The parts that a user chose, as names, mappings or ready objects."""

    transport: PartSpec
    serializer: PartSpec
    deserializer: PartSpec
    auth: PartSpec
    retry: PartSpec


class ClientParts:
    """The objects that do a client's work.

    Args:
        client: the client that plugins get in their hooks.
        base_urls: one URL, or several of one cluster.
        timeout: see `InfluxDBClient`.
        options: the options of `CLIENT_OPTIONS` except the timeout, not validated.
        choices: the parts that the user chose.
        plugins: the user's plugins, or a `Plugins` object.

    Attributes:
        write_options: the defaults of writes.
        endpoints: the base URLs.
        transport: sends the bytes of requests.
        session: sends requests through the API of the server.
        influxql: runs InfluxQL.
        sql: runs SQL.
        flux: runs Flux.
        response_bytes: sends requests whose responses are not parsed.

    Raises:
        ConfigError: an option is invalid, or there is no such part.
    """

    write_options: WriteOptions
    endpoints: Endpoints
    transport: Transport
    session: ServerSession
    influxql: QueryRunner
    sql: QueryRunner
    flux: FluxRunner
    response_bytes: ResponseBytes

    def __init__(
        self,
        client: ClientInfo,
        base_urls: str | Iterable[str],
        timeout: Timeout,
        options: Mapping[str, Any],
        choices: PartChoices,
        plugins: Iterable[object] | Plugins,
    ) -> None:
        given = check_options("client", CLIENT_OPTIONS, options)
        self._client = client
        self._plugins = plugins if isinstance(plugins, Plugins) else Plugins(_listed(plugins))
        self.write_options = WriteOptions(
            **_selected(given, "db", "retention_policy", "org", "precision", "consistency")
        )
        queries = QueryOptions(
            **_selected(given, "db", "retention_policy", "org", "epoch", "chunked")
        )
        self._naive = given["naive"]
        self._serializer_choice = choices.serializer
        api = given["api"]
        self._unsigned = may_have_unsigned(api)
        identity = _selected(given, "username", "password", "token")
        self._credentials = credentials = ClientCredentials(
            self._plugins, choices.auth, auth_scheme(api), **identity
        )
        self.endpoints = Endpoints(base_urls)
        self.transport = self._plugins.transport(choices.transport, self.endpoints.scheme())
        executor = RequestExecutor(
            self.endpoints,
            self.transport,
            self._plugins.retry_policy(choices.retry),
            self._request_finished,
            Timeouts.of(timeout),
        )
        signature = credentials.default_credentials
        self.session = ServerSession(api, choices.deserializer, self._plugins, executor, signature)
        self.session.check_write(self.write_options)
        self.influxql = QueryRunner(self.session, credentials, queries)
        self.sql = QueryRunner(self.session, credentials, queries, "sql")
        self.flux = FluxRunner(self.session, credentials, queries, self._naive)
        self.response_bytes = ResponseBytes(self.session, credentials, queries, self._naive)
        if choices.serializer != "auto":
            self.serializer  # noqa: B018 - a wrong choice fails now, not at the first write

    @cached_property
    def serializer(self) -> Serializer:
        """Encodes points; programs that only query start sooner without it."""
        naive = {} if self._naive == "raise" else {"naive": self._naive}
        return self._plugins.serializer(self._serializer_choice, unsigned=self._unsigned, **naive)

    @cached_property
    def sender(self) -> PointSender:
        """Writes points."""
        from influx_core._client.writes import PointSender

        return PointSender(self.session, self._credentials, self.serializer, self.write_options)

    def new_writer(self, spool: PartSpec | None, settings: WriterParams) -> BatchWriter:
        """Create a batch writer; see `InfluxDBClient.writer`."""
        from influx_core._batch.settings import WriterSettings
        from influx_core._batch.writer import BatchWriter, Sink

        send = self.sender.send_batch
        sink = Sink(
            send,
            self.serializer,
            self.write_options,
            self._batch_finished,
            self._check_usable,
            self.session.check_write,
        )
        part = None if spool is None else self._plugins.spool(_spool_spec(spool))
        return BatchWriter(sink, WriterSettings.of(settings), part)

    def _check_usable(self) -> None:
        check = getattr(self.transport, "check_usable", None)
        if check is not None:
            check()

    def _batch_finished(self, batch: BatchSummary, outcome: Any) -> None:
        self._plugins.batch_finished(self._client, batch, outcome)

    def _request_finished(
        self, request: Request, outcome: Response | BaseException, attempt: int, seconds: float
    ) -> None:
        self._plugins.request_finished(self._client, request, outcome, attempt, seconds)


def _selected(options: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: options[name] for name in names}


def _spool_spec(spool: PartSpec) -> PartSpec:
    """Return the choice of a spool; a path means the spool in that file."""
    if isinstance(spool, PathLike) or (isinstance(spool, str) and _PATH.search(spool)):
        return {"type": "sqlite", "path": spool}
    return spool


def _listed(plugins: object) -> Iterable[object]:
    """Return plugins as a list: several plugins, or one import path."""
    if isinstance(plugins, str):
        return (plugins,)
    if not isinstance(plugins, Iterable) or isinstance(plugins, (bytes, Mapping)):
        kind = type(plugins).__name__  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigError(f"client: plugins takes plugins, or their import paths, not {kind}")
    return cast("Iterable[object]", plugins)
