"""The questions about what a server holds, and how their answers become plain lists.

Every name goes through the quoting of influx_query. Source:
https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/
"""

from __future__ import annotations

from collections.abc import Sequence

from influx_core.results import QueryResult
from influx_query import quote_ident

__all__ = [
    "CREATE_DATABASE",
    "DROP_DATABASE",
    "SHOW_DATABASES",
    "SHOW_MEASUREMENTS",
    "about_database",
    "column",
    "show_field_keys",
    "show_tag_keys",
    "show_tag_values",
    "typed_fields",
]

CREATE_DATABASE = "CREATE DATABASE"
DROP_DATABASE = "DROP DATABASE"
SHOW_DATABASES = "SHOW DATABASES"
SHOW_MEASUREMENTS = "SHOW MEASUREMENTS"


def about_database(verb: str, name: str) -> str:
    """The statement that does `verb` to a database."""
    return f"{verb} {quote_ident(name)}"


def show_tag_keys(measurement: str | None) -> str:
    """Ask for tag keys, of one measurement or of all."""
    return "SHOW TAG KEYS" + _from(measurement)


def show_field_keys(measurement: str | None) -> str:
    """Ask for fields and their types, of one measurement or of all."""
    return "SHOW FIELD KEYS" + _from(measurement)


def show_tag_values(keys: Sequence[str], measurement: str | None) -> str:
    """Ask for the values of tags, of one measurement or of all."""
    names = ", ".join(quote_ident(key) for key in keys)
    return f"SHOW TAG VALUES{_from(measurement)} WITH KEY IN ({names})"


def column(result: QueryResult, name: str) -> list[str]:
    """The values of a column over all series, each once, in the server's order."""
    values = (row[name] for series in result.series for row in series)
    return list(dict.fromkeys(values))


def typed_fields(result: QueryResult) -> dict[str, str]:
    """Fields and their types; the first type where shards disagree."""
    fields: dict[str, str] = {}
    for series in result.series:
        for row in series:
            fields.setdefault(row["fieldKey"], row["fieldType"])
    return fields


def _from(measurement: str | None) -> str:
    return "" if measurement is None else f" FROM {quote_ident(measurement)}"
