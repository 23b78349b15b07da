"""Package csv: tables of annotated CSV, or of plain CSV whose columns are all strings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from influx_core.annotated_csv import FluxTable, decode
from influx_core.errors import InfluxDBError
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.group_key import EMPTY_KEY, GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated, TableColumn
from influx_testing._engine.flux.table.table_stream import TableStream

__all__ = ["annotated_tables"]

_TYPES: Final[Mapping[str, str]] = {
    "boolean": "bool",
    "dateTime:RFC3339": "time",
    "double": "float",
    "long": "int",
    "string": "string",
    "unsignedLong": "uint",
}

_ANNOTATION: Final = re.compile(r"(?m)^(?=(?:datatype|group|default),)")
"""Finds annotations without their sign, which the server takes too."""

_BYTE_ORDER_MARK: Final = "\ufeff"


@flux_function("csv", "from")
def from_(
    context: QueryContext,
    csv: str | None = None,
    file: str | None = None,
    mode: str = "annotations",
) -> TableStream:
    """Return the tables of a text.

    Raises:
        FluxError: the arguments are wrong, or the text is not CSV.
    """
    if file and csv:
        raise FluxError("must provide exactly one of the parameters csv or file")
    if file:
        raise FluxError("csv.from() error: failed to read file: the server has no file system")
    if not csv:
        raise FluxError("must provide csv raw text or filename")
    if mode not in ("annotations", "raw"):
        raise FluxError(f'mode must be "annotations" or "raw", got "{mode}"')
    text = csv.removeprefix(_BYTE_ORDER_MARK)
    if mode == "raw":
        return context.tables(lambda: _raw_tables(text))
    tables = annotated_tables(text)
    return TableStream.of(context.budget, tables)


def annotated_tables(text: str) -> list[KeyedTable]:
    """Return the tables of annotated CSV.

    As on the server, the first row of a table gives the values of its group key.

    Raises:
        FluxError: the text is not annotated CSV.
    """
    text = text.lstrip("\r\n ")
    try:
        return [_keyed(table) for table in decode(text.encode("utf-8", "replace"))]
    except InfluxDBError as error:
        reason = str(error)
    try:
        return list(_loosely_keyed(_ANNOTATION.sub("#", text)))
    except InfluxDBError:
        raise FluxError(f"failed to read metadata: {reason}") from None


def _keyed(table: FluxTable) -> KeyedTable:
    types = {column.name: _type(column.datatype) for column in table.schema}
    key = GroupKey((label, types[label], value) for label, value in table.group_key.items())
    columns = {
        label: TableColumn(types[label], _values(key, label, column, len(table)))
        for label, column in table.all_columns().items()
    }
    return KeyedTable(key, columns, len(table))


def _values(key: GroupKey, label: str, column: Any, length: int) -> Sequence[Any]:
    values: Sequence[Any] = Repeated(key[label], length) if label in key else column.to_list()
    return values


def _type(datatype: str) -> str:
    try:
        return _TYPES[datatype]
    except KeyError:
        raise FluxError(f"column has invalid type: unsupported column type {datatype}") from None


def _loosely_keyed(text: str) -> Iterator[KeyedTable]:
    """Yield tables whose rows may differ in the columns of the group key."""
    for block in _blocks(text):
        flags, names = _group_flags(block)
        labels = [name for name, flag in zip(names, flags, strict=False) if flag == "true"]
        for table in decode(_ungrouped(block).encode("utf-8", "replace")):
            keyed = _keyed(table)
            if not len(keyed):
                raise FluxError("failed to read metadata: a table without rows has no group key")
            first = keyed.row(0)
            key = GroupKey((label, keyed.columns[label].type, first[label]) for label in labels)
            yield KeyedTable(key, keyed.columns, len(keyed))


def _blocks(text: str) -> Iterator[str]:
    """Divide annotated CSV before the first annotation of each block."""
    block: list[str] = []
    annotated = False
    for line in text.splitlines(keepends=True):
        starts = line.startswith("#")
        if starts and not annotated and block:
            yield "".join(block)
            block = []
        if line.strip():
            annotated = starts
        block.append(line)
    if block:
        yield "".join(block)


def _group_flags(block: str) -> tuple[list[str], list[str]]:
    """Return the row `#group` and the header of a block."""
    rows = list(csv.reader(io.StringIO(block)))
    none: list[str] = []
    flags = next((row for row in rows if row and row[0] == "#group"), none)
    header = next((row for row in rows if row and not row[0].startswith("#")), none)
    return flags, header


def _ungrouped(block: str) -> str:
    return "".join(
        line.replace("true", "false") if line.startswith("#group") else line
        for line in block.splitlines(keepends=True)
    )


def _raw_tables(text: str) -> Iterator[KeyedTable]:
    """Yield the one table of plain CSV: its first row names the columns."""
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    if not rows:
        raise FluxError("failed to read csv header row: EOF")
    header, *rest = rows
    for number, row in enumerate(rest, 2):
        if len(row) != len(header):
            raise FluxError(f"record on line {number}: wrong number of fields")
    columns = {
        label: TableColumn("string", [row[at] for row in rest]) for at, label in enumerate(header)
    }
    yield KeyedTable(EMPTY_KEY, columns, len(rest))
