"""Responds to streams: passes requests to a function, and sends what it returns.

Calls of gRPC end with trailers, by their deadline at the latest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import Protocol

from influx_testing._faults.network_effects import (
    Disconnect,
    DisruptedResponse,
    HandleRequest,
    Pause,
    Step,
)
from influx_testing._flight.grpc_framing import GRPC_TYPE, TrailerSplitter
from influx_testing._flight.grpc_status import (
    GRPCCode,
    code_of_http_status,
    grpc_timeout,
    status_headers,
)
from influx_testing._server.http2.http2_stream import HTTP2Stream, StreamEnded
from influx_testing._server.piece_reader import ThreadReader
from influx_testing._server.web_page_guard import WebPageGuard

__all__ = ["StreamResponder", "is_grpc"]


class StreamResponder:
    """Responds to each stream with the response of a function.

    Args:
        answer: returns the response to a request; called in threads.
        guard: refuses requests of web pages.
        threads: run the function.
    """

    def __init__(
        self,
        answer: HandleRequest,
        guard: WebPageGuard | None,
        threads: Executor,
    ) -> None:
        self._answer = answer
        self._guard = guard
        self._reader = ThreadReader(threads)

    async def __call__(self, stream: HTTP2Stream) -> None:
        """Respond to a request.

        Raises:
            StreamEnded: the client cancelled it, or its deadline passed.
        """
        forbidden = self._guard.refusal(stream.headers) if self._guard is not None else ""
        refusal = (403, forbidden) if forbidden else stream.refusal
        if refusal is not None:
            await _refuse(stream, *refusal)
            return
        if not is_grpc(stream):
            await self._respond(stream)
            return
        seconds = grpc_timeout(stream.headers.get("grpc-timeout"))
        if seconds is None:
            await self._respond(stream)
            return
        loop = asyncio.get_running_loop()
        timer = loop.call_later(seconds, _end_at_deadline, stream)
        try:
            await self._respond(stream)
        finally:
            timer.cancel()

    async def _respond(self, stream: HTTP2Stream) -> None:
        response = await self._reader.run(self._answer, stream.request())
        steps: Iterable[Step]
        if isinstance(response, DisruptedResponse):
            steps = response.steps
            if not await self._run(stream, None, response.before):
                return
        else:
            steps = response.pieces
        kind = _CallBody if _is_grpc_type(response.headers) else _PlainBody
        body = kind(stream, response.status or 200, response.headers)
        if await self._run(stream, body, steps):
            await body.finish()

    async def _run(self, stream: HTTP2Stream, body: _Body | None, steps: Iterable[Step]) -> bool:
        """Run the steps in order; returns whether the connection is still open."""
        batches = self._reader.batches(steps)
        try:
            async for batch in batches:
                for step in batch:
                    if not await _do(stream, body, step):
                        return False
        except StreamEnded:
            raise
        except ConnectionError:  # the server ends the connection
            stream.connection.end_connection(reset=False)
            return False
        finally:
            await batches.aclose()
        return True


async def _do(stream: HTTP2Stream, body: _Body | None, step: Step) -> bool:
    """Do one step; returns whether the connection is still open."""
    if isinstance(step, bytes):
        assert body is not None
        await body.send(step)
    elif isinstance(step, Pause):
        await asyncio.sleep(step.seconds)
    else:
        await _disconnect(stream, body, step)
        return False
    return True


async def _disconnect(stream: HTTP2Stream, body: _Body | None, step: Disconnect) -> None:
    if step.partial_chunk and body is not None:
        await body.send(step.partial_chunk)
    stream.connection.end_connection(reset=step.reset)


def is_grpc(stream: HTTP2Stream) -> bool:
    """Whether the request of a stream is a call of gRPC."""
    return _is_grpc_type(stream.headers)


def _is_grpc_type(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").startswith(GRPC_TYPE)


def _end_at_deadline(stream: HTTP2Stream) -> None:
    """End a call with an error, and its work."""
    if stream.is_ended:
        return
    trailers = status_headers(GRPCCode.DEADLINE_EXCEEDED, "Timeout expired")
    if stream.has_headers:
        stream.send_trailers(trailers)
    else:
        stream.send_headers(200, {"content-type": GRPC_TYPE, **trailers}, end=True)
    stream.is_ended = True
    stream.cancellation.set()
    stream.connection.wake()


async def _refuse(stream: HTTP2Stream, status: int, text: str) -> None:
    """Respond with an error, to a call with the status of gRPC that has the same meaning."""
    if is_grpc(stream):
        trailers = status_headers(code_of_http_status(status), text)
        stream.send_headers(200, {"content-type": GRPC_TYPE, **trailers}, end=True)
        return
    body = _PlainBody(stream, status, {"content-type": "text/plain"})
    await body.send(f"{text}\n".encode())
    await body.finish()


class _Body(Protocol):
    """Sends the body of a response, with its headers before it."""

    async def send(self, piece: bytes) -> None:
        """Send a piece."""
        ...

    async def finish(self) -> None:
        """End the response."""
        ...


class _PlainBody:
    """The body of a response of HTTP."""

    def __init__(self, stream: HTTP2Stream, status: int, headers: Mapping[str, str]) -> None:
        self._stream = stream
        self._status = status
        self._headers = headers

    async def send(self, piece: bytes) -> None:
        """Send a piece; the headers first."""
        if not self._stream.has_headers:
            self._stream.send_headers(self._status, self._headers)
        await self._stream.send_data(piece)

    async def finish(self) -> None:
        """End the response; without a body, with its headers."""
        if self._stream.has_headers:
            self._stream.end()
        else:
            self._stream.send_headers(self._status, self._headers, end=True)


class _CallBody(_PlainBody):
    """The messages and the trailers of a call."""

    def __init__(self, stream: HTTP2Stream, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(stream, status, headers)
        self._frames = TrailerSplitter()

    async def send(self, piece: bytes) -> None:
        """Send the messages in a piece; keep the trailers."""
        for data in self._frames.data(piece):
            await super().send(data)

    async def finish(self) -> None:
        """Send the trailers; without a message, as headers. A call without trailers is reset."""
        trailers = self._frames.trailers
        if trailers is None and "grpc-status" in self._headers:
            await super().finish()
        elif trailers is None:
            self._stream.reset()
        elif self._stream.has_headers:
            self._stream.send_trailers(trailers)
        else:
            self._stream.send_headers(self._status, {**self._headers, **trailers}, end=True)
