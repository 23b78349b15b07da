from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from influx_copy_doubles import ListSink, ListSource, batch

from influx_copy import (
    CopyRange,
    Plan,
    PlanMismatch,
    PointFilter,
    RangeTooLarge,
    copy,
    open_sink,
    verify,
)
from influx_copy._text.text_source import TextSource
from influx_copy._verify.fingerprint import Fingerprinter
from influx_copy._verify.verify import _differing
from influx_core import ConfigError, ResponseLost
from influx_core.columns import Column

RANGE = CopyRange("db", "rp", "m", 0, 1000)


def fingerprint(*batches, one_in: int = 1):
    made = Fingerprinter(one_in)
    for each in batches:
        made.add(each)
    return made.result()


def points(times: Sequence[int], values: Sequence[object], kind="float", tags=None):
    return batch(times, {"f": (kind, values)}, tags)


def test_the_order_and_the_division_of_points_do_not_matter() -> None:
    whole = fingerprint(points([1, 2, 3, 4], [0.1, 0.2, 0.3, None]))
    parts = fingerprint(points([3], [0.3]), points([2, 1], [0.2, 0.1]))
    assert whole == parts
    (found,) = whole.values()
    assert (found.count, found.first, found.last, found.sampled) == (3, 1, 3, 3)


def test_constant_and_varying_tags_are_the_same_points() -> None:
    varying = {"a": Column.of(["x", "x"], "string"), "b": Column.of(["1", None], "string")}
    assert fingerprint(points([1, 2], [1.0, 2.0], tags=varying)) == fingerprint(
        points([2], [2.0], tags={"a": "x"}), points([1], [1.0], tags={"b": "1", "a": "x"})
    )


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (points([1, 2], [1.0, 3.0]), {"sum", "hash"}),
        (points([1, 3], [1.0, 2.0]), {"last", "hash"}),
        (points([1], [1.0]), {"count", "sum", "last", "hash"}),
        (points([1, 2], [1, 2], "integer"), {"types", "hash"}),
        (points([1, 2], [2.0, 1.0]), {"hash"}),
        (points([1, 2], [1.0, 2.0], tags={"t": "x"}), {"hash"}),
    ],
)
def test_each_change_is_seen(other, what: set[str]) -> None:
    (before,) = fingerprint(points([1, 2], [1.0, 2.0])).values()
    (after,) = fingerprint(other).values()
    assert set(_differing(before, after)) == what


def test_the_sample_is_about_one_in_the_number_that_is_asked_for() -> None:
    times = range(0, 10_000_000_000, 1_000_000)
    (found,) = fingerprint(points(times, [1.0] * 10_000), one_in=50).values()
    assert 100 < found.sampled < 400


def test_sums_of_integers_are_exact() -> None:
    (found,) = fingerprint(points([1, 2], [2**62, 1], "integer")).values()
    assert found.sum == 2**62 + 1


class Copied(ListSource):
    """A copy, some points of which are gone."""

    def __init__(self, ranges: Sequence[CopyRange], lost: int = 0) -> None:
        super().__init__(ranges)
        self.lost = lost

    async def read(self, range_, where):
        async for each in super().read(range_, where):
            times = each.times.to_list()[self.lost :]
            yield batch(times, {"f": ("integer", times)})


async def test_equal_sources_have_no_differences() -> None:
    seen: list[object] = []
    report = await verify(
        ListSource([RANGE]), Copied([RANGE]), sink=ListSink(), one_in=1, on_range=seen.append
    )
    assert report.equal
    assert (report.ranges, report.values, report.sampled, len(seen)) == (1, 100, 100, 1)


async def test_what_is_missing_is_named_by_range_field_and_kind() -> None:
    report = await verify(ListSource([RANGE]), Copied([RANGE], lost=1), sink=ListSink(), one_in=1)
    (difference,) = report.differences
    assert difference.range == RANGE
    assert (difference.measurement, difference.field) == ("m", "f")
    assert {"count", "first", "hash", "sum"} <= set(difference.what)
    assert difference.source is not None
    assert difference.copy is not None
    assert (difference.source.count, difference.copy.count) == (100, 98)


async def test_a_range_that_is_too_large_is_compared_in_halves() -> None:
    source = ListSource([RANGE], [RangeTooLarge("no"), RangeTooLarge("no")])
    report = await verify(source, Copied([RANGE]), sink=ListSink(), one_in=1)
    assert report.equal
    assert report.values == 100
    assert len(source.reads) > 2


async def test_a_side_that_cannot_be_read_is_a_difference() -> None:
    source = ListSource([RANGE], [ResponseLost("the connection broke")])
    report = await verify(source, Copied([RANGE]), sink=ListSink())
    assert not report.equal
    assert report.differences[0].what == ("ResponseLost: the connection broke",)


async def test_wrong_arguments_are_told() -> None:
    with pytest.raises(ConfigError, match="needs sink="):
        await verify(ListSource([]), ListSource([]))
    with pytest.raises(ConfigError, match="one_in is a number from 1"):
        await verify(ListSource([]), ListSource([]), sink=ListSink(), one_in=0)


async def test_a_changed_file_is_found(tmp_path: Path) -> None:
    before, after = tmp_path / "before.lp", tmp_path / "after.lp"
    before.write_text("m,h=a f=1,g=2i 1\nm,h=b f=2 2\n")
    assert (await copy(str(before), str(after), tmp_path / "plan")).complete
    assert (await verify(str(before), str(after), one_in=1)).equal
    after.write_text(after.read_text().replace("g=2i", "g=3i"))
    report = await verify(str(before), str(after), one_in=1)
    assert [(found.field, found.what) for found in report.differences] == [("g", ("hash", "sum"))]


WEEKS = [CopyRange("db", "rp", "m", start, start + 100) for start in range(0, 1000, 100)]


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A copy of WEEKS in one file."""
    path = tmp_path / "copy.lp"
    assert (await copy(ListSource(WEEKS), open_sink(str(path)), tmp_path / "plan")).complete
    return path


async def test_a_file_of_many_ranges_is_read_once_for_all(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[CopyRange] = []
    original = TextSource.read

    def counted(self: TextSource, range_: CopyRange, where: PointFilter) -> object:
        reads.append(range_)
        return original(self, range_, where)

    monkeypatch.setattr(TextSource, "read", counted)
    report = await verify(ListSource(WEEKS), str(file), one_in=1, extra=False)
    assert report.equal
    assert (report.ranges, report.values, len(reads)) == (10, 100, 1)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


async def test_a_difference_in_a_file_of_many_ranges_names_its_range(file: Path) -> None:
    edit(file, "f=550i 550\n", "f=551i 550\nm f=1i 5000\n")
    report = await verify(ListSource(WEEKS), str(file), one_in=1)
    changed, added = report.differences
    assert (changed.range, changed.what) == (WEEKS[5], ("hash", "sum"))
    assert (added.field, added.what) == ("f", ("unexpected",))


async def test_a_file_of_many_ranges_that_cannot_be_read_is_told(file: Path) -> None:
    edit(file, "f=550i 550\n", "f= 550\n")
    report = await verify(ListSource(WEEKS), str(file), one_in=1, extra=False)
    assert [found.range for found in report.differences] == WEEKS
    for found in report.differences:
        assert found.what[0].startswith("RangeIncomplete: copy.lp, line ")


async def test_a_plan_without_a_copy_is_not_equal_to_anything(tmp_path: Path) -> None:
    with Plan(tmp_path / "plan") as plan, pytest.raises(PlanMismatch, match="was not begun"):
        await verify(ListSource([RANGE]), ListSource([RANGE]), sink=ListSink(), plan=plan)
