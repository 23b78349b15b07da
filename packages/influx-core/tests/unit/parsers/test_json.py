from __future__ import annotations

import json
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import DecodeError, StatementResult
from influx_core._parsers import documents
from influx_core._parsers.documents import FIRST_VALIDATION, PrefixValidator
from influx_core._parsers.json.json_parser import JSONDeserializer
from influx_core._results.query_result import Message, merge_results


def document(*rows: list, statement_id: int = 0, partial: bool = False, **more) -> dict:
    series = {"name": "m", "columns": ["time", "v"], "values": list(rows), "partial": partial}
    return {
        "results": [{"statement_id": statement_id, "series": [series], "partial": partial, **more}]
    }


def counting(method, calls: list[int]):
    def call(self, begun):
        calls.append(len(begun))
        return method(self, begun)

    return call


def read(data: bytes, *cuts: int) -> list[StatementResult]:
    feed = JSONDeserializer().start()
    edges = [0, *sorted(cuts), len(data)]
    results = [r for start, end in pairwise(edges) for r in feed.feed(data[start:end])]
    return results + feed.finish()


CHUNKED = b"".join(
    json.dumps(doc).encode() + b"\n"
    for doc in (
        document([1, "a\nb"], [2, "é"], partial=True),
        document([3, None]),
        document([9, 1.5], statement_id=1),
    )
)


@given(st.lists(st.integers(0, len(CHUNKED)), max_size=5))
def test_how_the_bytes_are_cut_does_not_matter(cuts):
    merged = merge_results(read(CHUNKED, *cuts))
    assert [s.with_epoch("ns").values for r in merged for s in r.series] == [
        [[1, "a\nb"], [2, "é"], [3, None]],
        [[9, 1.5]],
    ]


def test_a_document_spread_over_lines_is_read_whole():
    pretty = json.dumps(document([1, 2], [3, 4]), indent=4).encode() + b"\n"
    for cut in range(0, len(pretty), 7):
        (result,) = read(pretty, cut)
        assert len(result.series[0]) == 2


def test_a_document_without_a_line_end_is_read():
    (result,) = read(json.dumps(document([1, 2])).encode())
    assert result.series[0].columns == ("time", "v")


def test_integers_keep_all_their_digits():
    (result,) = read(json.dumps(document([1, 9223372036854775807])).encode())
    assert next(iter(result.series[0])).v == 9223372036854775807


def test_messages_and_errors_are_kept():
    warning = {"level": "warning", "text": "deprecated"}
    (result,) = read(json.dumps({"results": [{"messages": [warning], "error": "no"}]}).encode())
    assert result.messages == (Message("warning", "deprecated"),)
    assert result.error == "no"


def test_an_error_of_the_whole_query_belongs_to_no_statement():
    (result,) = read(b'{"error":"error parsing query: x"}\n')
    assert (result.statement_id, result.error) == (None, "error parsing query: x")


def test_a_cut_document_is_told():
    with pytest.raises(DecodeError, match="not a JSON response"):
        read(CHUNKED[:-20])


def test_an_answer_cut_between_documents_is_told():
    with pytest.raises(DecodeError, match="announced more rows"):
        read(CHUNKED[: CHUNKED.index(b"\n") + 1])


@pytest.mark.parametrize(
    "junk",
    [
        b"<html>\n",
        b"\xff\xfe\n",
        b'{"error": "\xff"}\n',
        b'{"results": 5}\n',
        b"[]",
        b" \t\n\v\n[]",
    ],
)
def test_what_is_no_answer_is_told(junk):
    with pytest.raises(DecodeError, match="not a JSON response"):
        read(junk)


def test_lines_without_anything_are_passed_over():
    first, second, third = CHUNKED.splitlines()
    results = read(b"\n \n" + first + b"\r\n\n\t\n" + second + b"\n" + third)
    assert results == read(CHUNKED)


def test_junk_is_refused_before_all_of_it_has_come():
    feed = JSONDeserializer().start()
    with pytest.raises(DecodeError, match="not a JSON response"):
        feed.feed(b"<html>" + b"x" * FIRST_VALIDATION)


def test_a_document_that_is_long_in_coming_is_looked_at_and_read():
    feed = JSONDeserializer().start()
    text = b'{"error": "' + b"x" * 4 * FIRST_VALIDATION + b'"}'
    for start in range(0, len(text), 10_000):
        assert feed.feed(text[start : start + 10_000]) == []
    assert feed.finish()[0].error == "x" * 4 * FIRST_VALIDATION


@pytest.mark.parametrize("blank", [b"", b"\n", b" \r\n \n"])
def test_an_answer_without_a_document_was_cut(blank):
    feed = JSONDeserializer().start()
    assert feed.feed(blank) == []
    with pytest.raises(DecodeError, match="it is empty"):
        feed.finish()


def test_looking_at_a_long_document_makes_no_rows_of_it():
    begun = b'{"results":[{"statement_id":0,"series":[{"name":"m","columns":["f"],"values":['
    feed = JSONDeserializer().start()
    tracemalloc.start()
    feed.feed(begun + b"[1]," * 500_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_only_what_is_longer_than_before_is_looked_at_again():
    looks: list[int] = []
    glances = PrefixValidator(lambda begun: looks.append(len(begun)))
    glances.ended(1_000_000)
    for size in range(10_000, 8_000_000, 10_000):
        if glances.due(size):
            glances.validate(bytes(size))
    assert looks == [20_000, 4_000_000]


def test_a_name_without_an_end_is_looked_at_seldom(monkeypatch):
    looks: list[int] = []
    monkeypatch.setattr(
        documents.PrefixValidator,
        "validate",
        counting(documents.PrefixValidator.validate, looks),
    )
    feed = JSONDeserializer().start()
    feed.feed(b'{"results":[{"series":[{"name":"')
    for _ in range(100):
        feed.feed(b"x" * 100_000)
    assert len(looks) == 2


def test_an_exponent_of_minus_zero_is_no_negative_zero() -> None:
    series = '{"name":"m","columns":["a","b","c"],"values":[[1e-0,2E-0,-0\n]]}'
    body = f'{{"results":[{{"statement_id":0,"series":[{series}]}}]}}\n'.encode()
    parser = JSONDeserializer().start()
    (result,) = [*parser.feed(body), *parser.finish()]
    assert repr([float(value) for value in result.series[0].rows[0]]) == "[1.0, 2.0, -0.0]"


@pytest.mark.parametrize("rows", [1, 50_000], ids=["lists", "text"])
@pytest.mark.parametrize("columnar", [False, True])
def test_a_negative_zero_keeps_its_sign_and_texts_keep_theirs(columnar: bool, rows: int) -> None:
    values = ",".join(['[1,-0,"a,-0,\\"-0]"],[2,5,"-0"],[-0,0,null]'] * rows)
    series = f'{{"name":"m","columns":["n","f","s"],"values":[{values}]}}'
    body = f'{{"results":[{{"statement_id":0,"series":[{series}]}}]}}\n'.encode()
    made = JSONDeserializer()
    parser = made.start_columns() if columnar else made.start()
    (result,) = [*parser.feed(body), *parser.finish()]
    found = [tuple(row) for row in result.series[0]]
    assert len(found) == 3 * rows
    assert repr(found[0][1:]) == """(-0.0, 'a,-0,"-0]')"""
    assert repr([float(value) for value in found[-2][:2]]) == "[2.0, 5.0]"
    assert found[-2][2] == "-0"
    assert repr(float(found[-1][0])) == "-0.0"
    assert repr(float(found[-1][1])) == "0.0"
