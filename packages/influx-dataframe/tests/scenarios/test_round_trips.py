"""Frames written, and read again: the same frames, on every server, for every library."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_core import Series, blocking
from influx_core.timestamps import MAX_NS, MIN_NS
from influx_dataframe import query_frame, stream_frames, to_frame, write_frame

KINDS = {"f": "float", "n": "integer", "b": "boolean", "s": "string"}
NAMES = ["time", *KINDS]
TAGS = ("a b", "c=d,e", 'é"')
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=6)
EVERYTHING = f"time >= {MIN_NS} AND time <= {MAX_NS - 1}"
ROW = st.tuples(
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.booleans(),
    st.none() | TEXT,
).filter(lambda row: any(value is not None for value in row))
TABLE = st.dictionaries(
    st.integers(MIN_NS, MAX_NS - 1) | st.integers(-5, 5), ROW, min_size=1, max_size=8
)


@pytest.fixture
def waiting(server_url):
    """A blocking client of each server, with a database of its own."""
    name = f"round_{uuid.uuid4().hex}"
    with blocking.InfluxDBClient(server_url, db=name) as client:
        client.create_database(name)
        yield client
        client.drop_database(name)


def frame_of(backend: str, tables: dict[str, dict[int, tuple[object, ...]]]):
    """A frame of tables by tag, in the order in which a server answers."""
    from influx_dataframe import to_frames

    series = [
        Series("m", NAMES, [[time, *row] for time, row in sorted(table.items())], tags={"t": tag})
        for tag, table in sorted(tables.items())
    ]
    return to_frames(series, backend=backend, types=KINDS)["m"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(tables=st.dictionaries(st.sampled_from(TAGS), TABLE, min_size=1))
def test_a_frame_that_is_written_is_read_again(waiting, backend, rows, types, tables):
    frame = frame_of(backend, tables)
    measurement = f"m {uuid.uuid4().hex}"
    write_frame(waiting, frame, measurement=measurement, tags=["t"])
    query = f'SELECT f, n, b, s FROM "{measurement}" WHERE {EVERYTHING} GROUP BY t'
    read = query_frame(waiting, query, backend=backend, types=KINDS, chunk_size=3)
    assert rows(read) == rows(frame)
    assert types(read) == types(frame)
    parts = list(stream_frames(waiting, query, backend=backend, types=KINDS, chunk_size=3))
    assert sum(map(len, parts)) == len(frame)
    assert [value for part in parts for value in rows(part)["time"]] == rows(frame)["time"]
    assert all(types(part) == types(frame) for part in parts)


def test_the_limits_of_numbers_and_times_survive(waiting, backend, rows):
    table = [
        [MIN_NS, 5e-324, -(2**63), True, "\\"],
        [-1, -1.7976931348623157e308, 2**63 - 1, False, '"'],
        [0, 0.1 + 0.2, 0, None, "ü\n"],
        [MAX_NS - 1, 1e21, 2**53 + 1, True, "null"],
    ]
    frame = to_frame(Series("m", NAMES, table, tags={"t": "a"}), backend=backend)
    write_frame(waiting, frame, measurement="limits", tags=["t"])
    query = f"SELECT f, n, b, s FROM limits WHERE {EVERYTHING} GROUP BY t"
    assert rows(query_frame(waiting, query, backend=backend)) == rows(frame)


def test_what_one_library_writes_another_one_reads(waiting, backend, rows):
    frame = frame_of(backend, {"a b": {1: (0.5, 1, True, "x"), 2: (None, 2, None, None)}})
    write_frame(waiting, frame, measurement="m", tags=["t"])
    series = waiting.execute("SELECT f, n, b, s FROM m GROUP BY t", columnar=True).series[0]
    assert series.rows == [[1, 0.5, 1, True, "x"], [2, None, 2, None, None]]
    assert dict(series.tags) == {"t": "a b"}
