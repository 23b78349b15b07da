"""Finds the rows of a frame that a server refused, and returns them with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from influx_core import DataPoint, DeadLetter
from influx_core.lineprotocol import decode
from influx_dataframe import encode_frame

__all__ = ["error_column", "refused_rows", "with_errors"]

_ROWS = 5_000
"""The rows that are compared with dead letters at once."""


def error_column(columns: Iterable[Any]) -> str:
    """The name of the column of reasons: `error`, with a number if a column is called so."""
    known, name, number = set(columns), "error", 0
    while name in known:
        number += 1
        name = f"error_{number}"
    return name


def refused_rows(
    frame: Any, letters: Iterable[DeadLetter], measurement: str | None, params: Mapping[str, Any]
) -> dict[int, str]:
    """The rows that stand in dead letters, with the reasons.

    Args:
        frame: the rows that were written.
        letters: the lines that were given up.
        measurement: see `influx_dataframe.encode_frame`.
        params: how the rows were written.
    """
    by_time: dict[object, list[tuple[DataPoint, str]]] = {}
    for letter in letters:
        for point in decode(letter.lines):
            by_time.setdefault(point.timestamp, []).append((point, letter.reason))
    found: dict[int, str] = {}
    if by_time:
        for start in range(0, len(frame), _ROWS):
            rows = frame.iloc[start : start + _ROWS]
            for row, written in _written_points(rows, measurement, params):
                for point, reason in by_time.get(written.timestamp, ()):
                    if point == written:
                        found[start + row] = reason
    return found


def _written_points(
    frame: Any, measurement: str | None, params: Mapping[str, Any]
) -> Iterable[tuple[int, DataPoint]]:
    """The rows that can be encoded, with the points that they are."""
    invalid: set[int] = set()
    lines = encode_frame(
        frame, measurement, **params, on_invalid=lambda row, _error: invalid.add(row)
    )
    valid = (row for row in range(len(frame)) if row not in invalid)
    return zip(valid, decode(lines), strict=True)


def with_errors(frame: Any, errors: Mapping[int, str]) -> Any:
    """The rows with errors, with a column of the errors."""
    rows = sorted(errors)
    return frame.iloc[rows].assign(**{error_column(frame.columns): [errors[r] for r in rows]})
