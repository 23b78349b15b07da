from __future__ import annotations

import pytest

from influx_shell._connection.languages import language_of


@pytest.mark.parametrize(
    "text",
    [
        'from(bucket: "b") |> range(start: -1h)',
        'import "array"\narray.from(rows: [])',
        "option now = () => 2020-01-01T00:00:00Z\nbuckets()",
        "// a comment\nx = 1",
        "buckets()",
    ],
)
@pytest.mark.parametrize("api", ["v1", "v2", "v3"])
def test_flux_is_known_by_its_first_words(text, api):
    assert language_of(text, api) == "flux"


@pytest.mark.parametrize(
    "text",
    [
        "SHOW MEASUREMENTS",
        "SELECT mean(f) FROM m GROUP BY time(1m)",
        "SELECT f FROM m WHERE host =~ /a/",
        "SELECT f FROM m TZ('UTC')",
        "SHOW TAG KEYS; SHOW FIELD KEYS",
    ],
)
def test_what_only_influxql_has_is_influxql_on_influxdb_3(text):
    assert language_of(text, "v3") == "influxql"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM cpu",
        "SELECT time, avg(load) FROM cpu GROUP BY 1",
        "SHOW TABLES",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "EXPLAIN SELECT * FROM cpu",
    ],
)
def test_everything_else_is_sql_on_influxdb_3_and_influxql_elsewhere(text):
    assert language_of(text, "v3") == "sql"
    assert language_of(text, "v1") == "influxql"
