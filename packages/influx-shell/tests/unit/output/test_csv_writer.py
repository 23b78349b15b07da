"""CSV can be read again: every value comes back, and null differs from an empty string."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from influx_core import Series
from influx_shell._output.csv_writer import CSVWriter


def written(*pieces: Series) -> str:
    out = io.StringIO()
    writer = CSVWriter(out)
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    return out.getvalue()


TEXTS = st.text(st.sampled_from('a,"\n\r ;\u00e9'), max_size=5)
CELLS = TEXTS | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()


def as_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), TEXTS)
def test_every_cell_is_read_as_it_was(rows, tag):
    text = written(Series("m", ("a", 'b,"'), [list(row) for row in rows], tags={"t": tag}))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == ["_measurement", "t", "a", 'b,"']
    assert read[1:] == [["m", tag, *map(as_text, row)] for row in rows]


def test_null_differs_from_an_empty_string():
    assert written(Series("m", ("a", "b"), [[None, ""], ["", None]])).splitlines()[1:] == [
        'm,,""',
        'm,"",',
    ]


def test_a_row_is_never_a_blank_line():
    assert written(Series("", ("a",), [[None], [1]])) == 'a\n""\n1\n'


def test_a_piece_without_rows_has_a_header_only():
    assert written(Series("m", ("a",), [])) == "_measurement,a\n"


NUMBERS = (
    st.floats()
    | st.floats(-1e17, 1e17)
    | st.floats(-1e-3, 1e-3)
    | st.integers()
    | st.sampled_from([1e15, 1e16, -1e16, 1e-4, 1e-5, -0.0, 9999999999999998.0, 2**63, 2**70])
)


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_numbers_are_written_as_python_writes_them(numbers):
    text = written(Series("", ("a",), [[number] for number in numbers]))
    assert text.splitlines() == ["a", *map(str, numbers)]
