"""Takes the frames of `Transfer-Encoding: chunked` off a body.

h11 makes an event of each chunk. influxd sends chunks of 2 KiB, 10,000 for an export of 20 MB, and
events cost six times what it takes to find the frames.
Source: https://www.rfc-editor.org/rfc/rfc9112#section-7.1
"""

from __future__ import annotations

import re

import h11

__all__ = ["ChunkedBody"]

_MOST_FRAME_BYTES = 1 << 14
"""The most bytes of a size with its extensions, and of all trailers."""

_SIZE = rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n"
_FIRST_SIZE = re.compile(_SIZE)
_NEXT_SIZE = re.compile(rb"\r\n" + _SIZE)
_TRAILERS = re.compile(rb"(?:[^\r\n]+\r\n)*\r\n")


class ChunkedBody:
    """The bytes of a body that arrives in chunks.

    Attributes:
        ended: whether the whole body has been fed; what follows it is ignored.
    """

    def __init__(self) -> None:
        self.ended = False
        self._frame = b""  # the part of a frame that has come
        self._left = 0  # bytes of the chunk that have not come
        self._size = _FIRST_SIZE
        self._after_last = False

    def feed(self, data: bytes) -> bytes:
        """Return the bytes of the body among the next ones of the connection.

        Raises:
            h11.RemoteProtocolError: these are no chunks.
        """
        data = self._frame + data
        place = min(self._left, len(data))
        self._left -= place
        pieces = [data[:place]]
        while not self._left and not self._after_last:
            size = self._size.match(data, place)
            if size is None:
                break
            self._size = _NEXT_SIZE
            length = int(size[1], 16)
            self._after_last = not length
            start = size.end()
            place = min(start + length, len(data))
            self._left = start + length - place
            pieces.append(data[start:place])
        self._frame = data[place:]
        if self._after_last:
            self.ended = _TRAILERS.match(self._frame) is not None
        if self._frame and not self.ended:
            self._refuse_what_is_no_frame()
        return b"".join(pieces)

    def _refuse_what_is_no_frame(self) -> None:
        """Raise an error if more bytes cannot make a frame of these."""
        lines = 1 if self._size is _FIRST_SIZE else 2
        complete = not self._after_last and self._frame.count(b"\n") >= lines
        if complete or len(self._frame) > _MOST_FRAME_BYTES:
            raise h11.RemoteProtocolError("the body is not made of chunks")
