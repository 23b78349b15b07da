from __future__ import annotations

import json

import pytest

from influx_core import DecodeError
from influx_core._parsers import documents
from influx_core._parsers.json.json_parser import JSONDeserializer
from influx_core._parsers.json.json_rows import JSONRowsDeserializer
from influx_core._parsers.json.jsonl import JSONLinesDeserializer
from influx_core._parsers.json.unfinished_json import UnfinishedJSON
from influx_core._results.query_result import merge_results
from influx_core.interfaces import Deserializer

ROWS = [[-1.25e-07, 10**18], [True, None], ['x"]\\é', "["]]
OBJECTS = [dict(zip("ab", row, strict=True)) for row in ROWS]
DOCUMENT = {"results": [{"series": [{"name": "m", "columns": ["a", "b"], "values": ROWS}]}]}

ANSWERS = {
    "json": (JSONDeserializer(), json.dumps(DOCUMENT) + "\n"),
    "spread": (JSONDeserializer(), json.dumps(DOCUMENT, indent=1) + "\n"),
    "rows": (JSONRowsDeserializer(), json.dumps(OBJECTS)),
    "lines": (JSONLinesDeserializer(), "\n".join(map(json.dumps, OBJECTS))),
}


def read(deserializer: Deserializer, pieces: list[bytes]) -> list[list[object]]:
    parser = deserializer.start()
    results = [result for piece in pieces for result in parser.feed(piece)]
    (series,) = merge_results([*results, *parser.finish()]).series
    return series.rows


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_however_a_good_answer_is_cut_it_does_not_look_like_junk(monkeypatch, answer, size):
    monkeypatch.setattr(documents, "FIRST_VALIDATION", 1)
    monkeypatch.setattr(documents, "GROWTH", 1)
    deserializer, text = ANSWERS[answer]
    data = text.encode()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert read(deserializer, pieces) == ROWS


@pytest.mark.parametrize("answer", ["rows", "lines"])
def test_a_long_answer_may_be_cut_behind_the_sign_of_a_number(answer):
    deserializer, _ = ANSWERS[answer]
    row = json.dumps({f"c{n}": -0.5 for n in range(2_000)}).encode()
    data = b"[%b]" % row if answer == "rows" else row
    cut = data.index(b"-", documents.FIRST_VALIDATION) + 1
    assert read(deserializer, [data[:cut], data[cut:]]) == [[-0.5] * 2_000]


def test_a_spread_document_may_end_in_a_long_line():
    text = json.dumps({"error": "x" * 2 * documents.FIRST_VALIDATION})
    begun, rest = "{\n" + text[1:-2], text[-2:] + "\n"
    parser = JSONDeserializer().start()
    assert parser.feed(begun.encode()) == []
    (result,) = [*parser.feed(rest.encode()), *parser.finish()]
    assert result.error is not None
    assert len(result.error) == 2 * documents.FIRST_VALIDATION


def test_what_was_held_is_given_out_with_what_follows_and_once():
    unfinished = UnfinishedJSON("an answer", json.loads)
    unfinished.hold(b" \n")
    assert unfinished.pieces == []
    unfinished.hold(b'  {"a"')
    unfinished.hold(b": ")
    assert unfinished.taken(b"1}") == b'{"a": 1}'
    assert unfinished.taken(b"2") == b"2"
    assert unfinished.taken() == b""


def test_bytes_that_no_document_begins_with_are_refused_under_the_name_of_the_format():
    def refuse(begun: bytes) -> None:
        raise ValueError(f"{len(begun)} bytes")

    unfinished = UnfinishedJSON("an answer", refuse)
    with pytest.raises(DecodeError, match="not an answer: 20000 bytes"):
        unfinished.hold(b"x" * 20_000)
