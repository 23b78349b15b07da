"""Divides the bodies of gRPC calls into messages, and carries trailers in them.

A message follows one byte of flags and its size in 4 bytes. A response ends with a frame of
trailers, as in gRPC-Web: the server sends it as the trailers of HTTP/2.

Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from influx_testing._flight.grpc_status import GRPCCode, GRPCError, status_headers

__all__ = ["GRPC_TYPE", "TrailerSplitter", "call_end", "framed", "messages_of", "trailers_of"]

GRPC_TYPE = "application/grpc"
"""The content type of calls; a format may follow after `+`."""

_HEAD = 5
_COMPRESSED = 0x01
_TRAILERS = 0x80


def framed(message: bytes) -> bytes:
    """A message with its head."""
    return b"\x00" + len(message).to_bytes(4, "big") + message


def messages_of(body: bytes) -> Iterator[bytes]:
    """The messages in the body of a request.

    Raises:
        GRPCError: the body ends in a message, or a message is compressed.
    """
    position = 0
    while position < len(body):
        flags = body[position]
        size = int.from_bytes(body[position + 1 : position + _HEAD], "big")
        end = position + _HEAD + size
        if position + _HEAD > len(body) or end > len(body):
            raise GRPCError(GRPCCode.INTERNAL, "Unexpected EOF decoding stream.")
        if flags & _COMPRESSED:
            raise GRPCError(
                GRPCCode.UNIMPLEMENTED, "the server does not accept compressed messages"
            )
        if flags:
            raise GRPCError(GRPCCode.INTERNAL, f"protocol error: invalid message flag: {flags}")
        yield body[position + _HEAD : end]
        position = end


def call_end(code: GRPCCode, message: str = "", extra: Mapping[str, str] | None = None) -> bytes:
    """The frame that ends a call, with its status."""
    trailers = {**status_headers(code, message), **(extra or {})}
    text = "".join(f"{name}: {value}\r\n" for name, value in trailers.items()).encode("ascii")
    return bytes([_TRAILERS]) + len(text).to_bytes(4, "big") + text


def trailers_of(frame: bytes) -> dict[str, str] | None:
    """The trailers in a frame that `call_end` made; None for other bytes."""
    if not frame or frame[0] != _TRAILERS or len(frame) < _HEAD:
        return None
    lines = frame[_HEAD:].decode("ascii", "replace").split("\r\n")
    pairs = (line.partition(": ") for line in lines if line)
    return {name: value for name, _, value in pairs}


class TrailerSplitter:
    """Separates the messages of a response from its trailers, in pieces of any size.

    Attributes:
        trailers: the trailers, as soon as their frame is complete.
    """

    def __init__(self) -> None:
        self.trailers: dict[str, str] | None = None
        self._rest = 0
        self._held = b""

    def data(self, piece: bytes) -> Iterable[bytes]:
        """The parts of a piece that belong to messages, with their heads."""
        if not self._held and not self._rest and _is_whole_message(piece):
            return (piece,)
        return tuple(self._split(piece))

    def _split(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            if self._rest:
                yield piece[: self._rest]
                taken = min(self._rest, len(piece))
                self._rest -= taken
                piece = piece[taken:]
                continue
            self._held += piece
            size = _frame_size(self._held)
            if size is None or (self._held[0] & _TRAILERS and size > len(self._held)):
                return
            if self._held[0] & _TRAILERS:
                self.trailers = trailers_of(self._held[:size])
                piece, self._held = self._held[size:], b""
            else:
                self._rest = size
                piece, self._held = self._held, b""

    def rest(self) -> bytes:
        """The bytes of a head that was not completed."""
        return self._held


def _frame_size(data: bytes) -> int | None:
    """The size of the frame at the start, with its head; None if the head is not complete."""
    if len(data) < _HEAD:
        return None
    return _HEAD + int.from_bytes(data[1:_HEAD], "big")


def _is_whole_message(piece: bytes) -> bool:
    return bool(piece) and not piece[0] & _TRAILERS and _frame_size(piece) == len(piece)
