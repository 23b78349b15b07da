"""What a query tells about the columns of its result, for formats that have no types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

from influx_core._columns.column_types import TIME
from influx_core.interfaces import Deserializer

__all__ = ["NO_HINTS", "ColumnHints", "GuessingDeserializer"]


def _always(column: str) -> bool:
    return True


def _never(column: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ColumnHints:
    """Which columns may hold what, by name.

    Attributes:
        may_be_time: whether a column is read as times if its values have the form of times.
        is_text: whether a column is read as text, whatever its values look like.
    """

    may_be_time: Callable[[str], bool] = _always
    is_text: Callable[[str], bool] = _never

    def limited_to_time(self) -> ColumnHints:
        """The same hints, with no other times than those of the column `time`."""
        return ColumnHints(TIME.__eq__, self.is_text)


NO_HINTS = ColumnHints()


class GuessingDeserializer(Deserializer, Protocol):
    """A deserializer that guesses types by the form of values."""

    def with_hints(self, hints: ColumnHints) -> Self:
        """Return a deserializer for the result of a query that gives these hints."""
        ...
