"""What a source or a sink cannot give or keep of points, and what a copy is allowed to lose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from influx_copy.interfaces import ALL_TIME, FieldType

__all__ = ["LOSSES", "Loss", "SinkLimits"]

Loss: TypeAlias = Literal[
    "digits", "merged", "missing", "repeats", "strings", "times", "types", "unreadable"
]
"""What a copy loses; see `LOSSES`."""

LOSSES: Mapping[Loss, str] = {
    "digits": "numbers are rounded",
    "merged": "points of several databases or policies go to one place and replace each other",
    "missing": "a point without a field has false in it",
    "repeats": "points are stored twice if a range is copied again, as after a failure",
    "strings": "fields that are strings are left out",
    "times": "times are rounded down to the unit of the sink",
    "types": "fields change their types",
    "unreadable": "the source lists series without fields, and returns no points of them",
}
"""What each loss means."""


@dataclass(frozen=True, slots=True)
class SinkLimits:
    """What a sink cannot keep; by default it keeps everything.

    Attributes:
        time_unit: its unit of times in nanoseconds.
        first: the first time that it stores, in nanoseconds.
        stop: the nanosecond after the last time that it stores.
        instead: the types that it does not have, and those that it has instead.
        left_out: the types that it does not store at all.
        rounds: whether it rounds numbers.
        fills: whether it stores false for a missing boolean.
        replaces: whether a point replaces the one with the same series and time.
        reserved: names that no tag and field can have, in lower case.
        one_table: whether tags and fields are columns of one table, whose names do not differ by
            case alone.
        table_names: a pattern of characters that a measurement cannot have.
        column_names: a pattern of characters that a tag and a field cannot have.
        tag_values: a pattern of characters that the value of a tag cannot have.
        separator: the text between measurement and field, if the sink joins both to one name, and
            its source gives a measurement of this name with the field `value`.
    """

    time_unit: int = 1
    first: int = ALL_TIME[0]
    stop: int = ALL_TIME[1]
    instead: Mapping[FieldType, FieldType] = field(default_factory=dict[FieldType, FieldType])
    left_out: frozenset[FieldType] = frozenset()
    rounds: bool = False
    fills: bool = False
    replaces: bool = True
    reserved: frozenset[str] = frozenset()
    one_table: bool = False
    table_names: re.Pattern[str] | None = None
    column_names: re.Pattern[str] | None = None
    tag_values: re.Pattern[str] | None = None
    separator: str | None = None
