"""Classifies failures: was the request applied, is the failure temporary, when to try again.

The executor, the retry policies and the batch writer all use this table. Each has its own actions,
but none interprets statuses itself. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from influx_core.errors import (
    AuthenticationError,
    AuthorizationError,
    ConfigError,
    DatabaseNotFound,
    EncodeError,
    PartialWriteError,
    RequestTooLarge,
    ResponseError,
    ResponseLost,
    ServerUnreachable,
    WriteError,
)

__all__ = ["Failure", "Recovery", "classify"]

TOO_MANY_REQUESTS = 429

_TRANSIENT = frozenset({TOO_MANY_REQUESTS, 502, 503, 504})
"""Statuses of servers and proxies for temporary failures."""

_REDIRECTS = range(300, 400)
"""Redirects: the base URL is wrong."""

_BAD_REQUESTS = frozenset({400, 422})
"""Statuses for a body in which at least one line is invalid."""


class Recovery(Enum):
    """What has to happen before a failed request can succeed."""

    TIME = "The server or the network is in trouble; the failure passes by itself."
    ACCESS = "Credentials, an account or the base URL have to be corrected."
    DATABASE_ACCESS = "Rights for this one database have to be granted."
    SMALLER_REQUEST = "A part of the request may succeed: it is too large, or some lines are bad."
    NOTHING_HELPS = "The same request fails again."
    UNKNOWN = "This request failed at the server; others may succeed, and so may another attempt."


@dataclass(frozen=True, slots=True)
class Failure:
    """What an exception means for the request that ended with it.

    Attributes:
        maybe_applied: whether the server may have carried the request out, or a part of it.
        recovery: what has to happen before the request can succeed.
        retry_after: the seconds the server asked to wait; None if it did not.
    """

    maybe_applied: bool
    recovery: Recovery
    retry_after: float | None = None

    @property
    def transient(self) -> bool:
        """Whether the failure is temporary."""
        return self.recovery is Recovery.TIME


def classify(error: BaseException) -> Failure:
    """Classify the error of a request.

    Args:
        error: the error with which the request ended.
    """
    match error:
        case ServerUnreachable():
            return Failure(False, Recovery.TIME)
        case ResponseLost():
            return Failure(True, Recovery.TIME)
        case ConfigError() | EncodeError():
            return Failure(False, Recovery.NOTHING_HELPS)
        case ResponseError():
            return _classify_response(error)
        case _:
            return Failure(True, Recovery.UNKNOWN)


def _classify_response(error: ResponseError) -> Failure:
    asked = error.retry_after
    match error:
        case AuthenticationError():
            return Failure(False, Recovery.ACCESS, asked)
        case AuthorizationError():
            return Failure(False, Recovery.DATABASE_ACCESS, asked)
        case RequestTooLarge():
            return Failure(False, Recovery.SMALLER_REQUEST, asked)
        case DatabaseNotFound():
            return Failure(False, Recovery.NOTHING_HELPS, asked)
        case PartialWriteError():
            return Failure(True, Recovery.SMALLER_REQUEST, asked)
        case ResponseError(status=status) if status == TOO_MANY_REQUESTS:
            return Failure(False, Recovery.TIME, asked)
        case ResponseError(status=status) if status in _TRANSIENT:
            return Failure(True, Recovery.TIME, asked)  # of a proxy, after the server stored it
        case ResponseError(status=status) if status in _REDIRECTS:
            return Failure(True, Recovery.ACCESS, asked)
        case WriteError(status=status) if status in _BAD_REQUESTS:
            return Failure(True, Recovery.SMALLER_REQUEST, asked)
        case ResponseError(status=status) if status < 500 or _is_permanent(error):
            return Failure(True, Recovery.NOTHING_HELPS, asked)
        case _:
            return Failure(True, Recovery.UNKNOWN, asked)


def _is_permanent(error: ResponseError) -> bool:
    """Whether a status 500 is permanent: InfluxDB 1.x sends it if a retention policy is missing."""
    return error.message.startswith("retention policy not found")
