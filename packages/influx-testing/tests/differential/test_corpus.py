"""The recordings of the real server, replayed against the fake behind its socket."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from influx_testing import FakeInfluxDB, serve

SHARED = Path(__file__).parents[5] / "shared"

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the recordings (../shared) are not beside this checkout"
)


def replay(tool: str, corpus: str, tmp_path: Path, config: dict[str, Any] | None = None) -> Any:
    """Run a replay; returns what failed."""
    failures = tmp_path / "failures.json"
    settings = [f"--config={key}={json.dumps(value)}" for key, value in (config or {}).items()]
    with serve(fake=FakeInfluxDB(config=config)) as served:
        command = [sys.executable, SHARED / "tools" / tool, served.url, SHARED / "corpus" / corpus]
        options = ["--wipe", "--headers", "--quiet", f"--fail-out={failures}", *settings]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert failures.exists(), done.stderr
    return json.loads(failures.read_text())


@pytest.mark.slow
def test_recorded_queries_have_the_recorded_answers(tmp_path: Path) -> None:
    assert replay("run_queries.py", "server_queries.jsonl", tmp_path) == []


@pytest.mark.parametrize(
    "config",
    [
        {"coordinator.max-select-buckets": 5},
        {"http.auth-enabled": True},
        {"http.max-row-limit": 10},
        {"meta.retention-autocreate": False},
    ],
    ids=str,
)
def test_recorded_queries_under_a_setting_have_the_recorded_answers(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    assert replay("run_queries.py", "server_queries.jsonl", tmp_path, config) == []


@pytest.mark.slow
def test_recorded_writes_have_the_recorded_effects(tmp_path: Path) -> None:
    failed = [case["id"] for case in replay("run_writes.py", "server_writes.jsonl", tmp_path)]
    # The answer repeats the body, which the replay compresses; the recording's Python named Unix.
    names_unix = gzip.compress(b"", mtime=0)[9] == 3
    assert failed == ([] if names_unix else ["http/gzip body, no header"])
