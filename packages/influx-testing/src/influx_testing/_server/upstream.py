"""Upstream: forwards requests to a real server, with a new connection for each request."""

from __future__ import annotations

import base64
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlencode, urlsplit

from influx_core.errors import ConfigError
from influx_core.interfaces import LocalResponse, Request

__all__ = ["Upstream"]

_SECONDS = 60
_OTHER_VERSIONS = ("2.", "3.")
_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "date", "host", "keep-alive", "transfer-encoding"}
)


@dataclass(frozen=True, slots=True)
class Upstream:
    """The address of a real server, and the credentials for it.

    Attributes:
        netloc: host and port.
        prefix: a path that is put before the path of every request.
        secure: whether it uses TLS.
        credentials: the Authorization header of requests that have none; empty for none.
    """

    netloc: str
    prefix: str = ""
    secure: bool = False
    credentials: str = ""

    @classmethod
    def at(cls, url: str) -> Upstream:
        """Read a URL such as `http://user:password@localhost:8086`.

        Raises:
            ConfigError: it is not the URL of a server.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigError(
                f"{_shown(url)!r} is not the URL of a server, as http://localhost:8086 is"
            )
        user, _, netloc = parts.netloc.rpartition("@")
        credentials = ""
        if user:
            credentials = "Basic " + base64.b64encode(unquote(user).encode()).decode()
        return cls(netloc, parts.path.rstrip("/"), parts.scheme == "https", credentials)

    def answer(self, request: Request) -> LocalResponse:
        """Send a request, and wait for the whole response.

        If the server cannot be reached, the response has status 502 and the reason.
        """
        connection = self._connection()
        query = f"?{urlencode(request.params)}" if request.params else ""
        try:
            connection.request(
                request.method,
                f"{self.prefix}{request.path}{query}",
                request.body,
                self._headers(request),
            )
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            text = f"{self.netloc} cannot be reached: {error!r}\n"
            return LocalResponse(502, {"content-type": "text/plain"}, (text.encode(),))
        finally:
            connection.close()
        return LocalResponse(response.status, _kept(dict(response.getheaders())), (body,))

    def problem(self) -> str:
        """Why tests cannot use the server, in one line; empty if they can."""
        version = self.answer(Request("GET", "/ping")).headers.get("x-influxdb-version", "")
        if version.lstrip("v").startswith(_OTHER_VERSIONS):
            return (
                f"{self.netloc} is an InfluxDB {version}: the fixtures forward requests to, and "
                "record, servers of 1.x only; for 2.x and 3.x use a fake with this flavor"
            )
        reply = self.answer(Request("GET", "/query", (("q", "SHOW DATABASES"),)))
        if reply.status == 200:
            return ""
        text = b"".join(reply.pieces).decode("utf-8", "replace").strip().partition("\n")[0][:200]
        if reply.status == 502:
            return text
        advice = ""
        if reply.status in {401, 403}:
            scheme = "https" if self.secure else "http"
            advice = f"; give an administrator: {scheme}://NAME:PASSWORD@{self.netloc}"
        return f"{self.netloc} answers SHOW DATABASES with status {reply.status}: {text}{advice}"

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        return kind(self.netloc, timeout=_SECONDS)

    def _headers(self, request: Request) -> dict[str, str]:
        headers = _kept(request.headers)
        if self.credentials:
            headers.setdefault("authorization", self.credentials)
        return headers


def _shown(url: str) -> str:
    """A URL with everything before its last @ redacted, which may be a password."""
    head, at, tail = url.rpartition("@")
    scheme, slashes, _ = head.partition("://")
    return f"{scheme}{slashes}[REDACTED]@{tail}" if at and slashes else tail


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without those that apply to a single connection; names in lower case."""
    pairs = ((name.lower(), value) for name, value in headers.items())
    return {name: value for name, value in pairs if name not in _OF_THE_CONNECTION}
