"""The arguments of statement builders: measurements, conditions, durations, counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from influx_query._clauses.clause_nodes import Measurement
from influx_query._expressions.conditions import Condition
from influx_query._expressions.expression_parser import parse_expression
from influx_query._expressions.literals import duration_ns, regex
from influx_query._text.numbers import INT64_MAX, UINT64_MAX
from influx_query._text.numpy_scalars import plain

if TYPE_CHECKING:
    from influx_query._expressions.expression_nodes import Expr

Name: TypeAlias = str | re.Pattern[str] | Measurement
"""A name, a compiled pattern that selects measurements, or a node."""

Names: TypeAlias = Name | Iterable[Name]
"""One measurement, or several."""

Where: TypeAlias = str | Condition | None
"""A typed condition, raw InfluxQL, or None for no condition."""

Duration: TypeAlias = str | int | timedelta
"""Text such as ``7d``, a timedelta, or nanoseconds."""


def measurement(
    name: str | re.Pattern[str], *, retention_policy: str = "", database: str = ""
) -> Measurement:
    """Return a measurement as a source; a compiled pattern selects all measurements that match.

    Raises:
        TypeError: A name is neither a string nor a compiled pattern.
        ValueError: The server would refuse the pattern.
    """
    place = (name_of("database", database), name_of("retention policy", retention_policy))
    if isinstance(name, str):
        return Measurement(name_of("measurement", name), *place)
    if not isinstance(name, re.Pattern):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a measurement is a name or a compiled pattern, not {name!r}")
    return Measurement("", *place, regex(name))


def measurements(names: Names) -> tuple[Measurement, ...]:
    """Return the measurements for one or several names, patterns or nodes."""
    if isinstance(names, str | re.Pattern | Measurement):
        return (one_measurement(names),)
    if not isinstance(names, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{names!r} is no measurement; give a name, a pattern, or a list of these")
    return tuple(one_measurement(name) for name in names)


def one_measurement(name: Name) -> Measurement:
    """Return the measurement for a name, a pattern or a node."""
    return name if isinstance(name, Measurement) else measurement(name)


def condition(where: Where) -> Expr | None:
    """Return the node of a typed condition or of raw InfluxQL; None for no condition.

    Raises:
        InfluxQLSyntaxError: The text is not exactly one expression.
        TypeError: The value is neither a condition nor text.
    """
    if where is None:
        return None
    if isinstance(where, str):
        return parse_expression(where)
    if not isinstance(where, Condition):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{where!r} is no condition; compare something: tag('host') == 'a'")
    return where.node


def duration_or_forever(value: Duration) -> int:
    """Return a duration in nanoseconds; ``INF`` is 0, which keeps data forever."""
    if isinstance(value, str) and value.upper() == "INF":
        return 0
    span = duration_ns(value)
    if span < 0:
        raise ValueError(f"the duration {value!r} is negative; it has to be 0, INF or above")
    return span


def name_of(what: str, name: object) -> str:
    """Check and return a name, which may be empty.

    Raises:
        TypeError: The value is not a string.
    """
    name = plain(name)
    if not isinstance(name, str):
        raise TypeError(f"the name of a {what} is text, not {name!r}")
    return name


def required_name(what: str, name: object) -> str:
    """Check and return a name that must not be empty.

    Raises:
        TypeError: The value is not a string.
        ValueError: The name is empty.
    """
    text = name_of(what, name)
    if not text:
        raise ValueError(f"the name of a {what} is empty")
    return text


def count(clause: str, value: object) -> int:
    """Check and return the number of a clause such as LIMIT or OFFSET.

    Raises:
        TypeError: The value is not an integer.
        ValueError: The number is below 0, or doesn't fit into int64.
    """
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{clause}({value!r}) takes a whole number")
    if not 0 <= value <= INT64_MAX:
        raise ValueError(f"{clause}({value}) takes a number from 0 to {INT64_MAX}")
    return value


def one_of(what: str, given: object, known: Iterable[str]) -> None:
    """Check that a word is one of the known ones.

    Raises:
        ValueError: The word is not known.
    """
    words = tuple(known)
    if given not in words:
        raise ValueError(f"{what}={given!r} is unknown; there are {', '.join(words)}")


def number_of(what: str, value: object) -> int:
    """Check and return the number of a shard or a query.

    Raises:
        TypeError: The value is not an integer.
        ValueError: The number doesn't fit into uint64.
    """
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"the number of a {what} is a whole number, not {value!r}")
    if not 0 <= value <= UINT64_MAX:
        raise ValueError(f"the number of a {what} is from 0 to {UINT64_MAX}, not {value}")
    return value
