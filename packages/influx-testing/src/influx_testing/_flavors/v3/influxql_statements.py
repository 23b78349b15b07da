"""Reads the InfluxQL statement of a 3.x query, and the database to which it refers.

Names of databases and policies before measurements and after ON are removed from the statement:
together they name one database.

Source: https://docs.influxdata.com/influxdb3/core/reference/influxql/feature-support/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from influx_query import InfluxQLSyntaxError, parse, transform, walk
from influx_query.nodes import (
    DeleteSeriesStatement,
    ExplainStatement,
    Measurement,
    Node,
    SelectStatement,
    ShowDatabasesStatement,
    ShowFieldKeysStatement,
    ShowMeasurementsStatement,
    ShowRetentionPoliciesStatement,
    ShowTagKeysStatement,
    ShowTagValuesStatement,
    Statement,
)
from influx_testing._flavors.v3.database_names import database_name
from influx_testing._flavors.v3.influxql_grammar import statement_refusal
from influx_testing._flavors.v3.v3_replies import plain_error

__all__ = ["NOT_IMPLEMENTED", "PlannedStatement", "read_statement"]

NOT_IMPLEMENTED = "This feature is not implemented"
"""The beginning of errors about statements that the server does not support."""

_PLANNED = (
    ExplainStatement,
    SelectStatement,
    ShowDatabasesStatement,
    ShowFieldKeysStatement,
    ShowMeasurementsStatement,
    ShowRetentionPoliciesStatement,
    ShowTagKeysStatement,
    ShowTagValuesStatement,
)
_WITH_ON = (
    ShowFieldKeysStatement,
    ShowMeasurementsStatement,
    ShowRetentionPoliciesStatement,
    ShowTagKeysStatement,
    ShowTagValuesStatement,
)
_NEEDS_NO_DATABASE = (ShowDatabasesStatement, ShowRetentionPoliciesStatement)
_WORD = re.compile("[A-Z][a-z]*")
_NEEDLESS_ESCAPE = re.compile(r"\\([^\W_])")
_ESCAPE_ERROR = "error parsing regexp: invalid escape sequence"


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """A statement that 3.x supports, with its database.

    Attributes:
        text: the text of the query.
        statement: the statement, without names of databases.
        database: the database that it reads; empty for none.
    """

    text: str
    statement: Statement
    database: str


def _not_implemented(what: str) -> Exception:
    """The error for something that the server does not support."""
    return plain_error(405, f"{NOT_IMPLEMENTED}: {what}")


def read_statement(
    text: str, database: str, params: Mapping[str, Any] | None = None
) -> PlannedStatement:
    """Read the only statement of a query.

    Args:
        text: the query.
        database: the database of the request; empty for none.
        params: the values of the query's parameters.

    Raises:
        Reply: the text is not InfluxQL; or the statement is not the only one, is not supported,
            names no database, several databases, or another database than the request.
    """
    try:
        statements = _parsed(text, params)
    except InfluxQLSyntaxError as error:
        reason = statement_refusal(text) or error.message
        raise plain_error(400, f"error in InfluxQL statement: parsing error: {reason}") from error
    if len(statements) != 1:
        raise plain_error(400, "must provide only one InfluxQl statement per query")
    statement = statements[0]
    _check_planned(statement)
    named = _database_of(statement, database)
    if not named and not isinstance(statement, _NEEDS_NO_DATABASE):
        raise plain_error(
            400,
            "must specify a 'db' parameter, or provide the database in the InfluxQL query",
        )
    return PlannedStatement(text, _without_names(statement), named)


def _parsed(text: str, params: Mapping[str, Any] | None) -> tuple[Statement, ...]:
    """Parse a query; needless escapes of letters in regular expressions are removed."""
    while True:
        try:
            return parse(text, params or None, dialect="1.6")
        except InfluxQLSyntaxError as error:
            repaired = _without_escape(error)
            if not repaired:
                raise
            text = repaired


def _without_escape(error: InfluxQLSyntaxError) -> str:
    """The text without the escape that caused an error; empty if there is no such escape."""
    if not error.message.startswith(_ESCAPE_ERROR) or error.offset is None:
        return ""
    escape = error.message.removeprefix(f"{_ESCAPE_ERROR}: `").partition("`")[0]
    at = error.text.find(escape, error.offset)
    if at < 0 or _NEEDLESS_ESCAPE.fullmatch(escape) is None:
        return ""
    return error.text[:at] + escape[1:] + error.text[at + len(escape) :]


def _check_planned(statement: Statement) -> None:
    if not isinstance(statement, _PLANNED):
        raise _not_implemented(_name(statement))
    inner = statement.statement if isinstance(statement, ExplainStatement) else statement
    if isinstance(inner, SelectStatement) and inner.target is not None:
        raise _not_implemented("SELECT INTO")
    if any(isinstance(node, SelectStatement) and _pages_series(node) for node in walk(statement)):
        raise _not_implemented("SLIMIT or SOFFSET")


def _pages_series(statement: SelectStatement) -> bool:
    return bool(statement.slimit or statement.soffset)


def _name(statement: Statement) -> str:
    """`CREATE DATABASE` for CreateDatabaseStatement."""
    if isinstance(statement, DeleteSeriesStatement):
        return "DELETE"
    return " ".join(_WORD.findall(type(statement).__name__.removesuffix("Statement"))).upper()


def _database_of(statement: Statement, given: str) -> str:
    """The database of a statement and its request; empty for none."""
    named = set(_named_databases(statement))
    if len(named) > 1:
        raise plain_error(400, "can only perform queries on a single database")
    found = next(iter(named), "")
    if found and given and found != given:
        raise plain_error(
            400,
            f"provided a database in both the parameters ({given}) and query string ({found}) "
            "that do not match, if providing a query with the database specified, you can omit "
            "the 'database' parameter from your request",
        )
    return found or given


def _named_databases(statement: Statement) -> Iterator[str]:
    if isinstance(statement, _WITH_ON) and statement.database:
        yield statement.database
    for node in walk(statement):
        if not isinstance(node, Measurement):
            continue
        if node.database:
            yield database_name(node.database, node.retention_policy)
        elif database_name("", node.retention_policy):
            raise _not_implemented("retention policy in from clause")


def _without_names(statement: Statement) -> Statement:
    statement = transform(statement, _without_name)
    if isinstance(statement, _WITH_ON) and statement.database:
        return replace(statement, database="")
    return statement


def _without_name(node: Node) -> Node:
    if isinstance(node, Measurement) and (node.database or node.retention_policy):
        return replace(node, database="", retention_policy="")
    return node
