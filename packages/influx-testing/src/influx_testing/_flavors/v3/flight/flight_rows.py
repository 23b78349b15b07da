"""Converts Arrow data to the messages of Flight."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from influx_testing._flavors.sql.tables import module
from influx_testing._flight.flight_messages import FlightData
from influx_testing._flight.grpc_framing import framed
from influx_testing._flight.protobuf import ProtobufMessage

__all__ = ["flight_frames", "schema_message", "table_stream"]

_ROWS = 8192
"""The most rows of a batch, which are those of the real server."""


def flight_frames(stream: Any) -> Iterator[bytes]:
    """The messages of `DoGet`, as frames of gRPC.

    Args:
        stream: a file or a buffer of Arrow in the IPC stream format.
    """
    reader = module("pyarrow.ipc").MessageReader.open_stream(stream)
    for message in reader:
        body = message.body
        data = FlightData(
            data_header=bytes(message.metadata),
            data_body=b"" if body is None else bytes(body),
        )
        yield framed(data.encode())


def table_stream(table: Any) -> bytes:
    """A table in the IPC stream format of Arrow, in batches of the size of the real server."""
    out = io.BytesIO()
    with module("pyarrow.ipc").new_stream(out, table.schema) as stream:
        stream.write_table(table, max_chunksize=_ROWS)
    return out.getvalue()


def schema_message(schema: Any) -> bytes:
    """A schema as an encapsulated IPC message."""
    return bytes(schema.serialize())


def encoded_frame(message: ProtobufMessage) -> bytes:
    """A message as a frame of gRPC."""
    return framed(message.encode())
