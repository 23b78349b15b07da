from __future__ import annotations

from io import StringIO

import pytest

from influx_core import Series
from influx_shell._output.table_writer import TableWriter, printable


def table(*pieces: Series) -> list[str]:
    out = StringIO()
    writer = TableWriter(out)
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    return out.getvalue().splitlines()


def test_a_series_in_pieces_is_one_table():
    first = Series("m", ["time", "f"], [[1, 10.5]], partial=True)
    assert table(first, Series("m", ["time", "f"], [[2, 1.0]])) == [
        "m",
        "time     f",
        "----  ----",
        "   1  10.5",
        "   2   1.0",
    ]


def test_each_series_has_its_tags_above_it():
    rows = [[1, None]]
    lines = table(
        Series("m", ["time", "f"], rows, tags={"host": "a"}),
        Series("m", ["time", "f"], rows, tags={"host": "b"}),
    )
    assert [line for line in lines if "host" in line] == ["m  host=a", "m  host=b"]


def test_wide_characters_take_two_columns():
    lines = table(Series("", ["name", "x"], [["\u6771\u4eac", True], ["a", False]]))
    assert lines == ["name  x", "----  -----", "\u6771\u4eac  true", "a     false"]


def test_rows_wider_than_the_first_piece_are_whole():
    first = Series("m", ["s"], [["a"]], partial=True)
    assert table(first, Series("m", ["s"], [["abcdef"]]))[-1] == "abcdef"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b]0;x\x07", "\\x1b]0;x\\x07"),
        ("\u202eabc", "\\u202eabc"),
        ("\x9b2J", "\\x9b2J"),
        ("caf\u00e9", "caf\u00e9"),
    ],
)
def test_control_characters_are_escaped(text, shown):
    assert printable(text) == shown
