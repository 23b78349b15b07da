"""Writes rows in the formats of 3.x.

Source: https://docs.influxdata.com/influxdb3/core/api/
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from itertools import chain
from typing import Any, cast

from influx_core.timestamps import to_rfc3339
from influx_testing._flavors.replies import Reply
from influx_testing.errors import FakeUnsupported

__all__ = ["Record", "TimeWriter", "arrow_time", "written"]

Record = dict[str, Any]

TimeWriter = Callable[[int], str]
"""Prints a time in ns since 1970."""

_SECOND = 1_000_000_000
_LEAST_PLAIN = 1e-5

_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=str)


def written(
    names: Sequence[str],
    batches: Iterable[Sequence[Record]],
    name: str,
    times: Mapping[str, TimeWriter] | None = None,
) -> Reply:
    """Write rows in a format: json, jsonl, csv, pretty or parquet.

    The body is made while it is read, if the format allows it and `batches` is no list.

    Args:
        names: the names of the columns, in order.
        batches: the rows, some at a time; values may be missing.
        name: the format; json if empty.
        times: for each column of times in ns since 1970, the function that prints its times.

    Raises:
        FakeUnsupported: the fake does not support the format, or pyarrow is not installed.
    """
    if name == "parquet":
        return _parquet(names, list(chain.from_iterable(batches)), frozenset(times or ()))
    if name not in _WRITERS:
        raise FakeUnsupported(f"the format {name}")
    write, content_type = _WRITERS[name]
    texts = write(names, (_with_times(records, times or {}) for records in batches))
    pieces = (text.encode("utf-8", "replace") for text in texts)
    whole = isinstance(batches, list)
    return Reply(200, (b"".join(pieces),) if whole else pieces, {"content-type": content_type})


def _with_times(records: Sequence[Record], times: Mapping[str, TimeWriter]) -> Sequence[Record]:
    """The same rows with printed times."""
    for column, writer in times.items():
        records = [
            {**record, column: writer(record[column])} if column in record else record
            for record in records
        ]
    return records


def arrow_time(time: int) -> str:
    """Print a time in ns since 1970 as Arrow does: with 0, 3, 6 or 9 decimals, without zone."""
    seconds, rest = divmod(time, _SECOND)
    whole = to_rfc3339(seconds * _SECOND)[:-1]
    if not rest:
        return whole
    if not rest % 1_000_000:
        return f"{whole}.{rest // 1_000_000:03d}"
    return f"{whole}.{rest:09d}" if rest % 1000 else f"{whole}.{rest // 1000:06d}"


def _array(names: Sequence[str], batches: Iterable[Sequence[Record]]) -> Iterator[str]:
    """Write a JSON array."""
    lead = "["
    for records in batches:
        if records:
            yield lead + ",".join(map(_json, records))
            lead = ","
    yield "[]" if lead == "[" else "]"


def _lines(names: Sequence[str], batches: Iterable[Sequence[Record]]) -> Iterator[str]:
    """Write JSON lines."""
    for records in batches:
        yield "".join(_json(record) + "\n" for record in records)


def _json(value: Any) -> str:
    try:
        return _encoder.encode(value)
    except ValueError:  # a float that is not finite
        return _encoder.encode(_encodable(value))


def _encodable(value: Any) -> Any:
    """Replace a value that JSON cannot represent by null."""
    if value.__class__ is float:
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in cast(Record, value).items()}
    if isinstance(value, list):
        items: list[Any] = value
        return [_encodable(item) for item in items]
    return value


def _csv(names: Sequence[str], batches: Iterable[Sequence[Record]]) -> Iterator[str]:
    yield _csv_text([names])
    for records in batches:
        yield _csv_text([_cell(record.get(name)) for name in names] for record in records)


def _csv_text(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _pretty(names: Sequence[str], batches: Iterable[Sequence[Record]]) -> Iterator[str]:
    """Write a table as text; each column is as wide as its widest cell."""
    yield _table(names, list(chain.from_iterable(batches)))


def _table(names: Sequence[str], records: Sequence[Record]) -> str:
    cells = [[_cell(record.get(name)) for name in names] for record in records]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    if not names:
        return "\n".join(["++", "++"])
    lines = [
        "|" + "|".join(f" {cell:<{width}} " for cell, width in zip(row, widths, strict=True)) + "|"
        for row in (names, *cells)
    ]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


_Writer = Callable[[Sequence[str], Iterable[Sequence[Record]]], Iterator[str]]
_WRITERS: Mapping[str, tuple[_Writer, str]] = {
    "": (_array, "application/json"),
    "csv": (_csv, "text/csv"),
    "json": (_array, "application/json"),
    "jsonl": (_lines, "application/jsonl"),
    "pretty": (_pretty, "text/plain; charset=utf-8"),
}
"""What writes a format in parts, and its content type."""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return _float_text(value) if isinstance(value, float) else str(value)


def _float_text(value: float) -> str:
    """Write a float as Arrow does, whose exponents have neither a plus nor leading zeros."""
    if math.isnan(value):
        return "NaN"
    if _LEAST_PLAIN <= abs(value) < _LEAST_PLAIN * 10:  # Python writes these with an exponent
        return format(Decimal(repr(value)), "f")
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}e{int(power)}" if exponent else mantissa


def _parquet(names: Sequence[str], records: Sequence[Record], times: frozenset[str]) -> Reply:
    """Write rows as a Parquet file; the types are those of the values."""
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError:
        raise FakeUnsupported(
            "format=parquet without pyarrow; install it with: pip install 'influx-testing[sql]'"
        ) from None
    kinds = {name: arrow.timestamp("ns") if name in times else None for name in names}
    columns = {
        name: arrow.array([record.get(name) for record in records], kind)
        for name, kind in kinds.items()
    }
    out = io.BytesIO()
    parquet.write_table(arrow.table(columns), out)
    return Reply(200, (out.getvalue(),), {"content-type": "application/vnd.apache.parquet"})
