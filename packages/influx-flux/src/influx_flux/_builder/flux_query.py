"""Queries: where tables come from, and what is done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from influx_flux._builder.aggregate_methods import AggregateMethods
from influx_flux._builder.arguments import call, signature_of
from influx_flux._builder.column_methods import ColumnMethods
from influx_flux._builder.names import alias
from influx_flux._builder.output_methods import OutputMethods
from influx_flux._builder.row_expressions import FluxExpression, expression, row
from influx_flux._builder.selector_methods import SelectorMethods
from influx_flux._builder.series_methods import SeriesMethods
from influx_flux._builder.time_methods import TimeMethods
from influx_flux._format.formatter import format_tree
from influx_flux._text.quoting import check_name
from influx_flux.nodes import (
    ConditionalExpression,
    ExpressionStatement,
    File,
    Identifier,
    ImportDeclaration,
    Statement,
    StringLiteral,
    VariableAssignment,
)


@dataclass(frozen=True, slots=True)
class FluxQuery(
    TimeMethods, SelectorMethods, AggregateMethods, SeriesMethods, ColumnMethods, OutputMethods
):
    """Tables and what is done with them. Each method returns a new query; `str()` is its text.

    The methods are the functions of universe that take tables, in snake_case; `pipe()` calls any
    other function. An argument that is not given is left to Flux.
    """

    def with_columns(self, **columns: object) -> Self:
        """Set columns of each row, computed from it: `map()` that keeps the others.

        Args:
            columns: The columns by name; their values may be expressions over the row.
        """
        return self.map(row.with_(**columns))

    def file(self) -> File:
        """Return the query as the syntax tree of a file."""
        return _file((ExpressionStatement(self.tree),), self.imports)

    def __str__(self) -> str:
        return format_tree(self.file())


def query(bucket: str | FluxExpression) -> FluxQuery:
    """Return a query of all rows of a bucket; it needs a `range()` to run.

    Args:
        bucket: The name of the bucket, or an expression such as `variable("v")["bucket"]`.
    """
    return source("from", bucket=bucket)


def source(name: str, /, **arguments: object) -> FluxQuery:
    """Return a query of the tables that a function returns: `source("array.from", rows=[...])`.

    Args:
        name: The function, with the path of its package; the import comes by itself.
        arguments: Its arguments by their names in Flux; what is None is not given.

    Raises:
        ValueError: There is no such function, it returns no tables, or an argument is missing or
            not expected.
        TypeError: A value has no literal.
    """
    found = signature_of(name)
    if not found.returns_tables or found.takes_tables:
        raise ValueError(f"{name} is no function that tables come from")
    called = call(name, arguments, FluxQuery)
    return FluxQuery(called.tree, called.imports)


def function(name: str, /, **arguments: object) -> FluxExpression:
    """Return the value of a function of the standard library: `function("math.abs", x=value)`.

    Args:
        name: The function, with the path of its package; the import comes by itself.
        arguments: Its arguments by their names in Flux; what is None is not given.

    Raises:
        ValueError: There is no such function, or an argument is missing or not expected.
        TypeError: A value has no literal.
    """
    return call(name, arguments, FluxQuery)


def join(
    tables: Mapping[str, FluxQuery], on: Sequence[str], *, method: str | None = None
) -> FluxQuery:
    """Return two queries joined where columns are equal.

    Args:
        tables: The two queries; columns of both get these names as suffixes.
        on: The columns that have to be equal.
        method: `inner`, which is the only method of universe's join.

    Raises:
        ValueError: A name cannot be an identifier.
    """
    named = {check_name(name, "a table"): tables[name] for name in tables}
    called = call("join", {"tables": named, "on": list(on), "method": method}, FluxQuery)
    return FluxQuery(called.tree, called.imports)


def union(*queries: FluxQuery) -> FluxQuery:
    """Return the tables of several queries together.

    Raises:
        ValueError: There are less than two queries.
    """
    if len(queries) < 2:
        raise ValueError(f"a union is of two queries or more, not of {len(queries)}")
    called = call("union", {"tables": list(queries)}, FluxQuery)
    return FluxQuery(called.tree, called.imports)


def if_(test: FluxExpression, then: object, else_: object) -> FluxExpression:
    """Return the value of one of two expressions.

    Args:
        test: The condition.
        then: The value if it holds.
        else_: The value if it does not.
    """
    condition, first, second = map(expression, (test, then, else_))
    tree = ConditionalExpression(condition.tree, first.tree, second.tree)
    return FluxExpression(tree, condition.imports | first.imports | second.imports)


def script(*queries: FluxQuery, **variables: object) -> str:
    """Return one text with several queries, each with a result of its own.

    Args:
        queries: The queries; all but one need a `yield_()`, as two results of one name are an
            error.
        variables: Values and queries by name, which stand before the queries as variables; a query
            uses one by `variable(name)`, or by `tables(name)`.

    Raises:
        ValueError: A name cannot be an identifier, or there is no query.
    """
    if not queries:
        raise ValueError("a script has one query or more")
    imports = frozenset[str]().union(*(item.imports for item in queries))
    body: list[Statement] = []
    for name, value in variables.items():
        made = expression(value)
        imports |= made.imports
        body.append(VariableAssignment(Identifier(check_name(name, "a variable")), made.tree))
    body.extend(ExpressionStatement(item.tree) for item in queries)
    return format_tree(_file(tuple(body), imports))


def tables(name: str) -> FluxQuery:
    """Return a query of the tables that a variable holds.

    Raises:
        ValueError: The name cannot be an identifier.
    """
    return FluxQuery(Identifier(check_name(name, "a variable")))


def _file(body: tuple[Statement, ...], imports: frozenset[str]) -> File:
    return File(body, tuple(map(_import, sorted(imports))))


def _import(path: str) -> ImportDeclaration:
    name = alias(path)
    own = path.rpartition("/")[2] == name
    return ImportDeclaration(StringLiteral(path), None if own else Identifier(name))
