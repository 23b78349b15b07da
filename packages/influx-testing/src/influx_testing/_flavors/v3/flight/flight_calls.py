"""The calls of Arrow Flight that 3.x implements; all others are UNIMPLEMENTED.

Source: https://docs.influxdata.com/influxdb3/core/reference/client-libraries/flight/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from influx_core.interfaces import Request
from influx_testing._flavors.cancellation import cancellation_of
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.sql import SQLSnapshot
from influx_testing._flavors.v3.flight.call_replies import (
    call_reply,
    encoded_frame,
    refused_reply,
)
from influx_testing._flavors.v3.flight.call_requests import (
    read_action,
    read_command_call,
    read_ticket,
    uploaded_command,
)
from influx_testing._flavors.v3.flight.flight_access import (
    check_token,
    database_named,
    token_header,
)
from influx_testing._flavors.v3.flight.flight_rows import flight_frames, table_streams
from influx_testing._flavors.v3.flight.query_rows import query_stream
from influx_testing._flavors.v3.flight.query_tickets import FlightQuery
from influx_testing._flavors.v3.flight.sql_catalog import catalog_schema, catalog_table
from influx_testing._flavors.v3.flight.sql_commands import put_parameters, query_of_command
from influx_testing._flight.flight_messages import (
    DO_ACTION,
    DO_GET,
    DO_PUT,
    FLIGHT_SERVICE,
    GET_FLIGHT_INFO,
    HANDSHAKE,
    ActionResult,
    FlightEndpoint,
    FlightInfo,
    HandshakeRequest,
    HandshakeResponse,
    PutResult,
    Ticket,
)
from influx_testing._flight.flight_sql_messages import (
    CreatePreparedStatement,
    PreparedHandle,
    PreparedStatement,
    PutParametersResult,
    ReadInfo,
    packed,
)
from influx_testing._flight.grpc_framing import messages_of
from influx_testing._flight.grpc_status import GRPCCode, GRPCError
from influx_testing._flight.protobuf import ProtobufError, ProtobufMessage
from influx_testing.errors import FakeUnsupported

__all__ = ["answer_call"]

_COMMAND_TICKET = 3


def answer_call(server: ServerContext, request: Request) -> Reply:
    """Respond to a call; an error of it is in the headers of the response, or at its end."""
    try:
        call = _CALLS.get(request.path)
        if call is None:
            name = re.sub("(?<=[a-z])([A-Z])", r"_\1", request.path.removeprefix(FLIGHT_SERVICE))
            raise GRPCError(GRPCCode.UNIMPLEMENTED, f"Not yet implemented: {name.lower()}")
        return call(server, request)
    except GRPCError as error:
        return refused_reply(error.code, error.message)
    except ProtobufError as error:
        return refused_reply(GRPCCode.INVALID_ARGUMENT, f"Invalid protobuf: {error}")
    except FakeUnsupported as error:
        return refused_reply(GRPCCode.UNIMPLEMENTED, server.unsupported(error))


def _handshake(server: ServerContext, request: Request) -> Reply:
    """Answer with the token that the client must send: the password of Basic credentials.

    A client of Go or C++ sends no message, only the header.
    """
    token = token_header(request.headers)
    messages = list(messages_of(request.body))
    if not messages and not token:
        raise GRPCError(GRPCCode.INVALID_ARGUMENT, "Invalid handshake. No payload provided")
    asked = HandshakeRequest.decode(messages[0]) if messages else HandshakeRequest()
    answer = encoded_frame(HandshakeResponse(asked.protocol_version, asked.payload))
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return call_reply(server, lambda: (answer,), headers)


def _do_get(server: ServerContext, request: Request) -> Reply:
    """Answer with rows: of a query, or of the catalog."""
    asked = read_ticket(request)
    check_token(server, request.headers)
    if isinstance(asked, FlightQuery):
        run = query_stream(server, asked, cancellation_of(request))
        return call_reply(server, lambda: flight_frames(run()))
    snapshot = _snapshot(server, request, asked.database)
    return call_reply(
        server, lambda: flight_frames(table_streams(catalog_table(asked.command, snapshot)))
    )


def _get_flight_info(server: ServerContext, request: Request) -> Reply:
    """Answer with the schema of rows, and the ticket for them."""
    asked, descriptor = read_command_call(request)
    check_token(server, request.headers)
    snapshot = _snapshot(server, request, asked.database)
    ticket = ReadInfo(asked.database, "", _COMMAND_TICKET, packed(asked.command))

    def answer() -> Iterator[bytes]:
        info = FlightInfo(
            schema=_schema(asked.command, snapshot),
            flight_descriptor=descriptor,
            endpoint=(FlightEndpoint(Ticket(packed(ticket))),),
            total_records=-1,
            total_bytes=-1,
        )
        yield encoded_frame(info)

    return call_reply(server, answer)


def _schema(command: ProtobufMessage, snapshot: SQLSnapshot) -> bytes:
    """The schema of the answer to a command, as an encapsulated IPC message.

    Raises:
        GRPCError: the server does not answer the command with rows.
    """
    query = query_of_command(command, "")
    if query is not None:
        return snapshot.schema(query.text, query.params)
    return bytes(catalog_schema(command).serialize())


def _do_action(server: ServerContext, request: Request) -> Reply:
    """Create or forget a prepared statement; its handle holds all of it."""
    asked = read_action(request)
    check_token(server, request.headers)
    snapshot = _snapshot(server, request, asked.database)
    command = asked.command
    if not isinstance(command, CreatePreparedStatement):
        return call_reply(server, lambda: (encoded_frame(ActionResult()),))

    def answer() -> Iterator[bytes]:
        statement = PreparedStatement(
            PreparedHandle(command.query).encode(), snapshot.schema(command.query)
        )
        yield encoded_frame(ActionResult(packed(statement)))

    return call_reply(server, answer)


def _do_put(server: ServerContext, request: Request) -> Reply:
    """Take the parameters of a prepared statement; the answer is a handle with them."""
    asked, messages = uploaded_command(request)
    check_token(server, request.headers)
    database_named(server, asked.database)
    handle = put_parameters(asked.command, messages)
    result = PutResult(PutParametersResult(handle).encode())
    return call_reply(server, lambda: (encoded_frame(result),))


def _snapshot(server: ServerContext, request: Request, database: str) -> SQLSnapshot:
    found = database_named(server, database)
    return SQLSnapshot.of(server.engine, found, cancellation_of(request))


_CALLS: Mapping[str, Callable[[ServerContext, Request], Reply]] = {
    DO_ACTION: _do_action,
    DO_GET: _do_get,
    DO_PUT: _do_put,
    GET_FLIGHT_INFO: _get_flight_info,
    HANDSHAKE: _handshake,
}
