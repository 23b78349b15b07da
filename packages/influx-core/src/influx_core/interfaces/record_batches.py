"""Responses that are record batches of Arrow instead of bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol

from influx_core.interfaces.requests import Response

__all__ = ["BatchResponse", "ReceivedBatch", "RecordBatch"]


class RecordBatch(Protocol):
    """A record batch of Arrow: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Export the batch as capsules of its schema and its array."""
        ...


class ReceivedBatch(NamedTuple):
    """A record batch of a response.

    Attributes:
        batch: the batch, such as a `pyarrow.RecordBatch`.
        last: whether it is the last one.
    """

    batch: RecordBatch
    last: bool


class BatchResponse(Response, Protocol):
    """A response whose transport receives record batches instead of bytes.

    A parser of record batches (`BatchParser`) is given these; any other parser gets `chunks`, the
    bytes of an Arrow stream with the same batches.
    """

    def batches(self) -> AsyncIterator[ReceivedBatch]:
        """Iterate over the batches as they arrive, once, instead of over `chunks`.

        The last one is marked, and there is always one: a response without rows is a batch without
        rows, which has the schema.

        Raises:
            ConnectionError: the connection broke; the response is incomplete.
            TimeoutError: nothing came for `timeout` seconds of the request.
        """
        ...
