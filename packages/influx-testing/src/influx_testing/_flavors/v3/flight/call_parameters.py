"""Describes the query in a call of Flight by parameters, for logs and matchers."""

from __future__ import annotations

import json

from influx_core.interfaces import Request
from influx_testing._flavors.v3.flight.call_requests import (
    FlightCommand,
    read_action,
    read_command_call,
    read_ticket,
    uploaded_command,
)
from influx_testing._flavors.v3.flight.query_tickets import FlightQuery
from influx_testing._flavors.v3.flight.sql_commands import query_of_command
from influx_testing._flight.flight_messages import DO_ACTION, DO_GET, DO_PUT, GET_FLIGHT_INFO
from influx_testing._flight.flight_sql_messages import CreatePreparedStatement
from influx_testing._flight.grpc_status import GRPCError
from influx_testing._flight.protobuf import ProtobufError
from influx_testing.errors import FakeUnsupported

__all__ = ["call_parameters"]


def call_parameters(request: Request) -> tuple[tuple[str, str], ...]:
    """The parameters that a query over HTTP would have: `db`, `q`, and `params` if there are any.

    Of a call without a query, `command` is the name of the message. A call that cannot be read has
    no parameters.
    """
    try:
        asked = _asked(request)
    except (FakeUnsupported, GRPCError, ProtobufError):
        return ()
    if isinstance(asked, FlightCommand):
        return (("db", asked.database), ("command", type(asked.command).__name__))
    return () if asked is None else _of_query(asked)


def _asked(request: Request) -> FlightQuery | FlightCommand | None:
    """The query in a call, or its command."""
    if request.path == DO_GET:
        return read_ticket(request)
    if request.path == GET_FLIGHT_INFO:
        command, _ = read_command_call(request)
    elif request.path == DO_ACTION:
        command = read_action(request)
    elif request.path == DO_PUT:
        command, _ = uploaded_command(request)
    else:
        return None
    if isinstance(command.command, CreatePreparedStatement):
        return FlightQuery(command.database, command.command.query)
    return query_of_command(command.command, command.database) or command


def _of_query(query: FlightQuery) -> tuple[tuple[str, str], ...]:
    shown = (("db", query.database), ("q", query.text), ("query_type", query.language))
    return (*shown, ("params", json.dumps(query.params, default=str))) if query.params else shown
