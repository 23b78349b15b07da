"""Converts Arrow data to the messages of Flight."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from influx_testing._flavors.sql.tables import module
from influx_testing._flight.flight_messages import FlightData
from influx_testing._flight.grpc_framing import framed

__all__ = ["flight_frames", "table_streams"]

_ROWS = 8192
"""The most rows of a batch, which are those of the real server."""


def flight_frames(streams: Iterable[Any]) -> Iterator[bytes]:
    """The messages of `DoGet`, as frames of gRPC.

    Args:
        streams: files or bytes of Arrow in the IPC stream format. The first one can be a schema
            alone; the schemas of the others are left out. None becomes an empty frame, which says
            that the next one may take a while.
    """
    has_schema = False
    for stream in streams:
        if stream is None:
            yield b""
            continue
        for message in module("pyarrow.ipc").MessageReader.open_stream(stream):
            if message.type != "schema" or not has_schema:
                yield _frame(message)
        has_schema = True


def _frame(message: Any) -> bytes:
    body = message.body
    data = FlightData(
        data_header=bytes(message.metadata), data_body=b"" if body is None else bytes(body)
    )
    return framed(data.encode())


def table_streams(table: Any) -> Iterator[bytes]:
    """A table in the IPC stream format of Arrow.

    The schema is alone, then each batch has it; batches have the size of the real server's.
    """
    yield bytes(table.schema.serialize())
    for batch in table.to_batches(max_chunksize=_ROWS):
        out = io.BytesIO()
        with module("pyarrow.ipc").new_stream(out, table.schema) as stream:
            stream.write_batch(batch)
        yield out.getvalue()
