"""Encodes bind parameters, the values of `$name` in a query, as one JSON object.

Source: https://docs.influxdata.com/influxdb/v1/tools/api/#bind-parameters
"""

from __future__ import annotations

from collections.abc import Mapping

from influx_core.errors import ConfigError
from influx_query import params_json

__all__ = ["bind", "bind_sql"]


def bind(params: Mapping[str, object]) -> str:
    """Return the JSON of the values of `$name`; see `influx_query.params_json` for what is taken.

    Raises:
        ConfigError: A value can't be bound; the text names the parameter and the reason.
    """
    try:
        return params_json(params)
    except (TypeError, ValueError) as error:
        raise ConfigError(str(error)) from None


def bind_sql(params: Mapping[str, object]) -> str:
    """Return the JSON of the values of `$name` in SQL: as `bind`, with None and unsigned integers.

    Raises:
        ConfigError: as for `bind`.
    """
    if not isinstance(params, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        return bind(params)
    beyond = {name: text for name, value in params.items() if (text := _only_in_sql(value))}
    rest = bind({name: value for name, value in params.items() if name not in beyond})
    pairs = [bind({name: 0}).removeprefix("{")[:-2] + text for name, text in beyond.items()]
    return "{" + ", ".join([*filter(None, [rest[1:-1]]), *pairs]) + "}"


def _only_in_sql(value: object) -> str:
    """The JSON of a value that InfluxQL cannot bind; empty for all others."""
    if value is None:
        return "null"
    if isinstance(value, int) and 2**63 <= value < 2**64:
        return str(int(value))
    return ""
