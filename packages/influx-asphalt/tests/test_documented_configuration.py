"""The configurations that asphalt-influxdb 2.1.0 documented, as YAML files have them."""

from __future__ import annotations

import pytest
import yaml
from asphalt.core import ContainerComponent, Context

from asphalt.influxdb.client import InfluxDBClient


async def started(text: str) -> Context:
    context = Context()
    await ContainerComponent(yaml.safe_load(text)["components"]).start(context)
    return context


async def test_the_least_configuration():
    async with await started("components: {influxdb: {db: mydb}}") as context:
        assert context.influxdb.base_urls == ["http://localhost:8086"]
        assert context.influxdb.default_write_params == {"db": "mydb"}


async def test_a_server_at_another_address():
    text = """
    components:
      influxdb:
        base_urls: http://influx.example.org:8886
        db: mydb
    """
    async with await started(text) as context:
        assert context.influxdb.base_urls == ["http://influx.example.org:8886"]


async def test_a_cluster():
    text = """
    components:
      influxdb:
        base_urls:
          - http://influx1.example.org:8086
          - http://influx2.example.org:8086
          - http://influx3.example.org:8086
        db: mydb
    """
    async with await started(text) as context:
        expected = [f"http://influx{n}.example.org:8086" for n in (1, 2, 3)]
        assert context.influxdb.base_urls == expected


async def test_two_unrelated_servers():
    text = """
    components:
      influxdb:
        clients:
          influx1:
            base_urls: http://influx.example.org:8886
            db: mydb
          influx2:
            context_attr: influxalter
            base_urls: https://influxalter.example.org/influxdb
            db: anotherdb
            username: testuser
            password: testpass
    """
    async with await started(text) as context:
        assert context.influx1 is context.require_resource(InfluxDBClient, "influx1")
        alter = context.require_resource(InfluxDBClient, "influx2")
        assert context.influxalter is alter
        assert alter.base_urls == ["https://influxalter.example.org/influxdb"]
        assert alter.default_query_params == {"db": "anotherdb", "u": "testuser", "p": "testpass"}


@pytest.mark.parametrize(
    ("option", "write", "query"),
    [
        ("consistency: quorum", {"consistency": "quorum"}, {}),
        ("retention_policy: week", {"rp": "week"}, {"rp": "week"}),
        ("precision: ms", {"precision": "ms"}, {}),
        ("chunked: true", {}, {"chunked": True}),
        ("chunked: 500", {}, {"chunked": 500}),
        ("epoch: s", {}, {"epoch": "s"}),
        ("timeout: 5", {}, {}),
    ],
)
async def test_every_option_of_a_client(option, write, query):
    async with await started(f"components: {{influxdb: {{{option}}}}}") as context:
        assert context.influxdb.default_write_params == write
        assert context.influxdb.default_query_params == query
