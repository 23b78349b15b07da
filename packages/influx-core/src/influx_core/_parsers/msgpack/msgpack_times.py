"""Times in MessagePack, for which InfluxDB has an extension type."""

from __future__ import annotations

from influx_core.errors import DecodeError
from influx_core.timestamps import UNIT_NS

__all__ = ["time_of"]

_TIME = 5
"""The extension type of InfluxDB's times: seconds in 8 bytes, nanoseconds in 4."""


def time_of(kind: int, data: memoryview) -> int:
    """The nanoseconds of a time, which is what a server sends that was not asked for `epoch`.

    Raises:
        DecodeError: it is another extension type.
    """
    body = bytes(data)  # the length and the slices of the view are wrong before msgspec 0.20
    if kind != _TIME or len(body) != 12:
        raise DecodeError(f"an extension type {kind} is not a type that InfluxDB sends")
    seconds = int.from_bytes(body[:8], "big", signed=True)
    return seconds * UNIT_NS["s"] + int.from_bytes(body[8:], "big", signed=True)
