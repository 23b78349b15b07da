"""The formats in which 3.x writes rows.

Source: https://docs.influxdata.com/influxdb3/core/api/
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from influx_core.timestamps import to_rfc3339
from influx_testing._flavors.replies import Reply
from influx_testing.errors import FakeUnsupported

__all__ = ["Record", "arrow_time", "written"]

Record = dict[str, Any]

_DIGITS = (0, 3, 6, 9)


def written(names: Sequence[str], records: Sequence[Record], name: str) -> Reply:
    """Write rows in a format: json, jsonl, csv or pretty.

    Args:
        names: the columns, in order.
        records: the rows; a value may be missing.
        name: the format; json if empty.

    Raises:
        FakeUnsupported: there is no such format here.
    """
    if name in {"", "json"}:
        data = json.dumps(records, separators=(",", ":"), default=str)
        return _reply(data, "application/json; charset=utf-8")
    if name == "jsonl":
        lines = "".join(json.dumps(record, default=str) + "\n" for record in records)
        return _reply(lines, "application/jsonl")
    if name == "csv":
        return _reply(_csv(names, records), "text/csv")
    if name == "pretty":
        return _reply(_pretty(names, records), "text/plain; charset=utf-8")
    raise FakeUnsupported(f"the format {name}")


def arrow_time(time: int) -> str:
    """A time in ns since 1970 as Arrow prints it: no zone, and 0, 3, 6 or 9 digits of a second."""
    whole, _, fraction = to_rfc3339(time).removesuffix("Z").partition(".")
    width = next(digits for digits in _DIGITS if digits >= len(fraction))
    return f"{whole}.{fraction.ljust(width, '0')}" if fraction else whole


def _reply(text: str, content_type: str) -> Reply:
    return Reply(200, (text.encode(),), {"content-type": content_type})


def _shown(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _csv(names: Sequence[str], records: Sequence[Record]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_shown(record.get(name)) for name in names] for record in records)
    return out.getvalue()


def _pretty(names: Sequence[str], records: Sequence[Mapping[str, Any]]) -> str:
    """A table of signs, each column as wide as its widest cell."""
    cells = [[_cell(record.get(name)) for name in names] for record in records]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    lines = [
        "|" + "|".join(f" {cell:<{width}} " for cell, width in zip(row, widths, strict=True)) + "|"
        for row in (names, *cells)
    ]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def _cell(value: Any) -> str:
    return "" if value is None else str(_shown(value))
