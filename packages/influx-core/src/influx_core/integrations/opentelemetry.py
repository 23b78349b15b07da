"""OpenTelemetry for a client: a span for each request, trace headers, request durations.

    InfluxDBClient(plugins=["influx_core.integrations.opentelemetry"], transport="opentelemetry")

The transport wraps the one that the client would use otherwise. Names and attributes follow the
conventions for databases: https://opentelemetry.io/docs/specs/semconv/database/database-spans/
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from influx_core._plugins.request_logging import database, status
from influx_core.errors import ConfigError
from influx_core.hookspecs import hookimpl
from influx_core.interfaces import Request, Response, Transport

try:
    from opentelemetry import metrics, propagate, trace
except ImportError as error:
    raise ConfigError(
        "the plugin needs opentelemetry: pip install 'influx-core[opentelemetry]'"
    ) from error

__all__ = ["TracingTransport", "influx_request_finished", "influx_transports"]

Attributes = dict[str, str | int]

_SCOPE = "influx_core"
_FIRST_ERROR = 400


class TracingTransport:
    """Records a span for each request of another transport, until its response ends.

    Args:
        inner: the transport that sends the requests, selected like any transport.
        tracer_provider: receives the spans; the process's provider by default.
    """

    def __init__(
        self, inner: Transport, *, tracer_provider: trace.TracerProvider | None = None
    ) -> None:
        self._inner = inner
        self._tracer = trace.get_tracer(_SCOPE, tracer_provider=tracer_provider)

    def check_usable(self) -> None:
        """Check that the inner transport can send requests, if it tells."""
        check = getattr(self._inner, "check_usable", None)
        if check is not None:
            check()

    async def send(self, request: Request) -> Response:
        """Send a request with the headers of its span."""
        span = self._tracer.start_span(
            _name(request), kind=trace.SpanKind.CLIENT, attributes={**_attributes(request)}
        )
        headers = dict(request.headers)
        propagate.inject(headers, context=trace.set_span_in_context(span))
        try:
            response = await self._inner.send(replace(request, headers=headers))
        except BaseException as error:
            _fail(span, type(error).__name__)
            span.end()
            raise
        span.set_attribute("http.response.status_code", response.status)
        if response.status >= _FIRST_ERROR:
            _fail(span, str(response.status))
        return _TracedResponse(response, span)

    async def aclose(self) -> None:
        """Close the wrapped transport."""
        await self._inner.aclose()


class _TracedResponse:
    """An answer whose span ends when it is let go."""

    def __init__(self, response: Response, span: trace.Span) -> None:
        self._response = response
        self._span = span
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives."""
        try:
            async for chunk in self._response.chunks():
                yield chunk
        except (ConnectionError, TimeoutError) as error:
            _fail(self._span, type(error).__name__)
            raise

    async def aclose(self) -> None:
        """Let go of the connection, and end the span."""
        await self._response.aclose()
        self._span.end()


@hookimpl
def influx_transports() -> Mapping[str, Callable[..., Transport]]:
    """Offer the transport that records spans."""
    return {"opentelemetry": TracingTransport}


@hookimpl
def influx_request_finished(
    request: Request, outcome: Response | BaseException, seconds: float
) -> None:
    """Record the duration of an attempt."""
    attributes = _attributes(request)
    if isinstance(outcome, BaseException):
        attributes["error.type"] = type(outcome).__name__
    if (answered := status(outcome)) is not None:
        attributes["http.response.status_code"] = answered
    _duration().record(seconds, attributes)


def _duration() -> metrics.Histogram:
    """The histogram of the provider there is now; the SDK keeps one for each name."""
    return metrics.get_meter(_SCOPE).create_histogram(
        "db.client.operation.duration", unit="s", description="How long requests to InfluxDB take"
    )


def _name(request: Request) -> str:
    """`write weather`: what is done, and where."""
    return " ".join(filter(None, (_operation(request), database(request))))


def _operation(request: Request) -> str:
    for operation in ("write", "query"):
        if operation in request.path:
            return operation
    return request.path.rpartition("/")[2]


def _attributes(request: Request) -> Attributes:
    parts = urlsplit(request.base_url)
    attributes: Attributes = {
        "db.system.name": "influxdb",
        "db.operation.name": _operation(request),
        "http.request.method": request.method,
    }
    if parts.hostname:
        attributes["server.address"] = parts.hostname
    if parts.port:
        attributes["server.port"] = parts.port
    if namespace := database(request):
        attributes["db.namespace"] = namespace
    return attributes


def _fail(span: trace.Span, reason: str) -> None:
    span.set_attribute("error.type", reason)
    span.set_status(trace.StatusCode.ERROR, reason)
