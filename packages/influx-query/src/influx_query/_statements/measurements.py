"""SHOW MEASUREMENTS, SHOW MEASUREMENT CARDINALITY, DROP MEASUREMENT.

Source: https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/#show-measurements
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from influx_query._clauses.builder_arguments import (
    Where,
    condition,
    count,
    measurement,
    name_of,
    required_name,
)
from influx_query._clauses.clause_nodes import (
    Measurement,
    SortField,
    Statement,
    print_list,
    print_paging,
    print_where,
)
from influx_query._clauses.clause_parser import condition as read_where
from influx_query._clauses.clause_parser import order_by, source
from influx_query._clauses.registry import reads
from influx_query._statements.cardinality import Cardinality, read_cardinality, read_exact
from influx_query._text.quoting import quote_if_needed
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor
    from influx_query._expressions.expression_nodes import Expr


@node
class ShowMeasurementsStatement(Statement):
    """Lists the measurements of a database.

    `operator` and `source` are the WITH MEASUREMENT clause. In the newest dialect, ``*`` as
    `database` or `retention_policy` means all of them.

    Example:
        SHOW MEASUREMENTS ON metrics WITH MEASUREMENT =~ /^cpu/
    """

    database: str = ""
    retention_policy: str = ""
    operator: Literal["", "=", "!=", "=~", "!~"] = ""
    source: Measurement | None = None
    condition: Expr | None = None
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW MEASUREMENTS"
        if self.database:
            yield f" ON {_print_name_or_star(self.database)}"
        if self.retention_policy:
            yield f".{_print_name_or_star(self.retention_policy)}"
        if self.source is not None:
            yield f" WITH MEASUREMENT {self.operator} "
            yield self.source
        yield from print_where(self.condition)
        yield from print_list("ORDER BY", self.sort_fields)
        yield from print_paging(LIMIT=self.limit, OFFSET=self.offset)


@node
class ShowMeasurementCardinalityStatement(Cardinality):
    """Counts the measurements.

    Example:
        SHOW MEASUREMENT EXACT CARDINALITY
    """

    subject: ClassVar[str] = "MEASUREMENT"


@node
class DropMeasurementStatement(Statement):
    """Drops a measurement with everything in it.

    Example:
        DROP MEASUREMENT cpu
    """

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP MEASUREMENT {quote_if_needed(self.name)}"


def _print_name_or_star(name: str) -> str:
    return name if name == "*" else quote_if_needed(name)


@reads("SHOW MEASUREMENTS")
def _show(cursor: Cursor) -> ShowMeasurementsStatement:
    database, policy = _read_places(cursor)
    matching = _read_with_measurement(cursor)
    return ShowMeasurementsStatement(
        database=database,
        retention_policy=policy,
        operator="" if matching is None else "=~" if matching.regex else "=",
        source=matching,
        condition=read_where(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


def _read_places(cursor: Cursor) -> tuple[str, str]:
    """Read ON; the newest dialect also takes a retention policy, and stars."""
    if not cursor.accept("ON"):
        return "", ""
    if not cursor.is_latest:
        return cursor.ident(), ""
    database = _read_name_or_star(cursor)
    return database, _read_name_or_star(cursor) if cursor.accept(".") else ""


def _read_name_or_star(cursor: Cursor) -> str:
    return "*" if cursor.accept("*") else cursor.ident()


def _read_with_measurement(cursor: Cursor) -> Measurement | None:
    if not cursor.accept("WITH"):
        return None
    cursor.expect("MEASUREMENT")
    if not cursor.accept("=~") and not cursor.accept("="):
        cursor.fail("=", "=~")
    return cast("Measurement", source(cursor))


@reads("SHOW MEASUREMENT")
def _show_cardinality(cursor: Cursor) -> ShowMeasurementCardinalityStatement:
    exact = read_exact(cursor)
    return read_cardinality(cursor, ShowMeasurementCardinalityStatement, exact=exact)


@reads("DROP MEASUREMENT")
def _drop(cursor: Cursor) -> DropMeasurementStatement:
    return DropMeasurementStatement(cursor.ident())


def show_measurements(
    matching: str | re.Pattern[str] | None = None,
    *,
    on: str = "",
    where: Where = None,
    limit: int = 0,
    offset: int = 0,
) -> ShowMeasurementsStatement:
    """List measurements: all, or those that match a name or a pattern.

    Raises:
        TypeError: A limit or an offset is not an integer.
        ValueError: A limit or an offset is negative, or the server would refuse the pattern.
    """
    found = None if matching is None else measurement(matching)
    return ShowMeasurementsStatement(
        database=name_of("database", on),
        operator="" if found is None else "=~" if found.regex else "=",
        source=found,
        condition=condition(where),
        limit=count("limit", limit),
        offset=count("offset", offset),
    )


def drop_measurement(name: str) -> DropMeasurementStatement:
    """Drop a measurement with everything in it."""
    return DropMeasurementStatement(required_name("measurement", name))
