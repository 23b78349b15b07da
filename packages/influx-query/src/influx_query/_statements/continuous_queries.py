"""CREATE CONTINUOUS QUERY, with its rules for the SELECT in it; DROP and SHOW.

Source: https://docs.influxdata.com/influxdb/v1/query_language/continuous_queries/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from influx_query._clauses.builder_arguments import Duration, duration_or_forever, required_name
from influx_query._clauses.clause_nodes import Statement
from influx_query._clauses.clause_parser import read_on_database
from influx_query._clauses.registry import reads
from influx_query._expressions.expression_nodes import Call
from influx_query._expressions.literals import DurationLiteral
from influx_query._statements.parser import parse
from influx_query._statements.select.select_parser import select
from influx_query._text.durations import format_duration
from influx_query._text.quoting import quote_if_needed
from influx_query._tree.node import Pieces, node
from influx_query._tree.traversal import walk

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor
    from influx_query._statements.select.select_nodes import SelectStatement


class BuildsSelect(Protocol):
    """A builder of a query, such as `SelectQuery`."""

    def statement(self) -> SelectStatement:
        """Return its syntax tree."""
        ...


@node
class CreateContinuousQueryStatement(Statement):
    """Runs a SELECT INTO at intervals; `resample_every` and `resample_for` are nanoseconds.

    Example:
        CREATE CONTINUOUS QUERY hourly ON metrics RESAMPLE EVERY 10m FOR 2h BEGIN
        SELECT mean(usage) INTO year.:MEASUREMENT FROM /^cpu/ GROUP BY time(1h), * END
    """

    name: str
    database: str
    source: SelectStatement
    resample_every: int = 0
    resample_for: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"CREATE CONTINUOUS QUERY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)} "
        if self.resample_every or self.resample_for:
            yield "RESAMPLE "
        if self.resample_every:
            yield f"EVERY {format_duration(self.resample_every)} "
        if self.resample_for:
            yield f"FOR {format_duration(self.resample_for)} "
        yield "BEGIN "
        yield self.source
        yield " END"


@node
class DropContinuousQueryStatement(Statement):
    """Drops a continuous query.

    Example:
        DROP CONTINUOUS QUERY hourly ON metrics
    """

    name: str
    database: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP CONTINUOUS QUERY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}"


@node
class ShowContinuousQueriesStatement(Statement):
    """Lists the continuous queries of every database.

    Example:
        SHOW CONTINUOUS QUERIES
    """

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW CONTINUOUS QUERIES"


@reads("CREATE CONTINUOUS QUERY")
def _create(cursor: Cursor) -> CreateContinuousQueryStatement:
    name, database = cursor.ident(), read_on_database(cursor)
    every, span = _resample(cursor) if cursor.accept("RESAMPLE") else (0, 0)
    cursor.expect("BEGIN", "SELECT")
    source = select(cursor, needs_target=True)
    _require_interval(cursor, source)
    cursor.expect("END")
    _check_span(cursor, source, every, span)
    return CreateContinuousQueryStatement(name, database, source, every, span)


def _resample(cursor: Cursor) -> tuple[int, int]:
    every = _interval(cursor) if cursor.accept("EVERY") else 0
    span = _interval(cursor) if cursor.accept("FOR") else 0
    if not every and not span:
        cursor.fail("EVERY", "FOR")
    return every, span


def _interval(cursor: Cursor) -> int:
    if cursor.kind != "DURATIONVAL":
        cursor.fail("duration")
    return cursor.duration()


def group_by_interval(statement: SelectStatement) -> int:
    """Return the width of the buckets in nanoseconds; 0 without GROUP BY time.

    Raises:
        ValueError: time() does not have one or two arguments, or the first is not a duration.
    """
    for dimension in statement.dimensions:
        call = dimension.expr
        if isinstance(call, Call) and call.name == "time":
            if not 1 <= len(call.args) <= 2:
                raise ValueError("time dimension expected 1 or 2 arguments")
            width = call.args[0]
            if not isinstance(width, DurationLiteral):
                raise ValueError("time dimension must have duration argument")
            return width.value
    return 0


def _require_interval(cursor: Cursor, source: SelectStatement) -> None:
    """Refuse an aggregate without GROUP BY time; the error is at the last token of the SELECT."""
    if not _has_call(source):
        return
    expected = ["GROUP BY time(...)"]
    try:
        if group_by_interval(source):
            return
    except ValueError as error:
        expected.append(str(error))
    cursor.fail_at_last(*expected)


def _has_call(source: SelectStatement) -> bool:
    return any(isinstance(node, Call) for field in source.fields for node in walk(field))


def _check_span(cursor: Cursor, source: SelectStatement, every: int, span: int) -> None:
    try:
        least = max(group_by_interval(source), every)
    except ValueError as error:
        raise cursor.error(str(error)) from None
    if span and least > span:
        raise cursor.error(
            "FOR duration must be >= GROUP BY time duration: "
            f"must be a minimum of {format_duration(least)}, got {format_duration(span)}"
        )


@reads("DROP CONTINUOUS QUERY")
def _drop(cursor: Cursor) -> DropContinuousQueryStatement:
    return DropContinuousQueryStatement(cursor.ident(), read_on_database(cursor))


@reads("SHOW CONTINUOUS QUERIES")
def _show(_: Cursor) -> ShowContinuousQueriesStatement:
    return ShowContinuousQueriesStatement()


def create_continuous_query(
    name: str, on: str, source: BuildsSelect, *, every: Duration = 0, for_: Duration = 0
) -> CreateContinuousQueryStatement:
    """Create a continuous query.

    Args:
        name: The name of the continuous query.
        on: The database of the continuous query.
        source: The query to run; INTO is required, and so is GROUP BY time() if it aggregates.
        every: The interval between runs; 0 means the interval of GROUP BY time().
        for_: The time range of each run; 0 means one interval of GROUP BY time().

    Raises:
        InfluxQLSyntaxError: The server would refuse the statement; the text is the server's error.
        TypeError: `source` is not a query.
        ValueError: A name is empty, or a duration is invalid.
    """
    if not hasattr(source, "statement"):
        raise TypeError(f"{source!r} is no query; make one with query(...)")
    statement = CreateContinuousQueryStatement(
        required_name("continuous query", name),
        required_name("database", on),
        source.statement(),
        duration_or_forever(every),
        duration_or_forever(for_),
    )
    parse(statement.render())
    return statement


def drop_continuous_query(name: str, on: str) -> DropContinuousQueryStatement:
    """Drop a continuous query."""
    return DropContinuousQueryStatement(
        required_name("continuous query", name), required_name("database", on)
    )


def show_continuous_queries() -> ShowContinuousQueriesStatement:
    """List the continuous queries of every database."""
    return ShowContinuousQueriesStatement()
