"""The catalog of users: passwords and privileges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from influx_testing.errors import StatementError

__all__ = ["Privilege", "User", "Users"]

Privilege = Literal["READ", "WRITE", "ALL PRIVILEGES", "NO PRIVILEGES"]

_BITS: dict[Privilege, int] = {"NO PRIVILEGES": 0, "READ": 1, "WRITE": 2, "ALL PRIVILEGES": 3}
_NAMES: dict[int, Privilege] = {bits: name for name, bits in _BITS.items()}


@dataclass(slots=True)
class User:
    """A user, with privileges by database."""

    name: str
    password: str
    admin: bool = False
    privileges: dict[str, Privilege] = field(default_factory=dict[str, Privilege])

    def may(self, privilege: Privilege, database: str) -> bool:
        """Whether the user has a privilege on a database."""
        held = _BITS[self.privileges.get(database, "NO PRIVILEGES")]
        return self.admin or (held & _BITS[privilege]) == _BITS[privilege] != 0

    def grant(self, privilege: Privilege, database: str) -> None:
        """Replace the privilege on a database."""
        self.privileges[database] = privilege

    def revoke(self, privilege: Privilege, database: str) -> None:
        """Remove a privilege on a database; the database is still listed."""
        held = _BITS[self.privileges.get(database, "NO PRIVILEGES")]
        self.privileges[database] = _NAMES[held & ~_BITS[privilege]]


class Users:
    """All users of a server, in the order of their creation."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}

    def __iter__(self) -> Iterator[User]:
        return iter(self._users.values())

    def have_admin(self) -> bool:
        """Whether there is an administrator."""
        return any(user.admin for user in self)

    def get(self, name: str) -> User:
        """Return a user.

        Raises:
            StatementError: there is no user with that name.
        """
        found = self._users.get(name)
        if found is None:
            raise StatementError("user not found")
        return found

    def find(self, name: str) -> User | None:
        """Return a user, or None if there is no user with that name."""
        return self._users.get(name)

    def create(self, name: str, password: str, *, admin: bool) -> None:
        """Create a user, unless an equal one exists."""
        if not name:
            raise StatementError("username required")
        old = self._users.get(name)
        if old is None:
            self._users[name] = User(name, password, admin)
        elif (old.password, old.admin) != (password, admin):
            raise StatementError("user already exists")

    def forget_database(self, database: str) -> None:
        """Remove the privileges of all users on a database."""
        for user in self:
            user.privileges.pop(database, None)

    def drop(self, name: str) -> None:
        """Drop a user."""
        del self._users[self.get(name).name]
