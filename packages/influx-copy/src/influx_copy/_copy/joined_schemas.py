"""The schema of a measurement over all databases and policies whose points go to one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from influx_copy._copy.options import CopyOptions, target_of
from influx_copy.interfaces import (
    CopyRange,
    CopySink,
    CopySource,
    FieldType,
    PointSchema,
    Target,
)

__all__ = ["RangesBeside", "joined_schema", "ranges_beside"]

RangesBeside: TypeAlias = Callable[[CopyRange], Sequence[CopyRange]]
"""Returns one range of each other database and policy whose points go where those of a range go."""


def ranges_beside(
    ranges: Iterable[CopyRange], sink: CopySink, options: CopyOptions
) -> RangesBeside:
    """Tell which ranges share a place in the sink: their fields have to get one type there.

    Args:
        ranges: all ranges of a copy.
        sink: where they go.
        options: the options of the copy.

    Returns:
        A function that returns, for a range, one range of each other database and policy.
    """
    origins: dict[tuple[Target, str], dict[tuple[str, str], CopyRange]] = {}
    for each in ranges:
        if each.measurement:
            place = (target_of(each, sink, options), each.measurement)
            origins.setdefault(place, {}).setdefault((each.database, each.policy), each)
    shared = {place: tuple(found.values()) for place, found in origins.items() if len(found) > 1}

    def beside(range_: CopyRange) -> Sequence[CopyRange]:
        own = (range_.database, range_.policy)
        found = shared.get((target_of(range_, sink, options), range_.measurement), ())
        return tuple(each for each in found if (each.database, each.policy) != own)

    return beside


async def joined_schema(
    source: CopySource, range_: CopyRange, beside: Iterable[CopyRange] = ()
) -> PointSchema:
    """The tags and fields of the measurement of a range, with those of the ranges beside it."""
    own = await source.schema(range_)
    tags = dict.fromkeys(own.tags)
    fields: dict[str, tuple[FieldType, ...]] = dict(own.fields)
    for other in beside:
        found = await source.schema(other)
        tags |= dict.fromkeys(found.tags)
        for name, types in found.fields.items():
            fields[name] = tuple(dict.fromkeys((*fields.get(name, ()), *types)))
    return PointSchema(tuple(tags), fields)
