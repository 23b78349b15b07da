"""The shell: queries and its own commands, piped in, and typed in a real terminal."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from influx_shell._cli.exit_codes import ExitCode


def test_piped_queries_run_one_after_another(iql, filled):
    done = iql("shell", *filled, stdin="SELECT load FROM cpu\n\\format csv\nSELECT n FROM cpu\n")
    assert done.code == ExitCode.OK
    assert "2020-09-13T12:26:40Z   0.5" in done.out
    assert done.out.endswith("_measurement,time,n\ncpu,2020-09-13T12:26:40Z,3\n")


def test_a_wrong_query_is_not_sent_and_shows_the_place(iql, filled):
    done = iql("shell", *filled, stdin="SELECT * FRM cpu\nSELECT n FROM cpu\n")
    lines = done.err.splitlines()
    assert lines[0] == "found FRM, expected FROM at line 1, char 10"
    assert lines[2].index("^") == lines[1].index("FRM")
    assert "3" in done.out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("\\nope", "there is no command \\nope; there are \\use"),
        ("\\format xml", "'xml' is not one of table, csv"),
        ("\\watch", "there is no last query"),
        ("\\use", "the command needs the name of a database"),
        ("\\language x", "'x' is not one of influxql, sql, flux, auto"),
    ],
)
def test_a_wrong_command_says_what_there_is(iql, filled, typed, said):
    assert said in iql("shell", *filled, stdin=f"{typed}\n").err


def test_commands_work_on_the_last_query(iql, filled, tmp_path):
    path = tmp_path / "n.jsonl"
    typed = f"select n from cpu\n\\copy {path}\n\\fmt\n\\schema cpu\n\\q\nSELECT load FROM cpu\n"
    done = iql("shell", *filled, stdin=typed)
    assert path.read_text() == '{"_measurement": "cpu", "time": "2020-09-13T12:26:40Z", "n": 3}\n'
    assert "SELECT n\nFROM cpu\n" in done.out
    assert "  host  tag\n" in done.out
    assert "0.5" not in done.out


def test_another_database_is_used(iql, filled, db):
    done = iql(
        "shell",
        *filled[:2],
        stdin=f"\\use {db}\nSELECT n FROM cpu\n\\use nope\nSELECT n FROM cpu\n",
    )
    assert "3" in done.out
    assert "database not found" in done.err


@pytest.fixture
def terminal(tmp_path) -> Iterator[Callable[..., str]]:
    """A terminal of tmux: types keys, and waits until the screen shows a text."""
    tmux = shutil.which("tmux")
    if tmux is None:
        pytest.skip("tmux is not installed")
    socket = ["-S", str(tmp_path / "tmux")]

    def screen() -> str:
        command = [tmux, *socket, "capture-pane", "-p", "-t", "iql"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def use(*keys: str, start: list[str] | None = None, until: str) -> str:
        if start is not None:
            line = shlex.join(start)
            size = ["-x", "120", "-y", "40"]
            subprocess.run(
                [tmux, *socket, "new-session", "-d", "-s", "iql", *size, line], check=True
            )
        for key in keys:
            subprocess.run([tmux, *socket, "send-keys", "-t", "iql", key], check=True)
        for _ in range(2_000):
            if until in screen():
                return screen()
            time.sleep(0.05)
        raise AssertionError(f"{until!r} did not appear:\n{screen()}")

    yield use
    subprocess.run([tmux, *socket, "kill-server"], check=False, capture_output=True)


@pytest.mark.slow
def test_it_completes_names_and_runs_queries_in_a_real_terminal(terminal, iql, filled, tmp_path):
    program = ["env", f"IQL_HISTORY={tmp_path / 'history'}", "PYTHONUNBUFFERED=1"]
    program += [sys.executable, "-m", "influx_shell", "shell", *filled]
    terminal(start=program, until=f"{filled[3]}>")
    terminal("SELECT load FROM c", until="measurement")
    terminal("Tab", " WHERE host = '", until="value")
    terminal("Tab", until="'a'")
    terminal("Enter", until="0.5")
    terminal("SELECT mean(load", "Enter", until="...>")
    terminal(") FROM cpu", "Enter", until="1.25")
    terminal("\\watch 1", "Enter", until="every 1 s")
    terminal("C-c", "SELECT * FRM x", "Enter", until="found FRM")
    terminal("SET PASSWORD FOR nobody = 's3cret'", "Enter", until="user not found")
    terminal("\\help", "Enter", until="leave; Ctrl-D too")
    history = (tmp_path / "history").read_text()
    assert "SELECT load FROM cpu WHERE host = 'a'" in history
    assert "s3cret" not in history


@pytest.fixture
def crowded(iql, server, db) -> list[str]:
    """The options that name a server with 10,000 series, and a hundred measurements."""
    iql("query", f"CREATE DATABASE {db}", *server)
    lines = [f"cpu{n % 100},host=web-{n:05d} f=1 1" for n in range(10_000)]
    lines += [f"hosts,host=web-{n:05d} f=1 1" for n in range(10_000)]
    assert iql("write", *server, stdin="\n".join(lines)).code == ExitCode.OK
    return server


@pytest.mark.slow
def test_names_of_ten_thousand_series_are_completed_in_a_real_terminal(terminal, crowded, tmp_path):
    program = ["env", f"IQL_HISTORY={tmp_path / 'history'}", "PYTHONUNBUFFERED=1"]
    program += [sys.executable, "-m", "influx_shell", "shell", *crowded]
    terminal(start=program, until=f"{crowded[3]}>")
    terminal("SELECT f FROM cpu9", until="cpu91")
    terminal("C-u", "SELECT f FROM ho", until="measurement")
    terminal("Tab", " WHERE ho", until="tag")
    terminal("Tab", " = 'web-0999", until="web-09999")
    terminal("5", "Tab", until="'web-09995'")
    terminal("Enter", until="1970-01-01T00:00:00.000000001Z  1")


@pytest.mark.slow
def test_a_long_result_goes_to_the_pager_in_a_real_terminal(terminal, crowded, tmp_path):
    if shutil.which("less") is None:
        pytest.skip("less is not installed")
    program = ["env", "-u", "PAGER", "-u", "LESS", f"IQL_HISTORY={tmp_path / 'history'}"]
    program += [sys.executable, "-m", "influx_shell", "shell", *crowded]
    terminal(start=program, until=f"{crowded[3]}>")
    terminal("SELECT f, host FROM hosts LIMIT 60", "Enter", until="\n:")
    terminal("G", until="(END)")
    terminal("q", "\\pager off", "Enter", until="long results: no pager")
    terminal("SELECT f, host FROM hosts LIMIT 60", "Enter", until=f"\n{crowded[3]}>")
    terminal("\\copy " + str(tmp_path / "all.csv"), "Enter", until="written: ")
    terminal("SELECT f FROM cpu1 LIMIT 1", "Enter", "\\watch 1", "Enter", until="every 1 s")
    terminal("C-c", "\\q", "Enter", until="")
    assert len((tmp_path / "all.csv").read_text().splitlines()) == 61
