"""Points and results cross processes, and are copied, without losing anything."""

from __future__ import annotations

import copy
import pickle

import pytest

from influx_core import ColumnSeries, DataPoint, QueryResult, Series, StatementResult, Unsigned
from influx_core._results.query_result import Message
from influx_core.columns import Column

SERIES = Series(
    "m", ["time", "v", "s"], [[1, 0.5, "a"], [2, None, None]], tags={"host": "a"}, partial=True
).with_epoch("s")
VIEW = Column("float", 1, memoryview(bytes(8)))
RESULT = StatementResult(0, (SERIES,), (Message("warning", "old"),), "failed", partial=True)
OBJECTS = [
    SERIES,
    SERIES[0],
    ColumnSeries.of(SERIES),
    ColumnSeries("m", ["v"], [VIEW]),
    ColumnSeries.of(SERIES).slice(1, 2),
    RESULT,
    QueryResult((RESULT,)),
    DataPoint("m", {"a": "b"}, {"f": 1.0, "u": Unsigned(2)}, 5),
]


def through_pickle(thing: object) -> object:
    return pickle.loads(pickle.dumps(thing))


@pytest.mark.parametrize("thing", OBJECTS, ids=lambda thing: type(thing).__name__)
@pytest.mark.parametrize("way", [through_pickle, copy.deepcopy, copy.copy])
def test_a_copy_equals_the_original_and_has_its_class(thing, way):
    made = way(thing)
    assert made == thing
    assert type(made) is type(thing)


def test_a_copied_series_keeps_its_tags_form_of_times_and_partial_mark():
    made = through_pickle(SERIES)
    assert (dict(made.tags), made.values, made.partial) == ({"host": "a"}, SERIES.values, True)
    assert type(through_pickle(OBJECTS[-1]).fields["u"]) is Unsigned


def test_rows_have_their_columns_in_the_order_of_the_query():
    row = Series("m", ["time", "b", "a", "b"], [[1, 2, 3, 4]])[0]
    assert list(row.columns) == ["time", "b", "a", "b_1"]
    assert dict(zip(row.columns, row, strict=True)) == row._asdict()
    assert list(row._asdict().values())[1:] == [2, 3, 4]
    assert repr(row).endswith("b=2, a=3, b_1=4)")


def test_a_series_is_indexed_by_the_number_of_a_row():
    assert SERIES[-1].time_ns == 2
    assert [row.v for row in SERIES[:1]] == [0.5]
    with pytest.raises(IndexError):
        SERIES[2]
    with pytest.raises(TypeError, match=r"series\[0\]\['v'\]"):
        SERIES["v"]


def test_a_time_that_is_none_is_a_decode_error():
    row = Series("m", ["time"], [["yesterday"]])[0]
    with pytest.raises(ValueError, match="the column time has a value that is not a time"):
        _ = row.time
