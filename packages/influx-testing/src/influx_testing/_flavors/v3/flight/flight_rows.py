"""Converts Arrow data to the messages of Flight."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from influx_testing._flavors.sql.tables import module
from influx_testing._flight.flight_messages import FlightData
from influx_testing._flight.grpc_framing import framed

__all__ = ["flight_frames", "table_stream"]

_ROWS = 8192
"""The most rows of a batch, which are those of the real server."""


def flight_frames(streams: Iterable[Any]) -> Iterator[bytes]:
    """The messages of `DoGet`, as frames of gRPC.

    Args:
        streams: files or bytes of Arrow in the IPC stream format. The first one can be a schema
            alone; the schemas of the others are left out. An empty frame after each stream says
            that the next one may take a while.
    """
    for number, stream in enumerate(streams):
        reader = module("pyarrow.ipc").MessageReader.open_stream(stream)
        for message in reader:
            if number == 0 or message.type != "schema":
                yield _frame(message)
        yield b""


def _frame(message: Any) -> bytes:
    body = message.body
    data = FlightData(
        data_header=bytes(message.metadata), data_body=b"" if body is None else bytes(body)
    )
    return framed(data.encode())


def table_stream(table: Any) -> bytes:
    """A table in the IPC stream format of Arrow, in batches of the size of the real server."""
    out = io.BytesIO()
    with module("pyarrow.ipc").new_stream(out, table.schema) as stream:
        stream.write_table(table, max_chunksize=_ROWS)
    return out.getvalue()
