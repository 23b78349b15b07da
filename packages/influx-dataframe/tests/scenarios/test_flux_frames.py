"""Frames of Flux, from annotated CSV."""

from __future__ import annotations

import pytest

from influx_core import ConfigError, FluxTable, InfluxDBClient, blocking
from influx_core.annotated_csv import FluxColumn, encode
from influx_core.interfaces import LocalResponse, Request
from influx_dataframe import query_flux_frame, stream_flux_frames, to_frames

SCHEMA = (
    FluxColumn("_start", "dateTime:RFC3339", in_group_key=True),
    FluxColumn("_time", "dateTime:RFC3339"),
    FluxColumn("_value", "double"),
    FluxColumn("n", "long"),
    FluxColumn("ok", "boolean"),
    FluxColumn("big", "unsignedLong"),
    FluxColumn("text", "string"),
    FluxColumn("host", "string", in_group_key=True),
)
T0 = 1_577_836_800_000_000_001
VALUES = {
    "_time": [T0, T0 + 1],
    "_value": [1.0, None],
    "n": [1, None],
    "ok": [None, False],
    "big": [2**64 - 1, None],
    "text": ["", None],
}


def table(host: str | None, result: str = "_result") -> FluxTable:
    return FluxTable.of_values(SCHEMA, VALUES, {"_start": T0, "host": host}, result=result)


class Answering:
    def __init__(self, *tables: FluxTable) -> None:
        self.text = b"".join(encode(tables))

    async def send(self, request: Request) -> LocalResponse:
        return LocalResponse(200, {"content-type": "text/csv"}, [self.text])

    async def aclose(self) -> None:
        pass


def client_of(*tables: FluxTable) -> InfluxDBClient:
    return InfluxDBClient("http://x", api="v2", org="o", transport=Answering(*tables))


def blocking_client(*tables: FluxTable) -> blocking.InfluxDBClient:
    return blocking.InfluxDBClient("http://x", api="v2", org="o", transport=Answering(*tables))


async def test_a_pandas_frame_has_exact_types_and_the_time_as_index():
    pytest.importorskip("pandas")
    async with client_of(table("a"), table(None)) as client:
        frame = await query_flux_frame(client, "x")
    assert list(frame.columns) == ["_start", "_value", "n", "ok", "big", "text", "host"]
    assert frame.index.name == "_time"
    assert frame.index.asi8.tolist() == [T0, T0 + 1] * 2
    assert [str(frame[name].dtype) for name in ("_start", "_value", "n", "ok", "big", "host")] == [
        "datetime64[ns, UTC]",
        "float64",
        "Int64",
        "boolean",
        "UInt64",
        "category",
    ]
    assert frame["_start"].astype("int64").tolist() == [T0] * 4
    assert frame["big"].tolist()[::2] == [2**64 - 1] * 2
    assert frame["host"].isna().tolist() == [False, False, True, True]
    assert frame["text"].isna().tolist() == [False, True] * 2


async def test_an_arrow_table_has_exact_types():
    pa = pytest.importorskip("pyarrow")
    async with client_of(table("a"), table("b")) as client:
        frame = await query_flux_frame(client, "x", backend="pyarrow")
    assert frame.schema.field("_time").type == pa.timestamp("ns", "UTC")
    assert frame.schema.field("big").type == pa.uint64()
    assert frame["host"].to_pylist() == ["a", "a", "b", "b"]
    assert frame["n"].to_pylist() == [1, None, 1, None]
    assert frame["text"].to_pylist() == ["", None, "", None]


async def test_a_polars_frame_has_exact_types():
    pl = pytest.importorskip("polars")
    async with client_of(table("a")) as client:
        frame = await query_flux_frame(client, "x", backend="polars")
    assert frame.schema["_time"] == pl.Datetime("ns", "UTC")
    assert frame["_value"].to_list() == [1.0, None]


def test_arrow_reads_a_table_by_itself():
    pa = pytest.importorskip("pyarrow")
    read = pa.table(table("a"))
    assert read.column_names == [column.name for column in SCHEMA]
    assert read["_start"].cast("int64").to_pylist() == [T0, T0]
    assert read["host"].to_pylist() == ["a", "a"]


def test_tables_of_other_columns_are_joined_by_name():
    pytest.importorskip("pandas")
    other = FluxTable.of_values(
        [
            FluxColumn("_time", "dateTime:RFC3339"),
            FluxColumn("host", "string"),
            FluxColumn("zone", "string", in_group_key=True),
        ],
        {"_time": [T0], "host": ["b"]},
        {"zone": "z"},
    )
    with blocking_client(table("a"), other) as client:
        frame = query_flux_frame(client, "x")
    assert frame["host"].tolist() == ["a", "a", "b"]
    assert frame["zone"].isna().tolist() == [True, True, False]
    assert frame["n"].isna().tolist() == [False, True, True]


def test_several_results_are_several_frames():
    pytest.importorskip("pandas")
    with blocking_client(table("a"), table("b", "other")) as client:
        with pytest.raises(ConfigError, match=r"2 results \(_result, other\)"):
            query_flux_frame(client, "x")
        frames = to_frames(client.query_flux("x"))
        with pytest.raises(ConfigError, match="several results"):
            list(stream_flux_frames(client, "x"))
    assert {name: frame["host"].tolist() for name, frame in frames.items()} == {
        "_result": ["a", "a"],
        "other": ["b", "b"],
    }


def test_a_result_without_tables_is_an_empty_frame():
    pytest.importorskip("pandas")
    with blocking_client() as client:
        assert query_flux_frame(client, "x").empty
        assert [len(frame) for frame in stream_flux_frames(client, "x")] == [0]


async def test_streamed_frames_have_the_requested_size():
    pytest.importorskip("pandas")
    async with client_of(table("a"), table("b"), table("c")) as client:
        frames = [frame async for frame in stream_flux_frames(client, "x", chunk_size=4)]
        with pytest.raises(ConfigError, match="chunk_size 0"):
            stream_flux_frames(client, "x", chunk_size=0)
    assert [len(frame) for frame in frames] == [4, 2]
    assert frames[1]["host"].tolist() == ["c", "c"]
