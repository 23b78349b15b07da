"""How a column changes from row to row: difference, derivative, running sum, elapsed time.

Nulls stay nulls; the next value is compared with the last one before them.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/difference/
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

__all__ = ["cumulative", "derivatives", "differences", "elapsed_units", "kept_times"]

_Number = TypeVar("_Number", int, float)


def differences(
    values: Sequence[_Number | None], *, non_negative: bool = False, initial_zero: bool = False
) -> list[_Number | None]:
    """Return each value minus the last one before it; the first is None.

    Args:
        values: the column.
        non_negative: whether a decrease is null.
        initial_zero: whether, with `non_negative`, a decrease counts as an increase from zero.
    """
    result: list[_Number | None] = []
    before: _Number | None = None
    for value in values:
        change: _Number | None = None
        if value is not None:
            if before is not None:
                change = value - before
                if non_negative and change < 0:
                    change = value if initial_zero else None
            before = value
        result.append(change)
    return result


def derivatives(
    times: Sequence[int],
    values: Sequence[float | None],
    unit: int,
    *,
    non_negative: bool = False,
    initial_zero: bool = False,
) -> list[float | None]:
    """Return the change for each unit of time; the first is None.

    Args:
        times: the times of the rows, in ascending order, each once.
        values: the column.
        unit: nanoseconds for which the change is told.
        non_negative: whether a decrease is null.
        initial_zero: whether, with `non_negative`, a decrease is zero.
    """
    result: list[float | None] = []
    before: tuple[int, float] | None = None
    for time, value in zip(times, values, strict=True):
        rate: float | None = None
        if value is not None:
            if before is not None:
                rate = (value - before[1]) / ((time - before[0]) / unit)
                if non_negative and rate < 0:
                    rate = 0.0 if initial_zero else None
            before = time, value
        result.append(rate)
    return result


def kept_times(times: Sequence[int | None], function: str, column: str = "time") -> list[int]:
    """Return the indexes of the rows whose time differs from the one before.

    Raises:
        ValueError: a time is null, or earlier than the one before.
    """
    kept: list[int] = []
    before: int | None = None
    for index, time in enumerate(times):
        if time is None:
            raise ValueError(f"{function} found null time in {column} column")
        if before is not None and time < before:
            raise ValueError(f"{function} found out-of-order times in {column} column")
        if time != before:
            kept.append(index)
        before = time
    return kept


def cumulative(values: Sequence[_Number | None]) -> list[_Number | None]:
    """Return the sum up to each value; a null stays null."""
    result: list[_Number | None] = []
    total: _Number | None = None
    for value in values:
        if value is not None:
            total = value if total is None else total + value
        result.append(None if value is None else total)
    return result


def elapsed_units(times: Sequence[int], unit: int) -> list[int]:
    """Return the whole units of time from each row to the next: one less than there are rows."""
    return [int((after - before) / unit) for before, after in pairwise(times)]
