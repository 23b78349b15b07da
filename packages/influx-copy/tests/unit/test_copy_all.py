"""What a new copy refuses before it changes anything, and what a repeated one does."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from influx_copy_doubles import ListSink, ListSource

from influx_copy import CopyOptions, CopyRange, Selection, copy, verify
from influx_core import ConfigError
from influx_testing import serve


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.lp"
    path.write_text("m f=1 1\nn f=2 2\n")
    return path


@pytest.fixture
def existing(tmp_path: Path) -> Path:
    path = tmp_path / "existing.lp"
    path.write_text("old f=1 1\n")
    return path


async def test_a_new_copy_replaces_no_file(tmp_path: Path, source: Path, existing: Path) -> None:
    selection = Selection(measurements=("m",))
    for end, text in ((existing, "old f=1 1\n"), (source, "m f=1 1\nn f=2 2\n")):
        with pytest.raises(ConfigError, match=f"{end.name} exists: remove it, or name another"):
            await copy(str(source), str(end), tmp_path / "plan", selection=selection)
        assert end.read_text() == text


async def test_a_copy_does_not_replace_its_plan(tmp_path: Path, source: Path) -> None:
    plan = tmp_path / "plan.lp"
    with pytest.raises(ConfigError, match=r"plan\.lp exists"):
        await copy(str(source), str(plan), plan)


async def test_a_copy_that_is_complete_can_be_run_again(tmp_path: Path, source: Path) -> None:
    end = tmp_path / "end.lp"
    for _ in range(2):
        assert (await copy(str(source), str(end), tmp_path / "plan")).complete
    assert (await verify(str(source), str(end), one_in=1)).equal


async def test_a_file_that_is_joined_is_not_replaced_by_the_points_since_then(
    tmp_path: Path,
) -> None:
    """The newest shard is copied again, and the files of the others are gone by then."""
    end, plan, now = tmp_path / "end.lp", tmp_path / "plan", time.time_ns()
    with serve() as server:
        url = f"{server.url}/{server.database}"
        server.load(f"m f=1 1\nm f=2 {now}")
        assert (await copy(url, str(end), plan)).complete
        before = end.read_text()
        server.load(f"m f=3 {now + 1}")
        with pytest.raises(ConfigError, match=r"end\.lp is complete.* lp:DIR"):
            await copy(url, str(end), plan)
        assert end.read_text() == before
        assert (await copy(url, f"lp:{tmp_path / 'dir'}", tmp_path / "other")).complete
        server.load(f"m f=4 {now + 2}")
        assert (await copy(url, f"lp:{tmp_path / 'dir'}", tmp_path / "other")).complete
        assert (await verify(url, f"lp:{tmp_path / 'dir'}", one_in=1)).equal


def remove(made: Path) -> None:
    if made.is_dir():
        shutil.rmtree(made)
    else:
        made.unlink()


@pytest.mark.parametrize("sink", ["end.lp", "lp:end", "parquet:end"])
async def test_ranges_whose_files_are_gone_are_copied_again(
    tmp_path: Path, source: Path, sink: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sink.startswith("parquet"):
        pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert (await copy(str(source), sink, "plan")).complete
        assert (await verify(str(source), sink, one_in=1)).equal
        remove(Path(sink.rpartition(":")[2]))


@pytest.mark.parametrize("key", ["dbb", "db/other"])
async def test_a_mapping_of_what_is_not_copied_is_refused(tmp_path: Path, key: str) -> None:
    ranges = [CopyRange("db", "rp", "m", 0, 100)]
    options = CopyOptions(mapping={"db/rp": "new", key: "elsewhere"})
    with pytest.raises(ConfigError, match=f"has '{key}', which is not copied; there are 'db', 'db"):
        await copy(ListSource(ranges), ListSink(), tmp_path / "plan", options=options)
