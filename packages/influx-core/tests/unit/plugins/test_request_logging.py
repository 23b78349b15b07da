from __future__ import annotations

import logging

import pytest

from influx_core import InfluxDBClient, QueryError, ServerUnreachable

LOGGER = "influx_core.requests"


async def test_a_request_is_a_record_with_facts(fake_url, caplog):
    with caplog.at_level(logging.DEBUG, LOGGER):
        async with InfluxDBClient(fake_url, db="x") as client:
            await client.raw_query("SHOW MEASUREMENTS")
    (record,) = caplog.records
    assert record.getMessage().startswith(f"GET {fake_url}/query: 200 after 0.")
    assert (record.influx_database, record.influx_status, record.influx_attempt) == ("x", 200, 1)


async def test_a_failure_can_be_seen_and_is_no_warning(fake_url, caplog):
    caplog.set_level(logging.INFO, LOGGER)
    async with InfluxDBClient(fake_url) as client:
        with pytest.raises(QueryError):
            await client.raw_query("SELECT")
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        with pytest.raises(ServerUnreachable):
            await client.ping()
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO"]
    assert [(r.influx_outcome, r.influx_status) for r in caplog.records] == [
        ("QueryError", 400),
        ("ServerUnreachable", None),
    ]


@pytest.mark.parametrize("auth", ["basic", "query"])
async def test_no_credential_and_no_query_is_logged(fake_url, caplog, auth):
    with caplog.at_level(logging.DEBUG, LOGGER):
        async with InfluxDBClient(
            fake_url, username="root", password="s3cret", auth=auth
        ) as client:
            await client.admin.create_user("somebody", "s3cret")
            await client.admin.drop_user("somebody")
    assert len(caplog.records) == 2
    for record in caplog.records:
        assert "s3cret" not in f"{record.getMessage()} {vars(record)}"
        assert "somebody" not in f"{record.getMessage()} {vars(record)}"
