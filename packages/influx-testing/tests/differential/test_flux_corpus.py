"""Flux's and InfluxDB's own cases, replayed against the fake of 2.x."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from influx_testing import FakeInfluxDB, serve

SHARED = Path(__file__).parents[5] / "shared"
CORPUS = SHARED / "corpus" / "flux"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the cases of Flux (../shared) are not beside this checkout"
)

REFUSED = (
    "stdlib/contrib/",
    "stdlib/experimental/dynamic/",
    "stdlib/experimental/geo/",
    "stdlib/internal/",
    "stdlib/testing/promql/",
)
"""Where the cases of packages are that the fake may refuse."""

HEADER = (
    "the column result is called _result in the recorded header, where InfluxDB always writes "
    "result (and the cases of last do); the replay takes it for one more column of the tables"
)
EMPTY = (
    "the recorded result has the empty tables that filter drops, as its documentation says of "
    "onEmpty; the original comparison finds no difference between an empty table and none"
)
DIFFER = {
    "cmd/influxd/launcher/query_test.go:window empty first": HEADER,
    "cmd/influxd/launcher/query_test.go:window empty max": HEADER,
    "cmd/influxd/launcher/query_test.go:window empty min": HEADER,
    "stdlib/contrib/anaisdg/anomalydetection/mad_test.flux:mad": (
        "the rows of one time are recorded by field; here they have the order of the input, which "
        "Flux does not promise. All values agree"
    ),
    "stdlib/universe/drop_unused_test.flux:drop_unused": EMPTY,
    "stdlib/universe/filter_by_regex_function_test.flux:filter_by_regex_function": EMPTY,
    "stdlib/universe/holt_winters_panic_test.flux:holt_winters_panic": (
        "the recorded result has one row that has no columns, for a series too short to predict; "
        "the original comparison, by columns, finds no difference between that and no row"
    ),
    "stdlib/universe/join_use_previous_test.flux:join_use_previous_test": (
        "the query yields L and R too, which are not recorded; the replay compares all results"
    ),
    "stdlib/universe/task_per_line_test.flux:task_per_line": (
        "the recorded result has the tables of the variables supl and main too, which the query "
        "does not yield, and another _stop than its range"
    ),
    "stdlib/universe/yield_test.flux:yield": (
        "the query yields its last table under the names 2: 2nd row and 5, and as _result; it is "
        "recorded once, and the replay compares all results"
    ),
}
"""The cases that the fake does not agree with, and why."""


def differing(tmp_path: Path, *options: str) -> dict[str, str]:
    """Replay all cases; returns the reasons of those that differ, by name."""
    failures = tmp_path / "differing.json"
    fake = FakeInfluxDB("2.x")
    with serve(fake=fake) as server:
        command = [sys.executable, SHARED / "tools" / "run_flux.py", CORPUS / "cases.jsonl"]
        options = ("--url", server.url, "--fail-out", str(failures), "--quiet", *options)
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        fake.failures.clear()  # what is refused is in the result
    assert failures.exists(), done.stderr
    return {case["name"]: case["why"] for case in json.loads(failures.read_text())}


def unexplained(differences: dict[str, str]) -> dict[str, str]:
    """The differences outside of the packages that may be refused, without a known reason."""
    return {
        name: why
        for name, why in differences.items()
        if not name.startswith(REFUSED) and name not in DIFFER
    }


@pytest.mark.slow
def test_the_cases_agree_but_for_those_with_a_reason(tmp_path: Path) -> None:
    found = differing(tmp_path)
    assert unexplained(found) == {}
    assert found.keys() >= DIFFER.keys(), "a case agrees by now: remove it from the list"
    others = found.keys() - DIFFER.keys()
    refused = {found[name] for name in others if name.startswith(REFUSED)}
    assert all("not supported by the fake server" in why for why in refused), refused


@pytest.mark.slow
def test_the_cases_agree_where_their_data_is_stored_in_buckets(tmp_path: Path) -> None:
    assert unexplained(differing(tmp_path, "--storage")) == {}
