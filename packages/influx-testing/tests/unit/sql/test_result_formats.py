"""Rows in the formats of 3.x, as the libraries of the real server write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (influx-testing[sql])")
pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[sql])")

from influx_testing._flavors.sql.result_formats import formatted  # noqa: E402
from influx_testing._flavors.sql.session import SQLSession  # noqa: E402

SECOND = 1_000_000_000


@pytest.fixture(scope="module")
def session() -> SQLSession:
    return SQLSession()


def shown(session: SQLSession, path: Path, format_: str, **columns: Any) -> str:
    return formatted(pa.table(columns), format_, session, path).decode()


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (pa.array([1.0, 1e16, 1e-7, 1e20, float("nan"), None]), "1.0 1e16 1e-7 1e20 NaN -"),
        (pa.array([True, False]), "true false"),
        (pa.array([2**63], pa.uint64()), "9223372036854775808"),
        (pa.array([0, 3_605_758_377, -SECOND], pa.duration("ns")), "P0D PT3.605758377S -PT1S"),
        (pa.array([SECOND + 1], pa.time64("ns")), "00:00:01.000000001"),
        (
            pa.array([0, SECOND // 2, SECOND + 1], pa.timestamp("ns")),
            "1970-01-01T00:00:00 1970-01-01T00:00:00.500 1970-01-01T00:00:01.000000001",
        ),
        (pa.array([0], pa.timestamp("ns", "UTC")), "1970-01-01T00:00:00Z"),
        (pa.array([0], pa.timestamp("ns", "America/New_York")), "1969-12-31T19:00:00-05:00"),
    ],
)
def test_pretty_cells_are_as_arrow_prints_them(
    session: SQLSession, tmp_path: Path, column: Any, cells: str
) -> None:
    lines = shown(session, tmp_path, "pretty", c=column).splitlines()[3:-1]
    assert [line.strip("| ") or "-" for line in lines] == cells.split()


def test_structs_are_shown_by_their_fields(session: SQLSession, tmp_path: Path) -> None:
    column = pa.array([{"value": 1.5, "ok": True}, None, {"value": None, "ok": None}])
    lines = shown(session, tmp_path, "pretty", c=column).splitlines()[3:-1]
    cells = [line.strip("| ") for line in lines]
    assert cells == ["{value: 1.5, ok: true}", "", "{value: , ok: }"]


def test_json_leaves_nulls_out_and_shows_nan_as_null(session: SQLSession, tmp_path: Path) -> None:
    columns = {"a": [float("nan"), 1.5, None], "b": ["x\ny", None, 'q"']}
    text = shown(session, tmp_path, "json", **columns)
    assert text == r'[{"a":null,"b":"x\ny"},{"a":1.5},{"b":"q\""}]'
    lines = shown(session, tmp_path, "jsonl", **columns).splitlines()
    assert list(map(json.loads, lines)) == json.loads(text)


def test_no_rows_are_an_empty_answer(session: SQLSession, tmp_path: Path) -> None:
    none = pa.array([], pa.int64())
    found = {name: shown(session, tmp_path, name, n=none) for name in ("json", "jsonl", "csv")}
    assert found == {"json": "[]", "jsonl": "", "csv": "n\n"}
    assert shown(session, tmp_path, "pretty", n=none) == "++\n++"


def test_columns_of_one_name_are_all_in_csv(session: SQLSession, tmp_path: Path) -> None:
    table = pa.table([pa.array([1]), pa.array(["x,y"])], names=["a", "a"])
    assert formatted(table, "csv", session, tmp_path) == b'a,a\n1,"x,y"\n'
    assert formatted(table, "json", session, tmp_path) == b'[{"a":"x,y"}]'
