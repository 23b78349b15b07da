"""Finds measurements of several databases or policies whose points go to one place."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import replace

from influx_copy._copy.options import CopyOptions, target_of
from influx_copy.errors import RangeTooLarge
from influx_copy.interfaces import CopyRange, CopySink, CopySource, Target

__all__ = ["merged_measurements"]

_Origin = tuple[str, str]
"""Database and policy."""


async def merged_measurements(
    source: CopySource, sink: CopySink, ranges: Iterable[CopyRange], options: CopyOptions
) -> list[str]:
    """Return the measurements that have points in several policies and one target for these.

    A server of InfluxDB 1.x does not tell in which policies a measurement is, so it is asked for
    points, if policies have one target.
    """
    found: dict[tuple[Target, str], dict[_Origin, list[CopyRange]]] = {}
    for each in ranges:
        if each.measurement:
            origins = found.setdefault((target_of(each, sink, options), each.measurement), {})
            origins.setdefault((each.database, each.policy), []).append(each)
    merged: dict[str, None] = {}
    for (_, measurement), origins in found.items():
        if len(origins) < 2 or measurement in merged:
            continue
        holding = 0
        for listed in origins.values():
            holding += await _has_points(source, listed, options)
            if holding > 1:
                merged[measurement] = None
                break
    return list(merged)


async def _has_points(source: CopySource, ranges: list[CopyRange], options: CopyOptions) -> bool:
    """Whether the ranges of one measurement in one policy have selected points."""
    if any(each.part for each in ranges):
        return True  # a file is there because it has points
    start, stop = min(each.start for each in ranges), max(each.stop for each in ranges)
    points = source.read(replace(ranges[0], start=start, stop=stop), options.where)
    try:
        async with aclosing(points):
            async for batch in points:
                if len(batch):
                    return True
    except RangeTooLarge:
        return True
    return False
