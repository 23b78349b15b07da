"""The nodes of clauses that several statements share, with their formatting.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#clauses
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_query._text.quoting import quote_if_needed
from influx_query._tree.node import Node, Pieces, joined, node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from influx_query._expressions.expression_nodes import Expr
    from influx_query._expressions.literals import RegexLiteral


@node
class Statement(Node):
    """The base class of statements."""


@node
class Dimension(Node):
    """One expression of GROUP BY.

    The expression is a `VarRef` (a tag), a `Call` of time(), a `RegexLiteral` or a `Wildcard`.
    """

    expr: Expr

    def _pieces(self, wire: bool) -> Pieces:
        yield self.expr


@node
class SortField(Node):
    """One column of ORDER BY. The server sorts only by time; an empty name means time."""

    name: str = ""
    ascending: bool = True

    def _pieces(self, wire: bool) -> Pieces:
        direction = "ASC" if self.ascending else "DESC"
        yield f"{quote_if_needed(self.name)} {direction}" if self.name else direction


@node
class Source(Node):
    """The base class of the sources of FROM: a `Measurement` or a `SubQuery`."""


@node
class Measurement(Source):
    """A measurement, or all measurements that match a regex, in a database and a retention policy.

    An empty string means that the part is not given. With a regex, the name is empty.
    """

    name: str = ""
    database: str = ""
    retention_policy: str = ""
    regex: RegexLiteral | None = None

    def _pieces(self, wire: bool) -> Pieces:
        yield qualifier(self.database, self.retention_policy)
        yield quote_if_needed(self.name) if self.regex is None else self.regex


def qualifier(database: str, retention_policy: str) -> str:
    """Return the prefix of a measurement's name: ``rp.``, ``db.rp.``, ``db..`` or an empty text."""
    policy = quote_if_needed(retention_policy) if retention_policy else ""
    if database:
        return f"{quote_if_needed(database)}.{policy}."
    return f"{policy}." if policy else ""


def print_list(keyword: str, items: Iterable[Node]) -> Pieces:
    """Yield a keyword and a list; nothing for an empty list."""
    items = tuple(items)
    if items:
        yield f" {keyword} "
        yield from joined(items)


def print_where(condition: Expr | None) -> Pieces:
    """Yield a WHERE clause, or nothing without a condition."""
    if condition is not None:
        yield " WHERE "
        yield condition


def print_paging(**counts: int) -> Pieces:
    """Yield the clauses LIMIT, OFFSET and so on that have a number above 0."""
    for keyword, count in counts.items():
        if count > 0:
            yield f" {keyword} {count}"


def print_on(database: str) -> str:
    """Return an ON clause with a space before it; empty without a database."""
    return f" ON {quote_if_needed(database)}" if database else ""
