"""What the formats share: their protocol, the conversion of times, and series as objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Protocol

from influx_core.timestamps import to_rfc3339
from influx_testing._engine.statements.result_series import Result, ResultSeries

__all__ = ["ResponseFormat", "UnencodableError", "series_object", "text_writer", "time_writer"]

_UNITS = {
    "u": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnencodableError(Exception):
    """A format cannot write a value; the text is the error that the server returns instead."""


class ResponseFormat(Protocol):
    """Writes the bodies of responses in one format."""

    content_type: str

    def answer(self, results: Iterable[Result]) -> bytes:
        """Write results as one document.

        Raises:
            UnencodableError: a value cannot be written.
        """
        ...

    def error(self, message: str) -> bytes:
        """Write the error of a whole request."""
        ...


def _in_unit(unit: int) -> Callable[[int], int]:
    def convert(time: int) -> int:
        return time // unit if time >= 0 else -(-time // unit)

    return convert


def time_writer(epoch: str, otherwise: Callable[[int], Any]) -> Callable[[int], Any]:
    if not epoch:
        return otherwise
    return _in_unit(_UNITS.get(epoch, 1))


def text_writer(zone: tzinfo | None) -> Callable[[int], str]:
    """Return a function that writes times as RFC 3339 in a time zone."""
    if zone is None:
        return to_rfc3339

    def write(time: int) -> str:
        text = to_rfc3339(time)
        stamp = (_EPOCH + timedelta(seconds=time // 1_000_000_000)).astimezone(zone)
        local = stamp.isoformat()
        shift = "Z" if local.endswith("+00:00") else local[19:]
        return f"{local[:19]}{text[19:-1]}{shift}"

    return write


def series_object(series: ResultSeries, values: list[list[Any]]) -> dict[str, Any]:
    """Convert a series to an object; empty members are left out."""
    shown: dict[str, Any] = {
        "name": series.name,
        "tags": series.tags,
        "columns": series.columns,
        "values": values,
        "partial": series.partial,
    }
    return {name: value for name, value in shown.items() if value}
