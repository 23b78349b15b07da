from __future__ import annotations

from datetime import UTC, datetime

import influx_core
import influx_query
from asphalt.influxdb import query


def test_the_old_names_are_the_toolkits_classes():
    assert query.Series is influx_core.Series
    assert query.KeyedTuple is influx_core.KeyedTuple
    assert query.SelectQuery is influx_query.SelectQuery


def test_a_row_is_made_from_text_as_before():
    row = query.KeyedTuple({"time": 0, "col": 1}, ["2016-12-11T13:40:45.150329483Z", 6])
    assert row.time == datetime(2016, 12, 11, 13, 40, 45, 150329, UTC)
    assert row.time_ns == 1481463645150329483
