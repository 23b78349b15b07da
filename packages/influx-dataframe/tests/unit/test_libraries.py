"""The libraries that frames belong to: those that are not installed are skipped here, by name."""

from __future__ import annotations

import pytest

from influx_core import ConfigError, Series
from influx_dataframe import to_frame
from influx_dataframe._libraries import detect_library, library


@pytest.mark.parametrize("name", ["pandas", "polars", "pyarrow", "numpy", "matplotlib"])
def test_a_library_is_found_where_it_is_installed(name):
    pytest.importorskip(name)
    assert library(name) is detect_library(name)
    if name != "matplotlib":
        assert len(to_frame(Series("m", ["time"], [[1]]), backend=name)) == 1


def test_a_library_that_is_not_installed_is_none_or_an_error():
    assert detect_library("no_such_library") is None
    with pytest.raises(ConfigError, match="no_such_library is not installed; pip install"):
        library("no_such_library.inner")
