from __future__ import annotations

import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from influx_testing.__main__ import main

pytestmark = pytest.mark.slow


def test_a_process_says_where_it_listens_and_saves_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "in.lp").write_bytes(b"m v=1 1\n")
    arguments = ["--port", "0", "--data", tmp_path / "in.lp", "--save", tmp_path / "out.lp"]
    command = [sys.executable, "-m", "influx_testing", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        url = line.split()[-1]
        text = urllib.parse.quote("SELECT v FROM m")
        with urllib.request.urlopen(f"{url}/query?db=data&epoch=ns&q={text}") as response:
            assert b"[[1,1]]" in response.read()
        process.terminate()
        assert process.wait(120) == 0
    assert b"m v=1.0 1\n" in (tmp_path / "out.lp").read_bytes()


def test_a_setting_nobody_knows_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--config", "nosuch=1"]) == 1
    assert capsys.readouterr().err.startswith("influx_testing: no setting 'nosuch'; known: ")


def test_what_was_saved_before_stays_if_saving_fails(tmp_path: Path) -> None:
    saved = tmp_path / "out.lp"
    saved.write_bytes(b"old")
    command = [sys.executable, "-m", "influx_testing", "--port", "0", "--save", saved]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        unfinished = tmp_path / "out.lp.unfinished"
        unfinished.unlink()
        unfinished.mkdir()
        process.terminate()
        _, said = process.communicate(timeout=120)
        assert process.returncode == 1
    assert "out.lp could not be saved" in said
    assert "Traceback" not in said
    assert saved.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "99999"], "'99999' is not a port from 0 to 65535"),
        (["--udp", "-1"], "'-1' is not a port from 0 to 65535"),
        (["--continuous-queries", "soon"], "'soon' is not a number of seconds"),
    ],
)
def test_a_number_out_of_range_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments, "iql fake")
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.startswith("usage: iql fake ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tls-cert", "nosuch.pem"], "No such file"),
        (["--auth", "token"], "the flavor 1.6 takes a name and a password, not a token"),
        (["--save", "nosuch/out.lp"], "No such file"),
        (["--unix", "x.sock", "--tls"], "a unix socket has no TLS"),
    ],
)
def test_an_option_that_cannot_work_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["--port", "0", *arguments]) == 1
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.count("\n") == 1


def test_a_line_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.lp").write_bytes(b"m v=1 1\r\nm v=\r\n")
    assert main(["--port", "0", "--data", str(tmp_path / "in.lp")]) == 1
    assert capsys.readouterr().err == "influx_testing: line 2, column 4: missing field value\n"


def test_databases_can_be_named_without_data() -> None:
    with running("--port", "0", "--database", "one", "--database", "two") as process:
        response = urllib.request.urlopen(f"{listening(process)}/query?q=SHOW+DATABASES")
        with response:
            assert b'[["one"],["two"]]' in response.read()


def test_https_is_served_with_a_certificate_of_its_own() -> None:
    pytest.importorskip("trustme", reason="trustme is not installed (influx-testing[tls])")
    with running("--port", "0", "--tls") as process:
        url = listening(process)
        assert url.startswith("https://")
        assert process.stdout is not None
        context = ssl.create_default_context(cafile=process.stdout.readline().split()[-1])
        with urllib.request.urlopen(f"{url}/ping", context=context) as response:
            assert response.status == 204


@pytest.mark.parametrize("interval", [(), ("--continuous-queries", "0.05")], ids=["default", "set"])
def test_continuous_queries_run_as_on_a_real_server(
    tmp_path: Path, interval: tuple[str, ...]
) -> None:
    now = time.time_ns()
    (tmp_path / "in.lp").write_text(
        "# DDL\nCREATE DATABASE d\n"
        "CREATE CONTINUOUS QUERY c ON d BEGIN SELECT count(v) INTO n FROM m GROUP BY time(1s) END\n"
        "# DML\n# CONTEXT-DATABASE: d\n"
        + "".join(f"m v=1 {now + second * 10**9}\n" for second in range(-5, 300))
    )
    arguments = ("--quiet", "--data", str(tmp_path / "in.lp"), *interval)
    with running("--port", "0", *arguments) as process:
        url = f"{listening(process)}/query?db=d&q=SELECT+*+FROM+n"
        for _ in range(2_000):
            with urllib.request.urlopen(url) as response:
                if b'"count"' in (body := response.read()):
                    break
            time.sleep(0.05)
        assert b'"count"' in body


@pytest.mark.parametrize("interval", ["-1", "often", "inf", "nan"])
def test_an_interval_that_is_none_is_refused(interval: str) -> None:
    with running("--continuous-queries", interval) as process:
        _, told = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "--continuous-queries" in told


@contextmanager
def running(*arguments: str, errors: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "influx_testing", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.communicate(timeout=120)  # reads on: a full pipe would hold the process up
            except subprocess.TimeoutExpired:
                process.kill()


def listening(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().split()[-1]


def test_credentials_are_asked_for_and_each_request_is_a_line_without_them() -> None:
    with running("--port", "0", "--auth", "me:hush") as process:
        url = f"{listening(process)}/query?u=me&p=hush&q="
        with urllib.request.urlopen(f"{url}SHOW+DATABASES") as response:
            assert response.status == 200
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(url.replace("hush", "wrong") + "SHOW+DATABASES")
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(2)]
    assert [line.rpartition(" ")[2] for line in lines] == ["200\n", "401\n"]
    assert lines[0].startswith("GET /query?u=[REDACTED]&p=[REDACTED]&q=SHOW+DATABASES")


async def test_it_listens_on_a_unix_socket_and_fails_by_chance(tmp_path: Path) -> None:
    path = tmp_path / "s"
    arguments = "--unix", str(path), "--chaos", "1", "--quiet"
    with running(*arguments, errors=subprocess.DEVNULL) as process:
        assert listening(process).startswith("http+unix://")
        outcomes = set()
        for _ in range(40):
            async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session:
                with suppress(aiohttp.ClientError):
                    async with session.post("http://fake/query", params={"q": "x"}) as response:
                        outcomes.add(response.status)
    assert outcomes == {400, 500}  # this seed has no 503 among the first


@pytest.mark.parametrize(("flavor", "auth"), [("1.6", "a-token"), ("2.x", "name:password")])
def test_credentials_that_a_flavor_does_not_know_are_one_clear_line(
    flavor: str, auth: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", "0", "--flavor", flavor, "--auth", auth]) == 1
    assert f"the flavor {flavor} takes a" in capsys.readouterr().err
