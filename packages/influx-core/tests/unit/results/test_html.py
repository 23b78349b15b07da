from __future__ import annotations

from influx_core._results.html import SHOWN_ROWS, html_table


def test_of_many_rows_the_first_are_shown_and_the_others_told():
    shown = html_table("m", ["v"], ([n] for n in range(1_000)), 1_000)
    assert shown.count("<td>") == SHOWN_ROWS
    assert f"({SHOWN_ROWS} of 1000 rows)" in shown
