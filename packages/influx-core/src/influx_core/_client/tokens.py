"""Creates and deletes tokens of InfluxDB 3."""

from __future__ import annotations

from influx_core._api import v3_configuration as configuration
from influx_core._api.v3_configuration import AdminToken
from influx_core._client.session import ServerSession
from influx_core._client.time_arguments import Span, whole_seconds
from influx_core.interfaces import Request

__all__ = ["AdminTokens"]


class AdminTokens:
    """Creates and deletes tokens of InfluxDB 3; available as `client.admin.tokens`.

    The server sends a token only once, in the response to the request that creates it.

    All methods raise ConfigError, before anything is sent, if the server is not InfluxDB 3.

    Args:
        session: the session with the server.
    """

    def __init__(self, session: ServerSession) -> None:
        self._session = session

    async def create_admin(self) -> AdminToken:
        """Create the first token of a server, `_admin`; this needs no credentials.

        Raises:
            AlreadyExists: the token `_admin` exists.
        """
        return await self._created(configuration.create_admin_token())

    async def regenerate_admin(self) -> AdminToken:
        """Replace the token `_admin`; afterwards the server refuses the old one.

        The client must have the old token. Create a new client with the new token afterwards.
        """
        return await self._created(configuration.regenerate_admin_token())

    async def create_named_admin(self, name: str, *, expiry: Span | None = None) -> AdminToken:
        """Create a named token with all privileges.

        Args:
            name: the name.
            expiry: the time until it expires, in whole seconds: `30d`, or a timedelta. By default
                it never expires.

        Raises:
            AlreadyExists: a token with this name exists.
        """
        seconds = whole_seconds("the expiry of a token", expiry)
        return await self._created(configuration.create_named_admin_token(name, seconds))

    async def delete(self, name: str) -> None:
        """Delete a token by its name.

        Raises:
            NotFound: no token has this name.
        """
        await self._session.configure("tokens", configuration.delete_token(name))

    async def _created(self, request: Request) -> AdminToken:
        return configuration.read_token(await self._session.configure("tokens", request))
