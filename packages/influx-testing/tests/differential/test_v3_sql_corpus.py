"""SQL of the real server's own cases, replayed against the fake of 3.x behind its socket."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from influx_testing import FakeInfluxDB, serve

SHARED = Path(__file__).parents[5] / "shared"
CORPUS = SHARED / "corpus" / "v3"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the cases of 3.x (../shared) are not beside this checkout"
)

OLD_DATAFUSION = "lists what DataFusion had in 2023: fewer views, and no system.tables"
RETENTION = "its table has a retention period that the writes of the case do not say"
DIFFER = {
    "iox/new_sql_system_tables.sql/1": OLD_DATAFUSION,
    "iox/retention.sql/1": RETENTION,
    "iox/retention.sql/3": RETENTION,
    "iox/sql_information_schema.sql/1": OLD_DATAFUSION,
    "iox/sql_information_schema.sql/3": OLD_DATAFUSION,
}
"""The cases that the fake does not agree with, and why."""


def replay(tmp_path: Path) -> tuple[list[Any], str]:
    """Replay the cases of SQL; returns those that differ, and the score."""
    cases = tmp_path / "cases.jsonl"
    lines = (CORPUS / "cases.jsonl").read_text().splitlines()
    cases.write_text("\n".join(line for line in lines if json.loads(line)["language"] == "sql"))
    differing = tmp_path / "differing.json"
    with serve(fake=FakeInfluxDB("3.x")) as served:
        done = subprocess.run(
            [
                *[sys.executable, SHARED / "tools" / "run_v3.py", cases, "--skip-core", "--quiet"],
                *["--setups", CORPUS / "setups.jsonl", "--url", served.url],
                *["--fail-out", differing],
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    assert differing.exists(), done.stderr
    return json.loads(differing.read_text()), done.stdout


@pytest.mark.slow
def test_the_cases_of_sql_agree_but_for_those_with_a_reason(tmp_path: Path) -> None:
    pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[sql])")
    differing, score = replay(tmp_path)
    assert "sql: " in score
    assert {case["id"] for case in differing} - DIFFER.keys() == set(), differing
