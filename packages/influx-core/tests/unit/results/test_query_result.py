from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime

import pytest

from influx_core import ColumnSeries, KeyedTuple, QueryResult, Series, StatementResult
from influx_core._results.query_result import Message, merge_results

NS = 1481463645150329483  # 2016-12-11T13:40:45.150329483Z
WHEN = datetime(2016, 12, 11, 13, 40, 45, 150329, tzinfo=UTC)


def a_row(time: object = NS) -> KeyedTuple:
    return KeyedTuple({"time": 0, "col": 1}, [time, 6])


def test_a_column_is_an_attribute_a_key_and_a_position():
    row = a_row()
    assert row.col == row["col"] == row[1] == row[-1] == 6
    assert list(row) == [WHEN, 6]
    assert row[0:2] == [WHEN, 6]
    assert len(row) == 2
    assert row._asdict() == {"time": WHEN, "col": 6}


@pytest.mark.parametrize("time", [NS, "2016-12-11T13:40:45.150329483Z"])
def test_a_time_is_an_aware_datetime_and_exact_nanoseconds(time):
    row = a_row(time)
    assert row.time == row["time"] == row[0] == row[-2] == WHEN
    assert row.time.tzinfo is not None
    assert row.time_ns == NS


def test_reading_a_row_does_not_change_it():
    values = ["2016-12-11T13:40:45.150329483Z", 6]
    assert list(KeyedTuple({"time": 0, "col": 1}, values)) == [WHEN, 6]
    assert values == ["2016-12-11T13:40:45.150329483Z", 6]


def test_a_missing_column_is_an_error_that_names_the_known_ones():
    with pytest.raises(AttributeError, match="no such column: nope; the columns are time, col"):
        _ = a_row().nope
    with pytest.raises(KeyError, match="no such column: nope"):
        a_row()["nope"]


def test_rows_compare_by_columns_and_exact_values():
    assert a_row() == a_row("2016-12-11T13:40:45.150329483Z")
    assert a_row() != a_row(NS + 1)
    assert a_row(NS) < a_row(NS + 1) <= a_row(NS + 1)
    assert a_row() != KeyedTuple({"time": 0, "other": 1}, [NS, 6])
    with pytest.raises(TypeError):
        _ = a_row() < KeyedTuple({"x": 0}, [1])


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_rows_can_be_copied(duplicate):
    assert duplicate(a_row()) == a_row()


def test_a_row_without_time_has_no_time():
    row = KeyedTuple({"name": 0}, ["cpu"])
    assert row.name == "cpu"
    with pytest.raises(AttributeError):
        _ = row.time_ns


def test_a_series_can_be_iterated_as_often_as_you_like():
    series = Series("m", ["time", "col"], [[NS, 6], [NS + 1, 7]])
    assert [row.col for row in series] == [row.col for row in series] == [6, 7]
    assert len(series) == 2


def test_values_show_times_in_the_form_asked_for_and_keep_the_rest():
    series = Series("m", ["time", "col"], [[NS, 6], [None, 7]])
    assert series.with_epoch(None).values == [["2016-12-11T13:40:45.150329483Z", 6], [None, 7]]
    assert series.with_epoch("ns").values == [[NS, 6], [None, 7]]
    assert series.with_epoch("s").values == [[1481463645, 6], [None, 7]]
    assert [row.time_ns for row in series.with_epoch("s")] == [NS, None]


def test_values_given_by_hand_are_shown_as_they_are():
    rows = [["2016-12-11T13:40:45.150329483Z", 6]]
    assert Series("m", ["time", "col"], rows).values is rows


def test_series_compare_by_meaning():
    left = Series("m", ["time", "c"], [[NS, 1]], tags={"host": "a"})
    assert left == Series("m", ("time", "c"), [[NS, 1]], tags={"host": "a"}).with_epoch("s")
    assert left != Series("m", ["time", "c"], [[NS, 1]])
    assert left != Series("m", ["time", "c"], [[NS, 2]], tags={"host": "a"})


def test_the_repr_says_what_it_is():
    series = Series("m", ["time", "c"], [[NS, 1]], tags={"host": "a"})
    assert repr(series) == "<Series 'm', tags={'host': 'a'}, columns=['time', 'c'], 1 rows>"
    assert repr(a_row()) == f"KeyedTuple(time={WHEN!r}, col=6)"


def piece(statement_id: int, *rows: int, name: str = "m", partial: bool = False, **tags: str):
    series = Series(name, ["c"], [[row] for row in rows], tags=tags, partial=partial)
    return StatementResult(statement_id, (series,))


def test_pieces_of_a_series_become_one():
    merged = merge_results([piece(0, 1, 2, partial=True), piece(0, 3, partial=True), piece(0, 4)])
    assert [row.c for row in merged[0].series[0]] == [1, 2, 3, 4]
    assert not merged[0].series[0].partial


def test_series_that_differ_in_tags_or_are_whole_stay_apart():
    merged = merge_results(
        [piece(0, 1, partial=True, h="a"), piece(0, 2, h="b"), piece(0, 3, h="b")]
    )
    assert [[row.c for row in series] for series in merged[0].series] == [[1], [2], [3]]


def test_statements_stay_apart_and_keep_messages_and_errors():
    warning = Message("warning", "deprecated")
    merged = merge_results(
        [
            piece(0, 1),
            StatementResult(1, messages=(warning,)),
            StatementResult(2, error="no"),
        ]
    )
    assert isinstance(merged, QueryResult)
    assert [result.statement_id for result in merged] == [0, 1, 2]
    assert merged[1].messages == (warning,)
    assert merged[2].error == "no"
    assert merged[-1:] == (merged[2],)
    assert len(merged.series) == 1


def test_a_notebook_shows_tables_of_the_series_and_what_the_server_remarked():
    series = Series("c<pu", ["time", "v"], [[NS, None], [NS, "<b>"]], tags={"h": "a&b"})
    result = QueryResult((StatementResult(0, (series,), (Message("warning", "old"),), None),))
    shown = result._repr_html_()
    assert "<p>warning: old</p>" in shown
    assert "<caption>c&lt;pu h=a&amp;b (2 rows)</caption>" in shown
    assert "<tr><th>time</th><th>v</th></tr>" in shown
    assert "<td>2016-12-11T13:40:45.150329483Z</td><td></td>" in shown
    assert "<td>&lt;b&gt;</td>" in shown


def test_a_notebook_shows_an_error_and_an_empty_answer_too():
    failed = StatementResult(0, error="database not found: <x>")
    assert failed._repr_html_() == "<p>database not found: &lt;x&gt;</p>"
    assert StatementResult(0)._repr_html_() == "<p>no series</p>"


def test_with_epoch_changes_the_times_of_all_series_and_keeps_the_rest():
    statements = tuple(
        StatementResult(
            number, (Series(name, ["time", "f"], [[NS, number]]),), partial=bool(number)
        )
        for number, name in enumerate("ab")
    )
    result = QueryResult(statements)
    shown = result.with_epoch("s")
    assert [series.values for series in shown.series] == [[[NS // 10**9, 0]], [[NS // 10**9, 1]]]
    assert [(one.statement_id, one.partial) for one in shown.statements] == [(0, False), (1, True)]
    assert [series.name for series in shown.series] == ["a", "b"]
    assert [row.time_ns for row in result.rows()] == [NS, NS]


@pytest.mark.parametrize("make", [lambda series: series, ColumnSeries.of])
def test_a_slice_has_some_of_the_rows_in_the_same_form(make):
    rows = [[NS + n * 10**9, n] for n in range(4)]
    series = make(Series("m", ("time", "c"), rows, tags={"host": "a"})).with_epoch("s")
    part = series.slice(1, 3)
    assert part.values == series.values[1:3]
    assert (part.name, dict(part.tags), part.partial) == ("m", {"host": "a"}, True)
    assert not series.slice(1, 4).partial
    with pytest.raises(IndexError, match="no slice 1:5 of 4 rows"):
        series.slice(1, 5)
