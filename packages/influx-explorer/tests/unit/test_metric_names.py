"""The names that VictoriaMetrics holds, from responses as it sends them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest

from influx_core import DecodeError, InfluxDBClient, QueryError
from influx_core.interfaces import Request
from influx_explorer._server.metric_names import MetricNames

LABELS = b'{"status":"success","data":["room","__name__","db"]}'
REFUSED = b'{"status":"error","errorType":"422","error":"too many time series"}'


class CannedResponse:
    """A response whose body is known."""

    headers: Mapping[str, str] = {"content-type": "application/json"}

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self._body = body

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self._body

    async def aclose(self) -> None:
        pass


class CannedTransport:
    """A transport that has the same response to all requests, and keeps the requests."""

    def __init__(self, status: int, body: bytes) -> None:
        self._response = CannedResponse(status, body)
        self.requests: list[Request] = []

    async def send(self, request: Request) -> CannedResponse:
        self.requests.append(request)
        return self._response

    async def aclose(self) -> None:
        pass


def metric_names(transport: CannedTransport) -> MetricNames:
    options = {"api": "victoriametrics", "username": "me", "password": "secret"}
    return MetricNames(InfluxDBClient("http://vm:8428", transport=transport, **options))


async def test_the_columns_of_a_metric_are_its_labels_and_a_value():
    transport = CannedTransport(200, LABELS)
    found = await metric_names(transport).columns("yard", 'a"b')
    assert found == {"tags": ["room"], "fields": {"value": "float"}}
    (request,) = transport.requests
    assert request.path == "/api/v1/labels"
    assert dict(request.params)["match[]"] == r'{db="yard",__name__="a\"b"}'
    assert "authorization" in {name.lower() for name in request.headers}


async def test_a_refusal_is_the_error_of_a_query():
    with pytest.raises(QueryError, match="too many time series"):
        await metric_names(CannedTransport(422, REFUSED)).measurements("yard")


async def test_a_response_without_names_is_an_error():
    with pytest.raises(DecodeError, match="is no list of names"):
        await metric_names(CannedTransport(200, b"<html>")).databases()
