"""The faults of a server; `server.fail(...)` selects the requests to which a fault applies.

A fault receives a request and the server. It can respond itself, modify the response of the server,
or pass another request to the server.
"""

from influx_testing._faults.response_faults import (
    Fault,
    drop,
    error_mid_stream,
    expired_token,
    garbage,
    partial_write,
    reset,
    slow_body,
    slow_headers,
    status,
    too_large,
    truncate,
    type_conflict,
)

__all__ = [
    "Fault",
    "drop",
    "error_mid_stream",
    "expired_token",
    "garbage",
    "partial_write",
    "reset",
    "slow_body",
    "slow_headers",
    "status",
    "too_large",
    "truncate",
    "type_conflict",
]
