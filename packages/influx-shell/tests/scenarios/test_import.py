"""`iql import` stores every line that can be stored, and keeps the others with their reasons."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import time

import pytest

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._import import checkpoint
from influx_shell._import.body_sender import BodySender
from influx_shell._import.checkpoint import Checkpoint

BAD = (
    b"cpu,host=a load=1 1\n"
    b"cpu,host=a load=x 2\n"
    b"\n"
    b"# a comment\n"
    b'cpu,host=a load="no" 3\n'
    b'cpu,host=a s="two\nlines" 4\n'
    b"cpu,host=a load=5 5\n"
)


@pytest.fixture
def database(iql, server, db) -> list[str]:
    assert iql("query", f"CREATE DATABASE {db}", *server).code == ExitCode.OK
    return server


@pytest.fixture
def stored(iql, database):
    """The rows of a measurement."""

    def rows(measurement: str = "cpu") -> list[str]:
        text = f"SELECT * FROM {measurement} GROUP BY *"
        return iql("query", text, "-f", "lp", *database).out.splitlines()

    return rows


def test_good_lines_are_stored_and_bad_ones_are_kept_with_place_and_reason(
    iql, database, stored, tmp_path
):
    path = tmp_path / "points.lp"
    path.write_bytes(BAD)
    done = iql("import", str(path), *database)
    assert done.code == ExitCode.FAILED
    assert "read 5 = written 3 + rejected 2" in done.err
    rejects = (tmp_path / "points.lp.rejects").read_text().splitlines()
    assert rejects[0].startswith(f"# {path}:2:")
    assert rejects[1] == "cpu,host=a load=x 2"
    assert rejects[2].startswith(f"# {path}:5: ")
    assert "field type conflict" in rejects[2]
    assert rejects[3] == 'cpu,host=a load="no" 3'
    assert stored() == [
        "cpu,host=a load=1.0 1",
        'cpu,host=a s="two',
        'lines" 4',
        "cpu,host=a load=5.0 5",
    ]


def test_importing_the_mended_rejects_gives_the_whole(iql, database, stored, tmp_path):
    path = tmp_path / "points.lp"
    path.write_bytes(BAD)
    iql("import", str(path), *database)
    rejects = tmp_path / "points.lp.rejects"
    rejects.write_text(rejects.read_text().replace("=x ", "=2 ").replace('"no"', "3"))
    done = iql("import", str(rejects), *database)
    assert (done.code, done.err) == (ExitCode.OK, "read 2 = written 2 + rejected 0\n")
    assert [line for line in stored() if "load" in line] == [
        f"cpu,host=a load={n}.0 {n}" for n in (1, 2, 3, 5)
    ]


def test_rejects_of_an_earlier_import_are_not_overwritten(iql, database, tmp_path):
    path = tmp_path / "points.lp"
    path.write_bytes(BAD)
    iql("import", str(path), *database)
    again = iql("import", str(path), *database)
    assert again.code == ExitCode.USAGE
    assert "points.lp.rejects exists" in again.err


def test_an_import_killed_after_its_first_rejected_line_knows_its_file(
    iql, database, stored, tmp_path
):
    path, state, rejects = (tmp_path / name for name in ("points.lp", "state", "rejects"))
    path.write_bytes(BAD)
    checkpoint.save(state, Checkpoint((str(path),), 0, rejects=str(rejects)))
    rejects.write_text("# torn")
    done = iql("import", str(path), "--resume", str(state), "--rejects", str(rejects), *database)
    assert done.code == ExitCode.FAILED
    assert "torn" not in rejects.read_text()
    assert len([line for line in rejects.read_text().splitlines() if line[0] != "#"]) == 2


def test_another_file_for_rejects_is_not_overwritten_by_a_resumed_import(iql, database, tmp_path):
    path, state, rejects = (tmp_path / name for name in ("points.lp", "state", "rejects"))
    path.write_bytes(BAD)
    resume = ["--resume", str(state), "--rejects"]
    assert iql("import", str(path), *resume, str(rejects), *database).code == ExitCode.FAILED
    other = tmp_path / "other"
    other.write_text("cpu f=1 1\n")
    again = iql("import", str(path), *resume, str(other), *database)
    assert (again.code, other.read_text()) == (ExitCode.USAGE, "cpu f=1 1\n")
    assert "other exists" in again.err


def test_compressed_files_and_standard_input_are_read(iql, database, stored, tmp_path):
    path = tmp_path / "points.lp.gz"
    path.write_bytes(gzip.compress(b"cpu f=1 1\n"))
    assert iql("import", str(path), *database).code == ExitCode.OK
    assert iql("import", "-", *database, stdin=b"cpu f=2 2\n").code == ExitCode.OK
    assert stored() == ["cpu f=1.0 1", "cpu f=2.0 2"]


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_file_that_is_cut_off_ends_the_import_and_says_so(iql, database, tmp_path, ending):
    compress = gzip.compress if ending == "gz" else pytest.importorskip("zstandard").compress
    path = tmp_path / f"points.lp.{ending}"
    path.write_bytes(compress(b"".join(b"cpu f=%d %d\n" % (n, n) for n in range(1000)))[:-8])
    done = iql("import", str(path), *database)
    assert done.code == ExitCode.USAGE
    assert f"points.lp.{ending}: the compressed data is damaged or cut off" in done.err


def test_many_bad_lines_among_many_good_ones(iql, database, stored, tmp_path):
    lines = [b"m f=%d %d" % (n, n) if n % 7 else b'm f="%d" %d' % (n, n) for n in range(1, 100)]
    done = iql("import", "-", "--rejects", str(tmp_path / "r"), *database, stdin=b"\n".join(lines))
    assert "read 99 = written 85 + rejected 14" in done.err
    assert len(stored("m")) == 85


@pytest.mark.parametrize("precision", ["ns", "s", "h"])
def test_no_line_without_a_time_replaces_another(iql, database, stored, tmp_path, precision):
    files = [tmp_path / name for name in ("one.lp", "two.lp")]
    for number, path in enumerate(files):
        first = number * 500
        path.write_bytes(b"# a comment\n" + b"".join(b"m f=%d\n" % (first + n) for n in range(500)))
    before = time.time_ns()
    done = iql("import", *map(str, files), "--batch", "7", "--precision", precision, *database)
    assert done.err.splitlines()[0] == "read 1000 = written 1000 + rejected 0"
    rows = [line.split() for line in stored("m")]
    assert [row[1] for row in rows] == [f"f={n}.0" for n in range(1000)]
    assert before <= int(rows[0][2])
    assert int(rows[-1][2]) <= time.time_ns()


def test_lines_with_a_time_keep_it_beside_lines_without(iql, database, stored):
    lines = b"m,a=1 f=1 5\nm,a=2 f=2\nm,a=3 f=x 6\nm,a=4 f=x\nm,a=5 f=5 -7\nm,a=6 f=6 " + b"9" * 19
    done = iql(
        "import", "-", "--precision", "m", "--rejects", "/dev/null", *database, stdin=lines + b"\n"
    )
    assert done.err.splitlines()[0] == "read 6 = written 3 + rejected 3"
    first, second, third = stored("m")
    assert first == "m,a=1 f=1.0 300000000000"
    assert second.startswith("m,a=2 f=2.0 1")
    assert third == "m,a=5 f=5.0 -420000000000"


def test_a_line_without_a_time_has_the_same_one_after_an_interruption(
    iql, database, stored, tmp_path, monkeypatch
):
    paths = [tmp_path / name for name in ("one.lp", "two.lp")]
    for path in paths:
        path.write_bytes(b"m f=1\nm f=2\nm f=3\n")
    options = ["--resume", str(tmp_path / "p"), "--batch", "1", "--parallel", "1", *database]
    send = BodySender.send

    async def interrupted(sender, timed):
        sent = await send(sender, timed)  # stored, but not recorded
        if (sender.file, timed.body.place.line) == (str(paths[1]), 2):
            raise KeyboardInterrupt
        return sent

    with monkeypatch.context() as patch:
        patch.setattr(BodySender, "send", interrupted)
        assert iql("import", *map(str, paths), *options).code == ExitCode.INTERRUPTED
    before = stored("m")
    done = iql("import", *map(str, paths), *options)
    assert done.err.splitlines()[0] == "read 6 = written 6 + rejected 0"
    assert len(before) == 5
    assert stored("m")[:5] == before
    assert len(stored("m")) == 6


def test_precision_is_that_of_the_file(iql, database, stored):
    iql("import", "-", "--precision", "s", *database, stdin=b"m f=1 5\n")
    assert stored("m") == ["m f=1.0 5000000000"]


def test_rejects_may_be_thrown_away(iql, database):
    done = iql("import", "-", "--rejects", "/dev/null", *database, stdin=b"m f=x 1\n")
    assert (done.code, done.err.splitlines()[0]) == (
        ExitCode.FAILED,
        "read 1 = written 0 + rejected 1",
    )


def test_a_dump_names_its_databases(iql, server, db, tmp_path):
    dump = (
        b"# INFLUXDB EXPORT: 1677-09-21T00:12:43Z - 2262-04-11T23:47:16Z\n"
        b"# DDL\nCREATE DATABASE one WITH NAME autogen\nCREATE DATABASE two\n"
        b"# DML\n# CONTEXT-DATABASE:one\n# CONTEXT-RETENTION-POLICY:autogen\n"
        b"m f=1 1\n"
        b"# CONTEXT-DATABASE:two\nm f=2 2\nm f=x 3\n"
    )
    for name in (b"one", b"two"):
        dump = dump.replace(name, name + db.encode())
    url = server[:2]
    rejects = tmp_path / "r"
    done = iql("import", "-", "--rejects", str(rejects), *url, stdin=dump)
    assert "read 3 = written 2 + rejected 1" in done.err
    for name, value in (("one", "1.0 1"), ("two", "2.0 2")):
        found = iql("query", "SELECT f FROM m", "-f", "lp", *url, "--db", name + db).out
        assert found == f"m f={value}\n"
    assert f"# CONTEXT-DATABASE: two{db}" in rejects.read_text()


def test_a_database_that_is_not_there_ends_the_import(iql, server):
    done = iql("import", "-", *server, stdin=b"m f=1 1\n")
    assert done.code == ExitCode.FAILED
    assert "database not found" in done.err
    assert "read 0 = written 0 + rejected 0" in done.err


def test_an_api_that_is_not_there_ends_the_import(iql, database, tmp_path):
    path = tmp_path / "p.lp"
    path.write_bytes(b"m f=1 1\nm f=2 2\n")
    done = iql("import", str(path), "--api", "v3", *database)
    assert done.code == ExitCode.FAILED
    assert "read 0 = written 0 + rejected 0" in done.err
    assert "404" in done.err
    assert not path.with_name("p.lp.rejects").exists()


def test_an_import_continues_where_it_was(iql, database, stored, tmp_path, monkeypatch):
    path, progress = tmp_path / "p.lp", tmp_path / "progress"
    path.write_bytes(b"m f=1 1\nm f=x 2\nm f=3 3\nm f=y 4\nm f=5 5\n")
    options = ["--resume", str(progress), "--batch", "2", "--parallel", "1", *database]
    send = BodySender.send

    async def interrupted(sender, timed):
        if timed.body.place.line == 3:
            raise KeyboardInterrupt
        return await send(sender, timed)

    with monkeypatch.context() as patch:
        patch.setattr(BodySender, "send", interrupted)
        done = iql("import", str(path), *options)
    assert done.code == ExitCode.INTERRUPTED
    assert stored("m") == ["m f=1.0 1"]
    done = iql("import", str(path), *options)
    assert (done.code, done.err.splitlines()[0]) == (
        ExitCode.FAILED,
        "read 5 = written 3 + rejected 2",
    )
    rejects = (tmp_path / "p.lp.rejects").read_text()
    assert [line for line in rejects.splitlines() if line[0] != "#"] == ["m f=x 2", "m f=y 4"]
    assert stored("m") == ["m f=1.0 1", "m f=3.0 3", "m f=5.0 5"]
    again = iql("import", str(path), *options)
    assert again.err.splitlines()[0] == "read 5 = written 3 + rejected 2"


def test_a_slow_request_does_not_keep_others_from_being_sent(
    iql, database, stored, tmp_path, monkeypatch
):
    path = tmp_path / "p.lp"
    path.write_bytes(b"".join(b"m f=%d %d\n" % (n, n) for n in range(20)))
    send, first_is_late = BodySender.send, asyncio.Event()
    running: set[int] = set()
    most = begun = 0

    async def slow(sender, timed):
        nonlocal most, begun
        line = timed.body.place.line
        running.add(line)
        begun, most = begun + 1, max(most, len(running))
        if line == 1:
            await first_is_late.wait()
        if begun == 6:
            first_is_late.set()
        sent = await send(sender, timed)
        running.remove(line)
        return sent

    monkeypatch.setattr(BodySender, "send", slow)
    done = iql("import", str(path), "--batch", "1", "--parallel", "3", *database)
    assert (done.code, done.err) == (ExitCode.OK, "read 20 = written 20 + rejected 0\n")
    assert most == 3
    assert len(stored("m")) == 20


@pytest.mark.parametrize("blocked", ["", "speedups"])
def test_the_last_line_of_a_point_stays_whichever_request_is_slow(
    iql, database, stored, tmp_path, monkeypatch, blocked
):
    monkeypatch.setenv("INFLUX_BLOCK_PLUGINS", blocked)
    source = random.Random(5)
    lines = [(source.randrange(3), source.randrange(4), n) for n in range(150)]
    path = tmp_path / "p.lp"
    path.write_text("".join(f"m,h={h} f={n} {time}\n" for h, time, n in lines))
    send = BodySender.send
    running = most = 0

    async def slow(sender, timed):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(source.random() / 500)
        sent = await send(sender, timed)
        running -= 1
        return sent

    monkeypatch.setattr(BodySender, "send", slow)
    done = iql("import", str(path), "--batch", "1", *database)
    assert (done.code, done.err) == (ExitCode.OK, "read 150 = written 150 + rejected 0\n")
    last = {(h, time): n for h, time, n in lines}
    assert stored("m") == [f"m,h={h} f={n}.0 {time}" for (h, time), n in sorted(last.items())]
    assert most == 4


def test_the_progress_of_another_import_is_refused(iql, database, tmp_path):
    progress = tmp_path / "progress"
    (tmp_path / "a.lp").write_bytes(b"m f=1 1\n")
    iql("import", str(tmp_path / "a.lp"), "--resume", str(progress), *database)
    done = iql("import", "-", "--resume", str(progress), *database)
    assert done.code == ExitCode.USAGE
    assert "is the progress of another import" in done.err


def test_a_dry_run_prints_what_is_wrong_and_sends_nothing(iql, database, stored, tmp_path):
    path = tmp_path / "points.lp"
    path.write_bytes(BAD)
    done = iql("import", "--dry-run", str(path), *database)
    assert done.code == ExitCode.FAILED
    assert done.out.startswith(f"{path}:2:")
    assert stored() == []


@pytest.mark.parametrize("name", ["p.lp", "p.lp.gz"])
@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (b"m f=1 1\nm", "is shorter than it was"),
        (b"mm f=1 1\nm f=2 2\nm f=3 3\n", "is not what it was: no line ends at byte 16"),
    ],
)
def test_a_file_that_was_cut_or_edited_is_not_resumed(iql, database, tmp_path, name, after, reason):
    path, state = tmp_path / name, tmp_path / "progress"
    path.write_bytes(gzip.compress(after) if name.endswith(".gz") else after)
    place = {"offset": 16, "line": 3}
    begun = {"files": [str(path)], "now": 0, "place": place, "written": 2, "rejects": ""}
    state.write_text(json.dumps(begun))
    done = iql("import", str(path), "--resume", str(state), *database)
    assert done.code == ExitCode.USAGE
    assert f"{path} {reason}" in done.err


def test_a_byte_order_mark_is_no_part_of_the_first_line(iql, database, stored, tmp_path):
    path = tmp_path / "marked.lp"
    path.write_bytes(b"\xef\xbb\xbfm f=1 1\r\nm f=2 2\r\n")
    assert iql("import", str(path), *database).code == ExitCode.OK
    assert stored("m") == ["m f=1.0 1", "m f=2.0 2"]


def test_a_comment_after_a_byte_order_mark_is_obeyed(iql, server, db, tmp_path):
    path = tmp_path / "marked.lp"
    path.write_bytes(b"\xef\xbb\xbf" + f"# DDL\nCREATE DATABASE {db}\n# DML\nm f=1 1\n".encode())
    assert iql("import", str(path), *server).code == ExitCode.OK
    done = iql("query", "SELECT * FROM m", "-f", "lp", *server)
    assert done.out.splitlines() == ["m f=1.0 1"]


def test_a_check_leaves_out_a_byte_order_mark(iql, tmp_path):
    path = tmp_path / "marked.lp"
    path.write_bytes(b"\xef\xbb\xbf# a comment\nm f=1 1\n")
    done = iql("import", str(path), "--dry-run")
    assert (done.code, done.out) == (ExitCode.OK, "")
