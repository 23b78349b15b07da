"""Selects the auth that signs a request: the client's, or that of a single call."""

from __future__ import annotations

from influx_core._api.request_options import QueryOptions, WriteOptions
from influx_core.errors import ConfigError
from influx_core.interfaces import Auth
from influx_core.plugins import PartSpec, Plugins

__all__ = ["ClientCredentials", "auto_auth"]


class ClientCredentials:
    """The auth of a client, created once, and the auths of single calls.

    Args:
        plugins: knows the auths by name.
        auth: the auth of the client; `auto` selects it by the given credentials.
        auth_scheme: the name of the auth that carries a token.
        username: or None.
        password: or None.
        token: or None.
    """

    def __init__(
        self,
        plugins: Plugins,
        auth: PartSpec,
        auth_scheme: str,
        username: str | None,
        password: str | None,
        token: str | None,
    ) -> None:
        self._plugins = plugins
        self._spec = auth
        self._auth_scheme = auth_scheme
        self._default = self._made(auth, username, password, token)

    @property
    def default_credentials(self) -> Auth:
        """The client's own auth."""
        return self._default

    def credentials_for(self, options: WriteOptions | QueryOptions) -> Auth:
        """Return the auth of a call: created from its credentials, by default the client's.

        Raises:
            ConfigError: the credentials of the call do not fit an auth.
        """
        brought = (options.username, options.password, options.token)
        if options.auth is None and brought == (None, None, None):
            return self._default
        spec = self._spec_for_calls() if options.auth is None else options.auth
        return self._made(spec, *brought)

    def _spec_for_calls(self) -> PartSpec:
        """The kind of the client's auth where it has a name; a ready object knows one secret."""
        spec = self._spec
        return spec if isinstance(spec, str) else "auto"

    def _made(
        self, spec: PartSpec, username: str | None, password: str | None, token: str | None
    ) -> Auth:
        name, options = auto_auth(username, password, token, self._auth_scheme)
        return self._plugins.auth(name if spec == "auto" else spec, **options)


def auto_auth(
    username: str | None, password: str | None, token: str | None, auth_scheme: str = "token"
) -> tuple[str, dict[str, str]]:
    """Return the name and the options of the auth for the given credentials.

    Args:
        username: the user name, or None.
        password: the password, or None.
        token: the token, or None.
        auth_scheme: the name of the auth to use with a token.

    Raises:
        ConfigError: both a user name and a token were given, or a password alone.
    """
    if token is not None:
        if username is not None:
            raise ConfigError("give either username and password or token, not both")
        return auth_scheme, {"token": token}
    if username is not None:
        return "basic", {"username": username, "password": password or ""}
    if password is not None:
        raise ConfigError("a password needs a username")
    return "none", {}
