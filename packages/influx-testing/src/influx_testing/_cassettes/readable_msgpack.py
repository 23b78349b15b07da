"""Converts MessagePack to readable JSON, and back to the same bytes."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable
from typing import Any, cast

import msgspec

from influx_core.timestamps import to_ns, to_rfc3339

__all__ = ["from_readable", "to_readable"]

_TIME = 5
_SECOND = 1_000_000_000


def to_readable(data: bytes) -> list[Any] | None:
    """Decode documents as JSON values; None if `from_readable` cannot restore the same bytes."""
    try:
        documents = [_readable(document) for document in _documents(data)]
        return documents if from_readable(documents) == data else None
    except (ArithmeticError, ValueError, RecursionError, msgspec.MsgspecError):
        return None


def from_readable(documents: list[Any]) -> bytes:
    """Encode the result of `to_readable` as MessagePack."""
    return b"".join(msgspec.msgpack.encode(_plain(document)) for document in documents)


def _documents(data: bytes) -> list[Any]:
    """Decode consecutive documents; a chunked response has several."""
    documents: list[Any] = []
    while data:
        document, size = _first(data)
        documents.append(document)
        data = data[size:]
    return documents


def _first(data: bytes) -> tuple[Any, int]:
    """Decode the first document; returns it and its size in bytes."""
    try:
        return msgspec.msgpack.decode(data), len(data)
    except msgspec.DecodeError as error:
        size = _end_of_document(str(error))
        return msgspec.msgpack.decode(data[:size]), size


def _end_of_document(message: str) -> int:
    """The offset of trailing bytes, from the error message of msgspec, such as `(byte 17)`.

    Raises:
        ValueError: the message is about another error.
    """
    place = message.rpartition("(byte ")[2].rstrip(")")
    if "trailing" not in message or not place.isdecimal():
        raise ValueError(message)
    return int(place)


def _readable(value: Any) -> Any:
    if isinstance(value, msgspec.msgpack.Ext):
        return _readable_extension(value)
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(value)}
    return _mapped(value, _readable)


def _readable_extension(value: msgspec.msgpack.Ext) -> dict[str, Any]:
    data = bytes(value.data)
    if value.code == _TIME and len(data) == 12:
        seconds = int.from_bytes(data[:8], "big", signed=True)
        return {"$time": to_rfc3339(seconds * _SECOND + int.from_bytes(data[8:], "big"))}
    return {"$ext": value.code, "data": base64.b64encode(data).decode()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        if "$time" in fields:
            return _time(to_ns(fields["$time"]))
        if "$ext" in fields:
            return msgspec.msgpack.Ext(fields["$ext"], base64.b64decode(fields["data"]))
        if "$bytes" in fields:
            return base64.b64decode(fields["$bytes"])
        if "$float" in fields:
            return float(fields["$float"])
    return _mapped(value, _plain)


def _time(ns: int) -> msgspec.msgpack.Ext:
    seconds, rest = divmod(ns, _SECOND)
    data = seconds.to_bytes(8, "big", signed=True) + rest.to_bytes(4, "big")
    return msgspec.msgpack.Ext(_TIME, data)


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: change(each) for name, each in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [change(each) for each in cast(Iterable[Any], value)]
    return value
