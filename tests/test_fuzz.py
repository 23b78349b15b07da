"""Each target of the fuzzing program runs; `.ci/nightly` runs them for minutes."""

from __future__ import annotations

import random
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from fuzz import TARGETS, fuzz

PROGRAM = Path(__file__).with_name("fuzz.py")


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_takes_one_input(target: str):
    skip_without_speedups(target)
    assert fuzz(import_module(f"fuzzing.{target}").check, 0, 7) == 1


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_a_target_finds_no_failure_in_a_second(target: str):
    skip_without_speedups(target)
    command = [sys.executable, str(PROGRAM), target, "1", "7"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    begin, end = run.stdout.splitlines()
    assert begin == f"{target}: 1 s from seed 7 on"
    assert end.endswith(" inputs, no failure")


def skip_without_speedups(target: str) -> None:
    if target == "codec":
        pytest.importorskip("_influx_speedups", reason="built without a compiler")


def test_a_failure_names_the_seed_that_makes_its_input_again():
    def check(source: random.Random) -> None:
        assert source.random() < 0.9

    with pytest.raises(RuntimeError, match=r"^the input of seed \d+ failed$") as caught:
        fuzz(check, 60, 1)
    seed = int(str(caught.value).split()[-2])
    with pytest.raises(RuntimeError, match=f"^the input of seed {seed} failed$"):
        fuzz(check, 0, seed)


def test_without_time_one_input_is_checked():
    assert fuzz(lambda source: None, 0, 1) == 1


def test_an_unknown_target_is_refused():
    run = subprocess.run([sys.executable, str(PROGRAM), "nothing", "1"], capture_output=True)
    assert run.returncode == 2
    assert b"codec|influxql" in run.stderr
