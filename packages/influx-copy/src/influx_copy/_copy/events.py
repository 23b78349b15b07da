"""What a running copy reports: one class for each kind of event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from influx_copy._plan.plan import RangeResult
from influx_copy.interfaces import CopyRange

__all__ = [
    "CopyEvent",
    "OnEvent",
    "RangeAdvanced",
    "RangeDone",
    "RangeFailed",
    "RangeHalved",
    "RangeRetried",
    "RangeStarted",
]


@dataclass(frozen=True, slots=True)
class RangeStarted:
    """The copy of a range has begun."""

    range: CopyRange


@dataclass(frozen=True, slots=True)
class RangeAdvanced:
    """A batch was written.

    Attributes:
        range: the range.
        rows: the points of the batch.
        bytes: its bytes in the format of the sink.
    """

    range: CopyRange
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class RangeDone:
    """All points of a range are stored."""

    range: CopyRange
    result: RangeResult


@dataclass(frozen=True, slots=True)
class RangeHalved:
    """The server could not answer for a range, which is replaced by its halves."""

    range: CopyRange
    error: Exception


@dataclass(frozen=True, slots=True)
class RangeRetried:
    """A range is copied again from its beginning after a pause.

    Attributes:
        range: the range.
        error: why.
        seconds: the length of the pause.
    """

    range: CopyRange
    error: Exception
    seconds: float


@dataclass(frozen=True, slots=True)
class RangeFailed:
    """A range is not complete, and is not tried again in this run."""

    range: CopyRange
    error: Exception


CopyEvent: TypeAlias = (
    RangeStarted | RangeAdvanced | RangeDone | RangeHalved | RangeRetried | RangeFailed
)
"""Any event of a copy."""

OnEvent: TypeAlias = Callable[[CopyEvent], None]
"""Called for each event, in the event loop; it must not block."""
