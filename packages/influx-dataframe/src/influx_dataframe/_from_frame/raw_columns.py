"""Columns of a few kinds: the common form of frames from all libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from influx_core.columns import Column

__all__ = ["RawBatch", "RawColumn", "RawColumnKind"]

RawColumnKind: TypeAlias = Literal[
    "null",
    "boolean",
    "integer",
    "unsigned",
    "float",
    "string",
    "time",
    "naive time",
    "duration",
    "date",
    "decimal",
    "foreign",
]


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column as it was found.

    Attributes:
        kind: what the values are. Times and durations count nanoseconds; dates and decimals are
            Python's; `foreign` is what no field or tag can be.
        type: the name its library has for its type.
        column: the values; those of times and durations are integers, without any for `foreign`.
        reason: why a `foreign` column cannot be written.
        row: the first row which that concerns; None if it is all of them.
    """

    kind: RawColumnKind
    type: str
    column: Column
    reason: str = ""
    row: int | None = None

    @classmethod
    def foreign(
        cls, type_: str, length: int, reason: str = "", row: int | None = None
    ) -> RawColumn:
        """A column that cannot be written."""
        return cls("foreign", type_, Column("null", length), reason, row)


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Rows of a frame.

    Attributes:
        length: how many.
        columns: by name.
        index: those of `columns` that are the frame's index.
        time: the column that is the index in time; None if there is none.
    """

    length: int
    columns: Mapping[str, RawColumn]
    index: tuple[str, ...] = ()
    time: str | None = None
