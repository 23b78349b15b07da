"""The check of a record batch before anybody reads its memory."""

from __future__ import annotations

from struct import pack
from typing import Any

import pyarrow as pa
import pytest

from influx_flight._arrow.batch_check import BatchCheck


def checked(array: Any) -> None:
    batch = pa.record_batch({"x": array})
    BatchCheck(batch.schema).check(batch)


def text(data: bytes, *offsets: int) -> Any:
    buffers = [None, pa.py_buffer(pack(f"<{len(offsets)}i", *offsets)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), len(offsets) - 1, buffers)


def positions(*values: int) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(values, pa.int32()), ["a", "b"], safe=False)


@pytest.mark.parametrize(
    "array",
    [
        text(b"abc", 0, 1, 3),
        text("aé".encode(), 0, 1, 3),
        text(b"", 0, 0),
        text(b"abc\xff", 0, 1, 3),  # no value has the last byte
        text(b"abcd", 0, 1, 3).slice(1),
        pa.array([None, "é"]),
        pa.array(["a"], pa.large_string()),
        pa.array([1.5, None]),
        pa.array([[1], None]),
        pa.array([True, None]),
        positions(0, 1),
    ],
    ids=str,
)
def test_a_batch_whose_values_can_be_read_passes(array):
    checked(array)


def test_a_list_beyond_its_values_is_refused():
    one = pa.array([[1], [2]]).slice(0, 1)
    offsets = pa.py_buffer(pack("<3i", 0, 9, 1))
    damaged = pa.Array.from_buffers(one.type, 2, [None, offsets], children=[one.values])
    with pytest.raises(pa.ArrowException):
        checked(damaged)


@pytest.mark.parametrize(
    "array",
    [
        text(b"abc", 0, 2, 1, 3),
        text(b"abc", 0, -1, 3),
        text(b"a\xffc", 0, 1, 3),
        text("é".encode(), 0, 1, 2),
        text("éa".encode(), 0, 3, 2, 3),
        positions(0, 2),
    ],
    ids=[
        "an offset before the one before it",
        "a negative offset",
        "text that is not UTF-8",
        "an offset within a character",
        "an offset before the one before it, not ASCII",
        "a position outside of the dictionary",
    ],
)
def test_a_damaged_batch_is_refused(array):
    with pytest.raises(pa.ArrowException):
        checked(array)
