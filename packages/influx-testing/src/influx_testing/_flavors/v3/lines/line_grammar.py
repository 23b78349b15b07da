"""The grammar of one line of line protocol in 3.x, with the errors of its parser.

A line is a measurement with tags, spaces, fields, and spaces with a time. Names end at the first
separator without a backslash. A field that is invalid ends the list of fields: the error of the
line is then that it has no fields, or what is left of it.

Source: https://docs.influxdata.com/influxdb3/core/reference/line-protocol/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, TypeVar

from influx_core import Unsigned

__all__ = ["LineRefused", "ReadLine", "read_line"]

_NAME = re.compile(r"(?:\\.|[^,\x20\t])*+", re.DOTALL)
_KEY = re.compile(r"(?:\\.|[^=\x20\t])*+", re.DOTALL)
_STRING = re.compile(r'"((?:\\.|[^"])*+)"', re.DOTALL)
_NUMBER = re.compile(r"(-?)([0-9]+)(?:(i)|(u)|(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)", re.ASCII)
_BOOLEAN = re.compile("([Tt]rue|TRUE|t|T)|[Ff]alse|FALSE|f|F")
_TIME = re.compile(r"\x20+(-?[0-9]+)\x20*", re.ASCII)
_MEASUREMENT_ESCAPE = re.compile(r"\\([,\x20\\])")
_ESCAPE = re.compile(r"\\([,=\x20\\])")
_STRING_ESCAPE = re.compile(r'\\(["\\])')

_LONGEST_QUOTATION = 10
_LONGEST_INTEGER = 20
_NEEDS_SPACE = "Expected at least one space character"
_NO_FIELDS = "No fields were provided"
_ENDS_WITH_BACKSLASH = (
    "Measurements, tag keys and values, and field keys may not end with a backslash"
)

FieldValue: TypeAlias = float | int | str | bool

_Pair: TypeAlias = tuple[str, str]

_Value = TypeVar("_Value")


class LineRefused(Exception):
    """A line is invalid; the text is the server's reason."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A valid line.

    Attributes:
        measurement: its name.
        tags: the tags by key.
        fields: the fields by key.
        time: the time in the unit of the write; None if the line has none.
        shown: the line as the server prints it in errors about its columns: with single spaces,
            strings without quotes, and floats without needless digits.
    """

    measurement: str
    tags: dict[str, str]
    fields: dict[str, FieldValue]
    time: int | None
    shown: str


@dataclass(frozen=True, slots=True)
class _Field:
    key: str
    value: FieldValue
    shown: str


def read_line(text: str) -> ReadLine:
    """Read a line that is neither empty nor a comment.

    Raises:
        LineRefused: the line is invalid.
    """
    text = text.lstrip(" \t")
    measurement, pairs, at = _series(text)
    fields, rest = _fields(text[at:].lstrip(" "))
    time = _time(rest)
    tags = _distinct(((_unescaped(key), _unescaped(value)) for key, value in pairs), "tag")
    named = _distinct(((_unescaped(field.key), field.value) for field in fields), "field")
    parts = [
        ",".join([measurement, *(f"{key}={value}" for key, value in pairs)]),
        ",".join(f"{field.key}={field.shown}" for field in fields),
        *([] if time is None else [str(time)]),
    ]
    name = _MEASUREMENT_ESCAPE.sub(r"\1", measurement)
    return ReadLine(name, tags, named, time, " ".join(parts))


def _series(text: str) -> tuple[str, list[_Pair], int]:
    """The measurement and the tags as written, and where the fields begin."""
    at = _end(_NAME, text, 0)
    if at == len(text):
        raise _unended(text, f"{_NEEDS_SPACE}, got end of input")
    if not at:
        raise LineRefused("Invalid measurement was provided")
    measurement = _checked(text[:at])
    pairs: list[_Pair] = []
    first = at + 1
    while text[at] == ",":
        key, at = _tag_key(text, at + 1, first)
        value, at = _tag_value(text, at + 1)
        pairs.append((key, value))
    if text[at] == "\t":
        raise LineRefused(f"{_NEEDS_SPACE}, got `{text[at:]}`")
    return measurement, pairs, at


def _tag_key(text: str, at: int, first: int) -> tuple[str, int]:
    if at == len(text):
        raise LineRefused("Expected tag key, got end of input")
    end = _end(_KEY, text, at)
    if end == at:
        raise LineRefused(f"Expected tag key, got `{_quoted(text[at:])}`")
    if text[end : end + 1] != "=":
        malformed = f"could not find equals sign in `{_quoted(text[first:])}`"
        raise _unended(text[at:end], f"Tag set malformed: {malformed}")
    return _checked(text[at:end]), end


def _tag_value(text: str, at: int) -> tuple[str, int]:
    if at == len(text):
        raise LineRefused("Expected tag value, got end of input")
    end = _end(_NAME, text, at)
    if end == at:
        raise LineRefused(f"Expected tag value, got `{_quoted(text[at:])}`")
    if end == len(text):
        raise _unended(text[at:], f"{_NEEDS_SPACE}, got end of input")
    return _checked(text[at:end]), end


def _fields(text: str) -> tuple[list[_Field], str]:
    """The fields, and what follows them."""
    found = _field(text)
    if found is None:
        raise LineRefused(_NO_FIELDS)
    fields, rest = [found[0]], found[1]
    while rest.startswith(","):
        found = _field(rest[1:])
        if found is None:
            # The comma belongs to the rest only from the third field on.
            return fields, rest[1:] if len(fields) == 1 else rest
        fields.append(found[0])
        rest = found[1]
    return fields, rest


def _field(text: str) -> tuple[_Field, str] | None:
    """A field, and what follows it; None if there is none."""
    end = _end(_KEY, text, 0)
    if end == len(text):
        _checked(text)
        return None
    key = _checked(text[:end])
    value = _value(text, end + 1) if key and text[end] == "=" else None
    if value is None:
        return None
    found, shown, at = value
    return _Field(key, found, shown), text[at:]


def _value(text: str, at: int) -> tuple[FieldValue, str, int] | None:
    """The value of a field, as it is printed, and where it ends; None if there is none."""
    if found := _STRING.match(text, at):
        return _STRING_ESCAPE.sub(r"\1", found[1]), found[1], found.end()
    if found := _BOOLEAN.match(text, at):
        truth = found[1] is not None
        return truth, str(truth).lower(), found.end()
    found = _NUMBER.match(text, at)
    if found is None:
        return None
    sign, digits = found[1], found[2]
    if found[3]:
        return _integer(sign + digits), f"{sign}{digits}i", found.end()
    if found[4] and not sign:
        return _unsigned(digits), f"{digits}u", found.end()
    number = found[0].removesuffix("u")
    value = float(number)
    return value, _float_text(value), at + len(number)


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER or not -(2**63) <= int(digits) < 2**63:
        raise LineRefused(f"Unable to parse integer value `{digits}`")
    return int(digits)


def _unsigned(digits: str) -> Unsigned:
    if len(digits) > _LONGEST_INTEGER or int(digits) >= 2**64:
        raise LineRefused(f"Unable to parse unsigned integer value `{digits}`")
    return Unsigned(int(digits))


def _float_text(value: float) -> str:
    """Print a float as Rust does, without an exponent."""
    return format(Decimal(repr(value)), "f").removesuffix(".0").replace("Infinity", "inf")


def _time(rest: str) -> int | None:
    """The time after the fields."""
    if not rest:
        return None
    found = _TIME.match(rest)
    at = 0 if found is None else found.end()
    if at < len(rest):
        left = _quoted(rest[at:])
        raise LineRefused(f"Could not parse entire line. Found trailing content: `{left}`")
    assert found is not None
    if len(found[1]) > _LONGEST_INTEGER or not -(2**63) <= int(found[1]) < 2**63:
        raise LineRefused(f"Unable to parse timestamp value `{found[1]}`")
    return int(found[1])


def _distinct(pairs: Iterable[tuple[str, _Value]], kind: str) -> dict[str, _Value]:
    values: dict[str, _Value] = {}
    for key, value in pairs:
        if key in values:
            raise LineRefused(f"invalid line protocol - multiple instances of '{key}' {kind} found")
        values[key] = value
    return values


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a name that begins there ends."""
    found = pattern.match(text, at)
    assert found is not None  # a name may be empty
    return found.end()


def _checked(name: str) -> str:
    if name.endswith("\\"):
        raise LineRefused(_ENDS_WITH_BACKSLASH)
    return name


def _unended(name: str, reason: str) -> LineRefused:
    """The error for a name that has no separator after it."""
    return LineRefused(_ENDS_WITH_BACKSLASH if name.endswith("\\") else reason)


def _unescaped(name: str) -> str:
    return _ESCAPE.sub(r"\1", name) if "\\" in name else name


def _quoted(text: str) -> str:
    """The beginning of the rest of a line, as errors quote it."""
    return text if len(text) <= _LONGEST_QUOTATION else f"{text[:_LONGEST_QUOTATION]}..."
