"""The privileges that a statement requires, and the check that a user has them.

Source: https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from influx_query import nodes
from influx_testing._engine.catalog.users import Privilege, User

__all__ = [
    "Need",
    "Needs",
    "NotAuthorizedError",
    "check",
    "is_open",
    "needs_admin",
    "needs_read",
    "needs_read_of_sources",
    "needs_write",
]

Need = tuple[Privilege, str] | None
"""A privilege on a database (empty: the request's database); None means administrators only."""

_Statement = TypeVar("_Statement", bound=nodes.Statement)

Needs = Callable[[_Statement], Iterable[Need]]
"""Returns all privileges that a statement requires."""


class NotAuthorizedError(Exception):
    """A statement is refused with status 403; the text is the server's error."""


def is_open(statement: nodes.Statement) -> Iterable[Need]:
    """Require nothing: any user may run the statement."""
    return ()


def needs_admin(statement: nodes.Statement) -> Iterable[Need]:
    """Require an administrator."""
    return (None,)


def needs_read(statement: nodes.Statement) -> Iterable[Need]:
    """Require reading the database after ON, or else the database of the request."""
    return (("READ", getattr(statement, "database", "")),)


def needs_write(statement: nodes.Statement) -> Iterable[Need]:
    """Require writing to the database after ON, or else to the database of the request."""
    return (("WRITE", getattr(statement, "database", "")),)


def needs_read_of_sources(sources: Iterable[nodes.Source]) -> Iterator[Need]:
    """Require reading the sources after FROM, including those of subqueries."""
    for source in sources:
        if isinstance(source, nodes.SubQuery):
            yield from needs_read_of_sources(source.statement.sources)
        elif isinstance(source, nodes.Measurement):
            yield "READ", source.database


def check(user: User, statement: nodes.Statement, needs: Needs[Any], database: str) -> None:
    """Check that a user may run a statement.

    Args:
        user: the user of the request.
        statement: the statement.
        needs: returns the privileges that the statement requires.
        database: the database of the request.

    Raises:
        NotAuthorizedError: a privilege is missing.
    """
    if user.admin:
        return
    for need in needs(statement):
        privilege, place = need or (None, "")
        place = place or database
        if privilege is not None and user.may(privilege, place):
            continue
        what = "admin privilege" if privilege is None else f"{privilege} on {place}"
        raise NotAuthorizedError(
            f"{user.name} not authorized to execute statement '{statement}', requires {what}"
        )
