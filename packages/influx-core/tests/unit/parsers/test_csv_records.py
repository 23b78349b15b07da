from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import DecodeError
from influx_core._parsers.csv.csv_records import LONGEST_RECORD, RecordSplitter, split_records

CELLS = st.text(st.sampled_from('a,"\r\n é'), max_size=5)
RECORDS = st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=6)


def written(record: list[str]) -> bytes:
    """One record, with every cell in quotes."""
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in record]
    return f"{','.join(quoted)}\r\n".encode()


@given(RECORDS, st.integers(1, 9))
def test_records_in_pieces_of_any_size_come_whole_and_in_order(records, size):
    data = b"".join(map(written, records))
    splitter = RecordSplitter("CSV")
    pieces = [splitter.feed(data[start : start + size]) for start in range(0, len(data), size)]
    splitter.finish()
    ends = {0}
    for record in records:
        ends.add(max(ends) + len(written(record)))
    given_out = 0
    for piece in pieces:
        given_out += len(piece)
        assert given_out in ends
    assert b"".join(pieces) == data
    rows = csv.reader(b"".join(pieces).decode().splitlines(keepends=True), strict=True)
    assert len(list(rows)) == len(records)


def test_what_is_not_complete_is_held():
    splitter = RecordSplitter("CSV")
    assert splitter.feed(b'a\n"b\n') == b"a\n"
    assert splitter.held == b'"b\n'
    assert splitter.feed(b'c"\n') == b'"b\nc"\n'
    assert splitter.held == b""


def test_a_last_record_that_is_cut_is_an_incomplete_response():
    splitter = RecordSplitter("CSV")
    splitter.feed(b"a\nb")
    with pytest.raises(DecodeError, match="incomplete: its last line of CSV has no newline"):
        splitter.finish()


def test_a_record_without_an_end_is_refused_before_it_fills_the_memory():
    splitter = RecordSplitter("annotated CSV")
    with pytest.raises(DecodeError, match="not annotated CSV: a line without an end"):
        splitter.feed(b"x" * (LONGEST_RECORD + 1))


LONG = "x" * (csv.field_size_limit() + 1)


def split(text):
    try:
        return split_records(text)
    except csv.Error:
        return "refused"


@given(st.text('a,"\r\n', max_size=12))
def test_records_with_long_cells_are_split_as_those_without(text):
    expected = split(f'"y"\n{text}\n')
    found = split(f'"{LONG}"\n{text}\n')
    assert found == (expected if expected == "refused" else [[LONG], *expected[1:]])
