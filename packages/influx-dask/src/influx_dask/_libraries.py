"""The libraries of a cluster that have incomplete types: to type checkers they are `Any`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["dask", "distributed"]

dask: Any = import_module("dask")
distributed: Any = import_module("distributed")
