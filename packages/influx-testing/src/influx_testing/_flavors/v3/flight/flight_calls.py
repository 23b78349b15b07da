"""The calls of Arrow Flight that 3.x implements; all others are UNIMPLEMENTED.

Source: https://docs.influxdata.com/influxdb3/core/reference/client-libraries/flight/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from influx_core.interfaces import Request
from influx_testing._flavors.cancellation import cancellation_of
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.flight.flight_access import check_token
from influx_testing._flavors.v3.flight.query_rows import query_frames
from influx_testing._flavors.v3.flight.query_tickets import read_json_ticket
from influx_testing._flight.flight_messages import DO_GET, FLIGHT_SERVICE, Ticket
from influx_testing._flight.grpc_framing import GRPC_TYPE, messages_of
from influx_testing._flight.grpc_status import GRPCCode, GRPCError, status_headers
from influx_testing._flight.protobuf import ProtobufError
from influx_testing.errors import FakeUnsupported

__all__ = ["answer_call"]


def answer_call(server: ServerContext, request: Request) -> Reply:
    """Respond to a call; an error of it is in the headers of the response."""
    try:
        call = _CALLS.get(request.path)
        if call is None:
            name = request.path.removeprefix(FLIGHT_SERVICE)
            raise GRPCError(GRPCCode.UNIMPLEMENTED, f"Not yet implemented: {name}")
        return call(server, request)
    except GRPCError as error:
        return _refused(error.code, error.message)
    except ProtobufError as error:
        return _refused(GRPCCode.INVALID_ARGUMENT, f"Invalid protobuf: {error}")
    except FakeUnsupported as error:
        return _refused(GRPCCode.UNIMPLEMENTED, server.unsupported(error))


def _refused(code: GRPCCode, message: str) -> Reply:
    return Reply(200, (), {"content-type": GRPC_TYPE, **status_headers(code, message)})


def _reply(frames: Iterable[bytes], headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(200, frames, {"content-type": GRPC_TYPE, **(headers or {})})


def _only_message(request: Request) -> bytes:
    """The message of a call that has one.

    Raises:
        GRPCError: there is another number of messages.
    """
    messages = list(messages_of(request.body))
    if len(messages) != 1:
        raise GRPCError(GRPCCode.INTERNAL, "Missing request message.")
    return messages[0]


def _do_get(server: ServerContext, request: Request) -> Reply:
    ticket = Ticket.decode(_only_message(request)).ticket
    query = read_json_ticket(ticket)
    check_token(server, request.headers)
    return _reply(query_frames(server, query, cancellation_of(request)))


_CALLS: Mapping[str, Callable[[ServerContext, Request], Reply]] = {DO_GET: _do_get}
