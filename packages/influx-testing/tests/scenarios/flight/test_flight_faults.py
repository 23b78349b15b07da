"""Faults, deadlines and cancelled calls of Arrow Flight."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from influx_testing import FakeInfluxDB, Fault, LoggedRequest, ServedFake, faults, serve

Ask = Callable[..., Any]
DO_GET = "/arrow.flight.protocol.FlightService/DoGet"
ENDLESS = "SELECT count(*) FROM generate_series(1, 100000000000)"


def asked_again(ask: Ask, text: str) -> Any:
    """Ask until the client has connected again."""
    for _ in range(600):
        try:
            return ask(text)
        except Exception as error:
            if type(error).__name__ != "FlightUnavailableError":
                raise
            time.sleep(0.1)
    raise AssertionError("the server did not come back")


@pytest.mark.parametrize(
    ("fault", "error", "words", "status"),
    [
        (faults.status(503), "FlightUnavailableError", "timeout", "UNAVAILABLE"),
        (faults.status(503, "busy ☃"), "FlightUnavailableError", "busy ☃", "UNAVAILABLE"),
        (faults.expired_token(), "FlightUnauthenticatedError", "expired", "UNAUTHENTICATED"),
        (faults.status(403), "FlightUnauthorizedError", "forbidden", "PERMISSION_DENIED"),
        (faults.status(429), "ArrowException", "too many", "RESOURCE_EXHAUSTED"),
        (faults.status(400, "no"), "ArrowInvalid", "no", "INVALID_ARGUMENT"),
        (faults.status(500), "FlightInternalError", "internal error", "INTERNAL"),
        (faults.drop(), "FlightUnavailableError", "unavailable", None),
        (faults.reset(), "FlightUnavailableError", "unavailable", None),
        (faults.truncate(), "FlightUnavailableError", "unavailable", None),
        (faults.error_mid_stream("it broke"), "FlightInternalError", "it broke", "INTERNAL"),
        (faults.garbage(), "FlightServerError", "failed", None),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else None,
)
def test_a_fault_fails_one_call(
    ask: Ask, server: ServedFake, fault: Fault, error: str, words: str, status: str | None
) -> None:
    server.fail(fault, path=DO_GET, method="POST", query="FROM cpu")
    assert ask("SELECT 1 AS one").to_pylist() == [{"one": 1}]
    with pytest.raises(Exception, match=words) as caught:
        ask("SELECT * FROM cpu")
    assert error in {kind.__name__ for kind in type(caught.value).__mro__}
    assert len(asked_again(ask, "SELECT * FROM cpu")) == 3
    failed = server.requests[1]
    assert (failed.fault, failed.grpc_status) == (fault.name, status)
    assert server.problems() == []


def test_rows_come_before_an_error_in_mid_stream(
    flight: Any, client: Any, server: ServedFake
) -> None:
    server.fail(faults.error_mid_stream("it broke"))
    ticket = flight.Ticket(json.dumps({"database": "db", "sql_query": "SELECT * FROM cpu"}))
    reader = client.do_get(ticket)
    assert reader.read_chunk().data.num_rows == 3
    with pytest.raises(flight.FlightInternalError, match="it broke"):
        reader.read_chunk()


@pytest.mark.parametrize(
    "fault", [faults.slow_headers(60), faults.slow_body(60)], ids=lambda f: f.name
)
def test_a_deadline_ends_a_slow_call(
    flight: Any, ask: Ask, server: ServedFake, fault: Fault
) -> None:
    ask("SELECT 1")  # the process for SQL takes a while to start
    server.fail(fault)
    started = time.monotonic()
    with pytest.raises(flight.FlightTimedOutError):
        ask("SELECT 1", timeout=0.2)
    assert time.monotonic() - started < 50


@pytest.mark.slow
def test_a_deadline_stops_the_query(flight: Any, ask: Ask, server: ServedFake) -> None:
    ask("SELECT 1")
    while len(server.requests) == 1:  # a busy machine may not send the call before its deadline
        with pytest.raises(flight.FlightTimedOutError):
            ask(ENDLESS, timeout=0.3)
    assert ask("SELECT 1 AS one").to_pylist() == [{"one": 1}]
    assert has_status(server.requests[1], "CANCELLED")
    assert server.problems() == []


@pytest.mark.slow
def test_a_cancelled_call_stops_the_query(
    flight: Any, client: Any, ask: Ask, server: ServedFake
) -> None:
    ask("SELECT 1")
    ticket = flight.Ticket(json.dumps({"database": "db", "sql_query": ENDLESS}).encode())
    reader = client.do_get(ticket)
    canceller = threading.Thread(target=cancel_once_asked, args=(reader, server))
    canceller.start()
    with pytest.raises(flight.FlightCancelledError):
        reader.read_chunk()  # pyarrow takes a cancelled read_all() for Ctrl-C
    canceller.join()
    assert ask("SELECT 1 AS one").to_pylist() == [{"one": 1}]
    assert has_status(server.requests[1], "CANCELLED")
    assert server.problems() == []


@pytest.mark.slow
def test_empty_batches_come_while_a_query_runs(
    flight: Any, client: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("SELECT 1")
    monkeypatch.setattr("influx_testing._flavors.sql.KEEP_ALIVE_SECONDS", 0.05)
    ticket = flight.Ticket(json.dumps({"database": "db", "sql_query": ENDLESS}).encode())
    reader = client.do_get(ticket, flight.FlightCallOptions(timeout=120))
    assert reader.schema.names == ["count(*)"]
    assert [reader.read_chunk().data.num_rows for _ in range(3)] == [0, 0, 0]
    reader.cancel()


def cancel_once_asked(reader: Any, server: ServedFake) -> None:
    """Cancel the second call a moment after the server got it."""
    for _ in range(1_200):
        if len(server.requests) > 1:
            break
        time.sleep(0.05)
    time.sleep(0.3)
    reader.cancel()


def has_status(entry: LoggedRequest, status: str) -> bool:
    """Wait until a call has ended on the server; whether it has a status."""
    for _ in range(1_200):
        if entry.grpc_status is not None:
            break
        time.sleep(0.05)
    return entry.grpc_status == status


def test_a_fault_of_another_path_leaves_calls_alone(ask: Ask, server: ServedFake) -> None:
    server.fail(status=503, path="/api/v3/query_sql").optional()
    assert ask("SELECT 1 AS one").to_pylist() == [{"one": 1}]


def test_an_unreachable_server_is_unavailable_and_comes_back(
    flight: Any, ask: Ask, server: ServedFake
) -> None:
    ask("SELECT 1")
    with server.unreachable(), pytest.raises(flight.FlightUnavailableError):
        ask("SELECT 1")
    assert asked_again(ask, "SELECT 1 AS one").to_pylist() == [{"one": 1}]


@pytest.mark.slow
def test_what_the_fake_does_not_support_is_a_failure_of_the_call(
    ask: Ask, server: ServedFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("influx_testing._flavors.sql.SECONDS", 0.3)
    with pytest.raises(NotImplementedError, match="not supported by the fake server"):
        ask(ENDLESS)
    assert server.failures() != []
    server.may_fail = True


def test_tls_serves_flight_and_http_on_one_port(flight: Any) -> None:
    pytest.importorskip("trustme", reason="trustme is not installed")
    fake = FakeInfluxDB("3.x")
    fake.load(b"cpu load=1 1", "db")
    with serve(fake=fake, tls=True) as served:
        assert served.ca_file is not None
        location = served.url.replace("https", "grpc+tls")
        with flight.connect(location, tls_root_certs=served.ca_file.read_bytes()) as client:
            ticket = flight.Ticket(b'{"database":"db","sql_query":"SELECT load FROM cpu"}')
            assert client.do_get(ticket).read_all().to_pylist() == [{"load": 1.0}]


def test_two_streams_are_read_in_turn(flight: Any, client: Any) -> None:
    ticket = flight.Ticket(
        b'{"database":"db","sql_query":"SELECT * FROM generate_series(1,300000)"}'
    )
    first, second = client.do_get(ticket), client.do_get(ticket)
    sizes = [0, 0]
    for chunks in zip(first, second, strict=True):
        sizes = [size + chunk.data.num_rows for size, chunk in zip(sizes, chunks, strict=True)]
    assert sizes == [300_000, 300_000]


def test_a_stream_outlives_changes_of_its_table(
    flight: Any, client: Any, ask: Ask, server: ServedFake
) -> None:
    server.fake.load("\n".join(f"many v={n}i {n}" for n in range(60_000)).encode(), "db")
    ticket = flight.Ticket(b'{"database":"db","sql_query":"SELECT v FROM many"}')
    reader = client.do_get(ticket)
    rows = reader.read_chunk().data.num_rows
    server.fake.load(b"many v=0i 99999999", "db")
    assert ask("SELECT count(*) AS n FROM many").to_pylist() == [{"n": 60_001}]
    assert rows + sum(chunk.data.num_rows for chunk in reader) == 60_000
