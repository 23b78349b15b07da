"""Splits the bytes of an Arrow stream into messages. No I/O.

Each message has a prefix of 8 bytes, metadata (a flatbuffer), and a body whose length is in the
metadata. Sources: https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format,
https://github.com/apache/arrow/blob/main/format/Message.fbs
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from influx_core import DecodeError

__all__ = ["END_OF_STREAM", "FORMAT", "MessageKind", "MessageSplitter", "StreamMessage"]

FORMAT = "a stream of Arrow record batches"

END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"
"""The last message of a stream; it has no metadata."""

_CONTINUATION = b"\xff\xff\xff\xff"
_PREFIX = 8
_MOST_METADATA = 1 << 28
_UINT8, _UINT16, _UINT32, _INT32, _INT64 = map(struct.Struct, ("<B", "<H", "<I", "<i", "<q"))
_HEADER_TYPE, _BODY_LENGTH = 1, 3
"""Positions of fields in the table `Message`."""


class MessageKind(IntEnum):
    """The kinds of messages, by their numbers in the metadata; 0 is the end of the stream."""

    END = 0
    SCHEMA = 1
    DICTIONARY = 2
    RECORD_BATCH = 3


_MESSAGES = {int(kind): kind for kind in MessageKind if kind is not MessageKind.END}
"""The kinds of messages that have metadata."""


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """One message.

    Attributes:
        kind: its kind.
        data: all its bytes; they share the memory of the piece that they came in, if they came in
            one piece.
    """

    kind: MessageKind
    data: memoryview


class MessageSplitter:
    """Collects bytes until they are whole messages."""

    def __init__(self) -> None:
        self._held: list[memoryview] = []
        self._size = 0
        self._needed = _PREFIX

    @property
    def is_empty(self) -> bool:
        """Whether no part of a message is held."""
        return not self._size

    def feed(self, data: bytes) -> Iterator[StreamMessage]:
        """Take the next bytes; yield the messages that they complete.

        Raises:
            DecodeError: the bytes are not messages of a stream.
        """
        if data:
            self._held.append(memoryview(data).cast("B"))
            self._size += len(data)
        if self._size < self._needed:
            return
        rest = self._held[0] if len(self._held) == 1 else memoryview(b"".join(self._held))
        while True:
            self._needed, kind = _next_message(rest)
            if len(rest) < self._needed or kind is None:
                break
            yield StreamMessage(kind, rest[: self._needed])
            rest = rest[self._needed :]
        self._held, self._size = [rest] if rest else [], len(rest)


def _next_message(data: memoryview) -> tuple[int, MessageKind | None]:
    """The size of the message that begins here, and its kind; None if that is not known yet.

    Then the size is the number of bytes that are needed to know it.
    """
    if len(data) < _PREFIX:
        if not _CONTINUATION.startswith(data[:4]):
            raise DecodeError(f"not {FORMAT}: it begins with {bytes(data)!r}")
        return _PREFIX, None
    if bytes(data[:4]) != _CONTINUATION:
        raise DecodeError(f"not {FORMAT}: a message begins with {bytes(data[:40])!r}")
    (length,) = _INT32.unpack_from(data, 4)
    if length == 0:
        return _PREFIX, MessageKind.END
    if not 0 < length <= _MOST_METADATA:
        raise DecodeError(f"not {FORMAT}: a message with {length} bytes of metadata")
    begin = _PREFIX + length
    if len(data) < begin:
        return begin, None
    try:
        kind, body = _read_metadata(data[_PREFIX:begin])
        return begin + body, _MESSAGES[kind]
    except (struct.error, ValueError, KeyError) as error:
        raise DecodeError(f"not {FORMAT}: invalid metadata of a message: {error}") from None


def _read_metadata(metadata: memoryview) -> tuple[int, int]:
    """The kind of a message and the length of its body, from the flatbuffer."""
    (root,) = _UINT32.unpack_from(metadata)
    fields = root - _INT32.unpack_from(metadata, root)[0]
    if fields < 0:
        raise ValueError(f"an offset of {fields}")
    body = _field(_INT64, metadata, root, fields, _BODY_LENGTH)
    if body < 0:
        raise ValueError(f"a body of {body} bytes")
    return _field(_UINT8, metadata, root, fields, _HEADER_TYPE), body


def _field(form: struct.Struct, metadata: memoryview, table: int, fields: int, place: int) -> int:
    """A field of a table; 0 if it is left out. `table` and `fields` are not negative."""
    entry = 4 + 2 * place
    if entry + 2 > _UINT16.unpack_from(metadata, fields)[0]:
        return 0
    (offset,) = _UINT16.unpack_from(metadata, fields + entry)
    found: int = form.unpack_from(metadata, table + offset)[0] if offset else 0
    return found
