"""The tokens of 2.x and 3.x: the operator token, and tokens that the API of 3.x creates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from influx_testing.errors import StatementError

__all__ = ["OPERATOR", "StoredToken", "TokenStore"]

OPERATOR = "_admin"
"""The name of the operator token of 3.x."""


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token of 3.x.

    Attributes:
        id: its number.
        name: its name, unique on the server.
        secret: the text that a client sends.
        created_at: when it was created, in ns since 1970.
        expires_at: when it expires, in ns since 1970; None if it never expires.
    """

    id: int
    name: str
    secret: str
    created_at: int
    expires_at: int | None = None

    @property
    def hash(self) -> str:
        """The SHA-512 of the token in hexadecimal digits."""
        return hashlib.sha512(self.secret.encode()).hexdigest()


class TokenStore:
    """The tokens of one server.

    Args:
        operator: the initial operator token; empty if the server requires no token.

    Attributes:
        operator: the current operator token.
    """

    def __init__(self, operator: str = "") -> None:
        self._initial = operator
        self.clear()

    def clear(self) -> None:
        """Remove all tokens except the initial operator token."""
        self.operator = self._initial
        self._named: dict[str, StoredToken] = {}
        self._next_id = 1  # the operator token has 0

    def __iter__(self) -> Iterator[StoredToken]:
        return iter(self._named.values())

    def accepts(self, secret: str, now: int) -> bool:
        """Whether a token is valid now."""
        return secret == self.operator or any(
            token.secret == secret and (token.expires_at is None or now < token.expires_at)
            for token in self
        )

    def create(
        self, name: str, secret: str, now: int, expires_at: int | None = None
    ) -> StoredToken:
        """Store a new token.

        Raises:
            StatementError: a token with that name exists.
        """
        if name in self._named or (name == OPERATOR and self.operator):
            raise StatementError(f"token name already exists, {name}")
        token = StoredToken(self._next_id, name, secret, now, expires_at)
        self._next_id += 1
        self._named[name] = token
        return token

    def regenerate_operator(self, secret: str, now: int) -> StoredToken:
        """Replace the operator token; the old one becomes invalid.

        Raises:
            StatementError: the server has no operator token.
        """
        old = self._named.pop(OPERATOR, None)
        if old is None and not self.operator:
            raise StatementError("missing admin token, cannot update")
        if self.operator:
            self.operator = secret
        token = StoredToken(0 if old is None else old.id, OPERATOR, secret, now)
        self._named[OPERATOR] = token
        return token

    def delete(self, name: str) -> None:
        """Delete a token.

        Raises:
            StatementError: no token has that name.
        """
        if self._named.pop(name, None) is None:
            raise StatementError(f"token not found, {name}")
