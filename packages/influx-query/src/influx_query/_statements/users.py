"""Users and their privileges: CREATE and DROP USER, SET PASSWORD, GRANT, REVOKE, and their SHOWs.

Source: https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from influx_query._clauses.builder_arguments import one_of, required_name
from influx_query._clauses.clause_nodes import Statement
from influx_query._clauses.registry import reads
from influx_query._text.quoting import quote_if_needed, quote_string
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor

Privilege = Literal["READ", "WRITE", "ALL PRIVILEGES"]
"""The privileges in a statement node."""

Access = Literal["read", "write", "all"]
"""The privileges that a builder takes."""

_PRIVILEGES: Final[dict[str, Privilege]] = {
    "read": "READ",
    "write": "WRITE",
    "all": "ALL PRIVILEGES",
}


@node
class CreateUserStatement(Statement):
    """Creates a user. Only `render()` includes the password.

    Example:
        CREATE USER jane WITH PASSWORD [REDACTED] WITH ALL PRIVILEGES
    """

    name: str
    password: str
    admin: bool = False

    def _pieces(self, wire: bool) -> Pieces:
        yield f"CREATE USER {quote_if_needed(self.name)} WITH PASSWORD "
        yield quote_password(self.password) if wire else "[REDACTED]"
        yield " WITH ALL PRIVILEGES" if self.admin else ""


@node
class SetPasswordUserStatement(Statement):
    """Changes a user's password. Only `render()` includes it.

    Example:
        SET PASSWORD FOR jane = [REDACTED]
    """

    name: str
    password: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SET PASSWORD FOR {quote_if_needed(self.name)} = "
        yield quote_password(self.password) if wire else "[REDACTED]"


@node
class DropUserStatement(Statement):
    """Drops a user.

    Example:
        DROP USER jane
    """

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP USER {quote_if_needed(self.name)}"


@node
class ShowUsersStatement(Statement):
    """Lists the users.

    Example:
        SHOW USERS
    """

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW USERS"


@node
class ShowGrantsForUserStatement(Statement):
    """Lists the privileges of a user.

    Example:
        SHOW GRANTS FOR jane
    """

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW GRANTS FOR {quote_if_needed(self.name)}"


@node
class GrantStatement(Statement):
    """Grants a user a privilege on a database.

    Example:
        GRANT READ ON metrics TO jane
    """

    privilege: Privilege
    database: str
    user: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"GRANT {self.privilege} ON {quote_if_needed(self.database)}"
        yield f" TO {quote_if_needed(self.user)}"


@node
class GrantAdminStatement(Statement):
    """Makes a user an administrator.

    Example:
        GRANT ALL PRIVILEGES TO jane
    """

    user: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"GRANT ALL PRIVILEGES TO {quote_if_needed(self.user)}"


@node
class RevokeStatement(Statement):
    """Revokes a user's privilege on a database.

    Example:
        REVOKE WRITE ON metrics FROM jane
    """

    privilege: Privilege
    database: str
    user: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"REVOKE {self.privilege} ON {quote_if_needed(self.database)}"
        yield f" FROM {quote_if_needed(self.user)}"


@node
class RevokeAdminStatement(Statement):
    """Revokes the administrator privileges of a user.

    Example:
        REVOKE ALL PRIVILEGES FROM jane
    """

    user: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"REVOKE ALL PRIVILEGES FROM {quote_if_needed(self.user)}"


def quote_password(password: str) -> str:
    """Return a password in quotes.

    Raises:
        TypeError: The password is not a string; the message doesn't show it.
        ValueError: The password can't be written as InfluxQL; the message doesn't show it.
    """
    try:
        return quote_string(password)
    except (TypeError, ValueError) as error:
        reason = "it is no text" if isinstance(error, TypeError) else "a character has no escape"
        message = f"InfluxQL can't write this password: {reason}"
        kind = type(error)
    raise kind(message)


@reads("CREATE USER")
def _create(cursor: Cursor) -> CreateUserStatement:
    name = cursor.ident()
    cursor.expect("WITH", "PASSWORD")
    password = cursor.string()
    admin = cursor.accept("WITH")
    if admin:
        cursor.expect("ALL", "PRIVILEGES")
    return CreateUserStatement(name, password, admin)


@reads("SET PASSWORD")
def _set_password(cursor: Cursor) -> SetPasswordUserStatement:
    cursor.expect("FOR")
    name = cursor.ident()
    cursor.expect("=")
    return SetPasswordUserStatement(name, cursor.string())


@reads("DROP USER")
def _drop(cursor: Cursor) -> DropUserStatement:
    return DropUserStatement(cursor.ident())


@reads("SHOW USERS")
def _show_users(_: Cursor) -> ShowUsersStatement:
    return ShowUsersStatement()


@reads("SHOW GRANTS")
def _show_grants(cursor: Cursor) -> ShowGrantsForUserStatement:
    cursor.expect("FOR")
    return ShowGrantsForUserStatement(cursor.ident())


@reads("GRANT")
def _grant(cursor: Cursor) -> GrantStatement | GrantAdminStatement:
    privilege = _read_privilege(cursor)
    database = _read_database(cursor, privilege, "TO")
    user = cursor.ident()
    if database is None:
        return GrantAdminStatement(user)
    return GrantStatement(privilege, database, user)


@reads("REVOKE")
def _revoke(cursor: Cursor) -> RevokeStatement | RevokeAdminStatement:
    privilege = _read_privilege(cursor)
    database = _read_database(cursor, privilege, "FROM")
    user = cursor.ident()
    if database is None:
        return RevokeAdminStatement(user)
    return RevokeStatement(privilege, database, user)


def _read_privilege(cursor: Cursor) -> Privilege:
    if cursor.accept("READ"):
        return "READ"
    if cursor.accept("WRITE"):
        return "WRITE"
    if not cursor.accept("ALL"):
        cursor.fail("READ", "WRITE", "ALL [PRIVILEGES]")
    cursor.accept("PRIVILEGES")
    return "ALL PRIVILEGES"


def _read_database(cursor: Cursor, privilege: Privilege, preposition: str) -> str | None:
    """Read ON and a database, then the preposition; without ON, return None."""
    database = None
    if cursor.accept("ON"):
        database = cursor.ident()
    elif privilege != "ALL PRIVILEGES":
        cursor.fail("ON")
    elif cursor.kind != preposition:
        cursor.fail("ON", preposition)
    cursor.expect(preposition)
    return database


def create_user(name: str, password: str, *, admin: bool = False) -> CreateUserStatement:
    """Create a user. Only `render()` includes the password.

    Raises:
        TypeError: The name or the password is not a string.
        ValueError: The name is empty, or the password can't be written as InfluxQL.
    """
    quote_password(password)
    return CreateUserStatement(required_name("user", name), password, admin)


def set_password(name: str, password: str) -> SetPasswordUserStatement:
    """Change a user's password. Only `render()` includes it.

    Raises:
        TypeError: The name or the password is not a string.
        ValueError: The name is empty, or the password can't be written as InfluxQL.
    """
    quote_password(password)
    return SetPasswordUserStatement(required_name("user", name), password)


def drop_user(name: str) -> DropUserStatement:
    """Drop a user."""
    return DropUserStatement(required_name("user", name))


def show_users() -> ShowUsersStatement:
    """List the users."""
    return ShowUsersStatement()


def show_grants(user: str) -> ShowGrantsForUserStatement:
    """List the privileges of a user."""
    return ShowGrantsForUserStatement(required_name("user", user))


def grant(access: Access, to: str, *, on: str = "") -> GrantStatement | GrantAdminStatement:
    """Grant a privilege on a database; ``all`` without a database makes the user an administrator.

    Raises:
        ValueError: The privilege is unknown, or the database is missing.
    """
    user = required_name("user", to)
    if access == "all" and not on:
        return GrantAdminStatement(user)
    return GrantStatement(_privilege(access, on), required_name("database", on), user)


def revoke(access: Access, from_: str, *, on: str = "") -> RevokeStatement | RevokeAdminStatement:
    """Revoke a privilege on a database; ``all`` without one revokes administrator privileges.

    Raises:
        ValueError: The privilege is unknown, or the database is missing.
    """
    user = required_name("user", from_)
    if access == "all" and not on:
        return RevokeAdminStatement(user)
    return RevokeStatement(_privilege(access, on), required_name("database", on), user)


def _privilege(access: str, database: str) -> Privilege:
    one_of("access", access, _PRIVILEGES)
    if not database:
        raise ValueError(f"{access} access is to a database: say which with on=...")
    return _PRIVILEGES[access]
