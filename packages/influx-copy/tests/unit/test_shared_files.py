"""Several copies to the same files: none loses, mixes or replaces points of another one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from influx_copy_doubles import ListSource

from influx_copy import (
    CopyRange,
    CopySummary,
    Plan,
    RangeIncomplete,
    RunSettings,
    Selection,
    SourceObject,
    copy,
)
from influx_copy._open_files import line_protocol_sink
from influx_core import ConfigError

FIRST = CopyRange("db", "rp", "m", 0, 100)
SECOND = CopyRange("db", "rp", "m", 100, 200)
ONE_AT_A_TIME = RunSettings(parallel=1)


def interrupted() -> ListSource:
    """A source of which one range is copied, and the other one fails."""
    return ListSource([FIRST, SECOND], [None, RangeIncomplete("stopped")])


async def run(source: ListSource, sink: Path | str, plan: Path) -> CopySummary:
    return await copy(source, str(sink), plan, settings=ONE_AT_A_TIME)


def lines(path: Path) -> int:
    return sum(not line.startswith(b"#") for line in path.read_bytes().splitlines())


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def found(folder: Path, pattern: str) -> list[Path]:
    return list(folder.rglob(pattern))


async def test_a_second_copy_to_a_file_that_is_being_made_is_refused(tmp_path: Path) -> None:
    file, plans = tmp_path / "one.lp", [tmp_path / "plan 1", tmp_path / "plan 2"]
    assert not (await run(interrupted(), file, plans[0])).complete
    with pytest.raises(ConfigError, match=r"one\.lp\.parts has parts of another copy.*plan 1"):
        await run(ListSource([SECOND]), file, plans[1])
    assert (await run(ListSource([FIRST, SECOND]), file, plans[0])).complete
    assert lines(file) == 20
    assert names(tmp_path) == {"one.lp", "plan 1", "plan 2"}


async def test_of_two_copies_that_begin_at_once_one_makes_the_file(tmp_path: Path) -> None:
    """Both have found nothing there before either has taken the file."""
    plans = [tmp_path / "plan 1", tmp_path / "plan 2"]
    sinks = [line_protocol_sink(str(tmp_path / "one.lp")) for _ in plans]
    ids: list[str] = []
    for path in plans:
        with Plan(path) as plan:
            ids.append(plan.id)
            plan.begin({"source": "list"}, [FIRST])
            assert plan.id == ids[-1]
    await sinks[0].claim(ids[0], plans[0], [])
    await sinks[0].claim(ids[0], plans[0], [])
    with pytest.raises(ConfigError, match="another copy to the same file"):
        await sinks[1].claim(ids[1], plans[1], [])
    assert names(tmp_path) == {"one.lp.parts", "plan 1", "plan 2"}


class LateSource(ListSource):
    """Tells when it is asked what it has besides points, and waits: a copy is about to begin."""

    def __init__(self, ranges: list[CopyRange]) -> None:
        super().__init__(ranges)
        self.asked, self.answered = asyncio.Event(), asyncio.Event()

    async def objects(self, selection: Selection) -> Sequence[SourceObject]:
        self.asked.set()
        await self.answered.wait()
        return await super().objects(selection)


@pytest.mark.parametrize("sink", ["lp:all", "jsonl:all", "parquet:all", "all.lp"])
@pytest.mark.parametrize("complete", [True, False])
async def test_of_two_copies_that_begin_at_once_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sink: str, complete: bool
) -> None:
    """The other one is complete, or not, when this one has found nothing in the place."""
    if sink.startswith("parquet"):
        pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    late = LateSource([FIRST])
    second = asyncio.create_task(run(late, sink, Path("plan 2")))
    second.add_done_callback(lambda _: late.asked.set())  # also if it fails before
    await late.asked.wait()
    assert not second.done()
    first = await run(ListSource([FIRST]) if complete else interrupted(), sink, Path("plan 1"))
    assert first.complete is complete
    late.answered.set()
    with pytest.raises(ConfigError, match=r"another copy|exists"):
        await second
    if not complete:
        assert (await run(ListSource([FIRST, SECOND]), sink, Path("plan 1"))).complete
    assert not found(tmp_path, ".copying*")
    with Plan("plan 2") as plan:
        assert not plan.settings


async def test_a_copy_of_another_database_can_share_the_directory(tmp_path: Path) -> None:
    sink = f"lp:{tmp_path / 'all'}"
    assert not (await run(interrupted(), sink, tmp_path / "plan 1")).complete
    other = ListSource([CopyRange("other", "rp", "m", 0, 100)])
    assert (await run(other, sink, tmp_path / "plan 2")).complete


async def test_a_folder_of_parts_that_no_copy_has_made_is_not_touched(tmp_path: Path) -> None:
    folder = tmp_path / "one.lp.parts"
    folder.mkdir()
    (folder / "mine").write_text("kept")
    with pytest.raises(ConfigError, match="has parts of another copy"):
        await run(ListSource([FIRST]), tmp_path / "one.lp", tmp_path / "plan")
    assert (folder / "mine").read_text() == "kept"
    assert [path.name for path in folder.iterdir()] == ["mine"]


@pytest.mark.parametrize("scheme", ["lp", "jsonl", "parquet"])
async def test_a_copy_to_a_directory_replaces_no_points_of_another_copy(
    tmp_path: Path, scheme: str
) -> None:
    if scheme == "parquet":
        pytest.importorskip("pyarrow")
    folder = f"{scheme}:{tmp_path / 'files'}"
    assert (await run(ListSource([FIRST]), folder, tmp_path / "plan 1")).complete
    before = {path: path.read_bytes() for path in (tmp_path / "files").rglob("*.*")}
    with pytest.raises(ConfigError, match="has points of another copy for"):
        await run(ListSource([FIRST, SECOND]), folder, tmp_path / "plan 2")
    assert {path: path.read_bytes() for path in before} == before
    assert (await run(ListSource([SECOND]), folder, tmp_path / "plan 3")).complete
    assert (await run(ListSource([FIRST, SECOND]), folder, tmp_path / "plan 1")).complete
