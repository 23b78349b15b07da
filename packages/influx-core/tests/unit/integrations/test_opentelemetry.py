from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from influx_core import InfluxDBClient, QueryError, ServerUnreachable
from influx_core.interfaces import LocalResponse, Request


class Noting:
    """A transport that keeps what it carries."""

    def __init__(self) -> None:
        self.sent: list[Request] = []

    async def send(self, request: Request) -> LocalResponse:
        self.sent.append(request)
        return LocalResponse(204)

    async def aclose(self) -> None: ...


class Traced:
    """Options of a client whose spans are kept."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._kept))

    def options(self, **more) -> dict:
        transport = {"type": "opentelemetry", "tracer_provider": self.provider, **more}
        return {"plugins": ["influx_core.integrations.opentelemetry"], "transport": transport}

    @property
    def spans(self):
        return self._kept.get_finished_spans()


@pytest.fixture
def traced() -> Iterator[Traced]:
    made = Traced()
    yield made
    made.provider.shutdown()


async def test_a_request_is_a_span_with_the_names_of_the_conventions(traced, fake_url):
    async with InfluxDBClient(fake_url, db="x", **traced.options()) as client:
        await client.raw_query("SHOW MEASUREMENTS")
    (span,) = traced.spans
    assert (span.name, span.kind.name, span.status.status_code.name) == (
        "query x",
        "CLIENT",
        "UNSET",
    )
    assert dict(span.attributes) == {
        "db.system.name": "influxdb",
        "db.operation.name": "query",
        "db.namespace": "x",
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": int(fake_url.rpartition(":")[2]),
    }


async def test_the_server_is_told_of_the_span(traced):
    inner = Noting()
    async with InfluxDBClient(**traced.options(inner=inner)) as client:
        await client.ping()
    (span,) = traced.spans
    assert f"{span.context.trace_id:032x}" in inner.sent[0].headers["traceparent"]


async def test_failures_are_told(traced, fake_url):
    async with InfluxDBClient(fake_url, **traced.options()) as client:
        with pytest.raises(QueryError):
            await client.raw_query("SELECT")
    async with InfluxDBClient("http://127.0.0.1:1", **traced.options()) as client:
        with pytest.raises(ServerUnreachable):
            await client.ping()
    assert [span.attributes["error.type"] for span in traced.spans] == ["400", "ConnectionError"]
    assert {span.status.status_code.name for span in traced.spans} == {"ERROR"}


async def test_it_wraps_the_transport_that_the_url_chooses(traced):
    async with InfluxDBClient("memory://", db="x", **traced.options()) as client:
        await client.create_database("x")
        await client.write("m", {}, {"f": 1}, 1)
    assert [span.name for span in traced.spans] == ["query", "write x"]


async def test_the_seconds_of_requests_are_measured(fake_url, monkeypatch):
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    async with InfluxDBClient(
        fake_url, plugins=["influx_core.integrations.opentelemetry"]
    ) as client:
        await client.ping()
        await client.ping()
    (resource,) = reader.get_metrics_data().resource_metrics
    (metric,) = resource.scope_metrics[0].metrics
    assert (metric.name, metric.unit) == ("db.client.operation.duration", "s")
    assert [point.count for point in metric.data.data_points] == [2]
    provider.shutdown()
