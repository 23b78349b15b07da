"""The writer's action for each failure."""

from __future__ import annotations

import pytest

from influx_core._batch.failure_handling.failure_policy import (
    FailureAction,
    choose_action,
    may_be_stored,
)
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
    ServerBusy,
    ServerUnreachable,
    WriteError,
)


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (ServerUnreachable("x"), FailureAction.RETRY_LATER),
        (ResponseLost("x"), FailureAction.RETRY_LATER),
        (ServerBusy("x", status=429), FailureAction.RETRY_LATER),
        (ServerBusy("x", status=503), FailureAction.RETRY_LATER),
        (WriteError("x", status=502), FailureAction.RETRY_LATER),
        (AuthenticationError("x", status=401), FailureAction.PAUSE_ALL),
        (WriteError("x", status=307), FailureAction.PAUSE_ALL),
        (ConfigError("x"), FailureAction.PAUSE_ALL),
        (AuthorizationError("x", status=403), FailureAction.PAUSE_TARGET),
        (WriteError("x", status=500), FailureAction.RETRY_BATCH),
        (RuntimeError("x"), FailureAction.RETRY_BATCH),
        (WriteError("retention policy not found: x", status=500), FailureAction.REJECT),
        (DatabaseNotFound("x", status=404), FailureAction.REJECT),
        (WriteError("x", status=405), FailureAction.REJECT),
        (EncodeError("x"), FailureAction.REJECT),
        (WriteError("x", status=400), FailureAction.SPLIT),
        (WriteError("x", status=422), FailureAction.SPLIT),
        (RequestTooLarge("x", status=413), FailureAction.SPLIT),
        (PartialWriteError("x", dropped=3, status=400), FailureAction.SPLIT),
        (PartialWriteError("x", dropped=5, status=400), FailureAction.REJECT),
    ],
    ids=lambda value: value.name if isinstance(value, FailureAction) else repr(value),
)
def test_an_action_for_each_failure_of_five_points(error, action):
    assert choose_action(error, 5) is action


@pytest.mark.parametrize("cls", [WriteError, RequestTooLarge, PartialWriteError])
def test_a_single_point_is_not_divided(cls):
    assert choose_action(cls("x", status=400), 1) is FailureAction.REJECT


@pytest.mark.parametrize(
    ("error", "maybe"),
    [
        (ServerUnreachable("x"), False),
        (AuthenticationError("x", status=401), False),
        (RequestTooLarge("x", status=413), False),
        (ResponseLost("x"), True),
        (ResponseError("x", status=500), True),
        (RuntimeError("x"), True),
    ],
)
def test_only_what_says_so_has_stored_nothing(error, maybe):
    assert may_be_stored(error) is maybe
