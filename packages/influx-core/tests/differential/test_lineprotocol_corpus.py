"""The corpora beside a checkout: what a v2 decoder and InfluxDB 1.6.7 made of many lines."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from influx_core._points.data_point import DataPoint, Unsigned
from influx_core.errors import DecodeError
from influx_core.lineprotocol import BadLine, decode, encode, scan
from influx_core.timestamps import precision

CORPUS = Path(__file__).parents[5] / "shared" / "corpus"
PRECISIONS = {f"1{name}": precision(name) for name in ["ns", "us", "\N{MICRO SIGN}s", "ms", "s"]}

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the recordings (../shared) are not beside this checkout"
)


def cases(name: str) -> list[dict[str, Any]]:
    with (CORPUS / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def text_of(value: str | dict[str, str]) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["binary"])


def value_of(typed: dict[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    return {"float": float, "int": int, "uint": Unsigned, "string": str, "bool": bool}[kind](value)


def point_of(point: dict[str, Any]) -> DataPoint:
    tags = {tag["key"]: tag["value"] for tag in point["tags"]}
    fields = {field["key"]: value_of(field["value"]) for field in point["fields"]}
    return DataPoint(point["name"], tags, fields, point["time"])


def shown(points: list[DataPoint]) -> list[Any]:
    """Points so that 1, 1.0 and Unsigned(1) differ, and the order of tags does not count."""
    return [
        (
            point.measurement,
            sorted(point.tags.items()),
            [(key, type(value), value) for key, value in point.fields.items()],
            point.timestamp,
        )
        for point in points
    ]


def test_the_specification_is_followed_in_all_cases() -> None:
    for case in cases("lineprotocol/decode.jsonl"):
        asked = case["input"]
        data, default_time = text_of(asked["text"]), asked["defaultTime"]
        try:
            points = shown(decode(data, PRECISIONS[asked["precision"]], default_time))
        except DecodeError:
            points = None
        wanted = case["output"].get("result")
        assert points == (wanted and shown([point_of(point) for point in wanted])), data


def server_error(items: list[DataPoint | BadLine]) -> str:
    """The error InfluxDB 1.x answers with."""
    bad = [item for item in items if isinstance(item, BadLine)]
    for line in bad:
        if line.status is not None:
            return line.text
    texts = "\n".join(line.text for line in bad)
    return f"partial write: {texts} dropped=0" if 0 < len(bad) < len(items) else texts


def test_influxdb_1_refuses_the_same_lines_with_the_same_words() -> None:
    for case in cases("lineprotocol/decode.jsonl"):
        data, answer = text_of(case["input"]["text"]), case["influxdb_1_6_7"]
        error = server_error(list(scan(data, PRECISIONS[case["input"]["precision"]], rules="1.x")))
        if answer.get("server_crashed"):
            assert error == "this line crashes the server"
        elif not answer.get("error", "").startswith("partial write: invalid tag key"):
            assert error == answer.get("error", "").strip(), data


def test_influxdb_1_stores_the_same_values() -> None:
    for case in cases("lineprotocol/decode.jsonl"):
        points = scan(text_of(case["input"]["text"]), rules="1.x")
        wanted = {
            (series["name"], _key(column, series["columns"]), _comparable(value))
            for series in case["influxdb_1_6_7"].get("series", [])
            for row in series["values"]
            for column, value in zip(series["columns"], row, strict=True)
            if column != "time" and value is not None
        }
        got = {
            (point.measurement, key, _comparable(value))
            for point in points
            if isinstance(point, DataPoint)
            for key, value in [*point.tags.items(), *point.fields.items()]
        }
        assert wanted <= got, case["input"]["text"]


def _key(column: str, columns: list[str]) -> str:
    """The key of a column; `SELECT *` calls a field `f_1` where a tag is called `f`."""
    key = column.removesuffix("_1")
    return key if key in columns else column


def _comparable(value: Any) -> tuple[bool, Any]:
    """A value so that True differs from 1; in JSON, a float without decimals is an integer."""
    return isinstance(value, bool), value


def test_writes_that_cannot_be_parsed_get_the_recorded_answer() -> None:
    checked = 0
    for case in cases("server_writes.jsonl"):
        for write in case["writes"]:
            answer = write["actual"]["body"]
            if "unable to parse" not in answer or write.keys() & {"truncate", "gzip", "headers"}:
                continue
            data = (
                base64.b64decode(write["body_b64"])
                if "body_b64" in write
                else write["body"].encode()
            )
            unit = {"u": "us", "ms": "ms", "s": "s", "m": "m", "h": "h"}.get(
                write["params"].get("precision", ""), "ns"
            )
            assert (
                server_error(list(scan(data, precision(unit), rules="1.x")))
                == json.loads(answer)["error"]
            )
            checked += 1
    assert checked > 100


def test_what_is_encoded_reads_as_the_reference_encoding_does() -> None:
    for case in cases("lineprotocol/encode.jsonl"):
        point, unit = case["input"]["point"], PRECISIONS[case["input"]["precision"]]
        line = encode([point_of(point)], unit, unsigned=True)
        if "error" in case["output"]:
            assert line == b"cpu value=42.0 0\n", "an empty tag value is left out, not an error"
            continue
        assert shown(decode(line, unit)) == shown(decode(case["output"]["result"].encode(), unit))
        assert shown(decode(line, unit)) == shown([point_of(point)])
