"""Each library in turn, and how its frames are read."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import pytest

BACKENDS = ("pandas", "polars", "pyarrow", "numpy")
INSTALLED = [name for name in BACKENDS if importlib.util.find_spec(name) is not None]


@pytest.fixture(params=INSTALLED)
def backend(request: pytest.FixtureRequest) -> str:
    """Each library that is installed; test_libraries.py says which are not."""
    name: str = request.param
    return name


@pytest.fixture
def rows(backend: str) -> Callable[[Any], dict[str, list[Any]]]:
    """Reads the columns of a frame: times as nanoseconds, None for what is missing."""
    readers = {"pandas": of_pandas, "polars": of_polars, "pyarrow": of_arrow, "numpy": of_numpy}
    return readers[backend]


@pytest.fixture
def types(backend: str) -> Callable[[Any], dict[str, str]]:
    """Names the types of a frame's columns."""
    return {
        "pandas": lambda frame: dict(frame.reset_index().dtypes.astype(str)),
        "polars": lambda frame: {
            name: str(kind).removesuffix("(ordering='physical')")  # as older ones say
            for name, kind in frame.schema.items()
        },
        "pyarrow": lambda frame: {field.name: str(field.type) for field in frame.schema},
        "numpy": lambda frame: {name: frame.dtype[name].str for name in frame.dtype.names},
    }[backend]


def of_pandas(frame: Any) -> dict[str, list[Any]]:
    import pandas as pd

    flat = frame.reset_index() if frame.index.name == "time" else frame
    return {
        name: [
            None if value is None or value is pd.NaT or pd.isna(value) else plain(value)
            for value in flat[name].astype(object)
        ]
        for name in flat.columns
    }


def plain(value: Any) -> Any:
    return value.value if hasattr(value, "nanosecond") else value


def of_polars(frame: Any) -> dict[str, list[Any]]:
    import polars as pl

    return {
        name: (
            frame[name].cast(pl.Int64) if frame[name].dtype == pl.Datetime else frame[name]
        ).to_list()
        for name in frame.columns
    }


def of_arrow(frame: Any) -> dict[str, list[Any]]:
    import pyarrow as pa

    return {
        field.name: (
            frame[field.name].cast(pa.int64())
            if pa.types.is_timestamp(field.type)
            else frame[field.name]
        ).to_pylist()
        for field in frame.schema
    }


def of_numpy(frame: Any) -> dict[str, list[Any]]:
    return {
        name: (frame[name].astype("i8") if frame.dtype[name].kind == "M" else frame[name]).tolist()
        for name in frame.dtype.names
    }
