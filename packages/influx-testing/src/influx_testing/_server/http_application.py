"""The aiohttp application that turns HTTP into requests, and responses into HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from contextlib import aclosing, contextmanager
from typing import Protocol

from aiohttp import web
from aiohttp.http import SERVER_SOFTWARE, HttpVersion10, HttpVersion11

from influx_testing._faults.network_effects import AnyResponse, DisruptedResponse, HandleRequest
from influx_testing._faults.socket_effects import send_disrupted
from influx_testing._flavors.cancellation import CancellableRequest
from influx_testing._flavors.parameters import url_parameters
from influx_testing._flavors.v3.routes import WAITING_PATHS
from influx_testing._server.http1.http1_connection import (
    UNSUPPORTED_VERSION,
    HTTP1Connection,
    refuse,
)
from influx_testing._server.http1.raw_headers import RawHeaderResponse, is_sendable
from influx_testing._server.piece_reader import DirectReader, PieceReader, ThreadReader
from influx_testing._server.web_page_guard import WebPageGuard

__all__ = ["PathHandler", "PathHandlers", "http_application"]


class PathHandler(Protocol):
    """Responds to the requests for some paths itself."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Respond to a request."""
        ...


PathHandlers = Callable[[str], PathHandler | None]
"""Returns what responds to the requests for a path instead of the server."""


def http_application(
    answer: HandleRequest,
    threads: Executor,
    guard: WebPageGuard | None = None,
    pages: PathHandlers = lambda path: None,
) -> web.Application:
    """Create an application that passes requests to one function, unless a guard refuses them.

    Args:
        answer: returns the response to a request.
        threads: run the function for requests that wait for another process.
        guard: refuses requests of web pages of other machines.
        pages: returns what responds to the requests for a path instead.
    """
    in_progress: dict[asyncio.Task[None], web.Request] = {}
    directly, in_threads = DirectReader(), ThreadReader(threads)

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.version not in (HttpVersion10, HttpVersion11):
            return refuse(request, UNSUPPORTED_VERSION)
        page = pages(request.path)
        if page is not None:
            with _entered(request, in_progress):
                return await page.handle(request)
        arrived = await _request(request)
        refusal = guard.refusal(arrived.headers) if guard is not None else ""
        if refusal:
            return web.Response(status=403, text=f"{refusal}\n")
        reader: PieceReader = in_threads if arrived.path in WAITING_PATHS else directly
        HTTP1Connection.of(request).cancellation = arrived.cancellation
        try:
            with _entered(request, in_progress):
                return await _respond(request, await reader.run(answer, arrived), reader)
        except ConnectionError:  # the client is gone, or the server ends the connection
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        finally:
            arrived.cancellation.set()

    application = web.Application(client_max_size=0)

    async def end_responses(application: web.Application) -> None:
        """End the responses that take a while; aiohttp would wait for them."""
        tasks = list(in_progress)
        for task in tasks:
            request = in_progress[task]
            if request.transport is not None:
                request.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    application.on_shutdown.append(end_responses)
    application.on_response_prepare.append(_remove_added_headers)
    application.router.add_route("*", "/{path:.*}", handle, expect_handler=_expected)
    return application


@contextmanager
def _entered(
    request: web.Request, in_progress: dict[asyncio.Task[None], web.Request]
) -> Generator[None]:
    """Keep a request under its task within a with block."""
    task = asyncio.current_task()
    assert task is not None
    in_progress[task] = request
    try:
        yield
    finally:
        del in_progress[task]


async def _expected(request: web.Request) -> web.StreamResponse | None:
    """Ask for the body if the client waits for that; refuse other expectations as Go does."""
    if request.headers["Expect"].lower() != "100-continue":
        refusal = _UntypedResponse(status=417)
        refusal.force_close()
        return refusal
    if request.version == HttpVersion11 and request.transport is not None:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return None


async def _request(request: web.Request) -> CancellableRequest:
    return CancellableRequest(
        method=request.method,
        path=request.rel_url.raw_path,
        params=url_parameters(request.raw_path),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.read(),
    )


async def _remove_added_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Remove headers of aiohttp that the real server does not send: Server, a guessed type."""
    if response.headers.get("Server") == SERVER_SOFTWARE:
        del response.headers["Server"]
    if isinstance(response, _UntypedResponse):
        response.headers.popall("Content-Type", None)


class _UntypedResponse(web.Response):
    """A response without the header Content-Type."""


async def _respond(
    request: web.Request, local: AnyResponse, reader: PieceReader
) -> web.StreamResponse:
    if isinstance(local, DisruptedResponse):
        return await send_disrupted(request, local, reader.batches)
    pieces = local.pieces
    headers = {name.title(): value for name, value in local.headers.items()}
    if not is_sendable(headers):
        return RawHeaderResponse(local.status, headers, b"".join(pieces))
    if isinstance(pieces, tuple):
        kind = web.Response if "Content-Type" in headers else _UntypedResponse
        return kind(status=local.status, headers=headers, body=b"".join(pieces))
    response = web.StreamResponse(status=local.status, headers=headers)
    await response.prepare(request)
    async with aclosing(reader.batches(pieces)) as batches:
        async for batch in batches:
            for piece in batch:
                await response.write(piece)
    await response.write_eof()
    return response
