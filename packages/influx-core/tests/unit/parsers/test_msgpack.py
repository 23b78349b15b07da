from __future__ import annotations

from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import DecodeError
from influx_core._parsers.msgpack.msgpack_layout import DocumentEnd
from influx_core._parsers.msgpack.msgpack_parser import MessagePackDeserializer
from influx_core._results.query_result import merge_results

pack = msgspec.msgpack.encode


def document(rows: list, **more) -> bytes:
    series = {"name": "m", "columns": ["time", "f"], "values": rows}
    return pack({"results": [{"statement_id": 0, "series": [{**series, **more}], **more}]})


def read(data: bytes, size: int | None = None):
    feed = MessagePackDeserializer().start()
    size = size or len(data) or 1
    pieces = [p for i in range(0, len(data), size) for p in feed.feed(data[i : i + size])]
    return merge_results([*pieces, *feed.finish()])


@pytest.mark.parametrize("size", [None, 1, 7])
def test_documents_follow_each_other_without_a_mark(size):
    data = document([[1, 0.5], [2, None]], partial=True) + document([[3, "x" * 40]])
    assert read(data, size).series[0].rows == [[1, 0.5], [2, None], [3, "x" * 40]]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=300)
    | st.binary(max_size=300)
    | st.builds(msgspec.msgpack.Ext, st.integers(-128, 127), st.binary(max_size=20)),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=30,
)


@given(VALUES, st.data())
def test_the_end_of_any_value_is_found_and_never_too_early(value, data):
    packed = pack(value)
    cut = data.draw(st.integers(0, len(packed) - 1))
    end = DocumentEnd()
    assert end.found(bytearray(packed[:cut])) is None
    assert end.found(bytearray(packed + b"\xc1rest")) == len(packed)


@pytest.mark.parametrize("size", [15, 16, 255, 256, 65_535, 65_536])
def test_the_end_of_long_values_is_found(size):
    for value in ("x" * size, b"x" * size, [None] * size, dict.fromkeys(range(size))):
        packed = pack(value)
        assert DocumentEnd().found(bytearray(packed)) == len(packed)


ROW_VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["x" * 40, ["a"], {"a": 1}])
    | st.builds(msgspec.msgpack.Ext, st.just(5), st.binary(min_size=12, max_size=12))
)


@given(st.integers(1, 17), st.integers(0, 4), st.data())
def test_the_end_of_many_rows_is_found_and_never_too_early(width, strange, data):
    """Rows are stepped over together, also where some of them are of another form."""
    row = data.draw(st.lists(ROW_VALUES, min_size=width, max_size=width))
    rows: list = [row] * 600
    for _ in range(strange):
        at = data.draw(st.integers(0, 599))
        rows[at] = data.draw(st.lists(ROW_VALUES, max_size=3) | st.integers(0, 5))
    packed = pack(["head", rows, "rest"])
    cut = data.draw(st.integers(0, len(packed) - 1))
    end, held = DocumentEnd(), bytearray(packed[:cut])
    assert end.found(held) is None
    held += packed[cut:] + b"\xc1rest"
    assert end.found(held) == len(packed)


def test_times_of_the_extension_type_are_nanoseconds():
    seconds, rest = (1_577_836_800).to_bytes(8, "big"), (5).to_bytes(4, "big")
    time = msgspec.msgpack.Ext(5, seconds + rest)
    assert read(document([[time, 1]])).series[0].rows == [[1_577_836_800_000_000_005, 1]]
    with pytest.raises(DecodeError, match="extension type 6"):
        read(document([[msgspec.msgpack.Ext(6, b""), 1]]))


@pytest.mark.parametrize("columnar", [False, True])
def test_tags_are_sorted_by_name_whatever_order_the_server_sends(columnar):
    kind = MessagePackDeserializer()
    for names in permutations(["b", "a,b", "ü", "aa"]):
        parser = kind.start_columns() if columnar else kind.start()
        tags = {name: f"value of {name}" for name in names}
        (result,) = parser.feed(document([[1, 0.5]], tags=tags))
        assert list(result.series[0].tags) == ["a,b", "aa", "b", "ü"]
        assert result.series[0].tags == tags


def test_an_error_of_the_whole_answer_is_told():
    assert read(pack({"error": "no"}))[0].error == "no"


@pytest.mark.parametrize(
    "junk", [b"<html>", pack(5), document([])[:-1], document([], partial=True), b"\xc1"]
)
def test_junk_and_cut_answers_are_refused(junk):
    with pytest.raises(DecodeError):
        read(junk)
