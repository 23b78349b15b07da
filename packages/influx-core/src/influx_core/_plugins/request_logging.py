"""Logs every attempt of a request, with structured attributes and without credentials.

The logger is `influx_core.requests`. A successful attempt is logged at DEBUG, a failed one only at
INFO, because the caller gets the exception and may expect it. The attributes of the record begin
with `influx_`.
"""

from __future__ import annotations

import logging

from influx_core.errors import ResponseError
from influx_core.hookspecs import hookimpl
from influx_core.interfaces import Request, Response

__all__ = ["influx_request_finished"]

logger = logging.getLogger("influx_core.requests")


@hookimpl
def influx_request_finished(
    request: Request, outcome: Response | BaseException, attempt: int, seconds: float
) -> None:
    """Log a try; texts of queries are not logged, since passwords can stand in them."""
    failed = isinstance(outcome, Exception)
    level = logging.INFO if failed else logging.DEBUG
    if not logger.isEnabledFor(level):
        return
    ended = type(outcome).__name__ if isinstance(outcome, BaseException) else str(outcome.status)
    facts = {
        "influx_method": request.method,
        "influx_url": request.url,
        "influx_database": database(request),
        "influx_bytes": len(request.body),
        "influx_attempt": attempt,
        "influx_seconds": seconds,
        "influx_status": status(outcome),
        "influx_outcome": ended,
    }
    logger.log(
        level,
        "%s %s: %s after %.3f s (attempt %d)",
        request.method,
        request.url,
        ended,
        seconds,
        attempt,
        extra=facts,
    )


def status(outcome: Response | BaseException) -> int | None:
    """The HTTP status of an outcome, if there was one."""
    if isinstance(outcome, BaseException):
        return outcome.status if isinstance(outcome, ResponseError) else None
    return outcome.status


def database(request: Request) -> str | None:
    """The database or bucket of a request, where its URL names one."""
    params = dict(request.params)
    return params.get("db") or params.get("bucket")
