"""HTTP2Connection: speaks HTTP/2 on a connection, and lets a function respond to each stream."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, DataReceived, Event, RequestReceived, StreamReset
from h2.events import StreamEnded as RequestEnded
from h2.exceptions import H2Error, ProtocolError
from h2.settings import SettingCodes, Settings
from hpack import Decoder, HeaderTuple

from influx_testing._faults.socket_effects import end_transport
from influx_testing._server.http2.closing import close_in_order
from influx_testing._server.http2.http2_stream import MOST_HEADER_BYTES, HTTP2Stream, StreamEnded

__all__ = ["HTTP2Connection"]

_WINDOW_BYTES = 1 << 20
_BUFFER_BYTES = 512 << 10
MOST_BUFFERED_BYTES = 4 << 20
"""What may wait for a client that does not read; more is a flood of control frames."""

_HEADER_BYTES = 65_536
"""The most bytes of headers that are read at all; more end the connection."""

_BLANKS = b" \t"
_STREAMS = 100
_MOST_RESETS = 1_000
"""How many streams a client may cancel on a connection before they had a response."""

_SETTINGS: dict[SettingCodes, int] = {
    SettingCodes.ENABLE_PUSH: 0,
    SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW_BYTES,
    SettingCodes.MAX_CONCURRENT_STREAMS: _STREAMS,
    SettingCodes.MAX_HEADER_LIST_SIZE: MOST_HEADER_BYTES,
}

Respond = Callable[[HTTP2Stream], Awaitable[None]]
"""Responds to a stream whose request is complete."""


class HTTP2Connection(asyncio.Protocol):
    """A connection.

    Args:
        respond: responds to each stream.
        is_early: whether a request is responded to before its body has come.
        connections: all connections that are open; this one adds and removes itself.
        tasks: all tasks that respond to streams; added and removed likewise.
    """

    def __init__(
        self,
        respond: Respond,
        is_early: Callable[[HTTP2Stream], bool],
        connections: set[HTTP2Connection],
        tasks: set[asyncio.Task[None]],
    ) -> None:
        self._respond = respond
        self._is_early = is_early
        self._connections = connections
        self._tasks = tasks
        self._streams: dict[int, HTTP2Stream] = {}
        self._transport: asyncio.Transport | None = None
        self._room = asyncio.Event()
        self._can_write = True
        self._is_closing = False
        self._resets = 0
        config = H2Configuration(client_side=False, header_encoding=None)
        self._http = H2Connection(config)
        self._http.local_settings = Settings(client=False, initial_values=_SETTINGS)
        self._http.decoder = _HeaderDecoder()
        self._http.decoder.max_header_list_size = _HEADER_BYTES

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the settings."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)
        transport.set_write_buffer_limits(high=_BUFFER_BYTES)
        self._http.initiate_connection()
        self._http.increment_flow_control_window(_WINDOW_BYTES)
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """End all streams."""
        self._transport = None
        self._connections.discard(self)
        for stream in list(self._streams.values()):
            self._forget(stream)
        self.wake()

    def eof_received(self) -> None:
        """Close the connection: the client is gone."""

    def pause_writing(self) -> None:
        """Send no more data: the client does not take what was sent."""
        self._can_write = False

    def resume_writing(self) -> None:
        """Send data again."""
        self._can_write = True
        self.wake()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends; end the connection if it is not HTTP/2."""
        if self._is_closing:
            return
        try:
            events = self._http.receive_data(data)
            for event in events:
                self._handle(event)
        except (ProtocolError, ValueError, IndexError):
            self._close()  # h2 has prepared what to say of the error
            return
        self.wake()
        self._flush()

    def _close(self) -> None:
        """Send what is left, and close the connection; ignore what still comes."""
        self._flush()
        self._is_closing = True
        if self._transport is not None and not self._transport.is_closing():
            close_in_order(self._transport)

    def _handle(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._begin(event.stream_id, event.headers or [])
        elif isinstance(event, DataReceived):
            self._take(event.stream_id, event.data or b"", event.flow_controlled_length or 0)
        elif isinstance(event, RequestEnded):
            self._start(event.stream_id)
        elif isinstance(event, StreamReset):
            self._reset(event.stream_id)
        elif isinstance(event, ConnectionTerminated) and not self._streams:
            self.end_connection(reset=False)

    def _begin(self, number: int, headers: Iterable[Any]) -> None:
        pairs = [(_decoded(name), _decoded(value)) for name, value in headers]
        stream = HTTP2Stream(number, pairs, self)
        self._streams[number] = stream
        if self._is_early(stream):
            self._start(number)

    def _take(self, number: int, data: bytes, flow: int) -> None:
        if flow:
            self._http.acknowledge_received_data(flow, number)
        stream = self._streams.get(number)
        if stream is not None and not stream.is_started:
            stream.take(data)

    def _start(self, number: int) -> None:
        stream = self._streams.get(number)
        if stream is not None and not stream.is_started:
            stream.is_started = True
            task = asyncio.ensure_future(self._run(stream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, stream: HTTP2Stream) -> None:
        try:
            await self._respond(stream)
        except (StreamEnded, H2Error):
            pass
        finally:
            self._forget(stream)
            self._flush()

    def _reset(self, number: int) -> None:
        """Cancel a stream; end the connection of a client that does nothing else."""
        stream = self._streams.get(number)
        if stream is None:
            return
        self._forget(stream)
        self._resets += 1
        if self._resets > _MOST_RESETS:
            self._http.close_connection(ErrorCodes.ENHANCE_YOUR_CALM)
            self._close()

    def _forget(self, stream: HTTP2Stream) -> None:
        stream.is_ended = True
        self._streams.pop(stream.id, None)
        stream.cancellation.set()

    def send_headers(self, stream: int, headers: Iterable[tuple[str, str]], *, end: bool) -> None:
        """Send headers, or trailers."""
        pairs = [(_encoded(name), _encoded(value)) for name, value in headers]
        self._http.send_headers(stream, pairs, end_stream=end)
        self._flush()

    async def send_data(self, stream: HTTP2Stream, data: bytes) -> None:
        """Send data as fast as the client takes it.

        Raises:
            StreamEnded: the stream ended meanwhile.
        """
        view = memoryview(data)
        while view:
            size = await self._space(stream)
            while view and size > 0:
                taken = min(size, len(view), self._http.max_outbound_frame_size)
                self._http.send_data(stream.id, view[:taken])
                view, size = view[taken:], size - taken
            self._flush()

    async def _space(self, stream: HTTP2Stream) -> int:
        """Wait until data can be sent; returns how many bytes, at most a part of the buffer."""
        while True:
            if stream.is_ended:
                raise StreamEnded("the client does not wait for this response any more")
            if self._can_write:
                size = min(self._http.local_flow_control_window(stream.id), _BUFFER_BYTES)
                if size > 0:
                    return size
            self._room.clear()
            await self._room.wait()

    def wake(self) -> None:
        """Let all that wait for room look again."""
        self._room.set()

    def end_stream(self, stream: int) -> None:
        """End the response."""
        self._http.end_stream(stream)
        self._flush()

    def reset_stream(self, stream: int) -> None:
        """End the response as failed."""
        self._http.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
        self._flush()

    def end_connection(self, *, reset: bool) -> None:
        """End the connection at once, with all its streams."""
        if self._transport is not None:
            end_transport(self._transport, reset=reset)

    def _flush(self) -> None:
        """Write what is to be sent; end the connection of a client that asks and never reads."""
        data = self._http.data_to_send()
        transport = self._transport
        if not data or transport is None or self._is_closing or transport.is_closing():
            return
        transport.write(data)
        if transport.get_write_buffer_size() > MOST_BUFFERED_BYTES:
            end_transport(transport, reset=True)


class _HeaderDecoder(Decoder):
    """Reads headers without the blanks around their values, as of `authorization: Bearer `.

    h2 ends a connection because of them; servers in Rust and Go accept them.
    """

    def decode(self, data: bytes, raw: bool = False) -> list[HeaderTuple]:
        """Return the names and values of a block of headers."""
        pairs = super().decode(data, raw)
        return [type(pair)(pair[0], pair[1].strip(_BLANKS)) for pair in pairs]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decoded(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "surrogateescape")
