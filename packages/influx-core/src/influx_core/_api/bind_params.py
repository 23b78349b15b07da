"""The text of bind parameters: the values of `$name` in a query, as one JSON object.

Source: https://docs.influxdata.com/influxdb/v1/tools/api/#bind-parameters
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from influx_core.errors import ConfigError
from influx_core.timestamps import to_ns, to_rfc3339
from influx_query import literals

__all__ = ["bind"]

_INT64 = range(-(1 << 63), 1 << 63)


def bind(params: Mapping[str, object]) -> str:
    """Print values for `$name` placeholders.

    Text, bool, int, float, Decimal, aware datetimes and timedeltas can be bound. A float always
    gets a dot: the server takes a number without one for an integer.

    Raises:
        ConfigError: names the parameter that cannot be bound, and why.
    """
    pairs = (f"{_name(name)}: {_literal(name, value)}" for name, value in params.items())
    return "{" + ", ".join(pairs) + "}"


def _name(name: object) -> str:
    if not isinstance(name, str) or not name.isprintable():
        raise ConfigError(f"bind parameters are named by text, not by {name!r}")
    return json.dumps(name)


def _literal(name: str, value: object) -> str:
    match value:
        case bool():
            return json.dumps(value)
        case str() if _is_unicode(value):
            return json.dumps(value)
        case int() if value in _INT64:
            return str(value)
        case float() | Decimal() if Decimal(value).is_finite():
            digits = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
            return digits if "." in digits else digits + ".0"
        case datetime() if value.tzinfo is not None:
            return json.dumps(to_rfc3339(to_ns(value)))
        case timedelta():
            return json.dumps({"duration": str(literals.duration(value))})
        case _:
            raise ConfigError(
                f"bind parameter {name!r}: {value!r} cannot be bound; Unicode text, bool, int of "
                "64 bits, finite float, aware datetime and timedelta can. Names and regexes go "
                "into the query with the builder of influx_query"
            )


def _is_unicode(text: str) -> bool:
    """Whether text arrives unchanged: a server does not keep half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
