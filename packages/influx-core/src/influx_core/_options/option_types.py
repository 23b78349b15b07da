"""The types of options: the values they take, from Python or as text from configuration files.

Configuration that is read from a file or from the environment is text: `"2"` is a number, `"500ms"`
a duration and `"1GB"` a size wherever an option takes one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from os import PathLike, fspath
from typing import Annotated, Any, NoReturn, TypeAlias, TypeGuard, TypeVar

__all__ = [
    "BYTE_SIZE",
    "FLAG",
    "NAME",
    "NONE",
    "PATH",
    "SECRET",
    "TEXT",
    "Count",
    "OptionType",
    "Seconds",
    "SizeInBytes",
    "any_of",
    "duration",
    "instance_of",
    "not_taken",
    "number",
    "whole",
    "word",
]


_NumberT = TypeVar("_NumberT", int, float)


@dataclass(frozen=True, slots=True)
class OptionType:
    """The type of an option.

    Attributes:
        description: completes the sentence "the option takes ...".
        read: converts the given value; raises ValueError if it is invalid.
        secret: whether the value must not be shown.
    """

    description: str
    read: Callable[[object], Any]
    secret: bool = False


_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})

_DURATION_UNITS = {"": 1.0, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE_UNITS = {
    "": 1,
    "B": 1,
    **{f"{letter}B": 1000**power for power, letter in enumerate("KMGT", 1)},
    **{f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", 1)},
    "kB": 1000,
}

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z]*)\s*")
_INTEGER = re.compile(r"\s*[+-]?\d{1,30}\s*")
_NOT_IN_NAMES = re.compile("[\x00\r\n\ud800-\udfff]")
"""What no name has: a server cannot have it, a header or a file of lines would be cut by it."""


def not_taken() -> NoReturn:
    """Raise an error for a value that an option does not take."""
    raise ValueError


def _quantity(text: str, units: dict[str, Any]) -> float:
    found = _QUANTITY.fullmatch(text)
    if found is None or found[2] not in units:
        not_taken()
    unit: float = units[found[2]]
    return float(found[1]) * unit


def _bounded(value: _NumberT, minimum: float | None, maximum: float | None) -> _NumberT:
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        not_taken()
    return value


def _range(minimum: float | None, maximum: float | None) -> str:
    if minimum is None:
        return "" if maximum is None else f" of at most {maximum:g}"
    return f" of at least {minimum:g}" if maximum is None else f" from {minimum:g} to {maximum:g}"


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def whole(minimum: int | None = None, maximum: int | None = None) -> OptionType:
    """A whole number, within bounds."""

    def read(value: object) -> int:
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            not_taken()
        return _bounded(value, minimum, maximum)

    return OptionType(f"a whole number{_range(minimum, maximum)}", read)


def number(minimum: float | None = None, maximum: float | None = None) -> OptionType:
    """A finite number, within bounds."""

    def read(value: object) -> float:
        if isinstance(value, str):
            value = float(value)
        if not _is_number(value) or not math.isfinite(value):
            not_taken()
        return _bounded(value, minimum, maximum)

    return OptionType(f"a number{_range(minimum, maximum)}", read)


def duration(minimum: float = 0.0, *, above: bool = False) -> OptionType:
    """A time in seconds, or a text with a unit, or a timedelta.

    Args:
        minimum: the least number of seconds.
        above: whether the minimum itself is refused.
    """

    def read(value: object) -> float:
        if isinstance(value, timedelta):
            value = value.total_seconds()
        if isinstance(value, str):
            value = _quantity(value, _DURATION_UNITS)
        if not _is_number(value) or not math.isfinite(value):
            not_taken()
        if above and value == minimum:
            not_taken()
        return _bounded(value, minimum, None)

    bound = f"more than {minimum:g}" if above else f"at least {minimum:g}"
    return OptionType(f"seconds ({bound}), or a text such as '500ms', '2s' or '5m'", read)


def size(minimum: int = 1) -> OptionType:
    """A number of bytes, or a text with a unit."""

    def read(value: object) -> int:
        if isinstance(value, str):
            value = _quantity(value, _SIZE_UNITS)
            value = int(value) if value.is_integer() else not_taken()
        if not isinstance(value, int) or isinstance(value, bool):
            not_taken()
        return _bounded(value, minimum, None)

    return OptionType(f"bytes (at least {minimum}), or a text such as '64MB' or '1GiB'", read)


def word(*known: str) -> OptionType:
    """One of several words."""

    def read(value: object) -> str:
        return value if isinstance(value, str) and value in known else not_taken()

    return OptionType(f"one of {', '.join(map(repr, known))}", read)


def any_of(*types: OptionType) -> OptionType:
    """A value of one of several types; the first type that takes it converts it."""

    def read(value: object) -> Any:
        for option_type in types:
            try:
                return option_type.read(value)
            except (ValueError, TypeError, OverflowError):
                continue
        return not_taken()

    description = " or ".join(option_type.description for option_type in types)
    return OptionType(description, read, any(option_type.secret for option_type in types))


def instance_of(*classes: type, description: str) -> OptionType:
    """An instance of one of several classes."""
    return OptionType(
        description, lambda value: value if isinstance(value, classes) else not_taken()
    )


def _read_flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _TRUE | _FALSE:
        return value.strip().lower() in _TRUE
    return not_taken()


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        not_taken()
    value.encode()  # of which a lone surrogate is a ValueError
    return value


def _read_name(value: object) -> str:
    return not_taken() if not isinstance(value, str) or _NOT_IN_NAMES.search(value) else value


def _read_path(value: object) -> str:
    if not isinstance(value, (str, PathLike)):
        not_taken()
    path: object = fspath(value)
    return path if isinstance(path, str) and path and "\x00" not in path else not_taken()


NONE = OptionType("None", lambda value: None if value is None else not_taken())
FLAG = OptionType("true or false", _read_flag)
TEXT = OptionType("text", _read_text)
NAME = OptionType("text without line ends, NUL and lone surrogates", _read_name)
SECRET = OptionType(NAME.description, _read_name, secret=True)
PATH = OptionType("the path of a file", _read_path)
BYTE_SIZE = size()

Count: TypeAlias = Annotated[int, whole(1)]
"""A whole number of at least 1."""

SizeInBytes: TypeAlias = Annotated[int, BYTE_SIZE]
"""A number of bytes, of at least 1; `64MB` as text."""

Seconds: TypeAlias = Annotated[float, duration()]
"""Seconds, of at least 0; `500ms` as text."""
