"""InfluxDB's functions over tables, compared with models in Python that know nothing of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (influx-testing[sql])")
pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[sql])")

from influx_testing._flavors.sql.session import SQLSession  # noqa: E402

MINUTE = 60_000_000_000
Row = tuple[str, int, float | None]

points = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 599).map(lambda second: second * 1_000_000_000),
        st.none() | st.integers(-9, 9).map(float),
    ),
    min_size=1,
    unique_by=lambda row: row[1],
)
few = settings(max_examples=20, deadline=None)


@pytest.fixture(scope="module")
def session() -> SQLSession:
    return SQLSession()


def load(session: SQLSession, rows: list[Row]) -> None:
    """Make the rows the table `m` with the columns host, time and f."""
    hosts, times, values = zip(*rows, strict=True)
    table = pa.table(
        {
            "f": pa.array(values, pa.float64()),
            "host": pa.array(hosts).dictionary_encode(),
            "time": pa.array(times, pa.timestamp("ns")),
        }
    )
    session.replace({"iox.m": table})


def rows_of(session: SQLSession, sql: str, params: Mapping[str, Any] | None = None) -> list[Any]:
    """The rows of a query; times are ns."""
    table = session.run(sql, params or {})
    columns = [
        column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
        for column in table.columns
    ]
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def chosen(rows: list[Row], name: str) -> tuple[float, int] | None:
    """What a selector chooses: value and time."""
    known = [(value, time) for _, time, value in rows if value is not None]
    orders: dict[str, Any] = {
        "first": lambda pair: pair[1],
        "last": lambda pair: -pair[1],
        "min": lambda pair: pair,
        "max": lambda pair: (-pair[0], pair[1]),
    }
    return min(known, key=orders[name]) if known else None


@few
@given(rows=points, name=st.sampled_from(["first", "last", "min", "max"]))
def test_selectors_choose_as_the_model_does(
    session: SQLSession, rows: list[Row], name: str
) -> None:
    load(session, rows)
    call = f"selector_{name}(f, time, host)"
    fields = ", ".join(f"{call}['{field}']" for field in ("value", "time", "other_1"))
    found = rows_of(session, f"SELECT host, {fields} FROM m GROUP BY host ORDER BY host")
    expected = []
    for host in sorted({row[0] for row in rows}):
        pair = chosen([row for row in rows if row[0] == host], name)
        expected.append((host, *pair, host) if pair else (host, None, None, None))
    assert found == expected


def filled(rows: list[Row], start: int, end: int, width: int) -> list[Any]:
    """Host, bin, sum, the sum carried forward, and the sum on a line between its neighbours."""
    found: list[Any] = []
    inside = [row for row in rows if start <= row[1] < end]
    bins = range(start // width * width, end, width)
    for host in sorted({row[0] for row in inside}):
        sums: dict[int, float | None] = {}
        for time in bins:
            values = [v for h, t, v in inside if h == host and t // width * width == time]
            known = [value for value in values if value is not None]
            sums[time] = sum(known) if known else None
        for time in bins:
            before = [(t, v) for t, v in sums.items() if t <= time and v is not None]
            after = [(t, v) for t, v in sums.items() if t >= time and v is not None]
            line = None
            if before and after:
                (t0, v0), (t1, v1) = before[-1], after[0]
                line = v0 + (v1 - v0) * (time - t0) / (t1 - t0) if t1 > t0 else v0
            found.append((host, time, sums[time], before[-1][1] if before else None, line))
    return found


@few
@given(rows=points, first=st.integers(0, 400), seconds=st.integers(1, 200))
def test_gaps_are_filled_as_the_model_does(
    session: SQLSession, rows: list[Row], first: int, seconds: int
) -> None:
    load(session, rows)
    start, end = first * 1_000_000_000, (first + seconds) * 1_000_000_000
    found = rows_of(
        session,
        "SELECT host, date_bin_gapfill(INTERVAL '1 minute', time) AS t, sum(f), locf(sum(f)), "
        "interpolate(sum(f)) FROM m WHERE time >= to_timestamp($start) AND time < "
        "to_timestamp($end) GROUP BY host, t",
        {"start": start, "end": end},
    )
    expected = filled(rows, start, end, MINUTE)
    assert [row[:4] for row in found] == [row[:4] for row in expected]
    assert [row[4] for row in found] == pytest.approx([row[4] for row in expected])


@few
@given(rows=points)
def test_differences_pass_over_nulls(session: SQLSession, rows: list[Row]) -> None:
    load(session, rows)
    over = "OVER (PARTITION BY host ORDER BY time)"
    found = rows_of(
        session,
        f"SELECT host, time, difference(f) {over}, derivative(f, INTERVAL '1 second', time) {over},"
        f" non_negative_difference(f) {over} FROM m ORDER BY host, time",
    )
    last: dict[str, tuple[int, float]] = {}
    for (host, time, value), row in zip(sorted(rows), found, strict=True):
        change = rate = None
        if value is not None:
            if host in last:
                change = value - last[host][1]
                rate = change / ((time - last[host][0]) / 1e9)
            last[host] = time, value
        positive = change if change is not None and change >= 0 else None
        assert row[2] == change
        assert row[3] == pytest.approx(rate)
        assert row[4] == positive


SIX = [("a", 0, 1.0), ("a", 2 * MINUTE, 3.0), ("b", 4 * MINUTE, 5.0)]
BOUNDS = "time >= to_timestamp(0) AND time < to_timestamp(300000000000)"


def test_conditions_order_and_limit_apply_to_filled_rows(session: SQLSession) -> None:
    load(session, SIX)
    found = rows_of(
        session,
        "SELECT date_bin_gapfill('1 minute', time) AS t, coalesce(sum(f), 0) + 1, upper(host) "
        f"FROM m WHERE {BOUNDS} GROUP BY t, host HAVING sum(f) IS NULL "
        "ORDER BY host DESC, t LIMIT 2",
    )
    assert found == [(0, 1.0, "B"), (MINUTE, 1.0, "B")]


def test_having_knows_the_aliases_of_items(session: SQLSession) -> None:
    load(session, SIX)
    found = rows_of(
        session,
        """SELECT date_bin_gapfill('1 minute', time) AS t, sum(f) AS s, SUM( f ) AS "The Sum" """
        f'FROM m WHERE {BOUNDS} GROUP BY t HAVING s > 1 AND abs("The Sum") < 5',
    )
    assert found == [(2 * MINUTE, 3.0, 3.0)]


def test_what_follows_can_use_filled_rows_as_a_table(session: SQLSession) -> None:
    load(session, SIX)
    gaps = f"SELECT date_bin_gapfill('1 minute', time) t, max(f) f FROM m WHERE {BOUNDS} GROUP BY t"
    found = rows_of(session, f"WITH g AS ({gaps}) SELECT count(*), count(f), max(t) FROM g")
    assert found == [(5, 3, 4 * MINUTE)]


def test_comments_hide_nothing_of_what_is_rewritten(session: SQLSession) -> None:
    load(session, SIX)
    found = rows_of(
        session,
        f"""SELECT -- first
        date_bin_gapfill('2 minutes', -- width
            time /* of the point */) AS t, -- the bin
        selector_first(f, time -- when
        )['value'], -- value
        locf(max(f) -- greatest
        ) -- carried
        FROM m -- table
        WHERE {BOUNDS} -- bounds
        GROUP BY t -- bins
        ORDER BY t -- end""",
    )
    assert found == [(0, 1.0, 1.0), (2 * MINUTE, 3.0, 3.0), (4 * MINUTE, 5.0, 5.0)]


def test_the_origin_moves_the_bins(session: SQLSession) -> None:
    load(session, SIX)
    found = rows_of(
        session,
        "SELECT date_bin_gapfill('2 minutes', time, TIMESTAMP '1970-01-01T00:00:07Z') AS t, "
        f"count(*) FROM m WHERE {BOUNDS} GROUP BY t",
    )
    second = 1_000_000_000
    assert found == [(-113 * second, 1), (7 * second, 1), (127 * second, 1), (247 * second, None)]


def test_filled_columns_are_named_as_they_were_written(session: SQLSession) -> None:
    load(session, SIX)
    table = session.run(
        "SELECT date_bin_gapfill('1 minute', time), host, locf(max(f)), max(f) * 2, upper(host) "
        f"FROM m WHERE {BOUNDS} GROUP BY 1, host",
        {},
    )
    assert table.column_names == [
        'date_bin_gapfill(Utf8("1 minute"),m.time)',
        "host",
        "locf(max(m.f))",
        "max(m.f) * Int64(2)",
        "upper(m.host)",
    ]


def test_too_many_bins_are_refused(session: SQLSession) -> None:
    load(session, SIX)
    with pytest.raises(Exception, match="more than 1,000,000 rows"):
        session.run(
            f"SELECT date_bin_gapfill('1 microsecond', time) t FROM m WHERE {BOUNDS} GROUP BY t", {}
        )


def test_wall_clock_bins_are_those_of_the_zone(session: SQLSession) -> None:
    load(session, SIX)
    table = session.run(
        "SELECT date_bin_wallclock_gapfill('1 day', tz(time, 'Australia/Sydney')) AS t, count(*) "
        "FROM m WHERE time >= '1969-12-31' AND time < '1970-01-02' GROUP BY t",
        {},
    )
    assert table.schema.field("t").type == pa.timestamp("ns", "Australia/Sydney")
    days = [str(value) for value in table.column("t").cast(pa.string()).to_pylist()]
    assert [day[:10] for day in days] == ["1969-12-31", "1970-01-01", "1970-01-02"]
    assert table.column(1).to_pylist() == [None, 3, None]


def test_names_with_dots_capitals_and_quotes_are_tables(session: SQLSession) -> None:
    one = pa.table({"Tag.One": ["x"]})
    session.replace({"iox.My.Table": one, 'iox.a"b': one})
    assert rows_of(session, 'SELECT "Tag.One" FROM "My.Table"') == [("x",)]
    assert rows_of(session, 'SELECT * FROM public.iox."a""b"') == [("x",)]


def test_an_unsigned_column_keeps_its_type(session: SQLSession) -> None:
    session.replace({"iox.u": pa.table({"u": pa.array([2**64 - 1], pa.uint64())})})
    assert rows_of(session, "SELECT max(u) FROM u") == [(2**64 - 1,)]
