"""Text to syntax trees: the two functions that parse.

The language and the error messages are those of the Go implementation.
Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from influx_query.lexer import tokenize
from influx_query.parsing.choice import Choice
from influx_query.parsing.cursor import Cursor, Dialect
from influx_query.parsing.expressions import expression
from influx_query.parsing.manage import (
    ALTER,
    CREATE,
    DROP,
    KILL,
    SET,
    delete,
    explain,
    grant,
    revoke,
)
from influx_query.parsing.select import select
from influx_query.parsing.show import SHOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from influx_query.nodes import Expr, Statement

_STATEMENT: Final = Choice(
    {
        "SELECT": select,
        "DELETE": delete,
        "SHOW": SHOW,
        "CREATE": CREATE,
        "DROP": DROP,
        "EXPLAIN": explain,
        "GRANT": grant,
        "REVOKE": revoke,
        "ALTER": ALTER,
        "SET": SET,
        "KILL": KILL,
    }
)


def parse(
    text: str, params: Mapping[str, object] | None = None, *, dialect: Dialect = "latest"
) -> tuple[Statement, ...]:
    """Parse statements with semicolons between them.

    Args:
        text: Any number of statements; none gives an empty tuple.
        params: Values of the ``$name`` in the text, as in the `params` of a request: what JSON has,
            objects like ``{"duration": "10s"}``, or Python's own dates, timedeltas and patterns.
        dialect: Whose language it is: that of the newest parser, or that of InfluxDB 1.6, which
            also prints floats with three decimals.

    Raises:
        InfluxQLSyntaxError: The text is not InfluxQL, a parameter is missing or can't be bound, or
            it is nested deeper than 100 levels.
    """
    cursor = Cursor(tokenize(text, params, dialect=dialect), dialect)
    statements: list[Statement] = []
    while cursor.kind != "EOF":
        if cursor.accept(";"):
            continue
        if cursor.index and cursor.kinds[cursor.index - 1] != ";":
            cursor.fail(";")
        statements.append(_STATEMENT(cursor))
    return tuple(statements)


def parse_expression(
    text: str, params: Mapping[str, object] | None = None, *, dialect: Dialect = "latest"
) -> Expr:
    """Parse one expression, like a condition or a field; the arguments are those of `parse`.

    Raises:
        InfluxQLSyntaxError: The text is not an expression, or something follows it.
    """
    cursor = Cursor(tokenize(text, params, dialect=dialect), dialect)
    expr = expression(cursor)
    if cursor.kind != "EOF":
        cursor.fail("EOF")
    return expr
