"""The names of asphalt-influxdb for queries and their answers; the toolkit's own classes."""

from influx_core import KeyedTuple, Series
from influx_query import SelectQuery

__all__ = ["KeyedTuple", "SelectQuery", "Series"]
