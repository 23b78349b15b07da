"""Converts scalars of numpy and members of enumerations to plain values of Python.

Neither numpy nor pandas is imported: a scalar is recognized by its ``dtype`` without dimensions.
"""

from __future__ import annotations

import re
from typing import Any, Final

_PLAIN: Final = frozenset([bool, int, float, str])
_DTYPE: Final = re.compile(r"(?:datetime|timedelta)64\[(\d*)(\w+)\]")
_FINER: Final = {"ps": 10**3, "fs": 10**6, "as": 10**9}
_UNITS: Final = {
    "W": 7 * 86_400 * 10**9,
    "D": 86_400 * 10**9,
    "h": 3_600 * 10**9,
    "m": 60 * 10**9,
    "s": 10**9,
    "ms": 10**6,
    "us": 10**3,
    "ns": 1,
}


def plain(value: object) -> object:
    """Return the plain Python value: 3 for np.int64(3), ``a`` for an enumeration member ``"a"``.

    Times and durations are returned unchanged, because Python's own types have no nanoseconds. All
    other values are returned unchanged too.
    """
    if type(value) in _PLAIN:
        return value
    kind = _kind(value)
    if kind and kind in "biufU":
        return _any(value).item()
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return value


def is_numpy_time(value: object) -> bool:
    """Return whether a value is numpy's datetime64."""
    return _kind(value) == "M"


def is_numpy_duration(value: object) -> bool:
    """Return whether a value is numpy's timedelta64."""
    return _kind(value) == "m"


def exact_nanoseconds(value: object) -> int:
    """Return a datetime64 or a timedelta64 in nanoseconds, without overflow.

    Raises:
        ValueError: The value is NaT, has no unit or a unit without a fixed length, or is finer than
            a nanosecond.
    """
    scalar = _any(value)
    if scalar != scalar:
        raise ValueError(f"{value!r} can't be written in InfluxQL; leave NaT out")
    if (scalar.dtype.kind == "M" and "[Y]" in str(scalar.dtype)) or "[M]" in str(scalar.dtype):
        scalar = scalar.astype("datetime64[D]")
    match = _DTYPE.fullmatch(str(scalar.dtype))
    count = int(scalar.astype("int64")) * int((match and match[1]) or 1)
    unit = match[2] if match else ""
    if unit in _UNITS:
        return count * _UNITS[unit]
    if unit in _FINER and count % _FINER[unit] == 0:
        return count // _FINER[unit]
    raise ValueError(f"{value!r} has no whole number of nanoseconds; convert it to ns first")


def _kind(value: object) -> str:
    """Return numpy's letter for the kind of a scalar; empty if it is not a scalar of numpy."""
    scalar = _any(value)
    dtype = getattr(scalar, "dtype", None)
    if dtype is None or getattr(scalar, "shape", None) != ():
        return ""
    kind = getattr(dtype, "kind", "")
    return kind if isinstance(kind, str) else ""


def _any(value: object) -> Any:
    return value
