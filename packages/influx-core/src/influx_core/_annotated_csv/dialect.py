"""Dialect: the form of annotated CSV that a query requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, cast, get_args

from influx_core.errors import ConfigError

__all__ = ["Annotation", "Dialect"]

Annotation = Literal["datatype", "group", "default"]

_DATE_TIME_FORMATS = ("RFC3339", "RFC3339Nano")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The form of annotated CSV.

    Attributes:
        header: whether the response has a row with the names of the columns.
        delimiter: the character between cells.
        annotations: the rows before the header, in this order.
        comment_prefix: the beginning of annotations and comments; servers accept `#` alone.
        date_time_format: `RFC3339` or `RFC3339Nano`; servers ignore it and send all digits.

    Raises:
        ConfigError: a value that servers refuse.
    """

    header: bool = True
    delimiter: str = ","
    annotations: tuple[Annotation, ...] = ("datatype", "group", "default")
    comment_prefix: str = "#"
    date_time_format: str = "RFC3339"

    def __post_init__(self) -> None:
        object.__setattr__(self, "annotations", _annotations(self.annotations))
        if not isinstance(cast(object, self.header), bool):
            raise ConfigError(f"dialect: header {self.header!r} is neither True nor False")
        delimiter = cast(object, self.delimiter)
        if not (isinstance(delimiter, str) and len(delimiter) == 1 and _delimits(delimiter)):
            raise ConfigError(
                f"dialect: the delimiter {delimiter!r} is not one ASCII character that cells "
                "do not contain, such as a comma, a semicolon or a tab"
            )
        if self.comment_prefix != "#":
            raise ConfigError(
                f"dialect: servers accept only the comment prefix '#', not {self.comment_prefix!r}"
            )
        if self.date_time_format not in _DATE_TIME_FORMATS:
            known = ", ".join(_DATE_TIME_FORMATS)
            raise ConfigError(
                f"dialect: unknown date_time_format {self.date_time_format!r}; known: {known}"
            )

    @classmethod
    def of(cls, given: object) -> Dialect:
        """Return a dialect: None for the default one, a mapping of attributes, or a Dialect.

        Raises:
            ConfigError: an attribute does not exist, or has a value that servers refuse.
        """
        if given is None:
            return cls()
        if isinstance(given, Dialect):
            return given
        if not isinstance(given, Mapping):
            raise ConfigError(f"dialect takes a Dialect or a mapping, not {type(given).__name__}")
        known = [member.name for member in fields(cls)]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise ConfigError(
                f"dialect has no {', '.join(map(repr, unknown))}; known: {', '.join(known)}"
            )
        return cls(**cast("Mapping[str, Any]", given))

    def require_types(self) -> None:
        """Raise an error if a response in this dialect cannot be parsed.

        Raises:
            ConfigError: the dialect leaves out the header, or the types of the columns.
        """
        if not self.header or "datatype" not in self.annotations:
            raise ConfigError(
                "dialect: a result can be parsed only with header=True and the annotation "
                "'datatype', which give the names and the types of its columns"
            )

    def as_json(self) -> dict[str, Any]:
        """The `dialect` of a request to `/api/v2/query`."""
        return {
            "header": self.header,
            "delimiter": self.delimiter,
            "annotations": list(self.annotations),
            "commentPrefix": self.comment_prefix,
            "dateTimeFormat": self.date_time_format,
        }


def _annotations(given: Iterable[Any]) -> tuple[Annotation, ...]:
    names = (given,) if isinstance(given, str) else tuple(given)
    known = get_args(Annotation)
    if not set(names) <= set(known) or len(set(names)) < len(names):
        raise ConfigError(
            f"dialect: annotations {list(names)} must be distinct and among {', '.join(known)}"
        )
    return cast("tuple[Annotation, ...]", names)


def _delimits(character: str) -> bool:
    return character.isascii() and not character.isalnum() and character not in '"\r\n#\0.+-:_'
