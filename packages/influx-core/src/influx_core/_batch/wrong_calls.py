"""Error messages for methods and arguments that a client has, but a batch writer does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from influx_core.errors import EncodeError

__all__ = ["NamesOfWriter", "refuse_parts"]


class _MethodOfClient:
    """An attribute that a writer does not have, because its method has another name.

    A `__getattr__` would do, and would make every access to an attribute slower.
    """

    def __init__(self, meant: str) -> None:
        self._meant = meant

    def __set_name__(self, owner: type[object], name: str) -> None:
        self._name = name

    def __get__(self, writer: object, kind: type[object]) -> NoReturn:
        what = f"type object {kind.__name__!r}" if writer is None else f"{kind.__name__!r} object"
        text = f"{what} has no attribute {self._name!r}; a writer has {self._meant}()"
        raise AttributeError(text, name=self._name, obj=kind if writer is None else writer)


class NamesOfWriter:
    """Names the method of a writer to use if a method of a client is called on it."""

    if not TYPE_CHECKING:  # for type checkers, there are no further names
        write = _MethodOfClient("put")
        write_many = _MethodOfClient("put_many")
        write_lines = _MethodOfClient("put_lines")
        write_points = _MethodOfClient("put_many")

    def __dir__(self) -> list[str]:
        """Return the names of the attributes that there are."""
        missing = {name for name, value in vars(NamesOfWriter).items() if _is_missing(value)}
        return [name for name in super().__dir__() if name not in missing]


def _is_missing(value: object) -> bool:
    return isinstance(value, _MethodOfClient)


def refuse_parts(call: str, point: object, rest: tuple[object, ...]) -> None:
    """Refuse a point that is given in parts.

    Raises:
        EncodeError: there is more than one positional argument.
    """
    if rest or (isinstance(point, str) and " " not in point):
        raise EncodeError(
            f"{call}() takes one point: {call}((measurement, tags, fields, timestamp)) or "
            f"{call}(DataPoint(measurement, tags, fields, timestamp))"
        )
