"""An import that is killed at random moments ends as if nothing had happened.

`INFLUX_SHELL_KILLS` is the number of kills.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from influx_shell._cli.exit_codes import ExitCode

LINES = 60_000
KILLS = int(os.environ.get("INFLUX_SHELL_KILLS", "4"))


def line(number: int) -> str:
    value = "oops" if number % 5_000 == 7 else f"{number}i"
    return f"m,host=h{number % 10} n={value} {number}\n"


@pytest.mark.slow
def test_killed_imports_lose_nothing_and_reject_each_line_once(iql, server, db, tmp_path):
    assert iql("query", f"CREATE DATABASE {db}", *server).code == ExitCode.OK
    path, rejects = tmp_path / "points.lp", tmp_path / "rejects"
    path.write_text("".join(map(line, range(LINES))))
    command = [sys.executable, "-m", "influx_shell", "import", str(path), *server]
    command += ["--batch", "500", "--rejects", str(rejects), "--resume", str(tmp_path / "state")]
    draw = random.Random(os.urandom(8))
    kills = 0
    while kills < KILLS:
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as program:
            try:
                program.communicate(timeout=draw.uniform(0.5, 2.0))
                break  # it was done before all kills
            except subprocess.TimeoutExpired:
                program.kill()
                kills += 1
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    bad = [number for number in range(LINES) if number % 5_000 == 7]
    assert done.returncode == ExitCode.FAILED
    assert f"read {LINES} = written {LINES - len(bad)} + rejected {len(bad)}" in done.stderr
    kept = [each for each in rejects.read_text().splitlines(True) if not each.startswith("#")]
    assert kept == list(map(line, bad))
    found = iql("query", "SELECT count(n), sum(n) FROM m", *server).out.splitlines()[1]
    assert found.endswith(f",{LINES - len(bad)},{sum(range(LINES)) - sum(bad)}")
    assert kills > 0
