"""A field that has several types is read up to the first shard of another type, as by 2.7."""

from __future__ import annotations

import pytest

WEEK = 7 * 86_400
START = 2_700 * WEEK
"""A Thursday at midnight, when a shard starts."""


@pytest.fixture
def mixed(ask):
    """Four weeks: integers, integers, a float, integers."""
    for week, value in enumerate(("1i", "2i", "3.5", "4i")):
        ask.write(f"m,t=a f={value},other=1i {START + week * WEEK}000000000")
    ask.write(f"m,t=b f=5i {START + 3 * WEEK}000000000")

    def values(start: int, field: str = "f") -> list[str]:
        """The rows of a field from the start of a week."""
        answer = ask(
            f'from(bucket: "my-bucket") |> range(start: {START + start * WEEK})'
            f' |> filter(fn: (r) => r._field == "{field}") |> keep(columns: ["t", "_value"])'
        )
        assert answer.status == 200, answer.text
        return [line.split(",", 3)[3] for line in answer.lines[1:] if line]

    return values


def test_a_field_is_read_up_to_the_first_shard_of_another_type(mixed):
    assert mixed(0) == ["1,a", "2,a"]


def test_the_first_shard_of_the_range_decides(mixed):
    assert mixed(2) == ["3.5,a"]
    assert mixed(3) == ["4,a", "5,b"]


def test_other_fields_are_read_to_the_end(mixed):
    assert mixed(0, "other") == ["1,a"] * 4
