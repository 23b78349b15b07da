"""Describes the query in a call of Flight by parameters, for logs and matchers."""

from __future__ import annotations

import json

from influx_core.interfaces import Request
from influx_testing._flavors.v3.flight.query_tickets import FlightQuery, read_json_ticket
from influx_testing._flight.flight_messages import DO_GET, Ticket
from influx_testing._flight.grpc_framing import messages_of
from influx_testing._flight.grpc_status import GRPCError
from influx_testing._flight.protobuf import ProtobufError

__all__ = ["call_parameters"]


def call_parameters(request: Request) -> tuple[tuple[str, str], ...]:
    """The parameters that a query over HTTP would have: `db`, `q`, and `params` if there are any.

    A call that cannot be read has none.
    """
    try:
        return _parameters(request)
    except (GRPCError, ProtobufError):
        return ()


def _parameters(request: Request) -> tuple[tuple[str, str], ...]:
    message = next(messages_of(request.body), b"")
    if request.path == DO_GET:
        return _of_query(read_json_ticket(Ticket.decode(message).ticket))
    return ()


def _of_query(query: FlightQuery) -> tuple[tuple[str, str], ...]:
    shown = (("db", query.database), ("q", query.text), ("query_type", query.language))
    if not query.params:
        return shown
    return (*shown, ("params", json.dumps(query.params)))
