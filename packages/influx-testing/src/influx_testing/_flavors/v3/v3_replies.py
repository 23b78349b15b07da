"""The responses of 3.x; errors never have a Content-Type."""

from __future__ import annotations

import json
from typing import Any

from influx_testing._flavors.replies import NO_CONTENT_TYPE, Reply

__all__ = ["document", "json_error", "plain_error"]


def plain_error(status: int, text: str) -> Reply:
    """An error whose body is plain text."""
    return Reply(status, (text.encode("utf-8", "replace"),), NO_CONTENT_TYPE)


def json_error(status: int, body: Any) -> Reply:
    """An error whose body is JSON."""
    data = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Reply(status, (data.encode("utf-8", "replace"),), NO_CONTENT_TYPE)


def document(status: int, body: Any) -> Reply:
    """A response of one JSON document."""
    data = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Reply(status, (data.encode("utf-8", "replace"),), {"content-type": "application/json"})
