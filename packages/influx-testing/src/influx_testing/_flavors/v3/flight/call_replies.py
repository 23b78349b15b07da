"""Makes the responses to calls of Flight: messages, and the status at their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.sql import QueryCancelled, SQLError
from influx_testing._flight.grpc_framing import GRPC_TYPE, call_end, framed
from influx_testing._flight.grpc_status import GRPCCode, GRPCError, status_headers
from influx_testing._flight.protobuf import ProtobufMessage
from influx_testing.errors import FakeUnsupported

__all__ = ["call_reply", "encoded_frame", "planning_error", "refused_reply"]

NOT_IMPLEMENTED = "This feature is not implemented: "
_NO_MEMORY = "Resources exhausted"


def planning_error(text: str) -> GRPCError:
    """The error of a query that is refused."""
    code = GRPCCode.INVALID_ARGUMENT
    if text.startswith(_NO_MEMORY):
        code = GRPCCode.RESOURCE_EXHAUSTED
    elif text.startswith(NOT_IMPLEMENTED):
        code = GRPCCode.UNIMPLEMENTED
    return GRPCError(code, f"Error while planning query: {text}")


def refused_reply(code: GRPCCode, message: str) -> Reply:
    """The response to a call that fails at once."""
    return Reply(200, (), {"content-type": GRPC_TYPE, **status_headers(code, message)})


def call_reply(
    server: ServerContext,
    frames: Callable[[], Iterable[bytes]],
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """The response to a call.

    Args:
        server: takes the reports of what the fake does not support.
        frames: makes the frames of the messages, in the thread that sends them.
        headers: further headers of the response.
    """
    return Reply(200, _ended(server, frames), {"content-type": GRPC_TYPE, **(headers or {})})


def encoded_frame(message: ProtobufMessage) -> bytes:
    """A message as a frame of gRPC."""
    return framed(message.encode())


def _ended(server: ServerContext, frames: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
    """The frames of a call, and the one with its status."""
    try:
        yield from frames()
    except GRPCError as error:
        yield call_end(error.code, error.message)
    except SQLError as error:
        refused = planning_error(str(error))
        yield call_end(refused.code, refused.message)
    except QueryCancelled:
        yield call_end(GRPCCode.CANCELLED, "the query was cancelled")
    except FakeUnsupported as error:
        yield call_end(GRPCCode.UNIMPLEMENTED, server.unsupported(error))
    else:
        yield call_end(GRPCCode.OK)
