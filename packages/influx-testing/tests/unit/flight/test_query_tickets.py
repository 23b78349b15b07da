"""Tickets in JSON, as the official clients send them, and cancellations of their queries."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core.interfaces import Request
from influx_testing._flavors.cancellation import (
    CancellableRequest,
    Cancellation,
    cancellation_of,
)
from influx_testing._flavors.v3.flight.call_parameters import call_parameters
from influx_testing._flavors.v3.flight.query_tickets import FlightQuery, read_json_ticket
from influx_testing._flight.flight_messages import DO_GET, GET_FLIGHT_INFO, FlightDescriptor, Ticket
from influx_testing._flight.flight_sql_messages import GetTables, StatementQuery, packed
from influx_testing._flight.grpc_framing import framed
from influx_testing._flight.grpc_status import GRPCCode, GRPCError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
MEMBERS = st.dictionaries(
    st.sampled_from(["database", "bucket", "sql_query", "query_type", "params", "other"]), JSON
)


def test_a_ticket_has_a_database_a_query_and_its_parameters() -> None:
    ticket = {"database": "db", "sql_query": "SELECT $a", "params": {"a": 1}, "is_debug": False}
    assert read_json_ticket(json.dumps(ticket).encode()) == FlightQuery(
        "db", "SELECT $a", "sql", {"a": 1}
    )


@given(st.one_of(st.binary(), MEMBERS.map(json.dumps).map(str.encode)))
def test_any_ticket_is_a_query_or_an_invalid_argument(ticket: bytes) -> None:
    found: FlightQuery | GRPCError
    try:
        found = read_json_ticket(ticket)
    except GRPCError as error:
        found = error
    if isinstance(found, GRPCError):
        assert found.code is GRPCCode.INVALID_ARGUMENT
        assert found.message.startswith("Invalid ticket. Error: ")
    else:
        assert isinstance(found.text, str)


def call(path: str, message: bytes, **headers: str) -> Request:
    return Request("POST", path, headers=headers, body=framed(message))


def test_the_parameters_of_a_call_are_those_of_its_query() -> None:
    ticket = b'{"bucket": "db", "sql_query": "SELECT 1", "query_type": "influxql"}'
    assert call_parameters(call(DO_GET, Ticket(ticket).encode())) == (
        ("db", "db"),
        ("q", "SELECT 1"),
        ("query_type", "influxql"),
    )
    statement = FlightDescriptor(2, packed(StatementQuery("SELECT 2"))).encode()
    assert call_parameters(call(GET_FLIGHT_INFO, statement, database="db")) == (
        ("db", "db"),
        ("q", "SELECT 2"),
        ("query_type", "sql"),
    )


def test_a_call_without_a_query_names_its_command() -> None:
    descriptor = FlightDescriptor(2, packed(GetTables())).encode()
    found = dict(call_parameters(call(GET_FLIGHT_INFO, descriptor, bucket="db")))
    assert found == {"db": "db", "command": "GetTables"}


@given(st.sampled_from([DO_GET, GET_FLIGHT_INFO, "/other"]), st.binary())
def test_a_call_that_cannot_be_read_has_no_parameters(path: str, body: bytes) -> None:
    assert call_parameters(Request("POST", path, body=body)) == ()


def test_a_cancellation_stops_what_runs_and_what_begins_later() -> None:
    cancellation, stopped = Cancellation(), list[str]()
    with cancellation.stopping(lambda: stopped.append("ended before")):
        pass
    with cancellation.stopping(lambda: stopped.append("running")):
        cancellation.set()
        cancellation.set()
    with cancellation.stopping(lambda: stopped.append("late")):
        pass
    assert stopped == ["running", "late"]
    assert cancellation.is_set


def test_only_a_cancellable_request_can_be_cancelled() -> None:
    request = CancellableRequest("POST", DO_GET)
    assert cancellation_of(request) is request.cancellation
    assert not cancellation_of(Request("POST", DO_GET)).is_set


@pytest.mark.parametrize("member", ["database", "sql_query"])
def test_a_missing_member_is_named(member: str) -> None:
    ticket = {"database": "db", "sql_query": "SELECT 1"}
    del ticket[member]
    with pytest.raises(GRPCError, match=f"missing field `{member}`"):
        read_json_ticket(json.dumps(ticket).encode())
