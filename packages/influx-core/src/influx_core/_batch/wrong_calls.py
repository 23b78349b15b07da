"""Error messages for methods and arguments that a client has, but a batch writer does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NoReturn

from influx_core.errors import EncodeError

__all__ = ["NamesOfWriter", "refuse_parts"]


class NamesOfWriter:
    """Names the method of a writer to use if a method of a client is called on it."""

    _METHODS: ClassVar[Mapping[str, str]] = {
        "write": "put",
        "write_many": "put_many",
        "write_lines": "put_lines",
        "write_points": "put_many",
    }

    if not TYPE_CHECKING:  # for type checkers, there are no further names

        def __getattr__(self, name: str) -> NoReturn:
            kind, meant = type(self).__name__, self._METHODS.get(name)
            hint = f"; a writer has {meant}()" if meant else ""
            text = f"{kind!r} object has no attribute {name!r}{hint}"
            raise AttributeError(text, name=name, obj=self)


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
