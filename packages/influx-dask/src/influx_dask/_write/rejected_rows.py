"""Finds the rows of a frame that a server refused, and returns them with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from influx_core import DataPoint, DeadLetter
from influx_core.lineprotocol import decode
from influx_dask._frame_libraries import np
from influx_dataframe import encode_frame

__all__ = ["error_column", "refused_rows", "with_errors"]


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
    points = [(point, letter.reason) for letter in letters for point in decode(letter.lines)]
    by_time: dict[object, list[tuple[DataPoint, str]]] = {}
    for point, reason in points:
        by_time.setdefault(point.timestamp, []).append((point, reason))
    found: dict[int, str] = {}
    for row in _candidates(frame, [point.timestamp for point, _ in points]):
        lines = encode_frame(frame.iloc[row : row + 1], measurement, **params)
        written = decode(lines)[0]
        for point, reason in by_time.get(written.timestamp, ()):
            if point == written:
                found[row] = reason
    return found


def with_errors(frame: Any, errors: Mapping[int, str]) -> Any:
    """The rows with errors, with a column of the errors."""
    rows = sorted(errors)
    return frame.iloc[rows].assign(**{error_column(frame.columns): [errors[r] for r in rows]})


def _candidates(frame: Any, times: list[Any]) -> Iterable[int]:
    """The rows that may be refused: those of the times, if the index has the times."""
    if str(frame.index.dtype) != "datetime64[ns, UTC]":
        return range(len(frame))
    return [int(row) for row in np.flatnonzero(np.isin(frame.index.asi8, times))]
