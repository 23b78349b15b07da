"""Checks arguments against the types of parameters."""

from __future__ import annotations

from collections.abc import Callable

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.values.flux_types import Value, type_name

__all__ = ["Check", "check_of"]

Check = Callable[[str, Value], None]
"""Takes the name and the value of an argument; raises FluxError if the value has a wrong type."""

_PLAIN = frozenset(
    {"bool", "bytes", "duration", "float", "int", "regexp", "string", "time", "uint"}
)


def check_of(type_: str, *, nulls: bool) -> Check:
    """Return the check of a parameter.

    Args:
        type_: the type of the parameter, such as `int`, `[string]` or `(r: A) => bool`.
        nulls: whether null passes where a plain type is expected.
    """
    wanted = _outer_type(type_)
    if not wanted:
        return _accept
    accepted = {wanted, "null"} if nulls or wanted not in _PLAIN else {wanted}
    elements = type_[1:-1] if wanted == "array" and type_[1:-1] in _PLAIN else ""

    def check(name: str, value: Value) -> None:
        found = type_name(value)
        if found in accepted:
            if elements and value:
                _check_elements(name, value, elements)
            return
        if found == "null":
            raise FluxError(f'keyword argument "{name}" should be of kind {wanted}, but got null')
        raise FluxError(f"expected {_shown(type_, wanted)} but found {found} (argument {name})")

    return check


def _check_elements(name: str, values: Value, wanted: str) -> None:
    """Check the elements of an array, which may be null."""
    for found in {value.__class__: type_name(value) for value in values}.values():
        if found not in (wanted, "null"):
            raise FluxError(f"expected {wanted} but found {found} (argument {name})")


def _accept(name: str, value: Value) -> None:
    """The check of a parameter of any type."""


def _outer_type(type_: str) -> str:
    """Return the name of the outermost type; empty for a type variable."""
    if type_ in _PLAIN:
        return type_
    if type_.startswith("stream["):
        return "stream"
    if type_.startswith("{"):
        return "record"
    if type_.startswith("("):
        return "function"
    if type_.startswith("["):
        return "dict" if _has_key(type_) else "array"
    return ""


def _has_key(type_: str) -> bool:
    """Whether a type in brackets is that of a dictionary: it has a colon outside of other ones."""
    depth = 0
    for character in type_[1:-1]:
        depth += character in "[({"
        depth -= character in "])}"
        if character == ":" and depth == 0:
            return True
    return False


def _shown(type_: str, wanted: str) -> str:
    if wanted == "array":
        return f"{type_} (array)"
    return type_ if wanted in _PLAIN or wanted == "dict" else wanted
