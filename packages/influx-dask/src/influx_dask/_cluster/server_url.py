"""ServerURL: the URL of a server and a database, which shows no secrets."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from influx_core import ConfigError, InfluxDBClient

__all__ = ["ServerURL"]

_RETRY = {"type": "backoff", "attempts": 8, "base": 0.2, "cap": 60.0, "budget": None}
"""Repeats a request of a busy server, and obeys Retry-After."""

_SERVERS = ("http", "https", "http+unix")
_POLICY = ("rp", "retention_policy")
_DATABASE = ("db", "bucket", "database")


class ServerURL:
    """A server, a database and a retention policy: `http://user:password@host:8086/db?rp=week`.

    It can be pickled, with its secrets; `repr`, and so dashboards and errors, show none.

    Args:
        url: as for `InfluxDBClient.from_url`, with the parameter `rp` for a retention policy.

    Raises:
        ConfigError: the URL is not one of a server, or has no database.
    """

    __slots__ = ("_rest", "api", "database", "policy", "server")

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _SERVERS:
            known = ", ".join(f"{scheme}://" for scheme in _SERVERS)
            raise ConfigError(
                f"workers reach a server by {known}, not by {parts.scheme or 'a path'!r}"
            )
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.policy = next((given.pop(name) for name in _POLICY if name in given), "")
        self.api = given.setdefault("api", "v1")
        self._check_api()
        database = next((given.pop(name) for name in _DATABASE if name in given), "")
        path = parts.path.rstrip("/")
        if not database and path:
            path, _, database = path.rpartition("/")
        if not database:
            raise ConfigError("the URL has no database: add one, as in http://localhost:8086/mydb")
        self.database = database
        query = urlencode(given, quote_via=quote)
        self._rest = urlunsplit(parts._replace(path=path, query=query))
        self.server = InfluxDBClient.from_url(self._rest, db=None).base_urls[0]

    def _check_api(self) -> None:
        if self.api not in ("v1", "v2", "v3"):
            raise ConfigError(f"api={self.api} is not for a cluster: say v1, v2 or v3")

    def client(self, **options: Any) -> InfluxDBClient:
        """Return a new client of the database, which repeats requests of a busy server.

        InfluxDB 3 is queried over Flight if influx-flight is installed here.
        """
        if self.api == "v3" and find_spec("influx_flight") is not None:
            options.setdefault("transport", "flight")
        return InfluxDBClient.from_url(self._rest, db=self.database, retry=_RETRY, **options)

    @property
    def copy_url(self) -> str:
        """The URL as influx_copy takes it, with its secrets."""
        parts = urlsplit(self._rest)
        given = {**dict(parse_qsl(parts.query)), "db": self.database}
        if self.policy:
            given["rp"] = self.policy
        return urlunsplit(parts._replace(query=urlencode(given, quote_via=quote)))

    def __dask_tokenize__(self) -> object:
        """What tells two of them apart in the names of tasks; no secrets."""
        return type(self).__name__, self.server, self.api, self.database, self.policy

    def __repr__(self) -> str:
        return f"<ServerURL {'/'.join(filter(None, (self.server, self.database, self.policy)))}>"
