"""The InfluxQL of a copy: how a range, a measurement and tags are written."""

from __future__ import annotations

from collections.abc import Mapping

from influx_copy.interfaces import CopyRange
from influx_query import quote_ident, quote_string

__all__ = ["grouped_select", "one_value_select", "tagged_select"]


def grouped_select(range_: CopyRange, tags: Mapping[str, str]) -> str:
    """Select all fields, with a series for each set of tags."""
    return f"SELECT *::field FROM {_source(range_)} WHERE {_where(range_, tags)} GROUP BY *"  # noqa: S608 - quoted


def tagged_select(range_: CopyRange, tags: Mapping[str, str]) -> str:
    """Select all fields, then all tags, in one series in the order of time."""
    return f"SELECT *::field, *::tag FROM {_source(range_)} WHERE {_where(range_, tags)}"  # noqa: S608 - quoted


def one_value_select(range_: CopyRange, field: str) -> str:
    """Select one value of a field, from which its type in this range follows."""
    name = quote_ident(field)
    return f"SELECT {name}::field FROM {_source(range_)} WHERE {_where(range_, {})} LIMIT 1"  # noqa: S608 - quoted


def _source(range_: CopyRange) -> str:
    names = [range_.policy] if range_.policy else []
    return ".".join(quote_ident(name) for name in (*names, range_.measurement))


def _where(range_: CopyRange, tags: Mapping[str, str]) -> str:
    chosen = [f"{quote_ident(key)}::tag = {quote_string(value)}" for key, value in tags.items()]
    return " AND ".join([f"time >= {range_.start}", f"time < {range_.stop}", *chosen])
