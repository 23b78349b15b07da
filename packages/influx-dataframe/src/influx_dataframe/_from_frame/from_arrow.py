"""Reads Arrow arrays as columns: from polars, pyarrow, and any PyCapsule interface."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from influx_core import ConfigError
from influx_core.columns import Column, Kind
from influx_dataframe._from_frame import arrow_c_reader, number_buffers
from influx_dataframe._from_frame.raw_columns import RawBatch, RawColumn

__all__ = ["raw_column", "read_batches"]

_NUMBERS: dict[str, tuple[str, Kind]] = {
    "c": ("int8", "integer"),
    "C": ("uint8", "integer"),
    "s": ("int16", "integer"),
    "S": ("uint16", "integer"),
    "i": ("int32", "integer"),
    "I": ("uint32", "integer"),
    "l": ("int64", "integer"),
    "L": ("uint64", "unsigned"),
    "e": ("float16", "float"),
    "f": ("float32", "float"),
    "g": ("float64", "float"),
}
_CODES = {"c": "b", "C": "B", "s": "h", "S": "H", "l": "q", "L": "Q", "e": "e", "g": "d"}
_TEXTS = {"u": "string", "U": "large_string", "vu": "string_view"}
_UNITS = {"s": ("s", 10**9), "m": ("ms", 10**6), "u": ("us", 10**3), "n": ("ns", 1)}
_OTHERS = {
    "z": "binary",
    "Z": "large_binary",
    "vz": "binary_view",
    "w": "fixed_size_binary",
    "tt": "time of day",
    "ti": "interval",
    "+l": "list",
    "+L": "large_list",
    "+vl": "list_view",
    "+vL": "large_list_view",
    "+w": "fixed_size_list",
    "+s": "struct",
    "+m": "map",
    "+u": "union",
    "+r": "run_end_encoded",
}
_EPOCH = date(1970, 1, 1).toordinal()


def read_batches(frame: Any) -> Iterator[RawBatch]:
    """The record batches of a frame.

    Raises:
        TypeError: it is not a frame, but something else with that interface.
        ConfigError: whole rows of it are missing, or two columns have one name.
    """
    for struct in arrow_c_reader.read_batches(frame):
        if struct.field.format != "+s":
            raise TypeError(f"not a table, but an Arrow array of format {struct.field.format!r}")
        if struct.nulls:
            raise ConfigError("whole rows of the frame are missing: drop them first")
        columns: dict[str, RawColumn] = {}
        for child in struct.children():
            name = child.field.name
            if name in columns:
                raise ConfigError(f"two columns are called {name!r}: rename one, or drop it")
            child.offset += struct.offset
            child.length = struct.length
            columns[name] = raw_column(child)
        yield RawBatch(struct.length, columns)


def raw_column(found: arrow_c_reader.ImportedArray) -> RawColumn:
    """An array as a column."""
    form = found.field.format
    if found.field.dictionary is not None:
        return _coded(found)
    if form == "n":
        return RawColumn("null", "null", Column("null", found.length))
    if form == "b":
        return RawColumn("boolean", "bool", _column("boolean", found, _values(found, 1)))
    if form in _NUMBERS:
        name, kind = _NUMBERS[form]
        return RawColumn(kind, name, _column(kind, found, *_numbers(found, form)))  # type: ignore[arg-type]
    if form in _TEXTS:
        return RawColumn("string", _TEXTS[form], _texts(found))
    if form.startswith("d:"):
        return _decimals(found)
    return _moments(found)


def _column(
    kind: Kind,
    found: arrow_c_reader.ImportedArray,
    values: Any,
    offset: int | None = None,
    **more: Any,
) -> Column:
    """A column whose values begin at the array's offset, or at another."""
    if offset is None or offset == found.offset:
        valid = _valid(found)
        return Column(kind, found.length, values, valid=valid, offset=found.offset, **more)
    return Column(kind, found.length, values, valid=_shifted(found), **more)


def _valid(found: arrow_c_reader.ImportedArray) -> memoryview | None:
    """Which values are there, from the beginning of the buffer on."""
    if not found.nulls:
        return None
    return found.buffer(0, (found.offset + found.length + 7) // 8)


def _shifted(found: arrow_c_reader.ImportedArray) -> bytes | None:
    """Which values are there, from the array's first one on."""
    valid = _valid(found)
    if valid is None:
        return None
    bits = int.from_bytes(valid[found.offset // 8 :], "little") >> found.offset % 8
    size = (found.length + 7) // 8
    return (bits & ((1 << 8 * size) - 1)).to_bytes(size, "little")


def _values(found: arrow_c_reader.ImportedArray, bits: int) -> memoryview:
    return found.buffer(1, ((found.offset + found.length) * bits + 7) // 8)


def _numbers(found: arrow_c_reader.ImportedArray, form: str) -> tuple[Any, int]:
    """Numbers of 64 bits, and where the first one is."""
    code = _CODES.get(form, form)
    size = 2 if code == "e" else array(code).itemsize
    values = _values(found, size * 8)
    if size == 8:
        return values, found.offset
    wanted = "d" if form in "ef" else "q"
    return number_buffers.widened(values[found.offset * size :], code, wanted), 0


def _texts(found: arrow_c_reader.ImportedArray) -> Column:
    if found.field.format == "vu":
        return _views(found)
    code = "i" if found.field.format == "u" else "q"
    size = 4 if code == "i" else 8
    offsets: Any = found.buffer(1, (found.offset + found.length + 1) * size)
    if not offsets:
        return Column.of((), "string")
    end = offsets.cast(code)[found.offset + found.length]
    text = found.buffer(2, end)
    if code == "q":
        return _column("string", found, text, offsets=offsets)
    wide = number_buffers.widened(offsets[found.offset * size :], code, "q")
    return _column("string", found, text, 0 if found.offset else None, offsets=wide)


def _views(found: arrow_c_reader.ImportedArray) -> Column:
    """Texts that are in their views, or in one of several buffers."""
    views = found.buffer(1, (found.offset + found.length) * 16)
    count = max(found.buffers - 3, 0)
    sizes = found.buffer(found.buffers - 1, count * 8).cast("q").tolist() if count else []
    texts = tuple(found.buffer(2 + index, size) for index, size in enumerate(sizes))
    return _column("string", found, views, texts=texts)


def _coded(found: arrow_c_reader.ImportedArray) -> RawColumn:
    """A dictionary and positions in it."""
    known = found.dictionary()
    assert known is not None
    meaning = raw_column(known)
    name = f"dictionary of {meaning.type}"
    if meaning.kind == "foreign":
        return _foreign(name, found)
    form = found.field.format
    if meaning.kind == "string" and form in "iI":  # no dictionary has 2**31 texts
        values = _values(found, 32)
        return RawColumn(
            "string", name, _column("string", found, values, dictionary=meaning.column)
        )
    code = _CODES.get(form, form)
    size = array(code).itemsize
    if meaning.kind == "string" and size < 4:
        narrow = _values(found, size * 8)[found.offset * size :]
        values = number_buffers.widened(narrow, code, "i")
        return RawColumn(
            "string", name, _column("string", found, values, 0, dictionary=meaning.column)
        )
    positions = _integers(found, code, size)
    there = _presence(found)
    if meaning.kind == "string":
        places = array("i", [at if ok else 0 for at, ok in zip(positions, there, strict=True)])
        return RawColumn(
            "string", name, _column("string", found, places, 0, dictionary=meaning.column)
        )
    known_values = meaning.column.to_list()
    found_values = [
        known_values[at] if ok else None for at, ok in zip(positions, there, strict=True)
    ]
    return RawColumn(meaning.kind, name, Column.of(found_values, meaning.column.kind))


def _integers(found: arrow_c_reader.ImportedArray, code: Any, size: int) -> list[int]:
    integers: list[int] = _values(found, size * 8)[found.offset * size :].cast(code).tolist()
    return integers


def _decimals(found: arrow_c_reader.ImportedArray) -> RawColumn:
    precision, scale, *width = map(int, found.field.format[2:].split(","))
    bits = width[0] if width else 128
    size = bits // 8
    memory = _values(found, bits)[found.offset * size :]
    there = _presence(found)
    parts = (memory[row * size : (row + 1) * size] for row in range(found.length))
    unscaled = (int.from_bytes(part, "little", signed=True) for part in parts)
    pairs = zip(unscaled, there, strict=True)
    values = [_decimal(number, scale) if present else None for number, present in pairs]
    return RawColumn("decimal", f"decimal{bits}({precision}, {scale})", Column.of(values, "object"))


def _decimal(unscaled: int, scale: int) -> Decimal:
    sign, digits, _ = Decimal(unscaled).as_tuple()
    return Decimal((sign, digits, -scale))


def _moments(found: arrow_c_reader.ImportedArray) -> RawColumn:
    """Times, dates, durations; or what cannot be written."""
    form = found.field.format
    if form in ("tdD", "tdm"):
        return _dates(found)
    match = re.fullmatch("t([sD])([smun]):?(.*)", form)
    if match is None:
        name = next((name for start, name in _OTHERS.items() if form.startswith(start)), form)
        return _foreign(name, found)
    unit, factor = _UNITS[match[2]]
    values = number_buffers.scaled(_values(found, 64), found.offset, found.length, factor)
    column = Column("integer", found.length, values, valid=_shifted(found))
    if match[1] == "D":
        return RawColumn("duration", f"duration[{unit}]", column)
    if match[3]:
        return RawColumn("time", f"timestamp[{unit}, {match[3]}]", column)
    return RawColumn("naive time", f"timestamp[{unit}]", column)


def _foreign(name: str, found: arrow_c_reader.ImportedArray) -> RawColumn:
    there = _presence(found)
    return RawColumn.foreign(name, found.length, row=there.index(True) if True in there else None)


def _presence(found: arrow_c_reader.ImportedArray) -> list[bool]:
    return Column("boolean", found.length, b"", valid=_shifted(found)).presence()


def _dates(found: arrow_c_reader.ImportedArray) -> RawColumn:
    days = found.field.format == "tdD"
    size, code, name = (4, "i", "date32") if days else (8, "q", "date64")
    counts = _integers(found, code, size)
    there = _presence(found)
    values: list[date | None] = []
    for row, (count, present) in enumerate(zip(counts, there, strict=True)):
        try:
            day = count if days else count // 86_400_000
            values.append(date.fromordinal(_EPOCH + day) if present else None)
        except (OverflowError, ValueError):
            return RawColumn.foreign(
                name, found.length, "a date outside of the years 1 to 9999", row
            )
    return RawColumn("date", name, Column.of(values, "object"))
