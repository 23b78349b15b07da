"""Reads the bytes of an Arrow stream as record batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from influx_core import DecodeError
from influx_flight._arrow.batch_check import DAMAGED, damaged
from influx_flight._arrow.dictionaries import needs_dictionaries
from influx_flight._arrow.message_splitter import (
    FORMAT,
    MessageKind,
    MessageSplitter,
    StreamMessage,
)
from influx_flight._pyarrow import ipc, pa

__all__ = ["StreamReader"]


class StreamReader:
    """Reads one stream; each batch when all its bytes are there.

    Attributes:
        schema: the `pyarrow.Schema` of the batches; None until it is there.
        ended: whether the stream has ended.
    """

    def __init__(self) -> None:
        self.schema: Any = None
        self.ended = False
        self._splitter = MessageSplitter()
        self._dictionaries: _DictionaryReader | None = None

    @property
    def complete(self) -> bool:
        """Whether the stream has ended, and nothing is left."""
        return self.ended and self._splitter.is_empty

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take the next bytes; yield the `pyarrow.RecordBatch`es that they complete.

        Raises:
            DecodeError: the bytes are not an Arrow stream, or a message is damaged or in the wrong
                place.
        """
        if self.ended and data:
            raise DecodeError(f"bytes after the end of {FORMAT}")
        for message in self._splitter.feed(data):
            if self.ended:
                raise DecodeError(f"a message after the end of {FORMAT}")
            batch = self._read(message)
            if batch is not None:
                yield batch

    def _read(self, message: StreamMessage) -> Any:
        """The record batch of a message, if it holds one."""
        if message.kind is MessageKind.END:
            if self.schema is None:
                raise DecodeError(f"not {FORMAT}: it has no schema")
            self.ended = True
            return None
        if (message.kind is MessageKind.SCHEMA) != (self.schema is None):
            raise DecodeError(f"not {FORMAT}: it needs one schema, before everything else")
        try:
            if self.schema is None:
                self._begin(message)
            if self._dictionaries is not None:
                return self._dictionaries.read(message)
            if message.kind is MessageKind.RECORD_BATCH:
                return ipc.read_record_batch(pa.py_buffer(message.data), self.schema)
        except DAMAGED as error:
            raise damaged(error) from error
        return None

    def _begin(self, message: StreamMessage) -> None:
        self.schema = ipc.read_schema(pa.py_buffer(message.data))
        if needs_dictionaries(self.schema):
            self._dictionaries = _DictionaryReader()


class _DictionaryReader:
    """Reads the batches of a schema with dictionaries; pyarrow keeps these between batches."""

    def __init__(self) -> None:
        self._source = _MessageSource()
        self._reader: Any = None

    def read(self, message: StreamMessage) -> Any:
        """Read a message; return its record batch, if it holds one."""
        self._source.add(message.data)
        if message.kind is MessageKind.SCHEMA:
            self._reader = ipc.open_stream(pa.PythonFile(self._source, mode="r"))
        elif message.kind is MessageKind.RECORD_BATCH:
            return self._reader.read_next_batch()
        return None


class _MessageSource:
    """The file that pyarrow reads; it never reads beyond the messages that have arrived."""

    closed = False

    def __init__(self) -> None:
        self._messages: deque[memoryview] = deque()

    def add(self, message: memoryview) -> None:
        """Add a message."""
        self._messages.append(message)

    def read(self, size: int) -> memoryview:
        """Return the next bytes, without a copy; none if there is no message."""
        if not self._messages:
            return memoryview(b"")
        message = self._messages.popleft()
        if len(message) > size:
            self._messages.appendleft(message[size:])
        return message[:size]

    def close(self) -> None:
        """Do nothing: pyarrow calls it at the end."""
