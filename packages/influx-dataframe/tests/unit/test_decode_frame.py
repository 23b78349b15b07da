"""Bodies of answers, decoded straight to frames."""

from __future__ import annotations

import msgspec
import pytest

from influx_core import ConfigError, DecodeError, QueryError
from influx_dataframe import decode_frame

NS = 1481463645150329483


def body(*chunks: list[list[object]], columns=("time", "f"), name="m", tags=None) -> bytes:
    """A chunked answer of one statement."""
    documents = []
    for number, rows in enumerate(chunks, 1):
        series = {"name": name, "columns": columns, "values": rows, "tags": tags}
        more = {"partial": True} if number < len(chunks) else {}
        result = {"statement_id": 0, "series": [series | more]} | more
        documents.append(msgspec.json.encode({"results": [result]}) + b"\n")
    return b"".join(documents)


def test_json_is_decoded_with_exact_times(backend, rows):
    frame = decode_frame(body([[NS, 0.5], [NS + 1, None]]), backend=backend)
    assert rows(frame) == {"time": [NS, NS + 1], "f": [0.5, None]}


def test_times_that_were_asked_as_text_are_exact_too(backend, rows):
    frame = decode_frame(body([["2016-12-11T13:40:45.150329483Z", 1.5]]), backend=backend)
    assert rows(frame)["time"] == [NS]


def test_csv_is_decoded_to_the_same_frame(backend, rows, types):
    text = f'name,tags,time,f,s\nm,h=a\\ b,{NS},0.5,"x\ny"\nm,h=a\\ b,{NS + 1},,\n'
    json = body(
        [[NS, 0.5, "x\ny"], [NS + 1, None, None]], columns=("time", "f", "s"), tags={"h": "a b"}
    )
    left = decode_frame(text.encode(), format="csv", backend=backend)
    right = decode_frame(json, backend=backend)
    assert rows(left) == rows(right)
    assert types(left) == types(right)


def test_kinds_that_differ_from_chunk_to_chunk_become_one(backend, rows, types):
    frame = decode_frame(body([[1, None]], [[2, 1]], [[3, 0.5]], [[4, None]]), backend=backend)
    assert rows(frame)["f"] == [None, 1.0, 0.5, None]
    assert types(frame) == types(decode_frame(body([[1, 0.5]]), backend=backend))


def test_integers_beyond_floats_stay_exact(backend, rows):
    big = 2**53 + 1
    assert rows(decode_frame(body([[1, big], [2, None]]), backend=backend))["f"] == [big, None]


def test_a_float_printed_as_an_integer_is_one_if_that_is_said(backend, types):
    whole = body([[1, 1], [2, 2]])
    said = types(decode_frame(whole, backend=backend, types={"f": "float"}))
    assert said == types(decode_frame(body([[1, 0.5]]), backend=backend))
    assert said != types(decode_frame(whole, backend=backend))


@pytest.mark.parametrize("text", ["007", "1e5", "true", "1.50", "-0"])
def test_text_in_csv_that_looks_like_something_else_is_text_if_that_is_said(backend, rows, text):
    answer = f"name,tags,time,s\nm,,1,{text}\n".encode()
    frame = decode_frame(answer, format="csv", backend=backend, types={"s": "string"})
    assert rows(frame)["s"] == [text]


def test_an_empty_answer_is_an_empty_frame_with_the_columns_that_are_known(backend, rows, types):
    empty = b'{"results":[{"statement_id":0}]}\n'
    frame = decode_frame(empty, backend=backend, types={"f": "float"})
    assert rows(frame) == {"time": [], "f": []}
    assert types(frame) == types(decode_frame(body([[1, 0.5]]), backend=backend))


def test_a_statement_that_failed_is_an_error():
    with pytest.raises(QueryError, match="no such thing"):
        decode_frame(b'{"results":[{"statement_id":0,"error":"no such thing"}]}\n')


def test_a_cut_answer_is_an_error():
    with pytest.raises(DecodeError, match="incomplete"):
        decode_frame(body([[1, 1]], [[2, 2]]).splitlines(keepends=True)[0])
    with pytest.raises(DecodeError):
        decode_frame(body([[1, 1]])[:-10])


def test_several_measurements_or_statements_are_told_apart():
    both = {
        "results": [{"statement_id": 0, "series": [{"name": n, "columns": ["time"]} for n in "ab"]}]
    }
    with pytest.raises(ConfigError, match=r"2 measurements \(a, b\).*to_frames\("):
        decode_frame(msgspec.json.encode(both) + b"\n")
    two = {"results": [{"statement_id": 0}, {"statement_id": 1}]}
    with pytest.raises(ConfigError, match="2 statements"):
        decode_frame(msgspec.json.encode(two) + b"\n")


def test_a_format_that_does_not_exist_lists_those_that_do():
    with pytest.raises(ConfigError, match="no format 'xml'; known: json, csv"):
        decode_frame(b"", format="xml")
