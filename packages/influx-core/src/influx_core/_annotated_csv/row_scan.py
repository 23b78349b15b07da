"""Reads the rows of one block column by column, for all its tables at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from influx_core._annotated_csv.block_schema import FIRST_COLUMN, BlockSchema
from influx_core._annotated_csv.cell_values import column_of_cells
from influx_core._annotated_csv.cells import QUOTED_EMPTY, split_quoted
from influx_core._columns.arrow_layout import Column
from influx_core.errors import DecodeError

__all__ = ["RowScanner", "ScannedRows", "TableRows", "scan_rows"]


class TableRows(NamedTuple):
    """The rows of one table among the rows of a block.

    Attributes:
        result: the name of the result.
        table: the number of the table in the result, as text.
        key: the cells of the columns in the group key.
        stop: the position after its last row.
    """

    result: str
    table: str
    key: tuple[str, ...]
    stop: int


class ScannedRows(NamedTuple):
    """Rows of a block, by column.

    Attributes:
        tables: the tables, in the order of their rows.
        columns: the columns outside the group key; each has the values of all tables.
    """

    tables: Sequence[TableRows]
    columns: Sequence[Column]


RowScanner = Callable[[bytes, BlockSchema], ScannedRows | None]
"""Reads complete rows of a block; None if it leaves them to `scan_rows`."""


def scan_rows(rows: bytes, schema: BlockSchema) -> ScannedRows:
    """Read complete rows of a block.

    Args:
        rows: one or more records with their line ends.
        schema: the schema of the block.

    Raises:
        DecodeError: the records are not rows of that schema.
    """
    try:
        text = rows.decode()
    except UnicodeDecodeError as error:
        raise DecodeError(f"not annotated CSV: {error}") from None
    by_column = _quoted_columns(text, schema) if '"' in text else _plain_columns(text, schema)
    for position, default in schema.defaults.items():
        by_column[position] = _filled(by_column[position], default)
    return ScannedRows(
        list(_tables(by_column, schema)),
        [
            column_of_cells(schema.columns[position - FIRST_COLUMN], by_column[position])
            for position in schema.others
        ],
    )


def _plain_columns(text: str, schema: BlockSchema) -> list[list[str]]:
    """Split rows without quotes into the cells of each column, all rows at once."""
    width, delimiter = schema.width, schema.delimiter
    text = text.replace("\r\n", "\n")
    length = text.count("\n")
    cells = text[:-1].replace("\n", delimiter + "\n").split(delimiter)
    if len(cells) != width * length or "".join(cells[::width]) != "\n" * (length - 1):
        raise _uneven(width)
    return [cells[position::width] for position in range(width)]


def _quoted_columns(text: str, schema: BlockSchema) -> list[list[str]]:
    records = split_quoted(text, schema.delimiter)
    if {len(record) for record in records} != {schema.width}:
        raise _uneven(schema.width)
    columns = list(map(list, zip(*records, strict=True)))
    if any(columns[0]):
        raise _uneven(schema.width)
    return columns


def _uneven(width: int) -> DecodeError:
    return DecodeError(
        f"not annotated CSV: a row is not {width} cells of which the first is empty, like the "
        "header"
    )


def _filled(cells: list[str], default: str) -> list[str]:
    if "" not in cells:
        return cells
    return [cell if cell or cell is QUOTED_EMPTY else default for cell in cells]


def _tables(columns: list[list[str]], schema: BlockSchema) -> Iterator[TableRows]:
    results, numbers = columns[1], columns[2]
    start = 0
    for (result, number), run in groupby(zip(results, numbers, strict=True)):
        stop = start + sum(1 for _ in run)
        key = tuple(columns[position][start] for position in schema.key)
        for position in schema.key:
            _check_constant(columns[position][start:stop], schema, position, number)
        yield TableRows(result, number, key, stop)
        start = stop


def _check_constant(cells: list[str], schema: BlockSchema, position: int, number: str) -> None:
    if cells.count(cells[0]) != len(cells):
        name = schema.columns[position - FIRST_COLUMN].name
        other = next(cell for cell in cells if cell != cells[0])
        raise DecodeError(
            f"not annotated CSV: {name!r} is in the group key, and has two values in table "
            f"{number}: {cells[0][:80]!r} and {other[:80]!r}"
        )
