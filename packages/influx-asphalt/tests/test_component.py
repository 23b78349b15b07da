from __future__ import annotations

import logging

import pytest
from aiohttp import ClientSession
from asphalt.core import ContainerComponent, Context

import influx_core
from asphalt.influxdb.client import InfluxDBClient
from asphalt.influxdb.component import InfluxDBComponent
from influx_core import BatchWriter, ConfigError, ServerUnreachable


async def started(*args, **kwargs) -> Context:
    context = Context()
    await InfluxDBComponent(*args, **kwargs).start(context)
    return context


async def test_a_single_client_is_the_default_and_an_attribute(caplog):
    caplog.set_level(logging.INFO, "asphalt.influxdb.component")
    async with await started(db="mydb") as context:
        client = context.require_resource(InfluxDBClient)
        assert context.influxdb is client
        assert client.base_urls == ["http://localhost:8086"]
    assert caplog.messages == [
        "Configured InfluxDB client (default / ctx.influxdb; base_urls=['http://localhost:8086'])",
        "InfluxDB client (default) shut down",
    ]


async def test_a_cluster_has_several_base_urls():
    urls = ["http://influx1.example.org:8086", "http://influx2.example.org:8086"]
    async with await started(base_urls=urls) as context:
        assert context.influxdb.base_urls == urls


async def test_several_clients_share_defaults_and_have_names_and_attributes():
    clients = {"one": {"db": "first"}, "two": {"context_attr": "second_db", "db": "second"}}
    async with await started(clients=clients, username="root", password="x") as context:
        assert context.one is context.require_resource(InfluxDBClient, "one")
        assert context.second_db is context.require_resource(InfluxDBClient, "two")
        for client, db in ((context.one, "first"), (context.second_db, "second")):
            assert client.default_write_params == {"db": db, "u": "root", "p": "x"}


async def test_a_client_is_a_resource_under_the_toolkits_own_class_too():
    async with await started() as context:
        assert context.require_resource(influx_core.InfluxDBClient) is context.influxdb


async def test_the_component_is_found_by_its_name():
    async with Context() as context:
        await ContainerComponent({"influxdb": {"db": "mydb"}}).start(context)
        assert context.influxdb.default_query_params == {"db": "mydb"}


async def test_a_session_resource_is_used_and_stays_open(fake_url):
    async with ClientSession() as session:
        context = Context()
        context.add_resource(session, "shared")
        await InfluxDBComponent(base_urls=fake_url, session="shared").start(context)
        async with context:
            assert await context.influxdb.ping()
        assert not session.closed


async def test_the_client_is_closed_before_its_farewell(fake_url, caplog):
    caplog.set_level(logging.INFO, "asphalt.influxdb.component")
    async with await started(base_urls=fake_url) as context:
        client = context.influxdb
        await client.ping()
    with pytest.raises(ConfigError, match="closed"):
        await client.ping()


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"databse": "x"}, "'default': client: unknown option 'databse'; known: .*db"),
        ({"clients": {"a": {"precision": "d"}}}, "'a': client: precision takes one of .*not 'd'"),
        ({"clients": {"a": {"serializer": "xml"}}}, "'a': there is no serializer 'xml'"),
    ],
)
def test_a_wrong_option_fails_before_the_start_and_names_client_and_key(config, reason):
    with pytest.raises(ConfigError, match=reason):
        InfluxDBComponent(**config)


async def test_credentials_are_in_no_log_record(caplog, fake_url):
    caplog.set_level(logging.DEBUG)
    async with await started(base_urls=fake_url, username="root", password="s3cret") as context:
        await context.influxdb.databases()
    assert "s3cret" not in caplog.text


async def test_a_connection_is_validated_at_the_start_only_if_asked_for(server_url, caplog):
    caplog.set_level(logging.INFO, "asphalt.influxdb.component")
    async with await started(base_urls=server_url, validate_connection=True):
        assert "InfluxDB client (default) reached a server of version 1." in caplog.text
    async with await started(base_urls="http://127.0.0.1:1"):
        pass


async def test_a_server_that_is_not_there_fails_the_start_and_names_the_client():
    component = InfluxDBComponent(base_urls="http://127.0.0.1:1", validate_connection=True)
    async with Context() as context:
        with pytest.raises(ServerUnreachable, match=r"http://127\.0\.0\.1:1") as caught:
            await component.start(context)
    assert caught.value.__notes__ == ["validate_connection of InfluxDB client 'default' failed"]


async def test_a_failing_start_closes_what_was_opened(fake_url):
    context = Context()
    component = InfluxDBComponent(
        clients={
            "good": {"base_urls": fake_url, "validate_connection": True},
            "bad": {"base_urls": "http://127.0.0.1:1", "validate_connection": True},
        }
    )
    with pytest.raises(ServerUnreachable):
        await component.start(context)
    good = context.require_resource(InfluxDBClient, "good")
    await context.close()
    with pytest.raises(ConfigError, match="closed"):
        await good.ping()


async def test_clients_are_torn_down_in_reverse_order(caplog):
    caplog.set_level(logging.INFO, "asphalt.influxdb.component")
    async with await started(clients={"one": None, "two": None}):
        caplog.clear()
    assert caplog.messages == [
        "InfluxDB client (two) shut down",
        "InfluxDB client (one) shut down",
    ]


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"clients": [{"db": "x"}]}, "clients are a mapping of names to values, not list"),
        ({"clients": "http://db"}, "clients are a mapping of names to values, not str"),
        (
            {"clients": {"a": "http://db:8086"}},
            r"client 'a': options are a mapping .*not str; for a URL, write {base_urls: URL}",
        ),
        ({"clients": {"a": ["x"]}}, "client 'a': options are a mapping"),
        ({"base_urls": None}, "client 'default': client: base_urls takes a URL"),
        ({"base_urls": []}, "client 'default': client: base_urls is empty"),
        ({"writer": "perhaps"}, "client 'default': component: writer takes true or false or a map"),
        ({"writer": ["x"]}, "component: writer takes"),
        ({"writer": {"flush_interval": "soon"}}, "writer: flush_interval takes seconds"),
        ({"writer": {"batch_points": "-3"}}, "writer: batch_points takes a whole number"),
        ({"validate_connection": "perhaps"}, "component: validate_connection takes true or false"),
        ({"context_attr": 5}, "component: context_attr takes text"),
        ({"timeout": "soon"}, "client: timeout takes seconds"),
        ({"transport": {"type": "auto", "limit": "-3"}}, "transport 'http': limit takes"),
        ({"session": 5}, "client 'default': client: session takes an aiohttp.ClientSession or"),
        ({"clients": {"a b": {}}}, "name of a client takes letters, .*, not 'a b'"),
        ({"clients": {5: {}}}, "name of a client takes letters, .*, not 5"),
        (
            {"clients": {"a": {}, "b": {"context_attr": "a"}}},
            "client 'b': component: context_attr 'a' is the one of client 'a' already",
        ),
        ({"nonsense": 1}, "unknown option 'nonsense'; known: api"),
    ],
)
def test_a_wrong_configuration_is_refused_before_anything_starts(config, text):
    with pytest.raises(ConfigError, match=text):
        InfluxDBComponent(**config)


async def test_numbers_choices_and_durations_may_be_text():
    component = InfluxDBComponent(
        timeout="2s",
        chunked="5000",
        validate_connection="false",
        transport={"type": "auto", "limit": "5", "verify": "false"},
        writer={"flush_interval": "2", "max_attempts": "3", "queue_bytes": "1GB"},
    )
    assert len(component.clients) == 1
    assert InfluxDBComponent(writer="yes")._writers.keys() == {"default"}
    assert not InfluxDBComponent(writer="no")._writers


async def test_the_applications_error_is_seen_although_points_are_undelivered(caplog):
    config = {"base_urls": "http://127.0.0.1:1", "writer": {"close_timeout": "100ms"}}

    async def application() -> None:
        async with await started(**config) as context:
            await context.require_resource(BatchWriter).put(("m", {}, {"f": 1}, 1))
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await application()
    assert "1 point" in caplog.text
