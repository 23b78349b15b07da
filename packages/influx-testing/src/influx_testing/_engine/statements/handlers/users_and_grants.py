"""CREATE USER, DROP USER, SET PASSWORD, GRANT, REVOKE; SHOW USERS and SHOW GRANTS."""

from __future__ import annotations

from collections.abc import Iterable

from influx_query.nodes import (
    CreateUserStatement,
    DropUserStatement,
    GrantAdminStatement,
    GrantStatement,
    RevokeAdminStatement,
    RevokeStatement,
    SetPasswordUserStatement,
    ShowGrantsForUserStatement,
    ShowUsersStatement,
)
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_admin
from influx_testing._engine.statements.result_series import Result, table


@executes(ShowUsersStatement, needs=needs_admin)
def show_users(context: ExecutionContext, statement: ShowUsersStatement) -> Iterable[Result]:
    """List users, and whether they are administrators."""
    rows = [[user.name, user.admin] for user in context.engine.users]
    return [Result([table(["user", "admin"], rows)])]


@executes(ShowGrantsForUserStatement, needs=needs_admin)
def show_grants(
    context: ExecutionContext, statement: ShowGrantsForUserStatement
) -> Iterable[Result]:
    """List the privileges of a user by database."""
    privileges = context.engine.users.get(statement.name).privileges
    return [Result([table(["database", "privilege"], privileges.items())])]


@executes(CreateUserStatement, needs=needs_admin)
def create_user(context: ExecutionContext, statement: CreateUserStatement) -> Iterable[Result]:
    """Create a user, unless an equal one exists."""
    context.engine.users.create(statement.name, statement.password, admin=statement.admin)
    return [context.changed(statement)]


@executes(DropUserStatement, needs=needs_admin)
def drop_user(context: ExecutionContext, statement: DropUserStatement) -> Iterable[Result]:
    """Drop a user."""
    context.engine.users.drop(statement.name)
    return [context.changed(statement)]


@executes(SetPasswordUserStatement, needs=needs_admin)
def set_password(
    context: ExecutionContext, statement: SetPasswordUserStatement
) -> Iterable[Result]:
    """Change the password of a user."""
    context.engine.users.get(statement.name).password = statement.password
    return [context.changed(statement)]


@executes(GrantStatement, needs=needs_admin)
def grant(context: ExecutionContext, statement: GrantStatement) -> Iterable[Result]:
    """Set the privilege of a user on a database."""
    user = context.engine.users.get(statement.user)
    context.engine.databases.get(statement.database)
    user.grant(statement.privilege, statement.database)
    return [context.changed(statement)]


@executes(RevokeStatement, needs=needs_admin)
def revoke(context: ExecutionContext, statement: RevokeStatement) -> Iterable[Result]:
    """Remove a privilege of a user on a database."""
    user = context.engine.users.get(statement.user)
    context.engine.databases.get(statement.database)
    user.revoke(statement.privilege, statement.database)
    return [context.changed(statement)]


@executes(GrantAdminStatement, needs=needs_admin)
def grant_admin(context: ExecutionContext, statement: GrantAdminStatement) -> Iterable[Result]:
    """Make a user an administrator."""
    context.engine.users.get(statement.user).admin = True
    return [context.changed(statement)]


@executes(RevokeAdminStatement, needs=needs_admin)
def revoke_admin(context: ExecutionContext, statement: RevokeAdminStatement) -> Iterable[Result]:
    """Make an administrator an ordinary user."""
    context.engine.users.get(statement.user).admin = False
    return [context.changed(statement)]
