"""The nodes of literals, and the conversion of Python values to literals."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from influx_query._expressions.expression_nodes import Expr
from influx_query._text.durations import (
    format_duration,
    int64_duration,
    parse_duration,
    timedelta_ns,
)
from influx_query._text.numbers import INT64_MAX, format_integer, format_number
from influx_query._text.numpy_scalars import is_numpy_duration, is_numpy_time, plain
from influx_query._text.quoting import quote_if_needed, quote_regex, quote_string
from influx_query._text.regex import regex_text
from influx_query._text.timestamps import format_time, time_ns
from influx_query._tree.node import Pieces, node

Value = bool | int | float | Decimal | str | date | timedelta | re.Pattern[str]
"""The Python types with a literal. A datetime needs a time zone; a date is midnight UTC.

Scalars of numpy and pandas are accepted too; their times and durations keep their nanoseconds.
"""


@node
class IntegerLiteral(Expr):
    """An integer that fits into int64."""

    value: int

    def _pieces(self, wire: bool) -> Pieces:
        yield format_integer(self.value)

    def _unary_sign(self) -> str:
        return {1: "+", -1: "-"}.get(self.value, "")


@node
class UnsignedLiteral(Expr):
    """An integer that fits into uint64, but not into int64."""

    value: int

    def _pieces(self, wire: bool) -> Pieces:
        yield format_integer(self.value)


@node
class NumberLiteral(Expr):
    """A float.

    `decimals` is the number of digits after the dot in the canonical text. None means the shortest
    exact form; the parser of the 1.6 dialect sets 3. The text for a server has all digits.
    """

    value: float
    decimals: int | None = field(default=None, compare=False)

    def _pieces(self, wire: bool) -> Pieces:
        if wire or self.decimals is None:
            yield format_number(self.value)
        else:
            yield f"{self.value:.{self.decimals}f}"


@node
class BooleanLiteral(Expr):
    """``true`` or ``false``."""

    value: bool

    def _pieces(self, wire: bool) -> Pieces:
        yield "true" if self.value else "false"


@node
class StringLiteral(Expr):
    """Text in single quotes. In a comparison with ``time``, it is a time."""

    value: str

    def _pieces(self, wire: bool) -> Pieces:
        yield quote_string(self.value)


@node
class DurationLiteral(Expr):
    """A duration in nanoseconds: ``10m``."""

    value: int

    def _pieces(self, wire: bool) -> Pieces:
        yield format_duration(self.value)


@node
class TimeLiteral(Expr):
    """A time in nanoseconds since 1970 UTC. The parser returns a `StringLiteral` for a time."""

    value: int

    def _pieces(self, wire: bool) -> Pieces:
        yield f"'{format_time(self.value)}'"


@node
class RegexLiteral(Expr):
    """A regular expression in Go's RE2 syntax, without its slashes."""

    pattern: str

    def _pieces(self, wire: bool) -> Pieces:
        yield quote_regex(self.pattern)


@node
class ListLiteral(Expr):
    """The names of ``WITH KEY IN (host, region)``."""

    values: tuple[str, ...]

    def _pieces(self, wire: bool) -> Pieces:
        yield f"({', '.join(map(quote_if_needed, self.values))})"


def literal(value: object) -> Expr:
    """Return the literal for a Python value; an expression node is returned unchanged.

    Args:
        value: A bool, int, float, Decimal, str, datetime with a time zone, date, timedelta or
            compiled pattern, or the equivalent scalar of numpy or pandas. Times and durations
            keep their nanoseconds.

    Raises:
        TypeError: InfluxQL has no literal for this type.
        ValueError: The value can't be written: a naive datetime, NaT, NaN, an infinity, or an
            integer beyond 64 bits.
    """
    if isinstance(value, Expr):
        return value
    value = plain(value)
    if isinstance(value, bool):
        return BooleanLiteral(value)
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float | Decimal):
        return number(value)
    if isinstance(value, str):
        return StringLiteral(value)
    return _special(value)


def _special(value: object) -> Expr:
    if is_numpy_duration(value) or isinstance(value, timedelta):
        return DurationLiteral(timedelta_ns(value))
    if is_numpy_time(value) or isinstance(value, date):
        return TimeLiteral(time_ns(value))
    if isinstance(value, re.Pattern):
        return regex(cast("re.Pattern[str]", value))
    raise TypeError(
        f"InfluxQL has no literal for {value!r}; it takes bool, int, float, Decimal, str, "
        "datetime, date, timedelta and compiled patterns"
    )


def integer(value: int) -> IntegerLiteral | UnsignedLiteral:
    """Return the literal for an integer that fits into int64 or uint64."""
    format_integer(value)
    return IntegerLiteral(value) if value <= INT64_MAX else UnsignedLiteral(value)


def number(value: float | Decimal) -> NumberLiteral:
    """Return the literal for a finite number, as the float that the server reads."""
    format_number(float(value))
    return NumberLiteral(float(value))


def duration_ns(value: object) -> int:
    """Return a duration in nanoseconds, from text such as ``1h30m``, a timedelta or nanoseconds.

    Raises:
        TypeError: The value has another type.
        DurationError: The text is not a duration of InfluxQL.
        ValueError: The duration can't be written: NaT, or longer than 292 years.
    """
    value = plain(value)
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int64_duration(value)
    return timedelta_ns(value)


def duration_literal(value: object) -> DurationLiteral:
    """Return the literal for a duration; see `duration_ns`."""
    return DurationLiteral(duration_ns(value))


def regex(value: str | re.Pattern[str]) -> RegexLiteral:
    """Return the literal for a regular expression.

    The server uses Go's RE2: nearly Python's syntax, without look-around and
    back-references. The flags IGNORECASE, MULTILINE and DOTALL of a compiled pattern are kept.

    Raises:
        TypeError: The pattern is neither a string nor a compiled string pattern.
        ValueError: The server would refuse the pattern, or a flag has no equivalent.
    """
    node = RegexLiteral(regex_text(value))
    quote_regex(node.pattern)
    return node
