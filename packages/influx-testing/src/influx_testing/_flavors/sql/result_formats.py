"""Writes Arrow tables in the formats of 3.x, without loops over rows.

DataFusion writes JSON lines and CSV as the real server does, which uses the same library.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from influx_testing._flavors.v3.row_formats import arrow_time

__all__ = ["RESULT_FORMATS", "SCHEMA", "STREAM", "FileWriter", "formatted"]

SCHEMA = "schema"
"""Asks for the schema of the rows only, as an IPC message of Arrow."""

STREAM = "stream"
"""Asks for a file of rows, in the IPC stream format of Arrow, instead of the rows."""

_NS = 1_000_000_000


class FileWriter(Protocol):
    """Writes JSON lines and CSV to files."""

    def written(self, table: Any, path: str, format_: str) -> None:
        """Write a table to a file in the format `json` or `csv`; CSV without a header."""
        ...


def formatted(table: Any, format_: str, writer: FileWriter, scratch: Path) -> bytes:
    """Write a table.

    Args:
        table: an Arrow table.
        format_: one of `RESULT_FORMATS`.
        writer: writes JSON lines and CSV to a file in `scratch`.
        scratch: a directory for temporary files.
    """
    return RESULT_FORMATS[format_](table, writer, scratch)


def _arrow(table: Any, writer: FileWriter, scratch: Path) -> bytes:
    """Write the IPC stream format of Arrow."""
    out = io.BytesIO()
    with import_module("pyarrow.ipc").new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return out.getvalue()


def _parquet(table: Any, writer: FileWriter, scratch: Path) -> bytes:
    out = io.BytesIO()
    import_module("pyarrow.parquet").write_table(table, out)
    return out.getvalue()


def _jsonl(table: Any, writer: FileWriter, scratch: Path) -> bytes:
    """Write JSON lines: nulls are left out; NaN and infinities are null."""
    return _file(_last_of_each_name(table), "json", writer, scratch)


def _json(table: Any, writer: FileWriter, scratch: Path) -> bytes:
    lines = _jsonl(table, writer, scratch).rstrip(b"\n")
    return b"[" + lines.replace(b"\n", b",") + b"]"


def _csv(table: Any, writer: FileWriter, scratch: Path) -> bytes:
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(table.column_names)
    numbered = table.rename_columns([str(index) for index in range(table.num_columns)])
    return header.getvalue().encode() + _file(numbered, "csv", writer, scratch)


def _file(table: Any, format_: str, writer: FileWriter, scratch: Path) -> bytes:
    if not len(table):
        return b""
    path = scratch / f"result.{format_}"
    writer.written(table, str(path), format_)
    data = path.read_bytes()
    path.unlink()
    return data


def _last_of_each_name(table: Any) -> Any:
    """Keep the last of several columns with the same name, as JSON parsers do."""
    places = {name: index for index, name in enumerate(table.column_names)}
    return table.select(sorted(places.values()))


def _pretty(table: Any, writer: FileWriter, scratch: Path) -> bytes:
    """Write a table as text; each column is as wide as its widest cell."""
    if not len(table):
        return b"++\n++"
    columns = [
        [name, *map(str, _texts(column))]
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    widths = [max(map(len, column)) for column in columns]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    lines = [
        "|" + "|".join(f" {cell:<{width}} " for cell, width in zip(row, widths, strict=True)) + "|"
        for row in zip(*columns, strict=True)
    ]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule]).encode()


RESULT_FORMATS: Mapping[str, Callable[[Any, FileWriter, Path], bytes]] = {
    "arrow": _arrow,
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "pretty": _pretty,
}


def _texts(column: Any) -> Sequence[str]:
    """The cells of a column in the text form of Arrow; null is empty."""
    types: Any = import_module("pyarrow").types
    kind = column.type
    if types.is_timestamp(kind):
        return _time_texts(column)
    if types.is_floating(kind):
        return ["" if value is None else float_text(value) for value in column.to_pylist()]
    if types.is_struct(kind):
        return list(_struct_texts(column))
    if types.is_duration(kind):
        return _duration_texts(column)
    if types.is_time(kind):
        column = column.cast(import_module("pyarrow").string())
    return ["" if value is None else _text(value) for value in column.to_pylist()]


def _duration_texts(column: Any) -> list[str]:
    """Durations in the form of ISO 8601: `PT0.5S`."""
    arrow: Any = import_module("pyarrow")
    lengths = column.cast(arrow.duration("ns")).cast(arrow.int64()).to_pylist()
    return ["" if each is None else _duration_text(each) for each in lengths]


def _duration_text(length: int) -> str:
    """Write a duration in ns in the form of ISO 8601."""
    if length == 0:
        return "P0D"
    seconds, rest = divmod(abs(length), _NS)
    fraction = f".{rest:09}".rstrip("0").rstrip(".")
    return f"{'-' if length < 0 else ''}PT{seconds}{fraction}S"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return str(value)


def float_text(value: float) -> str:
    """Write a float in the form of Rust, `1e16` and `1e-7`, not `1e+16` and `1e-07`."""
    text = repr(value)
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa}e{int(exponent)}"
    return {"nan": "NaN"}.get(text, text)


def _struct_texts(column: Any) -> Iterator[str]:
    """Write structs as `{value: 1.0, time: 1970-01-01T00:00:00}`."""
    names = [field.name for field in column.type]
    array = column.combine_chunks()
    for chunk in array.chunks if hasattr(array, "chunks") else [array]:
        fields = [_texts(chunk.field(name)) for name in names]
        valid = chunk.is_valid().to_pylist()
        for is_valid, *values in zip(valid, *fields, strict=True):
            pairs = (f"{name}: {value}" for name, value in zip(names, values, strict=True))
            yield f"{{{', '.join(pairs)}}}" if is_valid else ""


def _time_texts(column: Any) -> list[str]:
    arrow: Any = import_module("pyarrow")
    zone = column.type.tz
    times = column.cast(arrow.timestamp("ns", zone))
    instants: list[int | None] = times.cast(arrow.int64()).to_pylist()
    if zone is None:
        return ["" if time is None else arrow_time(time) for time in instants]
    compute: Any = import_module("pyarrow.compute")
    local = compute.local_timestamp(times).cast(arrow.int64()).to_pylist()
    return [
        "" if time is None else arrow_time(shown) + _offset(shown - time)
        for time, shown in zip(instants, local, strict=True)
    ]


def _offset(difference: int) -> str:
    """The offset from UTC in the form of RFC 3339."""
    if difference == 0:
        return "Z"
    hours, minutes = divmod(abs(difference) // _NS // 60, 60)
    return f"{'-' if difference < 0 else '+'}{hours:02}:{minutes:02}"
