"""What a failed delivery means for the batch, and for the others."""

from __future__ import annotations

from enum import Enum

from influx_core.errors import (
    AuthenticationError,
    AuthorizationError,
    DatabaseNotFound,
    PartialWriteError,
    RequestTooLarge,
    ResponseError,
    ResponseLost,
    ServerUnreachable,
    WriteError,
)

__all__ = ["Verdict", "judge", "may_be_stored"]

_PASSING = frozenset({429, 502, 503, 504})
"""What servers, and proxies before them, say of troubles that pass by themselves."""

_ELSEWHERE = range(300, 400)
"""What servers say of requests that belong somewhere else: the base URL is not the right one."""

_SPOILT = frozenset({400, 422})
"""What servers say of a body in which a line is wrong."""


class Verdict(Enum):
    """What to do with a batch that could not be delivered."""

    HOLD = "try again later, and nothing else before: the server is in trouble"
    PAUSE = "try again much later, and nothing else before: somebody has to let us in, or move"
    BAR = "try again much later, and nothing else for that place: somebody has to let us in there"
    AGAIN = "try again later; others may go on meanwhile"
    SPLIT = "try its halves"
    REJECT = "give it up"


def judge(error: Exception, points: int) -> Verdict:
    """Judge why so many points could not be delivered."""
    match error:
        case ServerUnreachable() | ResponseLost():
            return Verdict.HOLD
        case AuthenticationError():
            return Verdict.PAUSE
        case AuthorizationError():
            return Verdict.BAR
        case ResponseError(status=status) if status in _PASSING:
            return Verdict.HOLD
        case ResponseError(status=status) if status in _ELSEWHERE:
            return Verdict.PAUSE
        case DatabaseNotFound():
            return Verdict.REJECT
        case ResponseError() if _spoilt(error):
            return Verdict.REJECT if _all_spoilt(error, points) else Verdict.SPLIT
        case ResponseError(status=status) if status < 500 or _hopeless(error):
            return Verdict.REJECT
        case _:
            return Verdict.AGAIN


def may_be_stored(error: BaseException) -> bool:
    """Whether points may have been stored although the delivery ended so."""
    certain = ServerUnreachable, AuthenticationError, AuthorizationError, RequestTooLarge
    return not isinstance(error, certain)


def _spoilt(error: ResponseError) -> bool:
    if isinstance(error, (PartialWriteError, RequestTooLarge)):
        return True
    return isinstance(error, WriteError) and error.status in _SPOILT


def _all_spoilt(error: ResponseError, points: int) -> bool:
    return points == 1 or (isinstance(error, PartialWriteError) and error.dropped == points)


def _hopeless(error: ResponseError) -> bool:
    """A retention policy that is not there is a 500 to InfluxDB 1.x."""
    return error.message.startswith("retention policy not found")
