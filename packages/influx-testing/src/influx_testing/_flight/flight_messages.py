"""The messages of Arrow Flight.

Source: https://arrow.apache.org/docs/format/Flight.html
"""

from __future__ import annotations

from dataclasses import dataclass

from influx_core.interfaces import Request
from influx_testing._flight.protobuf import ProtobufMessage, data, many, number, sub, text

__all__ = [
    "COMMAND",
    "DO_ACTION",
    "DO_GET",
    "DO_PUT",
    "FLIGHT_SERVICE",
    "GET_FLIGHT_INFO",
    "HANDSHAKE",
    "SERVED_CALLS",
    "Action",
    "ActionResult",
    "FlightData",
    "FlightDescriptor",
    "FlightEndpoint",
    "FlightInfo",
    "HandshakeRequest",
    "HandshakeResponse",
    "PutResult",
    "Ticket",
    "is_call",
]

FLIGHT_SERVICE = "/arrow.flight.protocol.FlightService/"
"""The beginning of the path of each call."""

DO_ACTION, DO_GET, DO_PUT, GET_FLIGHT_INFO, HANDSHAKE = (
    f"{FLIGHT_SERVICE}{name}"
    for name in ("DoAction", "DoGet", "DoPut", "GetFlightInfo", "Handshake")
)

SERVED_CALLS = frozenset({DO_ACTION, DO_GET, DO_PUT, GET_FLIGHT_INFO, HANDSHAKE})
"""The paths of the calls that InfluxDB 3 implements."""


def is_call(request: Request) -> bool:
    """Whether a request is a call of Flight."""
    return request.path.startswith(FLIGHT_SERVICE)


COMMAND = 2
"""The type of a `FlightDescriptor` with a command; 1 is that of one with a path."""


@dataclass(frozen=True, slots=True)
class HandshakeRequest(ProtobufMessage):
    """What a client sends in a handshake."""

    protocol_version: int = number(1)
    payload: bytes = data(2)


@dataclass(frozen=True, slots=True)
class HandshakeResponse(ProtobufMessage):
    """What the server answers in a handshake."""

    protocol_version: int = number(1)
    payload: bytes = data(2)


@dataclass(frozen=True, slots=True)
class FlightDescriptor(ProtobufMessage):
    """What data is asked for, by a command or a path."""

    type: int = number(1)
    cmd: bytes = data(2)
    path: tuple[str, ...] = many(3, str)


@dataclass(frozen=True, slots=True)
class Ticket(ProtobufMessage):
    """What `DoGet` returns; its content is defined by the server."""

    ticket: bytes = data(1)


@dataclass(frozen=True, slots=True)
class FlightEndpoint(ProtobufMessage):
    """Where data can be had: here, if there is no location."""

    ticket: Ticket | None = sub(1, Ticket)


@dataclass(frozen=True, slots=True)
class FlightInfo(ProtobufMessage):
    """How data can be had.

    Attributes:
        schema: an encapsulated IPC message of Arrow.
        flight_descriptor: the request.
        endpoint: where the data can be had.
        total_records: the number of rows; -1 if it is not known.
        total_bytes: the size; -1 if it is not known.
    """

    schema: bytes = data(1)
    flight_descriptor: FlightDescriptor | None = sub(2, FlightDescriptor)
    endpoint: tuple[FlightEndpoint, ...] = many(3, FlightEndpoint)
    total_records: int = number(4)
    total_bytes: int = number(5)


@dataclass(frozen=True, slots=True)
class FlightData(ProtobufMessage):
    """A part of a stream of data.

    Attributes:
        flight_descriptor: what the data is, in the first message of a client.
        data_header: the metadata of an IPC message of Arrow.
        app_metadata: data of the application.
        data_body: the body of the IPC message.
    """

    flight_descriptor: FlightDescriptor | None = sub(1, FlightDescriptor)
    data_header: bytes = data(2)
    app_metadata: bytes = data(3)
    data_body: bytes = data(1000)


@dataclass(frozen=True, slots=True)
class PutResult(ProtobufMessage):
    """The answer to uploaded data."""

    app_metadata: bytes = data(1)


@dataclass(frozen=True, slots=True)
class Action(ProtobufMessage):
    """A request that is defined by the server."""

    type: str = text(1)
    body: bytes = data(2)


@dataclass(frozen=True, slots=True)
class ActionResult(ProtobufMessage):
    """An answer to an action."""

    body: bytes = data(1)
