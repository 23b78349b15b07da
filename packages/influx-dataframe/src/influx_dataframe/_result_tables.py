"""Joins series to tables, one per measurement, with the tags of GROUP BY as columns.

All tables have one shape: first `time`, then the tags, then the columns of the result. Columns with
the name of a tag get a number appended to their name. Tables of Flux are joined by result, with all
columns in the server's order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from influx_core import ColumnSeries, ConfigError, DecodeError, FluxTable, Series
from influx_core.columns import Column, Kind, cast_column, column_of, concat_columns, distinct_names
from influx_dataframe._key_columns import flux_columns, tag_column

__all__ = [
    "FLUX_TIME",
    "TIME",
    "ResultTable",
    "Types",
    "check_columns",
    "checked_types",
    "single_table",
    "table_name",
    "tables_of_series",
]

TIME = "time"
FLUX_TIME = "_time"

Types: TypeAlias = Mapping[str, Kind]
"""Columns of the answer, and the kinds they have, whatever their values look like."""

_KINDS = ("float", "integer", "unsigned", "boolean", "string")


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The rows of one measurement.

    Attributes:
        name: the measurement.
        columns: by name, all of one length.
        tags: which columns are tags that the query grouped by; they have a dictionary.
        time: the column of times that is the index, if there is one of that name.
        owned: whether only this table refers to the columns, so that a frame may change them.
    """

    name: str
    columns: Mapping[str, Column]
    tags: tuple[str, ...] = ()
    time: str = TIME
    owned: bool = False

    @property
    def length(self) -> int:
        """How many rows there are."""
        return next((column.length for column in self.columns.values()), 0)


def checked_types(types: Types | None) -> Types:
    """Check the kinds of columns; None means none.

    Raises:
        ConfigError: there is no such kind.
    """
    wanted = {} if types is None else dict(types)
    for name, kind in wanted.items():
        if kind not in _KINDS:
            raise ConfigError(f"types: {name!r} cannot be {kind!r}; known: {', '.join(_KINDS)}")
    return wanted


def check_columns(types: Types | None, names: Iterable[str]) -> None:
    """Check that every column with a stated kind is one of a result.

    Raises:
        ConfigError: one is not.
    """
    known = list(dict.fromkeys(names))
    missing = [name for name in types or {} if name not in known]
    if missing and known:
        raise ConfigError(
            f"types: no column {', '.join(map(repr, missing))}; the columns are {', '.join(known)}"
        )


def tables_of_series(
    series: Iterable[Series], types: Types | None = None
) -> dict[str, ResultTable]:
    """Put series together, by the names of their measurements, in the order they come in.

    Args:
        series: of one statement, or pieces of them.
        types: kinds of columns: `float`, `integer`, `unsigned`, `boolean` or `string`.

    Raises:
        ConfigError: there is no such kind.
        DecodeError: a column cannot have the kind it is said to have.
    """
    wanted = checked_types(types)
    groups: dict[str, list[ColumnSeries]] = {}
    for one in series:
        groups.setdefault(table_name(one), []).append(ColumnSeries.of(one))
    return {name: _table(name, pieces, wanted) for name, pieces in groups.items()}


def table_name(series: Series) -> str:
    """The name of the table that a series belongs to: its measurement, or its result of Flux."""
    return series.result if isinstance(series, FluxTable) else series.name


def single_table(series: Iterable[Series], types: Types | None, instead: str) -> ResultTable | None:
    """The one table that series make; None if there are none.

    Raises:
        ConfigError: there are several measurements; the text says what to do `instead`.
    """
    made = tables_of_series(series, types)
    if len(made) > 1:
        raise ConfigError(
            f"the result has {len(made)} measurements ({', '.join(made)}), but a frame has one: "
            f"{instead}"
        )
    return next(iter(made.values()), None)


def _table(name: str, pieces: Sequence[ColumnSeries], types: Types) -> ResultTable:
    tables = [piece for piece in pieces if isinstance(piece, FluxTable)]
    if len(tables) == len(pieces):
        return _flux_table(name, tables, types)
    tags = tuple(dict.fromkeys(tag for piece in pieces for tag in piece.tags))
    held = [
        dict(zip(distinct_names(piece.columns, tags), piece.data, strict=True)) for piece in pieces
    ]
    names = dict.fromkeys(name for columns in held for name in columns)
    lengths = [len(piece) for piece in pieces]
    made: dict[str, Column] = {}
    if TIME in names:
        made[TIME] = _joined(held, TIME, lengths)
    for tag in tags:
        made[tag] = tag_column([piece.tags.get(tag) for piece in pieces], lengths)
    for column in names:
        if column not in made:
            made[column] = _typed(_joined(held, column, lengths), column, types.get(column))
    return ResultTable(name, made, tags)


def _flux_table(name: str, tables: Sequence[FluxTable], types: Types) -> ResultTable:
    columns = {
        column: _typed(made, column, types.get(column))
        for column, made in flux_columns(tables).items()
    }
    tags = tuple(column for column, made in columns.items() if made.dictionary is not None)
    timed = FLUX_TIME in columns and columns[FLUX_TIME].kind == "time"
    return ResultTable(name, columns, tags, FLUX_TIME if timed else "")


def _joined(held: Sequence[Mapping[str, Column]], name: str, lengths: Sequence[int]) -> Column:
    pieces = [
        columns.get(name) or Column("null", length)
        for columns, length in zip(held, lengths, strict=True)
    ]
    joined = concat_columns(pieces)
    return cast_column(joined, "time") if name == TIME and joined.kind == "null" else joined


def _typed(column: Column, name: str, kind: Kind | None) -> Column:
    if kind is None:
        return column
    try:
        return _as_text(column) if kind == "string" else cast_column(column, kind)
    except ValueError as error:
        raise DecodeError(
            f"column {name!r} is said to be {kind}, and was read as {column.kind}: {error}"
        ) from None


def _as_text(column: Column) -> Column:
    """Strings, of which some came as something else; then as JSON has them."""
    if column.kind != "object":
        return cast_column(column, "string")
    return column_of([_text(value) for value in column.to_list()])


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
