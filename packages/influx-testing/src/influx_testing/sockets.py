"""Does to a socket what a rough answer says: wait, tear a chunk, close, reset."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterable

from aiohttp import web

from influx_testing.wire import Break, Pause, RoughResponse, Step

__all__ = ["respond_roughly"]

_LINGER_NOT = struct.pack("ii", 1, 0)


async def respond_roughly(request: web.Request, rough: RoughResponse) -> web.StreamResponse:
    """Send an answer with all its trouble; returns when it is out, or the connection is gone."""
    response = web.StreamResponse(status=rough.status or 200, headers=dict(rough.headers))
    if await _walk(request, response, rough.before):
        await response.prepare(request)
        if await _walk(request, response, rough.steps):
            await response.write_eof()
    return response


async def _walk(request: web.Request, response: web.StreamResponse, steps: Iterable[Step]) -> bool:
    """Do one step after the other; returns whether the connection is still there."""
    for step in steps:
        if isinstance(step, bytes):
            await response.write(step)
        elif isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
        else:
            await _break(request, response, step)
            return False
    return True


async def _break(request: web.Request, response: web.StreamResponse, step: Break) -> None:
    transport = request.transport
    if transport is None:
        return
    if step.torn:
        await response.write(step.torn)
        transport.write(f"{len(step.torn) + 1:x}\r\n".encode() + step.torn)
    if step.reset:
        _reset_on_close(transport)
        transport.abort()
    else:
        transport.close()


def _reset_on_close(transport: asyncio.Transport) -> None:
    """Have the system answer with a reset; a unix socket knows none and is just closed."""
    connection = transport.get_extra_info("socket")
    if connection.family != getattr(socket, "AF_UNIX", None):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
