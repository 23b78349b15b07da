from __future__ import annotations

from influx_core import Series
from influx_shell._output.truncation import TruncationWatch


def piece(name: str, *, partial: bool = False, **tags: str) -> Series:
    return Series(name, ["time", "f"], [[1, 2.0]], tags=tags, partial=partial)


def test_a_series_whose_last_piece_is_partial_was_cut_off():
    watch = TruncationWatch()
    for each in (
        piece("m", partial=True, host="a"),
        piece("m", host="a"),
        piece("m", partial=True, host="b"),
        piece("n", partial=True),
    ):
        watch.see(each)
    assert watch.finish() == ["m,host=b", "n"]


def test_whole_series_are_not_reported():
    watch = TruncationWatch()
    watch.see(piece("m"))
    assert watch.finish() == []
    assert TruncationWatch().finish() == []
