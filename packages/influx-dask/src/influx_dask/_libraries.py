"""The libraries that have no types, or incomplete ones: to type checkers they are `Any`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["dask", "dd", "distributed", "np", "pd"]

dask: Any = import_module("dask")
dd: Any = import_module("dask.dataframe")
distributed: Any = import_module("distributed")
np: Any = import_module("numpy")
pd: Any = import_module("pandas")
