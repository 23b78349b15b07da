"""Checks record batches of a server before anybody reads their memory."""

from __future__ import annotations

from typing import Any

from influx_core import DecodeError
from influx_flight._arrow.message_splitter import FORMAT
from influx_flight._pyarrow import pa

__all__ = ["DAMAGED", "FEW_ROWS", "BatchCheck", "damaged"]

DAMAGED = (pa.ArrowException, OSError, ValueError, StopIteration)
"""What pyarrow raises for a damaged message."""

FEW_ROWS = 64
"""The rows that pyarrow checks in less time than a BatchCheck needs to begin."""

_SAFE = ("is_boolean", "is_integer", "is_floating", "is_timestamp", "is_null")
"""Functions of `pyarrow.types`; of these types, all bits are a value."""


class BatchCheck:
    """The check of all batches of one schema.

    pyarrow checks the text of each value for UTF-8. Most text is ASCII, which is found out for a
    whole column at once; then only the offsets of its values are left to check.

    Args:
        schema: the `pyarrow.Schema`.
    """

    def __init__(self, schema: Any) -> None:
        types = list(enumerate(schema.types))
        self._texts = [at for at, kind in types if pa.types.is_string(kind)]
        self._others = [at for at, kind in types if not (pa.types.is_string(kind) or _safe(kind))]

    def check(self, batch: Any) -> None:
        """Check that every value of a batch can be read.

        Raises:
            pyarrow.ArrowInvalid: a buffer is too small, an offset or a position in a dictionary is
                wrong, or text is not UTF-8.
        """
        batch.validate()
        for at in self._texts:
            _check_text(batch.column(at))
        for at in self._others:
            batch.column(at).validate(full=True)


def damaged(error: Exception) -> DecodeError:
    """Return the error for an exception of pyarrow."""
    return DecodeError(f"not {FORMAT}: {str(error) or type(error).__name__}")


def _safe(kind: Any) -> bool:
    return any(getattr(pa.types, name)(kind) for name in _SAFE)


def _check_text(column: Any) -> None:
    _, _, text = column.buffers()
    ascii_only = text is None or text.to_pybytes().isascii()
    (column.view(pa.binary()) if ascii_only else column).validate(full=True)
