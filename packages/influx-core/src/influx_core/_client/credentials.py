"""Which auth signs a request: the client's own, or one that a single call brings."""

from __future__ import annotations

from influx_core._api.options import QueryOptions, WriteOptions
from influx_core._http.auth import auto_auth
from influx_core.interfaces import Auth
from influx_core.plugins import PartSpec, Plugins

__all__ = ["Signing"]


class Signing:
    """The auth of a client, made once, and those that its calls bring.

    Args:
        plugins: knows the auths by name.
        auth: the client's choice; `auto` goes by the credentials that are given.
        key_auth: the name of the auth that a token is for.
        username: or None.
        password: or None.
        token: or None.
    """

    def __init__(
        self,
        plugins: Plugins,
        auth: PartSpec,
        key_auth: str,
        username: str | None,
        password: str | None,
        token: str | None,
    ) -> None:
        self._plugins = plugins
        self._spec = auth
        self._token_auth = key_auth
        self._usual = self._made(auth, username, password, token)

    def usual(self) -> Auth:
        """The client's own auth."""
        return self._usual

    def of(self, options: WriteOptions | QueryOptions) -> Auth:
        """The auth of a call: what it brings counts, else the client's own.

        Raises:
            ConfigError: the call brings what no auth can be made of.
        """
        brought = (options.username, options.password, options.token)
        if options.auth is None and brought == (None, None, None):
            return self._usual
        spec = self._spec_for_calls() if options.auth is None else options.auth
        return self._made(spec, *brought)

    def _spec_for_calls(self) -> PartSpec:
        """The kind of the client's auth where it has a name; a ready object knows one secret."""
        spec = self._spec
        return spec if isinstance(spec, str) else "auto"

    def _made(
        self, spec: PartSpec, username: str | None, password: str | None, token: str | None
    ) -> Auth:
        name, given = auto_auth(username, password, token, self._token_auth)
        if spec == "auto":
            return self._plugins.auth(name, **given)
        return self._plugins.auth(spec, **given)
