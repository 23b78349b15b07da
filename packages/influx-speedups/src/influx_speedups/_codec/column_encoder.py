"""Encodes points given as columns: regular rows in compiled code, all others with influx_core."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import _influx_speedups as compiled
from influx_core.codec import (
    ColumnRowEncoder,
    PointColumns,
    UnwritableError,
    escaper,
)
from influx_core.codec import encode_columns as encode_in_python
from influx_core.columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from influx_core.interfaces import OnInvalid
    from influx_core.lineprotocol import Rules
    from influx_core.timestamps import Precision

__all__ = ["encode_columns"]

_NAMES = escaper()

_ROWS_A_THREAD = 50_000
"""With fewer rows, a thread costs more than it saves."""

_MOST_THREADS = 4
"""With more threads, memory bandwidth is the limit."""

_Described: TypeAlias = "tuple[str, int, Any, Any, Any, int, _Described | None, Any]"
"""A `Column` as a tuple: the first letter of its kind, then its other attributes."""

_Name: TypeAlias = "tuple[bytes, bytes, _Described | None]"


def encode_columns(
    measurement: str | Column,
    tags: Mapping[str, Column | str],
    fields: Mapping[str, Column],
    timestamps: Column | None,
    precision: Precision = "ns",
    on_invalid: OnInvalid | None = None,
    *,
    unsigned: bool = False,
    rules: Rules | None = None,
    threads: int | None = None,
) -> bytes:
    """Encode points given as columns, exactly as `influx_core.codec.encode_columns` does.

    The compiled code releases the GIL.

    Args:
        measurement: one name for all rows, or a column of strings.
        tags: one value for all rows, or a column of strings.
        fields: columns of any kind except times and objects.
        timestamps: a column of times.
        precision: the precision of the timestamps written; finer times are rounded down.
        on_invalid: called with the index and the error of each row that cannot be written, in
            order; these rows are omitted.
        unsigned: whether the server supports unsigned integers, as 2.x and 3.x do.
        rules: the server's rules for names; see `influx_core.lineprotocol.encode`.
        threads: the number of threads; by default chosen by the number of rows and CPUs.

    Raises:
        EncodeError: a row cannot be written, and `on_invalid` is None.
        ValueError: the columns differ in length, or a column has a kind that cannot be written.
    """
    points = PointColumns(measurement, tags, fields, timestamps)
    try:
        names, rest = _names(points)
        values = _fields(points, unsigned=unsigned)
    except (
        _NotCompiledError,
        UnwritableError,
        UnicodeEncodeError,
    ):  # influx_core says what is wrong
        return encode_in_python(
            measurement,
            tags,
            fields,
            timestamps,
            precision,
            on_invalid,
            unsigned=unsigned,
            rules=rules,
        )
    writer = ColumnRowEncoder(precision, unsigned=unsigned, rules=rules)
    body = compiled.encode_columns(
        points.length,
        writer.unit,
        names,
        rest,
        values,
        _described(timestamps),
        threads or _worthwhile(points.length),
        partial(writer.write, points),
    )
    writer.report(on_invalid)
    return body


class _NotCompiledError(Exception):
    """The compiled code does not encode these columns."""


def _names(points: PointColumns) -> tuple[list[_Name], bytes]:
    """The columns among measurement and tags, and the text behind the last of them.

    Each is what stands before it, its key, which the measurement has none of, and the column.
    """
    names: list[_Name] = []
    text = ""
    if isinstance(points.measurement, Column):
        if points.measurement.kind == "null":
            raise _NotCompiledError
        names.append((b"", b"", _described(points.measurement)))
    else:
        text = _NAMES.series_key(_plain(points.measurement), [])
    for key in sorted(map(_plain, points.tags)):
        tag = points.tags[key]
        if not isinstance(tag, Column):
            text += _NAMES.series_key("m", [(key, _plain(tag))])[1:] if tag else ""
        elif tag.kind != "null":
            names.append((text.encode(), f",{_NAMES.field_key(key)}=".encode(), _described(tag)))
            text = ""
    return names, text.encode()


def _plain(name: object) -> str:
    """A name; with backslashes, what is beside it decides whether it can be written."""
    if not isinstance(name, str) or "\\" in name:
        raise _NotCompiledError
    return name


def _fields(points: PointColumns, *, unsigned: bool) -> list[tuple[bytes, _Described | None]]:
    columns = {key: column for key, column in points.fields.items() if column.kind != "null"}
    kinds = {column.kind for column in columns.values()}
    if not columns or ("unsigned" in kinds and not unsigned):
        raise _NotCompiledError
    return [
        (f"{_NAMES.field_key(key)}=".encode(), _described(column))
        for key, column in columns.items()
    ]


def _described(column: Column | None) -> _Described | None:
    """A column as the compiled code takes it; None where all values are missing."""
    if column is None or column.kind == "null":
        return None
    return (
        column.kind[0],
        column.length,
        column.values,
        column.offsets,
        column.valid,
        column.offset,
        _described(column.dictionary),
        column.texts,
    )


def _worthwhile(rows: int) -> int:
    return max(1, min(rows // _ROWS_A_THREAD, os.cpu_count() or 1, _MOST_THREADS))
