"""SHOW FIELD KEYS and SHOW FIELD KEY CARDINALITY.

Source: https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/#show-field-keys
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from influx_query._clauses.builder_arguments import Names, count, measurements, name_of
from influx_query._clauses.clause_nodes import (
    SortField,
    Source,
    Statement,
    print_list,
    print_on,
    print_paging,
)
from influx_query._clauses.clause_parser import order_by, read_from, read_on
from influx_query._clauses.registry import reads
from influx_query._statements.cardinality import Cardinality, read_cardinality, read_exact
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor


@node
class ShowFieldKeysStatement(Statement):
    """Lists the fields of measurements, and their types.

    Example:
        SHOW FIELD KEYS FROM cpu LIMIT 10
    """

    database: str = ""
    sources: tuple[Source, ...] = ()
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW FIELD KEYS{print_on(self.database)}"
        yield from print_list("FROM", self.sources)
        yield from print_list("ORDER BY", self.sort_fields)
        yield from print_paging(LIMIT=self.limit, OFFSET=self.offset)


@node
class ShowFieldKeyCardinalityStatement(Cardinality):
    """Counts the fields.

    Example:
        SHOW FIELD KEY CARDINALITY ON metrics FROM cpu
    """

    subject: ClassVar[str] = "FIELD KEY"


@reads("SHOW FIELD KEYS")
def _show(cursor: Cursor) -> ShowFieldKeysStatement:
    return ShowFieldKeysStatement(
        database=read_on(cursor),
        sources=read_from(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


@reads("SHOW FIELD KEY")
def _show_cardinality(cursor: Cursor) -> ShowFieldKeyCardinalityStatement:
    exact = read_exact(cursor)
    return read_cardinality(cursor, ShowFieldKeyCardinalityStatement, exact=exact)


def show_field_keys(
    from_: Names = (), *, on: str = "", limit: int = 0, offset: int = 0
) -> ShowFieldKeysStatement:
    """List fields and their types.

    Raises:
        TypeError: A limit or an offset is not an integer.
        ValueError: A limit or an offset is negative.
    """
    return ShowFieldKeysStatement(
        database=name_of("database", on),
        sources=measurements(from_),
        limit=count("limit", limit),
        offset=count("offset", offset),
    )
