"""Selects the batch writer's action for each failure; `_http.failures` classifies failures."""

from __future__ import annotations

from enum import Enum

from influx_core._api.request_options import UnsupportedOption
from influx_core._http.failures import Recovery, classify
from influx_core.errors import ConfigError, PartialWriteError

__all__ = ["FailureAction", "choose_action", "may_be_stored"]


class FailureAction(Enum):
    """What the writer does after a request of a batch has failed."""

    RETRY_LATER = "Send nothing until a delay has passed: the server is in trouble."
    PAUSE_ALL = "Send nothing for `auth_retry_interval`: credentials or the base URL are wrong."
    PAUSE_TARGET = "Send nothing to this database for `auth_retry_interval`: it is not writable."
    RETRY_BATCH = "Send this batch again later; the other batches go on."
    SPLIT = "Send each half of the batch by itself."
    REJECT = "Give the points up."


_ACTIONS = {
    Recovery.TIME: FailureAction.RETRY_LATER,
    Recovery.ACCESS: FailureAction.PAUSE_ALL,
    Recovery.DATABASE_ACCESS: FailureAction.PAUSE_TARGET,
    Recovery.SMALLER_REQUEST: FailureAction.SPLIT,
    Recovery.NOTHING_HELPS: FailureAction.REJECT,
    Recovery.UNKNOWN: FailureAction.RETRY_BATCH,
}


def choose_action(error: BaseException, points: int) -> FailureAction:
    """Return the action for a failed request.

    Args:
        error: the error of the request.
        points: the number of points in the request.
    """
    if isinstance(error, UnsupportedOption):
        return FailureAction.PAUSE_TARGET  # the batch may be one that waited in the spool
    if isinstance(error, ConfigError):
        return FailureAction.PAUSE_ALL  # the configuration is wrong, not the points
    action = _ACTIONS[classify(error).recovery]
    if action is FailureAction.SPLIT and _all_refused(error, points):
        return FailureAction.REJECT
    return action


def may_be_stored(error: BaseException) -> bool:
    """Return whether the server may have stored points of a request that failed with this error."""
    return classify(error).maybe_applied


def _all_refused(error: BaseException, points: int) -> bool:
    return points == 1 or (isinstance(error, PartialWriteError) and error.dropped == points)
