"""`iql export`, `iql copy` and `iql verify`: data whole, between servers and files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import urllib.request

import pytest

from influx_copy import Plan
from influx_shell._cli.exit_codes import ExitCode

LINES = [
    'cpu,host=a load=0.5,n=3i,s="x y" 1600000000000000000',
    'cpu,host=b load=2.0,s="" 1600000001000000000',
]


def test_line_protocol_is_exported_exactly(iql, filled):
    done = iql("export", *filled)
    assert (done.code, done.err) == (ExitCode.OK, "exported: 2 points\n")
    assert [line for line in done.out.splitlines() if not line.startswith("#")] == LINES


def test_an_export_can_be_imported_again(iql, filled, tmp_path):
    path = tmp_path / "all.lp.gz"
    assert iql("export", "-o", str(path), *filled).code == ExitCode.OK
    other = f"{filled[3]}x"
    iql("query", f"CREATE DATABASE {other}", *filled[:2])
    plan = tmp_path / "plan"
    target = f"{filled[1]}/{other}"
    done = iql("copy", str(path), target, "--plan", str(plan))
    assert done.code == ExitCode.OK, done.err
    assert [
        x for x in iql("export", *filled[:2], "--db", other).out.splitlines() if x[0] != "#"
    ] == LINES


def test_json_lines_and_parquet_are_exported(iql, filled, tmp_path):
    done = iql("export", "-f", "jsonl", *filled)
    assert all(json.loads(line) for line in done.out.splitlines())
    pytest.importorskip("pyarrow")
    folder = tmp_path / "out"
    assert iql("export", "-f", "parquet", "-o", str(folder), *filled).code == ExitCode.OK
    assert list(folder.rglob("*.parquet"))


def test_csv_is_exported_measurement_by_measurement(iql, filled):
    iql("write", "mem free=1i 5", *filled)
    blocks = iql("export", "-f", "csv", *filled).out.split("\n\n")
    assert list(csv.reader(io.StringIO(blocks[0])))[1] == [
        "cpu",
        "2020-09-13T12:26:40Z",
        "a",
        "0.5",
        "3",
        "x y",
    ]
    assert blocks[1] == "_measurement,time,free\nmem,1970-01-01T00:00:00.000000005Z,1\n"


def test_a_part_is_exported(iql, filled):
    iql("write", "mem free=1i 5", *filled)
    options = ["--measurement", "cpu", "--start", "2020-09-13T12:26:41Z", "--tag", "host=b"]
    for name in ("lp", "csv"):
        done = iql("export", "-f", name, *options, *filled)
        assert "2020-09-13T12:26:40Z" not in done.out
        assert "1600000000000000000" not in done.out
        assert "b" in done.out


@pytest.mark.parametrize("format_", ["lp", "jsonl", "csv", "json"])
@pytest.mark.parametrize("named", [["--measurement", "nope"], ["--db", "nope"]])
def test_what_is_named_and_is_not_there_is_an_error(iql, filled, format_, named):
    done = iql("export", "-f", format_, *filled, *named)
    assert (done.code, done.out) == (ExitCode.FAILED, "")
    assert "nope" in done.err


@pytest.mark.parametrize("source", ["nope", "nope?rp=week"])
def test_a_copy_of_a_database_that_is_not_there_is_an_error(iql, filled, tmp_path, source):
    arguments = [f"{filled[1]}/{source}", f"lp:{tmp_path}/out", "--plan", str(tmp_path / "plan")]
    for more in ([], ["--dry-run"]):
        done = iql("copy", *arguments, *more)
        assert (done.code, done.out) == (ExitCode.FAILED, "")
        assert "no database 'nope'; there are" in done.err


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2020", "--start: numbers are nanoseconds since 1970; the year 2020 begins at 2020-01-01"),
        ("99999999999999999999", "--start: time 99999999999999999999 is outside the range"),
        ("2020-01-01T00:00:00", "has no time zone; in UTC it is 2020-01-01T00:00:00Z"),
        ("2020-02-30", "--start: '2020-02-30T00:00:00Z' is not an RFC 3339 time"),
        ("2030-01-01", "--start has to be before --stop"),
    ],
)
def test_times_that_select_nothing_or_mean_something_else_are_refused(iql, filled, start, said):
    done = iql("export", *filled, "--start", start, "--stop", "2026-01-01")
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert said in done.err


def test_a_date_is_midnight_in_utc(iql, filled):
    done = iql("export", *filled, "--start", "2020-09-13", "--stop", "2020-09-14")
    assert done.err == "exported: 2 points\n"
    done = iql("export", *filled, "--start", "2020-09-14")
    assert done.err == "exported: 0 points\n"


def test_an_export_overwrites_nothing(iql, filled, tmp_path):
    path = tmp_path / "all.lp"
    path.write_text("mine")
    done = iql("export", "-o", str(path), *filled)
    assert done.code == ExitCode.USAGE
    assert path.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["all.lp"]


def test_an_export_removes_only_what_an_export_left(iql, filled, tmp_path):
    path, left = tmp_path / "all.lp", tmp_path / "all.lp.export"
    left.mkdir()
    (left / "mine").write_text("mine")
    done = iql("export", "-o", str(path), *filled)
    assert done.code == ExitCode.USAGE
    assert "is not of an export" in done.err
    (left / "mine").rename(tmp_path / "mine")
    with Plan(left / "plan"):
        done = iql("export", "-o", str(path), *filled)
        assert done.code == ExitCode.FAILED
        assert "another export is running" in done.err
        assert left.exists()
    assert iql("export", "-o", str(path), *filled).code == ExitCode.OK
    assert sorted(each.name for each in tmp_path.iterdir()) == ["all.lp", "mine"]


def test_a_copy_is_equal_and_continues(iql, filled, tmp_path):
    source = f"{filled[1]}/{filled[3]}"
    sink = f"{filled[1]}/{filled[3]}copy"
    plan = ["--plan", str(tmp_path / "plan")]
    iql("query", f"CREATE DATABASE {filled[3]}copy", *filled[:2])
    done = iql("copy", source, sink, *plan)
    assert done.code == ExitCode.OK, done.err
    assert "ranges complete, 2 points; 2 of them in this run" in done.err
    again = iql("copy", source, sink, *plan)
    assert again.code == ExitCode.OK
    checked = iql("verify", source, sink, "--one-in", "1")
    assert (checked.code, checked.out) == (ExitCode.OK, "")
    assert "equal" in checked.err


def test_verify_takes_what_was_selected_from_the_plan(iql, filled, tmp_path):
    source, sink = f"{filled[1]}/{filled[3]}", str(tmp_path / "part.jsonl")
    plan, mapping = str(tmp_path / "plan"), f"{filled[3]}=other"
    part = ["--measurement", "cpu", "--tag", "host=a", "--map", mapping]
    done = iql("copy", source, sink, "--plan", plan, *part)
    assert done.code == ExitCode.OK, done.err
    checked = iql("verify", source, sink, "--plan", plan)
    assert (checked.code, checked.out) == (ExitCode.OK, "")
    assert "1 ranges" in checked.err
    assert (
        iql("verify", source, sink, "--plan", plan, "--map", f"{filled[3]}=x").code != ExitCode.OK
    )


def test_verify_refuses_a_plan_that_is_not_there(iql, filled, tmp_path):
    source, missing = f"{filled[1]}/{filled[3]}", tmp_path / "mistyped.plan"
    done = iql("verify", source, source, "--plan", str(missing))
    assert done.code == ExitCode.USAGE
    assert "there is no plan" in done.err
    assert not missing.exists()


def test_differences_are_printed_and_fail(iql, filled, tmp_path):
    path = tmp_path / "cpu.lp.gz"
    path.write_bytes(
        gzip.compress("\n".join([*LINES, "cpu,host=a n=4i 1600000002000000000", ""]).encode())
    )
    done = iql("verify", f"{filled[1]}/{filled[3]}", str(path), "--database", filled[3])
    assert done.code == ExitCode.FAILED
    assert "field 'n'" in done.out


def test_a_dry_run_lists_the_ranges(iql, filled, tmp_path):
    source = f"{filled[1]}/{filled[3]}"
    done = iql("copy", source, str(tmp_path / "x.lp"), "--plan", str(tmp_path / "p"), "--dry-run")
    assert done.code == ExitCode.OK
    assert '"cpu"' in done.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["http://u:s3cret@h/db", "x.lp", "--plan", "p"],
            "set IQL_SOURCE_USERNAME and IQL_SOURCE_PASSWORD",
        ),
        (["profile:nope", "x.lp", "--plan", "p"], "there is no profile 'nope'"),
        (["x.lp", "y.xml", "--plan", "p"], "there is no sink"),
        (["x.lp", "y.lp", "--plan", "p", "--start", "yesterday"], "--start: 'yesterday'"),
        (["x.lp", "y.lp", "--plan", "p", "--map", "a"], "--map takes KEY=VALUE"),
        (["x.lp", "y.lp", "--plan", "p", "--parallel", "0"], "parallel"),
    ],
)
def test_wrong_arguments_of_a_copy(iql, arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.lp").write_text("m f=1 1\n")
    done = iql("copy", *arguments)
    assert done.code == ExitCode.USAGE
    assert said in done.err
    assert "s3cret" not in done.err


def test_secrets_come_from_the_environment(iql, tmp_path):
    done = iql(
        "copy",
        "http://127.0.0.1:9/d",
        str(tmp_path / "x.lp"),
        "--plan",
        str(tmp_path / "plan"),
        env={"IQL_SOURCE_TOKEN": "s3cret"},
    )
    assert done.code == ExitCode.UNREACHABLE
    assert "s3cret" not in done.err


def test_an_export_names_series_whose_points_no_query_returns(iql, influxd_url):
    there = ["--url", influxd_url, "--db", "hidden"]
    iql("query", "CREATE DATABASE hidden", *there[:2])
    try:
        iql("write", "m v=1 1", *there)
        urllib.request.urlopen(f"{influxd_url}/write?db=hidden", rb"m\\,t=a v=1 1").close()
        for form in ("csv", "lp"):
            done = iql("export", "--format", form, *there)
            assert done.code == ExitCode.FAILED
            assert "'m,t=a'" in done.err
            assert iql("export", "-f", form, "--accept", "unreadable", *there).code == ExitCode.OK
        assert iql("export", "-f", "csv", "--measurement", "m", *there).code == ExitCode.OK
    finally:
        iql("query", "DROP DATABASE hidden", *there[:2])
