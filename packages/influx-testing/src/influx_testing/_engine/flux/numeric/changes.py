"""How a column changes from row to row: difference, derivative, running sum, elapsed time.

Nulls stay nulls, except in running sums; the next value is compared with the last one before them.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/difference/ and
https://docs.influxdata.com/flux/v0/stdlib/universe/increase/
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
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
        initial_zero: whether, with `non_negative`, a decrease counts as an increase from zero; a
            decrease below zero is null all the same.
    """
    result: list[_Number | None] = []
    before: _Number | None = None
    for value in values:
        change: _Number | None = None
        if value is not None:
            if before is not None:
                change = value - before
                if non_negative and change < 0:
                    change = value if initial_zero and value >= 0 else None
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
                rate = (value - before[1]) / (float(time - before[0]) / unit)
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


def cumulative(values: Sequence[_Number | None], zero: _Number) -> list[_Number]:
    """Return the sum up to each value, from zero; a null adds nothing."""
    added = (zero if value is None else value for value in values)
    return list(accumulate(added, initial=zero))[1:]


def elapsed_units(times: Sequence[int], unit: int) -> list[int]:
    """Return the whole units of time from each row to the next: one less than there are rows."""
    return [int((after - before) / unit) for before, after in pairwise(times)]
