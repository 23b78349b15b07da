"""Filling gaps, compared with a model that looks at every bin of every group by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from influx_testing._flavors.sql.gapfill_rows import fill_gaps, interpolated, last_places

BINS = [0, 10, 20, 30, 40]
Points = dict[tuple[str, int], float | None]

points = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from(BINS)),
    st.none() | st.integers(-50, 50).map(float),
)


def rows(given_points: Points) -> tuple[list[str], list[int | None], list[float | None]]:
    """The points as rows, by group and time."""
    ordered = sorted(given_points)
    return [g for g, _ in ordered], [t for _, t in ordered], [given_points[key] for key in ordered]


def groups(given_points: Points) -> list[str]:
    return sorted({group for group, _ in given_points})


@given(points)
def test_each_group_has_a_row_at_each_bin(given_points: Points) -> None:
    keys, times, values = rows(given_points)
    filled = fill_gaps(keys, times, BINS)
    found = [keys[sample] for sample in filled.samples]
    assert list(zip(found, filled.times, strict=True)) == [
        (group, time) for group in groups(given_points) for time in BINS
    ]
    shown = [None if place is None else values[place] for place in filled.places]
    assert shown == [
        given_points.get((group, time)) for group in groups(given_points) for time in BINS
    ]


@given(points)
def test_the_last_value_is_carried_forward_within_its_group(given_points: Points) -> None:
    keys, times, values = rows(given_points)
    filled = fill_gaps(keys, times, BINS)
    places = last_places(filled, [value is not None for value in values])
    expected = []
    for group in groups(given_points):
        for time in BINS:
            before = [given_points.get((group, earlier)) for earlier in BINS if earlier <= time]
            expected.append(next((value for value in reversed(before) if value is not None), None))
    assert [None if place is None else values[place] for place in places] == expected


@given(points)
def test_values_between_two_others_are_on_their_line(given_points: Points) -> None:
    keys, times, values = rows(given_points)
    found = interpolated(fill_gaps(keys, times, BINS), values)
    for group in groups(given_points):
        line, found = found[: len(BINS)], found[len(BINS) :]
        known = [(t, v) for t in BINS if (v := given_points.get((group, t))) is not None]
        for time, value in zip(BINS, line, strict=True):
            left = [pair for pair in known if pair[0] <= time]
            right = [pair for pair in known if pair[0] >= time]
            if not left or not right:
                assert value is None
                continue
            (start, low), (end, high) = left[-1], right[0]
            share = (time - start) / (end - start) if end > start else 0.0
            assert value is not None
            assert abs(value - (low + (high - low) * share)) < 1e-9


def test_integers_stay_integers_and_are_cut_off() -> None:
    filled = fill_gaps(["a"] * 2, [0, 20], [0, 10, 20])
    assert interpolated(filled, [10, 5]) == [10, 8, 5]
    assert interpolated(filled, [-10, -5]) == [-10, -8, -5]


def test_rows_without_a_time_or_beyond_the_bins_are_kept() -> None:
    filled = fill_gaps(["a"] * 3, [None, 5, 50], [0, 10])
    assert filled.times == [None, 0, 5, 10, 50]
    assert filled.places == [0, None, 1, None, 2]


def test_no_rows_give_no_groups() -> None:
    assert fill_gaps([], [], BINS).times == []
