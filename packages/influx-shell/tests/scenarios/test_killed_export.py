"""An export that is killed at random moments leaves no file that looks complete.

`INFLUX_SHELL_KILLS` is the number of kills.
"""

from __future__ import annotations

import gzip
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from influx_shell._cli.exit_codes import ExitCode

KILLS = int(os.environ.get("INFLUX_SHELL_KILLS", "4"))
POINTS = 1_000 * KILLS
STEP = 600


def content(path: Path) -> object:
    """All that was exported."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.is_file():
        return path.read_bytes()
    parquet = pytest.importorskip("pyarrow.parquet")
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return [(str(file.relative_to(path)), parquet.read_table(file).to_pylist()) for file in files]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["all.lp.gz", "all.csv", "all.jsonl", "all.parquet"])
def test_killed_exports_leave_nothing_or_all(iql, server, db, tmp_path, name):
    if name == "all.parquet":
        pytest.importorskip("pyarrow")
    assert iql("query", f"CREATE DATABASE {db}", *server).code == ExitCode.OK
    lines = "\n".join(f"m{n % 3},host=h{n % 10} n={n}i,f={n / 7} {n * STEP}" for n in range(POINTS))
    assert iql("write", "--precision", "s", *server, stdin=lines).code == ExitCode.OK
    folder = tmp_path / "exports"
    folder.mkdir()
    path, whole = folder / name, tmp_path / name
    format_name = name.removesuffix(".gz").rpartition(".")[2]
    command = [sys.executable, "-m", "influx_shell", "export", "-f", format_name, *server]
    begun = time.monotonic()
    subprocess.run([*command, "-o", str(whole)], check=True, stderr=subprocess.DEVNULL)
    longest = time.monotonic() - begun
    expected = content(whole)
    draw = random.Random(os.urandom(8))
    kills = complete = 0
    while kills < KILLS and complete < KILLS:
        with subprocess.Popen([*command, "-o", str(path)], stderr=subprocess.DEVNULL) as program:
            time.sleep(draw.uniform(0.3, 1.0) * longest)
            program.kill()
        kills += program.returncode != 0
        if path.exists():
            complete += 1
            assert content(path) == expected
            path.unlink() if path.is_file() else path.rename(tmp_path / f"whole{complete}")
    done = subprocess.run([*command, "-o", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.OK, done.stderr
    assert content(path) == expected
    assert [each.name for each in folder.iterdir()] == [name]
    assert kills > 0
