"""The endpoints of 3.x about the server itself."""

from __future__ import annotations

import os
from collections.abc import Mapping

from influx_core.interfaces import Request
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.v3_replies import document

__all__ = ["health", "metrics", "ping"]

_REVISION = "0" * 40
"""The commit of the server; zeros, because the fake has none."""


def health(server: ServerContext, request: Request) -> Reply:
    """Respond `OK`: the server is healthy."""
    return Reply(200, (b"OK",), {"content-type": "text/plain; charset=utf-8"})


def ping(server: ServerContext, request: Request) -> Reply:
    """Return the version and the id of the process."""
    return document(
        200,
        {
            "product_name": "InfluxDB 3 Core",
            "version": server.version,
            "revision": _REVISION,
            "process_id": _process_id(os.getpid()),
        },
    )


def _process_id(number: int) -> str:
    """The UUID of the process."""
    return f"00000000-0000-4000-8000-{number:012x}"


def metrics(server: ServerContext, request: Request) -> Reply:
    """Return the counts of requests in the text format of Prometheus."""
    text = _exposition(server.engine.counters)
    return Reply(
        200, (text.encode(),), {"content-type": "text/plain; version=0.0.4; charset=utf-8"}
    )


def _exposition(counters: Mapping[str, int]) -> str:
    client, failed = counters["httpd.clientError"], counters["httpd.serverError"]
    counts = {
        "client_error": client,
        "ok": counters["httpd.req"] - client - failed,
        "server_error": failed,
    }
    lines = [
        "# HELP http_requests_total accumulated total requests",
        "# TYPE http_requests_total counter",
        *(f'http_requests_total{{status="{status}"}} {count}' for status, count in counts.items()),
        "# EOF",
    ]
    return "\n".join(lines) + "\n"
