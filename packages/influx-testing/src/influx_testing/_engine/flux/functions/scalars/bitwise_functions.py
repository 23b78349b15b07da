"""Packages bitwise and experimental/bitwise, for signed (`s`) and unsigned (`u`) integers.

Source: https://docs.influxdata.com/flux/v0/stdlib/bitwise/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from influx_core import Unsigned
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.values.flux_types import wrapped, wrapped_unsigned

__all__: list[str] = []

_WORD = 64


def _shift_left(number: int, count: int) -> int:
    return number << _count(count) if count < _WORD else 0


def _shift_right(number: int, count: int) -> int:
    return number >> min(_count(count), _WORD)


def _count(count: int) -> int:
    if count < 0:
        raise FluxError("negative shift amount")
    return count


_OPERATIONS: Mapping[str, Callable[[int, int], int]] = {
    "and": lambda a, b: a & b,
    "clear": lambda a, b: a & ~b,
    "lshift": _shift_left,
    "or": lambda a, b: a | b,
    "rshift": _shift_right,
    "xor": lambda a, b: a ^ b,
}


def _register(package: str, name: str, operation: Callable[[int, int], int]) -> None:
    @flux_function(package, f"s{name}")
    def signed(a: int, b: int) -> int:
        return wrapped(operation(a, b))

    @flux_function(package, f"u{name}")
    def unsigned(a: Unsigned, b: Unsigned) -> Unsigned:
        return wrapped_unsigned(operation(int(a), int(b)))


def _register_not(package: str) -> None:
    @flux_function(package, "snot")
    def signed(a: int) -> int:
        return ~a

    @flux_function(package, "unot")
    def unsigned(a: Unsigned) -> Unsigned:
        return wrapped_unsigned(~int(a))


for _package in ("bitwise", "experimental/bitwise"):
    _register_not(_package)
    for _name, _operation in _OPERATIONS.items():
        _register(_package, _name, _operation)
