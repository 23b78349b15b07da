"""InfluxQL and the HTTP API of the real server's own cases, replayed against the fake of 3.x."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[5] / "shared"
CORPUS = SHARED / "corpus" / "v3"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the cases of 3.x (../shared) are not beside this checkout"
)

CUTOFF = "was recorded where metadata begin in 1990, and not 24 hours ago"
DIFFER = {
    "iox/influxql_metadata.influxql/38": CUTOFF,
    "iox/influxql_metadata.influxql/51": CUTOFF,
    "iox/influxql_metadata.influxql/82": "has the columns of 2023; 3.10 has others",
    "iox/issue_6112.influxql/41": "expects infinity, which JSON has not: the server writes null",
}
"""The cases that the fake does not agree with, and why."""


def replay(tmp_path: Path) -> tuple[list[Any], str]:
    """Replay the cases of InfluxQL and of the API; returns those that differ, and the score."""
    cases = tmp_path / "cases.jsonl"
    lines = (CORPUS / "cases.jsonl").read_text().splitlines()
    cases.write_text("\n".join(line for line in lines if json.loads(line)["language"] != "sql"))
    differing = tmp_path / "differing.json"
    server = [sys.executable, "-m", "influx_testing", "--flavor", "3.x", "--port", "0", "--quiet"]
    done = subprocess.run(
        [
            *[sys.executable, SHARED / "tools" / "run_v3.py", cases, "--quiet"],
            *["--setups", CORPUS / "setups.jsonl", "--serve", shlex.join(server)],
            *["--fail-out", differing],
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert differing.exists(), done.stderr
    return json.loads(differing.read_text()), done.stdout


@pytest.mark.slow
def test_the_cases_of_influxql_agree_but_for_those_with_a_reason(tmp_path: Path) -> None:
    differing, score = replay(tmp_path)
    assert "core: 27/27 agree" in score
    assert {case["id"] for case in differing} == DIFFER.keys(), differing
