"""The batch writer that the component publishes beside a client."""

from __future__ import annotations

import uuid

import pytest
import yaml
from asphalt.core import Context, TeardownError

from asphalt.influxdb.client import InfluxDBClient
from asphalt.influxdb.component import InfluxDBComponent
from influx_core import BatchWriter, ConfigError

CONFIG = """
base_urls: {url}
db: metrics
writer:
  flush_interval: 100
  dead_letter: {directory}/rejected.lp
  spool: {{type: sqlite, path: {directory}/points.spool}}
"""


async def test_a_writer_is_configured_in_yaml_and_drained_before_its_client_is_closed(tmp_path):
    url = f"memory://{uuid.uuid4().hex}"
    config = yaml.safe_load(CONFIG.format(url=url, directory=tmp_path))
    async with Context() as context:
        await InfluxDBComponent(**config).start(context)
        await context.require_resource(InfluxDBClient).create_database("metrics")
        await context.require_resource(BatchWriter).put(("m", {}, {"f": 1}, 1))
    async with InfluxDBClient(url, db="metrics") as client:
        assert len(await client.raw_query("SELECT f FROM m")) == 1


async def lose_a_point(error: Exception | None) -> None:
    async with Context() as context:
        component = InfluxDBComponent(
            base_urls="http://127.0.0.1:1", db="metrics", writer={"close_timeout": 0}
        )
        await component.start(context)
        await context.require_resource(BatchWriter).put(("m", {}, {"f": 1}, 1))
        if error is not None:
            raise error


async def test_the_error_of_the_application_is_the_one_that_is_seen_at_the_end(caplog):
    with pytest.raises(LookupError, match="mine"):
        await lose_a_point(LookupError("mine"))
    assert "m f=1i 1" in caplog.text


async def test_points_that_were_not_delivered_are_the_error_of_a_teardown_without_another():
    with pytest.raises(TeardownError, match="1 points were not delivered"):
        await lose_a_point(None)


async def test_each_client_may_have_a_writer_of_its_own():
    clients = {"one": {"writer": True}, "two": {"writer": {"batch_points": 7}}, "three": None}
    async with Context() as context:
        await InfluxDBComponent(clients).start(context)
        one = context.require_resource(BatchWriter, "one")
        assert one is not context.require_resource(BatchWriter, "two")
        assert context.get_resource(BatchWriter, "three") is None


@pytest.mark.parametrize(
    ("writer", "words"),
    [
        ({"batch_size": 5}, "unknown option 'batch_size'; known: .*batch_points"),
        ({"on_full": "explode"}, "on_full takes one of 'block'"),
        ({"spool": {"type": "sqlite", "file": "x"}}, "spool 'sqlite'.*it takes path"),
    ],
)
def test_a_wrong_setting_fails_before_anything_starts(writer, words):
    with pytest.raises(ConfigError, match=f"InfluxDB client 'default': .*{words}"):
        InfluxDBComponent(writer=writer)
