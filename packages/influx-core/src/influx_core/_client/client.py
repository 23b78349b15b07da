"""InfluxDBClient: the asyncio client, composed of the parts that it is configured with."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, Unpack

from influx_core._annotated_csv.dialect import Dialect
from influx_core._api.base import Health
from influx_core._api.request_options import Consistency, QueryParams, WriteParams
from influx_core._client import config
from influx_core._client.admin import Administration
from influx_core._client.composition import ClientParts, PartChoices
from influx_core._client.delegation import delegated
from influx_core._client.management.point_deletion import PointDeletion
from influx_core._client.management.resource_managers import ResourceManagers
from influx_core._client.querying.flux_queries import FluxForm, FluxParams, FluxText
from influx_core._client.querying.queries import (
    QueryText,
    RawAnswer,
    from_is_named,
    raw_answer,
    select_clauses,
)
from influx_core._client.querying.response_bytes import ByteFormat
from influx_core._client.schema import Schema
from influx_core._http.timeouts import Timeout
from influx_core._http.wire_text import lines_as_bytes
from influx_core._options.validator import keywords_checked
from influx_core._points.data_point import PointLike
from influx_core._points.point_like import point_of_arguments
from influx_core._results.flux_table import FluxTable
from influx_core._results.query_result import QueryResult
from influx_core._results.series import Series
from influx_core.interfaces import Serializer
from influx_core.plugins import PartSpec, Plugins
from influx_core.timestamps import Naive, Timestamp

if TYPE_CHECKING:
    from influx_core._batch.settings import WriterParams
    from influx_core._batch.writer import BatchWriter
    from influx_core._client.management.authorizations import Authorizations
    from influx_core._client.management.buckets import Buckets
    from influx_core._client.management.dbrp_mappings import DBRPMappings
    from influx_core._client.management.organizations import Organizations
    from influx_core._client.management.tasks import Tasks
    from influx_core._client.querying.bound_query import BoundQuery

__all__ = ["APIName", "InfluxDBClient"]

APIName = Literal["v1", "v2", "v3", "victoriametrics", "auto"]


class InfluxDBClient:
    """An asyncio client for InfluxDB.

    It can be created while no event loop runs. Connections are opened by the first request and
    belong to the event loop of that moment. Close the client with `async with` or `aclose()`.

    Args:
        base_urls: one URL, or several of one cluster; the one that responded last is tried first.
        db: the default database of writes and queries.
        username: sent with every request, together with `password`.
        password: the password of `username`.
        consistency: the number of nodes of a cluster that must store a point.
        retention_policy: the retention policy of writes and queries; the default policy of the
            database if None.
        precision: the unit of integer timestamps: `ns`, `us`, `ms`, `s`, `m` or `h`.
        chunked: whether results arrive in chunks, or the number of rows per chunk; 50,000 by
            default.
        epoch: the unit in which `Series.values` shows times; RFC 3339 text by default.
        timeout: the seconds to wait for the start of the response, and between its pieces; None
            waits without limit. `{"attempt": 10, "total": 60}` also limits all attempts together.
        api: the API of the server. `v1` is that of InfluxDB 1.x, which other servers support too;
            `auto` detects it with a ping before the first request.
        token: sent with every request, instead of a user name and a password.
        org: the organization of an InfluxDB 2.x.
        naive: how datetimes without a time zone are read: `utc`, `local`, or an error (`raise`).
        transport: the part that sends requests; `auto` selects it by the scheme of the URLs.
        serializer: the part that encodes points.
        deserializer: the part that parses the responses to queries.
        auth: the part that signs requests; `auto` selects it by the credentials.
        retry: the policy for failed requests.
        plugins: plugins for this client only, or a `Plugins` object.

    Attributes:
        schema: lists measurements, tags, fields and series.
        admin: manages databases, users and policies of InfluxDB 1.x, and databases, tables and
            tokens of InfluxDB 3.

    Raises:
        ConfigError: an option is invalid; the message says which and why.
    """

    schema: Schema
    admin: Administration

    @keywords_checked("client")
    def __init__(
        self,
        base_urls: str | Iterable[str] = "http://localhost:8086",
        db: str | None = None,
        *,
        username: str | None = None,
        password: str | None = None,
        consistency: Consistency | None = None,
        retention_policy: str | None = None,
        precision: str | None = None,
        chunked: bool | int | None = None,
        epoch: str | None = None,
        timeout: Timeout = 60,
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
        options = {
            "api": api,
            "naive": naive,
            "db": db,
            "org": org,
            "username": username,
            "password": password,
            "token": token,
            "retention_policy": retention_policy,
            "consistency": consistency,
            "precision": precision,
            "epoch": epoch,
            "chunked": chunked,
        }
        choices = PartChoices(transport, serializer, deserializer, auth, retry)
        self._parts = ClientParts(self, base_urls, timeout, options, choices, plugins)
        self.schema = Schema(
            self._parts.influxql.run_in_own_format, self._parts.session.require_listing
        )
        self._managed = ResourceManagers(self._parts.session, org)
        self._points = self._managed.points
        self.admin = Administration(
            self._parts.influxql.run_in_own_format, self._parts.session, self._managed, db
        )

    @classmethod
    def from_url(cls, url: str, **options: Any) -> Self:
        """Create a client from one URL: `http://user:password@host:8086/db?precision=s&api=v2`.

        Args:
            url: several hosts are separated by commas. The last segment of the path is the
                database, unless `db` is among the parameters.
            options: override the URL.

        Raises:
            ConfigError: the URL contains an unknown or invalid option.
        """
        found = config.options_from_url(url, db_is_given=options.get("db") is not None)
        return cls(**{**found, **options})

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **options: Any) -> Self:
        """Create a client from environment variables: `INFLUX_URL`, `INFLUX_DB`, `INFLUX_TOKEN`...

        Args:
            environ: the variables; `os.environ` by default.
            options: override the variables.

        Raises:
            ConfigError: a variable is invalid; the message names it.
        """
        found = config.options_from_env(os.environ if environ is None else environ)
        return cls(**{**found, **options})

    def __repr__(self) -> str:
        db = (
            "" if self._parts.write_options.db is None else f", db={self._parts.write_options.db!r}"
        )
        return f"<{type(self).__name__} {', '.join(self.base_urls)}{db}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a client cannot be pickled or copied: it holds connections; send the arguments, and "
            "make a client in the other process"
        )

    @property
    def base_urls(self) -> list[str]:
        """The base URLs; the one that responded last comes first."""
        return self._parts.endpoints.urls

    @property
    def serializer(self) -> Serializer:
        """The part that encodes points."""
        return self._parts.serializer

    @property
    def buckets(self) -> Buckets:
        """Manages the buckets of InfluxDB 2.x."""
        return self._managed.buckets

    @property
    def organizations(self) -> Organizations:
        """Manages the organizations of InfluxDB 2.x."""
        return self._managed.organizations

    @property
    def authorizations(self) -> Authorizations:
        """Manages the tokens of InfluxDB 2.x."""
        return self._managed.authorizations

    @property
    def dbrps(self) -> DBRPMappings:
        """Manages the mappings of databases to buckets of InfluxDB 2.x."""
        return self._managed.dbrps

    @property
    def tasks(self) -> Tasks:
        """Manages the tasks of InfluxDB 2.x."""
        return self._managed.tasks

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections; the client cannot be used afterwards."""
        await self._parts.transport.aclose()

    async def api_name(self) -> str:
        """Return the server's API; with `api="auto"`, the first call asks the server."""
        return await self._parts.session.api_name()

    async def ping(self) -> str:
        """Check that the server responds; one request.

        Returns:
            The server's version; an empty string if it does not report one.

        Raises:
            ServerUnreachable: no server received the request.
        """
        return await self._parts.session.ping()

    async def health(self) -> Health:
        """Return the state of the server; one request.

        Raises:
            ServerBusy: the server reports that it is not healthy.
            ServerUnreachable: no server received the request.
        """
        return await self._parts.session.health()

    async def write(
        self,
        measurement: str | PointLike,
        tags: Mapping[str, Any] | None = None,
        fields: Mapping[str, Any] | None = None,
        timestamp: Timestamp | None = None,
        **params: Unpack[WriteParams],
    ) -> None:
        """Write one point.

        Args:
            measurement: the measurement; or a point, as the only positional argument.
            tags: the tags, or None.
            fields: the fields, at least one.
            timestamp: an aware datetime, RFC 3339 text, or an integer in the precision of the
                call; without it the server uses the time of arrival.
            params: see `WriteParams`.

        Raises:
            EncodeError: the point cannot be written without changing it; nothing was sent.
            WriteError: the server refused it.
            ServerUnreachable: no server received the request.
            ResponseLost: no response arrived; the point may have been stored.
        """
        point = point_of_arguments(measurement, tags, fields, timestamp)
        await self._parts.sender.send_points([point], params, "write")

    async def write_many(self, points: Iterable[PointLike], **params: Unpack[WriteParams]) -> None:
        """Write points, in requests of at most 5,000 points and 10 MB, one after another.

        The iterable is consumed lazily. Errors have `written`, the number of points stored by
        earlier requests, and `not_sent`. The server gives points without a time its own, the same
        for a request. Where one would replace another one, they get the time of the call instead,
        in steps of one unit of the precision.

        Args:
            points: DataPoints or tuples `(measurement, tags, fields, timestamp)`.
            params: see `WriteParams`.

        Raises:
            EncodeError: a point cannot be written; its `index` counts from the first point of the
                call. Nothing of its request was sent.
            PartialWriteError: some points of a request were rejected, the others stored.
            WriteError: the server refused a request.
            ServerUnreachable: no server received a request.
            ResponseLost: no response arrived; the points of one request may have been stored.
        """
        await self._parts.sender.send_points(points, params)

    async def write_lines(
        self, lines: bytes | str, *, timed: bool = False, **params: Unpack[WriteParams]
    ) -> None:
        """Write line protocol, in requests of at most 10 MB, divided at line ends.

        Args:
            lines: line protocol, with timestamps in the precision of the call. Lines without a
                time are treated as in `write_many`.
            timed: whether it is known that every line has a time. If not, the lines are searched
                for some without one, which takes longer than sending them.
            params: see `WriteParams`.

        Raises:
            ConfigError: the lines are neither bytes nor text that can be encoded as UTF-8.
            WriteError: as for `write_many`; `written` counts lines.
        """
        await self._parts.sender.send_lines(lines_as_bytes(lines), params, timed=timed)

    def writer(
        self, *, spool: PartSpec | None = None, **settings: Unpack[WriterParams]
    ) -> BatchWriter:
        """Create a batch writer, which sends points in the background; enter it to use it.

        Args:
            spool: the part that stores batches that cannot be delivered:
                a path, or
                `{"type": "sqlite", "path": "/var/lib/app/points.spool"}`; memory without it.
            settings: see `influx_core.WriterSettings`.

        Raises:
            ConfigError: a setting is invalid, or there is no such spool.
        """
        return self._parts.new_writer(spool, settings)

    async def execute(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> QueryResult:
        """Run InfluxQL and wait for the whole result.

        Args:
            query: text, a statement or a builder; several statements are separated by `;`.
            http_verb: `GET` or `POST`; selected by the query by default.
            bind_params: values for the `$name` placeholders of the query.
            params: see `QueryParams`.

        Returns:
            One StatementResult for each statement.

        Raises:
            QueryError: the query was refused, or one of its statements failed.
            ServerUnreachable: no server received the request.
            ResponseLost: no response arrived, or an incomplete one.
        """
        return await self._parts.influxql.run(query, params, bind_params, http_verb)

    async def raw_query(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> RawAnswer | list[RawAnswer]:
        """Run InfluxQL; returns the result in the shape that asphalt-influxdb used.

        Use `execute` in new programs: its result has one shape. Arguments and errors are the same.

        Returns:
            For one statement: None, a Series or a list of Series, depending on the number of
            series. For several statements: a list with such an entry for each.
        """
        return raw_answer(
            await self._parts.influxql.run(query, params, bind_params, http_verb, call="raw_query")
        )

    def stream(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> AsyncGenerator[Series, None]:
        """Run InfluxQL and yield series in pieces as they arrive.

        Arguments and errors are those of `execute`. An error in the middle of a response is raised
        after the rows before it. To stop early, use `contextlib.aclosing`.

        Yields:
            Pieces of series with at most `chunk_size` rows, 25,000 by default; `partial` is true if
            more rows follow.
        """
        return self._parts.influxql.stream(query, params, bind_params, http_verb)

    @from_is_named
    def query(
        self, select: str | Iterable[str], from_: str | Iterable[str], **kwargs: Any
    ) -> BoundQuery:
        """Create a query with the builder; its `execute()` runs it on this client.

        Args:
            select: raw expressions to select.
            from_: names of measurements, quoted as needed.
            kwargs: other clauses, see `SelectQuery`.

        Raises:
            ConfigError: `from_` is missing: `execute` runs the text of a statement.
        """
        from influx_core._client.querying.bound_query import BoundQuery

        return BoundQuery(self, *select_clauses(select, from_), **kwargs)

    async def query_sql(
        self,
        query: str,
        *,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> Series:
        """Run SQL on InfluxDB 3.

        Args:
            query: one statement.
            bind_params: values for the `$name` placeholders of the query.
            params: see `QueryParams`.

        Raises:
            ConfigError: the server does not support SQL.
            QueryError: the query was refused.
        """
        result = await self._parts.sql.run(query, params, bind_params, call="query_sql")
        series = result.series
        return series[0] if series else Series("", (), [])

    def stream_sql(
        self,
        query: str,
        *,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> AsyncGenerator[Series, None]:
        """Run SQL and yield rows in pieces as they arrive; see `query_sql`."""
        return self._parts.sql.stream(query, params, bind_params, call="stream_sql")

    async def query_flux(
        self,
        query: FluxText,
        *,
        params: Mapping[str, object] | None = None,
        dialect: Dialect | Mapping[str, Any] | None = None,
        profilers: Collection[str] = (),
        **options: Unpack[FluxParams],
    ) -> QueryResult:
        """Run Flux on InfluxDB 2.x, or on 1.8 if it is enabled, and wait for the whole result.

        Args:
            query: text, or a query of `influx_flux`.
            params: values of the variables in the query, by name; needs influx-flux.
            dialect: the form of the response, if it is not the default one.
            profilers: `query`, `operator` or both: the response has a result `_profiler` in
                addition.
            options: see `FluxParams`.

        Returns:
            One StatementResult for each result of the query (`yield`), with its `name`; its series
            are `influx_core.FluxTable`, one for each table.

        Raises:
            ConfigError: the server does not run Flux, or a value cannot be written as Flux.
            QueryError: the query was refused, or failed.
            ServerUnreachable: no server received the request.
            ResponseLost: no response arrived, or an incomplete one.
        """
        return await self._parts.flux.run(query, FluxForm(params, dialect, profilers), options)

    def stream_flux(
        self,
        query: FluxText,
        *,
        params: Mapping[str, object] | None = None,
        dialect: Dialect | Mapping[str, Any] | None = None,
        profilers: Collection[str] = (),
        **options: Unpack[FluxParams],
    ) -> AsyncGenerator[FluxTable, None]:
        """Run Flux and yield tables as they arrive, long ones in pieces; see `query_flux`.

        An error in the middle of a response is raised after the rows before it. To stop early, use
        `contextlib.aclosing`.

        Yields:
            Tables, or pieces of them; `partial` is true if more rows of the table follow.
        """
        return self._parts.flux.stream(query, FluxForm(params, dialect, profilers), options)

    def stream_bytes(
        self,
        query: str,
        *,
        language: Literal["influxql", "sql", "flux"] = "influxql",
        format: ByteFormat = "csv",  # noqa: A002 - as in URLs of InfluxDB 3
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> AsyncGenerator[bytes, None]:
        """Run a query and yield the body of the response as the server sends it.

        Args:
            query: the text of the query.
            language: `influxql`, `sql` or `flux`.
            format: `csv` or `json`; Flux has annotated CSV only, and InfluxDB 3 sends JSON lines.
            bind_params: values for the placeholders of the query.
            params: see `QueryParams`.

        Raises:
            ConfigError: the server does not run this language, or does not send this format.
            ResponseError: the server refused the query. An error of a statement that comes with
                status 200 is part of the body.
        """
        return self._parts.response_bytes.stream(query, language, format, bind_params, params)

    def stream_get(
        self, path: str, params: Mapping[str, str] | None = None
    ) -> AsyncGenerator[bytes, None]:
        """GET a path of the server's own API and yield the body of the response as it arrives.

        It is for what a server has besides queries, like `/api/v1/export` of VictoriaMetrics. The
        request is signed, retried and timed as a query is.

        Args:
            path: begins with `/`; it follows the base URL.
            params: the parameters of the URL.

        Raises:
            ConfigError: the path does not begin with `/`.
            QueryError: the server refused the request; other subclasses of ResponseError by status.
        """
        return self._parts.response_bytes.get(path, params or {})

    databases = delegated("schema", Schema.databases)
    measurements = delegated("schema", Schema.measurements)
    tag_keys = delegated("schema", Schema.tag_keys)
    tag_values = delegated("schema", Schema.tag_values)
    field_keys = delegated("schema", Schema.field_keys)
    create_database = delegated("admin", Administration.create_database)
    drop_database = delegated("admin", Administration.drop_database)
    delete = delegated("_points", PointDeletion.delete)
