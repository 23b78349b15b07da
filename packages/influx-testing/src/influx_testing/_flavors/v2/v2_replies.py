"""The responses of 2.x: documents, and errors with a code and a message.

Source: https://docs.influxdata.com/influxdb/v2/reference/api/
"""

from __future__ import annotations

import json
from typing import Any

from influx_testing._flavors.replies import NO_CONTENT_TYPE, Reply

__all__ = ["invalid_for", "json_reply", "no_content", "refuse", "refuse_write"]

_CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    405: "method not allowed",
    413: "request too large",
    422: "unprocessable entity",
    429: "too many requests",
    500: "internal error",
    501: "not implemented",
    503: "unavailable",
}


def json_reply(status: int, document: Any) -> Reply:
    """A response of one JSON document."""
    data = json.dumps(document, separators=(",", ":")).encode()
    return Reply(status, (data,), {"content-type": "application/json; charset=utf-8"})


def no_content() -> Reply:
    """A response without a body."""
    return Reply(204, (), NO_CONTENT_TYPE)


def refuse(status: int, message: str, code: str = "") -> Reply:
    """An error; its code follows from the status unless it is given."""
    code = code or _CODES.get(status, "internal error")
    reply = json_reply(status, {"code": code, "message": message})
    reply.headers["x-platform-error-code"] = code
    return reply


def invalid_for(reason: Reply, failure: str) -> Reply:
    """An error with status 400, whatever the status of its reason is: `failure: reason`."""
    message = json.loads(b"".join(reason.pieces))["message"]
    return refuse(400, f"{failure}: {message}")


def refuse_write(status: int, message: str) -> Reply:
    """An error of a write; a partial write and a body that is too large have texts of their own."""
    if message.startswith("partial write"):
        return refuse(422, f"failure writing points to database: {message}")
    if status == 413:
        return refuse(413, "unable to read data: points batch is too large")
    return refuse(status, message)
