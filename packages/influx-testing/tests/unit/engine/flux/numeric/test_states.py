from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.numeric.states import state_counts, state_durations


def test_rows_in_a_state_are_counted():
    assert state_counts([False, True, True, None, True]) == [-1, 1, 2, -1, 1]


def test_a_state_lasts_from_its_first_row():
    states = [True, True, False, True]
    assert state_durations(states, [0, 25, 30, 40], 10) == [0, 2, -1, 0]


@given(st.lists(st.booleans(), max_size=30))
def test_rows_outside_a_state_have_minus_one(states):
    assert [count == -1 for count in state_counts(states)] == [not state for state in states]
