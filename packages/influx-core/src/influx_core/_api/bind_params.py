"""Encodes bind parameters, the values of `$name` in a query, as one JSON object.

Source: https://docs.influxdata.com/influxdb/v1/tools/api/#bind-parameters
"""

from __future__ import annotations

from collections.abc import Mapping

from influx_core.errors import ConfigError
from influx_query import params_json

__all__ = ["bind"]


def bind(params: Mapping[str, object]) -> str:
    """Return the JSON of the values of `$name`; see `influx_query.params_json` for what is taken.

    Raises:
        ConfigError: A value can't be bound; the text names the parameter and the reason.
    """
    try:
        return params_json(params)
    except (TypeError, ValueError) as error:
        raise ConfigError(str(error)) from None
