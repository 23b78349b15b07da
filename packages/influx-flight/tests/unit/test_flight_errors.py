"""The exceptions of pyarrow.flight, as statuses and messages of the server."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.flight as fl
import pytest

from influx_core import AuthenticationError, DatabaseNotFound, QueryError, ServerBusy
from influx_flight._transport.flight_errors import Refusal, error_after_rows, read_failure

CONTEXT = (
    ". gRPC client debug context: {}. Client context: IOError: Server never sent a data message. "
    "Detail: Internal"
)


def of_grpc(code: str, name: str, words: str) -> str:
    """A message as Arrow makes one of the status of a server of another library."""
    return f"Flight returned {name} error, with message: {words}" + CONTEXT.format(
        f"{code}:{words}"
    )


def of_older_grpc(number: int, words: str) -> str:
    """The same from an older version of gRPC, such as that of pyarrow 18."""
    quoted = words.replace('"', '\\"')
    facts = f'grpc_status:{number}, grpc_message:"{quoted}", created_time:"2026-01-01T00:00:00"'
    return f"{words}. gRPC client debug context: UNKNOWN:Error received from peer {{{facts}}}"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            pa.ArrowInvalid(
                of_grpc("INVALID_ARGUMENT", "invalid argument", "Error while planning")
            ),
            Refusal(400, "Error while planning"),
        ),
        (
            pa.ArrowInvalid(
                of_grpc("RESOURCE_EXHAUSTED", "resource exhausted", "no. Detail: memory")
            ),
            Refusal(429, "no. Detail: memory"),
        ),
        (
            pa.ArrowKeyError(of_grpc("NOT_FOUND", "not found", "Database 'x' not found")),
            Refusal(404, "Database 'x' not found"),
        ),
        (
            fl.FlightUnauthenticatedError("Unauthenticated. Detail: U"),
            Refusal(401, "Unauthenticated"),
        ),
        (fl.FlightUnauthorizedError("Permission denied"), Refusal(403, "Permission denied")),
        (fl.FlightUnavailableError("starting. Detail: U"), Refusal(503, "starting")),
        (fl.FlightTimedOutError("too slow"), Refusal(504, "too slow")),
        (fl.FlightInternalError("bug. Detail: Internal"), Refusal(500, "bug")),
        (pa.ArrowNotImplementedError("no such call"), Refusal(501, "no such call")),
        (ValueError(""), Refusal(500, "UNKNOWN")),
        (
            fl.FlightUnavailableError(of_older_grpc(14, "starting. Detail: Unavailable")),
            Refusal(503, "starting"),
        ),
        (
            pa.ArrowInvalid(of_older_grpc(8, 'no "x", grpc_status:3')),
            Refusal(429, 'no "x", grpc_status:3'),
        ),
        (fl.FlightServerError(of_older_grpc(2, "failed")), Refusal(500, "failed")),
        (
            fl.FlightUnavailableError(
                of_grpc("UNAVAILABLE", "unavailable", "Received http2 header with status: 502")
            ),
            Refusal(
                502, "the server does not answer Flight: Received http2 header with status: 502"
            ),
        ),
    ],
)
def test_an_error_of_the_server_has_its_words_and_a_status(error, expected):
    assert read_failure(error) == expected


@pytest.mark.parametrize(
    "words",
    [
        "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: refused",
        "errors resolving nosuch.invalid:80: [address lookup failed]",
    ],
)
def test_only_a_failed_connection_is_certainly_not_sent(words):
    error = fl.FlightUnavailableError(of_grpc("UNAVAILABLE", "unavailable", words))
    assert isinstance(read_failure(error), ConnectionError)


@pytest.mark.parametrize("words", ["Socket closed", "recvmsg:Connection reset by peer"])
def test_a_connection_that_broke_may_have_sent_the_query(words):
    error = fl.FlightUnavailableError(of_grpc("UNAVAILABLE", "unavailable", words))
    assert isinstance(read_failure(error), TimeoutError)


@pytest.mark.parametrize(
    ("refusal", "cls", "status"),
    [
        (Refusal(400, "divided by zero"), QueryError, 200),
        (Refusal(404, "Database 'x' not found"), DatabaseNotFound, 200),
        (Refusal(401, "expired"), AuthenticationError, 401),
        (Refusal(503, "stopping"), ServerBusy, 503),
    ],
)
def test_an_error_after_rows_has_the_class_of_its_cause(refusal, cls, status):
    error = error_after_rows(refusal)
    assert type(error) is cls
    assert (error.status, str(error)) == (status, refusal.message)
