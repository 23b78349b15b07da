"""The responses of 3.x; errors never have a Content-Type."""

from __future__ import annotations

import json
from typing import Any

from influx_testing._flavors.replies import NO_CONTENT_TYPE, Reply

__all__ = ["ErrorReply", "document", "json_error", "object_error", "plain_error"]


class ErrorReply(Reply):
    """An error.

    Args:
        status: the HTTP status.
        text: the error.
        body: the body of the response.

    Attributes:
        text: the error.
    """

    def __init__(self, status: int, text: str, body: str) -> None:
        super().__init__(status, (body.encode("utf-8", "replace"),), NO_CONTENT_TYPE)
        self.text = text


def plain_error(status: int, text: str) -> ErrorReply:
    """An error whose body is plain text."""
    return ErrorReply(status, text, text)


def json_error(status: int, text: str, data: Any = None) -> ErrorReply:
    """An error whose body is JSON, with more data if there are any."""
    body = {"error": text} if data is None else {"error": text, "data": data}
    return ErrorReply(status, text, _json(body))


def object_error(status: int, body: dict[str, str]) -> ErrorReply:
    """An error whose body is another JSON object."""
    return ErrorReply(status, body["message"], _json(body))


def document(status: int, body: Any, content_type: str = "application/json") -> Reply:
    """A response of one JSON document."""
    data = _json(body).encode("utf-8", "replace")
    return Reply(status, (data,), {"content-type": content_type})


def _json(body: Any) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
