"""One Python value as one literal."""

from __future__ import annotations

from influx_flux._format.formatter import write
from influx_flux._values.conversion import to_node
from influx_flux._values.times import Naive
from influx_flux.nodes import ParenExpression


def literal(value: object, *, naive: Naive = "raise") -> str:
    """Return a value as exactly one literal of Flux, whatever is in it.

    Strings are quoted with all their `${` escaped; ints are 64-bit; floats have no exponent, and
    NaN and the infinities become `float(v: "NaN")` and so on; datetimes keep their nanoseconds if
    they are pandas' or numpy's; timedeltas and `duration()` become durations; compiled patterns
    become regular expressions; lists become arrays, and dicts records, or dictionaries if a key is
    no string. What is negative has its minus before the literal.

    Args:
        value: The value.
        naive: What a datetime without offset, or a date, is taken for.

    Raises:
        ValueError: There is no such value in Flux; the text says why.
        TypeError: Flux has no literal for the type, such as bytes and None.
    """
    node = to_node(value, naive)
    # Canonical text has no parentheses around an operation, whose place is not known here.
    return f"({write(node)})" if isinstance(node, ParenExpression) else write(node)
