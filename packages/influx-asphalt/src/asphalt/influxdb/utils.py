"""The helper functions of asphalt-influxdb 2.1.0, implemented with influx_core and influx_query."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from influx_core import QueryOptions, WriteOptions
from influx_core.timestamps import from_ns, to_ns
from influx_core.timestamps import precision as precision_name
from influx_query import literal, quote_ident

__all__ = [
    "convert_to_timestamp",
    "merge_query_params",
    "merge_write_params",
    "precision_multipliers",
    "quote_string",
    "transform_value",
    "value_types",
]

value_types = str | int | float | Decimal | bool | date
"""What `transform_value` accepts."""

precision_multipliers = {
    "h": 1 / 60 / 60,
    "m": 1 / 60,
    "s": 1,
    "ms": 1000,
    "u": 1000000,
    "n": 1000000000,
    None: 1000000000,
}
"""The units of each precision in a second."""


def quote_string(text: str) -> str:
    """Return a name in double quotes, whether it needs them or not."""
    return quote_ident(text)


def convert_to_timestamp(dt: datetime, precision: str | None) -> int:
    """Return a datetime as an integer timestamp; a naive datetime is local time."""
    return from_ns(to_ns(dt, naive="local"), precision_name(precision or "ns"))


def transform_value(value: value_types) -> str:
    """Return a value as InfluxQL text; a naive datetime is local time."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        value = value.astimezone()
    return str(literal(value))


def merge_write_params(
    old_params: dict[str, Any],
    db: str | None = None,
    username: str | None = None,
    password: str | None = None,
    consistency: Any = None,
    retention_policy: str | None = None,
    precision: str | None = None,
) -> dict[str, Any]:
    """Return the parameters of a write, overridden by options, under the server's names.

    Raises:
        ConfigError: the consistency or the precision is unknown; the error is a ValueError.
    """
    WriteOptions(consistency=consistency, precision=precision)
    return _laid_over(
        old_params,
        consistency=consistency,
        db=db,
        p=password,
        precision=precision,
        rp=retention_policy,
        u=username,
    )


def merge_query_params(
    old_params: dict[str, Any],
    db: str | None = None,
    username: str | None = None,
    password: str | None = None,
    chunked: bool | int | None = None,
    retention_policy: str | None = None,
    epoch: str | None = None,
    chunk_size: int | None = None,
) -> dict[str, Any]:
    """Return the parameters of a query, overridden by options, under the server's names.

    Raises:
        ConfigError: the epoch is unknown; the error is a ValueError.
    """
    QueryOptions(epoch=epoch, chunked=chunked, chunk_size=chunk_size)
    return _laid_over(
        old_params,
        db=db,
        p=password,
        chunked=chunked,
        chunk_size=chunk_size,
        epoch=epoch,
        rp=retention_policy,
        u=username,
    )


def _laid_over(old_params: dict[str, Any], **params: Any) -> dict[str, Any]:
    return {**old_params, **{name: value for name, value in params.items() if value is not None}}
