"""Whatever tables there are: they survive annotated CSV, and it may arrive in any pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._annotated_csv import response_parser
from influx_core._annotated_csv.response_parser import AnnotatedCSVParser
from influx_core.annotated_csv import Dialect, FluxTable, decode, encode
from influx_core.columns import merge_results
from influx_testing.strategies import flux_tables

pytestmark = pytest.mark.slow

DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t| "),
    annotations=st.permutations(["datatype", "group", "default"]),
)


@given(flux_tables(), DIALECTS)
def test_tables_are_read_back_as_they_were(given_tables: list[FluxTable], dialect: Dialect):
    text = b"".join(encode(given_tables, dialect))
    found = decode(text, delimiter=dialect.delimiter)
    assert found == given_tables
    assert b"".join(encode(found, dialect)) == text


@given(flux_tables(), st.data())
def test_tables_do_not_depend_on_how_the_bytes_arrive(given_tables: list[FluxTable], data):
    text = b"".join(encode(given_tables))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[i:j] for i, j in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    size = response_parser.PIECE_SIZE
    response_parser.PIECE_SIZE = data.draw(st.integers(1, 200))
    try:
        parser = AnnotatedCSVParser()
        results = [result for piece in pieces for result in parser.feed(piece)]
        results += parser.finish()
    finally:
        response_parser.PIECE_SIZE = size
    assert list(merge_results(results).series) == given_tables
