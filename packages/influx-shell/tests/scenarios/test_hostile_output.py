"""Full disks, devices, readers that leave, faults, and text that would command a terminal."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.program import execute
from influx_shell._cli.terminal import Terminal

FULL = Path("/dev/full")
needs_full_disk = pytest.mark.skipif(
    not FULL.exists() or not stat.S_ISCHR(FULL.stat().st_mode), reason="there is no /dev/full"
)


class Screen(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@needs_full_disk
def test_a_full_disk_is_a_failure_and_not_a_fault():
    program = [sys.executable, "-m", "influx_shell", "--help"]
    with FULL.open("wb") as full:
        run = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (run.returncode, run.stderr) == (
        ExitCode.FAILED,
        "iql: the output cannot be written: No space left on device\n",
    )


@needs_full_disk
def test_a_device_is_written_and_not_replaced(iql, filled):
    done = iql("query", "SELECT * FROM cpu", "-o", str(FULL), *filled)
    assert done.code == ExitCode.FAILED
    assert stat.S_ISCHR(FULL.stat().st_mode)


def test_a_pipe_with_a_name_is_written(iql, filled, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with subprocess.Popen(["cat", str(path)], stdout=subprocess.PIPE) as reader:
        done = iql("query", "SELECT n FROM cpu", "-o", str(path), *filled)
        read = reader.communicate(timeout=120)[0]
    assert (done.code, read.splitlines()[0]) == (ExitCode.OK, b"_measurement,time,n")


def test_a_fault_is_exit_code_70_and_shows_its_place_if_asked(iql, monkeypatch):
    def broken(*arguments: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("influx_shell._commands.ping_command._ping", broken)
    done = iql("ping", "--url", "http://127.0.0.1:9")
    assert (done.code, done.out) == (ExitCode.FAULT, "")
    assert "Traceback" not in done.err
    assert "test_hostile_output" in iql("ping", env={"IQL_TRACEBACK": "1"}).err


@pytest.mark.parametrize("name", ["table", "csv", "json", "jsonl", "lp"])
def test_no_format_lets_data_command_a_terminal(iql, filled, name):
    evil = "\x1b[2J\x9b31m\x07\r"
    iql("write", f'evil s="{evil}" 1', *filled)
    screen = Screen()
    terminal = Terminal(StringIO(), screen, Screen(), {})
    query = ["query", "SELECT s FROM evil", "-f", name, *filled]
    assert execute(query, terminal) == ExitCode.OK
    assert not set("\x1b\x9b\x07\r") & set(screen.getvalue())
    assert evil in iql(*query).out or name in {"table", "json", "jsonl"}  # pipes get the data


def test_messages_cannot_command_a_terminal(iql):
    done = iql("query", "x", "--profile", "\x1b]0;owned\x07")
    assert not set("\x1b\x07") & set(done.err)
