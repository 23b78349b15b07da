"""The same commands on InfluxDB 2 and 3, with tokens and their languages."""

from __future__ import annotations

import pytest

from influx_shell._cli.exit_codes import ExitCode
from influx_testing import FakeInfluxDB, serve

LINES = ["cpu,host=a load=0.5,n=3i 1600000000000000000", "cpu,host=b load=2 1600000001000000000"]


@pytest.fixture(params=["2.x", "3.x"])
def flavor(request) -> str:
    return request.param


@pytest.fixture
def other(flavor, iql):
    """Execute a command on a server of a flavor that holds two points."""
    with serve(fake=FakeInfluxDB(flavor, token="s3cret")) as server:
        env = {"INFLUX_URL": server.url, "INFLUX_TOKEN": "s3cret", "INFLUX_ORG": "my-org"}
        if flavor == "3.x":
            del env["INFLUX_ORG"]

        def run(*arguments: str):
            return iql(*arguments, "--db", "my-bucket", env=env)

        assert run("write", *LINES).code == ExitCode.OK
        yield run


def test_schema_and_influxql(other):
    assert other("schema").out.splitlines() == [
        "cpu",
        "  host  tag",
        "  load  float",
        "  n  integer",
    ]
    assert other("query", "SHOW MEASUREMENTS").out.splitlines()[1].endswith(",cpu")


@pytest.mark.parametrize("flavor", ["2.x"], indirect=True)
def test_flux_runs_on_influxdb_2(other):
    text = 'from(bucket: "my-bucket") |> range(start: 0) |> filter(fn: (r) => r._field == "n")'
    header, row = other("query", text + ' |> keep(columns: ["_value", "host"])').out.splitlines()
    assert dict(zip(header.split(","), row.split(","), strict=True))["_value"] == "3"
    refused = other("query", 'from(bucket: "my-bucket") |> rnge(start: 0)')
    assert refused.code == ExitCode.FAILED
    assert "undefined identifier rnge" in refused.err


@pytest.mark.parametrize("flavor", ["3.x"], indirect=True)
def test_sql_runs_on_influxdb_3(other):
    pytest.importorskip("datafusion", reason="the fake runs SQL with DataFusion")
    done = other("query", "SELECT host, n FROM cpu ORDER BY host")
    assert done.out == "host,n\na,3\nb,\n"


def test_a_wrong_token_fails_without_being_shown(flavor, iql):
    with serve(fake=FakeInfluxDB(flavor, token="s3cret")) as server:
        env = {"INFLUX_URL": server.url, "INFLUX_TOKEN": "wr0ng"}
        done = iql("query", "SHOW DATABASES", "--db", "x", env=env)
    assert done.code == ExitCode.FAILED
    assert "wr0ng" not in done.err


def test_a_database_is_exported_and_copied_whole(other, tmp_path):
    exported = tmp_path / "all.lp"
    done = other("export", "-o", str(exported))
    assert done.code == ExitCode.OK, done.err
    values = {
        (line.split(" ")[0], pair, line.split(" ")[2])
        for line in exported.read_text().splitlines()
        if not line.startswith("#")
        for pair in line.split(" ")[1].split(",")
    }
    assert values == {
        ("cpu,host=a", "load=0.5", "1600000000000000000"),
        ("cpu,host=a", "n=3i", "1600000000000000000"),
        ("cpu,host=b", "load=2.0", "1600000001000000000"),
    }
