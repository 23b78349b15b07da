"""What a writer says to calls that a client takes, but a writer does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NoReturn

from influx_core.errors import EncodeError

__all__ = ["NamesOfWriter", "refuse_parts"]


class NamesOfWriter:
    """Says which method of a writer does what a client's method of another name does."""

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
        EncodeError: the arguments are more than a point.
    """
    if rest or (isinstance(point, str) and " " not in point):
        raise EncodeError(
            f"{call}() takes one point: {call}((measurement, tags, fields, timestamp)) or "
            f"{call}(DataPoint(measurement, tags, fields, timestamp))"
        )
