"""Makes columns of values that all rows of a series share: tags, and group keys of Flux."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Any

from influx_core import FluxTable
from influx_core.annotated_csv import FluxColumn
from influx_core.columns import Column, Kind, concat_columns

__all__ = ["flux_columns", "tag_column"]

_CODES: dict[Kind, Any] = {"integer": "q", "time": "q", "unsigned": "Q", "float": "d"}


def tag_column(values: Sequence[str | None], lengths: Sequence[int]) -> Column:
    """Return a column that repeats each value for the rows of its piece."""
    known = {value: 0 for value in values if value is not None}
    known = {value: position for position, value in enumerate(known)}
    positions, length = array("i"), sum(lengths)
    valid = None
    for value, count in zip(values, lengths, strict=True):
        positions += array("i", [known.get(value, -1) if value is not None else -1]) * count
    if None in values:
        valid = Column.of([None if at < 0 else True for at in positions], "boolean").valid
    dictionary = Column.of(known, "string")
    return Column("string", length, positions, valid=valid, dictionary=dictionary)


def flux_columns(tables: Sequence[FluxTable]) -> dict[str, Column]:
    """The columns of all tables, in the server's order.

    If a table lacks a column, its rows are null there. Strings of the group key are dictionaries.
    """
    schemas = list({id(table.schema): table.schema for table in tables}.values())
    if all(schema == schemas[0] for schema in schemas):
        return _of_one_schema(tables)
    lengths = list(map(len, tables))
    columns = [table.all_columns() for table in tables]
    return {
        name: concat_columns(
            [
                held.get(name) or Column("null", length)
                for held, length in zip(columns, lengths, strict=True)
            ]
        )
        for name in dict.fromkeys(column.name for schema in schemas for column in schema)
    }


def _of_one_schema(tables: Sequence[FluxTable]) -> dict[str, Column]:
    lengths = list(map(len, tables))
    data: Iterator[tuple[Column, ...]] = zip(*(table.data for table in tables), strict=True)
    return {
        column.name: _key_column(column, tables, lengths)
        if column.in_group_key
        else concat_columns(next(data))
        for column in tables[0].schema
    }


def _key_column(column: FluxColumn, tables: Sequence[FluxTable], lengths: Sequence[int]) -> Column:
    values = [table.group_key[column.name] for table in tables]
    if column.kind == "string":
        return tag_column(values, lengths)
    if column.kind not in _CODES or None in values:
        repeated = map(repeat, values, lengths)
        return Column.of(chain.from_iterable(repeated), column.kind)
    numbers = array(_CODES[column.kind], values)  # pyright: ignore[reportDeprecated] - not of code u
    items = numbers[:0]
    for at, length in enumerate(lengths):
        items += numbers[at : at + 1] * length
    return Column(column.kind, len(items), items)
