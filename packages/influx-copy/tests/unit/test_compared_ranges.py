"""What of a copy was compared."""

from __future__ import annotations

from influx_copy_doubles import batch

from influx_copy import CopyRange
from influx_copy._verify.compared_ranges import ComparedRanges


def of(start: int, stop: int, measurement: str = "m", policy: str = "rp") -> CopyRange:
    return CopyRange("db", policy, measurement, start, stop)


def test_gaps_before_between_and_after_are_the_rest() -> None:
    compared = ComparedRanges([of(10, 20), of(30, 40), of(20, 25)])
    assert list(compared.rest(of(0, 50))) == [of(0, 10), of(25, 30), of(40, 50)]
    assert list(compared.rest(of(12, 24))) == []
    assert list(compared.rest(of(0, 50, "other"))) == [of(0, 50, "other")]
    assert list(compared.rest(of(0, 50, policy="other"))) == [of(0, 50, policy="other")]


def test_a_policy_that_is_not_said_is_any() -> None:
    assert list(ComparedRanges([of(0, 50, policy="")]).rest(of(0, 50))) == []
    assert list(ComparedRanges([of(0, 50)]).rest(of(0, 50, policy=""))) == []


def test_points_of_a_file_outside_of_all_ranges_are_kept() -> None:
    compared = ComparedRanges([of(10, 20), of(30, 40)])
    file = CopyRange("db", "rp", "", part="a.lp@0+9")
    assert list(compared.rest(file)) == [file]
    points = batch([9, 10, 19, 20, 29, 30, 40], {"f": ("integer", [1, 2, 3, 4, 5, 6, 7])})
    outside = compared.outside(file, points)
    assert outside.times.to_list() == [9, 20, 29, 40]
    assert outside.fields["f"].to_list() == [1, 4, 5, 7]
