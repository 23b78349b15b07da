"""LazyColumns: columns that are converted when they are first used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

from influx_core._columns.arrow_layout import Column

__all__ = ["LazyColumns"]


class LazyColumns(ABC):
    """Columns of equal length, in the memory of a library that can slice and join them itself.

    A deserializer passes one to `influx_core.ColumnSeries` in place of its columns.
    """

    @property
    @abstractmethod
    def width(self) -> int:
        """The number of columns."""

    @property
    @abstractmethod
    def length(self) -> int:
        """The number of rows."""

    @abstractmethod
    def convert(self) -> tuple[Column, ...]:
        """Convert all columns; called once."""

    @abstractmethod
    def part(self, positions: Sequence[int], start: int, stop: int) -> Self:
        """Return the columns at these positions, and of them the rows `start` to `stop - 1`."""

    @abstractmethod
    def joined(self, others: Sequence[LazyColumns]) -> LazyColumns | None:
        """Return these rows, followed by those of others; None if the columns differ."""
