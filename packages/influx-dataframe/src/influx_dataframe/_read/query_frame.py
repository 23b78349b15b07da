"""Runs queries, and decodes the responses to frames as they arrive."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping
from contextlib import aclosing
from typing import Any, Literal, TypeAlias, Unpack, cast, overload

from influx_core import (
    ConfigError,
    InfluxDBClient,
    QueryParams,
    QueryResult,
    QueryText,
    Series,
    StatementResult,
    blocking,
)
from influx_core.columns import Column, Kind
from influx_dataframe._read.pending_pieces import PendingPieces
from influx_dataframe._read.plain_select import PlainSelect, common_types, plain_select
from influx_dataframe._read.to_frames import Backend, frame_of_result, make_frame
from influx_dataframe._result_tables import (
    TIME,
    ResultTable,
    Types,
    check_columns,
    checked_types,
)
from influx_query import show
from influx_query.nodes import Measurement

__all__ = ["CHUNK_SIZE", "query_frame", "stream_frames"]

TypesOrSchema: TypeAlias = "Types | Literal['schema'] | None"
Binding: TypeAlias = "Mapping[str, object] | None"
Language: TypeAlias = Literal["influxql", "sql"]

CHUNK_SIZE = 50_000
"""Rows per frame of a stream: the size that a server prints fastest."""


@overload
def query_frame(
    client: InfluxDBClient,
    query: QueryText,
    *,
    backend: Backend = "pandas",
    types: TypesOrSchema = None,
    language: Language = "influxql",
    bind_params: Binding = None,
    **params: Unpack[QueryParams],
) -> Awaitable[Any]: ...
@overload
def query_frame(
    client: blocking.InfluxDBClient,
    query: QueryText,
    *,
    backend: Backend = "pandas",
    types: TypesOrSchema = None,
    language: Language = "influxql",
    bind_params: Binding = None,
    **params: Unpack[QueryParams],
) -> Any: ...
def query_frame(
    client: InfluxDBClient | blocking.InfluxDBClient,
    query: QueryText,
    *,
    backend: Backend = "pandas",
    types: TypesOrSchema = None,
    language: Language = "influxql",
    bind_params: Binding = None,
    **params: Unpack[QueryParams],
) -> Any:
    """Run InfluxQL or SQL and return one frame, for one statement on one measurement.

    The columns are `time`, the tags of GROUP BY, and the columns of the result; in pandas `time` is
    the index. A result without rows is a frame without rows, with the columns that the query names.
    With an asyncio client the result is awaitable.

    A client of InfluxDB 3 with `deserializer="parquet"` reads large results several times faster,
    with the exact types of columns, even without rows.

    Args:
        client: an `InfluxDBClient`, asyncio or blocking.
        query: text, a statement or a builder.
        backend: `pandas`, `polars`, `pyarrow` (a Table) or `numpy` (a masked structured array).
        types: types of columns, such as `{"load": "float"}`. Other columns of numbers are integer
            columns if all values look like integers, because JSON prints 1.0 as `1`. `schema`
            queries the types of the fields first, with SHOW FIELD KEYS; this requires a simple
            query in InfluxQL.
        language: `sql` for SQL, which needs InfluxDB 3.
        bind_params: values for the `$name` placeholders of the query.
        params: see `influx_core.QueryParams`.

    Raises:
        TypeError: `client` is not a client.
        ConfigError: the result has several measurements or statements, the backend is unknown or
            not installed, or the query is not simple enough for `schema`.
        DecodeError: a value does not have the type given in `types`.
        QueryError: the query was refused, or failed.
        ServerUnreachable: no server received the request.
        ResponseLost: no response arrived, or an incomplete one.
    """
    asked = _FrameQuery(query, backend, types, language, bind_params, params)
    _check_client(client)
    if isinstance(client, blocking.InfluxDBClient):
        return client.event_loop_thread.run(asked.frame(client.original))
    return asked.frame(client)


@overload
def stream_frames(
    client: InfluxDBClient,
    query: QueryText,
    *,
    backend: Backend = "pandas",
    types: TypesOrSchema = None,
    language: Language = "influxql",
    bind_params: Binding = None,
    **params: Unpack[QueryParams],
) -> AsyncGenerator[Any, None]: ...
@overload
def stream_frames(
    client: blocking.InfluxDBClient,
    query: QueryText,
    *,
    backend: Backend = "pandas",
    types: TypesOrSchema = None,
    language: Language = "influxql",
    bind_params: Binding = None,
    **params: Unpack[QueryParams],
) -> Iterator[Any]: ...
def stream_frames(
    client: InfluxDBClient | blocking.InfluxDBClient,
    query: QueryText,
    *,
    backend: Backend = "pandas",
    types: TypesOrSchema = None,
    language: Language = "influxql",
    bind_params: Binding = None,
    **params: Unpack[QueryParams],
) -> Any:
    """Run InfluxQL or SQL and yield frames of `chunk_size` rows; the last may be shorter.

    Arguments, columns and errors are those of `query_frame`. An error in the middle of a response
    is raised after the rows before it. A column without values so far, or with integers only, may
    have another type in a later frame; `types` prevents this.

    Args:
        client: an `InfluxDBClient`: asyncio for `async for`, blocking for `for`.
        query: see `query_frame`.
        backend: see `query_frame`.
        types: see `query_frame`.
        language: see `query_frame`.
        bind_params: see `query_frame`.
        params: see `influx_core.QueryParams`; `chunk_size` is 50,000 by default. At most two frames
            are in memory.

    Yields:
        Frames; at least one, which is empty for an empty result.
    """
    asked = _FrameQuery(query, backend, types, language, bind_params, params)
    _check_client(client)
    if isinstance(client, blocking.InfluxDBClient):
        return client.event_loop_thread.iterate(asked.frames(client.original))
    return asked.frames(client)


def _check_client(client: object) -> None:
    if not isinstance(client, InfluxDBClient | blocking.InfluxDBClient):
        kind = type(client).__name__
        raise TypeError(f"the first argument is a client, the second a query: not {kind} first")


def _types_of_call(types: TypesOrSchema) -> TypesOrSchema:
    if isinstance(types, str) and types != "schema":
        raise ConfigError(f'unknown types {types!r}; say "schema", or {{"column": "float"}}')
    return types if types is None or isinstance(types, str) else checked_types(types)


def _is_sql(language: str) -> bool:
    if language not in ("influxql", "sql"):
        raise ConfigError(f"there is no language {language!r}; known: influxql, sql")
    return language == "sql"


class _FrameQuery:
    """One question, and what its frames are to look like."""

    def __init__(
        self,
        query: QueryText,
        backend: Backend,
        types: TypesOrSchema,
        language: Language,
        bind_params: Binding,
        params: QueryParams,
    ) -> None:
        self._query = query
        self._sql = _is_sql(language)
        self._backend: Backend = backend
        self._types = _types_of_call(types)
        self._bind_params = bind_params
        self._params: QueryParams = {**params, "columnar": True}
        self._selection = None if self._sql else plain_select(query, bind_params)
        if self._selection is not None and not self._selection.everything and types != "schema":
            names = (*self._selection.columns, *self._selection.tags, TIME)
            check_columns(cast("Types | None", self._types), names)

    async def frame(self, client: InfluxDBClient) -> Any:
        types = await self._known(client)
        result = await self._result(client)
        if self._types != "schema":
            check_columns(types, (name for series in result.series for name in series.columns))
        return frame_of_result(result, self._backend, types, self._empty(types))

    async def _result(self, client: InfluxDBClient) -> QueryResult:
        if not self._sql:
            return await client.execute(self._query, bind_params=self._bind_params, **self._params)
        text, binding = str(self._query), self._bind_params
        series = await client.query_sql(text, bind_params=binding, **self._params)
        known = (series,) if series.columns else ()
        return QueryResult((StatementResult(0, known),))

    def _stream(self, client: InfluxDBClient, chunk_size: int) -> AsyncGenerator[Series, None]:
        params: QueryParams = {**self._params, "chunk_size": chunk_size}
        if self._sql:
            text = str(self._query)
            return client.stream_sql(text, bind_params=self._bind_params, **params)
        return client.stream(self._query, bind_params=self._bind_params, **params)

    async def frames(self, client: InfluxDBClient) -> AsyncGenerator[Any, None]:
        types = await self._known(client)
        chunk_size = self._params.get("chunk_size") or CHUNK_SIZE
        pieces = self._stream(client, chunk_size)
        held = PendingPieces(types)
        given = False
        async with aclosing(pieces):
            async for piece in pieces:
                held.add(piece)
                while held.rows >= chunk_size:
                    given = True
                    yield self._made(held.take(chunk_size), types)
        if held.rows or not given:
            yield self._made(held.take(held.rows), types)

    def _made(self, table: ResultTable | None, types: Types | None) -> Any:
        return make_frame(table or self._empty(types), self._backend)

    async def _known(self, client: InfluxDBClient) -> Types | None:
        if not isinstance(self._types, str):
            return self._types
        if self._selection is None:
            raise ConfigError(
                'types="schema" needs one SELECT of fields, or of functions of one field each, '
                'from one measurement; say the kinds yourself: types={"load": "float"}'
            )
        return self._selection.kinds(await self._fields(client, self._selection))

    async def _fields(self, client: InfluxDBClient, chosen: PlainSelect) -> dict[str, Kind]:
        source = chosen.source
        params = {
            name: self._params.get(name) for name in ("username", "password", "token", "auth")
        }
        database = source.database or self._params.get("db")
        policy = source.retention_policy or self._params.get("retention_policy") or ""
        stored = Measurement(name=source.name, retention_policy=policy)  # else the default policy
        statement = show.field_keys((stored,))
        result = await client.execute(statement, db=database, **cast(Any, params))
        return common_types(
            (row["fieldKey"], row["fieldType"]) for series in result.series for row in series
        )

    def _empty(self, types: Types | None) -> ResultTable:
        known = types or {}
        chosen = self._selection
        if chosen is None:
            time = {} if self._sql else {TIME: Column.of((), "time")}
            return ResultTable("", time | _columns(known, known))
        tags: dict[str, Column] = {
            tag: Column("string", 0, dictionary=Column.of((), "string")) for tag in chosen.tags
        }
        names = [*known, *chosen.columns] if chosen.everything else [*chosen.columns]
        columns = {TIME: Column.of((), "time")} | tags | _columns(names, known)
        return ResultTable(chosen.source.name, columns, chosen.tags)


def _columns(names: Any, types: Types) -> dict[str, Column]:
    return {name: Column.of((), types.get(name, "null")) for name in names}
