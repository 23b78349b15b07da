"""An import that is killed at random moments ends as if nothing had happened.

`INFLUX_SHELL_KILLS` is the number of kills.
"""

from __future__ import annotations

import sys

import pytest
from influx_shell_kills import Kills

from influx_shell._cli.exit_codes import ExitCode

LINES = 60_000


def line(number: int) -> str:
    value = "oops" if number % 5_000 == 7 else f"{number}i"
    return f"m,host=h{number % 10} n={value} {number}\n"


@pytest.mark.slow
def test_killed_imports_lose_nothing_and_reject_each_line_once(iql, server, db, tmp_path):
    path, rejects, state = (tmp_path / name for name in ("points.lp", "rejects", "state"))
    path.write_text("".join(map(line, range(LINES))))
    bad = [number for number in range(LINES) if number % 5_000 == 7]
    command = [sys.executable, "-m", "influx_shell", "import", str(path), *server]
    command += ["--batch", "500", "--rejects", str(rejects), "--resume", str(state)]

    def begin_anew() -> None:
        assert iql("query", f"DROP DATABASE {db}", *server).code == ExitCode.OK
        assert iql("query", f"CREATE DATABASE {db}", *server).code == ExitCode.OK
        for file in (rejects, state):
            file.unlink(missing_ok=True)

    def assert_whole(told: str) -> None:
        assert f"read {LINES} = written {LINES - len(bad)} + rejected {len(bad)}" in told
        kept = [each for each in rejects.read_text().splitlines(True) if not each.startswith("#")]
        assert kept == list(map(line, bad))
        found = iql("query", "SELECT count(n), sum(n) FROM m", *server).out.splitlines()[1]
        assert found.endswith(f",{LINES - len(bad)},{sum(range(LINES)) - sum(bad)}")

    begin_anew()
    kills = Kills(command)
    assert_whole(kills.undisturbed(ExitCode.FAILED))
    begin_anew()
    while kills.wanted():
        if not kills.disturb(ExitCode.FAILED):
            assert_whole(kills.told)
            begin_anew()
    assert_whole(kills.undisturbed(ExitCode.FAILED))
