"""SHOW SERIES, SHOW SERIES CARDINALITY, DROP SERIES, and DELETE, which removes points of series.

Source: https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/#show-series
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from influx_query._clauses.builder_arguments import (
    Names,
    Where,
    condition,
    count,
    measurements,
    name_of,
)
from influx_query._clauses.clause_nodes import (
    Measurement,
    SortField,
    Source,
    Statement,
    print_list,
    print_on,
    print_paging,
    print_where,
)
from influx_query._clauses.clause_parser import condition as read_where
from influx_query._clauses.clause_parser import order_by, read_from, read_on, sources
from influx_query._clauses.registry import reads
from influx_query._statements.cardinality import Cardinality, read_cardinality
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor
    from influx_query._expressions.expression_nodes import Expr


@node
class ShowSeriesStatement(Statement):
    """Lists the series of a database by their keys.

    Example:
        SHOW SERIES FROM cpu WHERE host = 'a' LIMIT 10
    """

    database: str = ""
    sources: tuple[Source, ...] = ()
    condition: Expr | None = None
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW SERIES{print_on(self.database)}"
        yield from print_list("FROM", self.sources)
        yield from print_where(self.condition)
        yield from print_list("ORDER BY", self.sort_fields)
        yield from print_paging(LIMIT=self.limit, OFFSET=self.offset)


@node
class ShowSeriesCardinalityStatement(Cardinality):
    """Counts the series.

    Example:
        SHOW SERIES EXACT CARDINALITY FROM cpu
    """

    subject: ClassVar[str] = "SERIES"


@node
class DropSeriesStatement(Statement):
    """Drops series from the index, with all their points. The condition can't contain time.

    Example:
        DROP SERIES FROM cpu WHERE host = 'a'
    """

    sources: tuple[Source, ...] = ()
    condition: Expr | None = None

    def _pieces(self, wire: bool) -> Pieces:
        yield "DROP SERIES"
        yield from print_list("FROM", self.sources)
        yield from print_where(self.condition)


@node
class DeleteSeriesStatement(Statement):
    """Deletes points, by series and by time. The class has the Go implementation's name.

    Example:
        DELETE FROM cpu WHERE time < '2020-01-01T00:00:00Z'
    """

    sources: tuple[Source, ...] = ()
    condition: Expr | None = None

    def _pieces(self, wire: bool) -> Pieces:
        yield "DELETE"
        yield from print_list("FROM", self.sources)
        yield from print_where(self.condition)


@reads("SHOW SERIES")
def _show(cursor: Cursor) -> ShowSeriesStatement | ShowSeriesCardinalityStatement:
    exact = cursor.accept("EXACT")
    if cursor.accept("CARDINALITY"):
        return read_cardinality(cursor, ShowSeriesCardinalityStatement, exact=exact)
    return ShowSeriesStatement(
        database=read_on(cursor),
        sources=read_from(cursor),
        condition=read_where(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


@reads("DROP SERIES")
def _drop(cursor: Cursor) -> DropSeriesStatement:
    found = _read_local_sources(cursor, policies=False)
    return DropSeriesStatement(found, _read_choice(cursor, found))


@reads("DELETE")
def _delete(cursor: Cursor) -> DeleteSeriesStatement:
    found = _read_local_sources(cursor, policies=cursor.is_latest)
    return DeleteSeriesStatement(found, _read_choice(cursor, found))


def _read_local_sources(cursor: Cursor, *, policies: bool) -> tuple[Source, ...]:
    """Read FROM with measurements of the request's database; of several errors the last counts."""
    if not cursor.accept("FROM"):
        return ()
    found = sources(cursor)
    issue = ""
    for each in found:
        assert isinstance(each, Measurement)
        if each.database:
            issue = "database not supported"
        if each.retention_policy and not policies:
            issue = "retention policy not supported"
    if issue:
        raise cursor.error(issue, 0)
    return found


def _read_choice(cursor: Cursor, found: tuple[Source, ...]) -> Expr | None:
    """Read WHERE, which has to be there if FROM is not."""
    if not found and cursor.kind != "WHERE":
        cursor.fail("FROM", "WHERE")
    return read_where(cursor)


def show_series(
    from_: Names = (), *, on: str = "", where: Where = None, limit: int = 0, offset: int = 0
) -> ShowSeriesStatement:
    """List series by their keys.

    Raises:
        TypeError: A limit or an offset is not an integer.
        ValueError: A limit or an offset is negative.
    """
    return ShowSeriesStatement(
        database=name_of("database", on),
        sources=measurements(from_),
        condition=condition(where),
        limit=count("limit", limit),
        offset=count("offset", offset),
    )


def drop_series(from_: Names = (), *, where: Where = None) -> DropSeriesStatement:
    """Drop series, by measurement, by tags, or both.

    Raises:
        ValueError: Neither is given, or a measurement names a database or a retention policy.
    """
    return DropSeriesStatement(_chosen(from_, where, "drop_series"), condition(where))


def delete(from_: Names = (), *, where: Where = None) -> DeleteSeriesStatement:
    """Delete points, by measurement, by tags and by time.

    Raises:
        ValueError: Neither a measurement nor a condition is given, or a measurement names a
            database or a retention policy.
    """
    return DeleteSeriesStatement(_chosen(from_, where, "delete"), condition(where))


def _chosen(names: Names, where: Where, what: str) -> tuple[Measurement, ...]:
    found = measurements(names)
    if not found and where is None:
        raise ValueError(f"{what}() needs a measurement, a condition, or both")
    for each in found:
        if each.database or each.retention_policy:
            raise ValueError(f"{what}() works in the request's database, and can't name {each}")
    return found
