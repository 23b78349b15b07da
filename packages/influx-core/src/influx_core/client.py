"""InfluxDBClient: wires the parts together, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sized
from contextlib import aclosing
from typing import Any, Literal, Self, Unpack

from influx_core import schema
from influx_core.api.v1 import V1, statement_error
from influx_core.auth import auto_auth
from influx_core.batching import BATCH_BYTES, batches
from influx_core.endpoints import Endpoints
from influx_core.errors import ConfigError, EncodeError, InfluxDBError
from influx_core.exchange import Exchange
from influx_core.interfaces import Auth
from influx_core.lineprotocol.split import count_lines, split_lines
from influx_core.options import Consistency, QueryOptions, QueryParams, WriteOptions, WriteParams
from influx_core.plugins import PartSpec, Plugins
from influx_core.points import DataPoint, PointLike
from influx_core.results import QueryResult, Series, StatementResult, merge
from influx_core.timestamps import Naive, Timestamp
from influx_query import SelectQuery, quote_ident, render
from influx_query.nodes import Node

try:
    from influx_query import is_read_only
except ImportError:

    def is_read_only(text: str) -> bool:
        return (
            text.upper().lstrip().startswith(("SELECT", "SHOW")) and "INTO" not in text.upper()
        )  # TEMP


__all__ = ["InfluxDBClient"]

QueryText = str | Node | SelectQuery
RawAnswer = Series | list[Series] | None


class InfluxDBClient:
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
        timeout: seconds until the whole answer to a request must be there; None waits for ever.
        api: which server it is: `v1` is InfluxDB 1.x, and what others serve for its clients.
        token: signs every request, instead of a user name and a password.
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
        timeout: float | None = 60,
        *,
        api: Literal["v1"] = "v1",
        token: str | None = None,
        naive: Naive = "raise",
        transport: PartSpec = "auto",
        serializer: PartSpec = "auto",
        deserializer: PartSpec = "auto",
        auth: PartSpec = "auto",
        retry: PartSpec = "never",
        plugins: Iterable[object] | Plugins = (),
    ) -> None:
        if api != "v1":
            raise ConfigError(f"there is no api {api!r}; known: v1")
        self._api = V1()
        self._endpoints = Endpoints(base_urls)
        self._write_options = WriteOptions(db, retention_policy, precision, consistency)
        self._query_options = QueryOptions(db, retention_policy, epoch, chunked)
        self._plugins = plugins if isinstance(plugins, Plugins) else Plugins(plugins)
        self._serializer = self._plugins.serializer(
            serializer, **({} if naive == "raise" else {"naive": naive})
        )
        self._deserializer = self._plugins.deserializer(deserializer)
        self._auth_spec = auth
        self._auth = self._signing(username, password, token)
        self._exchange = Exchange(
            self._endpoints,
            self._plugins.transport(self._endpoints.scheme() if transport == "auto" else transport),
            self._plugins.retry_policy(retry),
            self._api.error,
            self._notify,
            timeout,
        )

    @property
    def base_urls(self) -> list[str]:
        """The base URLs, the one that answered last in front."""
        return self._endpoints.urls

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection; the client cannot be used any more."""
        await self._exchange.transport.aclose()

    async def ping(self) -> str:
        """Ask whether the server is there; one request.

        Returns:
            The server's version.

        Raises:
            ServerUnreachable: no server took the request.
        """
        async with self._exchange.answer(self._api.ping_request(), self._auth) as response:
            return self._api.read_ping(response.headers)

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
                await self._write_bodies(self._serializer.dump(batch, options.unit), options)
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
            WriteError: as `write_many`; `written` counts lines.
        """
        await self._write_bodies(lines, self._write_options.given(params))

    async def raw_query(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> RawAnswer | list[RawAnswer]:
        """Ask InfluxQL, and get an answer in the shape of asphalt-influxdb.

        Args:
            query: text, a statement or a builder; several statements are separated by `;`.
            http_verb: overrides what the query itself asks for.
            bind_params: values for the `$name` placeholders of the query.
            params: see `QueryParams`.

        Returns:
            For one statement: None, one Series, or a list of Series, by how many there are. For
            several statements a list with one such entry for each.

        Raises:
            QueryError: the query was refused, or one of its statements failed.
            ServerUnreachable: no server took the request.
            ResponseLost: the answer did not come, or broke off.
        """
        result = await self.execute(query, http_verb=http_verb, bind_params=bind_params, **params)
        answers = [_raw(statement) for statement in result]
        return answers[0] if len(answers) == 1 else answers or None

    async def execute(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> QueryResult:
        """Ask InfluxQL; take arguments and raise as `raw_query` does.

        Returns:
            One StatementResult a statement, always.
        """
        pieces = self._pieces(query, http_verb, bind_params, self._query_options.given(params))
        async with aclosing(pieces):
            return merge([piece async for piece in pieces])

    async def stream(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> AsyncGenerator[Series, None]:
        """Ask InfluxQL, and get the series piece by piece as they arrive.

        Arguments and errors are those of `raw_query`; an error in the midst of an answer is
        raised after the rows that came before it. Leave early with `contextlib.aclosing`.

        Yields:
            Pieces of series of at most `chunk_size` rows; `partial` where more rows follow.
        """
        pieces = self._pieces(query, http_verb, bind_params, self._query_options.given(params))
        async with aclosing(pieces):
            async for piece in pieces:
                for series in piece.series:
                    yield series

    def query(
        self, select: str | Iterable[str], from_: str | Iterable[str], **kwargs: Any
    ) -> SelectQuery:
        """Begin a query with the builder; its `execute()` asks this client.

        Args:
            select: raw expressions to select.
            from_: names of measurements, quoted as needed.
            kwargs: further clauses, as `SelectQuery` takes them.
        """
        names = [from_] if isinstance(from_, str) else from_
        return SelectQuery(
            self,
            select if isinstance(select, str) else ",".join(select),
            ",".join(quote_ident(name) for name in names),
            **kwargs,
        )

    async def databases(self) -> list[str]:
        """The names of the databases the user may see."""
        return schema.column(await self.execute(schema.SHOW_DATABASES), "name")

    async def measurements(self, **params: Unpack[QueryParams]) -> list[str]:
        """The measurements of a database."""
        return schema.column(await self.execute(schema.SHOW_MEASUREMENTS, **params), "name")

    async def tag_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The tag keys of a measurement, or of all."""
        return schema.column(
            await self.execute(schema.show_tag_keys(measurement), **params), "tagKey"
        )

    async def tag_values(
        self, *keys: str, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The values of one tag key or more, of a measurement or of all."""
        if not keys:
            raise ConfigError("tag_values() needs at least one tag key")
        return schema.column(
            await self.execute(schema.show_tag_values(keys, measurement), **params), "value"
        )

    async def field_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> dict[str, str]:
        """The fields of a measurement, or of all, and their types."""
        return schema.typed_fields(
            await self.execute(schema.show_field_keys(measurement), **params)
        )

    async def create_database(self, name: str) -> None:
        """Create a database; no error if it exists."""
        await self.execute(schema.about_database(schema.CREATE_DATABASE, name))

    async def drop_database(self, name: str) -> None:
        """Drop a database and all it holds; no error if there is none."""
        await self.execute(schema.about_database(schema.DROP_DATABASE, name))

    async def _write_bodies(self, lines: bytes, options: WriteOptions) -> None:
        sent: list[bytes] = []
        for body in split_lines(lines, BATCH_BYTES):
            try:
                await self._write_body(body, options)
            except InfluxDBError as error:
                error.written = sum(map(count_lines, sent))
                raise
            sent.append(body)

    async def _write_body(self, body: bytes, options: WriteOptions) -> None:
        request = self._api.write_request(
            body,
            self._serializer.content_type,
            options.unit,
            db=options.db,
            retention_policy=options.retention_policy,
            consistency=options.consistency,
        )
        async with self._exchange.answer(request, self._signing_for(options)) as response:
            async for _ in response.chunks():
                pass

    async def _pieces(
        self,
        query: QueryText,
        http_verb: str | None,
        bind_params: Mapping[str, object] | None,
        options: QueryOptions,
    ) -> AsyncGenerator[StatementResult, None]:
        text = render(query) if isinstance(query, Node) else str(query)
        request = self._api.query_request(
            text,
            self._api.verb(text, http_verb, read_only=is_read_only(text)),
            self._deserializer.accept,
            db=options.db,
            retention_policy=options.retention_policy,
            chunk_size=options.rows,
            bind_params=bind_params,
        )
        feed = self._deserializer.start()
        async with self._exchange.answer(request, self._signing_for(options)) as response:
            async for chunk in response.chunks():
                for piece in feed.feed(chunk):
                    yield _sound(piece, options)
            for piece in feed.finish():
                yield _sound(piece, options)

    def _signing(
        self, username: str | None, password: str | None, token: str | None = None
    ) -> Auth:
        name, given = auto_auth(username, password, token)
        if self._auth_spec == "auto":
            return self._plugins.auth(name, **given)
        return self._plugins.auth(self._auth_spec, **given)

    def _signing_for(self, options: WriteOptions | QueryOptions) -> Auth:
        if options.username is None and options.password is None:
            return self._auth
        return self._signing(options.username, options.password)

    def _notify(self, request: Any, outcome: Any, attempt: int, seconds: float) -> None:
        self._plugins.notify(
            "influx_request_finished",
            client=self,
            request=request,
            outcome=outcome,
            attempt=attempt,
            seconds=seconds,
        )


def _sound(piece: StatementResult, options: QueryOptions) -> StatementResult:
    if piece.error is not None:
        raise statement_error(piece.error, piece.statement_id)
    return piece.showing(options.unit)


def _raw(result: StatementResult) -> RawAnswer:
    match result.series:
        case ():
            return None
        case (series,):
            return series
        case several:
            return list(several)
