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
"""A privilege on a database (empty: that of the request); None is to be an administrator."""

_Statement = TypeVar("_Statement", bound=nodes.Statement)

Needs = Callable[[_Statement], Iterable[Need]]
"""Gives everything that a statement needs."""


class NotAuthorizedError(Exception):
    """A statement is refused with 403; the text is the server's."""


def is_open(statement: nodes.Statement) -> Iterable[Need]:
    """A statement that any user may run."""
    return ()


def needs_admin(statement: nodes.Statement) -> Iterable[Need]:
    """A statement for administrators."""
    return (None,)


def needs_read(statement: nodes.Statement) -> Iterable[Need]:
    """A statement that reads the database after ON, or that of the request."""
    return (("READ", getattr(statement, "database", "")),)


def needs_write(statement: nodes.Statement) -> Iterable[Need]:
    """A statement that writes to the database after ON, or to that of the request."""
    return (("WRITE", getattr(statement, "database", "")),)


def needs_read_of_sources(sources: Iterable[nodes.Source]) -> Iterator[Need]:
    """Reading what stands after FROM, subqueries included."""
    for source in sources:
        if isinstance(source, nodes.SubQuery):
            yield from needs_read_of_sources(source.statement.sources)
        elif isinstance(source, nodes.Measurement):
            yield "READ", source.database


def check(user: User, statement: nodes.Statement, needs: Needs[Any], database: str) -> None:
    """Check that a user may run a statement.

    Args:
        user: who wants to run it.
        statement: what is run.
        needs: the rights it asks for.
        database: that of the request.

    Raises:
        NotAuthorizedError: a right is missing.
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
