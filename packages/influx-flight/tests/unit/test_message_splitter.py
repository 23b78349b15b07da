"""Messages of an Arrow stream, from bytes cut anywhere."""

from __future__ import annotations

import struct

import pyarrow as pa
import pytest

from influx_core import DecodeError
from influx_flight._arrow.message_splitter import END_OF_STREAM, MessageKind, MessageSplitter

BATCH = pa.record_batch({"n": pa.array([1, 2, 3]), "s": pa.array(["a", None, "ccc"])})


def stream() -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, BATCH.schema) as writer:
        writer.write_batch(BATCH)
        writer.write_batch(BATCH)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_messages_are_whole_however_the_bytes_are_cut(size):
    data = stream()
    splitter = MessageSplitter()
    found = [
        message
        for start in range(0, len(data), size)
        for message in splitter.feed(data[start : start + size])
    ]
    assert [message.kind for message in found] == [
        MessageKind.SCHEMA,
        MessageKind.RECORD_BATCH,
        MessageKind.RECORD_BATCH,
        MessageKind.END,
    ]
    assert b"".join(message.data for message in found) == data
    assert splitter.is_empty


def test_a_message_in_one_piece_shares_its_memory():
    data = stream()
    (schema, *_) = MessageSplitter().feed(data)
    assert schema.data.obj is data


def test_a_message_that_is_not_whole_is_held():
    splitter = MessageSplitter()
    assert list(splitter.feed(stream()[:20])) == []
    assert not splitter.is_empty


@pytest.mark.parametrize(
    "data",
    [
        b"<html>not found</html>",
        b"\xff\xff\xff\xff" + struct.pack("<i", -8),
        b"\xff\xff\xff\xff" + struct.pack("<i", 1 << 30),
        b"\xff\xff\xff\xff" + struct.pack("<i", 8) + b"\xff" * 8,
        b"\xff\xff\xff\xff" + struct.pack("<i", 8) + bytes(8),
    ],
    ids=["text", "negative", "huge", "offset outside", "zeros"],
)
def test_bytes_that_are_no_message_are_refused(data):
    with pytest.raises(DecodeError, match="not a stream of Arrow record batches"):
        list(MessageSplitter().feed(data))


def test_the_end_has_no_metadata():
    (end,) = MessageSplitter().feed(END_OF_STREAM)
    assert end.kind is MessageKind.END
