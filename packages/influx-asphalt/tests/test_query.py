from __future__ import annotations

from datetime import UTC, datetime

import pytest

import influx_core
import influx_query
from asphalt.influxdb import query
from asphalt.influxdb.client import InfluxDBClient


def test_the_old_names_are_the_toolkits_classes():
    assert query.Series is influx_core.Series
    assert query.KeyedTuple is influx_core.KeyedTuple
    assert issubclass(query.SelectQuery, influx_query.SelectQuery)


def test_a_row_is_made_from_text_as_before():
    row = query.KeyedTuple({"time": 0, "col": 1}, ["2016-12-11T13:40:45.150329483Z", 6])
    assert row.time == datetime(2016, 12, 11, 13, 40, 45, 150329, UTC)
    assert row.time_ns == 1481463645150329483


@pytest.mark.parametrize(("last", "count"), [(-1, 0), (0, 1), (9, 2)])
async def test_a_query_gives_none_or_one_series_or_a_list_as_before(fake_url, last, count):
    async with InfluxDBClient(fake_url, "shapes") as client:
        await client.create_database("shapes")
        await client.write_many([("m", {"t": str(i)}, {"f": i}, i) for i in range(2)])
        select = client.query("f", "m").where(f"f <= {last}").group_by("t")
        result = await select.execute()
        assert await select == result
        await client.drop_database("shapes")
    assert isinstance(result, [type(None), query.Series, list][count])
