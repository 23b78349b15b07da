"""The suite of deserializers catches every one of these wrong parts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from influx_core import DecodeError, Series, StatementResult
from influx_testing.conformance import DeserializerSuite

Failing = Callable[[type], list[str]]

ROWS = [[1, 0.5, "a\nb", True], [2, 1.5, "\N{LATIN SMALL LETTER E WITH ACUTE} e", None]]
DOCUMENT = {"columns": ["time", "f", "s", "b"], "rows": ROWS}


class Right:
    """One JSON document with columns and rows."""

    accept = "application/json"

    def start(self) -> Any:
        return RightParser()


class RightParser:
    def __init__(self) -> None:
        self.data = b""

    def feed(self, data: bytes) -> list[StatementResult]:
        self.data += data
        return []

    def finish(self) -> list[StatementResult]:
        return self.results(self.document(self.data))

    def document(self, data: bytes) -> Any:
        try:
            found = json.loads(data.decode())
            rows, columns = found["rows"], found["columns"]
            fit = all(type(row) is list and len(row) == len(columns) for row in rows)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise DecodeError(f"not a response: {error}") from error
        if not fit or not all(isinstance(name, str) for name in columns):
            raise DecodeError("not a response")
        return found

    def results(self, document: Any) -> list[StatementResult]:
        series = Series("m", document["columns"], document["rows"])
        return [StatementResult(0, (series,))]


def parsing(**methods: Any) -> type[Right]:
    """A deserializer whose parser has some methods of its own."""
    parser = type("Parser", (RightParser,), methods)
    return type("Broken", (Right,), {"start": lambda self: parser()})


def _rows(change: Callable[[list[list[Any]]], Any]) -> type[Right]:
    def results(self: Any, document: Any) -> list[StatementResult]:
        changed = {**document, "rows": change(document["rows"])}
        return RightParser.results(self, changed)

    return parsing(results=results)


def _decodes_pieces(self: Any, data: bytes) -> list[StatementResult]:
    self.data += data.decode("utf-8", "replace").encode()
    return []


def _skips_blanks(self: Any, data: bytes) -> list[StatementResult]:
    self.data += data.strip(b"\n ")
    return []


def _takes_what_there_is(self: Any, data: bytes) -> Any:
    try:
        return RightParser.document(self, data)
    except DecodeError:
        return {"columns": DOCUMENT["columns"], "rows": []}


def _takes_cut_rows(self: Any, data: bytes) -> Any:
    for tail in (b"", b"]}", b"]]}", b'"]]}', b"null]]}"):
        try:
            return RightParser.document(self, data + tail)
        except DecodeError:
            continue
    raise DecodeError("not a response")


def _foreign_error(self: Any, data: bytes) -> Any:
    return json.loads(data)


def _unicode_error(self: Any, data: bytes) -> Any:
    text = data.decode()
    return RightParser.document(self, text.encode())


def _no_finish(self: Any) -> list[StatementResult]:
    return []


def _emits_twice(self: Any, data: bytes) -> list[StatementResult]:
    self.data += data
    try:
        return self.results(self.document(self.data))
    except DecodeError:
        return []


def _wants_bytes(self: Any, data: bytes) -> list[StatementResult]:
    if not data:
        raise DecodeError("no bytes")
    return RightParser.feed(self, data)


class SharesItsParser(Right):
    def __init__(self) -> None:
        self.parser = RightParser()

    def start(self) -> Any:
        return self.parser


class MixesResponses(Right):
    held: bytes

    def __init__(self) -> None:
        self.held = b""

    def start(self) -> Any:
        outer = self

        class Parser(RightParser):
            def feed(self, data: bytes) -> list[StatementResult]:
                outer.held += data
                self.data = outer.held
                return []

        return Parser()


class NamesNoFormat(Right):
    accept = ""


BROKEN = {
    "decodes pieces": parsing(feed=_decodes_pieces),
    "strips pieces": parsing(feed=_skips_blanks),
    "takes a cut response": parsing(document=_takes_what_there_is),
    "takes cut rows": parsing(document=_takes_cut_rows),
    "raises an error of json": parsing(document=_foreign_error),
    "raises UnicodeDecodeError": parsing(document=_unicode_error),
    "gives nothing": parsing(finish=_no_finish),
    "gives results twice": parsing(feed=_emits_twice),
    "refuses empty pieces": parsing(feed=_wants_bytes),
    "shares its parser": SharesItsParser,
    "mixes responses": MixesResponses,
    "names no format": NamesNoFormat,
    "drops the last row": _rows(lambda rows: rows[:-1]),
    "reverses rows": _rows(lambda rows: rows[::-1]),
    "reads times as floats": _rows(lambda rows: [[float(row[0]), *row[1:]] for row in rows]),
    "reads booleans as integers": _rows(
        lambda rows: [[int(v) if v is True else v for v in row] for row in rows]
    ),
    "reads null as 0": _rows(lambda rows: [[0 if v is None else v for v in row] for row in rows]),
    "drops a column": _rows(lambda rows: [row[:-1] for row in rows]),
    "loses line ends": _rows(
        lambda rows: [[v.replace("\n", " ") if type(v) is str else v for v in r] for r in rows]
    ),
}


def suite(part: type) -> type:
    answer = json.dumps(DOCUMENT, ensure_ascii=False).encode()
    members = {"make": lambda self: part(), "answer": answer, "rows": ROWS}
    return type("Suite", (DeserializerSuite,), members)


def test_a_right_part_passes(failing: Failing) -> None:
    assert failing(suite(Right)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_part_is_caught(failing: Failing, name: str) -> None:
    assert failing(suite(BROKEN[name])) != []
