"""Runs Flux, and returns the tables of its result as frames."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping
from contextlib import aclosing
from typing import Any, TypeAlias, Unpack, cast, overload

from influx_core import ConfigError, FluxParams, FluxText, InfluxDBClient, blocking
from influx_core.annotated_csv import Dialect
from influx_core.columns import Column
from influx_dataframe._read.pending_pieces import PendingPieces
from influx_dataframe._read.query_frame import CHUNK_SIZE
from influx_dataframe._read.to_frames import Backend, make_frame
from influx_dataframe._result_tables import FLUX_TIME, ResultTable, single_table

__all__ = ["query_flux_frame", "stream_flux_frames"]

FluxValues: TypeAlias = "Mapping[str, object] | None"
DialectOptions: TypeAlias = "Dialect | Mapping[str, Any] | None"

_EACH = "`influx_dataframe.to_frames(await client.query_flux(query))` makes one of each"
_EMPTY = ResultTable("", {FLUX_TIME: Column.of((), "time")}, time=FLUX_TIME)


@overload
def query_flux_frame(
    client: InfluxDBClient,
    query: FluxText,
    *,
    backend: Backend = "pandas",
    params: FluxValues = None,
    dialect: DialectOptions = None,
    **options: Unpack[FluxParams],
) -> Awaitable[Any]: ...
@overload
def query_flux_frame(
    client: blocking.InfluxDBClient,
    query: FluxText,
    *,
    backend: Backend = "pandas",
    params: FluxValues = None,
    dialect: DialectOptions = None,
    **options: Unpack[FluxParams],
) -> Any: ...
def query_flux_frame(
    client: InfluxDBClient | blocking.InfluxDBClient,
    query: FluxText,
    *,
    backend: Backend = "pandas",
    params: FluxValues = None,
    dialect: DialectOptions = None,
    **options: Unpack[FluxParams],
) -> Any:
    """Run Flux and return one frame with the rows of all tables of one result.

    The frame has all columns of the tables, including the group key, in the server's order. In
    pandas `_time` is the index. If a table lacks a column, its rows have missing values there.
    Strings of the group key are categories. With an asyncio client the result is awaitable.

    Args:
        client: an `InfluxDBClient`, asyncio or blocking.
        query: text, or a query of `influx_flux`.
        backend: `pandas`, `polars`, `pyarrow` (a Table) or `numpy` (a masked structured array).
        params: values of the variables in the query, by name; needs influx-flux.
        dialect: the form of the response; see `influx_core.annotated_csv.Dialect`.
        options: see `influx_core.FluxParams`.

    Raises:
        ConfigError: the query has several results (`yield`), the server does not run Flux, or the
            backend is unknown or not installed.
        DecodeError: a column has values of several types, and the backend has no type for them.
        QueryError: the query was refused, or failed.
        ServerUnreachable: no server received the request.
        ResponseLost: no response arrived, or an incomplete one.
    """
    asked = _FluxFrames(query, backend, {"params": params, "dialect": dialect, **options})
    if isinstance(client, blocking.InfluxDBClient):
        return client.event_loop_thread.run(asked.frame(client.original))
    return asked.frame(client)


@overload
def stream_flux_frames(
    client: InfluxDBClient,
    query: FluxText,
    *,
    backend: Backend = "pandas",
    chunk_size: int = CHUNK_SIZE,
    params: FluxValues = None,
    dialect: DialectOptions = None,
    **options: Unpack[FluxParams],
) -> AsyncGenerator[Any, None]: ...
@overload
def stream_flux_frames(
    client: blocking.InfluxDBClient,
    query: FluxText,
    *,
    backend: Backend = "pandas",
    chunk_size: int = CHUNK_SIZE,
    params: FluxValues = None,
    dialect: DialectOptions = None,
    **options: Unpack[FluxParams],
) -> Iterator[Any]: ...
def stream_flux_frames(
    client: InfluxDBClient | blocking.InfluxDBClient,
    query: FluxText,
    *,
    backend: Backend = "pandas",
    chunk_size: int = CHUNK_SIZE,
    params: FluxValues = None,
    dialect: DialectOptions = None,
    **options: Unpack[FluxParams],
) -> Any:
    """Run Flux and yield frames of `chunk_size` rows as they arrive; the last may be shorter.

    Columns and errors are those of `query_flux_frame`. The rows that precede an error are yielded
    before it is raised. A frame has only the columns of the tables from which it has rows.

    Args:
        client: an `InfluxDBClient`: asyncio for `async for`, blocking for `for`.
        query: see `query_flux_frame`.
        backend: see `query_flux_frame`.
        chunk_size: the number of rows of each frame, at least 1.
        params: see `query_flux_frame`.
        dialect: see `query_flux_frame`.
        options: see `influx_core.FluxParams`.

    Yields:
        Frames; for an empty result, one empty frame.
    """
    if chunk_size < 1:
        raise ConfigError(f"stream_flux_frames: chunk_size {chunk_size!r} must be 1 or more")
    asked = _FluxFrames(query, backend, {"params": params, "dialect": dialect, **options})
    if isinstance(client, blocking.InfluxDBClient):
        return client.event_loop_thread.iterate(asked.frames(client.original, chunk_size))
    return asked.frames(client, chunk_size)


class _FluxFrames:
    """One query, and the frames that it yields."""

    def __init__(self, query: FluxText, backend: Backend, options: Mapping[str, Any]) -> None:
        self._query = query
        self._backend: Backend = backend
        self._options = cast(Any, options)

    async def frame(self, client: InfluxDBClient) -> Any:
        result = await client.query_flux(self._query, **self._options)
        if len(result) > 1:
            names = ", ".join(statement.name for statement in result)
            raise ConfigError(
                f"the query has {len(result)} results ({names}), but a frame has one: {_EACH}"
            )
        return self._made(single_table(result.series, None, _EACH))

    async def frames(self, client: InfluxDBClient, chunk_size: int) -> AsyncGenerator[Any, None]:
        pieces = client.stream_flux(self._query, **self._options)
        held = PendingPieces(None)
        given = False
        async with aclosing(pieces):
            async for piece in pieces:
                held.add(piece)
                while held.rows >= chunk_size:
                    given = True
                    yield self._made(held.take(chunk_size))
        if held.rows or not given:
            yield self._made(held.take(held.rows))

    def _made(self, table: ResultTable | None) -> Any:
        return make_frame(table or _EMPTY, self._backend)
