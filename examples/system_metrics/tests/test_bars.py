"""What a chart draws, in characters."""

from __future__ import annotations

import pytest
from examples.system_metrics.bars import chart


@pytest.mark.parametrize(
    ("load", "column"),
    [
        (0, ["  ", "  "]),
        (25, ["  ", "▄▄"]),
        (50, ["  ", "██"]),
        (75, ["▄▄", "██"]),
        (100, ["██", "██"]),
        (100.4, ["██", "██"]),
    ],
)
def test_a_column_is_as_high_as_its_load(load: float, column: list[str]) -> None:
    assert chart([load], height=2) == column


def test_columns_at_full_load_do_not_touch() -> None:
    assert chart([100, 100, 100], height=1) == ["██ ██ ██"]
