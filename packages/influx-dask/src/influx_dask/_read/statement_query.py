"""SelectStatementQuery: a SELECT of the user that is run for each range of time by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from influx_core import ConfigError
from influx_dask._read.frame_shape import FrameShape
from influx_query import nodes, parse, render, walk
from influx_query.functions import FUNCTIONS, Kind

__all__ = ["SelectStatementQuery", "divisible_select", "interval_of"]

_WHOLE = (Kind.AGGREGATE, Kind.SELECTOR)


@dataclass(frozen=True, slots=True)
class SelectStatementQuery:
    """Adds a range of time to a statement.

    Attributes:
        statement: the statement, without conditions on time.
        shape: the columns of its result.
    """

    statement: nodes.SelectStatement
    shape: FrameShape

    def text(self, start: int, stop: int, columns: Any = None) -> str:
        """The query for a range of time; all columns are selected."""
        return render(_within(self.statement, start, stop))


def divisible_select(text: str) -> nodes.SelectStatement:
    """Parse a query whose result is that of its ranges of time, one after another.

    Raises:
        ConfigError: it is not; the message says why.
        InfluxQLSyntaxError: it is not InfluxQL.
    """
    statements = parse(text)
    if len(statements) != 1 or not isinstance(statements[0], nodes.SelectStatement):
        raise ConfigError("query is one SELECT")
    statement = statements[0]
    reason = _indivisible(statement)
    if reason:
        raise ConfigError(f"the query cannot be divided by time: {reason}")
    return statement


def interval_of(statement: nodes.SelectStatement) -> int | None:
    """The nanoseconds of GROUP BY time(); None without it."""
    for dimension in statement.dimensions:
        expr = dimension.expr
        if isinstance(expr, nodes.Call) and expr.name == "time":
            length: Any = expr.args[0]
            return int(length.value)
    return None


def _within(statement: nodes.SelectStatement, start: int, stop: int) -> nodes.SelectStatement:
    parsed = parse(f"SELECT f FROM m WHERE time >= {start} AND time < {stop}")[0]  # noqa: S608
    assert isinstance(parsed, nodes.SelectStatement)
    assert parsed.condition is not None
    condition = parsed.condition
    if statement.condition is not None:
        condition = nodes.BinaryExpr("AND", condition, nodes.ParenExpr(statement.condition))
    return replace(statement, condition=condition)


def _indivisible(statement: nodes.SelectStatement) -> str:
    if statement.target is not None:
        return "INTO writes"
    source = statement.sources[0]
    if len(statement.sources) > 1 or not isinstance(source, nodes.Measurement) or source.regex:
        return "it needs one measurement by name"
    if statement.limit or statement.offset or statement.slimit or statement.soffset:
        return "LIMIT, OFFSET, SLIMIT and SOFFSET count rows of the whole result"
    if any(not field.ascending for field in statement.sort_fields):
        return "partitions are in ascending order"
    if statement.location:
        return "intervals of TZ() do not have one length; convert the index instead"
    if _mentions_time(statement.condition):
        return "give the time as start= and stop=, not in WHERE"
    if _wildcard(statement):
        return "name the fields and tags instead of * and of regular expressions"
    return _wrong_functions(statement)


def _mentions_time(condition: nodes.Expr | None) -> bool:
    return condition is not None and any(
        isinstance(node, nodes.VarRef) and node.name.lower() == "time" for node in walk(condition)
    )


def _wildcard(statement: nodes.SelectStatement) -> bool:
    parts = (*statement.fields, *statement.dimensions)
    return any(
        isinstance(node, nodes.Wildcard | nodes.RegexLiteral)
        for part in parts
        for node in walk(part)
    )


def _wrong_functions(statement: nodes.SelectStatement) -> str:
    interval = interval_of(statement)
    calls = [
        node for field in statement.fields for node in walk(field) if isinstance(node, nodes.Call)
    ]
    kinds = {call.name: FUNCTIONS[call.name].kind for call in calls if call.name in FUNCTIONS}
    for name, kind in kinds.items():
        if kind not in (*_WHOLE, Kind.MATH):
            return f"{name}() needs the points before a range"
    if any(kind in _WHOLE for kind in kinds.values()) and interval is None:
        return "functions of many points need GROUP BY time(...)"
    if interval is not None and statement.fill.kind != "none":
        return "empty intervals differ by partition: say fill(none)"
    return ""
