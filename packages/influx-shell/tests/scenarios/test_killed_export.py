"""An export that is killed at random moments leaves no file that looks complete.

`INFLUX_SHELL_KILLS` is the number of kills.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest
from influx_shell_kills import KILLS, Kills

from influx_shell._cli.exit_codes import ExitCode

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
    kills = Kills([*command, "-o", str(path)])
    kills.undisturbed(ExitCode.OK)
    path.rename(whole)
    expected = content(whole)
    complete = 0
    while kills.wanted():
        kills.disturb(ExitCode.OK)
        if path.exists():
            complete += 1
            assert content(path) == expected
            path.rename(tmp_path / f"whole{complete}")
    kills.undisturbed(ExitCode.OK)
    assert content(path) == expected
    assert [each.name for each in folder.iterdir()] == [name]
