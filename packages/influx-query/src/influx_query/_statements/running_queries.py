"""SHOW QUERIES and KILL QUERY.

Source: https://docs.influxdata.com/influxdb/v1/troubleshooting/query_management/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_query._clauses.builder_arguments import number_of
from influx_query._clauses.clause_nodes import Statement
from influx_query._clauses.registry import reads
from influx_query._text.quoting import quote_if_needed
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor


@node
class ShowQueriesStatement(Statement):
    """Lists the running queries, with the numbers that KILL QUERY takes.

    Example:
        SHOW QUERIES
    """

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW QUERIES"


@node
class KillQueryStatement(Statement):
    """Stops a running query, by the number in SHOW QUERIES; `host` is for clusters.

    Example:
        KILL QUERY 4
    """

    query_id: int
    host: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield f"KILL QUERY {self.query_id}"
        if self.host:
            yield f" ON {quote_if_needed(self.host)}"


@reads("SHOW QUERIES")
def _show(_: Cursor) -> ShowQueriesStatement:
    return ShowQueriesStatement()


@reads("KILL QUERY")
def _kill(cursor: Cursor) -> KillQueryStatement:
    return KillQueryStatement(cursor.unsigned(), host=cursor.ident() if cursor.accept("ON") else "")


def show_queries() -> ShowQueriesStatement:
    """List the running queries."""
    return ShowQueriesStatement()


def kill_query(query_id: int) -> KillQueryStatement:
    """Stop a running query, by its number in `show.queries()`.

    Raises:
        TypeError: The number is not an integer.
        ValueError: The number is out of range.
    """
    return KillQueryStatement(number_of("query", query_id))
