from __future__ import annotations

import pytest

from influx_core import errors
from influx_core._http.failures import Failure, Recovery, classify

PARTIAL = errors.PartialWriteError("partial write: dropped=1", status=400, dropped=1)
NO_POLICY = errors.WriteError("retention policy not found: x", status=500)


@pytest.mark.parametrize(
    ("error", "maybe_applied", "recovery"),
    [
        (errors.ServerUnreachable("refused"), False, Recovery.TIME),
        (errors.ResponseLost("no answer"), True, Recovery.TIME),
        (errors.ServerBusy("quota", status=429), False, Recovery.TIME),
        (errors.ServerBusy("starting", status=503), True, Recovery.TIME),
        (errors.WriteError("bad gateway", status=502), True, Recovery.TIME),
        (errors.WriteError("timeout", status=504), True, Recovery.TIME),
        (errors.AuthenticationError("who?", status=401), False, Recovery.ACCESS),
        (errors.AuthorizationError("no", status=403), False, Recovery.DATABASE_ACCESS),
        (errors.WriteError("moved", status=301), True, Recovery.ACCESS),
        (errors.RequestTooLarge("too large", status=413), False, Recovery.SMALLER_REQUEST),
        (PARTIAL, True, Recovery.SMALLER_REQUEST),
        (errors.WriteError("unable to parse", status=400), True, Recovery.SMALLER_REQUEST),
        (errors.WriteError("unable to parse", status=422), True, Recovery.SMALLER_REQUEST),
        (errors.QueryError("error parsing query", status=400), True, Recovery.NOTHING_HELPS),
        (errors.DatabaseNotFound("database not found", status=404), False, Recovery.NOTHING_HELPS),
        (errors.ConfigError("no such precision"), False, Recovery.NOTHING_HELPS),
        (errors.EncodeError("a field is NaN"), False, Recovery.NOTHING_HELPS),
        (NO_POLICY, True, Recovery.NOTHING_HELPS),
        (errors.WriteError("engine: timeout", status=500), True, Recovery.UNKNOWN),
        (RuntimeError("a bug of a part"), True, Recovery.UNKNOWN),
    ],
)
def test_a_failure_says_what_became_of_the_request_and_what_helps(error, maybe_applied, recovery):
    assert classify(error) == Failure(maybe_applied, recovery)


def test_a_failure_carries_the_seconds_the_server_asked_for():
    assert classify(errors.ServerBusy("later", status=503, retry_after=7)).retry_after == 7


def test_a_failure_that_passes_by_itself_is_transient():
    assert classify(errors.ServerUnreachable("refused")).transient
    assert not classify(errors.AuthenticationError("who?", status=401)).transient
