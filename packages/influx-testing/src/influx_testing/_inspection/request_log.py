"""LoggedRequest: a request in the log of a server, decoded and without credentials."""

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
from influx_testing._flavors.parameters import BodyTooLarge, Parameters, body_of
from influx_testing._flavors.v3.flight.call_parameters import call_parameters
from influx_testing._flight.flight_messages import FLIGHT_SERVICE, is_call
from influx_testing._flight.grpc_status import status_of

__all__ = ["REDACTED", "ForwardedRequest", "LoggedRequest", "decoded", "redacted"]

REDACTED = "[REDACTED]"

_GAP = r"(?:\s|/\*.*?\*/|--[^\n]*(?:\n|$))*"
_NAME = r"""(?:"(?:\\.|[^"\\])*"|[^\s'"=]+)"""
_STRING = r"'(?:\\.|[^'\\])*(?:'|$)"
_MOST_BYTES = 32 << 20
"""The most bytes of an uncompressed body; a larger one may be a decompression bomb, and stays."""

_PASSWORD = re.compile(
    rf"(\bPASSWORD\b{_GAP}(?:\bFOR\b{_GAP}{_NAME}{_GAP}={_GAP})?){_STRING}",
    re.IGNORECASE | re.DOTALL,
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


def decoded(request: Request) -> Request:
    """Return the same request with an uncompressed body, and the form of a query as parameters.

    The body of a write is line protocol, whatever its content type says: curl and urllib send it
    with the content type of a form, and the server accepts that. A body that cannot be
    uncompressed, or is too large, stays unchanged.
    """
    if is_call(request):
        return replace(request, body=b"", params=call_parameters(request))
    try:
        body = body_of(request, _MOST_BYTES)
    except (BodyTooLarge, EOFError, OSError):
        return request
    headers = {name: value for name, value in request.headers.items() if name != "content-encoding"}
    uncompressed = replace(request, body=body, headers=headers)
    if request.path in _WRITE_PATHS:
        return uncompressed
    parameters = Parameters(uncompressed, form=True)
    if not parameters.has_form:
        return uncompressed
    return replace(uncompressed, body=b"", params=tuple(parameters.items()))


def redacted(text: str) -> str:
    """Redact the passwords in InfluxQL, even if it cannot be parsed."""
    return _PASSWORD.sub(rf"\1'{REDACTED}'", text)


@dataclass(frozen=True, slots=True)
class ForwardedRequest:
    """A request as the server received it; a fault may change, drop or repeat it.

    Attributes:
        request: the request as the server received it.
        status: the HTTP status of the server's response.
        partial: whether the server rejected some of the points.
    """

    request: Request
    status: int
    partial: bool = False

    @property
    def points(self) -> tuple[DataPoint, ...]:
        """The points in it, times in ns."""
        return _points(decoded(self.request))


@dataclass(slots=True, eq=False)
class LoggedRequest:
    """One request and its outcome.

    Attributes:
        method: `GET`, `POST`...
        path: the path, with its leading slash.
        params: parameters of the URL and of a query's form; credentials are redacted.
        headers: the headers with names in lower case; credentials are redacted.
        body: the body, uncompressed; empty if it was the form of a query.
        fault: the name of the fault that was applied to it.
        status: the HTTP status of the response; None without a response.
        grpc_status: the status of a call of Arrow Flight, such as `NOT_FOUND`; None for other
            requests, and until the call ends.
        forwarded: the requests that the server received.
        failures: failures inside the fake server or in a fault, as text.
    """

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: str
    _decoded: Request = field(repr=False)
    fault: str | None = None
    status: int | None = None
    grpc_status: str | None = None
    forwarded: list[ForwardedRequest] = field(default_factory=list[ForwardedRequest], repr=False)
    failures: list[str] = field(default_factory=list[str], repr=False)

    @classmethod
    def of(cls, request: Request) -> LoggedRequest:
        """Log a request as it arrived."""
        shown = decoded(request)
        return cls(
            shown.method,
            shown.path,
            MappingProxyType(_shown_params(dict(shown.params))),
            MappingProxyType({name: _header(name, value) for name, value in shown.headers.items()}),
            shown.body.decode("utf-8", "replace"),
            shown,
        )

    @property
    def query(self) -> str:
        """The InfluxQL or SQL of a query; empty for other requests."""
        return self.params.get("q", "")

    @property
    def is_call(self) -> bool:
        """Whether it is a call of Arrow Flight."""
        return self.path.startswith(FLIGHT_SERVICE)

    def note_call_status(self, headers: Mapping[str, str]) -> None:
        """Log the status in the headers or trailers of the response to a call of Arrow Flight."""
        found = status_of(headers) if self.is_call else None
        if found is not None:
            self.grpc_status = found[0].name

    @property
    def is_write(self) -> bool:
        """Whether it writes points."""
        return self.path in _WRITE_PATHS

    @property
    def points(self) -> tuple[DataPoint, ...]:
        """The points of a write, with times in ns; invalid lines are left out."""
        return _points(self._decoded)

    def __str__(self) -> str:
        params = f"?{urlencode(self.params, safe='[]', errors='replace')}" if self.params else ""
        fault = f" ({self.fault})" if self.fault else ""
        status = str(self.status or "no response")
        if self.grpc_status is not None:
            status += f" {self.grpc_status}"
        return f"{self.method} {self.path}{params}, {len(self.body)} characters: {status}{fault}"


def _points(request: Request) -> tuple[DataPoint, ...]:
    """The points in the body of a write; empty for other requests."""
    if request.path not in _WRITE_PATHS:
        return ()
    precision = _PRECISIONS.get(dict(request.params).get("precision", ""), "ns")
    items = scan(request.body, precision, rules="1.x")
    return tuple(item for item in items if isinstance(item, DataPoint))


def _shown_params(params: Mapping[str, str]) -> dict[str, str]:
    """Parameters without credentials; a statement about passwords may have them in `params`."""
    secret = set(_SECRET_PARAMS)
    if "password" in params.get("q", "").lower():
        secret.add("params")
    return {
        name: REDACTED if value and name in secret else redacted(value) if name == "q" else value
        for name, value in params.items()
    }


def _header(name: str, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if space else REDACTED
