"""Converts results to the types of responses: plain strings, and type names of the server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any

__all__ = ["plain_result"]

_TYPE_WORDS = re.compile(
    r"\b(?:information_schema|show|desc|describe|arrow_typeof)\b", re.IGNORECASE
)
_TIME_TYPE = re.compile(r'\bTimestamp\((ns|µs|us|ms|s)(?:, ("[^"]*"))?\)')
_UNITS = {
    "ns": "Nanosecond",
    "us": "Microsecond",
    "µs": "Microsecond",
    "ms": "Millisecond",
    "s": "Second",
}


def plain_result(table: Any, names: Sequence[str], query: str) -> Any:
    """Rename the columns of a result, and convert other string types of Arrow to plain strings.

    The metadata of the columns and the table stays.

    Args:
        table: an Arrow table.
        names: the names of its columns.
        query: the query; it tells whether its strings may be names of types.
    """
    columns = [_plain(column) for column in table.columns]
    if _TYPE_WORDS.search(query):
        columns = [_with_type_names(column) for column in columns]
    arrow: Any = import_module("pyarrow")
    fields = [
        arrow.field(name, column.type, field.nullable, field.metadata)
        for name, column, field in zip(names, columns, table.schema, strict=True)
    ]
    return arrow.table(columns, schema=arrow.schema(fields, table.schema.metadata))


def _plain(column: Any) -> Any:
    arrow: Any = import_module("pyarrow")
    types = arrow.types
    kind = column.type
    if types.is_dictionary(kind) or types.is_string_view(kind) or types.is_large_string(kind):
        return column.cast(arrow.string())
    return column


def _with_type_names(column: Any) -> Any:
    """Write the types of times as Arrow did before version 57: `Timestamp(Nanosecond, None)`."""
    arrow: Any = import_module("pyarrow")
    if column.type != arrow.string():
        return column
    values = column.to_pylist()
    return arrow.array([value and _TIME_TYPE.sub(_type_name, value) for value in values], "string")


def _type_name(match: re.Match[str]) -> str:
    zone = f"Some({match[2]})" if match[2] else "None"
    return f"Timestamp({_UNITS[match[1]]}, {zone})"
