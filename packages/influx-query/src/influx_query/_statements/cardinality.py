"""The shared parts of SHOW … CARDINALITY: base class, parser and builder arguments.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#show-cardinality
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypedDict, TypeVar

from influx_query._clauses.builder_arguments import Names, Where, condition, measurements, name_of
from influx_query._clauses.clause_nodes import (
    Dimension,
    Source,
    Statement,
    print_list,
    print_on,
    print_paging,
    print_where,
)
from influx_query._clauses.clause_parser import condition as read_where
from influx_query._clauses.clause_parser import dimensions, read_from, read_on
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from influx_query._expressions.cursor import Cursor
    from influx_query._expressions.expression_nodes import Expr

CardinalityT = TypeVar("CardinalityT", bound="Cardinality")


@node
class Cardinality(Statement):
    """The base class of statements that count: an estimate, or an exact number if `exact`."""

    subject: ClassVar[str]

    exact: bool = False
    database: str = ""
    sources: tuple[Source, ...] = ()
    condition: Expr | None = None
    dimensions: tuple[Dimension, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW {self.subject}{' EXACT' if self.exact else ''} CARDINALITY"
        yield print_on(self.database)
        yield from print_list("FROM", self.sources)
        yield from self._print_selection()
        yield from print_where(self.condition)
        yield from print_list("GROUP BY", self.dimensions)
        yield from print_paging(LIMIT=self.limit, OFFSET=self.offset)

    def _print_selection(self) -> Pieces:
        """Yield what stands between FROM and WHERE."""
        return iter(())


def read_exact(cursor: Cursor) -> bool:
    """Read EXACT CARDINALITY or CARDINALITY; return whether it is exact."""
    exact = cursor.accept("EXACT")
    if exact:
        cursor.expect("CARDINALITY")
    elif not cursor.accept("CARDINALITY"):
        cursor.fail("EXACT", "CARDINALITY")
    return exact


def read_cardinality(
    cursor: Cursor,
    kind: type[CardinalityT],
    *,
    exact: bool,
    selection: Callable[[Cursor], Mapping[str, object]] | None = None,
) -> CardinalityT:
    """Read the rest of a statement, behind CARDINALITY.

    Args:
        cursor: The position in the text.
        kind: The class of the statement.
        exact: Whether the statement has EXACT.
        selection: Reads an extra clause between FROM and WHERE, and returns its attributes.
    """
    database, sources = read_on(cursor), read_from(cursor)
    more: Mapping[str, Any] = selection(cursor) if selection else {}
    return kind(
        exact=exact,
        database=database,
        sources=sources,
        condition=read_where(cursor),
        dimensions=dimensions(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
        **more,
    )


class CountArguments(TypedDict, total=False):
    """The arguments of the builders of these statements."""

    exact: bool
    database: str
    sources: tuple[Source, ...]
    condition: Expr | None


def count_arguments(exact: bool, from_: Names, on: str, where: Where) -> CountArguments:
    """Return the attributes that builders of these statements set."""
    return {
        "exact": exact,
        "database": name_of("database", on),
        "sources": measurements(from_),
        "condition": condition(where),
    }
