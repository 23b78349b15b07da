from __future__ import annotations

import pytest

from influx_core import ConfigError
from influx_core._api.request_options import (
    DEFAULT_CHUNK_SIZE,
    STREAM_CHUNK_SIZE,
    QueryOptions,
    WriteOptions,
)


def test_what_a_call_says_lies_over_the_defaults_and_none_does_not():
    defaults = WriteOptions(db="a", precision="s")
    assert defaults.merged_with({"db": "b", "precision": None}) == WriteOptions(
        db="b", precision="s"
    )


@pytest.mark.parametrize(("given", "unit"), [(None, "ns"), ("n", "ns"), ("u", "us"), ("h", "h")])
def test_a_precision_has_one_name(given, unit):
    assert WriteOptions(precision=given).unit == unit


@pytest.mark.parametrize("rows", [0, -1, 1.5, "ten"])
@pytest.mark.parametrize("name", ["chunked", "chunk_size"])
def test_a_chunk_is_a_number_of_rows(name, rows):
    with pytest.raises(ConfigError, match=f"query: {name} takes .*a whole number of at least 1"):
        QueryOptions(**{name: rows})


def test_numbers_and_choices_may_be_text():
    assert QueryOptions(chunk_size="10", columnar="yes").rows == 10
    assert WriteOptions(accept_partial="false").accept_partial is False


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({}, DEFAULT_CHUNK_SIZE),
        ({"chunked": True}, DEFAULT_CHUNK_SIZE),
        ({"chunked": False}, None),
        ({"chunked": 500}, 500),
        ({"chunked": True, "chunk_size": 20}, 20),
        ({"chunked": False, "chunk_size": 20}, None),
    ],
)
def test_chunked_and_chunk_size_say_the_rows_a_chunk(options, rows):
    assert QueryOptions(**options).rows == rows


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({}, STREAM_CHUNK_SIZE),
        ({"chunked": True}, STREAM_CHUNK_SIZE),
        ({"chunked": 500}, 500),
        ({"chunk_size": 20}, 20),
        ({"chunked": False}, None),
    ],
)
def test_a_stream_has_smaller_chunks_unless_their_size_was_chosen(options, rows):
    assert QueryOptions(**options).streaming().rows == rows


@pytest.mark.parametrize(
    "make",
    [
        lambda: WriteOptions(precision="d"),
        lambda: WriteOptions(consistency="most"),  # type: ignore[arg-type]
        lambda: QueryOptions(epoch="fortnight"),
        lambda: QueryOptions(chunk_size=0),
    ],
)
def test_what_does_not_exist_is_refused_before_anything_is_sent(make):
    with pytest.raises(ConfigError):
        make()


def test_a_misspelt_keyword_is_refused_like_any_wrong_option():
    with pytest.raises(ConfigError, match=r"write\(\) takes .*, not 'databse'"):
        WriteOptions().merged_with({"databse": "x"})  # type: ignore[typeddict-unknown-key]
