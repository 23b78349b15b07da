"""DataPoint: one measurement at one time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from influx_core.timestamps import Timestamp

__all__ = ["DataPoint", "PointLike"]


class DataPoint(msgspec.Struct, frozen=True, eq=True, omit_defaults=True):
    """A data point: a measurement's name, tags, fields and a timestamp."""

    measurement: str
    tags: Mapping[str, Any]
    fields: Mapping[str, Any]
    timestamp: Timestamp | None = None

    __hash__ = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if not self.fields:
            raise ValueError("at least one field is required")


PointLike: TypeAlias = (
    DataPoint | tuple[str, Mapping[str, Any] | None, Mapping[str, Any], Timestamp | None]
)
"""What is taken wherever points are: a DataPoint, or a tuple of its four members."""
