"""Sorts the points of several series by time, column by column.

numpy sorts many points if it is installed; the result is the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import chain, islice
from operator import eq
from typing import Any, NamedTuple, TypeGuard

from influx_testing._engine.select.merging.numpy_arrays import numpy_copy, numpy_pays

__all__ = ["TimeOrder", "time_order"]

_Columns = Sequence[Sequence[Any]]
"""A column of each series."""


class TimeOrder(NamedTuple):
    """The points of several series in ascending order of time; equal times keep their order.

    Attributes:
        times: the sorted times.
        has_equal: whether two points have the same time.
        take: returns the values of a column of each series, in that order.
    """

    times: Sequence[int]
    has_equal: bool
    take: Callable[[_Columns], Sequence[Any]]


def time_order(times: Sequence[Sequence[int]]) -> TimeOrder:
    """Return the order of the points of several series; their times need not be sorted."""
    if not numpy_pays(sum(map(len, times))) or not _are_numbers(times):
        return plain_order(times)
    return numpy_order(times)


def plain_order(times: Sequence[Sequence[int]]) -> TimeOrder:
    """`time_order` in pure Python."""
    joined = list(chain.from_iterable(times))
    places = sorted(range(len(joined)), key=joined.__getitem__)

    def take(columns: _Columns) -> Sequence[Any]:
        return list(map(list(chain.from_iterable(columns)).__getitem__, places))

    ordered = list(map(joined.__getitem__, places))
    return TimeOrder(ordered, any(map(eq, ordered, islice(ordered, 1, None))), take)


def numpy_order(times: Sequence[Sequence[int]]) -> TimeOrder:
    """`time_order` with numpy; the times are arrays."""
    numpy: Any = import_module("numpy")

    def joined(columns: Sequence[array[Any]]) -> Any:
        return numpy.concatenate([numpy_copy(numpy, part) for part in columns])

    def take(columns: _Columns) -> Sequence[Any]:
        if not _are_numbers(columns):
            return list(map(list(chain.from_iterable(columns)).__getitem__, places.tolist()))
        taken = columns[0][:0]
        taken.frombytes(joined(columns)[places].tobytes())
        return taken

    assert _are_numbers(times)
    unsorted = joined(times)
    places = unsorted.argsort(kind="stable")
    ordered = unsorted[places]
    has_equal = bool((ordered[1:] == ordered[:-1]).any())
    return TimeOrder(array("q", ordered.tobytes()), has_equal, take)


def _are_numbers(columns: _Columns) -> TypeGuard[Sequence[array[Any]]]:
    """Whether all columns are arrays of the same type."""
    arrays = [column for column in columns if isinstance(column, array)]
    return len(arrays) == len(columns) and len({column.typecode for column in arrays}) == 1
