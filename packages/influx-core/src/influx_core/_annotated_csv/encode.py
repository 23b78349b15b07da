r"""Writes tables as annotated CSV, as InfluxDB does.

A block of rows begins with annotations and a header; it ends where the columns or the group key
change. An empty table has a block of its own, with its group key in the defaults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby, repeat
from operator import attrgetter
from typing import Any

from influx_core._annotated_csv.dialect import Annotation, Dialect
from influx_core._results.flux_table import FluxColumn, FluxTable
from influx_core._results.flux_values import writer_of

__all__ = ["encode", "encode_error"]

PIECE_ROWS = 10_000
"""The number of rows that are written at a time."""

_END = "\r\n"


@dataclass(frozen=True, slots=True)
class _Format:
    """How cells are written.

    Attributes:
        dialect: the form of the text.
        exact: whether null and the empty string differ, and carriage returns are kept.
    """

    dialect: Dialect
    exact: bool

    def line(self, cells: Iterable[str]) -> str:
        return self.dialect.delimiter.join(cells) + _END

    def text(self, text: str) -> str:
        """Return a string as a cell."""
        if not text:
            return '""' if self.exact else ""
        if _needs_quotes(self.dialect.delimiter).search(text) is None and text != "\\.":
            return text
        if not self.exact:
            text = text.replace("\r", "")
        doubled = text.replace('"', '""').replace("\n", _END)
        return f'"{doubled}"'

    def cell(self, column: FluxColumn) -> Callable[[Any], str]:
        """Return the function that writes the cells of a column."""
        write, text = writer_of(column.datatype), self.text
        if column.datatype in ("string", "base64Binary"):
            return lambda value: "" if value is None else text(write(value))
        return lambda value: "" if value is None else write(value)


@cache
def _needs_quotes(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf'[{re.escape(delimiter)}"\r\n]|\A\s')


def encode(
    tables: Iterable[FluxTable], dialect: Dialect | None = None, *, exact: bool = True
) -> Iterator[bytes]:
    """Write tables as annotated CSV, at most 10,000 rows at a time.

    Consecutive tables of one result are numbered from 0, and a blank line ends each result. Tables
    with the same columns share a header.

    Args:
        tables: the tables; tables of one result follow one another. A table with `partial` set is
            followed by its next piece.
        dialect: the form of the text.
        exact: whether `decode` returns the same values: the empty string is quoted, unlike null,
            and carriage returns are kept. InfluxDB does neither (`exact=False`).

    Yields:
        The text in UTF-8, in pieces.

    Raises:
        UnicodeEncodeError: a string is not Unicode.
    """
    form = _Format(dialect or Dialect(), exact)
    for result, group in groupby(tables, key=attrgetter("result")):
        for piece in _result(form, result, group):
            yield piece.encode()
        yield _END.encode()


def _result(form: _Format, result: str, tables: Iterable[FluxTable]) -> Iterator[str]:
    last: FluxTable | None = None
    number = 0
    for table in tables:
        goes_on = last is not None and table.continues(last)
        if last is not None and not goes_on:
            number += 1
        new_block = last is None or not len(table) or not len(last) or last.schema != table.schema
        if new_block and not goes_on:
            blank = "" if last is None else _END
            yield blank + _head(form, table, number)
        for start in range(0, len(table), PIECE_ROWS):
            stop = min(start + PIECE_ROWS, len(table))
            yield _rows(form, result, table.slice(start, stop), number)
        last = table


def _head(form: _Format, table: FluxTable, number: int) -> str:
    dialect = form.dialect
    lines = [form.line(_annotation(form, name, table, number)) for name in dialect.annotations]
    if dialect.header:
        names = (form.text(column.name) for column in table.schema)
        lines.append(form.line(["", "result", "table", *names]))
    return "".join(lines)


def _annotation(form: _Format, name: Annotation, table: FluxTable, number: int) -> list[str]:
    if name == "datatype":
        return ["#datatype", "string", "long", *(column.datatype for column in table.schema)]
    if name == "group":
        flags = ("true" if column.in_group_key else "false" for column in table.schema)
        return ["#group", "false", "false", *flags]
    result = form.text(table.result) if table.result else ""
    if len(table):
        return ["#default", result, "", *("" for _ in table.schema)]
    return ["#default", result, str(number), *_key_cells(form, table)]


def _key_cells(form: _Format, table: FluxTable) -> Iterator[str]:
    """The cells of the group key; empty ones for other columns."""
    for column in table.schema:
        known = column.in_group_key
        yield form.cell(column)(table.group_key[column.name]) if known else ""


def _rows(form: _Format, result: str, table: FluxTable, number: int) -> str:
    named = "" if "default" in form.dialect.annotations or not result else form.text(result)
    start = form.dialect.delimiter.join(["", named, str(number)])
    values = iter(table.data)
    cells: list[Iterable[str]] = [repeat(start, len(table))]
    for column in table.schema:
        cell = form.cell(column)
        if column.in_group_key:
            cells.append(repeat(cell(table.group_key[column.name]), len(table)))
        else:
            cells.append(_texts(form, column, next(values).to_list()))
    lines = map(form.dialect.delimiter.join, zip(*cells, strict=True))
    return "".join([line + _END for line in lines])


def _texts(form: _Format, column: FluxColumn, values: list[Any]) -> Iterable[str]:
    """The cells of a column that is not in the group key."""
    if None in values or column.datatype in ("string", "base64Binary"):
        return map(form.cell(column), values)
    return map(writer_of(column.datatype), values)


def encode_error(
    message: str,
    reference: int | None = None,
    dialect: Dialect | None = None,
    *,
    first: bool = False,
) -> bytes:
    """Write an error as a table, as InfluxDB does if a query fails in the middle of its response.

    Args:
        message: the error message.
        reference: the number of the error, if it has one.
        dialect: the form of the text.
        first: whether the error is the beginning of the response.
    """
    form = _Format(dialect or Dialect(), exact=False)
    annotations = {
        "datatype": ["#datatype", "string", "string"],
        "group": ["#group", "true", "true"],
        "default": ["#default", "", ""],
    }
    lines = [form.line(annotations[name]) for name in form.dialect.annotations]
    lines.append(form.line(["", "error", "reference"]))
    number = "" if reference is None else str(reference)
    lines.append(form.line(["", form.text(message), number]))
    return ("" if first else _END).encode() + "".join(lines).encode()
