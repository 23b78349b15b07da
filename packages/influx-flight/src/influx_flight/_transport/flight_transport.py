"""The transport `flight`: queries of InfluxDB 3 over Flight, everything else over HTTP."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Self

from influx_core import ConfigError
from influx_core.interfaces import LocalResponse, ReceivedBatch, Request, Response
from influx_core.parts import AiohttpTransport
from influx_flight._arrow.deserializer import ARROW_STREAM
from influx_flight._arrow.message_splitter import END_OF_STREAM
from influx_flight._pyarrow import flight, pa
from influx_flight._transport.connection import ConnectionOptions, connect
from influx_flight._transport.flight_errors import error_after_rows, read_failure
from influx_flight._transport.fork_guard import check_process
from influx_flight._transport.ipc_messages import BatchMessages
from influx_flight._transport.query_ticket import metadata_of, ticket_of
from influx_flight._transport.record_stream import END, PATIENCE, RecordStream
from influx_flight._transport.shared_timer import SharedTimer
from influx_flight._transport.worker_threads import WorkerThreads

__all__ = ["FlightTransport"]

_GRACE = 0.05
"""The seconds that a batch waits for the next message, which says whether it is the last one."""


class FlightTransport:
    """Sends queries that ask for Arrow over Flight, and every other request over HTTP.

    All queries to one server share a connection. Each runs in a thread, because pyarrow.flight
    blocks.

    Args:
        options: how to connect, with HTTP and with Flight.
        gzip: whether the bodies of writes are sent compressed.

    Attributes:
        query_formats: see `influx_core.interfaces.FormatTransport`.

    Raises:
        ConfigError: TLS cannot be set up so, or the proxy or a header is invalid.
    """

    query_formats: ClassVar = frozenset({ARROW_STREAM})

    def __init__(self, options: ConnectionOptions | None = None, *, gzip: bool = False) -> None:
        self._options = options or ConnectionOptions()
        self._http = AiohttpTransport(
            None,
            self._options.headers,
            tls=self._options.tls(),
            proxy=self._options.proxy,
            trust_env=self._options.trust_env,
            gzip=gzip,
            limit=self._options.limit,
            connect_timeout=self._options.connect_timeout,
        )
        self._headers = {name.lower(): value for name, value in self._options.headers.items()}
        self._last_options: tuple[dict[str, str] | None, Any] = None, None
        self._clients: dict[str, Any] = {}
        self._threads = WorkerThreads()
        self._free = asyncio.Semaphore(self._options.limit)
        self._streams: set[RecordStream] = set()
        self._patience = SharedTimer(PATIENCE)
        self._process: int | None = None
        self._closed = False

    def check_usable(self) -> None:
        """Raise ConfigError if the transport is closed, or belongs to another event loop."""
        self._http.check_usable()

    async def send(self, request: Request) -> Response:
        """Send one request; a query that asks for Arrow over Flight."""
        ticket = ticket_of(request)
        if ticket is None:
            return await self._http.send(request)
        if self._closed:
            raise ConfigError("the client is closed: make a new one")
        options = self._call_options({**self._headers, **request.headers})
        client = self._client(request.base_url)
        await self._free_thread(request)
        return await self._opened(request, partial(client.do_get, flight.Ticket(ticket), options))

    async def aclose(self) -> None:
        """Close all connections."""
        self._closed = True
        await self._http.aclose()
        if self._process not in (None, os.getpid()):
            return  # the rest belongs to the process from which this one was forked
        for stream in list(self._streams):
            stream.stop()
        self._threads.stop()
        while self._clients:
            _, client = self._clients.popitem()
            client.close()

    def _call_options(self, headers: dict[str, str]) -> Any:
        """The options of a call with these headers; most calls have those of the last one."""
        last, options = self._last_options
        if headers != last:
            options = flight.FlightCallOptions(headers=list(metadata_of(headers)))
            self._last_options = headers, options
        return options

    def _client(self, base_url: str) -> Any:
        self._process = check_process()
        client = self._clients.get(base_url)
        if client is None:
            client = self._clients[base_url] = connect(base_url, self._options)
        return client

    async def _free_thread(self, request: Request) -> None:
        """Wait until a thread is free.

        Raises:
            ConnectionError: none is free in time, and nothing was sent.
        """
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(request.timeout):
                await self._free.acquire()
        except TimeoutError:
            raise ConnectionError(
                f"for {request.timeout} s, all {self._options.limit} threads for queries over "
                "Flight (limit) were in use"
            ) from None

    async def _opened(self, request: Request, open_reader: Callable[[], Any]) -> Response:
        """Start a stream, and wait until the server has sent the schema or an error."""
        stream = RecordStream(open_reader, lambda: self._ended(stream), self._patience)
        self._streams.add(stream)
        self._threads.start(stream.read, stream.report_end)
        failure: BaseException
        try:
            if not stream.arrived:
                await stream.arrival(request.timeout)
            schema = stream.take()
        except TimeoutError:
            stream.stop()
            failure = TimeoutError(f"nothing came within {request.timeout} s")
        except Exception as error:
            stream.stop()
            read = read_failure(error)
            if not isinstance(read, BaseException):
                return LocalResponse(read.status, {}, (read.message.encode(),))
            failure = read
        except BaseException:
            stream.stop()
            raise
        else:
            return _FlightResponse(stream, schema, request.timeout)
        raise failure

    def _ended(self, stream: RecordStream) -> None:
        self._streams.discard(stream)
        self._free.release()


class _FlightResponse:
    """A response whose batches are read from a stream.

    Args:
        stream: the stream, whose schema has been read.
        schema: the `pyarrow.Schema`.
        timeout: the seconds of silence that it may keep.
    """

    status = 200
    headers: Mapping[str, str] = MappingProxyType({"content-type": ARROW_STREAM})

    def __init__(self, stream: RecordStream, schema: Any, timeout: float | None) -> None:
        self._stream = stream
        self._schema = schema
        self._timeout = timeout

    def batches(self) -> AsyncIterator[ReceivedBatch]:
        """Iterate over the record batches as they arrive."""
        return _ReceivedBatches(self._stream, self._schema, self._timeout)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the bytes of an Arrow stream with the batches; a short one is one piece."""
        messages = BatchMessages(self._schema)
        before = messages.schema
        async for batch, last in self.batches():
            yield before + messages.batch(batch) + (END_OF_STREAM if last else b"")
            before = b""

    async def aclose(self) -> None:
        """End the call, if it is still running."""
        self._stream.stop()


class _ReceivedBatches:
    """The batches of a stream, as they arrive.

    It is a class, because an asynchronous generator costs each result several calls more.

    Args:
        stream: the stream, whose schema has been read.
        schema: the `pyarrow.Schema`.
        timeout: the seconds of silence that the stream may keep.
    """

    def __init__(self, stream: RecordStream, schema: Any, timeout: float | None) -> None:
        self._stream = stream
        self._schema = schema
        self._timeout = timeout
        self._begun = self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ReceivedBatch:
        stream = self._stream
        while not self._ended:
            if not stream.arrived:
                await self._arrival()
            batch = self._taken()
            self._begun = True
            if batch is END:
                self._ended = True
                nothing = pa.RecordBatch.from_pylist([], schema=self._schema)
                return ReceivedBatch(nothing, last=True)
            if batch is not None:
                if not stream.arrived:
                    with suppress(TimeoutError):
                        await stream.arrival(_GRACE)
                self._ended = stream.at_end
                return ReceivedBatch(batch, self._ended)
        raise StopAsyncIteration

    async def _arrival(self) -> None:
        timeout = self._timeout
        try:
            await self._stream.arrival(
                timeout if self._begun else self._stream.left_since_schema(timeout)
            )
        except TimeoutError:
            failure = TimeoutError(f"nothing came for {timeout} s")
        else:
            return
        raise failure

    def _taken(self) -> Any:
        """The next piece of the stream, which is there."""
        failure: BaseException
        try:
            return self._stream.take()
        except Exception as error:
            read = read_failure(error)
            if isinstance(read, BaseException):
                failure = ConnectionError(str(read))
            else:
                failure = error_after_rows(read)
        raise failure
