"""How long the memory of an exported series lives."""

from __future__ import annotations

import gc

import pytest

from influx_core import Series
from influx_core._columns import arrow_export

SERIES = Series("m", ["time", "s"], [[1, "ü"], [2, None]], tags={"host": "a"})


def test_values_outlive_the_series_and_are_released_with_the_last_reader():
    pa = pytest.importorskip("pyarrow")
    kept = len(arrow_export._kept)
    column = pa.table(SERIES).column("s")
    gc.collect()
    assert column.to_pylist() == ["ü", None]
    assert len(arrow_export._kept) > kept
    del column
    gc.collect()
    assert len(arrow_export._kept) == kept


def test_a_stream_that_nobody_takes_is_released():
    kept = len(arrow_export._kept)
    capsule = SERIES.__arrow_c_stream__()
    assert "arrow_array_stream" in repr(capsule)
    assert len(arrow_export._kept) > kept
    del capsule
    gc.collect()
    assert len(arrow_export._kept) == kept
