"""Python values to the literals they stand for: one place decides what a value means."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, cast

from influx_query import quoting, regexes
from influx_query.durations import parse_duration
from influx_query.nodes import (
    BooleanLiteral,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    TimeLiteral,
    UnsignedLiteral,
)

_ESCAPE_OR_BREAK: Final = re.compile(r"\\.|\n", re.DOTALL)

Value = bool | int | float | Decimal | str | date | timedelta | re.Pattern[str]
"""What a literal can be made of. A date is midnight UTC; a datetime has to know its time zone."""


def literal(value: object) -> Expr:
    """Give the literal for a value.

    Raises:
        TypeError: No literal of InfluxQL can hold such a value.
        ValueError: This one value can't be written: a naive datetime, an infinity, an integer
            beyond 64 bits.
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool):
        return BooleanLiteral(value)
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float | Decimal):
        return number(value)
    if isinstance(value, str):
        return StringLiteral(value)
    if isinstance(value, timedelta):
        return DurationLiteral(quoting.duration_ns(value))
    if isinstance(value, date):
        return TimeLiteral(quoting.time_ns(value))
    if isinstance(value, re.Pattern):
        return regex(cast("re.Pattern[str]", value))
    raise TypeError(
        f"InfluxQL has no literal for {value!r}; it takes bool, int, float, Decimal, str, "
        "datetime, date, timedelta and compiled patterns"
    )


def integer(value: int) -> IntegerLiteral | UnsignedLiteral:
    """Give the literal for an integer within int64 or uint64."""
    quoting.format_integer(value)
    return IntegerLiteral(value) if value <= quoting.INT64_MAX else UnsignedLiteral(value)


def number(value: float | Decimal) -> NumberLiteral:
    """Give the literal for a finite number, as the float the server makes of it."""
    quoting.format_number(float(value))
    return NumberLiteral(float(value))


def duration(value: str | int | timedelta) -> DurationLiteral:
    """Give the literal for a span of time: ``"1h30m"``, a timedelta, or nanoseconds.

    Raises:
        DurationError: The text is no duration of InfluxQL.
    """
    if isinstance(value, timedelta):
        return DurationLiteral(quoting.duration_ns(value))
    return DurationLiteral(parse_duration(value) if isinstance(value, str) else value)


def regex(value: str | re.Pattern[str]) -> RegexLiteral:
    """Give the literal for a regular expression.

    The server's expressions are Go's RE2: nearly Python's, without look-around and without
    back-references. The flags IGNORECASE, MULTILINE and DOTALL of a compiled pattern come along.

    Raises:
        ValueError: The server would refuse it, or a flag has no equivalent.
    """
    pattern = value if isinstance(value, str) else _flags(value) + value.pattern
    if problem := regexes.problem(pattern):
        raise ValueError(
            f"InfluxDB can't use the regular expression {pattern!r}: {problem}; it takes "
            "https://github.com/google/re2/wiki/Syntax"
        )
    node = RegexLiteral(_writable(pattern))
    quoting.quote_regex(node.pattern)
    return node


def _flags(pattern: re.Pattern[str]) -> str:
    known = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}
    flags = re.RegexFlag(pattern.flags) & ~(re.UNICODE | re.ASCII)
    unknown = [flag.name for flag in flags if flag not in known]
    if unknown:
        raise ValueError(
            f"InfluxDB's regular expressions have no flag {', '.join(map(str, unknown))}"
        )
    letters = "".join(letter for flag, letter in known.items() if flag in flags)
    return f"(?{letters})" if letters else ""


def _writable(pattern: str) -> str:
    r"""Write what can't stand between slashes in another way: a line break, a ``\\`` at the end."""
    pattern = _ESCAPE_OR_BREAK.sub(
        lambda match: r"\n" if match[0].endswith("\n") else match[0], pattern
    )
    if pattern.endswith("\\\\"):
        pattern = pattern[:-2] + r"\x5c"
    return pattern
