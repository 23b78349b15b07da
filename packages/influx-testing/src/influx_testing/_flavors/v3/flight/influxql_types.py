"""Finds the types of the columns of InfluxQL results that have no values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from influx_query import walk
from influx_query.functions import FUNCTIONS
from influx_query.nodes import (
    BinaryExpr,
    Call,
    Distinct,
    Expr,
    IntegerLiteral,
    Measurement,
    ParenExpr,
    SelectStatement,
    Statement,
    VarRef,
)
from influx_testing._engine.storage.table_schemas import ColumnKind, TableSchema

__all__ = ["selected_kinds", "stored_kinds"]


def stored_kinds(
    statement: Statement, tables: Mapping[str, TableSchema]
) -> Mapping[str, ColumnKind]:
    """The columns of the tables that a statement reads; a name of two kinds is left out."""
    found: dict[str, ColumnKind] = {}
    unclear: set[str] = set()
    for table in _tables_read(statement, tables):
        for name, kind in table.items():
            if found.setdefault(name, kind) != kind:
                unclear.add(name)
    return {name: kind for name, kind in found.items() if name not in unclear}


def _tables_read(statement: Statement, tables: Mapping[str, TableSchema]) -> Iterator[TableSchema]:
    read = [node for node in walk(statement) if isinstance(node, Measurement)]
    if any(measurement.regex is not None for measurement in read):
        yield from tables.values()
    else:
        yield from (tables.get(measurement.name, {}) for measurement in read)


def selected_kinds(
    statement: Statement, names: Sequence[str], stored: Mapping[str, ColumnKind]
) -> Mapping[str, ColumnKind]:
    """The kinds of the columns of a SELECT.

    Args:
        statement: the statement.
        names: the columns that it selects, without the measurement, the time and tags of GROUP BY.
        stored: the result of `stored_kinds`.
    """
    if not isinstance(statement, SelectStatement) or len(names) != len(statement.fields):
        return stored
    kinds: list[ColumnKind] = [_kind(field.expr, stored) or "float" for field in statement.fields]
    return {**stored, **dict(zip(names, kinds, strict=True))}


def _kind(expression: Expr, stored: Mapping[str, ColumnKind]) -> ColumnKind | None:
    if isinstance(expression, VarRef | Distinct):
        return stored.get(expression.name)
    if isinstance(expression, ParenExpr):
        return _kind(expression.expr, stored)
    if isinstance(expression, IntegerLiteral):
        return "integer"
    if isinstance(expression, Call):
        return _result_kind(expression, stored)
    if isinstance(expression, BinaryExpr) and expression.op != "/":
        left, right = _kind(expression.lhs, stored), _kind(expression.rhs, stored)
        return left if left == right else "float"
    return "float"


def _result_kind(call: Call, stored: Mapping[str, ColumnKind]) -> ColumnKind | None:
    function = FUNCTIONS.get(call.name)
    if function is None or not call.args:
        return "float"
    return _kind(call.args[0], stored) if function.gives == "same" else function.gives
