"""Converts one Python value to one Flux literal."""

from __future__ import annotations

from influx_flux._format.formatter import write
from influx_flux._values.conversion import to_node
from influx_flux._values.times import Naive
from influx_flux.nodes import ParenExpression


def literal(value: object, *, naive: Naive = "raise") -> str:
    """Return a Python value as exactly one Flux literal.

    * Strings are quoted, and every `${` is escaped.
    * Integers must fit 64 bits. Floats are written without an exponent; NaN and the infinities
      become calls such as `float(v: "NaN")`. A negative number has a minus before the literal.
    * Datetimes become times; those of pandas and numpy keep their nanoseconds.
    * Timedeltas and `duration()` become durations.
    * Compiled patterns become regular expressions.
    * Lists become arrays. Dicts become records, or dictionaries if a key is not a string.

    Args:
        value: The value.
        naive: The meaning of a date, or a datetime without offset: `utc`, `local`, or an error
            (`raise`).

    Raises:
        ValueError: Flux has no literal for this value; the message gives the reason.
        TypeError: Flux has no literal for this type, such as bytes or None.
    """
    node = to_node(value, naive)
    # Canonical text has no parentheses around an operation, whose place is not known here.
    return f"({write(node)})" if isinstance(node, ParenExpression) else write(node)
