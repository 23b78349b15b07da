"""Who may run which statement.

Source: https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from influx_query import nodes
from influx_testing._engine.catalog.users import Privilege, User

__all__ = ["NotAuthorizedError", "authorize"]

_READING = (
    nodes.Cardinality,
    nodes.ShowContinuousQueriesStatement,
    nodes.ShowFieldKeysStatement,
    nodes.ShowMeasurementsStatement,
    nodes.ShowRetentionPoliciesStatement,
    nodes.ShowSeriesStatement,
    nodes.ShowTagKeysStatement,
    nodes.ShowTagValuesStatement,
)
_WRITING = (
    nodes.DeleteSeriesStatement,
    nodes.DropContinuousQueryStatement,
    nodes.DropSeriesStatement,
)

_Need = tuple[Privilege, str]


class NotAuthorizedError(Exception):
    """A statement is refused with 403; the text is the server's."""


def authorize(statements: Sequence[nodes.Statement], database: str, user: User | None) -> None:
    """Check that a user may run all statements; None is nobody, before there is an administrator.

    Raises:
        NotAuthorizedError: one of them may not be run.
    """
    if user is None:
        first = statements[0] if statements else None
        if not (isinstance(first, nodes.CreateUserStatement) and first.admin):
            raise NotAuthorizedError("create admin user first or disable authentication")
        return
    if user.admin:
        return
    for statement in statements:
        for need in _needs(statement, database):
            _check(user, statement, need)


def _check(user: User, statement: nodes.Statement, need: _Need | None) -> None:
    if need is not None and user.may(*need):
        return
    what = "admin privilege" if need is None else f"{need[0]} on {need[1]}"
    raise NotAuthorizedError(
        f"{user.name} not authorized to execute statement '{statement}', requires {what}"
    )


def _needs(statement: nodes.Statement, database: str) -> Iterator[_Need | None]:
    """What a statement needs; None is to be an administrator."""
    if isinstance(statement, nodes.ShowDatabasesStatement):
        return
    if isinstance(statement, nodes.ExplainStatement):
        statement = statement.statement
    if isinstance(statement, nodes.SelectStatement):
        yield from _select_needs(statement, database)
    elif isinstance(statement, _READING):
        yield "READ", getattr(statement, "database", "") or database
    elif isinstance(statement, _WRITING):
        yield "WRITE", getattr(statement, "database", "") or database
    else:
        yield None


def _select_needs(statement: nodes.SelectStatement, database: str) -> Iterator[_Need]:
    for source in statement.sources:
        if isinstance(source, nodes.SubQuery):
            yield from _select_needs(source.statement, database)
        elif isinstance(source, nodes.Measurement):
            yield "READ", source.database or database
    if statement.target is not None:
        yield "WRITE", statement.target.database or database
