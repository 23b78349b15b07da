"""LoggedRequest: a request as a test wants to see it, decoded and without its credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import urlencode

from influx_core import DataPoint
from influx_core.interfaces import Request
from influx_core.lineprotocol import scan
from influx_core.timestamps import Precision
from influx_testing.web.parameters import Parameters, body_of

__all__ = ["REDACTED", "Arrival", "LoggedRequest", "plain", "redacted"]

REDACTED = "[REDACTED]"

_PASSWORD = re.compile(
    r"""(\bPASSWORD\b\s*(?:FOR\s+(?:"(?:\\.|[^"])*"|\S+)\s*=\s*)?)'(?:\\.|[^'\\])*'""",
    re.IGNORECASE,
)
_SECRET_PARAMS = frozenset({"p", "token", "u"})
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_WRITE_PATHS = frozenset({"/write", "/api/v2/write", "/api/v3/write_lp"})
_PRECISIONS: Mapping[str, Precision] = {
    "h": "h",
    "m": "m",
    **dict.fromkeys(("s", "second"), "s"),
    **dict.fromkeys(("ms", "millisecond"), "ms"),
    **dict.fromkeys(("u", "us", "microsecond"), "us"),
}
_FORM = "application/x-www-form-urlencoded"


def plain(request: Request) -> Request:
    """The same request with its body unpacked and its form among the parameters.

    A body that cannot be unpacked stays as it is.
    """
    try:
        body = body_of(request, 0)
    except (EOFError, OSError):
        return request
    headers = {name: value for name, value in request.headers.items() if name != "content-encoding"}
    unpacked = replace(request, body=body, headers=headers)
    if not headers.get("content-type", "").startswith(_FORM):
        return unpacked
    return replace(unpacked, body=b"", params=tuple(Parameters(unpacked, form=True).items()))


def redacted(text: str) -> str:
    """InfluxQL without its passwords, whether it parses or not."""
    return _PASSWORD.sub(rf"\1'{REDACTED}'", text)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What reached the server of a request: as a rule all of it, and once.

    Attributes:
        request: what the server was asked.
        status: the HTTP status of its own answer.
        partly: whether it refused some of the points.
    """

    request: Request
    status: int
    partly: bool = False

    @property
    def points(self) -> tuple[DataPoint, ...]:
        """The points in it, times in ns."""
        return _points(plain(self.request))


@dataclass(slots=True, eq=False)
class LoggedRequest:
    """One request, and what became of it.

    Attributes:
        method: `GET`, `POST`...
        path: the path, with its leading slash.
        params: parameters of the URL and of a form; credentials are redacted.
        headers: names in lower case; credentials are redacted.
        body: the body, unpacked; a form's is among the parameters.
        fault: the name of the fault that befell it.
        status: the HTTP status of the answer; None where there was none.
        arrivals: what reached the server.
    """

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: str
    _plain: Request = field(repr=False)
    fault: str | None = None
    status: int | None = None
    arrivals: list[Arrival] = field(default_factory=list[Arrival], repr=False)

    @classmethod
    def of(cls, request: Request) -> LoggedRequest:
        """Log a request as it came in."""
        shown = plain(request)
        return cls(
            shown.method,
            shown.path,
            MappingProxyType({name: _param(name, value) for name, value in shown.params}),
            MappingProxyType({name: _header(name, value) for name, value in shown.headers.items()}),
            shown.body.decode("utf-8", "replace"),
            shown,
        )

    @property
    def query(self) -> str:
        """The InfluxQL it asks; empty for other requests."""
        return self.params.get("q", "")

    @property
    def is_write(self) -> bool:
        """Whether it is to write points."""
        return self.path in _WRITE_PATHS

    @property
    def points(self) -> tuple[DataPoint, ...]:
        """The points it is to write, times in ns; lines that are none are left out."""
        return _points(self._plain)

    def __str__(self) -> str:
        params = f"?{urlencode(self.params, safe='[]')}" if self.params else ""
        fault = f" ({self.fault})" if self.fault else ""
        answer = self.status or "no answer"
        return f"{self.method} {self.path}{params}, {len(self.body)} characters: {answer}{fault}"


def _points(request: Request) -> tuple[DataPoint, ...]:
    """The points in the body of a write; none in any other."""
    if request.path not in _WRITE_PATHS:
        return ()
    precision = _PRECISIONS.get(dict(request.params).get("precision", ""), "ns")
    items = scan(request.body, precision, rules="1.x")
    return tuple(item for item in items if isinstance(item, DataPoint))


def _param(name: str, value: str) -> str:
    if name in _SECRET_PARAMS and value:
        return REDACTED
    return redacted(value) if name == "q" else value


def _header(name: str, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if space else REDACTED
