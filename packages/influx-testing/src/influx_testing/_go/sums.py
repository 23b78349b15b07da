"""Sums of floats, rounded after each addition as Go does."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any

__all__ = ["added"]

_SUM_IS_PLAIN = sys.version_info < (3, 12)


def added(values: Iterable[Any]) -> Any:
    """Add numbers one by one; `sum` of Python 3.12 compensates for rounding."""
    return sum(values) if _SUM_IS_PLAIN else reduce(add, values, 0)
