"""pyarrow without types: it has no complete stubs, so its objects are `Any` in this package."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["flight", "ipc", "pa"]

pa: Any = import_module("pyarrow")
flight: Any = import_module("pyarrow.flight")
ipc: Any = import_module("pyarrow.ipc")
