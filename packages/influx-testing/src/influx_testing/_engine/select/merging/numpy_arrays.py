"""When numpy is used for the columns of many points, and how it reads them."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["numpy_copy", "numpy_pays"]

_WORTHWHILE = 20_000
"""With fewer points, to import numpy takes longer than it saves."""


def numpy_pays(points: int) -> bool:
    """Whether numpy is installed, and saves time with so many points."""
    return points >= _WORTHWHILE and _has_numpy()


def numpy_copy(numpy: Any, column: Any) -> Any:
    """Copy a column, an array: one of which numpy has a view could not grow."""
    return numpy.frombuffer(column.tobytes(), column.typecode)


@cache
def _has_numpy() -> bool:
    return find_spec("numpy") is not None
