"""Sums of floats, rounded after each addition as Go does."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any

__all__ = ["added"]


def added(values: Iterable[Any]) -> Any:
    """Add numbers one by one; `sum` of Python 3.12 compensates for rounding."""
    return sum(values) if sys.version_info < (3, 12) else reduce(add, values, 0)
