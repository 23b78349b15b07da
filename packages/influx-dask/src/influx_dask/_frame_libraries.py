"""The libraries of frames that have incomplete types: to type checkers they are `Any`.

They take seconds to import, so nothing that copies imports this module.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["dd", "np", "pd"]

dd: Any = import_module("dask.dataframe")
np: Any = import_module("numpy")
pd: Any = import_module("pandas")
