"""Parses short response bodies safely, even those of a hostile server. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

__all__ = ["read_object"]

_INVALID = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for other documents, for text that is not UTF-8, and for deep nesting."""


def read_object(body: bytes, content_type: str = "application/json") -> Mapping[str, Any] | None:
    """The object that a body holds; None where it holds anything else.

    Args:
        body: JSON or MessagePack.
        content_type: of the body.
    """
    decode = msgspec.msgpack.decode if "msgpack" in content_type else msgspec.json.decode
    try:
        return decode(body, type=dict[str, Any])
    except _INVALID:
        return None
