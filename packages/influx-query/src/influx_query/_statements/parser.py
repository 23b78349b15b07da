"""Parses text to statements.

The language and the error messages are those of the Go implementation.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_query._clauses.registry import read_statement
from influx_query._expressions.cursor import Cursor
from influx_query._text.lexer import Dialect, tokenize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from influx_query._clauses.clause_nodes import Statement


def parse(
    text: str, params: Mapping[str, object] | None = None, *, dialect: Dialect = "latest"
) -> tuple[Statement, ...]:
    """Parse a text into its statements.

    Args:
        text: Statements separated by semicolons; an empty text returns an empty tuple.
        params: The values of ``$name`` in the text, by name: JSON values, objects such as
            ``{"duration": "10s"}``, or Python's datetimes, timedeltas and compiled patterns.
        dialect: ``latest`` is the language of the newest parser; ``1.6`` is that of InfluxDB 1.6,
            which also prints floats with three decimals.

    Raises:
        InfluxQLSyntaxError: The text is not InfluxQL, a parameter is missing or can't be bound, or
            the nesting is deeper than 100 levels.
        ValueError: The dialect is unknown.
    """
    cursor = Cursor(tokenize(text, params, dialect=dialect), dialect)
    statements: list[Statement] = []
    while cursor.kind != "EOF":
        if cursor.accept(";"):
            continue
        if cursor.index and cursor.kinds[cursor.index - 1] != ";":
            cursor.fail(";")
        statements.append(read_statement(cursor))
    return tuple(statements)
