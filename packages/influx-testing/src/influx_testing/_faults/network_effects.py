"""Responses with network faults: pauses, and connections that end early.

This module only describes the faults, as data. `socket_effects` applies them to a socket, `deliver`
to a client in the same process.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from influx_core.interfaces import LocalResponse, Request, Response

__all__ = [
    "AnyResponse",
    "Disconnect",
    "DisruptedResponse",
    "HandleRequest",
    "Pause",
    "Step",
    "deliver",
]


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The connection ends; nothing is sent afterwards.

    Attributes:
        reset: whether it is reset (TCP RST) instead of closed in order.
        partial_chunk: bytes to send first, as an HTTP chunk that announces more bytes than follow.
        refused: whether the request counts as never sent, as when a connection is refused.
    """

    reset: bool = False
    partial_chunk: bytes = b""
    refused: bool = False


Step = bytes | Pause | Disconnect


@dataclass(frozen=True, slots=True)
class DisruptedResponse:
    """A response with network faults.

    Attributes:
        status: the HTTP status; 0 if the connection ends before the status is sent.
        headers: the headers, with names in lower case.
        steps: the pieces of the body, with the faults between them.
        before: the faults before the status is sent.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    steps: Iterable[Step] = ()
    before: tuple[Pause | Disconnect, ...] = ()


AnyResponse = LocalResponse | DisruptedResponse
HandleRequest = Callable[[Request], AnyResponse]


async def deliver(response: AnyResponse, seconds: float | None) -> Response:
    """Deliver a response to a client in this process, with its network faults.

    Args:
        response: the response.
        seconds: how long the server may be silent in total; None for no limit. The time that the
            reader takes between two pieces does not count.

    Raises:
        ConnectionError: the request counts as never sent.
        TimeoutError: the server was silent too long, or the connection ended before the status.
    """
    if isinstance(response, LocalResponse):
        return response
    silence = _SilenceLimit(seconds)
    for step in response.before:
        if isinstance(step, Pause):
            await silence.wait(step.seconds)
        elif step.refused:
            raise ConnectionRefusedError("nothing listens here")
        else:
            raise TimeoutError("the connection ended before there was a response")
    return _DisruptedBody(response, silence)


class _SilenceLimit:
    """Waits for the server, in total no longer than the timeout of the request."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._left = math.inf if seconds is None else seconds

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, self._left))
        if seconds >= self._left:
            raise TimeoutError(f"nothing came within {self._seconds} s")
        self._left -= seconds


class _DisruptedBody:
    """The body of a response whose status has been delivered."""

    def __init__(self, response: DisruptedResponse, silence: _SilenceLimit) -> None:
        self.status = response.status
        self.headers = response.headers
        self._steps = response.steps
        self._silence = silence

    async def chunks(self) -> AsyncIterator[bytes]:
        for step in self._steps:
            if isinstance(step, bytes):
                yield step
            elif isinstance(step, Pause):
                await self._silence.wait(step.seconds)
            else:
                if step.partial_chunk:
                    yield step.partial_chunk
                raise ConnectionError("the connection ended in the middle of the response")

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""
