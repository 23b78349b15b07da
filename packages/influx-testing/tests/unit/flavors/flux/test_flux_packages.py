"""The packages that are written in Flux, over a bucket."""

from __future__ import annotations

import csv
import io
import json

import pytest

NOW = 1_700_000_000
LINES = "\n".join(
    [
        *(
            f"cpu,host={host} usage={usage}.5,free={number}i {NOW - 50 + 10 * number}000000000"
            for host in "ab"
            for number, usage in enumerate((40, 95, 96, 10, 97))
        ),
        f"mem,region=x used=7u {NOW - 5}000000000",
    ]
)


@pytest.fixture
def rows_with(ask):
    """Return a function that imports packages, runs a query, and returns its rows."""
    ask.write(LINES)

    def run(packages: str, query: str) -> list[dict[str, str]]:
        imports = "".join(f'import "{name}"\n' for name in packages.split())
        answer = ask(imports + query)
        assert answer.status == 200, answer.text
        found: list[dict[str, str]] = []
        for block in answer.text.split("\r\n\r\n"):
            found += csv.DictReader(io.StringIO(block))
        return found

    return run


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("measurements()", ["cpu", "mem"]),
        ('tagValues(tag: "host")', ["a", "b"]),
        ("tagKeys(predicate: (r) => r.host == r.host)", ["host"]),
        ("fieldKeys()", ["free", "usage", "used"]),
        ('measurementTagKeys(measurement: "mem")', ["region"]),
        ('measurementTagValues(measurement: "cpu", tag: "host")', ["a", "b"]),
        ('measurementFieldKeys(measurement: "cpu", start: -1h)', ["free", "usage"]),
        ('tagValues(tag: "no_tag", start: -1h)', []),
    ],
)
@pytest.mark.parametrize("package", ["schema", "v1"])
def test_what_a_bucket_has_is_listed(rows_with, package, call, expected):
    call = call.replace("(", '(bucket: "my-bucket", ', 1).replace(", )", ")")
    rows = rows_with(f"influxdata/influxdb/{package}", f"{package}.{call}")
    assert sorted(row["_value"] for row in rows if not row["_value"].startswith("_")) == expected


CHECK = """from(bucket: "my-bucket") |> range(start: -1m)
    |> filter(fn: (r) => r._measurement == "cpu")
    |> schema.fieldsAsCols()
    |> monitor.check(
        data: {_check_id: "00a", _check_name: "load", _type: "threshold", tags: {a: "b"}},
        messageFn: (r) => "${r.host} is ${r._level}",
        crit: (r) => r.usage > 90.0,
    )"""


def test_a_check_is_stored_and_read_again(rows_with):
    checked = rows_with("influxdata/influxdb/monitor influxdata/influxdb/schema", CHECK)
    assert {row["_message"] for row in checked} == {
        f"{h} is {s}" for h in "ab" for s in ("ok", "crit")
    }
    stored = rows_with("influxdata/influxdb/monitor", "monitor.from(start: -1h, stop: 1h)")
    assert {(row["_message"], row["a"], row["_source_measurement"]) for row in stored} == {
        (row["_message"], "b", "cpu") for row in checked
    }


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("", ["crit", "ok", "crit"]),
        ('fromLevel: "ok"', ["crit", "crit"]),
        ('toLevel: "ok"', ["ok"]),
        ('fromLevel: "ok", toLevel: "crit"', ["crit", "crit"]),
        ('fromLevel: "ok", toLevel: "warn"', []),
    ],
)
def test_changes_of_levels_are_found(rows_with, levels, expected):
    levels_of = ", ".join(
        f'{{_time: 2020-01-01T00:00:0{number}Z, _source_timestamp: {number}, _level: "{level}"}}'
        for number, level in enumerate(("ok", "crit", "crit", "ok", "crit"))
    )
    rows = rows_with(
        "array influxdata/influxdb/monitor",
        f"array.from(rows: [{levels_of}]) |> monitor.stateChanges({levels})"
        ' |> group() |> sort(columns: ["_time"])',
    )
    assert [row["_level"] for row in rows] == expected


def test_a_series_without_recent_points_is_dead(rows_with):
    rows = rows_with(
        "influxdata/influxdb/monitor date",
        'from(bucket: "my-bucket") |> range(start: -1m)'
        ' |> filter(fn: (r) => r._field == "usage" or r._field == "used")'
        " |> monitor.deadman(t: date.sub(d: 7s, from: now()))",
    )
    assert [row["dead"] for row in rows] == ["true", "true", "false"]


def test_notifications_are_logged(rows_with):
    rows = rows_with(
        "array experimental influxdata/influxdb/monitor",
        'sent = (tables=<-) => tables |> experimental.set(o: {_sent: "true"})\n'
        'array.from(rows: [{_time: 2020-01-01T00:00:00Z, _measurement: "statuses", n: 1}])'
        ' |> group(columns: ["_measurement"])'
        ' |> monitor.notify(endpoint: sent, data: {_notification_rule_name: "r"})',
    )
    assert [(row["_measurement"], row["_sent"]) for row in rows] == [("notifications", "true")]
    logged = rows_with(
        "influxdata/influxdb/monitor", "monitor.logs(start: -1h, stop: 1h, fn: (r) => true)"
    )
    assert [row["_notification_rule_name"] for row in logged] == ["r"]


def test_the_newest_point_is_moved_to_now(rows_with):
    rows = rows_with(
        "array influxdata/influxdb/sample",
        "array.from(rows: [{_time: 2020-01-01T00:00:00Z}, {_time: 2020-01-01T00:01:00Z}])"
        " |> sample.alignToNow()",
    )
    assert [row["_time"] for row in rows] == ["2023-11-14T22:12:20Z", "2023-11-14T22:13:20Z"]


def test_fields_of_a_measurement_are_read_in_few_words(rows_with):
    rows = rows_with(
        "experimental/query",
        'query.inBucket(bucket: "my-bucket", measurement: "cpu", start: -1m, fields: ["free"], '
        'predicate: (r) => r.host == "a")',
    )
    assert [row["_value"] for row in rows] == ["0", "1", "2", "3", "4"]


def test_the_rate_of_a_counter_is_summed_by_groups(rows_with):
    rows = rows_with(
        "experimental/aggregate",
        'from(bucket: "my-bucket") |> range(start: -50s) |> filter(fn: (r) => r._field == "free")'
        ' |> aggregate.rate(every: 50s, groupColumns: ["_field"])',
    )
    assert [float(row["_value"]) for row in rows if row["_value"]] == [pytest.approx(0.2)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("count()", "5"),
        ("first()", "40.5"),
        ("last()", "97.5"),
        ("max()", "97.5"),
        ("mean()", "68.1"),
        ("min()", "10.5"),
        ("spread()", "87"),
        ("sum()", "340.5"),
        ('quantile(q: 0.5, method: "exact_selector")', "95.5"),
        ("fill(value: 0.0) |> limit(n: 1)", "40.5"),
    ],
)
def test_experimental_functions_work_on_values(rows_with, call, expected):
    rows = rows_with(
        "experimental",
        'from(bucket: "my-bucket") |> range(start: -1m)'
        f' |> filter(fn: (r) => r._field == "usage" and r.host == "a") |> experimental.{call}',
    )
    assert [row["_value"] for row in rows] == [expected]


def test_secrets_are_those_of_the_organization(ask, rows_with):
    query = 'array.from(rows: [{x: secrets.get(key: "k")}])'
    refused = ask(f'import "array"\nimport "influxdata/influxdb/secrets"\n{query}')
    assert (refused.status, "secret not found" in refused.text) == (404, True)
    org = ask.send("GET", "/api/v2/orgs").json["orgs"][0]["id"]
    path = f"/api/v2/orgs/{org}/secrets"
    assert ask.send("PATCH", path, json.dumps({"k": "v"}).encode()).status == 204
    assert [row["x"] for row in rows_with("array influxdata/influxdb/secrets", query)] == ["v"]


def test_a_task_knows_when_it_last_succeeded(ask, rows_with):
    flux = (
        'import "array"\nimport "influxdata/influxdb/tasks"\noption task = {name: "t", every: 1h}\n'
        'array.from(rows: [{_time: now(), _measurement: "t", _field: "last", '
        "_value: string(v: tasks.lastSuccess(orTime: 2020-01-01T00:00:00Z))}]) "
        '|> to(bucket: "my-bucket")'
    )
    org = ask.send("GET", "/api/v2/orgs").json["orgs"][0]["id"]
    body = json.dumps({"flux": flux, "orgID": org}).encode()
    task = ask.send("POST", "/api/v2/tasks", body).json["id"]
    for when in ("2023-11-14T22:00:00Z", "2023-11-14T22:05:00Z"):
        run = json.dumps({"scheduledFor": when}).encode()
        assert ask.send("POST", f"/api/v2/tasks/{task}/runs", run).status == 201
    rows = rows_with(
        "",
        'from(bucket: "my-bucket") |> range(start: -1h) '
        '|> filter(fn: (r) => r._measurement == "t")',
    )
    assert [row["_value"][:19] for row in rows] == ["2020-01-01T00:00:00", "2023-11-14T22:00:00"]
