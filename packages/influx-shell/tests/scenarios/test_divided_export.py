"""An export that runs several queries at a time has the bytes of one that runs them in turn."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._export import select_all
from influx_shell._export.select_all import SelectAll
from influx_testing.influxd import find_influxd, influxd

WEEK = 604_800
START = 1_600_041_600
VALUES = ("1.5", "2i")


def line(draw: random.Random) -> str:
    """A point in one of seven shards, in which the type of a field and the fields differ."""
    week = draw.randrange(7)
    measurement = draw.choice(["plain", "m\\ 2", 'q"x'])
    tags = {"host": f"h{draw.randrange(5)}", "x": f"t{draw.randrange(2)}", "zone": "ä b"}
    kept = {key: value for key, value in tags.items() if draw.random() < 0.8}
    fields = {
        "several": "3.25" if measurement == "plain" else VALUES[week % 2],
        **({"x": "7i"} if draw.random() < 0.5 else {}),
        **({"late": '"näme"'} if week > 3 else {}),
    }
    shown = "".join(f",{key}={value}".replace(" ", "\\ ") for key, value in kept.items())
    time = START + week * WEEK + draw.randrange(40)
    return f"{measurement}{shown} {','.join('='.join(x) for x in fields.items())} {time}"


@pytest.fixture(params=["fake", "influxd"])
def server(request, db) -> Iterator[list[str]]:
    """A fake server, a real one, or a real one with a setting."""
    if isinstance(request.param, dict):
        if find_influxd() is None:
            pytest.skip("influxd is not installed")
        with influxd(request.param) as url:
            yield ["--url", url, "--db", db]
    else:
        yield ["--url", request.getfixturevalue(f"{request.param}_url"), "--db", db]


@pytest.fixture
def texts(monkeypatch) -> list[str]:
    """The queries of exports, whose measurements are divided though they are small."""
    found: list[str] = []
    query = SelectAll._query

    def remembered(chosen: SelectAll, text: str):
        found.append(text)
        return query(chosen, text)

    monkeypatch.setattr(SelectAll, "_query", remembered)
    monkeypatch.setattr(select_all, "_LEAST_VALUES", 50)
    monkeypatch.setattr(select_all, "_CHUNK_ROWS", 30)
    return found


@pytest.fixture
def weeks(iql, server, db) -> list[str]:
    """The options of an export of points of seven weeks."""
    draw = random.Random(7)
    assert iql("query", f"CREATE DATABASE {db}", *server).code == ExitCode.OK
    lines = "\n".join(line(draw) for _ in range(600))
    assert iql("write", "--precision", "s", *server, stdin=lines).code == ExitCode.OK
    return [*server, "--types", "cast"]


@pytest.mark.parametrize("name", ["csv", "json"])
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--epoch", "ns", "--tag", "host=h1"],
        ["--start", f"{START + WEEK + 5}000000000", "--stop", f"{START + 5 * WEEK + 9}000000000"],
        ["--measurement", "m 2"],
    ],
)
def test_shards_are_exported_as_if_they_were_one(iql, weeks, texts, name, options):
    whole = iql("export", "-f", name, "--parallel", "1", *options, *weeks)
    assert (whole.code, whole.err, len(texts)) == (ExitCode.OK, "", 1)
    assert len(whole.raw) > 1000
    for parallel in ("2", "5"):
        texts.clear()
        divided = iql("export", "-f", name, "--parallel", parallel, *options, *weeks)
        assert divided == whole
        assert len(texts) > 2
        assert all("::" in text for text in texts)


@pytest.mark.parametrize("name", ["csv", "json"])
@pytest.mark.parametrize("rows_of_a_time", [1, 2])
@pytest.mark.parametrize("options", [[], ["--epoch", "ms", "--tag", "host=h 1"]])
def test_a_shard_is_exported_as_one_if_it_is_read_at_two_places(
    iql, server, db, texts, name, rows_of_a_time, options
):
    iql("query", f"CREATE DATABASE {db}", *server)
    lines = "\n".join(
        f'm\\ 2,host=h\\ {n % 2} n={n}i,q\\,x="ä" {START + n // rows_of_a_time}' for n in range(400)
    )
    assert iql("write", "--precision", "s", *server, stdin=lines).code == ExitCode.OK
    whole = iql("export", "-f", name, "--parallel", "1", *options, *server)
    assert (whole.code, whole.err, len(texts)) == (ExitCode.OK, "", 1)
    assert len(whole.raw) > 1000
    texts.clear()
    assert iql("export", "-f", name, *options, *server) == whole
    assert len(texts) == 2


def test_many_measurements_are_read_several_at_a_time(iql, server, db, texts):
    iql("query", f"CREATE DATABASE {db}", *server)
    lines = "\n".join(f"m{n:03} f={n}i {START + n * WEEK}" for n in range(150))
    assert iql("write", "--precision", "s", *server, stdin=lines).code == ExitCode.OK
    whole = iql("export", "-f", "csv", "--parallel", "1", *server)
    texts.clear()
    assert iql("export", "-f", "csv", *server) == whole
    assert len(texts) == 50
    assert len(whole.out.splitlines()) == 151


@pytest.mark.parametrize("server", ["fake"], indirect=True)
def test_a_server_that_does_not_show_its_shards_is_asked_for_all(iql, weeks, texts, monkeypatch):
    whole = iql("export", "-f", "csv", *weeks)
    assert len(texts) > 3
    texts.clear()
    monkeypatch.setattr("influx_shell._export.shard_times._SHARDS", "SHOW SHARD")
    assert iql("export", "-f", "csv", *weeks) == whole
    (text,) = texts
    assert len(re.findall(r"SELECT \* FROM", text)) == 3


@pytest.mark.parametrize(
    "server",
    [{"coordinator.query-timeout": "60s"}, {"coordinator.max-concurrent-queries": "1"}],
    indirect=True,
)
def test_a_server_that_limits_queries_runs_one_at_a_time(iql, weeks, texts):
    assert iql("export", "-f", "csv", "--parallel", "4", *weeks).code == ExitCode.OK
    assert len(texts) == 1


@pytest.mark.parametrize("server", [{"coordinator.max-select-series": "5"}], indirect=True)
def test_a_query_that_fails_leaves_no_file(iql, weeks, texts, tmp_path):
    done = iql("export", "-f", "csv", "-o", str(tmp_path / "all.csv"), *weeks)
    assert done.code == ExitCode.FAILED
    assert "max-select-series" in done.err
    assert len(texts) > 1
    assert not list(tmp_path.glob("all*"))


@pytest.mark.parametrize(
    ("lines", "options", "reason"),
    [
        (["m n=1", 'm n="x"'], [], "the field 'n' of 'm' is float, string, and a SELECT returns"),
        (["m n=1", 'm n="x"'], ["--types", "cast"], "the field 'n' of 'm' is float, string"),
        (["m n=1", "m n=2i"], [], "--types cast makes them floats, or export lp, jsonl or parquet"),
        (["m n=1", "m n=2i"], ["--types", "cast"], None),
        (["m n=1", 'm n="x"'], ["--measurement", "other"], None),
        (["m n=1", 'm n="x"'], ["--stop", f"{START + WEEK - 9}000000000"], None),
    ],
)
@pytest.mark.parametrize("server", ["influxd"], indirect=True)
def test_values_that_a_select_leaves_out_are_refused(iql, server, db, lines, options, reason):
    iql("query", f"CREATE DATABASE {db}", *server)
    texts = [f"{line} {START + week * WEEK}" for week, line in enumerate(lines)]
    stored = iql("write", "--precision", "s", *texts, f"other n=1 {START}", *server)
    assert stored.code == ExitCode.OK
    done = iql("export", "-f", "csv", *options, *server)
    if reason is None:
        assert (done.code, done.err) == (ExitCode.OK, "")
        assert len(done.out.splitlines()) > 1
    else:
        assert (done.code, done.out) == (ExitCode.FAILED, "")
        assert reason in done.err


def test_points_of_other_policies_are_not_left_out_silently(iql, server, db):
    iql("query", f"CREATE DATABASE {db}", *server)
    iql("query", f"CREATE RETENTION POLICY week ON {db} DURATION INF REPLICATION 1", *server)
    assert iql("write", "m n=1 1", "only n=1 1", *server).code == ExitCode.OK
    assert iql("write", "m n=2 1", *server, "--rp", "week").code == ExitCode.OK
    done = iql("export", "-f", "csv", *server)
    assert (done.code, done.out) == (ExitCode.FAILED, "")
    assert "'m' has points in the retention policy 'week' too: name the policy" in done.err
    assert iql("export", "-f", "csv", *server, "--measurement", "only").code == ExitCode.OK
    for policy, value in (("autogen", "1.0"), ("week", "2.0")):
        done = iql("export", "-f", "csv", *server, "--rp", policy, "--measurement", "m")
        assert done.out.splitlines()[1:] == [f"m,1970-01-01T00:00:00.000000001Z,{value}"]
