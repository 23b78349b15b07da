"""Frames of what was read already: of series, of results, of the body of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

from influx_core import ConfigError, Plugins, QueryResult, Series, StatementResult
from influx_core.codec import CSVDeserializer
from influx_core.columns import Column, merge, start_columns, statement_error
from influx_core.interfaces import Deserializer
from influx_dataframe.backends import arrow, numpy, pandas, polars
from influx_dataframe.tables import TIME, Table, Types, single, tables

__all__ = ["Backend", "decode_frame", "made", "of_result", "to_frame", "to_frames"]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow", "numpy"]

_MAKERS: dict[str, Callable[[Table], Any]] = {
    "pandas": pandas.frame,
    "polars": polars.frame,
    "pyarrow": arrow.frame,
    "numpy": numpy.frame,
}

_EACH = "read them with `to_frames()` of the result of `client.execute(query, columnar=True)`"


def made(table: Table, backend: Backend) -> Any:
    """Make the frame of a table.

    Raises:
        ConfigError: there is no such backend, or it is not installed.
        DecodeError: a column has values of several kinds, and the library has no type for that.
    """
    if backend not in _MAKERS:
        raise ConfigError(f"there is no backend {backend!r}; known: {', '.join(_MAKERS)}")
    return _MAKERS[backend](table)


def to_frame(series: Series, *, backend: Backend = "pandas", types: Types | None = None) -> Any:
    """Make a frame of one series, its tags as columns.

    Args:
        series: by the column (`columnar=True`) or by the row.
        backend: `pandas`, `polars`, `pyarrow` (a Table) or `numpy` (a masked structured array).
        types: kinds that columns have, whatever their values look like.

    Raises:
        ConfigError: there is no such backend, or it is not installed.
        DecodeError: a column has not the kind it is said to have.
    """
    return made(tables([series], types)[series.name], backend)


def to_frames(
    result: QueryResult | StatementResult | Iterable[Series],
    *,
    backend: Backend = "pandas",
    types: Types | None = None,
) -> dict[str, Any]:
    """Make a frame for each measurement, the tags of GROUP BY as columns.

    Args:
        result: what a query answered; see `to_frame` for the others.
        backend: see `to_frame`.
        types: see `to_frame`; they hold for each of the measurements.

    Raises:
        ConfigError: two statements answer with the same measurement; see also `to_frame`.
        DecodeError: as `to_frame`.
    """
    if isinstance(result, QueryResult):
        _check_distinct(result)
        result = result.series
    series = result.series if isinstance(result, StatementResult) else result
    return {name: made(table, backend) for name, table in tables(series, types).items()}


def _check_distinct(result: QueryResult) -> None:
    seen: dict[str, int | None] = {}
    for statement in result:
        for series in statement.series:
            if seen.setdefault(series.name, statement.statement_id) != statement.statement_id:
                raise ConfigError(
                    f"two statements answer with {series.name!r}: take the frames of each, "
                    "`result[0].to_frames()`"
                )


def decode_frame(
    body: bytes,
    *,
    format: Literal["json", "csv"] = "json",  # noqa: A002 - the name that says it
    backend: Backend = "pandas",
    types: Types | None = None,
) -> Any:
    """Make a frame of the body of an answer, chunked or whole.

    JSON prints the float 1.0 as `1`, and CSV has no types at all: a column of numbers is one of
    integers if all of them look like some. Say its kind in `types` where that matters.

    Args:
        body: what the server sent, times as integer nanoseconds (`epoch=ns`) or RFC 3339 text.
        format: what it is.
        backend: see `to_frame`.
        types: see `to_frame`. The columns named here are in an empty answer's frame, too.

    Raises:
        ConfigError: the answer has several measurements or statements; see also `to_frame`.
        DecodeError: it is no such answer, or was cut; see also `to_frame`.
        QueryError: it says that a statement failed.
    """
    feed = start_columns(_deserializer(format, types))
    result = merge([*feed.feed(body), *feed.finish()])
    for statement in result:
        if statement.error is not None:
            raise statement_error(statement.error, statement.statement_id)
    return of_result(result, backend, types, Table("", _empty(types)))


def of_result(result: QueryResult, backend: Backend, types: Types | None, empty: Table) -> Any:
    """Make the one frame of an answer; that of the `empty` table if it has no series.

    Raises:
        ConfigError: it has several measurements or statements.
    """
    if len(result) > 1:
        raise ConfigError(f"the query has {len(result)} statements, and one frame has one: {_EACH}")
    return made(single(result.series, types, _EACH) or empty, backend)


def _empty(types: Types | None) -> dict[str, Column]:
    return {TIME: Column.of((), "time")} | {
        name: Column.of((), kind) for name, kind in (types or {}).items()
    }


def _deserializer(format: str, types: Types | None) -> Deserializer:  # noqa: A002
    if format == "csv":
        return CSVDeserializer(values="guess" if types is None else types)
    if format != "json":
        raise ConfigError(f"there is no format {format!r}; known: json, csv")
    return Plugins().deserializer()
