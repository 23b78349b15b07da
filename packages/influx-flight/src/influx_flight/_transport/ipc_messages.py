"""Writes record batches as the messages of an Arrow stream."""

from __future__ import annotations

from typing import Any, cast

from influx_flight._arrow.dictionaries import needs_dictionaries
from influx_flight._pyarrow import ipc, pa

__all__ = ["BatchMessages"]


class BatchMessages:
    """The messages of one stream.

    Args:
        schema: the `pyarrow.Schema` of its batches.

    Attributes:
        schema: the first message.
    """

    def __init__(self, schema: Any) -> None:
        self.schema = cast(bytes, schema.serialize().to_pybytes())
        self._sink = _MessageSink()
        self._writer: Any = None
        if needs_dictionaries(schema):
            self._writer = ipc.new_stream(pa.PythonFile(self._sink, mode="w"), schema)

    def batch(self, batch: Any) -> bytes:
        """Return the message of a batch, after those of its dictionaries."""
        if self._writer is None:
            return cast(bytes, batch.serialize().to_pybytes())
        self._writer.write_batch(batch)
        return self._sink.taken().removeprefix(self.schema)  # which comes before the first batch


class _MessageSink:
    """The file that pyarrow writes to."""

    closed = False

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        written, self._written = self._written, []
        return b"".join(written)

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing: pyarrow calls it at the end."""
