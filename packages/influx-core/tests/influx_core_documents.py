"""Reads documents of InfluxDB 1.x as one series, whose rows are kept as they came or are lists."""

from __future__ import annotations

from types import ModuleType

import pytest

from influx_core import Series
from influx_core._parsers import documents, row_blocks
from influx_core.columns import merge_results
from influx_core.interfaces import ColumnDeserializer

__all__ = ["keep_all_rows", "read_as_lists", "read_series"]


def read_series(deserializer: ColumnDeserializer, *pieces: bytes, columnar: bool = False) -> Series:
    """Return the only series of a response."""
    parser = deserializer.start_columns() if columnar else deserializer.start()
    results = [result for piece in pieces for result in parser.feed(piece)]
    (series,) = merge_results([*results, *parser.finish()]).series
    return series


def read_as_lists(
    deserializer: ColumnDeserializer, *pieces: bytes, columnar: bool = False
) -> Series:
    """The same, with lists of the rows, however much memory they need."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(documents, "MOST_AS_LISTS", 1 << 40)
        return read_series(deserializer, *pieces, columnar=columnar)


def keep_all_rows(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Have the rows of any document kept as they came, in blocks of a few rows.

    Args:
        monkeypatch: of the test.
        module: the one that divides rows into blocks.
    """
    monkeypatch.setattr(documents, "MOST_AS_LISTS", -1)
    monkeypatch.setattr(row_blocks, "MOST_GROWTH", 0)
    monkeypatch.setattr(module, "BLOCK_BYTES", 16)
