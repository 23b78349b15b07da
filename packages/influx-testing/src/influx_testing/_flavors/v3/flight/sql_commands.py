"""Reads the commands of Flight SQL, and the queries in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from influx_testing._flavors.sql.tables import module
from influx_testing._flavors.v3.flight.query_tickets import FlightQuery
from influx_testing._flight.flight_messages import COMMAND, FlightData, FlightDescriptor
from influx_testing._flight.flight_sql_messages import (
    PreparedHandle,
    PreparedStatementQuery,
    StatementQuery,
    command_name,
    unpacked,
)
from influx_testing._flight.grpc_status import GRPCCode, GRPCError
from influx_testing._flight.protobuf import ProtobufError, ProtobufMessage

__all__ = [
    "command_of",
    "put_parameters",
    "query_of_command",
    "read_command",
]


def command_of(descriptor: FlightDescriptor | None) -> bytes:
    """The command in a descriptor.

    Raises:
        GRPCError: there is none.
    """
    if descriptor is None:
        raise GRPCError(GRPCCode.INVALID_ARGUMENT, "No FlightDescriptor in Flight SQL request")
    if descriptor.type != COMMAND:
        kind = "FlightInfo with Path" if descriptor.path else "FlightInfo of unknown type"
        raise GRPCError(GRPCCode.UNIMPLEMENTED, f"Unsupported message type: {kind}")
    return descriptor.cmd


def read_command(written: bytes) -> ProtobufMessage:
    """Read a command with its name.

    Raises:
        GRPCError: it is no message, or one that the server does not answer.
    """
    try:
        command = unpacked(written)
        name = command_name(written)
    except ProtobufError as error:
        raise _planning(f"Error decoding Protobuf: {error}") from None
    if command is None:
        raise _planning(f"Unsupported FlightSQL message type: {name or 'none'}")
    return command


def query_of_command(command: ProtobufMessage, database: str) -> FlightQuery | None:
    """The query in a command; None if there is none.

    Raises:
        GRPCError: the handle of a prepared statement is not one of the server.
    """
    if isinstance(command, StatementQuery):
        return FlightQuery(database, command.query)
    if isinstance(command, PreparedStatementQuery):
        handle = _handle(command.prepared_statement_handle)
        return FlightQuery(database, handle.query, params=_parameters(handle.parameters))
    return None


def put_parameters(command: ProtobufMessage, messages: Iterable[FlightData]) -> bytes:
    """The handle of a prepared statement with the parameters that a client sends.

    Raises:
        GRPCError: it is another command, or not one row of values of known types.
    """
    if not isinstance(command, PreparedStatementQuery):
        raise _planning("Protocol error. Method DoPut, Command: not a prepared statement")
    handle = _handle(command.prepared_statement_handle)
    stream = b"".join(map(_encapsulated, messages))
    _parameters(stream)
    return PreparedHandle(handle.query, stream).encode()


def _handle(written: bytes) -> PreparedHandle:
    try:
        return PreparedHandle.decode(written)
    except ProtobufError as error:
        raise _planning(f"Invalid handle in prepared statement: {error}") from None


def _encapsulated(message: FlightData) -> bytes:
    """An IPC message in the stream format of Arrow."""
    if not message.data_header:
        return b""
    header = message.data_header + bytes(-len(message.data_header) % 8)
    return b"\xff\xff\xff\xff" + len(header).to_bytes(4, "little") + header + message.data_body


def _parameters(stream: bytes) -> Mapping[str, Any]:
    """The values of the parameters in one row, as Arrow scalars.

    `$1` is the column `0`, `$x` the column `x`.

    Raises:
        GRPCError: there are several rows, or values that are no parameters.
    """
    if not stream:
        return {}
    arrow = module("pyarrow")
    try:
        table = module("pyarrow.ipc").open_stream(stream).read_all()
    except (arrow.ArrowException, OSError) as error:
        raise _planning(f"Invalid parameters of prepared statement: {error}") from None
    if len(table) > 1:
        raise _planning(
            f"Invalid parameters of prepared statement: one row is expected, not {len(table)}"
        )
    if not len(table):
        return {}
    return {
        _placeholder(name): _plain(column)[0]
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def _placeholder(name: str) -> str:
    """The name of a parameter for a column; columns are counted from 0, parameters from 1."""
    return str(int(name) + 1) if name.isdecimal() else name.removeprefix("$")


def _plain(column: Any) -> Any:
    """The same values without a dictionary.

    Raises:
        GRPCError: the type is none of a parameter.
    """
    kind, types = column.type, module("pyarrow").types
    if types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    if types.is_nested(kind):
        raise _planning(f"Invalid parameters of prepared statement: a value of the type {kind}")
    return column


def _planning(reason: str) -> GRPCError:
    return GRPCError(GRPCCode.INVALID_ARGUMENT, f"Error while planning Flight SQL : {reason}")
