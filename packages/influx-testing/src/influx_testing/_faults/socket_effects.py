"""Applies the network faults of a response to a socket: wait, truncate, close, reset."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing

from aiohttp import web

from influx_testing._faults.network_effects import Disconnect, DisruptedResponse, Pause, Step

__all__ = ["end_transport", "send_disrupted"]

_NO_LINGER = struct.pack("ii", 1, 0)


ReadSteps = Callable[[Iterable[Step]], AsyncGenerator[Sequence[Step]]]
"""Reads steps, some at a time."""


async def send_disrupted(
    request: web.Request, disrupted: DisruptedResponse, read: ReadSteps
) -> web.StreamResponse:
    """Send a response with its network faults; returns when it is sent or the connection ended."""
    response = web.StreamResponse(status=disrupted.status or 200, headers=dict(disrupted.headers))
    if await _run(request, response, read(disrupted.before)):
        await response.prepare(request)
        if await _run(request, response, read(disrupted.steps)):
            await response.write_eof()
    return response


async def _run(
    request: web.Request, response: web.StreamResponse, steps: AsyncGenerator[Sequence[Step]]
) -> bool:
    """Run the steps in order; returns whether the connection is still open."""
    async with aclosing(steps):
        async for batch in steps:
            for step in batch:
                if not await _run_step(request, response, step):
                    return False
    return True


async def _run_step(request: web.Request, response: web.StreamResponse, step: Step) -> bool:
    """Run a step; returns whether the connection is still open."""
    if isinstance(step, bytes):
        await response.write(step)
        return True
    if isinstance(step, Pause):
        await asyncio.sleep(step.seconds)
        return True
    await _disconnect(request, response, step)
    return False


async def _disconnect(request: web.Request, response: web.StreamResponse, step: Disconnect) -> None:
    transport = request.transport
    if transport is None:
        return
    if step.partial_chunk:
        await response.write(step.partial_chunk)
        announced = len(step.partial_chunk) + 1
        transport.write(f"{announced:x}\r\n".encode() + step.partial_chunk)
    end_transport(transport, reset=step.reset)


def end_transport(transport: asyncio.Transport, *, reset: bool) -> None:
    """End a connection: reset it, or send what is left and close it in order."""
    if reset:
        _reset_on_close(transport)
        transport.abort()
    else:
        transport.close()


def _reset_on_close(transport: asyncio.Transport) -> None:
    """Make the system send a TCP reset on close; a Unix socket has no reset and is only closed."""
    connection = transport.get_extra_info("socket")
    if connection.family != getattr(socket, "AF_UNIX", None):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
