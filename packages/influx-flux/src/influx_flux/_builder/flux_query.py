"""Queries: a source of tables, and the functions that transform them."""

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
    """An immutable query: methods return new queries or expressions; `str()` is the Flux text.

    The methods are the functions of universe that take tables, in snake_case; `pipe()` calls any
    other function. For an argument that is not given, Flux uses its default.
    """

    def with_columns(self, **columns: object) -> Self:
        """Add or replace columns of each row, with `map()`; other columns are kept.

        Args:
            columns: The values by column name; they may be expressions over the row.
        """
        return self.map(row.with_(**columns))

    def file(self) -> File:
        """Return the syntax tree of the query, as a complete file."""
        return _file((ExpressionStatement(self.tree),), self.imports)

    def __str__(self) -> str:
        return format_tree(self.file())

    def __flux__(self) -> str:
        """Return the text of the query, for a client that runs it."""
        return str(self)


def query(bucket: str | FluxExpression) -> FluxQuery:
    """Return a query of all rows of a bucket; the server requires a `range()`.

    Args:
        bucket: The name of the bucket, or an expression such as `variable("v")["bucket"]`.
    """
    return source("from", bucket=bucket)


def source(name: str, /, **arguments: object) -> FluxQuery:
    """Return a query of the tables that a function returns: `source("array.from", rows=[...])`.

    Args:
        name: The function with the path of its package; the import is added automatically.
        arguments: The arguments by their Flux names; None means not given.

    Raises:
        ValueError: The function is unknown or does not return tables, or an argument is missing or
            unexpected.
        TypeError: Flux has no literal for a value.
    """
    found = signature_of(name)
    if not found.returns_tables or found.takes_tables:
        raise ValueError(f"{name} is no function that tables come from")
    called = call(name, arguments, FluxQuery)
    return FluxQuery(called.tree, called.imports)


def function(name: str, /, **arguments: object) -> FluxExpression:
    """Return a call of a function of the standard library: `function("math.abs", x=value)`.

    Args:
        name: The function with the path of its package; the import is added automatically.
        arguments: The arguments by their Flux names; None means not given.

    Raises:
        ValueError: The function is unknown, or an argument is missing or unexpected.
        TypeError: Flux has no literal for a value.
    """
    return call(name, arguments, FluxQuery)


def join(
    tables: Mapping[str, FluxQuery], on: Sequence[str], *, method: str | None = None
) -> FluxQuery:
    """Return the join of two queries on equal columns.

    Args:
        tables: The two queries by name; columns in both get the name as a suffix.
        on: The columns that must be equal.
        method: `inner`; universe's join has no other method.

    Raises:
        ValueError: A name is not a valid identifier.
    """
    named = {check_name(name, "a table"): tables[name] for name in tables}
    called = call("join", {"tables": named, "on": list(on), "method": method}, FluxQuery)
    return FluxQuery(called.tree, called.imports)


def union(*queries: FluxQuery) -> FluxQuery:
    """Return the tables of several queries as one query.

    Raises:
        ValueError: Fewer than two queries are given.
    """
    if len(queries) < 2:
        raise ValueError(f"a union is of two queries or more, not of {len(queries)}")
    called = call("union", {"tables": list(queries)}, FluxQuery)
    return FluxQuery(called.tree, called.imports)


def if_(test: FluxExpression, then: object, else_: object) -> FluxExpression:
    """Return a conditional expression: `if test then ... else ...`.

    Args:
        test: The condition.
        then: The value if the condition is true.
        else_: The value if the condition is false.
    """
    condition, first, second = map(expression, (test, then, else_))
    tree = ConditionalExpression(condition.tree, first.tree, second.tree)
    return FluxExpression(tree, condition.imports | first.imports | second.imports)


def script(*queries: FluxQuery, **variables: object) -> str:
    """Return one text with several queries; each returns a result of its own.

    Args:
        queries: The queries. All but one need a `yield_()`, because result names must be unique.
        variables: Values and queries by name; the text assigns them to variables before the
            queries. Use a value as `variable(name)`, and a query as `tables(name)`.

    Raises:
        ValueError: A name is not a valid identifier, or no query is given.
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
    """Return a query of the tables in a variable.

    Raises:
        ValueError: The name is not a valid identifier.
    """
    return FluxQuery(Identifier(check_name(name, "a variable")))


def _file(body: tuple[Statement, ...], imports: frozenset[str]) -> File:
    return File(body, tuple(map(_import, sorted(imports))))


def _import(path: str) -> ImportDeclaration:
    name = alias(path)
    own = path.rpartition("/")[2] == name
    return ImportDeclaration(StringLiteral(path), None if own else Identifier(name))
