"""Converts batches to Arrow tables and back; metadata of each column says what it is.

A column has the name of its tag or field. A field with the name of a tag gets `_field` behind its
name, and `time` is the time; the metadata `influx` has the role and the true name, so that names of
every kind are read as they were. Tables of other tags have other names of columns: `named_alike`
renames them, before rows of several tables are put together.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, TypeAlias

from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import ColumnarBatch
from influx_core import ColumnSeries, ConfigError
from influx_core.columns import Column, Kind

__all__ = [
    "TIME",
    "ColumnRole",
    "batch_of_table",
    "import_pyarrow",
    "kind_of",
    "named_alike",
    "roles_of_schema",
    "rows_at",
    "stored_roles",
    "table_of_batch",
]

_METADATA = b"influx"
_SUFFIXES = {"tag": "_tag", "field": "_field"}

_Role: TypeAlias = Literal["time", "tag", "field"]


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """What a column of a table holds: the time, a tag or a field, and its name."""

    role: _Role
    name: str


TIME = ColumnRole("time", "time")
"""The role of the column with the times."""


def import_pyarrow(module: str = "pyarrow") -> Any:
    """Import pyarrow, or a module of it.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ConfigError("Parquet needs pyarrow: pip install 'influx-copy[parquet]'") from error


def rows_at(table: Any, positions: Sequence[int]) -> Any:
    """The rows of a table, or of a record batch, at some positions.

    Python values as arguments of pyarrow.compute would import pandas where it is installed.
    """
    pa = import_pyarrow()
    buffers = [None, pa.py_buffer(array("q", positions))]
    return table.take(pa.Array.from_buffers(pa.int64(), len(positions), buffers))


def table_of_batch(batch: ColumnarBatch) -> Any:
    """A batch as an Arrow table: the time, tags as dictionaries, fields."""
    pa = import_pyarrow()
    found: dict[ColumnRole, Column] = {TIME: batch.times}
    for key, tag in batch.tags.items():
        column = _repeated(tag, len(batch)) if isinstance(tag, str) else tag
        found[ColumnRole("tag", key)] = column
    found |= {ColumnRole("field", name): column for name, column in batch.fields.items()}
    columns = {name: (role, found[role]) for role, name in _names(found).items()}
    series = ColumnSeries(batch.measurement, columns, [column for _, column in columns.values()])
    # pyarrow.table() would import pandas where it is installed, which costs time and memory.
    table = pa.RecordBatchReader.from_stream(series).read_all()
    schema = pa.schema(
        [
            field.with_metadata({_METADATA: json.dumps([role.role, role.name])})
            for field, (role, _) in zip(table.schema, columns.values(), strict=True)
        ]
    )
    return _with_dictionaries(pa, pa.Table.from_arrays(table.columns, schema=schema), columns)


def _with_dictionaries(
    pa: Any, table: Any, columns: Mapping[str, tuple[ColumnRole, Column]]
) -> Any:
    """Make a dictionary of each tag, because tags have few values."""
    for at, (role, _) in enumerate(columns.values()):
        if role.role == "tag":
            found = table.schema.field(at)
            kind = pa.dictionary(pa.int32(), pa.large_utf8())
            column = table.column(at)
            if not pa.types.is_dictionary(found.type):
                column = column.dictionary_encode()
            table = table.set_column(at, found.with_type(kind), column.cast(kind))
    return table


def _names(roles: Iterable[ColumnRole]) -> dict[ColumnRole, str]:
    """The names of columns: the time, then tags, then fields."""
    rest = sorted(set(roles) - {TIME}, key=lambda each: (each.role == "field", each.name))
    names, taken = {TIME: "time"}, {"time"}
    for role in rest:
        name = role.name
        while name in taken:
            name += _SUFFIXES[role.role]
        names[role] = name
        taken.add(name)
    return names


def stored_roles(schema: Any) -> list[ColumnRole]:
    """What each column of a table of batches holds."""
    return [ColumnRole(*json.loads(field.metadata[_METADATA])) for field in schema]


def named_alike(tables: Sequence[Any]) -> Sequence[Any]:
    """Tables of batches in which a name of a column has one role, and a role has one name."""
    columns = {
        (field.name, field.metadata[_METADATA]) for table in tables for field in table.schema
    }
    if len(columns) == len({name for name, _ in columns}) == len({role for _, role in columns}):
        return tables
    names = _names(ColumnRole(*json.loads(role)) for _, role in columns)
    return [
        table.rename_columns([names[role] for role in stored_roles(table.schema)])
        for table in tables
    ]


def _repeated(text: str, length: int) -> Column:
    return Column("string", length, bytes(4 * length), dictionary=Column.of([text], "string"))


def roles_of_schema(schema: Any, tags: Sequence[str]) -> list[ColumnRole]:
    """What each column of a schema holds.

    Without metadata, a column called `time` is the time, dictionaries of strings and the columns
    that are named are tags, the others are fields.
    """
    pa = import_pyarrow()
    roles: list[ColumnRole] = []
    for found in schema:
        about: dict[bytes, bytes] = found.metadata or {}
        metadata = about.get(_METADATA)
        if metadata is not None:
            role, name = json.loads(metadata)
            roles.append(ColumnRole(role, name))
        elif found.name == "time":
            roles.append(TIME)
        elif found.name in tags or (not tags and pa.types.is_dictionary(found.type)):
            roles.append(ColumnRole("tag", found.name))
        else:
            roles.append(ColumnRole("field", found.name))
    return roles


def batch_of_table(measurement: str, table: Any, roles: Sequence[ColumnRole]) -> ColumnarBatch:
    """A table, or a record batch, as a batch of points.

    Raises:
        RangeIncomplete: a column has a type that no point has, or there are no times.
    """
    pa = import_pyarrow()
    tags: dict[str, Column | str] = {}
    fields: dict[str, Column] = {}
    times: Column | None = None
    for role, values in zip(roles, table.columns, strict=True):
        if values.null_count == len(values) and role.role != "time":
            continue
        column = _column(pa, role, values)
        if role.role == "time":
            times = column
        elif role.role == "tag":
            tags[role.name] = column
        else:
            fields[role.name] = column
    if times is None or times.nulls:
        raise RangeIncomplete(f"points of {measurement!r} have no time: it needs a column 'time'")
    return ColumnarBatch(measurement, tags, fields, times)


def kind_of(role: ColumnRole, arrow_type: Any) -> tuple[Kind, Any]:
    """The kind of a column, and the Arrow type that has its layout.

    Raises:
        RangeIncomplete: no point has values of this type.
    """
    kind, wanted = _kind(import_pyarrow(), arrow_type, role.role)
    if kind is None:
        raise RangeIncomplete(
            f"the {role.role} {role.name!r} is a column of type {arrow_type}, which no point has"
        )
    return kind, wanted


def _column(pa: Any, role: ColumnRole, values: Any) -> Column:
    kind, wanted = kind_of(role, values.type)
    try:
        values = values if values.type == wanted else values.cast(wanted)
    except pa.ArrowInvalid as error:
        raise RangeIncomplete(f"the {role.role} {role.name!r}: {error}") from error
    if pa.types.is_dictionary(values.type):
        dictionary = _plain(values.dictionary, "string")
        coded = values.indices
        return Column(
            kind, len(coded), *_buffers(coded, 1), offset=coded.offset, dictionary=dictionary
        )
    return _plain(values, kind)


def _plain(values: Any, kind: Kind) -> Column:
    valid, *buffers = values.buffers()
    missing = valid if values.null_count else None
    if kind == "string":
        offsets, text = buffers
        return Column(kind, len(values), text or b"", offsets, missing, values.offset)
    return Column(kind, len(values), buffers[0] or b"", None, missing, values.offset)


def _buffers(values: Any, at: int) -> tuple[Any, None, Any]:
    buffers = values.buffers()
    return buffers[at] or b"", None, buffers[0] if values.null_count else None


def _kind(pa: Any, kind: Any, role: _Role) -> tuple[Kind | None, Any]:
    """The kind of a column, and the Arrow type with its layout."""
    types = pa.types
    if role == "time":
        known = types.is_timestamp(kind) or types.is_integer(kind) or types.is_date(kind)
        return ("time" if known else None), pa.timestamp("ns", getattr(kind, "tz", None))
    if types.is_dictionary(kind):
        return "string", pa.dictionary(pa.int32(), pa.large_utf8())
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "string", pa.large_utf8()
    if types.is_boolean(kind):
        return "boolean", pa.bool_()
    if types.is_floating(kind):
        return "float", pa.float64()
    if types.is_unsigned_integer(kind):
        return "unsigned", pa.uint64()
    if types.is_integer(kind):
        return "integer", pa.int64()
    return None, kind
