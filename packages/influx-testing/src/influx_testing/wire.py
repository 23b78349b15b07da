"""What can happen to an answer on its way beside its bytes: pauses, and the end of the connection.

Only said here, as data. `sockets` does it to a socket; `arrive` does it where there is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from influx_core.interfaces import LocalResponse, Request, Response

__all__ = ["Break", "Handle", "Pause", "Reply", "RoughResponse", "Step", "arrive"]


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing comes for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Break:
    """The connection ends, and nothing comes after.

    Attributes:
        reset: whether it is reset (TCP RST) and not closed in order.
        torn: what still comes, as a chunk that was announced to be longer.
    """

    reset: bool = False
    torn: bytes = b""


Step = bytes | Pause | Break


@dataclass(frozen=True, slots=True)
class RoughResponse:
    """An answer with trouble on its way.

    Attributes:
        status: the HTTP status.
        headers: names in lower case.
        steps: the body, with what happens between its pieces.
        before: what happens before the status.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    steps: Iterable[Step] = ()
    before: tuple[Pause | Break, ...] = ()


Reply = LocalResponse | RoughResponse
Handle = Callable[[Request], Reply]


async def arrive(reply: Reply, seconds: float | None) -> Response:
    """Let an answer arrive in this process, with all its trouble.

    Args:
        reply: the answer.
        seconds: until the whole of it must be there; None waits for ever.

    Raises:
        TimeoutError: it took too long, or the connection broke before the status.
    """
    if isinstance(reply, LocalResponse):
        return reply
    patience = _Patience(seconds)
    for step in reply.before:
        if isinstance(step, Break):
            raise TimeoutError("the connection broke before there was an answer")
        await patience.wait(step.seconds)
    return _Arriving(reply, patience)


class _Patience:
    """The time that a request has."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._ends = None if seconds is None else asyncio.get_running_loop().time() + seconds

    async def wait(self, seconds: float) -> None:
        if self._ends is None:
            await asyncio.sleep(seconds)
            return
        left = max(self._ends - asyncio.get_running_loop().time(), 0)
        await asyncio.sleep(min(seconds, left))
        if seconds >= left:
            raise TimeoutError(f"nothing came within {self._seconds} s")


class _Arriving:
    """The rest of an answer whose status is there."""

    def __init__(self, reply: RoughResponse, patience: _Patience) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self._steps = reply.steps
        self._patience = patience

    async def chunks(self) -> AsyncIterator[bytes]:
        for step in self._steps:
            if isinstance(step, bytes):
                yield step
            elif isinstance(step, Pause):
                await self._patience.wait(step.seconds)
            else:
                if step.torn:
                    yield step.torn
                raise ConnectionError("the connection broke in the midst of the answer")

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""
