"""Reads the requests of calls: which query or command they hold, and for which database."""

from __future__ import annotations

from dataclasses import dataclass

from influx_core.interfaces import Request
from influx_testing._flavors.v3.flight.flight_access import database_header
from influx_testing._flavors.v3.flight.query_tickets import (
    FlightQuery,
    is_json_ticket,
    read_json_ticket,
)
from influx_testing._flavors.v3.flight.sql_commands import (
    command_of,
    query_of_command,
    read_command,
)
from influx_testing._flight.flight_messages import Action, FlightData, FlightDescriptor, Ticket
from influx_testing._flight.flight_sql_messages import (
    ClosePreparedStatement,
    CreatePreparedStatement,
    ReadInfo,
)
from influx_testing._flight.grpc_framing import messages_of
from influx_testing._flight.grpc_status import GRPCCode, GRPCError
from influx_testing._flight.protobuf import ProtobufError, ProtobufMessage

__all__ = [
    "FlightCommand",
    "only_message",
    "read_action",
    "read_command_call",
    "read_ticket",
    "uploaded_command",
]

_INFLUXQL = 2


@dataclass(frozen=True, slots=True)
class FlightCommand:
    """A command of Flight SQL.

    Attributes:
        database: the name of its database.
        command: the message.
    """

    database: str
    command: ProtobufMessage


def only_message(request: Request) -> bytes:
    """The message of a call that has one.

    Raises:
        GRPCError: there is another number of messages.
    """
    messages = list(messages_of(request.body))
    if len(messages) != 1:
        raise GRPCError(GRPCCode.INTERNAL, "Missing request message.")
    return messages[0]


def read_ticket(request: Request) -> FlightQuery | FlightCommand:
    """Read the ticket of `DoGet`: JSON, one that the server has made, or a command.

    Raises:
        GRPCError: it is none of these.
    """
    ticket = Ticket.decode(only_message(request)).ticket
    if is_json_ticket(ticket):
        return read_json_ticket(ticket)
    try:
        command = read_command(ticket)
        if isinstance(command, ReadInfo):
            return _read_info(command)
    except (GRPCError, ProtobufError):
        raise GRPCError(
            GRPCCode.INVALID_ARGUMENT, "Invalid ticket. Error: Invalid ticket"
        ) from None
    return _with_query(FlightCommand(database_header(request.headers), command))


def _read_info(ticket: ReadInfo) -> FlightQuery | FlightCommand:
    if ticket.flightsql_command:
        return _with_query(FlightCommand(ticket.database, read_command(ticket.flightsql_command)))
    is_influxql = ticket.query_type == _INFLUXQL
    return FlightQuery(ticket.database, ticket.sql_query, "influxql" if is_influxql else "sql")


def _with_query(asked: FlightCommand) -> FlightQuery | FlightCommand:
    """The query in a command, if there is one."""
    return query_of_command(asked.command, asked.database) or asked


def read_command_call(request: Request) -> tuple[FlightCommand, FlightDescriptor]:
    """Read the descriptor of `GetFlightInfo`, with its command.

    Raises:
        GRPCError: there is no command, or no database.
    """
    database = database_header(request.headers)
    descriptor = FlightDescriptor.decode(only_message(request))
    return FlightCommand(database, read_command(command_of(descriptor))), descriptor


def read_action(request: Request) -> FlightCommand:
    """Read the command of `DoAction`.

    Raises:
        GRPCError: it is not about prepared statements, or there is no database.
    """
    database = database_header(request.headers)
    command = read_command(Action.decode(only_message(request)).body)
    if not isinstance(command, CreatePreparedStatement | ClosePreparedStatement):
        raise GRPCError(
            GRPCCode.INVALID_ARGUMENT,
            "Error while planning Flight SQL : Protocol error. Method DoAction, "
            f"Command: {type(command).__name__}",
        )
    return FlightCommand(database, command)


def uploaded_command(request: Request) -> tuple[FlightCommand, list[FlightData]]:
    """Read the messages of `DoPut`, whose first one has the command.

    Raises:
        GRPCError: there is no command, or no database.
    """
    database = database_header(request.headers)
    messages = [FlightData.decode(message) for message in messages_of(request.body)]
    descriptor = messages[0].flight_descriptor if messages else None
    return FlightCommand(database, read_command(command_of(descriptor))), messages
